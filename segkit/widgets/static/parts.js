// What every view is made of. `segkit.widgets.module` puts it before a view: a widget is one module, with no address to reach another.
function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  // JupyterLab would take arrows, letters and Enter as its own; it looks for this on whatever has the focus
  node.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (/^(aria-.*|data-.*|role|scope|for|lang|list|style)$/.test(name)) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const button = (text, act, properties = {}) => make("button", { type: "button", on: { click: act }, ...properties }, text);
const quiet = (text) => make("p", { className: "sk-quiet" }, text);
// inside a notebook JupyterLab keeps Enter from ending a field's input
const enter = (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); event.target.blur(); } };

// a button that copies what `text` returns, and the line that says so
function copying(name, text) {
  const told = make("span", { className: "sk-quiet", role: "status" });
  const done = () => { told.textContent = " copied"; };
  const failed = () => { told.textContent = " could not be copied: select the text"; };
  const copy = () => { if (navigator.clipboard) navigator.clipboard.writeText(text()).then(done, failed); else failed(); };
  return [button(name, copy), told];
}

function found(finding) {
  return make("li", { className: `sk-finding sk-${finding.severity}` }, make("strong", {}, `${finding.sign} ${finding.code}`),
    ` ${finding.message.replace(/\.?$/, ".")} ${finding.fix} `, make("span", { className: "sk-where" }, finding.where));
}
