// The segment browser where there is no Python: the saved rows are sorted, searched and turned over; none is edited.
const PAGE = 25;
const folding = new Map();

// a letter's case set aside, as Python's casefold does, and accents with it: what is reordered before the greatest combining class combines
function foldedLetter(letter) {
  if (letter === "\u0345" || `\u0345${letter}`.normalize("NFD") !== `\u0345${letter}`) return "";
  if (letter === "ı") return letter;
  return /[\u13a0-\u13fd\uab70-\uabbf]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase().toUpperCase().toLowerCase(); // Cherokee
}

function folded(text) {
  return [...text.normalize("NFD")].map((letter) => {
    if (!folding.has(letter)) folding.set(letter, foldedLetter(letter));
    return folding.get(letter);
  }).join("");
}

// texts in the order of their code points, and not of the halves of letters
function byLetters(one, other) {
  const [a, b] = [[...one], [...other]];
  for (let place = 0; place < Math.min(a.length, b.length); place += 1) if (a[place] !== b[place]) return a[place].codePointAt(0) - b[place].codePointAt(0);
  return a.length - b.length;
}

const isNumber = (text) => /^[0-9]+$/.test(text);

// numbers by their size, then the others as they read
function order(one, other) {
  const [a, b] = [one, other].map(isNumber);
  if (a !== b) return a ? -1 : 1;
  const [m, n] = a ? [BigInt(one), BigInt(other)] : [0, 0];
  return m < n ? -1 : m > n ? 1 : byLetters(folded(one), folded(other));
}

function begin(saved) {
  const { sort, words: sought, group, changed, page, found } = saved.alone.look;
  return { column: sort[0], down: sort[1], words: sought, group, changed, page, found };
}

// the places of the rows that are looked at, sorted
function looked(state, saved) {
  const { rows } = saved.alone;
  const { columns } = saved.view;
  const at = state.column === null ? -1 : columns.findIndex((column) => column.name === state.column);
  if (state.column !== null && at < 0) refuse(`there is no column ${quoted(state.column)}; there are ${columns.map((column) => column.name).join(", ")}`);
  const sought = words(folded(state.words));
  const shows = (row) => {
    if (state.changed && !row.touched) return false;
    if (state.group !== null && !columns.some((column, place) => column.is_group && row.text[place] === state.group)) return false;
    if (!sought.length) return true;
    const cells = folded(row.text.join("\n"));
    return sought.every((word) => cells.includes(word));
  };
  const found = rows.map((_, place) => place).filter((place) => shows(rows[place]));
  if (at < 0) return { ...state, found };
  const text = (place) => rows[place].text[at];
  const filled = found.filter((place) => stripped(text(place)));
  filled.sort((one, other) => (state.down ? -1 : 1) * order(text(one), text(other)));
  return { ...state, found: [...filled, ...found.filter((place) => !stripped(text(place)))] };
}

const told = (state) => `${state.found.length} found.`;
const narrowed = (state, saved, wanted) => { const made = looked({ ...state, ...wanted, page: 0 }, saved); return [made, told(made)]; };

const acts = {
  sort: (state, message, saved) => {
    const column = String(message.column);
    const next = column !== state.column ? { column, down: false } : { column: state.down ? null : column, down: !state.down };
    const made = looked({ ...state, ...next, page: 0 }, saved);
    return [made, made.column === null ? "Not sorted." : `Sorted by ${made.column}${made.down ? ", downwards" : ""}.`];
  },
  find: (state, message, saved) => narrowed(state, saved, { words: String(message.text) }),
  group: (state, message, saved) => narrowed(state, saved, { group: String(message.value) || null }),
  changed: (state, message, saved) => narrowed(state, saved, { changed: Boolean(message.value) }),
  page: (state, { to }) => [Number.isInteger(to) && to >= 0 ? { ...state, page: to } : refuse(`there is no page ${to}`)],
};

// a row as plain text, with what was there beside what was changed
function shown({ row, text, was = {}, fixed, is_new = false, is_removed = false, action = "", sign = "", why = "" }) {
  const cells = text.map((one, place) => {
    const now = one.split("\n").join("; ");
    const before = Object.hasOwn(was, place) ? was[place] : null;
    return { text: before === null ? now : `${now} (was ${before.split("\n").join("; ") || "empty"})`, was: before };
  });
  return { row, cells, is_new, is_removed, action, sign, why, fixed: fixed || " " }; // what is fixed has no fields
}

function view(state, saved) {
  const pages = Math.max(1, Math.ceil(state.found.length / PAGE));
  const page = Math.min(state.page, pages - 1);
  const counted = saved.alone.groups.map(([value, n]) => ({ value, text: `${value} (${n})` }));
  if (state.group !== null && !counted.some(({ value }) => value === state.group)) counted.push({ value: state.group, text: `${state.group} (0)` });
  const sorted = (name) => (name !== state.column ? "none" : state.down ? "descending" : "ascending");
  const { plan } = saved.view;
  return {
    ...saved.view, groups: counted, group: state.group, words: state.words, changed: state.changed, page, pages, can_undo: false, can_redo: false,
    columns: saved.view.columns.map((column) => ({ ...column, sort: sorted(column.name) })),
    rows: state.found.slice(page * PAGE, (page + 1) * PAGE).map((place) => shown(saved.alone.rows[place])),
    told: `${state.found.length.toLocaleString("en-US")} of ${saved.alone.rows.length.toLocaleString("en-US")} segments${pages > 1 ? `, page ${page + 1} of ${pages}` : ""}`,
    plan: { ...plan, can_apply: false }, confirm: null,
  };
}

const DOES = ["keep", "add", "undo", "redo", "read", "confirm"];

export default {
  works: "Without Python the table is sorted, searched and turned over here; the plan is as it was when the notebook ran.",
  needs: "Only Python edits a registry, plans and applies: open the notebook in JupyterLab and run it.",
  begin, acts, view,
  note: (state, { alone }) => (alone.left_out ? `${alone.left_out.toLocaleString("en-US")} more segments are left out of this copy.` : ""),
  absent: () => [".sk-keep", ...DOES.map((name) => `[data-do='${name}']`)],
};
