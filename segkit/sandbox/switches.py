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
    """

    error_shape: ErrorShape = "2.1"
    child_id: ChildId = "refuse"
    accept_access_token: bool = False
    legacy: Legacy = "convert"

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
        )
        for name, given, allowed in readings:
            if given not in get_args(allowed):
                raise InvalidInput(f"{name} is {given!r}: give {' or '.join(map(repr, get_args(allowed)))}")
