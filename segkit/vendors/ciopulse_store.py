"""A CIOPulse portal as a registry that plans are made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segkit.registry.portal_schema import SCHEMA, record_of, wanted_of
from segkit.registry.schema_frames import framed
from segkit.registry.steps import stages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from segkit.registry.plan_rows import Row
    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record, Schema
    from segkit.registry.steps import Stages, Step
    from segkit.vendors.ciopulse import CIOPulse


class CIOPulseStore:
    """The segments of a portal, for `segkit.plan` and `segkit.apply`.

    A frame has system_id (text) and any of segment_code, segment_name, active. Names are cleaned as the vendor cleans them,
    before they are compared.

    Parameters
    ----------
    client
        Of the portal.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import CIOPulse, CIOPulseStore, apply, plan
    >>> store = CIOPulseStore(CIOPulse.sandbox())
    >>> wanted = pd.DataFrame({"system_id": ["7", "8"], "segment_code": ["NZ", "AU"], "segment_name": ["Auckland", "Perth: W"]})
    >>> planned = plan(store, wanted)
    >>> planned.counts["create"], planned.changes[-1].after
    (2, 'Perth- W')
    >>> apply(planned, store, progress=False).counts["applied"]
    2
    >>> plan(store, wanted).empty
    True
    """

    blind, reads_back = False, True

    def __init__(self, client: CIOPulse) -> None:
        self._client = client

    @property
    def schema(self) -> Schema:
        """What a portal keeps."""
        return SCHEMA

    @property
    def target(self) -> str:
        """The portal's address, and what tells it from others there."""
        return f"{self._client.base_url} (portal {self._client.portal_mark})"

    def read(self, rows: Sequence[Row] = ()) -> dict[str, Record]:  # noqa: ARG002 - ids are given
        """Return the segments of the portal by id."""
        return {segment.system_id: record_of(segment) for segment in self._client.segments()}

    def normalise(self, frame: pd.DataFrame, there: Mapping[str, Record]) -> Wanted:  # noqa: ARG002 - ids are given
        """Read and check what is wanted."""
        return wanted_of(frame)

    def order(self, rows: Sequence[Row], there: Mapping[str, Record]) -> Stages:  # noqa: ARG002 - the plan has all
        """Order the calls: a code is freed before another segment takes it."""
        return stages(rows, ["segment_code"])

    def carry_out(self, step: Step) -> Mapping[str, str]:
        """Make one call."""
        (move,) = step.moves
        if move.after is None:
            self._client.delete_segment(move.key)
            return {}
        before = move.before or {}
        self._client.upsert_segment(move.key, **{name: value for name, value in move.after.items() if value != before.get(name)})
        return {}

    def note(self, step: Step, refused: Mapping[str, str]) -> None:
        """Do nothing: the portal can be read."""

    def export(self) -> pd.DataFrame:
        """Return the segments as a frame that can be wanted: system_id and the fields."""
        return framed(SCHEMA, self.read())

    def __repr__(self) -> str:
        return f"<CIOPulseStore of {self._client!r}>"
