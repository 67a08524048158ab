"use strict";
// The page's only script beside plotly's: it draws the charts, and lets the keyboard reach what scrolls.

const PRINT_WIDTH = 680; // of an A4 or Letter sheet between its margins, in CSS pixels
const charts = [...document.querySelectorAll("figure.segkit-chart:has(> script)")];

function isLight(colour) {
  const [red, green, blue] = (colour.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return 0.3 * red + 0.59 * green + 0.11 * blue > 128;
}

// A figure without a background of its own was made for a day or a night page: its letters tell which.
function fitBackground(chart) {
  chart.style.color = chart._fullLayout.font.color;
  chart.classList.add(isLight(getComputedStyle(chart).color) ? "by-night" : "on-paper");
}

async function draw(chart) {
  const { data, layout, frames, config } = JSON.parse(chart.querySelector("script").textContent);
  if (layout.width > chart.clientWidth) delete layout.width;
  if (layout.height) chart.style.minHeight = "0";
  await Plotly.newPlot(chart, { data, layout, frames, config });
  fitBackground(chart);
}

function widths(width) {
  for (const chart of charts) Plotly.relayout(chart, width ? { width, autosize: false } : { width: null, autosize: true });
}

function reach() {
  for (const box of document.querySelectorAll(".scrolls, .words pre, .words table")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

charts.forEach(draw);
if (charts.length) {
  addEventListener("beforeprint", () => widths(PRINT_WIDTH));
  addEventListener("afterprint", () => widths(null));
}
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
reach();
