"""The frames of a population, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.sel import law_frames
from segkit.sel.given_answers import given_words
from segkit.sel.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from segkit.provenance import Provenance
    from segkit.sel.law import Law
    from segkit.sel.standards import Standard
    from segkit.sel.target import Target

_NAMED = 8


class Words(NamedTuple):
    """What is said of a population wherever it is shown."""

    provenance: Provenance
    law: str
    assumptions: tuple[str, ...]


def name_of(standard: Standard | Rule) -> str:
    """Return what a standard or a bare rule is called."""
    if isinstance(standard, Rule):
        return f"a rule of {len(standard.questions)} questions"
    return standard.in_words


def target_in_words(target: Target) -> str:
    """Return a target in a few words, as in ``internet (yes 74 %)``."""
    cells = [(" x ".join(map(str, _own(target, place))), share) for place, share in target.cells()]
    shares = ", ".join(f"{value} {100 * share:.4g} %" for value, share in cells[:_NAMED])
    more = f", {len(cells) - _NAMED} more" if len(cells) > _NAMED else ""
    return f"{target.name} ({shares}{more})"


def before_tilt(marginals: pd.DataFrame, targets: Iterable[Target]) -> Iterator[str]:
    """Yield for each question that was tilted what its shares were, and whether somebody had given these."""
    for target in targets:
        rows = marginals[marginals["question"] == target.name]
        if len(rows):
            shares = ", ".join(f"{answer} {share:.1%}" for answer, share in zip(rows["answer"], rows["share"], strict=True))
            given = "as given" if rows["given"].all() else "which nobody gave: it follows from maximum entropy"
            yield f"before the tilt: {target.name} ({shares}), {given}"


def _own(target: Target, place: tuple[int, ...]) -> tuple[Any, ...]:
    values = target.values(place)
    return values if target.within is None else values[:-1]


def _texts(standard: Standard | Rule) -> dict[str, dict[str, str]]:
    questions = () if isinstance(standard, Rule) else standard.questions
    return {question.name: {answer.answer: answer.text for answer in question.answers} for question in questions}


def _answers(rule: Rule, standard: Standard | Rule) -> dict[str, list[str]]:
    texts = _texts(standard)
    pairs = [
        (question, str(answer)) for question, answers in zip(rule.questions, rule.answers, strict=True) for answer in answers
    ]
    return {
        "question": [question for question, _ in pairs],
        "answer": [answer for _, answer in pairs],
        "text": [texts.get(question, {}).get(answer, answer) for question, answer in pairs],
    }


def marginals(law: Law, standard: Standard | Rule, given: Sequence[Target]) -> pd.DataFrame:
    """Return one row an answer and its share."""
    told = _answers(law.rule, standard)
    words = [word for question in range(len(law.rule.questions)) for word in given_words(law.rule, question, given)]
    return frames.build(law_frames.MARGINALS, {**told, "share": np.concatenate(law.marginals[:-1]), **_labels(words)})


def segment_marginals(law: Law, standard: Standard | Rule, given: Sequence[Target]) -> pd.DataFrame:
    """Return one row a segment and answer, and its share of the segment."""
    told, last = _answers(law.rule, standard), len(law.rule.questions)
    tables = [law.table((question, last)) for question in range(last)]
    with np.errstate(invalid="ignore"):
        shares = np.concatenate([table / table.sum(axis=0) for table in tables]).T
    n_segments, n_answers = shares.shape
    words = [
        word
        for segment in range(n_segments)
        for question in range(last)
        for word in given_words(law.rule, question, given, within=segment)
    ]
    columns = {
        "segment": _ordered(np.repeat(np.arange(n_segments), n_answers), law.rule.segments),
        **{name: values * n_segments for name, values in told.items()},
        "share": shares.reshape(-1),
        **_labels(words),
    }
    return frames.build(law_frames.SEGMENT_MARGINALS, columns)


def _labels(words: list[Provenance | None]) -> dict[str, list[Any]]:
    return {"given": [word is not None for word in words], "provenance": [word or "synthetic" for word in words]}


def targets(law: Law, given: Sequence[Target]) -> pd.DataFrame:
    """Return one row a given share."""
    rows = []
    for target in given:
        table = target.of(law.table(target.scope))
        for place, share in target.cells():
            named = dict(zip(target.scope, target.values(place), strict=True))
            segment = named.pop(len(law.rule.questions), None)
            pairs = [(law.rule.questions[variable], str(answer)) for variable, answer in named.items()]
            (question, answer), (other, beside), *_ = [*pairs, (None, None), (None, None)]
            told = (target.name, segment, question, answer, other, beside)
            rows.append((*told, share, float(table[place]), target.provenance, target.source))
    return frames.from_rows(law_frames.POPULATION, rows)


def rows(rule: Rule, columns: list[NDArray[Any]], start: int) -> pd.DataFrame:
    """Return respondents as a frame; the codes are not copied."""
    made: dict[str, pd.Categorical[Any]] = {
        question: pd.Categorical.from_codes(codes, categories=pd.Index(list(answers), tupleize_cols=False), validate=False)
        for question, codes, answers in zip(rule.questions, columns[:-1], rule.answers, strict=True)
    }
    made["segment"] = _ordered(columns[-1], rule.segments)
    return pd.DataFrame(made, index=pd.RangeIndex(start, start + len(columns[-1])), copy=False)


def _ordered(codes: NDArray[Any], segments: tuple[str, ...]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes, categories=pd.Index(segments), ordered=True, validate=False)


def page(standard: Standard | Rule, words: Words, shares: pd.DataFrame, given: pd.DataFrame) -> str:
    """Write a population as tables: the segments' shares, a column each, and what was given beside what the law has."""
    segments = [(str(segment), *(f"{share:.2%}" for share in row)) for segment, *row in shares.itertuples()]
    asked = [(row.target, _what(row), f"{row.given:.4%}", f"{row.law:.4%}", row.provenance) for row in given.itertuples()]
    label = markup.element("strong", f"{words.provenance}: ")
    parts = [
        markup.table(f"Population {name_of(standard)}", ["segment", *map(str, shares.columns)], segments),
        markup.note(markup.join([label, words.law])),
    ]
    if asked:
        parts.append(markup.folded("targets met (given)", markup.table("Targets", ["target", "of", "given", "law", ""], asked)))
    return markup.join([*parts, *(markup.note(line) for line in words.assumptions)]).html


def _what(row: Any) -> str:  # noqa: ANN401 - a row of `segkit.sel.law_frames.POPULATION`
    named = [row.segment, row.answer, row.other_answer]
    return " x ".join(str(value) for value in named if not pd.isna(value))
