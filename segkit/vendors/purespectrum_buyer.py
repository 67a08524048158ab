"""PureSpectrum's Buy API (seed 003): surveys, their quotas and their status.

https://purespectrum.atlassian.net/wiki/spaces/PBA
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from segkit.credentials import Secret
from segkit.transport.client import Connection
from segkit.vendors.access import Access, Address, in_sandbox, options, required
from segkit.vendors.addresses import BUYER_URLS, is_here
from segkit.vendors.client import VendorClient
from segkit.vendors.replies import vendor_words
from segkit.vendors.surveys import Surveys, advice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIApplication

    from segkit.quotas.quota import Quota
    from segkit.quotas.survey import SurveyDocument
    from segkit.transport.retry import Retries
    from segkit.vendors.outgoing import Survey

TOKEN = "SEGKIT_PURESPECTRUM_BUYER_TOKEN"  # noqa: S105 - the name of a variable


class PureSpectrumBuyer(VendorClient):
    """A client of PureSpectrum's Buy API; threads may share it.

    Parameters
    ----------
    token
        The buyer token; the environment's ``SEGKIT_PURESPECTRUM_BUYER_TOKEN`` when None.
    environment
        ``production`` or ``staging``.
    base_url
        Another address to ask, up to and with ``/buyers/v2``.
    header
        The header that carries the token.
    timeout, connect_timeout
        Seconds to wait for an answer, and for a connection.
    retries
        How far a call is sent again (`segkit.transport.retry.Retries`).

    Raises
    ------
    MissingCredential
        When no token is given and the environment has none.

    Notes
    -----
    Every call may raise Unauthorized (401), Rejected (400; `vendor_code` and `vendor_message` have the vendor's words),
    RateLimited (429), VendorDown (5xx), TimedOut, Unreachable and UnexpectedAnswer; what a call raises besides stands there.
    Where more is known, the message ends with what to check, and `in_doubt` says whether the vendor may have carried it out.
    After a 429 any call is sent again; after a time-out, a 5xx or an answer that was cut off only what changes nothing by it:
    all calls but `create_survey` and `add_quota`, whose twin would cost money.

    Examples
    --------
    >>> from segkit.quotas.known import known_surveys
    >>> buyer = PureSpectrumBuyer.sandbox()
    >>> made = buyer.create_survey(known_surveys()[0])
    >>> made
    <SurveyDocument: survey 9900001 'Automobile Preferences', 2 quotas, derived>
    >>> buyer.replace_quota(made.survey_id, made.design.quotas[0]).count
    600
    >>> buyer.patch_quota(made.survey_id, "b11111", current_target=100).others["current_target"]
    100
    >>> buyer.patch_survey(made.survey_id, completes_required=900).fields.completes_required
    900
    >>> buyer.set_status(made.survey_id, "live").fields.ps_survey_status
    22
    """

    def __init__(
        self,
        token: str | Secret | None = None,
        environment: str = "production",
        *,
        base_url: str | None = None,
        header: str = "access-token",
        timeout: float = 30.0,
        connect_timeout: float = 5.0,
        retries: Retries | None = None,
        _app: WSGIApplication | None = None,
    ) -> None:
        token = Secret.find(token, TOKEN)
        address = Address.find(base_url, environment, BUYER_URLS)
        del base_url  # a traceback that prints locals must not find a password here
        url, token = address.checked(), required(token, "PureSpectrumBuyer", TOKEN)
        how = options(timeout, connect_timeout, retries)
        connection = Connection(url, secret=token, header=header, words=vendor_words, advice=advice(TOKEN), app=_app, options=how)
        self._access = Access("PureSpectrumBuyer", TOKEN, connection, address.environment)

    @classmethod
    def sandbox(cls, **switches: Any) -> Self:  # noqa: ANN401 - the sandbox's own switches, checked there
        """Return a client of a sandbox in this process, which answers as the vendor documents; no account, no network.

        Parameters
        ----------
        **switches
            Those of `segkit.sandbox.app.Sandbox`, such as ``legacy="refuse"``.

        Notes
        -----
        `double` is the sandbox itself: its faults, its calls, its surveys. What the vendor does not document is derived or
        synthetic there and labelled so in every answer.
        """
        return in_sandbox(cls, "/buyers/v2", switches)

    @property
    def with_raw_response(self) -> Surveys:
        """The same calls, answered with the vendor's own reply: ``.reply.status``, ``.reply.body``, ``.parse()``."""
        return Surveys(self._access.connection, real=self.double is None and not is_here(self.base_url))

    def create_survey(self, survey: Survey, *, check: bool = True) -> SurveyDocument:
        """Create a survey, in draft.

        It is never sent again where the vendor may have carried it out. After TimedOut, VendorDown or UnexpectedAnswer look at
        the vendor whether the survey is there, before you call again.

        Parameters
        ----------
        survey
            A document of `read_survey`, a `QuotaDesign`, or a dict as the vendor writes it. Only its data is sent, no comments,
            its condition codes as text. Legacy qualifications (218, 220, 221, 230) are upgraded to 232 first.
        check
            Whether `lint` is asked first: its errors are raised, and nothing is sent.

        Returns
        -------
        The vendor's reply, with `survey_id`; its `findings` say what the upgrade did.

        Raises
        ------
        InvalidInput
            With the findings, when the upgrade or lint finds an error; nothing is sent.
        Rejected
            Documented is 1014: quota level completes (``qlc``) without quotas.
        """
        return self.with_raw_response.create_survey(survey, check=check).parse()

    def survey(self, survey_id: int) -> SurveyDocument:
        """Fetch a survey; sent again after a failure.

        Returns
        -------
        The survey as it is now, its quotas and qualifications included; that it looks as `create_survey`'s is not documented.

        Raises
        ------
        NotFound
            When there is none of this id.
        """
        return self.with_raw_response.survey(survey_id).parse()

    def update_survey(self, survey_id: int, survey: Survey, *, check: bool = True) -> SurveyDocument:
        """Put another survey in a survey's place; parameters, result and errors are those of `create_survey`, and NotFound.

        It is sent whole, so it is sent again after a failure. What becomes of a quota that is left out is for the vendor to
        say: it asks to deactivate it before.
        """
        return self.with_raw_response.update_survey(survey_id, survey, check=check).parse()

    def patch_survey(
        self, survey_id: int, *, completes_required: int | None = None, offer_price: float | None = None
    ) -> SurveyDocument | None:
        """Change how many completes a survey needs, or what a complete is paid: the two documented changes.

        Whole values are sent, so it is sent again after a failure.

        Returns
        -------
        The survey, where the vendor answers with it, else None; what it answers is not documented.

        Raises
        ------
        InvalidInput, NotFound
            When nothing is changed or a value cannot be; when there is no such survey.
        """
        calls = self.with_raw_response
        return calls.patch_survey(survey_id, completes_required=completes_required, offer_price=offer_price).parse()

    def set_status(self, survey_id: int, status: int | str, *, experimental: bool = False) -> SurveyDocument | None:
        """Change the status of a survey, by a path that is a guess.

        Documented are that PATCH of a survey changes its status, and the statuses; that the path of the change is
        ``/ps_survey_status``, and from which status to which it may go, are not. It is sent again after a failure.

        Parameters
        ----------
        status
            11 or ``draft``, 22 or ``live``, 33 or ``paused``, 44 or ``closed``.
        experimental
            Whether the guess may be tried at the vendor, staging included.

        Returns
        -------
        The survey, where the vendor answers with it, else None.

        Raises
        ------
        NotAllowed
            At the vendor, staging included, unless `experimental`; nothing is sent.
        InvalidInput, NotFound
            When there is no such status; when there is no such survey.
        """
        return self.with_raw_response.set_status(survey_id, status, experimental=experimental).parse()

    def add_quota(self, survey_id: int, quota: Quota | Mapping[str, Any]) -> Quota:
        """Add a quota to a survey; as a survey, it is never sent again where it may have been added: look before you do.

        Parameters
        ----------
        quota
            One of a design's `quotas`, or a dict as the vendor writes it; legacy criteria are upgraded.

        Returns
        -------
        The quota as it was sent, for the vendor answers nothing; its `findings` say what the upgrade did.

        Raises
        ------
        InvalidInput, NotFound
            With the findings, when it is no quota or cannot be upgraded (nothing is sent); when there is no such survey.
        """
        return self.with_raw_response.add_quota(survey_id, quota).parse()

    def replace_quota(self, survey_id: int, quota: Quota | Mapping[str, Any]) -> Quota:
        """Put another quota in the place of the one that has its id; parameters and errors are those of `add_quota`.

        It is sent whole, so it is sent again after a failure.

        Returns
        -------
        The quota as the vendor answers it, or as it was sent where it answers without; its `findings` say what the upgrade did.
        """
        return self.with_raw_response.replace_quota(survey_id, quota).parse()

    def patch_quota(self, survey_id: int, quota_id: str, *, current_target: int) -> Quota | None:
        """Change how many completes a quota is open for now, at most its `required_count`; sent again after a failure.

        Parameters
        ----------
        quota_id
            The buyer's id, or the vendor's ``ps_quota_id``.

        Returns
        -------
        The quota, where the vendor answers with it, else None; what it answers is not documented.

        Raises
        ------
        InvalidInput, NotFound
            When the target is no whole number from 0; when there is no such survey or quota.
        """
        return self.with_raw_response.patch_quota(survey_id, quota_id, current_target=current_target).parse()
