"""A published standard as a tree, to walk it and to name its answers by ids as a vendor does.

Wording and answers are the standard's; every id is ours, so every part of the tree is labelled synthetic. The ids of one standard
and edition never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.sel.question import Answer, Question, Segmentation
from segkit.sel.standard_question import FIRST_ID
from segkit.sel.tree import Tree

if TYPE_CHECKING:
    from segkit.sel.edition import Edition
    from segkit.sel.standard_question import StandardQuestion


def tree_of(edition: Edition) -> Tree:
    """Return the tree of an edition: its children are named as its questions are, its answers are in the rule's order."""
    segments = tuple(Answer(FIRST_ID + place, name, name, provenance="synthetic") for place, name in enumerate(edition.segments))
    parent = Question(
        edition.tree_id,
        "singlepunch",
        order=0,
        description=f"{edition.id} {edition.edition}",
        answers=segments,
        text=f"{edition.name}, edition {edition.edition_in_words}: the segments. The ids are segkit's own.",
        provenance="synthetic",
    )
    children = (_question(asked, edition.tree_id, place) for place, asked in enumerate(edition.asked, start=1))
    return Tree(parent, tuple(children), locale=edition.locale)


def _question(asked: StandardQuestion, tree_id: int, place: int) -> Question:
    return Question(
        tree_id + place,
        "singlepunch",
        order=place,
        description=asked.name,
        answers=tuple(
            Answer(FIRST_ID + code, answer.text, answer.eng_text, provenance="synthetic")
            for code, answer in enumerate(asked.answers)
        ),
        segmentation=Segmentation(tree_id),
        text=asked.text,
        provenance="synthetic",
    )
