"""What the respondent simulator's view shows of a scenario: plain data, made from the scenario alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.sel import population_frames
from segkit.sel.scenario import sampling_range
from segkit.sel.standards import Standard

if TYPE_CHECKING:
    from segkit.sel.population import Population
    from segkit.sel.rule import Rule
    from segkit.sel.scenario import Scenario

PREVIEW = 5
"""Respondents that are shown."""

RANGE = "95 % is where the shares of that many respondents will fall: sampling error only, the law taken as true"


def scenario_view(scenario: Scenario, opened: str | None = None) -> dict[str, Any]:
    """Return questions with their shares, the segments with their intervals, and where it all comes from.

    Parameters
    ----------
    opened
        The question whose answers are shown: the first where it is none of them, and none where it is empty.
    """
    population = scenario.population
    names = population.rule.questions
    current = opened if opened is not None and opened in {"", *names} else names[0]
    return {
        "questions": [_question(scenario, name) for name in names],
        "opened": current,
        "segments": _segments(scenario),
        "range": RANGE,
        "n": scenario.n,
        "seed": scenario.seed,
        "law": population.in_words,
        "provenance": population.provenance,
        "assumptions": list(population.assumptions),
        "is_moved": bool(scenario.moved),
    }


def _question(scenario: Scenario, name: str) -> dict[str, Any]:
    texts = answer_texts(scenario.base, name)
    text, english = question_texts(scenario.base, name)
    return {
        "name": name,
        "text": text,
        "english": english,
        "is_moved": name in scenario.moved,
        "answers": [
            {"place": place, "text": texts[place], "share": share, "percent": f"{share:.1%}"}
            for place, share in enumerate(scenario.shares_of(name).values())
        ],
    }


def _segments(scenario: Scenario) -> list[dict[str, Any]]:
    """Return exact shares, where those of `n` respondents will probably be, and the shares before anything was moved."""
    shares = scenario.population.law.marginals[-1]
    before = scenario.base.law.marginals[-1]
    low, high = sampling_range(shares, scenario.n)
    return [
        {
            "name": name,
            "share": float(share),
            "low": float(least),
            "high": float(most),
            "before": float(was),
            "told": f"{share:.1%}",
            "between": f"{least:.1%} to {most:.1%}",
            "was": f"{was:.1%}",
        }
        for name, share, least, most, was in zip(scenario.population.rule.segments, shares, low, high, before, strict=True)
    ]


def preview_view(scenario: Scenario) -> dict[str, Any]:
    """Return the first respondents of the sample, in the answers' texts."""
    rows = scenario.sample(min(PREVIEW, scenario.n))
    texts = {name: answer_texts(scenario.base, name) for name in scenario.base.rule.questions}
    cells = [
        [texts[name][code] if name in texts else str(value) for name, code, value in zip(rows.columns, codes, row, strict=True)]
        for codes, row in zip(
            zip(*(rows[name].cat.codes for name in rows.columns), strict=True), rows.itertuples(index=False), strict=True
        )
    ]
    return {"head": list(map(str, rows.columns)), "rows": cells}


def answer_texts(population: Population, question: str) -> list[str]:
    """Return the answers of a question as people read them, else their keys."""
    rule: Rule = population.rule
    keys = [str(answer) for answer in rule.answers[rule.questions.index(question)]]
    if not isinstance(population.standard, Standard):
        return keys
    texts = {
        answer.answer: answer.text for asked in population.standard.asked if asked.name == question for answer in asked.answers
    }
    return [texts.get(key, key) for key in keys]


def question_texts(population: Population, question: str) -> tuple[str, str]:
    """Return the question as it is asked and in English where that is another text; its name where no text is known."""
    if isinstance(population.standard, Standard):
        for asked in population.standard.asked:
            if asked.name == question:
                return asked.text, asked.eng_text if asked.eng_text != asked.text else ""
    return question, ""


def python_of(scenario: Scenario, name: str, made: str = "") -> str:
    """Return the Python that makes the scenario's population and sample.

    Parameters
    ----------
    name
        What its base is called.
    made
        The Python that makes its base; empty where only the caller knows how it was made.
    """
    made = made or f"population = ...  # {' '.join(name.split())}, as you gave it"
    lines = ["import segkit as sk", "", made]
    if scenario.moved:
        moved = ",\n".join(f"    {question!r}: {dict(shares)!r}" for question, shares in scenario.moved.items())
        lines.append(f"population = population.tilt({{\n{moved},\n}})")
    lines += ["population.shares()", f"frame = population.sample({scenario.n}, seed={scenario.seed})"]
    return "\n".join(lines) + "\n"


def default_name(standard: Standard) -> str:
    """Return what a shipped standard's own population is called."""
    return population_frames.name_of(standard)
