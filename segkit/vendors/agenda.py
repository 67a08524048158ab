"""Which calls a respondent frame needs, and which of them answers each row: decided before anything is sent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
import pandas as pd

from segkit.errors import InvalidInput
from segkit.sel.question import not_found, places
from segkit.sel.respondents import Respondents, check_respondents
from segkit.vendors.choices import check_locale, check_tree

if TYPE_CHECKING:
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

    def __post_init__(self) -> None:
        if not isinstance(self.frame, pd.DataFrame):
            raise InvalidInput(f"frame is {type(self.frame).__name__}: give a DataFrame with one row a respondent")
        check_tree(self.tree)
        if not isinstance(self.columns, Mapping | None):
            raise InvalidInput(f'columns is {type(self.columns).__name__}: give a mapping, as in {{"Q12": "USQ1"}}')


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


def agenda(wanted: Wanted, base_url: str, far_side: str = "") -> Agenda:
    """Decide what to ask; nothing is sent.

    Parameters
    ----------
    far_side
        Tells apart what answers at the same address: each sandbox of a process.

    Raises
    ------
    InvalidInput
        When a question has no column, no locale is known or it is not the tree's, or the members have no column.
    """
    locale = _locale(wanted)
    columns = _columns_of_questions(wanted)
    members = _members(wanted)
    per: Per = wanted.per or ("profile" if members is None else "member")
    if per not in {"member", "profile"}:
        raise InvalidInput(f'per is {per!r}: give "member" or "profile"')
    respondents = check_respondents(wanted.frame, wanted.tree.questions, columns)
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
        raise InvalidInput(f'per="member" needs a column {MEMBER!r}: name it so, or give columns={{"your column": "{MEMBER}"}}')
    else:
        ids = _member_ids(members, profile_of, errors)
    asks: dict[str, Ask] = {}
    places: dict[str, int] = {}
    ask_of = np.full(len(wanted.frame), -1, dtype=np.int64)
    for row in np.flatnonzero(errors == None):  # noqa: E711 - compares each element
        key = _hash(f"{far_side}{stems[profile_of[row]]} {ids[row]}")
        if key not in asks:
            places[key] = len(asks)
            asks[key] = Ask(ids[row], int(row), key)
        ask_of[row] = places[key]
    return Agenda(tuple(asks.values()), ask_of, errors, respondents, locale, per)


def _locale(wanted: Wanted) -> str:
    locale = wanted.tree.locale if wanted.locale is None else wanted.locale
    if locale is None:
        raise InvalidInput('a saved tree names no locale: give locale="en_US" or the like')
    check_locale(locale, wanted.tree.locale)
    return locale


def _columns_of_questions(wanted: Wanted) -> dict[str, str]:
    """Return the mapping of columns without that of the members; refuse a target that is neither."""
    columns = {name: str(target).strip() for name, target in (wanted.columns or {}).items()}
    questions = wanted.tree.questions
    for name, target in columns.items():
        if target != MEMBER and target not in places(questions):
            raise InvalidInput(f"columns[{name!r}] is neither {MEMBER!r} nor a question: {not_found(questions, target)}")
    return {name: target for name, target in columns.items() if target != MEMBER}


def _members(wanted: Wanted) -> pd.Series | None:
    """Return the column of the members, by its name or as `columns` maps it; None where there is none."""
    columns = wanted.columns or {}
    frame = wanted.frame
    named = [name for name, target in columns.items() if str(target).strip() == MEMBER]
    if absent := [name for name in named if name not in frame.columns]:
        raise InvalidInput(f"columns[{absent[0]!r}]: the frame has no column {absent[0]!r}; check its spelling")
    if MEMBER in frame.columns and MEMBER not in columns:
        named.append(MEMBER)
    if len(named) > 1 or isinstance(frame.get(named[0] if named else MEMBER), pd.DataFrame):
        raise InvalidInput(f"the frame has several columns {MEMBER!r}, by name or by columns={{...}}: {named}; keep one")
    if named:
        return frame[named[0]]
    alike = [name for name in frame.columns if re.sub(r"[\s_-]+", "", str(name)).lower() == MEMBER.replace("_", "")]
    if alike and wanted.per is None:
        fix = f'give columns={{{alike[0]!r}: "{MEMBER}"}}, or per="profile" to ask once a distinct set of answers'
        raise InvalidInput(f"the frame has no column {MEMBER!r}, but {alike[0]!r}: {fix}")
    return None


def _spelled(respondents: Respondents, row: int) -> str:
    """Write the answers of a row so that the same answers always read the same."""
    return msgspec.json.encode([[q.qualification_id, given] for q, given in respondents.answered(int(row))]).decode()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _member_ids(members: pd.Series, profile_of: NDArray[np.int64], errors: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the ids as text; a row without one, or of a member who answered in two ways, is given its error."""
    if pd.api.types.infer_dtype(members, skipna=True) in {"floating", "mixed-integer-float", "decimal"} and members.notna().any():
        raise InvalidInput(f'{MEMBER} was read as decimal numbers: read it as text, with dtype={{"{members.name}": "str"}}')
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
