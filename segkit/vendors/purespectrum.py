"""PureSpectrum's Segmentation API (seed 000): qualification trees, and the segment of a member.

https://purespectrum.atlassian.net/wiki/spaces/PA/pages/3611361281/Segmentation+API+-+SEL
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

from segkit.credentials import Secret
from segkit.transport.client import Connection
from segkit.vendors.access import Access, Address, in_sandbox, options, required
from segkit.vendors.addresses import BASE_URLS
from segkit.vendors.client import VendorClient
from segkit.vendors.replies import vendor_words
from segkit.vendors.segmentation import Segmentation

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from wsgiref.types import WSGIApplication

    import pandas as pd

    from segkit.sel.calculation import SegmentAnswer
    from segkit.sel.qualifications import Qualifications
    from segkit.sel.tree import Tree
    from segkit.transport.retry import Retries
    from segkit.vendors.agenda import Per
    from segkit.vendors.answered import Answers

TOKEN = "SEGKIT_PURESPECTRUM_TOKEN"  # noqa: S105 - the name of a variable


class PureSpectrum(VendorClient):
    """A client of PureSpectrum's Segmentation API; threads may share it.

    Parameters
    ----------
    token
        The supplier token; the environment's ``SEGKIT_PURESPECTRUM_TOKEN`` when None.
    environment
        ``production`` or ``staging``.
    base_url
        Another address to ask, up to and with ``/suppliers/v2``.
    header
        The header that carries the token: ``x-access-token`` as this API documents, or ``access-token`` as PureSpectrum's
        other APIs do.
    timeout, connect_timeout
        Seconds to wait for an answer, and for a connection.
    retries
        How far a call is replayed (`segkit.transport.retry.Retries`).

    Raises
    ------
    MissingCredential
        When no token is given and the environment has none.
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        environment: str = "production",
        *,
        base_url: str | None = None,
        header: str = "x-access-token",
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: Retries | None = None,
        _app: WSGIApplication | None = None,
    ) -> None:
        token = Secret.find(token, TOKEN)
        address = Address.find(base_url, environment, BASE_URLS)
        del base_url  # a traceback that prints locals must not find a password here
        url, token = address.checked(), required(token, "PureSpectrum", TOKEN)
        how = options(timeout, connect_timeout, retries)
        connection = Connection(url, secret=token, header=header, words=vendor_words, app=_app, options=how)
        self._access = Access("PureSpectrum", TOKEN, connection, address.environment)
        self._known: dict[tuple[str, int], Tree] = {}

    @classmethod
    def sandbox(cls, **switches: Any) -> Self:  # noqa: ANN401 - the sandbox's own switches, checked there
        """Return a client of a sandbox in this process, which answers as the vendor documents; no account, no network.

        Parameters
        ----------
        **switches
            Those of `segkit.sandbox.app.Sandbox`, such as ``error_shape="2.2"``.

        Notes
        -----
        `double` is the sandbox itself: its faults, its calls, its state. What the vendor does not document is synthetic there
        and labelled so in every answer.
        """
        return in_sandbox(cls, "/suppliers/v2", switches)

    @property
    def far_side(self) -> str:
        """What a journal tells sandboxes apart by, which all have one address; empty for a vendor."""
        return self.double.identity if self.double else ""

    @property
    def _connection(self) -> Connection:
        return self._access.connection

    @property
    def with_raw_response(self) -> Segmentation:
        """The same calls, answered with the vendor's own reply: ``.reply.status``, ``.reply.body``, ``.parse()``."""
        return Segmentation(self._connection, self._known)

    def qualifications(self, locale: str, ids: Sequence[int] | int) -> Qualifications:
        """Fetch the trees of these parent qualifications.

        Parameters
        ----------
        locale
            Language and country, such as ``en_US``.
        ids
            Parent qualification ids; `known_qualifications()` lists the documented ones.

        Returns
        -------
        The trees by parent id. Ids that the reply leaves out are in `missing` and a finding.

        Raises
        ------
        Rejected
            When the locale or an id is not one of a segmentation.
        CallError
            See `segkit.errors`.

        Examples
        --------
        >>> PureSpectrum.sandbox().qualifications("en_US", [3910])[3910].questions[0].name
        'USQ1'
        """
        return self.with_raw_response.qualifications(locale, ids).parse()

    def calculate(self, locale: str, member_id: str, answers: Answers, *, tree: Tree | None = None) -> SegmentAnswer:
        """Calculate a member's segment; the vendor saves what it is sent.

        After a time-out or a 5xx it is sent again: that a repeat changes nothing is an assumption, no document says so.

        Parameters
        ----------
        answers
            A complete `Walk`; or a mapping or frame row of question (description or id) to answer; or the vendor's own
            ``segmentation_answers``, sent as they are.
        tree
            The tree of a mapping or row; where None, the one fetched before by this client that has all its questions.

        Raises
        ------
        InvalidInput
            When answers are missing or refused; nothing is sent.
        Rejected
            When the vendor refuses them; `vendor_message` has its words.

        Examples
        --------
        >>> ps = PureSpectrum.sandbox()
        >>> tree = ps.qualifications("en_US", [3910])[3910]
        >>> ps.calculate("en_US", "m-1", {"USQ1": 111, "USQ2": 111, "USQ3": 111, "USQ4": 111})
        <SegmentAnswer 'm-1': 3910 segment 111 'Less Acculturated', documented>
        """
        return self.with_raw_response.calculate(locale, member_id, answers, tree=tree).parse()

    def calculate_many(  # noqa: PLR0913 - each is a choice that an analyst makes by name
        self,
        frame: pd.DataFrame,
        *,
        tree: Tree,
        locale: str | None = None,
        per: Per | None = None,
        columns: Mapping[str, str] | None = None,
        workers: int = 8,
        journal: str | os.PathLike[str] | None = None,
        progress: bool = True,
        allow_production: bool = False,
    ) -> pd.DataFrame:
        """Calculate the segment of every respondent of a frame.

        Parameters
        ----------
        frame
            One row a respondent, one column a question named by its description or id, and ``member_id``. Values are answer ids
            or texts, numbers for inputs; None, NaN and NA are unanswered.
        tree, locale
            One of the trees of `qualifications`, and its locale, which only a saved tree does not know itself.
        per
            ``member`` asks once a member, the default where there is a ``member_id``. ``profile`` asks once a distinct set of
            answers, under ids ``segkit-<hash>``: the members themselves are then not saved at the vendor.
        columns
            Maps columns of the frame, as in ``{"Q12": "USQ1", "respid": "member_id"}``.
        workers, progress
            Threads over one client, 1 to 8; whether to show how far it is, in a terminal or notebook.
        journal
            A file that keeps every answer as it comes: the same call again after a break asks only for what is missing.
        allow_production
            ``per="profile"`` saves ids of nobody at the vendor, so against production it needs this.

        Returns
        -------
        The frame with its rows, order and index, and six columns more: ``segment`` (ordered categorical over the parent's
        answers, missing where there is an error), ``segment_id``, ``asked_as`` (the id that was sent), ``saved_at_vendor``
        (whether the vendor now holds this member's segment), ``segment_provenance``, ``error`` (why a row has no segment).
        ``attrs["segkit"]`` says what was asked, and the findings.

        Raises
        ------
        InvalidInput, NotAllowed
            When the frame does not fit the tree, or for ``per="profile"`` against production; nothing is sent.
        Unauthorized, Forbidden
            At once, when the vendor does not accept the credential; what was answered before is in the journal.

        Examples
        --------
        >>> ps = PureSpectrum.sandbox()
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"respid": ["m-1"], "USQ1": [111], "USQ2": [111], "USQ3": [111], "USQ4": [111]})
        >>> ps.calculate_many(frame, tree=ps.qualifications("en_US", 3910)[3910], columns={"respid": "member_id"}).segment[0]
        'Less Acculturated'
        """
        from segkit.vendors import agenda, calculations  # noqa: PLC0415 - many respondents only when they are wanted

        how: Any = {"workers": workers, "journal": journal, "progress": progress, "allow_production": allow_production}
        return calculations.calculate_many(self, agenda.Wanted(frame, tree, locale, per, columns), **how)

    def __deepcopy__(self, memo: object) -> Self:
        return copy.copy(self)
