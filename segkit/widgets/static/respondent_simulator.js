// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const STEPS = 200; // of a slider: half a percent
function head(view, send, parts) {
  const names = view.choices.map((name) => make("option", { value: name, selected: name === view.chosen }, name));
  const field = (name, does) => parts[does] = make("input", {
    type: "text", inputMode: "numeric", className: "sk-field", autocomplete: "off", "aria-label": name, "data-do": does,
    on: { keydown: enter, change: (event) => send({ do: "draws", [does]: event.target.value }) },
  });
  return buttons(make("label", {}, "Respondents of ", make("select", { className: "sk-select", "aria-label": "Standard or tree", "data-do": "choose",
      on: { change: (event) => send({ do: "choose", name: event.target.value }) } }, ...names)),
    view.is_known ? make("label", {}, "n ", field("Number of respondents", "n")) : null,
    view.is_known ? make("label", {}, "seed ", field("Seed", "seed")) : null,
    view.is_known ? (parts.reset = button("All as it was", () => send({ do: "reset" }), { "data-do": "reset" })) : null,
    keep(send));
}

function sliders(question, send, parts, held) {
  parts.sliders = question.answers.map((answer) => {
    const told = make("span", { className: "sk-percent" });
    const range = make("input", {
      type: "range", min: 0, max: STEPS, step: 1, className: "sk-range", "aria-label": `${question.name}: ${answer.text}`, "data-do": `move-${answer.place}`,
      on: {
        pointerdown: () => { held.range = range; },
        input: () => { held.range = range; send({ do: "move", question: question.name, place: answer.place, share: Number(range.value) / STEPS }); },
        change: () => { held.range = null; },
        blur: () => { held.range = null; },
      },
    });
    return { range, told, line: make("div", { className: "sk-slide" }, make("span", {}, answer.text), range, told) };
  });
  return make("fieldset", {}, make("legend", {}, question.text), question.english ? quiet(question.english) : null, ...parts.sliders.map((one) => one.line),
    parts.back = button("This question as it was", () => send({ do: "reset", question: question.name }), { "data-do": "back" }));
}

function questions(view, send, parts, held) {
  parts.names = [];
  return make("ul", { className: "sk-questions" }, ...view.questions.map((question) => {
    const open = question.name === view.opened;
    const name = button("", () => send({ do: "open", question: question.name }), { className: "sk-name", "aria-expanded": String(open), "data-do": `open-${question.name}` });
    parts.names.push(name);
    return make("li", {}, name, open ? sliders(question, send, parts, held) : null);
  }));
}

function segments(view, parts) {
  parts.rows = view.segments.map((segment) => {
    const [fill, span, before] = ["sk-fill", "sk-span", "sk-before"].map((className) => make("span", { className }));
    const [told, between, was] = [0, 1, 2].map(() => make("td"));
    const bar = make("td", { className: "sk-barcell", "aria-hidden": "true" }, make("div", { className: "sk-bar" }, fill, before, span));
    return { fill, span, before, told, between, was, line: make("tr", {}, make("th", { scope: "row" }, segment.name), bar, told, between, was) };
  });
  parts.caption = make("caption");
  parts.between = make("th", { scope: "col" });
  return make("table", { className: "sk-segments" }, parts.caption,
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "segment"), make("td", {}), make("th", { scope: "col" }, "share"), parts.between, make("th", { scope: "col" }, "before"))),
    make("tbody", {}, ...parts.rows.map((row) => row.line)));
}

function papers(parts, send, label) {
  parts.sample = scrolling(label("The first respondents"));
  parts.law = make("div");
  return [
    folded("The first respondents (synthetic)", parts.sample, buttons(button("Download CSV", () => send({ do: "csv" }), { "data-do": "csv" }))),
    folded("What this stands on", parts.law),
  ];
}

function unknown(view, send) {
  return make("div", {},
    make("p", {}, "Nobody published the rule of this tree. Asked for every set of answers, the far side tells it."),
    view.can_learn ? button("Ask for every profile", () => send({ do: "learn" }), { "data-do": "learn" }) : quiet("Nobody was given to ask: calculate=ps.calculate_many."));
}

function fill(view, parts, held, typing) {
  const most = Math.max(...view.segments.map((s) => Math.max(s.high, s.before)), 0.05);
  const at = (share) => `${(100 * share) / most}%`;
  view.segments.forEach((segment, place) => {
    const row = parts.rows[place];
    row.fill.style.width = at(segment.share);
    Object.assign(row.span.style, { left: at(segment.low), width: at(segment.high - segment.low) });
    Object.assign(row.before.style, { left: at(segment.before), display: view.is_moved ? "block" : "none" });
    row.told.textContent = segment.told; row.between.textContent = segment.between; row.was.textContent = segment.was;
  });
  view.questions.forEach((question, place) => {
    const signs = `${question.name === view.opened ? "▾" : "▸"} ${question.name}`;
    parts.names[place].textContent = question.is_moved ? `${signs} (moved)` : signs;
    if (question.name !== view.opened) return;
    parts.back.disabled = !question.is_moved;
    question.answers.forEach((answer, at) => {
      const { range, told } = parts.sliders[at];
      // the one in the hand stays where the hand is, and so do all while a later move of it is not answered
      if (held.range !== range && !held.moves) range.value = String(Math.round(answer.share * STEPS));
      range.setAttribute("aria-valuetext", answer.percent);
      told.textContent = answer.percent;
    });
  });
  for (const name of ["n", "seed"]) if (typing !== parts[name]) parts[name].value = String(view[name]);
  parts.reset.disabled = !view.is_moved;
  parts.caption.replaceChildren(`${view.is_moved ? "Segments, and what if" : "Segments"} `, word(view.provenance));
  parts.between.textContent = `of ${view.n.toLocaleString("en")}, 95 %`;
  parts.sample.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...view.preview.head.map((name) => make("th", { scope: "col" }, name)))),
    make("tbody", {}, ...view.preview.rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell)))))));
  parts.law.replaceChildren(quiet(view.law), ...view.assumptions.map(quiet));
}

function download(text) {
  const link = make("a", { href: URL.createObjectURL(new Blob([text], { type: "text/csv" })), download: "respondents.csv" });
  link.click();
  URL.revokeObjectURL(link.href);
}

// where the focus goes from a button that has done its work
const AFTER = { reset: "choose", back: "move-0" };

function render(place) {
  const { model } = place;
  const of = frame(place, "sk-simulator", "Respondent simulator", "", {
    unanswered: () => goOn(), after: (name) => AFTER[name], forget: () => draw(),
  });
  const held = { range: null, moves: false };
  let parts = {};
  let shape = "";
  let waits = false;
  let next = null;
  let wanted = false; // the file: only the view that asked for it has it downloaded
  // one move at a time: what the hand does meanwhile is one message more, its last
  const send = (message) => {
    if (message.do === "move" && waits) { next = message; return; }
    waits = true;
    wanted ||= message.do === "csv";
    of.send(message);
  };
  const goOn = () => {
    waits = false;
    if (next) { const message = next; next = null; send(message); }
  };
  const build = (view) => {
    const open = [...of.work.querySelectorAll("details")].map((one) => one.open);
    parts = {};
    of.head.replaceChildren(head(view, send, parts));
    of.work.replaceChildren(...(view.is_known ? [
      make("div", { className: "sk-columns" }, make("div", { className: "sk-side" }, questions(view, send, parts, held)),
        make("div", { className: "sk-work" }, scrolling(of.label("Shares of the segments"), segments(view, parts)), quiet(view.range))),
      ...papers(parts, send, of.label)] : [unknown(view, send)]));
    of.work.querySelectorAll("details").forEach((one, place) => { one.open = open[place] ?? false; });
  };
  const draw = () => {
    const view = model.get("view");
    held.moves = next !== null;
    of.redraw(() => {
      const now = JSON.stringify([view.chosen, view.is_known, view.opened]);
      if (now !== shape) build(view);
      shape = now;
      if (view.is_known) fill(view, parts, held, of.typing);
      of.tell(view);
    });
    goOn();
  };
  const file = () => {
    const view = model.get("view");
    if (view.csv && wanted) download(view.csv);
    wanted &&= !view.csv && !view.error;
  };
  model.on("change:view", file); // the drawing may be held up until the view after it
  const end = of.show(draw);
  return () => { model.off("change:view", file); end(); };
}

export default { render };
