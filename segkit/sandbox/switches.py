"""What PureSpectrum's guide contradicts itself about, or does not say: the sandbox can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from segkit.errors import InvalidInput

ErrorShape = Literal["2.1", "2.2"]
ChildId = Literal["refuse", "serve"]


@dataclass(frozen=True, slots=True)
class Switches:
    """The two readings, and which of them is the sandbox's.

    Attributes
    ----------
    error_shape
        The body for missing parameters: that of section 2.1 or that of section 2.2.
    child_id
        Whether the id of a child in `qualIds` is refused or served.
    accept_access_token
        Whether the header of the vendor's other APIs is accepted as well.
    """

    error_shape: ErrorShape = "2.1"
    child_id: ChildId = "refuse"
    accept_access_token: bool = False

    def __post_init__(self) -> None:
        for name, given, allowed in (("error_shape", self.error_shape, ErrorShape), ("child_id", self.child_id, ChildId)):
            if given not in get_args(allowed):
                raise InvalidInput(f"{name} is {given!r}: give {' or '.join(map(repr, get_args(allowed)))}")
