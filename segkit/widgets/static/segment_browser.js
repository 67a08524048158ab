// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const WAIT = 250; // milliseconds after the last letter of what is looked for

function narrowing(view, send, parts, group) {
  let timer = null;
  const words = () => send({ do: "find", text: parts.words.value });
  parts.words = make("input", { type: "search", className: "sk-field sk-words", value: view.words, autocomplete: "off", "aria-label": "Find", "data-do": "find",
    on: { keydown: enter, change: () => { clearTimeout(timer); words(); }, input: () => { clearTimeout(timer); timer = setTimeout(words, WAIT); } } });
  parts.group = make("select", { className: "sk-field", "aria-label": "Group", "data-do": "group", on: { change: () => send({ do: "group", value: parts.group.value }) } });
  parts.changed = make("input", { type: "checkbox", "data-do": "changed", on: { change: () => send({ do: "changed", value: parts.changed.checked }) } });
  parts.undo = button("Undo", () => send({ do: "undo" }), { "data-do": "undo" });
  parts.redo = button("Redo", () => send({ do: "redo" }), { "data-do": "redo" });
  parts.list = make("datalist", { id: `${group}-groups` });
  return make("div", { className: "sk-buttons" }, make("label", {}, "Find ", parts.words), view.has_groups ? make("label", {}, "Group ", parts.group) : null,
    make("label", {}, parts.changed, " changed only"), button("Add a segment", () => send({ do: "add" }), { "data-do": "add" }), parts.undo, parts.redo,
    button("Read again", () => send({ do: "read" }), { "data-do": "read" }), button("Keep this state", () => send({ do: "keep" }), { className: "sk-keep", "data-do": "keep" }), parts.list);
}

function head(view, send) {
  const signs = { ascending: " ▲", descending: " ▼", none: "" };
  return make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "plan"), ...view.columns.map((column) =>
    make("th", { scope: "col", "aria-sort": column.sort }, button(column.name + signs[column.sort], () => send({ do: "sort", column: column.name }), { className: "sk-sort", "data-do": `sort-${column.name}` }))),
    make("th", { scope: "col" }, "row")));
}

// the field of a cell; its row says by which name, its column how it is edited
function field(row, column, cell, send, group, width) {
  const about = { className: "sk-cell", style: `width: ${width}ch`, "aria-label": `${column.name} of ${row.row}`, "data-do": `${row.row} ${column.name}`,
    on: { change: (event) => send({ do: "edit", row: row.row, column: column.name, text: event.target.value }) } };
  if (column.options.length) return make("select", about, ...["", ...column.options].map((option) => make("option", { value: option }, option || "–")));
  if (column.lines) return make("textarea", { ...about, rows: Math.min(6, Math.max(1, cell.text.split("\n").length)), spellcheck: false });
  return make("input", { type: "text", autocomplete: "off", ...about, on: { ...about.on, keydown: enter }, ...(column.is_group ? { list: `${group}-groups` } : {}) });
}

// the letters that a column needs, so that the table is no wider than what it holds
function widths(view) {
  return view.columns.map((column, place) => Math.min(column.lines ? 34 : 22, 4 + Math.max(2, ...view.rows.flatMap((row) => row.cells[place].text.split("\n").map((text) => text.length)))));
}

function line(view, row, send, group, wide) {
  const sign = make("td", { className: "sk-sign" });
  const cells = row.cells.map((cell, place) => {
    const column = view.columns[place];
    const plain = row.fixed || (column.is_key && !row.is_new);
    const input = plain ? null : field(row, column, cell, send, group, wide[place]);
    const was = make("span", { className: "sk-was" });
    const node = make(column.is_key ? "th" : "td", column.is_key ? { scope: "row" } : {}, input, was);
    return { input, was, node, plain };
  });
  const act = row.fixed ? make("span", { className: "sk-quiet" }, row.fixed)
    : button("", () => send({ do: act.dataset.act, row: row.row }), { "data-do": `row ${row.row}` });
  return { row: row.row, sign, cells, act, node: make("tr", {}, sign, ...cells.map((cell) => cell.node), make("td", {}, act)) };
}

function fillLine(one, row, typing) {
  one.node.className = `sk-row${row.action && row.action !== "no-op" ? ` sk-${row.action}` : ""}${row.is_removed ? " sk-removed" : ""}`;
  one.sign.replaceChildren(row.sign ? `${row.sign} ${row.action}` : "", row.why ? make("span", { className: "sk-was" }, row.why) : "");
  one.cells.forEach((cell, place) => {
    const { text, was } = row.cells[place];
    if (cell.plain) { cell.node.replaceChildren(text); return; }
    if (typing !== cell.input) cell.input.value = text; // what is being typed stays
    cell.input.disabled = row.is_removed;
    cell.input.classList.toggle("sk-changed", was !== null);
    cell.was.textContent = was === null ? "" : `was ${was || "empty"}`;
  });
  if (row.fixed) return;
  one.act.dataset.act = row.is_removed || (!row.is_new && row.cells.some((cell) => cell.was !== null)) ? "restore" : "remove";
  one.act.textContent = one.act.dataset.act === "restore" ? "As it was" : "Remove";
  one.act.setAttribute("aria-label", `${one.act.textContent}: ${row.row}`);
}

function outcome(result) {
  if (!result) return null;
  return make("div", { className: "sk-result", tabIndex: -1, "data-do": "outcome" }, make("strong", {}, `${result.ok ? "✓" : "✗"} ${result.told}`),
    result.lines.length ? make("ul", {}, ...result.lines.map((text) => make("li", {}, text))) : null, result.stopped ? quiet(`Stopped: ${result.stopped}`) : null);
}

function confirming(asked, send) {
  const lifts = asked.guards.map((guard) => make("input", { type: "checkbox", value: guard.code, "data-do": `lift-${guard.code}`, on: { change: () => look() } }));
  const yes = button("Yes, send it", () => send({ do: "apply", checksum: asked.checksum, allow: lifts.filter((one) => one.checked).map((one) => one.value) }), { className: "sk-main", "data-do": "yes" });
  const look = () => { yes.disabled = !lifts.every((one) => one.checked); };
  look();
  return make("div", { className: "sk-confirm", role: "group", "aria-label": "Confirm", tabIndex: -1, "data-do": "confirming" }, make("p", {}, asked.text),
    ...lifts.map((one, place) => make("label", { className: "sk-lift" }, one, ` ${asked.guards[place].text}: this is meant`)),
    make("div", { className: "sk-buttons" }, yes, button("No, go back", () => send({ do: "cancel" }), { "data-do": "no" })));
}

function planned(view, send) {
  const plan = view.plan;
  const ask = view.confirm ? confirming(view.confirm, send)
    : view.can_send ? make("div", { className: "sk-buttons" }, button("Apply…", () => send({ do: "confirm" }), { className: "sk-main", disabled: !plan.can_apply, "data-do": "confirm" }))
    : quiet("Nothing can be sent from here: give apply=segkit.apply.");
  return make("section", { className: "sk-plan", "aria-label": "Plan" }, make("h3", {}, plan.title), make("p", {}, plan.told),
    make("ul", { className: "sk-changes" }, ...plan.lines.map((one) => make("li", { className: `sk-${one.action}` }, make("strong", {}, `${one.sign} ${one.action} `), one.text))),
    plan.more ? quiet(plan.more) : null, make("ul", { className: "sk-findings" }, ...plan.findings.map(found)), ask, outcome(view.outcome),
    quiet(`Checksum ${plan.checksum.slice(0, 12)}`));
}

let browsers = 0;
let kept = false; // keeping a state has JupyterLab draw the view anew: the focus then goes back to its button

function render({ model, el }) {
  const group = `sk-browser-${++browsers}`;
  const root = make("section", { className: "sk-browser", "aria-label": "Segment browser" });
  const live = make("p", { className: "sk-live", role: "status" });
  const error = make("p", { className: "sk-finding sk-error", role: "alert" });
  const [told, note, code] = [quiet(""), quiet(""), make("pre", { tabIndex: 0, "aria-label": "Python" })];
  let parts = null;
  let lines = [];
  let shape = "";
  let goal = null;
  let typing = null; // the field with something that was not sent yet
  const send = (message) => {
    const aim = { confirm: "confirming", cancel: "confirm", apply: "outcome", keep: "keep" }[message.do];
    const first = model.get("view").rows[0]?.row;
    const added = ({ rows: [top], columns: [key] }) => top?.is_new && top.row !== first && `${top.row} ${key.name}`;
    goal = message.do === "add" ? added : aim ? () => aim : null; // where the focus goes, once it is there
    kept = message.do === "keep";
    if (message.do === "apply") live.textContent = "Applying.";
    model.send(message);
  };
  const turn = (view, by) => button(by < 0 ? "Page before" : "Next page", () => send({ do: "page", to: model.get("view").page + by }), { "data-do": by < 0 ? "before" : "next" });
  const build = (view) => {
    parts = { scroll: make("div", { className: "sk-scroll", tabIndex: 0, role: "region", "aria-label": "Segments" }), plan: make("div"), head: make("thead") };
    parts.before = turn(view, -1); parts.next = turn(view, 1); parts.body = make("tbody");
    const bar = narrowing(view, send, parts, group);
    parts.scroll.append(make("table", {}, parts.head, parts.body));
    root.replaceChildren(bar, error, parts.scroll, make("div", { className: "sk-buttons" }, told, parts.before, parts.next), parts.plan,
      make("details", {}, make("summary", {}, "Show me the code"), ...copying("Copy code", () => code.textContent), code), note, live);
  };
  const fill = (view) => {
    const next = head(view, send);
    parts.head.replaceWith(next); parts.head = next;
    if (document.activeElement !== parts.words) parts.words.value = view.words;
    parts.group.replaceChildren(make("option", { value: "" }, "all"), ...view.groups.map((one) => make("option", { value: one.value, selected: one.value === view.group }, one.text)));
    parts.list.replaceChildren(...view.groups.map((one) => make("option", { value: one.value })));
    parts.changed.checked = view.changed;
    parts.undo.disabled = !view.can_undo; parts.redo.disabled = !view.can_redo;
    parts.before.disabled = view.page === 0; parts.next.disabled = view.page + 1 >= view.pages;
    told.textContent = view.told;
    const now = JSON.stringify(view.rows.map((row) => [row.row, row.is_new, row.fixed]));
    const wide = widths(view);
    if (now !== shape) { lines = view.rows.map((row) => line(view, row, send, group, wide)); parts.body.replaceChildren(...lines.map((one) => one.node)); }
    shape = now;
    lines.forEach((one, place) => fillLine(one, view.rows[place], typing));
    parts.plan.replaceChildren(planned(view, send));
  };
  const draw = () => {
    const view = model.get("view");
    const held = root.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    if (!parts) build(view);
    fill(view);
    error.textContent = view.error; error.hidden = !view.error;
    note.textContent = view.kept; live.textContent = view.status; code.textContent = view.code;
    const named = (name) => name && root.querySelector(`[data-do="${CSS.escape(name)}"]`);
    const aimed = goal && named(goal(view));
    if (aimed || view.error) goal = null;
    const target = aimed || named(held);
    if (target && target !== document.activeElement) target.focus({ preventScroll: !aimed });
  };
  root.addEventListener("input", (event) => { if (event.target.matches(".sk-cell")) typing = event.target; });
  for (const name of ["change", "focusout"]) root.addEventListener(name, () => { typing = null; }, true);
  model.on("change:view", draw);
  draw();
  el.appendChild(root);
  if (kept) requestAnimationFrame(() => root.querySelector(".sk-keep").focus());
  kept = false;
  return () => model.off("change:view", draw);
}

export default { render };
