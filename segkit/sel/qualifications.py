"""Several trees: a mapping of parent id to tree, what was found in them, and their frames, built column by column."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from segkit import frames, markup
from segkit.findings import Findings
from segkit.provenance import WORDS, weakest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from segkit.provenance import Provenance
    from segkit.sel.question import Question
    from segkit.sel.tree import Tree

_RANK = {word: rank for rank, word in enumerate(WORDS)}


class Qualifications(Mapping[int, "Tree"]):
    """The trees of one answer of the vendor, by parent id, in reply order.

    Attributes
    ----------
    raw
        The bytes that were read: everything the vendor sent, unknown fields too.
    findings
        What was found wrong, repairs of a printed text included.
    missing
        Ids that were asked for and that the reply leaves out.
    """

    def __init__(
        self, trees: Mapping[int, Tree], *, raw: bytes = b"", findings: Findings | None = None, missing: tuple[int, ...] = ()
    ) -> None:
        self._trees = dict(trees)
        self.raw = raw
        self.findings = findings or Findings()
        self.missing = missing

    def __getitem__(self, parent_id: int) -> Tree:
        try:
            return self._trees[parent_id]
        except KeyError:
            raise KeyError(f"no tree {parent_id!r}; this answer holds {list(self._trees)}") from None

    def __iter__(self) -> Iterator[int]:
        return iter(self._trees)

    def __len__(self) -> int:
        return len(self._trees)

    @property
    def provenance(self) -> Provenance | None:
        """The weakest word of the trees, None where there are none."""
        words = [tree.provenance for tree in self.values()]
        return weakest(*words) if words else None

    def to_frame(self) -> pd.DataFrame:
        """Return one row an answer, questions in walking order after their parent.

        Columns
        -------
        parent_id, qualification_id : int64
        description, question_type : str
        order : Int64, the vendor's question order number
        question_text : str, as the vendor wrote it
        answer_id : Int64; answer_text, answer_eng_text : str; missing in the one row of an input question
        minimum, maximum : Int64, the bounds of an input question
        provenance : ordered categorical, the weaker word of question and answer

        Rows whose qualification_id is the parent_id are the segments.
        """
        parents, questions = self._listed()
        counts = np.array([len(question.answers) for question in questions], dtype=np.int64)
        rows = np.maximum(counts, 1)
        filled = np.repeat(counts > 0, rows)
        answers = list(chain.from_iterable(question.answers for question in questions))
        columns = _question_columns(parents, questions)
        own = np.array([_RANK[answer.provenance] for answer in answers], dtype=np.int8)
        words = np.repeat(columns.pop("words"), rows)
        words[filled] = np.maximum(words[filled], own)
        ids = np.zeros(filled.size, dtype=np.int64)
        ids[filled] = np.array([answer.id for answer in answers], dtype=np.int64)
        columns = {name: _repeated(column, rows) for name, column in columns.items()}
        columns["answer_id"] = pd.arrays.IntegerArray(ids, ~filled)
        columns["answer_text"] = _spread([answer.text for answer in answers], filled)
        columns["answer_eng_text"] = _spread([answer.eng_text for answer in answers], filled)
        columns["provenance"] = pd.Categorical.from_codes(words, dtype=frames.PROVENANCE)
        frame = frames.build(frames.ANSWERS, columns)
        frame.attrs["segkit"] = {"provenance": self.provenance}
        return frame

    def questions(self) -> pd.DataFrame:
        """Return one row a question, the parent first.

        Columns
        -------
        parent_id, qualification_id : int64
        description, question_type, question_text : str
        order : Int64, the vendor's question order number
        n_answers : int64
        minimum, maximum : Int64, the bounds of an input question
        provenance : ordered categorical, the weakest word of the question and its answers
        """
        parents, questions = self._listed()
        columns = _question_columns(parents, questions)
        columns["n_answers"] = np.array([len(question.answers) for question in questions], dtype=np.int64)
        columns["provenance"] = pd.Categorical.from_codes(
            [_RANK[question.weakest_provenance] for question in questions], dtype=frames.PROVENANCE
        )
        return frames.build(frames.QUESTIONS, columns)

    def _listed(self) -> tuple[list[int], list[Question]]:
        """Return the parent id and the question of every question, each parent before its questions."""
        parents = [tree.parent_id for tree in self._trees.values() for _ in range(len(tree.questions) + 1)]
        return parents, [question for tree in self._trees.values() for question in (tree.parent, *tree.questions)]

    def __repr__(self) -> str:
        lost = f", {len(self.missing)} ids missing" if self.missing else ""
        word = f", {self.provenance}" if self.provenance else ""
        return f"<Qualifications: {len(self)} trees {list(self)}, {len(self.findings)} findings{lost}{word}>"

    def _repr_html_(self) -> str:
        rows = [
            (t.parent_id, (t.parent.description or "").strip(), len(t.questions), len(t.parent.answers), t.provenance)
            for t in self.values()
        ]
        lost = markup.note(f"Asked for and not in the reply: {', '.join(map(str, self.missing))}.") if self.missing else ""
        found = markup.Markup(self.findings._repr_html_()) if self.findings else ""
        head = ["parent", "description", "questions", "segments", "provenance"]
        return markup.join([markup.table("Qualification trees", head, rows), lost, found]).html


def _question_columns(parents: list[int], questions: Sequence[Question]) -> dict[str, Any]:
    """Return the columns of the questions, one entry a question; `words` are codes of provenance."""
    bounds = [question.bounds if question.placeholder else None for question in questions]
    return {
        "parent_id": np.array(parents, dtype=np.int64),
        "qualification_id": np.array([question.qualification_id for question in questions], dtype=np.int64),
        "description": _texts([question.description for question in questions]),
        "question_type": _texts([question.question_type for question in questions]),
        "order": frames.whole_numbers([question.order for question in questions]),
        "question_text": _texts([question.text for question in questions]),
        "minimum": frames.whole_numbers([pair[0] if pair else None for pair in bounds]),
        "maximum": frames.whole_numbers([pair[1] if pair else None for pair in bounds]),
        "words": np.array([_RANK[question.provenance] for question in questions], dtype=np.int8),
    }


def _texts(values: list[str | None]) -> Any:  # noqa: ANN401 - an array of pandas's str dtype
    return pd.array(np.array([*values, None], dtype=object)[:-1], dtype="str")


def _repeated(column: Any, rows: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - numpy or pandas arrays
    return np.repeat(column, rows) if isinstance(column, np.ndarray) else column.take(np.repeat(np.arange(rows.size), rows))


def _spread(values: list[str | None], filled: np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - an array of pandas's str dtype
    column = np.full(filled.size, None, dtype=object)
    column[filled] = values
    return pd.array(column, dtype="str")
