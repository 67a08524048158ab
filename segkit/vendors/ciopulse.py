"""CIOPulse's Segments endpoint, version 5 (seed 001): the segments of a portal.

https://manual.cio-pulse.com/a/1277422-segments-api-v5
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, Self

from segkit.credentials import Secret
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.transport.client import Connection
from segkit.vendors.access import Access, Address, basic, in_sandbox, options, required
from segkit.vendors.addresses import CIOPULSE_URLS
from segkit.vendors.ciopulse_calls import Calls
from segkit.vendors.ciopulse_reply import vendor_words
from segkit.vendors.client import VendorClient

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from segkit.registry.portal import PortalSegment, PortalSegments
    from segkit.transport.retry import Retries
    from segkit.vendors.upserted import Upserted

PORTAL_CODE = "SEGKIT_CIOPULSE_PORTAL_CODE"
API_KEY = "SEGKIT_CIOPULSE_API_KEY"
KEY_LENGTH = 40

_SANDBOX_PORTAL = "SANDBOX1"


class CIOPulse(VendorClient):
    """A client of CIOPulse's Segments endpoint; threads may share it.

    Parameters
    ----------
    portal_code, api_key
        The Client Portal Code, and the key of 40 characters at the bottom of the Portal's Preferences page; the environment's
        ``SEGKIT_CIOPULSE_PORTAL_CODE`` and ``SEGKIT_CIOPULSE_API_KEY`` when None.
    environment
        ``production``: the vendor documents no other.
    base_url
        Another address to ask, up to and with ``/api/v5``.
    timeout, connect_timeout
        Seconds to wait for an answer, and for a connection.
    retries
        How far a call is sent again (`segkit.transport.retry.Retries`). All calls may be: they set what they name, or delete it.

    Attributes
    ----------
    findings
        What is unusual about the credentials, such as a key that has not 40 characters.
    portal_mark
        Four digits that tell portals apart, which are all at one address; too few to tell the code.

    Raises
    ------
    MissingCredential
        When one of the two is not given and not in the environment.

    Notes
    -----
    Every call may raise Rejected (400, and 422 for a code that another segment has; `vendor_message` has the vendor's words),
    Unauthorized (401), NotFound (404), VendorDown (500), RateLimited, TimedOut, Unreachable and UnexpectedAnswer.

    Examples
    --------
    >>> cio = CIOPulse.sandbox()
    >>> cio.upsert_segment("SEG123", segment_name="New Zealand", segment_code="NZ")
    <Upserted: 'SEG123' created, derived>
    >>> cio.upsert_segment("SEG123", active="n")
    <Upserted: 'SEG123' updated, derived>
    >>> cio.segments()
    <PortalSegments: 1, documented>
    >>> cio.segment("SEG123").active
    False
    >>> cio.delete_segment("SEG123")
    >>> len(cio.segments())
    0
    """

    def __init__(
        self,
        portal_code: str | Secret | None = None,
        api_key: str | Secret | None = None,
        environment: str = "production",
        *,
        base_url: str | None = None,
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: Retries | None = None,
        _app: WSGIApplication | None = None,
    ) -> None:
        portal_code = Secret.find(portal_code, PORTAL_CODE, is_account=True)
        api_key = Secret.find(api_key, API_KEY)
        address = Address.find(base_url, environment, CIOPULSE_URLS)
        del base_url  # a traceback that prints locals must not find a password here
        url = address.checked()
        portal_code = required(portal_code, "CIOPulse", PORTAL_CODE, "portal_code")
        api_key = required(api_key, "CIOPulse", API_KEY, "api_key")
        if not api_key.sendable:
            raise InvalidInput(f"{api_key.name} holds a space or a character that no key has: copy it again")
        self.findings = _key_findings(api_key)
        self.portal_mark = hashlib.sha256(portal_code.reveal().encode()).hexdigest()[:4]
        connection = Connection(
            url,
            secret=basic(portal_code, api_key),
            header="authorization",
            scheme="Basic",
            words=vendor_words,
            advice={401: _advice(self.findings)},
            app=_app,
            options=options(timeout, connect_timeout, retries),
        )
        self._access = Access("CIOPulse", f"{PORTAL_CODE} and {API_KEY}", connection, address.environment)

    @classmethod
    def sandbox(cls, **switches: Any) -> Self:  # noqa: ANN401 - the sandbox's own switches, checked there
        """Return a client of a sandbox in this process, which answers as the vendor documents; no account, no network.

        Parameters
        ----------
        **switches
            Those of `segkit.sandbox.app.Sandbox`, such as ``ciopulse_list="valid"``.

        Notes
        -----
        `double` is the sandbox itself: its faults, its calls, and in `double.ciopulse` its segments. What the vendor does not
        document is derived or synthetic there and labelled so in every answer.
        """
        return in_sandbox(functools.partial(cls, _SANDBOX_PORTAL), "/api/v5", switches, _SANDBOX_PORTAL)

    @property
    def with_raw_response(self) -> Calls:
        """The same calls, answered with the vendor's own reply: ``.reply.status``, ``.reply.body``, ``.parse()``."""
        return Calls(self._access.connection)

    def segments(self) -> PortalSegments:
        """Fetch every segment of the portal.

        Returns
        -------
        A collection with `to_frame()`; it is read also with the comma behind the last segment that the vendor's page prints,
        and says so in `findings`.
        """
        return self.with_raw_response.segments().parse()

    def segment(self, system_id: str) -> PortalSegment:
        """Fetch a segment.

        Raises
        ------
        NotFound
            When there is none of this id.
        """
        return self.with_raw_response.segment(system_id).parse()

    def upsert_segment(
        self,
        system_id: str,
        *,
        segment_name: str | None = None,
        segment_code: str | None = None,
        active: bool | str | None = None,
        clean: bool = False,
    ) -> Upserted:
        """Create a segment, or change the fields of it that are given; the others stay as they are.

        Parameters
        ----------
        system_id
            Its id, any text.
        segment_name, segment_code
            Mandatory for a new segment; no two segments have the same code.
        active
            True or False, or ``y`` or ``n``; a new segment is active unless this says otherwise.
        clean
            Whether the vendor replaces characters that are invalid in a name with hyphens.

        Returns
        -------
        Whether it was created or updated, what was sent, and findings about it.

        Raises
        ------
        InvalidInput
            When nothing is given, or a value would need a backslash (it holds a quote, a backslash or a control character);
            nothing is sent.
        Rejected
            With status 422 when another segment has this code, with 400 when a mandatory field is missing.
        """
        calls = self.with_raw_response
        return calls.upsert_segment(
            system_id, segment_name=segment_name, segment_code=segment_code, active=active, clean=clean
        ).parse()

    def delete_segment(self, system_id: str) -> None:
        """Delete a segment, which must have no survey responses.

        When it is sent again after an answer that did not come, and there is no such segment then, it counts as done.

        Raises
        ------
        NotFound
            When there is none of this id.
        Rejected
            When it has responses; with which status is not documented.
        """
        self.with_raw_response.delete_segment(system_id).parse()


def _key_findings(api_key: Secret) -> Findings:
    n = len(api_key.reveal())
    if n == KEY_LENGTH:
        return Findings()
    fix = "Copy it again from the bottom of the Portal's Preferences page."
    return Findings([Finding("key-length", "warning", "api_key", f"it has {n} characters, documented are {KEY_LENGTH}", fix)])


def _advice(findings: Findings) -> str:
    """Say what to check after a 401."""
    length = f"; {findings[0].message}" if findings else ""
    return (
        f"check the portal code ({PORTAL_CODE}), the API key ({API_KEY}{length}) and, if IP address security is set up in the "
        "Portal, that the address of this machine is on its list of valid ones"
    )
