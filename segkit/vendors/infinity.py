"""Infinity's Config API, version 2 (seed 002): the segments of an installation, and their groups.

https://kb.infinity.co/service/api/config_v2_segments.html
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Self

from segkit.credentials import Secret
from segkit.registry.drafts import Draft
from segkit.registry.segments import SegmentGroups, Segments
from segkit.vendors import infinity_access, infinity_pages, infinity_writes
from segkit.vendors.access import Address, in_sandbox, options
from segkit.vendors.addresses import INFINITY_URLS
from segkit.vendors.client import VendorClient
from segkit.vendors.infinity_access import PASSWORD, USERNAME
from segkit.vendors.infinity_calls import Calls
from segkit.vendors.infinity_pages import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from wsgiref.types import WSGIApplication

    from segkit.registry.segment_update import SegmentUpdate
    from segkit.registry.segments import Segment, SegmentGroup
    from segkit.transport.retry import Retries
    from segkit.vendors.infinity_wire import Encoding, Sort, Where


class Infinity(VendorClient):
    """A client of Infinity's Config API for the segments of one installation; threads may share it.

    Parameters
    ----------
    igrp
        The number of the installation (IGRP), within which ids and references mean something.
    username, password
        Of a user with the right to use the API; the environment's ``SEGKIT_INFINITY_USERNAME`` and
        ``SEGKIT_INFINITY_PASSWORD`` when None.
    environment, base_url
        ``production``, the one that is documented; another address to ask, up to and with ``/config/v2``.
    body_encoding
        How a body's arrays are written, which no document shows: ``form`` with brackets, as PHP reads them, or ``json``.
    timeout, connect_timeout
        Seconds to wait for an answer, and for a connection.
    retries
        How far a call is replayed (`segkit.transport.retry.Retries`). What creates something is never sent again after a
        time-out, a 5xx or an answer that was cut off: the new segment or group is looked up.

    Raises
    ------
    MissingCredential
        When a credential is not given and the environment has none.

    Examples
    --------
    >>> infinity = Infinity.sandbox()
    >>> infinity.segments()
    <Segments: 2, documented>
    >>> shop = infinity.create_segment("Shop", [("href", "inc", "/shop")], ref="shop", order=2)
    >>> shop
    <Segment 402 'Shop', order 2, 1 criteria, derived>
    >>> infinity.update_segment(shop.segment_id, group_id=400).findings.codes
    {'group-move'}
    >>> [segment.order for segment in infinity.order_segments([402, 400, 401]).values()]
    [0, 1, 2]
    >>> infinity.delete_segment(402)
    """

    def __init__(  # noqa: PLR0913 - each is a choice that is made by name
        self,
        igrp: int,
        username: str | Secret | None = None,
        password: str | Secret | None = None,
        environment: str = "production",
        *,
        base_url: str | None = None,
        body_encoding: Encoding = "form",
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: Retries | None = None,
        _app: WSGIApplication | None = None,
    ) -> None:
        username = Secret.find(username, USERNAME, is_account=True)
        password = Secret.find(password, PASSWORD)
        address = Address.find(base_url, environment, INFINITY_URLS)
        del base_url  # a traceback that prints locals must not find a password here
        how = options(timeout, connect_timeout, retries)
        self._access = infinity_access.access(username, password, address, app=_app, options=how)
        self.igrp, self._encoding = infinity_access.installation(igrp), infinity_access.encoding(body_encoding)

    @classmethod
    def sandbox(cls, igrp: int = 1, *, body_encoding: Encoding = "form", **switches: Any) -> Self:  # noqa: ANN401 - checked there
        """Return a client of a sandbox in this process, which answers as the vendor documents; no account, no network.

        Parameters
        ----------
        igrp
            Installation 1 starts with the segments and groups that the page prints, every other with none.
        **switches
            Those of `segkit.sandbox.app.Sandbox`, such as ``infinity_deleted="gone"``; what is kept is in
            ``double.infinity.rows(igrp)``. What the vendor does not document is labelled so in every answer.
        """
        make = functools.partial(cls, igrp, "sandbox", body_encoding=body_encoding)
        return in_sandbox(make, "/config/v2", switches, account="sandbox")

    @property
    def with_raw_response(self) -> Calls:
        """Each documented call by itself, answered with the vendor's own reply: ``.reply``, ``.parse()``; nothing looked up."""
        return Calls(self._access.connection, self.igrp, self._encoding)

    def segments(self, where: Where | None = None, sort: Sort | None = None, *, page: int = PAGE) -> Segments:
        """List all segments, each once.

        Each page begins with the last segment of the page before: a list that moves, or a vendor that does not go by the
        offset, is an error, and no segment that is left out or comes twice.

        Parameters
        ----------
        where
            Filters that must all hold: ``{"segment_status": 200}``, or ``[("segment_name", "begins", "Shop")]``; any property
            but criteria, by the column of `Segments.to_frame` or the vendor's name. That ``eq`` can be used is documented.
        sort
            ``"segment_order"``, ``"-segment_order"`` for descending, or several; by id where nothing is said.
        page
            How many are asked for at a time; one answer with a limit of its own is
            ``with_raw_response.segments(limit=..., offset=...)``.

        Returns
        -------
        The segments by id, also what is deleted (status 410) where the vendor lists it.

        Raises
        ------
        InvalidInput
            When a filter or a sort is none; nothing is sent.
        CallError
            See `segkit.errors`; UnexpectedAnswer when the list changed while it was read.
        """
        return Segments(self.iter_segments(where, sort, page=page))

    def iter_segments(self, where: Where | None = None, sort: Sort | None = None, *, page: int = PAGE) -> Iterator[Segment]:
        """Yield all segments while they come in; parameters and errors are those of `segments`."""
        return iter(infinity_pages.every_segment(self.with_raw_response, where, sort, page))

    def segment(self, segment_id: int) -> Segment:
        """Fetch one segment; NotFound where there is none of this id."""
        return self.with_raw_response.segment(segment_id).parse()

    def create_segment(
        self,
        name: str,
        criteria: Any,  # noqa: ANN401 - in any of the forms below
        *,
        segment_id: int | None = None,
        ref: str | None = None,
        order: int = 0,
        org_id: int | None = None,
        group_id: int = 0,
        check: bool = True,
    ) -> Segment:
        """Create a segment, and return it as the vendor keeps it.

        The vendor's answer names no id: the new segment is read by `segment_id`, or looked up by `ref`, or else in the whole
        list. It is never sent twice: after a time-out or a 5xx it is looked up as well.

        Parameters
        ----------
        criteria
            (field, op, value) each, or mappings of these, or the JSON array of a frame; all must be met.
        segment_id, ref
            2 to 65535, the vendor's next one when None; your own reference, unique in the installation.
        order, org_id, group_id
            Where it is detected, 0 to 65535; its organisation, the primary one when None; its group.
        check
            Whether it is looked up before that id and reference are free, and the group is there.

        Raises
        ------
        InvalidInput
            With the findings; nothing is sent.
        CallError
            See `segkit.errors`; its notes say what a look-up found, where it is in doubt that the segment was made.
        """
        whole: dict[str, Any] = {"segment_id": segment_id, "order": order, "org_id": org_id, "group_id": group_id}
        draft = Draft.of(name=name, criteria=criteria, ref=ref, **whole)
        return infinity_writes.create_segment(self.with_raw_response, draft, check=check)

    def update_segment(
        self,
        segment_id: int,
        *,
        name: str | None = None,
        criteria: Any = None,  # noqa: ANN401 - as of create_segment
        ref: str | None = None,
        order: int | None = None,
        org_id: int | None = None,
        group_id: int | None = None,
        check: bool = True,
    ) -> SegmentUpdate:
        """Change properties of a segment; None leaves one as it is, an empty `ref` takes the reference away.

        The segment is read and sent whole, because the vendor puts defaults in the place of what is left out. Somebody who
        changes it at the same moment is overwritten: the vendor has no word against that.

        Parameters
        ----------
        check
            Whether reference and group are looked up before, and the segment is read again after.

        Returns
        -------
        The segment before and after. A finding says that a move to another group affects only new data.

        Raises
        ------
        InvalidInput
            When nothing is given, the segment is built in or deleted, or a value cannot be; nothing is sent.
        """
        changes = {"name": name, "criteria": criteria, "ref": ref, "order": order, "org_id": org_id, "group_id": group_id}
        return infinity_writes.update_segment(self.with_raw_response, segment_id, changes, check=check)

    def order_segments(self, segment_ids: Iterable[int]) -> Segments:
        """Give segments the places that they have in a list, from 0 on, and return all in use in their new order.

        Raises
        ------
        InvalidInput
            When an id is there twice, is built in, or is that of no segment in use; nothing is sent.
        UnexpectedAnswer
            When the vendor keeps another order than was sent.
        """
        return infinity_writes.order_segments(self.with_raw_response, segment_ids)

    def delete_segment(self, segment_id: int) -> None:
        """Delete a segment; NotFound where there is none. Sent again after a time-out, what is gone then was deleted."""
        infinity_writes.delete_segment(self.with_raw_response, segment_id)

    def segment_groups(self, where: Where | None = None, sort: Sort | None = None, *, page: int = PAGE) -> SegmentGroups:
        """List all groups, each once; parameters and errors are those of `segments`."""
        return SegmentGroups(infinity_pages.every_group(self.with_raw_response, where, sort, page))

    def segment_group(self, group_id: int) -> SegmentGroup:
        """Fetch one group."""
        return self.with_raw_response.segment_group(group_id).parse()

    def create_segment_group(self, name: str) -> SegmentGroup:
        """Create a group, look it up, and return it as the vendor keeps it; it is never sent twice."""
        return infinity_writes.create_group(self.with_raw_response, name)

    def update_segment_group(self, group_id: int, name: str) -> SegmentGroup:
        """Rename a group, and return it as the vendor keeps it."""
        return infinity_writes.update_group(self.with_raw_response, group_id, name)

    def delete_segment_group(self, group_id: int) -> None:
        """Delete a group; InvalidInput, and nothing sent, where segments are in it or it is group 0."""
        infinity_writes.delete_group(self.with_raw_response, group_id)
