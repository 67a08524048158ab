// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const SIGNS = { answered: "✓", current: "▶", refused: "✗", open: "○" };
const WORDS = { answered: "answered", current: "here", refused: "refused", open: "open" };

const STAYS = ["calculate", "keep", "member"]; // of a question, what is chosen and not sent yet, when these are done

function outline(view, send, label) {
  const items = view.outline.map((step) =>
    make("li", {},
      make("button", {
        type: "button", className: "sk-step sk-" + step.state, "data-do": `go-${step.id}`, on: { click: () => send({ do: "go", question: step.id }) },
        ...(step.here ? { "aria-current": "step" } : {}),
      },
      make("span", { "aria-hidden": "true", className: "sk-sign" }, SIGNS[step.state]),
      make("span", {}, step.name),
      make("span", { className: "sk-quiet" }, step.said || WORDS[step.state]))));
  return make("nav", { "aria-label": label("Questions") },
    make("ol", { className: "sk-outline" }, ...items),
    quiet("Leads to: " + view.segments.join(" · ")));
}

function choices(view, form) {
  const many = view.question.kind === "multipunch";
  return view.question.choices.map((choice) => {
    const id = `${form}-${choice.id}`;
    return make("div", { className: "sk-choice" },
      make("input", { type: many ? "checkbox" : "radio", name: form, id, "data-do": `choice-${choice.id}`, value: String(choice.id), checked: choice.chosen }),
      make("label", { htmlFor: id },
        make("span", { lang: view.lang || "" }, choice.label),
        choice.english ? make("span", { className: "sk-quiet", lang: "en" }, " " + choice.english) : null,
        make("span", { className: "sk-id" }, String(choice.id)),
        choice.provenance === "documented" ? null : word(choice.provenance)));
  });
}

function question(view, form, send) {
  const asked = view.question;
  if (!asked) return make("p", { className: "sk-done", tabIndex: -1, "data-do": "done" }, "Every question is answered.");
  const read = (fieldset) => {
    if (asked.kind === "input") return fieldset.querySelector("input").value;
    const ids = [...fieldset.querySelectorAll("input:checked")].map((input) => Number(input.value));
    return asked.kind === "multipunch" ? ids : ids.length ? ids[0] : null;
  };
  const found = asked.findings.map((finding) =>
    make("p", { className: "sk-finding sk-" + finding.severity }, `${finding.sign}: ${finding.message.replace(/\.?$/, ".")} ${finding.fix}`));
  const input = asked.kind === "input"
    ? [make("input", {
        type: "text", inputMode: "numeric", id: form + "-value", className: "sk-field sk-number", "data-do": "number", value: asked.value ?? "",
        "aria-label": "Number, " + asked.placeholder, placeholder: asked.placeholder, autocomplete: "off",
        // inside a notebook JupyterLab keeps Enter from submitting a form
        on: { keydown: (event) => { if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); event.target.form.requestSubmit(); } } },
        ...(found.length ? { "aria-invalid": "true", "aria-describedby": form + "-found" } : {}),
      })]
    : choices(view, form);
  const fieldset = make("fieldset", {},
    make("legend", {},
      make("span", { className: "sk-id" }, `${asked.name} · ${asked.id}`),
      asked.provenance === "documented" ? null : word(asked.provenance),
      make("span", { className: "sk-text", lang: view.lang || "" }, asked.text)),
    ...input,
    make("div", { id: form + "-found", role: "alert" }, ...found),
    buttons(make("button", { type: "submit", className: "sk-main", "data-do": "answer" }, asked.answered ? "Change answer" : "Answer"),
      button("Back", () => send({ do: "back" }), { disabled: !view.can_back, "data-do": "back" }),
      button("Clear", () => send({ do: "clear", question: asked.id }), { disabled: !asked.answered, "data-do": "clear" })));
  return make("form", {
    noValidate: true,
    on: { submit: (event) => { event.preventDefault(); send({ do: "answer", question: asked.id, value: read(fieldset) }); } },
  }, fieldset);
}

function outcome(view, send) {
  const result = view.result
    ? make("p", { className: "sk-result", tabIndex: -1, "data-do": "result" },
        make("strong", {}, view.result.segment), ` (segment ${view.result.segment_id} of ${view.result.qualification_id}) `,
        word(view.result.provenance),
        view.result.note ? make("span", { className: "sk-quiet" }, " " + view.result.note) : null)
    : null;
  return [
    make("label", { className: "sk-member" }, "Member id ",
      make("input", { type: "text", className: "sk-field", value: view.member_id, autocomplete: "off", "data-do": "member",
        on: { keydown: enter, change: (event) => send({ do: "member", value: event.target.value }) } })),
    buttons(
      view.has_client
        ? button("Calculate segment", () => send({ do: "calculate" }), { className: "sk-main", disabled: !view.complete, "data-do": "calculate" })
        : make("span", { className: "sk-quiet" }, "No client was given: the body below is what would be sent."),
      button("Start again", () => send({ do: "restart" }), { "data-do": "restart" }), keep(send)),
    result,
  ].filter(Boolean);
}

function render(place) {
  const form = unique("sk-walk");
  const { model } = place;
  const of = frame(place, "sk-walker", "Tree walker", `: ${model.get("view").title}`, { forget: () => { asked = ""; draw(); } });
  const summary = make("summary", { "data-do": "body" });
  const payload = make("pre", { tabIndex: 0, "aria-label": "POST body", "data-do": "payload" });
  const body = make("details", {}, summary, buttons(...copying("Copy", () => payload.textContent)), payload);
  const stage = make("div", { className: "sk-columns" });
  of.work.append(stage, body);
  let doing = null;
  let asked = "";
  let answers = null;
  const send = (message) => { doing = message.do; of.send(message); };
  const fill = (view) => {
    of.tell(view);
    of.head.replaceChildren(make("h3", {}, view.title, " ", word(view.provenance)));
    const now = JSON.stringify([view.question, view.can_back, view.lang]);
    if (now !== asked || (doing && !STAYS.includes(doing))) answers = question(view, form, send);
    asked = now;
    const work = make("div", { className: "sk-work" }, answers, ...outcome(view, send));
    stage.replaceChildren(outline(view, send, of.label), work);
    summary.textContent = view.complete ? "The exact POST body" : "The POST body so far";
    payload.textContent = view.payload;
  };
  // where an answer leads to the next question, so does the focus
  const next = () => {
    const first = answers.querySelector("input:checked") ?? answers.querySelector("input");
    return first ? first.dataset.do : "done";
  };
  const draw = () => {
    const view = model.get("view");
    const goal = { calculate: () => (view.error ? "error" : "result"), keep: null, member: null }[doing];
    of.redraw(() => fill(view), goal === undefined ? doing && next : goal);
    doing = null;
  };
  return of.show(draw);
}

export default { render };
