// A view of one trait, `view`, which Python writes; what the user does goes back as a message. No rule lives here.
const SIGNS = { answered: "✓", current: "▶", refused: "✗", open: "○" };
const WORDS = { answered: "answered", current: "here", refused: "refused", open: "open" };

function outline(view, send) {
  const items = view.outline.map((step) =>
    make("li", {},
      make("button", {
        type: "button", className: "sk-step sk-" + step.state, on: { click: () => send({ do: "go", question: step.id }) },
        ...(step.here ? { "aria-current": "step" } : {}),
      },
      make("span", { "aria-hidden": "true", className: "sk-sign" }, SIGNS[step.state]),
      make("span", {}, step.name),
      make("span", { className: "sk-quiet" }, step.said || WORDS[step.state]))));
  return make("nav", { "aria-label": "Questions" },
    make("ol", { className: "sk-outline" }, ...items),
    make("p", { className: "sk-quiet" }, "Leads to: " + view.segments.join(" · ")));
}

function choices(view, form) {
  const many = view.question.kind === "multipunch";
  return view.question.choices.map((choice) => {
    const id = `${form}-${choice.id}`;
    return make("div", { className: "sk-choice" },
      make("input", { type: many ? "checkbox" : "radio", name: form, id, value: String(choice.id), checked: choice.chosen }),
      make("label", { htmlFor: id },
        make("span", { lang: view.lang || "" }, choice.label),
        choice.english ? make("span", { className: "sk-quiet", lang: "en" }, " " + choice.english) : null,
        make("span", { className: "sk-id" }, String(choice.id)),
        choice.provenance === "documented" ? null : make("span", { className: "sk-word" }, choice.provenance)));
  });
}

function question(view, form, send) {
  const asked = view.question;
  if (!asked) return make("p", { className: "sk-done", tabIndex: -1 }, "Every question is answered.");
  const read = (fieldset) => {
    if (asked.kind === "input") return fieldset.querySelector("input").value;
    const ids = [...fieldset.querySelectorAll("input:checked")].map((input) => Number(input.value));
    return asked.kind === "multipunch" ? ids : ids.length ? ids[0] : null;
  };
  const found = asked.findings.map((finding) =>
    make("p", { className: "sk-finding sk-" + finding.severity }, `${finding.sign}: ${finding.message.replace(/\.?$/, ".")} ${finding.fix}`));
  const input = asked.kind === "input"
    ? [make("input", {
        type: "text", inputMode: "numeric", id: form + "-value", className: "sk-number", value: asked.value ?? "",
        "aria-label": "Number, " + asked.placeholder, placeholder: asked.placeholder, autocomplete: "off",
        // inside a notebook JupyterLab keeps Enter from submitting a form
        on: { keydown: (event) => { if (event.key === "Enter") { event.preventDefault(); event.target.form.requestSubmit(); } } },
        ...(found.length ? { "aria-invalid": "true", "aria-describedby": form + "-found" } : {}),
      })]
    : choices(view, form);
  const fieldset = make("fieldset", {},
    make("legend", {},
      make("span", { className: "sk-id" }, `${asked.name} · ${asked.id}`),
      asked.provenance === "documented" ? null : make("span", { className: "sk-word" }, asked.provenance),
      make("span", { className: "sk-text", lang: view.lang || "" }, asked.text)),
    ...input,
    make("div", { id: form + "-found", role: "alert" }, ...found),
    make("div", { className: "sk-buttons" },
      make("button", { type: "submit", className: "sk-main" }, asked.answered ? "Change answer" : "Answer"),
      make("button", { type: "button", disabled: !view.can_back, on: { click: () => send({ do: "back" }) } }, "Back"),
      make("button", { type: "button", disabled: !asked.answered, on: { click: () => send({ do: "clear", question: asked.id }) } }, "Clear")));
  return make("form", {
    noValidate: true,
    on: { submit: (event) => { event.preventDefault(); send({ do: "answer", question: asked.id, value: read(fieldset) }); } },
  }, fieldset);
}

function outcome(view, send) {
  const result = view.result
    ? make("p", { className: "sk-result", tabIndex: -1 },
        make("strong", {}, view.result.segment), ` (segment ${view.result.segment_id} of ${view.result.qualification_id}) `,
        make("span", { className: "sk-word" }, view.result.provenance),
        view.result.note ? make("span", { className: "sk-quiet" }, " " + view.result.note) : null)
    : null;
  const error = view.error ? make("p", { className: "sk-finding sk-error", role: "alert" }, view.error) : null;
  return [
    make("label", { className: "sk-member" }, "Member id ",
      make("input", { type: "text", value: view.member_id, autocomplete: "off", on: { change: (e) => send({ do: "member", value: e.target.value }) } })),
    make("div", { className: "sk-buttons" },
      view.has_client
        ? make("button", { type: "button", className: "sk-main", disabled: !view.complete, on: { click: () => send({ do: "calculate" }) } }, "Calculate segment")
        : make("span", { className: "sk-quiet" }, "No client was given: the body below is what would be sent."),
      make("button", { type: "button", on: { click: () => send({ do: "restart" }) } }, "Start again"),
      make("button", { type: "button", className: "sk-keep", on: { click: () => send({ do: "keep" }) } }, "Keep this state")),
    view.kept ? make("p", { className: "sk-quiet" }, view.kept) : null,
    result, error,
  ];
}

function body(view, open, toggled) {
  return make("details", { open, on: { toggle: (event) => toggled(event.target.open) } },
    make("summary", {}, view.complete ? "The exact POST body" : "The POST body so far"),
    ...copying("Copy", () => view.payload),
    make("pre", { tabIndex: 0, "aria-label": "POST body" }, view.payload));
}

let forms = 0;
let kept = false; // keeping a state has JupyterLab draw the view anew: the focus then goes back to its button

function render({ model, el }) {
  const form = "sk-walk-" + ++forms;
  const root = make("section", { className: "sk-widget sk-walker" });
  const live = make("p", { className: "sk-live", role: "status" });
  let open = false;
  let doing = null;
  const send = (message) => { doing = message.do; kept = doing === "keep"; model.send(message); };
  const draw = () => {
    const view = model.get("view");
    const held = root.contains(document.activeElement) ? document.activeElement : null;
    root.setAttribute("aria-label", view.title);
    const head = make("h3", {}, view.title, " ", make("span", { className: "sk-word" }, view.provenance));
    const work = make("div", { className: "sk-work" }, question(view, form, send), ...outcome(view, send).filter(Boolean));
    root.replaceChildren(head, make("div", { className: "sk-columns" }, outline(view, send), work),
      body(view, open, (now) => { open = now; }), live);
    live.textContent = view.status;
    const goal = { calculate: ".sk-result, .sk-error", keep: ".sk-keep", member: null }[doing];
    const same = (node) => node.id === held.id && node.className === held.className && node.textContent === held.textContent;
    const target = doing && goal !== null ? root.querySelector(goal || "form input:checked, form input, .sk-done")
      : held && [...root.querySelectorAll("button, input, summary, pre")].find(same);
    if (target) target.focus();
    doing = null;
  };
  model.on("change:view", draw);
  draw();
  el.appendChild(root);
  if (kept) requestAnimationFrame(() => root.querySelector(".sk-keep").focus());
  kept = false;
  return () => model.off("change:view", draw);
}

export default { render };
