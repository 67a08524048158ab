"""Instaleap's customer segments (seed 004): all segments of many customers, replaced.

https://dev-center.instaleap.io/reference/customer-segments
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from segkit.credentials import Secret
from segkit.transport.client import Connection
from segkit.vendors.access import Access, Address, in_sandbox, options, required
from segkit.vendors.addresses import INSTALEAP_URLS
from segkit.vendors.client import VendorClient
from segkit.vendors.customer_calls import Calls, check_size, vendor_words

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from segkit.registry.customers import Customers, Duplicates
    from segkit.transport.retry import Retries
    from segkit.vendors.replacement import Replacement

TOKEN = "SEGKIT_INSTALEAP_TOKEN"  # noqa: S105 - the name of a variable


class Instaleap(VendorClient):
    """A client of Instaleap's customer segments; threads may share it.

    Parameters
    ----------
    token
        The access token; the environment's ``SEGKIT_INSTALEAP_TOKEN`` when None.
    environment
        ``production`` or ``staging``.
    base_url
        Another address to ask, up to and with ``/api/v3``.
    timeout, connect_timeout
        Seconds to wait for an answer, and for a connection.
    retries
        How far a request is sent again (`segkit.transport.retry.Retries`); it may be, because it replaces all by the same.

    Raises
    ------
    MissingCredential
        When no token is given and the environment has none.

    Examples
    --------
    >>> leap = Instaleap.sandbox()
    >>> leap.double.instaleap.enrol("1", "2")
    >>> done = leap.replace_segments({"1": [("membership", "SILVER")], "2": [], "3": [("membership", "GOLD")]})
    >>> done
    <Replacement, blind: 2 updated, 1 not updated>
    >>> done.not_updated
    ('3',)
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        environment: str = "production",
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: Retries | None = None,
        _app: WSGIApplication | None = None,
    ) -> None:
        token = Secret.find(token, TOKEN)
        address = Address.find(base_url, environment, INSTALEAP_URLS)
        del base_url  # a traceback that prints locals must not find a password here
        url, token = address.checked(), required(token, "Instaleap", TOKEN)
        connection = Connection(
            url,
            secret=token,
            header="authorization",
            scheme="Bearer",
            words=vendor_words,
            advice={401: f"check the token: one of the environment that is asked, given as token=... or in {TOKEN}"},
            app=_app,
            options=options(timeout, connect_timeout, retries),
        )
        self._access = Access("Instaleap", TOKEN, connection, address.environment)

    @classmethod
    def sandbox(cls, **switches: Any) -> Self:  # noqa: ANN401 - the sandbox's own switches, checked there
        """Return a client of a sandbox in this process, which answers as the vendor documents; no account, no network.

        Parameters
        ----------
        **switches
            Those of `segkit.sandbox.app.Sandbox`, such as ``instaleap_first="segment"``.

        Notes
        -----
        `double` is the sandbox itself: its faults and its calls; `double.instaleap` takes in customers with `enrol` and shows
        the `segments` that they have, which no endpoint of the vendor's does.
        """
        return in_sandbox(cls, "/api/v3", switches)

    @property
    def with_raw_response(self) -> Calls:
        """The same in one request, answered with the vendor's own reply: ``.reply.status``, ``.reply.body``, ``.parse()``."""
        return Calls(self._access.connection, {"vendor": repr(self)})

    def replace_segments(
        self,
        customers: Customers,
        *,
        duplicates: Duplicates = "refuse",
        customers_per_request: int = 500,
        workers: int = 4,
        progress: bool = True,
    ) -> Replacement:
        """Replace all segments of customers who are in the vendor's database by those that are given.

        It is blind: the vendor shows nobody's segments, before or after. All is checked before the first request is sent.

        Parameters
        ----------
        customers
            A long frame with the columns document_id, type and value, one row a segment; or a mapping of a customer's id to a
            list of (type, value) pairs or of objects; or a list of entries as the vendor writes them. All values are text. A
            row without type and value, or ``[]``, takes all segments away (derived: a complete replacement by none); None is
            sent as null, and that it does the same is an assumption.
        duplicates
            What to do about a customer who is given twice with different segments, of whom the vendor saves the first only:
            ``refuse``, or ``merge`` into all of them.
        customers_per_request
            How many a request has at most; the vendor documents no limit.
        workers
            How many requests are under way at a time, 1 to 8.
        progress
            Whether to show how far it is, where there are several requests.

        Returns
        -------
        What became of everybody: `updated`, `not_updated`, `duplicates`, and `to_frame()`. A request that failed raises
        nothing: its customers are ``rejected`` (the vendor refused), ``in_doubt`` (no usable answer, it may have been carried
        out), or ``not_attempted`` (not sent, or not let in for its rate), with the error beside them.

        Raises
        ------
        InvalidInput
            With the findings, when there is no customer, a value cannot be sent, or a duplicate is refused; nothing is sent.
        Unauthorized, Forbidden
            When the credential is not accepted, and nothing was updated. No further request is begun.
        """
        check_size(customers_per_request)
        calls = self.with_raw_response
        return calls.replace_all(customers, duplicates, size=customers_per_request, workers=workers, progress=progress)
