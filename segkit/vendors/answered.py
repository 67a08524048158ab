"""What a user may hand in as a respondent's answers, written as the vendor's entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from segkit.errors import InvalidInput
from segkit.sel.question import not_found, places
from segkit.sel.walk import Walk

if TYPE_CHECKING:
    from segkit.sel.tree import Tree

Answers = Walk | Mapping[Any, Any] | pd.Series | Sequence[Mapping[str, Any]]


def entries(answers: Answers, trees: Sequence[Tree], locale: str, member_id: str) -> list[Any]:
    """Write the entries of ``segmentation_answers``.

    Raises
    ------
    InvalidInput
        When no tree is known for a mapping or row, or its answers are missing or refused.
    """
    if isinstance(answers, Walk):
        walk = answers
    elif isinstance(answers, Mapping | pd.Series):
        walk = _walk(dict(answers.items()), trees, strict=isinstance(answers, Mapping))
    elif isinstance(answers, list | tuple):
        return list(answers)
    else:
        raise InvalidInput(f"answers are {type(answers).__name__}: give a walk, a mapping, a frame row, or the vendor's entries")
    if walk.findings.errors:
        raise InvalidInput("answers are refused; nothing was sent", walk.findings.errors)
    return list(walk.payload(member_id, locale=locale)["segmentation_answers"])


def _walk(given: dict[Any, Any], trees: Sequence[Tree], *, strict: bool) -> Walk:
    """Walk the one tree whose questions are all given; a mapping may hold nothing else, a row may."""
    names = {str(key) for key in given}
    fitting = trees if len(trees) == 1 else [tree for tree in trees if _has_all(tree, names)]
    if len(fitting) != 1:
        known = (
            "; ".join(f"{tree.parent_id} asks {', '.join(q.name for q in tree.questions)}" for tree in trees) or "none is known"
        )
        found = "several trees fit" if fitting else "no tree that was fetched has all of its questions among these"
        raise InvalidInput(f"{found}: give tree=..., or fetch it first with qualifications(); {known}")
    walk = fitting[0].walk()
    known_places = places(walk.questions)
    keys: dict[int, Any] = {}
    for key, value in given.items():
        if str(key) in known_places:
            place = known_places[str(key)]
            if place in keys:
                raise InvalidInput(f"{keys[place]!r} and {key!r} are the same question: give one of them")
            keys[place] = key
            walk.answer(value, walk.questions[place].qualification_id)
        elif strict:
            raise InvalidInput(f"tree {fitting[0].parent_id}: {not_found(walk.questions, key)}")
    return walk


def _has_all(tree: Tree, names: set[str]) -> bool:
    """Whether every question of the tree is among the names."""
    known_places = places(tree.questions)
    return bool(tree.questions) and {known_places[name] for name in names if name in known_places} == set(
        range(len(tree.questions))
    )
