// What stands in Python's place on a page without a kernel: a model of one trait, `view`, whose messages a widget's other half answers.
// The half is { works, needs, begin, acts, view, note, absent, closed }: `begin` makes a state of what was saved, an act of `acts` makes
// the next one of a state and a message, `view` shows it; `note` says what is not of this state; `absent` and `closed` are selectors.
const NEEDS_PYTHON = "This needs Python: open the notebook in JupyterLab and run it.";

class Refused extends Error {}
const refuse = (text) => { throw new Refused(text); };

// what Python calls white space, and a text without it around it
const WHITE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const words = (text) => text.split(new RegExp(`${WHITE}+`)).filter(Boolean);
const stripped = (text) => text.replace(new RegExp(`^${WHITE}+|${WHITE}+$`, "g"), "");
const cut = (text, most) => [...text].slice(0, most).join("");

// a text as Python prints it in an error
function quoted(text) {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", [mark]: `\\${mark}` };
  const hex = (letter) => {
    const code = letter.codePointAt(0).toString(16);
    return code.length < 3 ? `\\x${code.padStart(2, "0")}` : code.length < 5 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
  };
  return mark + [...text].map((letter) => named[letter] ?? (letter !== " " && /[\p{C}\p{Z}]/u.test(letter) ? hex(letter) : letter)).join("") + mark;
}

class Model {
  constructor(saved, half) {
    const told = ["error", "status", "heard", "answered"].map((name) => [name, saved.view[name]]);
    Object.assign(this, { saved, half, state: half.begin(saved), listeners: new Map() });
    this.traits = { view: this.shown({ ...Object.fromEntries(told), kept: "" }) };
  }
  shown(told) { return { ...this.half.view(this.state, this.saved), ...told }; }
  get(name) { return this.traits[name]; }
  set(name, value) {
    this.traits[name] = value;
    for (const event of [`change:${name}`, "change"]) for (const hear of [...(this.listeners.get(event) ?? [])]) hear(this, value);
  }
  on(names, hear) {
    for (const name of names.split(" ")) this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(hear));
  }
  off(names, hear) {
    for (const name of names ? names.split(" ") : [...this.listeners.keys()]) {
      if (hear) this.listeners.get(name)?.delete(hear);
      else this.listeners.delete(name);
    }
  }
  save_changes() {}
  // as from a kernel, the answer comes later: a view is never drawn anew in the midst of what its user does
  send(message) { setTimeout(() => this.heard(message)); }
  // each message makes another view, as in Python: a view may wait for it
  heard(message) {
    let [error, status] = ["", ""];
    try {
      const act = Object.hasOwn(this.half.acts, message.do) ? this.half.acts[message.do] : () => refuse(NEEDS_PYTHON);
      [this.state, status = ""] = act(this.state, message, this.saved);
    } catch (raised) {
      error = status = raised instanceof Refused ? raised.message : `${raised}`;
      if (!(raised instanceof Refused)) throw raised;
    } finally {
      const { heard } = this.get("view");
      this.set("view", this.shown({ error, status, heard: heard + 1, answered: String(message.id ?? ""), kept: "" }));
    }
  }
}

let places = 0;

// draw a saved widget into an element: what works here, what does not, and the view
function draw(name, shown, half, saved, element) {
  const model = new Model(saved, half);
  const place = `${name}-${++places}`;
  const add = (tag, className, text) => {
    const node = document.createElement(tag);
    Object.assign(node, { className, textContent: text });
    element.appendChild(node);
    return node;
  };
  const within = (selectors) => selectors.map((selector) => `[data-sk-alone="${place}"] ${selector}`).join(", ");
  const absent = half.absent(saved);
  if (absent.length) add("style", "", `${within(absent)} { display: none !important; }`);
  const line = add("p", "sk-alone", `${half.works} ${half.needs}`);
  const note = add("p", "sk-alone sk-alone-note", "");
  for (const one of [line, note]) one.style.cssText = "font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif); margin: .3em 0; color: var(--jp-ui-font-color1, inherit)";
  const view = add("div", "sk-alone-view", "");
  view.dataset.skAlone = place;
  shown.render({ model, el: view });
  const tell = () => {
    note.textContent = half.note(model.state, saved);
    note.hidden = !note.textContent;
    const closed = within(half.closed ?? []);
    if (closed) for (const node of view.querySelectorAll(closed)) node[node.tagName === "TEXTAREA" ? "readOnly" : "disabled"] = true;
  };
  model.on("change:view", tell); // after the view: it draws first
  tell();
  return model;
}

function register(name, shown, half) {
  (globalThis.segkitWidgets ??= {})[name] = (saved, element) => draw(name, shown, half, saved, element);
}
