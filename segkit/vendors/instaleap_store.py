"""The segments of Instaleap's customers as a registry that plans are made for, though nothing of it can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from segkit.errors import InvalidInput
from segkit.registry.customer_schema import SCHEMA, SEGMENTS, pairs_of, wanted_of
from segkit.registry.steps import Move, Step, pending
from segkit.transport.journal import Entry, Journal
from segkit.vendors.customer_calls import check_size

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from segkit.registry.plan_rows import Row
    from segkit.registry.preflight import Wanted
    from segkit.registry.schema import Record, Schema
    from segkit.registry.steps import Stages
    from segkit.vendors.instaleap import Instaleap


class InstaleapStore:
    """The segments of customers, for `segkit.plan` and `segkit.apply`.

    The vendor shows nobody's segments. With a file of what was sent, a plan is the difference from that; what somebody else has
    changed is not seen. Without one, every plan is a blind replace of all that is wanted.

    Parameters
    ----------
    client
        Of the vendor.
    sent
        An sqlite file that keeps what was sent from here, made where it is not there. Give each account its own: the vendor's
        address is the same for all, and a token that is renewed tells nobody whose it is.
    customers_per_request
        How many a request has at most.

    Examples
    --------
    >>> import pandas as pd
    >>> from segkit import Instaleap, InstaleapStore, apply, plan
    >>> store = InstaleapStore(Instaleap.sandbox())
    >>> wanted = pd.DataFrame({"document_id": ["aa-bb-1", "nobody"], "type": "membership", "value": ["GOLD", "GOLD"]})
    >>> planned = plan(store, wanted)
    >>> planned.blind, apply(planned, store, progress=False).to_frame().outcome.tolist()
    (True, ['applied', 'rejected'])
    """

    reads_back = False

    def __init__(
        self, client: Instaleap, *, sent: str | os.PathLike[str] | None = None, customers_per_request: int = 500
    ) -> None:
        check_size(customers_per_request)
        self._client, self._sent, self._size = client, sent, customers_per_request

    @property
    def schema(self) -> Schema:
        """What is kept of a customer."""
        return SCHEMA

    @property
    def target(self) -> str:
        """The vendor's address."""
        return self._client.base_url

    @property
    def blind(self) -> bool:
        """Whether there is nothing to compare with."""
        return self._sent is None

    def read(self, rows: Sequence[Row] = ()) -> dict[str, Record]:  # noqa: ARG002 - ids are given
        """Return what was sent last, by customer; nothing where that is not kept."""
        if self._sent is None:
            return {}
        with Journal(self._sent) as kept:
            mine = [entry for entry in kept if entry.key == self._name(entry.label) and entry.answer]
        return {entry.label: {SEGMENTS: entry.answer.decode()} for entry in mine}

    def normalise(self, frame: pd.DataFrame, there: Mapping[str, Record]) -> Wanted:
        """Read and check what is wanted."""
        if not isinstance(frame, pd.DataFrame):
            raise InvalidInput(f"what is wanted is {type(frame).__name__}: give a DataFrame, one row a customer's segment")
        return wanted_of(frame, there)

    def order(self, rows: Sequence[Row], there: Mapping[str, Record]) -> Stages:  # noqa: ARG002 - the plan has all
        """Put customers into requests."""
        moves = [Move(row.key, row.before, row.result) for row in pending(rows)]
        parts = [moves[begin : begin + self._size] for begin in range(0, len(moves), self._size)]
        return [[Step("replace", tuple(part)) for part in parts]] if parts else []

    def carry_out(self, step: Step) -> Mapping[str, str]:
        """Send one request; who is not named as updated is refused."""
        customers = {move.key: pairs_of(move.after[SEGMENTS]) if move.after else [] for move in step.moves}
        done = self._client.with_raw_response.replace_segments(customers).parse()
        message = "the vendor does not name it as updated: it has no such customer, or did not update it for another reason"
        return dict.fromkeys(done.not_updated, message)

    def note(self, step: Step, refused: Mapping[str, str]) -> None:
        """Keep what was sent."""
        if self._sent is None:
            return
        done = [move for move in step.moves if move.key not in refused]
        with Journal(self._sent) as kept:
            kept.write(
                Entry(self._name(move.key), move.key, (move.after[SEGMENTS] if move.after else "").encode(), "sent", "derived")
                for move in done
            )

    def _name(self, document_id: str) -> str:
        return f"sent {self.target} {document_id}"

    def export(self) -> pd.DataFrame:
        """Return what was sent last as a long frame: document_id, type, value (str)."""
        rows: list[tuple[str | None, ...]] = []
        for document_id, record in self.read().items():
            pairs = pairs_of(record[SEGMENTS])
            rows += [(document_id, *pair) for pair in pairs] or [(document_id, None, None)]
        return pd.DataFrame(rows, columns=["document_id", "type", "value"], dtype="str")

    def __repr__(self) -> str:
        return f"<InstaleapStore of {self._client!r}{', blind' if self.blind else ''}>"
