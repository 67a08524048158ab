// The quota designer where there is no Python. Which children a cell has, and all words, are those that Python wrote; here cells are
// painted into layers, as masks of condition codes: a bit a code. A design is never changed, only followed by another.
const LONGEST_HISTORY = 200;
const DIGITS = 9; // of a count
const [CHANGED, ADDED] = ["changed here", "added here"];

const maskOf = (text) => (text === null ? null : BigInt(`0x${text}`));
const bits = (codes) => codes.reduce((mask, code) => mask | (1n << BigInt(code - 111)), 0n);
const joined = (masks) => masks.reduce((one, other) => one | other, 0n);

function begin(saved) {
  const { alone, view: shown } = saved;
  const [first, ...layers] = shown.layers;
  const quotas = layers.map(({ id, count, families }, place) => ({ id, count, families, mask: maskOf(alone.masks[place]) }));
  const design = { quotas, entry: maskOf(alone.entry), families: first.families, completes: shown.completes };
  const cells = Object.fromEntries(Object.entries(alone.cells).map(([key, [name, codes]]) => [key, { name, mask: bits(codes) }]));
  const layer = shown.layers.find((one) => one.current).id;
  return { design, first: design, layer, follows: shown.follows, past: [], future: [], unfolded: alone.unfolded, cells };
}

const remembered = ({ design, layer, follows }) => ({ design, layer, follows });
const entering = (design, mask) => (design.entry === mask ? design : { ...design, entry: mask, families: CHANGED });

function stepped(state, design, changes = {}) {
  const made = { ...state, ...changes, design, past: [...state.past, remembered(state)].slice(-LONGEST_HISTORY), future: [] };
  if (made.follows && design.quotas.length) made.design = entering(design, joined(design.quotas.map((quota) => quota.mask)));
  return made;
}

const shownIds = (state) => `[${state.design.quotas.map((quota) => quoted(quota.id)).join(", ")}]`;
const quotaOf = (state, id) => state.design.quotas.find((quota) => quota.id === id) ?? refuse(`there is no quota ${quoted(String(id))}; there are ${shownIds(state)}`);
const withQuota = (state, changes) => ({ ...state.design, quotas: state.design.quotas.map((quota) => (quota.id === state.layer ? { ...quota, ...changes } : quota)) });

function counted(value) {
  const text = stripped(String(value)).replaceAll(",", "");
  if (!new RegExp(`^[0-9]{1,${DIGITS}}$`).test(text)) refuse(`${cut(quoted(String(value)), 40)} is no count: give a whole number from 0, of ${DIGITS} digits at most`);
  return Number(text);
}

function selected(state, layer) {
  if (layer !== null) quotaOf(state, layer);
  return { ...state, layer };
}

function added(state) {
  const taken = state.design.quotas.map((quota) => quota.id);
  let number = 1;
  while (taken.includes(`quota ${number}`)) number += 1;
  const quota = { id: `quota ${number}`, count: 100, mask: 0n, families: ADDED };
  return stepped(state, { ...state.design, quotas: [...state.design.quotas, quota] }, { layer: quota.id });
}

function painted(state, cells, on) {
  const mask = joined(cells.map((key) => (Object.hasOwn(state.cells, key) ? state.cells[key].mask : refuse(`there is no cell ${quoted(String(key))}`))));
  const brushed = (before) => (on ? before | mask : before & ~mask);
  if (state.layer === null) return stepped(state, entering(state.design, brushed(state.design.entry ?? 0n)), { follows: false });
  return stepped(state, withQuota(state, { mask: brushed(quotaOf(state, state.layer).mask), families: CHANGED }));
}

const acts = {
  paint: (state, { cells, on }) => {
    if (!Array.isArray(cells) || on === undefined) refuse("nothing was painted: name the cells, and whether they are wanted");
    const isFirst = state.layer === null && !state.design.quotas.length && state.follows;
    const made = painted(isFirst ? added(state) : state, cells, on);
    return [made, `${cells.length} ${cells.length === 1 ? "cell" : "cells"} ${on ? "added" : "taken out"}.`];
  },
  select: (state, { layer }) => [selected(state, layer), `Painting on ${layer || "who may enter"}.`],
  add: (state) => { const made = added(state); return [made, `${made.layer} added.`]; },
  drop: (state) => {
    if (state.layer === null) refuse("the survey's qualification is no quota: select a quota to take it away");
    const quotas = state.design.quotas.filter((quota) => quota.id !== state.layer);
    return [stepped(state, { ...state.design, quotas }, { layer: quotas.length ? quotas[0].id : null }), `${state.layer} removed.`];
  },
  rename: (state, { value }) => {
    const id = stripped(String(value));
    if (state.layer === null || id === state.layer) return [state];
    if (!id || state.design.quotas.some((quota) => quota.id === id)) refuse(`${quoted(id)} is no id for a quota: give one that no other quota has`);
    return [stepped(state, withQuota(state, { id }), { layer: id })];
  },
  count: (state, { layer, value }) => {
    const at = selected(state, layer);
    const count = counted(value);
    if (layer === null) refuse("the survey's qualification has no count: select a quota");
    return [stepped(at, withQuota(at, { count }))];
  },
  completes: (state, { value }) => {
    const completes = stripped(String(value)) ? counted(value) : null;
    return [stepped(state, { ...state.design, completes })];
  },
  follow: (state, { value }) => [stepped(state, state.design, { follows: Boolean(value) })],
  undo: (state) => {
    if (!state.past.length) return [state, "Undone."];
    return [{ ...state, ...state.past.at(-1), past: state.past.slice(0, -1), future: [remembered(state), ...state.future] }, "Undone."];
  },
  redo: (state) => {
    if (!state.future.length) return [state, "Done again."];
    return [{ ...state, ...state.future[0], past: [...state.past, remembered(state)], future: state.future.slice(1) }, "Done again."];
  },
  unfold: (state, { age }, saved) => {
    if (!saved.alone.columns[age]?.months) return [state];
    const { unfolded } = state;
    return [{ ...state, unfolded: unfolded.includes(age) ? unfolded.filter((other) => other !== age) : [...unfolded, age] }];
  },
};

// a cell as it is drawn: which quotas have it, and whether those who have such a child may enter
function drawn(state, key) {
  const { name, mask } = state.cells[key];
  const { quotas, entry } = state.design;
  const layer = state.layer === null ? entry ?? 0n : quotaOf(state, state.layer).mask;
  const marks = quotas.map((quota, place) => (quota.mask & mask ? place + 1 : 0)).filter(Boolean);
  const enters = entry === null || Boolean(entry & mask);
  const within = marks.length ? `in quota ${marks.map((number) => `${number} ${quotas[number - 1].id}`).join(", ")}` : "in no quota";
  return {
    key, marks, enters, state: (layer & mask) === mask ? "all" : layer & mask ? "part" : "none",
    label: [name, within, enters ? "" : "may not enter"].filter(Boolean).join("; "),
  };
}

function view(state, saved) {
  const { design, layer } = state;
  const isChanged = design !== state.first;
  const columns = saved.alone.columns.flatMap(({ year, months }, age) => (state.unfolded.includes(age) ? months : [year]));
  const { outlook } = saved.view;
  const was = isChanged ? [{ text: "Of the design as it was when the notebook ran:", main: false }] : [];
  return {
    ...saved.view, columns, follows: state.follows, completes: design.completes, can_undo: state.past.length > 0, can_redo: state.future.length > 0,
    layers: [
      { id: null, number: 0, current: layer === null, count: null, families: design.entry === null ? "anybody" : design.families },
      ...design.quotas.map(({ id, count, families }, place) => ({ id, number: place + 1, current: id === layer, count, families })),
    ],
    heading: state.unfolded.length ? "age; m = months" : "age", caption: `Painting on: ${layer ?? "who may enter"}`,
    rows: saved.alone.genders.map((gender) => ({ name: `${gender}s`, cells: columns.map((column) => drawn(state, `${gender}-${column.key}`)) })),
    none: drawn(state, saved.alone.none),
    outlook: { lines: [...was, ...outlook.lines], waits: false, can_repair: false },
    repairs: saved.view.repairs.map((repair) => ({ ...repair, can: false })),
    code: isChanged ? `# The design as it was when the notebook ran:\n${saved.view.code}` : saved.view.code,
  };
}

export default {
  works: "Without Python quotas are painted, counted, named, added and removed here.",
  needs: "Only Python forecasts, checks and writes a design: open the notebook in JupyterLab and run it.",
  begin, acts, view,
  note: (state) => (state.design === state.first ? "" : "The design was changed here: forecast, findings, JSON and code are of the design as it was when the notebook ran."),
  absent: () => [".sk-keep", "[data-do='keep']", "[data-do='repair']", "[data-do='use']"],
  closed: ["[data-do='load']"],
};
