"""What a plan may touch: everything, what is named, or what a function says."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from segkit.registry.schema import Record, Schema

Owns = Callable[[str, dict[str, Any]], bool]
"""Says of a key and its values whether they may be touched."""

Owned = Owns | Collection[str] | None
"""What a plan may touch: a function of key and values, or the keys that are owned (new ones may be made); None is all.

The function gets all fields, None where there is no value; of a group of Infinity, whose key is ``group:NAME``, only the name.
Groups that are not there may always be made, for a segment that is owned is to be in them.
"""


@dataclass(frozen=True)
class Scope:
    """What a plan may touch.

    Attributes
    ----------
    word
        ``all``, ``keys`` or ``predicate``.
    owns
        Says it of what is there, and of what comes to be there later; None where all may be touched.
    may_make
        Whether what is not there may be made without being owned.
    """

    word: str
    owns: Owns | None
    may_make: bool

    @classmethod
    def of(cls, owned: Owned, schema: Schema, *, reads_back: bool) -> Scope:
        """Read what a user hands in; where nothing is read back, a key that is not known is not that of a new one.

        Raises
        ------
        InvalidInput
            When it is one text.
        """
        if owned is None:
            return cls("all", None, may_make=True)
        if callable(owned):
            blank = dict.fromkeys(schema.names)
            return cls("predicate", lambda key, record: bool(owned(key, {**blank, **record})), may_make=False)
        if isinstance(owned, str | bytes):
            raise InvalidInput(f"owned is {owned!r}: give several keys, or a function of key and values")
        keys = {str(key) for key in owned}
        return cls("keys", lambda key, _record: key in keys, may_make=reads_back)

    def touches(self, key: str, record: Record, *, is_new: bool = False) -> bool:
        """Whether a plan may touch this."""
        return self.owns is None or (is_new and self.may_make) or self.owns(key, record)
