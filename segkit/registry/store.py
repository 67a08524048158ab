"""What a registry has to offer so that plans can be made for it and carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from segkit.registry.plan_rows import Row
    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record, Schema
    from segkit.registry.steps import Stages, Step


class SegmentStore(Protocol):
    """A registry of segments.

    Attributes
    ----------
    schema
        What it keeps.
    target
        Which registry it is, without credentials: plans of one are not applied to another.
    blind
        Whether there is nothing that a plan can compare with.
    reads_back
        Whether what is kept can be read.
    """

    @property
    def schema(self) -> Schema: ...  # noqa: D102

    @property
    def target(self) -> str: ...  # noqa: D102

    @property
    def blind(self) -> bool: ...  # noqa: D102

    @property
    def reads_back(self) -> bool: ...  # noqa: D102

    def export(self) -> pd.DataFrame:
        """Return what is kept as a frame that can be wanted: a plan of it is empty."""

    def read(self, rows: Sequence[Row] = ()) -> dict[str, Record]:
        """Return what is kept, by key; by the keys of a plan's rows where these stand for what had no id then."""

    def normalise(self, frame: pd.DataFrame, there: Mapping[str, Record]) -> Wanted:
        """Read and check what is wanted; `there` is what was read."""

    def order(self, rows: Sequence[Row], there: Mapping[str, Record]) -> Stages:
        """Return the calls that carry a plan out, in an order that works; the same for the same plan, however far it is."""

    def carry_out(self, step: Step) -> Mapping[str, str]:
        """Make one call; return why what of it was refused, by key. Threads may call it."""

    def note(self, step: Step, refused: Mapping[str, str]) -> None:
        """Take down what was carried out, where nothing can be read back; called by one thread."""
