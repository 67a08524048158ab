// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const mark = (number) => make("span", { className: `sk-mark sk-mark-${(number - 1) % 8}`, "aria-hidden": "true" }, String(number));

function field(name, value, does, send, properties = {}) {
  return make("input", {
    type: "text", className: "sk-field", value: value ?? "", autocomplete: "off", "aria-label": name, "data-do": does,
    on: { keydown: enter, change: (event) => send({ do: does, value: event.target.value }) }, ...properties,
  });
}

function layers(view, group, send) {
  const rows = view.layers.map((layer, place) => {
    const id = `${group}-${place}`;
    const name = layer.id === null ? "Who may enter" : layer.id;
    const about = layer.id === null
      ? make("label", { className: "sk-quiet" },
          make("input", { type: "checkbox", checked: view.follows, "data-do": "follow", on: { change: (event) => send({ do: "follow", value: event.target.checked }) } }),
          " follows the quotas")
      : buttons(
          field(`Completes of ${name}`, layer.count, "count", (message) => send({ ...message, layer: layer.id }), { inputMode: "numeric", "data-key": `count-${place}` }),
          layer.current ? button("Remove", () => send({ do: "drop" }), { "aria-label": `Remove ${name}`, "data-do": "drop" }) : null);
    return make("li", { className: layer.current ? "sk-layer sk-now" : "sk-layer" },
      make("input", { type: "radio", name: group, id, checked: layer.current, "data-key": `layer-${place}`, on: { change: () => send({ do: "select", layer: layer.id }) } }),
      layer.number ? mark(layer.number) : null,
      layer.id !== null && layer.current
        ? field("Id of the quota", layer.id, "rename", send, { className: "sk-field sk-name", "data-key": "name" })
        : null,
      make("label", { htmlFor: id, className: layer.id !== null && layer.current ? "sk-live" : "" }, name),
      about, make("span", { className: "sk-quiet sk-families" }, layer.families));
  });
  return make("fieldset", {}, make("legend", {}, "Paint on"), make("ol", { className: "sk-layers" }, ...rows),
    buttons(button("Add a quota", () => send({ do: "add" }), { "data-do": "add" })));
}

const STATES = { all: "true", part: "mixed", none: "false" };

function cell(one, tab) {
  return make("button", {
    type: "button", className: `sk-cell sk-${one.state}${one.enters ? "" : " sk-out"}`, tabIndex: tab ? 0 : -1,
    "data-key": one.key, "aria-pressed": STATES[one.state], "aria-label": one.label, title: one.label,
  }, ...one.marks.map(mark), one.enters || one.marks.length ? "" : "–");
}

function grid(view, here, send) {
  const paint = (keys, on) => send({ do: "paint", cells: keys, on });
  const head = view.columns.map((column) => make("th", { scope: "col" }, column.label,
    column.unfolds === undefined ? null : button(column.unfolds ? "−" : "+", () => send({ do: "unfold", age: column.age }), {
      className: "sk-unfold", "data-key": `unfold-${column.age}`, "aria-expanded": String(column.unfolds),
      "aria-label": `Months of age ${column.age}` })));
  const known = view.rows.some((row) => row.cells.some((one) => one.key === here));
  const rows = view.rows.map((row, at) => make("tr", {},
    make("th", { scope: "row" }, button(row.name, () => paint(row.cells.map((one) => one.key), row.cells.some((one) => one.state !== "all")), {
      className: "sk-row", "data-key": `row-${at}`, "aria-label": `All ${row.name}` })),
    ...row.cells.map((one, place) => make("td", {}, cell(one, known ? one.key === here : !at && !place)))));
  const table = make("table", { className: "sk-grid" },
    make("caption", {}, view.caption),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, view.heading), ...head)), make("tbody", {}, ...rows));
  const none = make("p", { className: "sk-none" }, cell(view.none, true), " no children, and not expecting");
  return [make("div", { className: "sk-scroll" }, table), none, quiet("Drag over the cells, or use the arrow keys and Space; Shift with an arrow, Home or End paints along.")];
}

function brush(root, send) {
  let stroke = null;
  const at = (target) => target.closest && target.closest(".sk-cell");
  const wanted = (node) => node.getAttribute("aria-pressed") !== "true";
  const touch = (node) => {
    if (!node || stroke.cells.includes(node.dataset.key)) return;
    stroke.cells.push(node.dataset.key);
    node.classList.add(stroke.on ? "sk-painting" : "sk-erasing");
  };
  root.addEventListener("pointerdown", (event) => {
    const node = at(event.target);
    if (!node || event.button) return;
    stroke = { cells: [], on: wanted(node) };
    touch(node);
    const move = (moved) => touch(at(document.elementFromPoint(moved.clientX, moved.clientY) || root));
    const end = () => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
      send({ do: "paint", ...stroke }, stroke.cells[stroke.cells.length - 1]);
      stroke = null;
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  });
  root.addEventListener("click", (event) => {
    const node = at(event.target);
    if (node && !event.detail) send({ do: "paint", cells: [node.dataset.key], on: wanted(node) }, node.dataset.key); // Space or Enter
  });
  root.addEventListener("keydown", (event) => {
    const node = at(event.target);
    const row = node && node.closest("tr");
    if (!row) return;
    const cells = [...row.querySelectorAll(".sk-cell")];
    const place = cells.indexOf(node);
    const above = (step) => { const next = row[step]; return next ? next.querySelectorAll(".sk-cell")[place] : null; };
    const next = { ArrowRight: cells[place + 1], ArrowLeft: cells[place - 1], Home: cells[0], End: cells[cells.length - 1],
      ArrowUp: above("previousElementSibling"), ArrowDown: above("nextElementSibling") }[event.key];
    if (next === undefined && !["Home", "End"].includes(event.key) && !event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!next) return;
    if (event.shiftKey) {
      const to = cells.indexOf(next);
      const run = to < 0 ? [next] : cells.slice(Math.min(place, to), Math.max(place, to) + 1);
      send({ do: "paint", cells: run.map((one) => one.dataset.key), on: !wanted(node) }, next.dataset.key);
    } else {
      node.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  });
}

function outlook(view, send, label) {
  const told = view.outlook;
  const parts = told.lines.map((line) => make("p", { className: line.main ? "sk-result" : "sk-quiet" }, line.text));
  const repairs = view.repairs.map((repair, place) => make("li", { className: "sk-repair" },
    make("span", {}, repair.text), " ",
    repair.can ? button("Accept", () => send({ do: "accept", place }), { "aria-label": `Accept: ${repair.text}`, "data-key": `accept-${place}` }) : null));
  return make("section", { "aria-label": label("Forecast") }, ...parts,
    buttons(button("What would mend it?", () => send({ do: "repair" }), { disabled: !told.can_repair, "data-do": "repair" })),
    repairs.length ? make("ol", { className: "sk-repairs", tabIndex: -1, "data-do": "repairs" }, ...repairs) : null,
    view.why_not ? quiet(view.why_not) : null);
}

function findings(view, label) {
  return make("section", { "aria-label": label("Findings") }, view.findings.length ? make("ul", { className: "sk-findings" }, ...view.findings.map(found)) : quiet("✓ Nothing found."));
}

// the vendor's JSON, which can be pasted too
function papers(send, redraw) {
  let typed = null; // what was pasted and not used yet
  let sent = false;
  let json = "";
  const text = make("textarea", { rows: 12, spellcheck: false, "aria-label": "The vendor's JSON", "data-do": "load", on: { input: () => { typed = text.value; } } });
  const unused = quiet("What you typed is not used yet.");
  const use = button("Use this JSON", () => { typed = text.value; sent = true; send({ do: "load", text: text.value }); }, { "data-do": "use" });
  const discard = button("Show the design's JSON", () => { typed = null; redraw(); }, { "data-do": "discard" });
  const fill = (view) => {
    if (sent && !view.error) typed = null;
    sent = false;
    json = view.json;
    if (text.value !== (typed ?? json)) text.value = typed ?? json;
    unused.hidden = discard.hidden = typed === null;
  };
  return { fill, node: folded("The vendor's JSON", text, unused, buttons(use, ...copying("Copy JSON", () => json), discard)) };
}

// where the focus goes once this is done; else it stays where it was
const AIMS = { repair: "repairs", accept: "repair", drop: "add" };

function render(place) {
  const { model } = place;
  const group = unique("sk-quota");
  const of = frame(place, "sk-designer", "Quota designer", "", { after: (name) => name === "discard" && "load", forget: () => draw() });
  let late = false;
  let drawn = {};
  let here = null;
  let goal = null;
  let timer = null;
  const send = (message, key) => {
    goal = AIMS[message.do] ?? key;
    here = key || here;
    if (message.do === "repair") of.say("Looking for what would mend it.");
    of.send(message);
  };
  const paper = papers(send, () => draw());
  const board = make("div");
  of.work.append(board, paper.node);
  const parts = (view) => ({ outlook: outlook(view, send, of.label), findings: findings(view, of.label) });
  const fill = (view) => {
    of.tell(view);
    const scrolled = of.root.querySelector(".sk-scroll")?.scrollLeft ?? 0;
    of.head.replaceChildren(buttons(
      make("label", {}, "Completes needed ", field("Completes needed", view.completes, "completes", send, { inputMode: "numeric" })),
      button("Undo", () => send({ do: "undo" }), { disabled: !view.can_undo, "data-do": "undo" }),
      button("Redo", () => send({ do: "redo" }), { disabled: !view.can_redo, "data-do": "redo" }), keep(send)));
    drawn = parts(view);
    board.replaceChildren(make("div", { className: "sk-columns" }, make("div", { className: "sk-side" }, layers(view, group, send)),
      make("div", { className: "sk-work" }, ...grid(view, here, send))), drawn.outlook, drawn.findings);
    paper.fill(view);
    of.root.querySelector(".sk-scroll").scrollLeft = scrolled;
  };
  const draw = () => {
    const view = model.get("view");
    clearTimeout(timer);
    if (view.outlook.waits) timer = setTimeout(() => of.send({ do: "exact" }), 400); // the exact forecast, once the hand rests
    late = of.typing !== null;
    if (late) return told(view);
    const left = document.activeElement?.matches(".sk-field, textarea"); // who went on to a field stays there
    const aim = goal;
    of.redraw(() => fill(view), aim && !left ? () => aim : null);
    goal = null;
  };
  const told = (view) => { // beside a field that is typed in, only what has no field
    for (const [name, part] of Object.entries(parts(view))) {
      drawn[name].replaceWith(part);
      drawn[name] = part;
    }
    of.tell(view);
  };
  of.root.addEventListener("focusout", () => { if (late) requestAnimationFrame(() => { if (late && !of.typing) draw(); }); });
  brush(of.root, send);
  const end = of.show(draw);
  return () => { clearTimeout(timer); end(); };
}

export default { render };
