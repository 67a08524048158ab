// The respondent simulator where there is no Python: one question is moved at a time. To move the shares of one question's answers
// with the least change is to mix what Python saved: the shares of everything else among those who give each answer.
const PLACES = 6; // of a share that was moved
const DIGITS = 29; // of a number
const MOST = 10000000;
const TAIL = (1 - 0.95) / 2;
const NEAR = 1.96;

// a number with so many places, rounded as Python rounds: exactly, and half to even
function fixed(number, places) {
  const near = number.toFixed(places);
  const exact = number.toFixed(60);
  const half = exact.slice(exact.indexOf(".") + 1 + places);
  if (!/^50*$/.test(half)) return near;
  const below = exact.slice(0, exact.indexOf(".") + 1 + places);
  return /[02468]$/.test(below) ? below : near;
}
const percent = (share) => `${fixed(share * 100, 1)}%`;
const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
const thousands = (number) => number.toLocaleString("en-US");

const sourceOf = (state, saved) => (Object.hasOwn(saved.alone.sources, state.name) ? saved.alone.sources[state.name] : refuse(`the rule of ${state.name} is not known: ask for it first`));
const movedOf = (state) => state.moved[state.name];
const put = (state, moved) => ({ ...state, moved: { ...state.moved, [state.name]: moved } });

function begin(saved) {
  const sources = Object.entries(saved.alone.sources);
  const of = (part) => Object.fromEntries(sources.map(([name, source]) => [name, part(source)]));
  return { name: saved.view.chosen, opened: saved.alone.opened, moved: of((source) => source.moved), n: of((source) => source.shown.n), put: "" };
}

// the shares of the answers of each question, and last of the segments, where one question has others at the most
function law(source, moved) {
  const [name] = Object.keys(moved);
  if (name === undefined) return source.shares;
  const place = source.names.indexOf(name);
  const shares = moved[name];
  return source.shares.map((others, other) => (other === place ? shares
    : others.map((_, value) => sum(shares.map((share, answer) => (share ? share * source.among[place][answer][other][value] : 0))))));
}

function placeOf(source, question) {
  const place = source.names.indexOf(question);
  return place < 0 ? refuse(`there is no question ${quoted(question)}; there are [${source.names.map(quoted).join(", ")}]`) : place;
}

// one answer's share moved; the others keep their proportions, and the sum
function movedTo(shares, place, share) {
  const others = sum(shares.filter((_, other) => other !== place));
  const left = 1 - share;
  const to = shares.map((old, other) => (other === place ? share : others > 0 ? (left * old) / others : left / (shares.length - 1)));
  const made = to.map((one) => Number(fixed(one, PLACES)));
  const largest = made.reduce((best, one, other) => (other !== place && (best < 0 || one > made[best]) ? other : best), -1);
  // what is lost by rounding goes to the largest that was not moved, else to the one that was
  for (const other of [largest, place]) made[other] = Math.max(Number(fixed(made[other] + 1 - sum(made), PLACES)), 0);
  return made;
}

function move(state, message, saved) {
  const source = sourceOf(state, saved);
  const question = String(message.question);
  const at = placeOf(source, question);
  const { place, share } = message;
  const { length } = source.shares[at];
  if (!Number.isInteger(place) || place < 0 || place >= length) refuse(`${question} has ${length} answers: none is at place ${place}`);
  if (typeof share !== "number" || !(share >= 0 && share <= 1)) refuse(`a share is from 0 to 1: ${share}`);
  if (length === 1) refuse(`${question} has one answer: its share is 1`);
  const before = movedOf(state);
  const back = Object.keys(before).filter((name) => name !== question);
  const own = Object.hasOwn(before, question) ? before[question] : source.shares[at];
  const shares = movedTo(own, place, share);
  if (shares.some((one, answer) => one > 0 && !(source.shares[at][answer] > 0))) refuse(`Nobody gives this answer of ${question}: no share can be moved to it.`);
  const told = back.length ? `${back.join(", ")} put back as it was: moving several questions needs Python.` : "";
  return [{ ...put(state, { [question]: shares }), opened: question, put: told || (Object.keys(before).length ? state.put : "") }, told];
}

function reset(state, message, saved) {
  const source = sourceOf(state, saved);
  const question = message.question ?? null;
  if (question !== null) placeOf(source, question);
  const left = Object.entries(movedOf(state)).filter(([name]) => question !== null && name !== question);
  if (left.length > 1 && left.length < Object.keys(movedOf(state)).length) refuse(`Moving several questions needs Python. ${NEEDS_PYTHON}`);
  const same = left.length === Object.keys(movedOf(state)).length;
  return [{ ...(same ? state : put(state, Object.fromEntries(left))), put: "" }, "As it was."];
}

function draws(state, message, saved) {
  const source = sourceOf(state, saved);
  if (message.seed !== undefined || message.n === undefined) refuse(`Another seed draws other respondents. ${NEEDS_PYTHON}`);
  const text = stripped(String(message.n)).replaceAll(",", "");
  if (!new RegExp(`^[0-9]{1,${DIGITS}}$`).test(text)) refuse(`${cut(quoted(String(message.n)), 40)} is no whole number`);
  const n = BigInt(text);
  const about = n > 2n ** 64n ? `about 2**${n.toString(2).length}` : String(n);
  if (n < 1n || n > BigInt(MOST)) refuse(`n is a whole number from 1 to ${thousands(MOST)}: ${about}`);
  return [{ ...state, n: { ...state.n, [state.name]: Number(n) } }, `${thousands(Number(n))} respondents, seed ${source.shown.seed}.`];
}

const acts = {
  move, reset, draws,
  choose: (state, { name }, saved) => (named(saved).includes(name) ? [{ ...state, name }, `${name}.`] : refuse(NEEDS_PYTHON)),
  open: (state, message, saved) => {
    const question = String(message.question);
    return [{ ...state, opened: question === openedOf(state, saved) ? "" : question }];
  },
};

// what can be chosen: what was computed, and what stands there
const named = (saved) => saved.view.choices.filter((name) => name === saved.view.chosen || Object.hasOwn(saved.alone.sources, name));

function openedOf(state, saved) {
  if (!Object.hasOwn(saved.alone.sources, state.name)) return undefined;
  const { names } = saved.alone.sources[state.name];
  return state.opened !== null && ["", ...names].includes(state.opened) ? state.opened : names[0];
}

function segmentsOf(shown, shares, n) {
  return shown.segments.map((segment, place) => {
    const share = shares[place];
    const [low, high] = [quantile(TAIL, n, share, -NEAR) / n, quantile(1 - TAIL, n, share, NEAR) / n];
    return { ...segment, share, low, high, told: percent(share), between: `${percent(low)} to ${percent(high)}` };
  });
}

function questionsOf(shown, shares, moved) {
  return shown.questions.map((question, place) => ({
    ...question, is_moved: Object.hasOwn(moved, question.name),
    answers: question.answers.map((answer, code) => ({ ...answer, share: shares[place][code], percent: percent(shares[place][code]) })),
  }));
}

const isAsItWas = (state, saved) => movedOf(state) === sourceOf(state, saved).moved && state.n[state.name] === sourceOf(state, saved).shown.n;

function view(state, saved) {
  const { can_learn } = saved.view;
  const chosen = { choices: named(saved), chosen: state.name, can_learn, csv: "" };
  if (!Object.hasOwn(saved.alone.sources, state.name)) return { ...chosen, is_known: false };
  const source = saved.alone.sources[state.name];
  const moved = movedOf(state);
  const shown = { ...source.shown, ...chosen, is_known: true, opened: openedOf(state, saved) };
  if (isAsItWas(state, saved)) return shown;
  const n = state.n[state.name];
  // the numbers of several moved questions are Python's; only how many respondents there are can be another
  const several = Object.keys(moved).length > 1;
  const shares = several ? [...source.shown.questions.map(({ answers }) => answers.map(({ share }) => share)), source.shown.segments.map(({ share }) => share)] : law(source, moved);
  const is_moved = Object.keys(moved).length > 0;
  const [name] = Object.keys(moved);
  const about = several || moved === source.moved ? {} : is_moved
    ? { law: `other shares of ${name}, with least change from [${source.law}]`, assumptions: [`tilted from: ${source.law}`, ...source.assumptions], provenance: source.tilted }
    : { law: source.law, assumptions: source.assumptions, provenance: source.provenance };
  return {
    ...shown, ...about, n, is_moved, questions: questionsOf(source.shown, shares, moved), segments: segmentsOf(source.shown, shares.at(-1), n),
    code: `# As it was when the notebook ran:\n${source.shown.code}`,
  };
}

export default {
  works: "Without Python one question's shares are moved at a time, for any number of respondents.",
  needs: "Only Python moves several questions, draws respondents and takes another seed: open the notebook in JupyterLab and run it.",
  begin, acts, view,
  note: (state, saved) => {
    if (!Object.hasOwn(saved.alone.sources, state.name)) return "";
    const drawn = isAsItWas(state, saved) ? "" : "Changed here: the first respondents and the code are as they were when the notebook ran.";
    return [state.put, drawn].filter(Boolean).join(" ");
  },
  absent: () => [".sk-keep", "[data-do='keep']", "[data-do='csv']", "[data-do='learn']"],
  closed: ["[data-do='seed']"],
};
