// What every view is made of. `segkit.widgets.module` puts it before a view: a widget is one module, with no address to reach another.
const PATIENCE = 5; // seconds
const SILENT = `The kernel has not answered for ${PATIENCE} seconds: it is still at work, or it has ended. What stands here is its last answer. If it was restarted, run the cell again.`;
const GONE = "Nothing was sent: the kernel that made this is gone. Run the cell again.";
const OTHERS = { undo: "redo", redo: "undo", before: "next", next: "before" }; // where the focus goes from a button that has done its work
const LONGEST_PRESS = 1000; // milliseconds
const LIFTS = ["pointerup", "pointercancel", "dragend"];
const CONTROLS = "button:enabled, input:enabled, select:enabled";

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
const word = (text) => make("span", { className: "sk-word" }, text);
const buttons = (...children) => make("div", { className: "sk-buttons" }, ...children);
const scrolling = (label, ...children) => make("div", { className: "sk-scroll", tabIndex: 0, role: "region", "aria-label": label }, ...children);
const folded = (title, ...children) => make("details", {}, make("summary", {}, title), ...children);
const keep = (send) => button("Keep this state", () => send({ do: "keep" }), { className: "sk-keep", "data-do": "keep" });
// a page may have several of a kind, each from a module of its own
const unique = (prefix) => `${prefix}-${Math.random().toString(36).slice(2)}`;
// Enter applies what is typed in a field, and stays there; inside a notebook JupyterLab keeps it from doing so itself
const enter = (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  event.target.blur();
  event.target.focus();
};

// a button that copies what `text` returns, and the line that says so
function copying(name, text) {
  const told = make("span", { className: "sk-quiet", role: "status" });
  const done = () => { told.textContent = " copied"; };
  const failed = () => { told.textContent = " could not be copied: select the text"; };
  const copy = () => { if (navigator.clipboard) navigator.clipboard.writeText(text()).then(done, failed); else failed(); };
  return [button(name, copy, { "data-do": name }), told];
}

function found(finding) {
  return make("li", { className: `sk-finding sk-${finding.severity}` }, make("strong", {}, `${finding.sign} ${finding.code}`),
    ` ${finding.message.replace(/\.?$/, ".")} ${finding.fix} `, make("span", { className: "sk-where" }, finding.where));
}

// What is around a view: its name, what it says, its code. `own.unanswered` hears that no answer came, `own.after` names what comes
// after a button that is gone, `own.forget` draws what stood in a field before somebody typed.
function frame({ model, el }, kind, name, about = "", own = {}) {
  const views = ((globalThis.segkitViews ??= {})[kind] ??= new Set());
  let number = 1;
  while (views.has(number)) number += 1;
  views.add(number);
  const label = (text) => (number > 1 ? `${text} ${number}` : text);
  const [head, work, note] = [make("div"), make("div"), quiet("")];
  const alarm = (sign) => make("p", { className: `sk-finding sk-${sign}`, role: "alert", hidden: true, tabIndex: -1, "data-do": sign });
  const [error, silent] = [alarm("error"), alarm("warning")];
  const live = make("p", { className: "sk-live", role: "status" });
  const python = make("pre", { tabIndex: 0, "aria-label": "Python", "data-do": "python" });
  const code = folded("Show me the code", buttons(...copying("Copy code", () => python.textContent)), python);
  const root = make("section", { className: `sk-widget ${kind}`, "aria-label": label(name) + about }, head, error, silent, work, code, note, live);
  const nameOf = (node) => node.dataset.key ?? node.dataset.do;
  const named = (wanted) => wanted && [...root.querySelectorAll("[data-do], [data-key]")].find((node) => nameOf(node) === wanted && !node.disabled && !node.hidden);
  const self = { root, head, work, label, typing: null }; // `typing`: the field with something that was not sent yet
  let timer = 0;
  const unanswered = (text) => {
    clearTimeout(timer);
    silent.textContent = text; silent.hidden = false; live.textContent = "";
    own.unanswered?.();
  };
  self.say = (text) => { live.textContent = text; };
  self.send = (message) => {
    clearTimeout(timer);
    timer = setTimeout(unanswered, 1000 * PATIENCE, SILENT);
    try { model.send(message); } catch { unanswered(GONE); } // the kernel's connection is gone
  };
  self.tell = (view) => {
    clearTimeout(timer);
    silent.hidden = true;
    error.textContent = view.error; error.hidden = !view.error;
    live.textContent = view.error ? "" : view.status;
    note.textContent = view.kept;
    code.hidden = !view.code;
    if (python.textContent !== (view.code ?? "")) python.textContent = view.code ?? "";
  };
  // draw; the focus is then where it was, or at what `aim` names once it is drawn, and never nowhere
  self.redraw = (draw, aim) => {
    const at = document.activeElement;
    const held = root.contains(at) ? at : null;
    const about = held && [nameOf(held), held.selectionStart, held.selectionEnd];
    draw();
    const aimed = (held || !at || at.contains(root)) && aim && named(aim()); // who went elsewhere stays there
    const still = held && root.contains(held) && !held.disabled && !held.closest("[hidden]");
    if (!aimed && (!held || (still && document.activeElement === held))) return;
    const [was, from, to] = about ?? [];
    const target = aimed || (still && held) || named(was) || named(OTHERS[was]) || named(own.after?.(was)) || root.querySelector(CONTROLS);
    target.focus({ preventScroll: !aimed });
    if (nameOf(target) === was && Number.isInteger(from)) target.setSelectionRange(from, to);
  };
  let before = "";
  root.addEventListener("focusin", (event) => { before = event.target.value; });
  root.addEventListener("input", (event) => { if (event.target.matches(".sk-field, .sk-cell")) self.typing = event.target; });
  for (const event of ["change", "focusout"]) root.addEventListener(event, () => { self.typing = null; }, true);
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.target !== self.typing) return;
    self.typing = null;
    event.target.value = before; // so that no change is left to be sent
    own.forget();
  });
  let pressed = null; // the longest that a pressed mouse holds the drawing up: nothing moves away, or becomes another, under it
  let late = false;
  self.show = (draw) => {
    const drawn = () => { late = pressed !== null; if (!late) draw(); };
    const release = () => { if (pressed === null) return; clearTimeout(pressed); pressed = null; if (late) drawn(); };
    const lifted = () => setTimeout(release); // after the click that comes of it
    root.addEventListener("pointerdown", (event) => {
      if (event.target.type === "range") return; // what it moves follows the hand
      clearTimeout(pressed);
      pressed = setTimeout(release, LONGEST_PRESS);
    });
    for (const name of LIFTS) window.addEventListener(name, lifted, true);
    model.on("change:view", drawn);
    draw();
    el.appendChild(root);
    return () => {
      clearTimeout(timer);
      views.delete(number);
      for (const name of LIFTS) window.removeEventListener(name, lifted, true);
      model.off("change:view", drawn);
    };
  };
  return self;
}
