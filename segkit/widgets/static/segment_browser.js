// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const WAIT = 250; // milliseconds after the last letter of what is looked for

function narrowing(view, send, parts, group) {
  let timer = null;
  parts.sought = view.words;
  const words = () => { if (parts.words.value !== parts.sought) { parts.sought = parts.words.value; send({ do: "find", text: parts.sought }); } };
  parts.words = make("input", { type: "search", className: "sk-field sk-words", value: view.words, autocomplete: "off", "aria-label": "Find", "data-do": "find",
    on: { keydown: enter, change: () => { clearTimeout(timer); words(); }, input: () => { clearTimeout(timer); timer = setTimeout(words, WAIT); } } });
  parts.group = make("select", { className: "sk-field", "aria-label": "Group", "data-do": "group", on: { change: () => send({ do: "group", value: parts.group.value }) } });
  parts.changed = make("input", { type: "checkbox", "data-do": "changed", on: { change: () => send({ do: "changed", value: parts.changed.checked }) } });
  parts.undo = button("Undo", () => send({ do: "undo" }), { "data-do": "undo" });
  parts.redo = button("Redo", () => send({ do: "redo" }), { "data-do": "redo" });
  parts.list = make("datalist", { id: `${group}-groups` });
  return buttons(make("label", {}, "Find ", parts.words), view.has_groups ? make("label", {}, "Group ", parts.group) : null,
    make("label", {}, parts.changed, " changed only"), button("Add a segment", () => send({ do: "add" }), { "data-do": "add" }), parts.undo, parts.redo,
    button("Read again", () => send({ do: "read" }), { "data-do": "read" }), keep(send), parts.list);
}

// a button stays the same node for as long as it is there: a click that began before the plan was drawn anew still ends on it
function heads(view, send) {
  return view.columns.map((column) => {
    const act = button("", () => send({ do: "sort", column: column.name }), { className: "sk-sort", "data-do": `sort ${column.name}` });
    return { act, node: make("th", { scope: "col" }, act) };
  });
}

function fillHeads(made, view) {
  const signs = { ascending: " ▲", descending: " ▼", none: "" };
  made.forEach(({ act, node }, place) => {
    const { name, sort } = view.columns[place];
    act.textContent = name + signs[sort];
    node.setAttribute("aria-sort", sort);
  });
}

// the field of a cell; its row says by which name, its column how it is edited
function field(row, column, edit, group) {
  const about = { className: "sk-cell", "aria-label": `${column.name} of ${row.row}`, "data-do": `cell ${column.name} ${row.row}`, on: { change: (event) => edit(event.target, row.row, column.name) } };
  if (column.options.length) return make("select", about, ...["", ...column.options].map((option) => make("option", { value: option }, option || "–")));
  if (column.lines) return make("textarea", { ...about, spellcheck: false });
  return make("input", { type: "text", autocomplete: "off", ...about, on: { ...about.on, keydown: enter }, ...(column.is_group ? { list: `${group}-groups` } : {}) });
}

// the letters that a column needs, so that the table is no wider than what it holds
function widths(view) {
  return view.columns.map((column, place) => Math.min(column.lines ? 34 : 22, 4 + Math.max(2, ...view.rows.flatMap((row) => row.cells[place].text.split("\n").map((text) => text.length)))));
}

function line(view, row, send, edit, group) {
  const sign = make("td", { className: "sk-sign" });
  const cells = row.cells.map((cell, place) => {
    const column = view.columns[place];
    const plain = row.fixed || (column.is_key && !row.is_new);
    const input = plain ? null : field(row, column, edit, group);
    const was = make("span", { className: "sk-was" });
    const node = make(column.is_key ? "th" : "td", column.is_key ? { scope: "row" } : {}, input, was);
    return { input, was, node, plain };
  });
  const act = (what, text) => button(text, () => send({ do: what, row: row.row }), { "data-do": `${what} ${row.row}`, "aria-label": `${text}: ${row.row}` });
  const acts = row.fixed ? [] : [act("remove", "Remove"), act("restore", "As it was")];
  return { sign, cells, acts, node: make("tr", {}, sign, ...cells.map((cell) => cell.node), make("td", { className: "sk-acts" }, ...acts, row.fixed ? make("span", { className: "sk-quiet" }, row.fixed) : null)) };
}

function fillLine(one, row, wide, isOpen) {
  one.node.className = `sk-row${row.action && row.action !== "no-op" ? ` sk-${row.action}` : ""}${row.is_removed ? " sk-removed" : ""}`;
  one.sign.replaceChildren(row.sign ? `${row.sign} ${row.action}` : "", row.why ? make("span", { className: "sk-was" }, row.why) : "");
  one.cells.forEach((cell, place) => {
    const { text, was } = row.cells[place];
    if (cell.plain) { cell.node.replaceChildren(text); return; }
    if (!isOpen(cell.input)) { // what is being typed, or was not answered yet, stays
      if (cell.input.value !== text) cell.input.value = text;
      if (cell.input.tagName === "TEXTAREA") cell.input.rows = Math.min(6, text.split("\n").length);
    }
    cell.input.style.width = `${wide[place]}ch`;
    cell.input.disabled = row.is_removed;
    cell.node.dataset.text = text; // on paper
    cell.input.classList.toggle("sk-changed", was !== null);
    cell.was.textContent = was === null ? "" : `was ${was || "empty"}`;
  });
  if (row.fixed) return;
  const [remove, restore] = one.acts;
  remove.disabled = row.is_removed;
  restore.hidden = row.is_new || !(row.is_removed || row.cells.some((cell) => cell.was !== null));
}

function outcome(result) {
  return make("div", { className: "sk-result", tabIndex: -1, "data-do": "outcome" }, make("strong", {}, `${result.ok ? "✓" : "✗"} ${result.told}`),
    result.lines.length ? make("ul", {}, ...result.lines.map((text) => make("li", {}, text))) : null, result.stopped ? quiet(`Stopped: ${result.stopped}`) : null);
}

function confirming(asked, send) {
  const lifts = asked.guards.map((guard) => make("input", { type: "checkbox", value: guard.code, "data-do": `lift ${guard.code}`, on: { change: () => look() } }));
  const yes = button("Yes, send it", () => send({ do: "apply", checksum: asked.checksum, allow: lifts.filter((one) => one.checked).map((one) => one.value) }), { className: "sk-main", "data-do": "yes" });
  const look = () => { yes.disabled = !lifts.every((one) => one.checked); };
  look();
  return make("div", { className: "sk-confirm", role: "group", "aria-label": "Confirm", tabIndex: -1, "data-do": "confirming",
    on: { keydown: (event) => { if (event.key === "Escape") send({ do: "cancel" }); } } }, make("p", {}, asked.text),
    ...lifts.map((one, place) => make("label", { className: "sk-lift" }, one, ` ${asked.guards[place].text}: this is meant`)),
    buttons(yes, button("No, go back", () => send({ do: "cancel" }), { "data-do": "no" })));
}

// the plan beside the table, and what fills it
function planning(view, send, label) {
  const apply = button("Apply…", () => send({ do: "confirm" }), { className: "sk-main", "data-do": "confirm" });
  const before = view.can_send ? buttons(apply) : quiet("Nothing can be sent from here: give apply=segkit.apply.");
  const [title, told, more, sum, ask, became] = [make("h3"), make("p"), quiet(""), quiet(""), make("div"), make("div")];
  const changes = make("ul", { className: "sk-changes", tabIndex: 0, "aria-label": "Changes" });
  const findings = make("ul", { className: "sk-findings" });
  const shown = {};
  const anew = (name, data, draw) => { const now = JSON.stringify(data); if (shown[name] !== now) draw(); shown[name] = now; };
  const fill = ({ plan, confirm, outcome: result }) => {
    title.textContent = plan.title; told.textContent = plan.told; more.textContent = plan.more; more.hidden = !plan.more; sum.textContent = `Checksum ${plan.checksum.slice(0, 12)}`;
    changes.hidden = !plan.lines.length;
    anew("lines", plan.lines, () => changes.replaceChildren(...plan.lines.map((one) => make("li", { className: `sk-${one.action}` }, make("strong", {}, `${one.sign} ${one.action} `), one.text))));
    anew("findings", plan.findings, () => findings.replaceChildren(...plan.findings.map(found)));
    apply.disabled = !plan.can_apply;
    anew("confirm", confirm, () => ask.replaceChildren(confirm ? confirming(confirm, send) : before));
    anew("outcome", result, () => became.replaceChildren(...(result ? [outcome(result)] : [])));
  };
  return { fill, node: make("section", { className: "sk-plan", "aria-label": label("Plan") }, title, told, changes, more, findings, ask, became, sum) };
}

// put the lines of the table into their places; one that stays is not moved, so that nobody loses his place in it
function arrange(body, lines) {
  lines.forEach(({ node }, place) => { if (body.children[place] !== node) body.insertBefore(node, body.children[place] || null); });
  while (body.children.length > lines.length) body.lastChild.remove();
}

// from a row's button that is gone
const after = (name) => /^(remove|restore) /.test(name) && "add";

function render(place) {
  const { model } = place;
  const group = unique("sk-browser");
  const of = frame(place, "sk-browser", "Segment browser", "", { after, forget: () => draw() });
  const told = quiet("");
  const waiting = new Map(); // what was sent and not answered yet, and the field that it came from
  let parts = null;
  let lines = new Map();
  let goal = null;
  let sent = 0;
  const isOpen = (input) => input === of.typing || [...waiting.values()].includes(input);
  const send = (message, input = null) => {
    const aim = { confirm: "confirming", cancel: "confirm", apply: "outcome", remove: `restore ${message.row}`, restore: `remove ${message.row}` }[message.do];
    const first = model.get("view").rows[0]?.row;
    const added = ({ rows: [top], columns: [key] }) => top?.is_new && top.row !== first && `cell ${key.name} ${top.row}`;
    const id = `${group} ${++sent}`;
    goal = { id, name: message.do === "add" ? added : () => aim }; // where the focus goes, once this is answered
    if (message.do === "apply") of.say("Applying.");
    waiting.set(id, input);
    of.send({ ...message, id });
  };
  const answered = (id) => { if (waiting.has(id)) for (const one of [...waiting.keys()]) { waiting.delete(one); if (one === id) break; } };
  const edit = (input, row, column) => send({ do: "edit", row, column, text: input.value }, input);
  const turn = (by) => button(by < 0 ? "Page before" : "Next page", () => send({ do: "page", to: model.get("view").page + by }), { "data-do": by < 0 ? "before" : "next" });
  const build = (view) => {
    parts = { scroll: scrolling(of.label("Segments")), plan: planning(view, send, of.label), heads: heads(view, send), body: make("tbody"), before: turn(-1), next: turn(1) };
    const head = make("tr", {}, make("th", { scope: "col" }, "plan"), ...parts.heads.map(({ node }) => node), make("th", { scope: "col" }, "row"));
    parts.scroll.append(make("table", {}, make("thead", {}, head), parts.body));
    of.head.append(narrowing(view, send, parts, group));
    of.work.append(parts.scroll, buttons(told, parts.before, parts.next), parts.plan.node);
  };
  const fill = (view) => {
    fillHeads(parts.heads, view);
    if (document.activeElement !== parts.words) parts.words.value = parts.sought = view.words;
    parts.group.replaceChildren(make("option", { value: "" }, "all"), ...view.groups.map((one) => make("option", { value: one.value, selected: one.value === view.group }, one.text)));
    parts.list.replaceChildren(...view.groups.map((one) => make("option", { value: one.value })));
    parts.changed.checked = view.changed;
    parts.undo.disabled = !view.can_undo; parts.redo.disabled = !view.can_redo;
    parts.before.disabled = view.page === 0; parts.next.disabled = view.page + 1 >= view.pages;
    told.replaceChildren(view.told, ...(view.provenance ? [word(view.provenance)] : []));
    const wide = widths(view);
    const shape = (row) => JSON.stringify([row.row, row.is_new, row.fixed]);
    lines = new Map(view.rows.map((row) => [shape(row), lines.get(shape(row)) || line(view, row, send, edit, group)]));
    arrange(parts.body, [...lines.values()]);
    view.rows.forEach((row) => fillLine(lines.get(shape(row)), row, wide, isOpen));
    parts.plan.fill(view);
    of.tell(view);
  };
  const draw = () => {
    const view = model.get("view");
    answered(view.answered);
    if (!parts) build(view);
    const aim = goal?.id === view.answered && !of.typing && !view.error && goal.name(view); // who types stays where he is
    if (goal && !waiting.has(goal.id)) goal = null;
    of.redraw(() => fill(view), () => aim);
  };
  return of.show(draw);
}

export default { render };
