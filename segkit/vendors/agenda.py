"""Which calls a respondent frame needs, and which of them answers each row: decided before anything is sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.sel.respondents import Respondents, check_respondents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from segkit.sel.tree import Tree

Per = Literal["member", "profile"]
MEMBER = "member_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted: the respondent frame, the tree, the locale, once a member or once a profile, the column names."""

    frame: pd.DataFrame
    tree: Tree
    locale: str | None = None
    per: Per | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One call: under which id, with the answers of which row, and the journal's key for it."""

    member_id: str
    row: int
    key: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The calls to make, and which of them answers each row (-1: none, `errors` says why)."""

    asks: tuple[Ask, ...]
    ask_of: NDArray[np.int64]
    errors: NDArray[np.object_]
    respondents: Respondents
    locale: str
    per: Per


def agenda(wanted: Wanted, base_url: str) -> Agenda:
    """Decide what to ask; nothing is sent.

    Raises
    ------
    InvalidInput
        When a question has no column, no locale is known, or the members have no column.
    """
    locale = wanted.locale or wanted.tree.locale
    if not locale:
        raise InvalidInput('a saved tree names no locale: give locale="en_US" or the like')
    members = wanted.frame.get(MEMBER)
    if isinstance(members, pd.DataFrame):
        raise InvalidInput(f"the frame has several columns {MEMBER!r}: keep one")
    per: Per = wanted.per or ("profile" if members is None else "member")
    if per not in {"member", "profile"}:
        raise InvalidInput(f'per is {per!r}: give "member" or "profile"')
    respondents = check_respondents(wanted.frame, wanted.tree.questions, wanted.columns)
    errors = respondents.errors
    first, profile_of = respondents.profiles()
    stems = [f"{base_url} {locale} {wanted.tree.parent_id} {_spelled(respondents, row)}" for row in first]
    if per == "profile":
        ids = (
            np.array([f"segkit-{_hash(stem)[:16]}" for stem in stems], dtype=object)[profile_of]
            if len(first)
            else np.array([], dtype=object)
        )
    elif members is None:
        raise InvalidInput(f'per="member" needs a column {MEMBER!r}')
    else:
        ids = _member_ids(members, profile_of, errors)
    asks: dict[str, Ask] = {}
    places: dict[str, int] = {}
    ask_of = np.full(len(wanted.frame), -1, dtype=np.int64)
    for row in np.flatnonzero(errors == None):  # noqa: E711 - compares each element
        key = _hash(f"{stems[profile_of[row]]} {ids[row]}")
        if key not in asks:
            places[key] = len(asks)
            asks[key] = Ask(ids[row], int(row), key)
        ask_of[row] = places[key]
    return Agenda(tuple(asks.values()), ask_of, errors, respondents, locale, per)


def _spelled(respondents: Respondents, row: int) -> str:
    """Write the answers of a row so that the same answers always read the same."""
    return msgspec.json.encode([[q.qualification_id, given] for q, given in respondents.answered(int(row))]).decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _member_ids(members: pd.Series, profile_of: NDArray[np.int64], errors: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the ids as text; a row without one, or of a member who answered in two ways, is given its error."""
    if pd.api.types.infer_dtype(members, skipna=True) in {"floating", "mixed-integer-float", "decimal"} and members.notna().any():
        raise InvalidInput(f'{MEMBER} was read as decimal numbers: read it as text, with dtype={{"{MEMBER}": "str"}}')
    blank = members.isna() | (members.astype("str").str.strip() == "")
    ids = np.asarray(members.astype("str").to_numpy(dtype=object), dtype=object)
    profiles = pd.Series(profile_of).groupby(ids).transform("nunique").to_numpy()
    for rows, message in (
        (blank.to_numpy(), f"{MEMBER} is empty"),
        ((profiles > 1) & ~blank.to_numpy(), "this member stands in several rows with different answers"),
    ):
        for row in np.flatnonzero(rows):
            errors[row] = message if errors[row] is None else f"{errors[row]}; {message}"
    return ids
