"""What the vendors' documents contradict themselves about, or do not say: the sandbox can be told."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

ErrorShape = Literal["2.1", "2.2"]
ChildId = Literal["refuse", "serve"]
Legacy = Literal["convert", "refuse"]
ListForm = Literal["printed", "valid"]
SingleForm = Literal["segments", "segment", "bare"]
DeleteRefused = Literal[400, 422]
CallersAddress = Literal["listed", "unlisted"]
FirstOnly = Literal["entry", "segment"]
NullSegments = Literal["clear", "keep"]
Deleted = Literal["listed", "gone"]
BuiltIn = Literal["hidden", "listed"]
Partial = Literal["refuse", "clear"]
UserAccess = Literal["granted", "denied"]


@dataclass(frozen=True, slots=True)
class Switches:
    """The readings, and which of them is the sandbox's.

    Attributes
    ----------
    error_shape
        The body for missing parameters: that of section 2.1 or that of section 2.2.
    child_id
        Whether the id of a child in `qualIds` is refused or served.
    accept_access_token
        Whether the header of the vendor's other APIs is accepted as well.
    legacy
        Whether the Buy API converts child targeting by 218, 220 and 230, as it did through the second quarter of 2025, or
        refuses it; what has been answered since is not documented.
    ciopulse_list
        Whether CIOPulse lists segments as its page prints them, with a comma behind the last, or as valid JSON.
    ciopulse_single
        The envelope of a single segment, which is not printed: that of the list, that of an entry of the list, or none.
    ciopulse_invalid
        The characters that cannot stand in a segment's name. Em dashes and colons are the documented examples, the whole list is
        not public.
    ciopulse_delete_refused
        The status with which a segment that has responses is not deleted.
    ciopulse_address
        Whether the caller's address is on the account's list of valid ones; the status of the other case is not documented.
    instaleap_first
        What "only the first one" of Instaleap's note is about: the entries of one customer in a request (the note's first
        sentence), or also the segments of one entry (its example, read literally).
    instaleap_null
        Whether null in the place of a customer's segments takes all of them away, or leaves them.
    infinity_deleted
        Whether what Infinity deletes stays in its lists with status 410, or is gone.
    infinity_built_in
        Whether lists hold the built-in segments 0 and 1 and group 0; the printed ones do not.
    infinity_partial
        Whether an update of a segment without criteria, which are no optional parameter, is refused or takes them all away.
    infinity_access
        Whether the user has the right to use the API.
    """

    error_shape: ErrorShape = "2.1"
    child_id: ChildId = "refuse"
    accept_access_token: bool = False
    legacy: Legacy = "convert"
    ciopulse_list: ListForm = "printed"
    ciopulse_single: SingleForm = "segments"
    ciopulse_invalid: str = "—–:"
    ciopulse_delete_refused: DeleteRefused = 400
    ciopulse_address: CallersAddress = "listed"
    instaleap_first: FirstOnly = "entry"
    instaleap_null: NullSegments = "clear"
    infinity_deleted: Deleted = "listed"
    infinity_built_in: BuiltIn = "hidden"
    infinity_partial: Partial = "refuse"
    infinity_access: UserAccess = "granted"

    @classmethod
    def of(cls, readings: Mapping[str, Any]) -> Self:
        """Make switches of a mapping with the names of the attributes.

        Raises
        ------
        InvalidInput
            When there is no such switch, or it has no such position.
        """
        known = [field.name for field in fields(cls)]
        if strange := [name for name in readings if name not in known]:
            raise InvalidInput(f"the sandbox has no switch {strange[0]!r}: it has {', '.join(known)}")
        return cls(**readings)

    def __post_init__(self) -> None:
        readings = (
            ("error_shape", self.error_shape, ErrorShape),
            ("child_id", self.child_id, ChildId),
            ("legacy", self.legacy, Legacy),
            ("ciopulse_list", self.ciopulse_list, ListForm),
            ("ciopulse_single", self.ciopulse_single, SingleForm),
            ("ciopulse_delete_refused", self.ciopulse_delete_refused, DeleteRefused),
            ("ciopulse_address", self.ciopulse_address, CallersAddress),
            ("instaleap_first", self.instaleap_first, FirstOnly),
            ("instaleap_null", self.instaleap_null, NullSegments),
            ("infinity_deleted", self.infinity_deleted, Deleted),
            ("infinity_built_in", self.infinity_built_in, BuiltIn),
            ("infinity_partial", self.infinity_partial, Partial),
            ("infinity_access", self.infinity_access, UserAccess),
        )
        if not isinstance(self.ciopulse_invalid, str):
            raise InvalidInput(f"ciopulse_invalid is {self.ciopulse_invalid!r}: give the characters as one text")
        for name, given, allowed in readings:
            if given not in get_args(allowed):
                raise InvalidInput(f"{name} is {given!r}: give {' or '.join(map(repr, get_args(allowed)))}")
