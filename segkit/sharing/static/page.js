"use strict";
// The page's own script, beside plotly's and the widgets': it draws the charts and the widgets, and lets the keyboard reach what scrolls.

const PRINT_WIDTH = 680; // of an A4 or Letter sheet between its margins, in CSS pixels
const WITH_LEGEND = 640; // CSS pixels: with less a legend lies on the bars, or leaves no room for them
const charts = [...document.querySelectorAll("figure.segkit-chart:has(> script)")];
const widgets = [...document.querySelectorAll(".segkit-widget:has(> script)")];
const night = matchMedia("(prefers-color-scheme: dark)");

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
  const isNarrow = chart._fullLayout.showlegend && chart.clientWidth < WITH_LEGEND;
  if (isNarrow) await Plotly.relayout(chart, { width: WITH_LEGEND, autosize: false }); // it scrolls, alone
  fitBackground(chart);
}

function widths(width) {
  for (const chart of charts) Plotly.relayout(chart, width ? { width, autosize: false } : { width: null, autosize: true });
}

// The widgets' styles ask the page, as they ask JupyterLab, whether it is day.
function theme(isDay) {
  document.body.dataset.jpThemeLight = String(isDay);
}

// A widget is drawn by its own module; where that cannot be, its static copy stays.
function revive(place) {
  const held = place.querySelector("script");
  const copy = place.querySelector(".segkit-copy");
  const live = place.appendChild(document.createElement("div"));
  try {
    globalThis.segkitWidgets[held.dataset.widget](JSON.parse(held.textContent), live);
    copy.hidden = true;
  } catch (error) {
    live.remove();
    console.warn("a widget stays a static copy:", error);
  }
}

function reach() {
  for (const box of document.querySelectorAll(".scrolls, .words pre, .words table, .segkit-chart")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

theme(!night.matches);
night.addEventListener("change", () => theme(!night.matches));
Promise.all(charts.map(draw)).then(reach);
widgets.forEach(revive);
addEventListener("beforeprint", () => { theme(true); if (charts.length) widths(PRINT_WIDTH); });
addEventListener("afterprint", () => { theme(!night.matches); if (charts.length) widths(null); });
addEventListener("resize", reach);
document.addEventListener("toggle", reach, true);
reach();
