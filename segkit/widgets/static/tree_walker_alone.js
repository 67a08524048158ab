// The tree walker where there is no Python. Texts, bodies and findings are those that Python wrote; here it is only chosen among them.
const LONGEST = 15; // digits of a number

const at = (saved, place) => saved.alone.questions[place];

// the place of a question by its id, or by its name where no other bears it
function placed(saved, wanted) {
  const name = stripped(String(wanted));
  const { questions } = saved.alone;
  const by = (test) => questions.map((one, place) => (test(one) ? place : -1)).filter((place) => place >= 0);
  const [ids, names] = [by((one) => String(one.shown.id) === name), by((one) => one.shown.name === name)];
  if (ids.length) return ids[ids.length - 1];
  return names.length === 1 ? names[0] : refuse(`there is no question ${quoted(String(wanted))}`);
}

// the answer that a value is: null where it is none, or the findings for which it is refused
function checked(question, value) {
  const { kind, choices } = question.shown;
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return { given: null };
  if (kind === "input") {
    const text = stripped(String(value));
    const number = new RegExp(`^[0-9]{1,${LONGEST}}$`).test(text) ? Number(text) : NaN;
    const [low, high] = question.bounds;
    return number >= low && number <= high ? { given: number } : { refused: { value: String(value), findings: question.refusal } };
  }
  const many = [value].flat();
  if (kind === "singlepunch" && many.length > 1) return { refused: { value: String(value), findings: question.refusal } };
  const ids = choices.map((choice) => choice.id);
  for (const id of many) if (!ids.includes(id)) refuse(`${question.shown.name} has no answer ${id}.`);
  return { given: kind === "singlepunch" ? many[0] : ids.filter((id) => many.includes(id)) };
}

// the next question without an answer, else the first, else past the end
function next(given, place) {
  const open = given.map((one, other) => (one === null ? other : -1)).filter((other) => other >= 0);
  return open.find((other) => other > place) ?? open[0] ?? given.length;
}

function answered(state, saved, place, value) {
  const { given, refused = null } = checked(at(saved, place), value);
  const put = (list, one) => list.map((other, where) => (where === place ? one : other));
  const kept = { ...state, result: null, refused: put(state.refused, refused) };
  if (refused) return { ...kept, at: place };
  const all = put(state.given, given);
  return { ...kept, given: all, at: given === null ? place : next(all, place) };
}

const same = (state, saved) => JSON.stringify([state.given, state.member]) === JSON.stringify([saved.alone.questions.map((one) => one.given), saved.view.member_id]);
const chosen = (given, id) => (Array.isArray(given) ? given.includes(id) : given === id);

const acts = {
  go: (state, message, saved) => [{ ...state, at: placed(saved, message.question) }],
  back: (state) => [{ ...state, at: Math.max(0, state.at - 1) }],
  answer: (state, message, saved) => {
    const place = message.question === null || message.question === undefined ? state.at : placed(saved, message.question);
    if (place >= saved.alone.questions.length) refuse("every question is answered: name the one to change");
    const made = answered(state, saved, place, message.value);
    const { name } = at(saved, place).shown;
    if (made.refused[place]) return [made, `${name}: ${made.refused[place].findings[0].message}`];
    if (made.given[place] === null) return [made, `${name} has no answer yet.`];
    return [made, made.at < made.given.length ? `${name} answered.` : "Every question is answered."];
  },
  clear: (state, message, saved) => [answered(state, saved, placed(saved, message.question), null), "Answer taken back."],
  member: (state, message) => [{ ...state, member: stripped(String(message.value ?? "")), result: null }],
  restart: (state) => {
    const none = state.given.map(() => null);
    return [{ ...state, given: none, refused: none, at: none.length ? 0 : state.at, result: null }, "Started again."];
  },
  calculate: (state, message, saved) => {
    if (!saved.view.result) refuse(NEEDS_PYTHON);
    if (!same(state, saved)) refuse(`The segment was calculated of other answers, when the notebook ran. ${NEEDS_PYTHON}`);
    return [{ ...state, result: saved.view.result }, `Segment: ${saved.view.result.segment}.`];
  },
};

function begin(saved) {
  const { questions, at: place } = saved.alone;
  const state = { at: place, given: questions.map((one) => one.given), refused: questions.map((one) => one.refused), member: saved.view.member_id, result: saved.view.result };
  return { ...state, first: state.given };
}

function said({ shown }, given) {
  if (given === null) return "";
  return shown.kind === "input" ? String(given) : shown.choices.filter((choice) => chosen(given, choice.id)).map((choice) => choice.label).join("; ");
}

function step(state, saved, question, place) {
  const here = place === state.at;
  const word = state.refused[place] ? "refused" : state.given[place] !== null ? "answered" : here ? "current" : "open";
  return { id: question.shown.id, name: question.shown.name, state: word, here, said: said(question, state.given[place]) };
}

function asked(state, saved) {
  if (state.at >= saved.alone.questions.length) return null;
  const { shown } = at(saved, state.at);
  const [given, refused] = [state.given[state.at], state.refused[state.at]];
  const field = refused ? refused.value : given === null ? null : String(given);
  return {
    ...shown, value: shown.kind === "input" ? field : null, answered: given !== null, findings: refused ? refused.findings : [],
    choices: shown.choices.map((choice) => ({ ...choice, chosen: chosen(given, choice.id) })),
  };
}

function body(state, saved) {
  const entries = saved.alone.questions.map(({ shown, entry }, place) => {
    const given = state.given[place];
    const answers = shown.kind === "input" ? [{ value: given }] : entry.answers.filter((answer) => chosen(given, answer.id));
    return given === null ? null : { ...entry, answers };
  });
  return { ...saved.alone.body, member_id: state.member, segmentation_answers: entries.filter(Boolean) };
}

function view(state, saved) {
  const { code } = saved.view;
  return {
    ...saved.view, ...(code && state.given !== state.first ? { code: `# As it was when the notebook ran:\n${code}` } : {}),
    outline: saved.alone.questions.map((question, place) => step(state, saved, question, place)), question: asked(state, saved),
    can_back: state.given.length > 0 && state.at !== 0, complete: state.given.length > 0 && !state.given.includes(null),
    member_id: state.member, payload: JSON.stringify(body(state, saved), null, 2), result: state.result,
  };
}

export default {
  works: "Without Python this walks the tree, checks answers and writes the body.",
  needs: "Only Python calculates a segment: open the notebook in JupyterLab and run it.",
  begin, acts, view,
  note: (state, saved) => (same(state, saved) || !saved.view.result ? ""
    : `Answers were changed here: the segment ${saved.view.result.segment} was calculated of those that stood here when the notebook ran.`),
  absent: (saved) => [".sk-keep", ...(saved.view.result ? [] : ["[data-do='calculate']", ".sk-work > .sk-buttons > .sk-main"])],
};
