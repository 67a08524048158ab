"""The calls of PureSpectrum's Buy API: what is sent, and how the replies about surveys and quotas are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput, NotAllowed, UnexpectedAnswer
from segkit.provenance import WORDS
from segkit.quotas.quota import Quota
from segkit.quotas.survey import of_data
from segkit.transport.call import Call
from segkit.vendors import outgoing
from segkit.vendors.outgoing import LABEL
from segkit.vendors.replies import RawAnswer, documented, refusal, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.findings import Findings
    from segkit.quotas.survey import SurveyDocument
    from segkit.transport.call import Reply
    from segkit.transport.client import Connection
    from segkit.vendors.outgoing import Survey


def advice(variable: str) -> Mapping[int, str]:
    """Return what to check after a refusal, by its status; `variable` holds the token.

    Of the vendor's codes one is printed, 1014, and its words say what to do; which others there are is not public.
    """
    return {
        400: "unless the vendor's words say what to mend, ask lint() about the survey: most of its codes are not public",
        401: f"check the token: a buyer's, of the environment that is asked, given as token=... or in {variable}",
        404: "check the ids: a survey's is its ps_survey_id, a quota's its buyer_quota_id or ps_quota_id",
    }


class Surveys:
    """The calls of `PureSpectrumBuyer`, answered with `RawAnswer`."""

    def __init__(self, connection: Connection, *, real: bool) -> None:
        self._connection = connection
        self._real = real

    def create_survey(self, survey: Survey, *, check: bool = True) -> RawAnswer[SurveyDocument]:
        """Create a survey; see `PureSpectrumBuyer.create_survey`."""
        body, findings = outgoing.survey_body(survey, check=check)
        reply = self._connection.send(Call("POST", "/surveys", json=body, replayable=False))
        return RawAnswer(reply, documented(lambda reply: _survey(reply, findings=findings)))

    def survey(self, survey_id: int) -> RawAnswer[SurveyDocument]:
        """Fetch a survey; see `PureSpectrumBuyer.survey`."""
        path = outgoing.path_of_survey(survey_id)
        reply = self._connection.send(Call("GET", path, replayable=True))
        return RawAnswer(reply, documented(lambda reply: _survey(reply, int(survey_id))))

    def update_survey(self, survey_id: int, survey: Survey, *, check: bool = True) -> RawAnswer[SurveyDocument]:
        """Put another survey in a survey's place; see `PureSpectrumBuyer.update_survey`."""
        path = outgoing.path_of_survey(survey_id)
        body, findings = outgoing.survey_body(survey, check=check)
        reply = self._connection.send(Call("PUT", path, json=body, replayable=True))
        return RawAnswer(reply, documented(lambda reply: _survey(reply, int(survey_id), findings)))

    def patch_survey(
        self, survey_id: int, *, completes_required: int | None = None, offer_price: float | None = None
    ) -> RawAnswer[SurveyDocument | None]:
        """Change single fields of a survey; see `PureSpectrumBuyer.patch_survey`."""
        return self._patch(survey_id, outgoing.survey_changes(completes_required, offer_price))

    def set_status(self, survey_id: int, status: int | str, *, experimental: bool = False) -> RawAnswer[SurveyDocument | None]:
        """Change the status of a survey; see `PureSpectrumBuyer.set_status`."""
        changes = outgoing.status_changes(status)
        if self._real and not experimental:
            raise NotAllowed(
                "how a survey's status is changed is not documented, and /ps_survey_status is a guess: "
                "use the sandbox, or give experimental=True"
            )
        return self._patch(survey_id, changes)

    def _patch(self, survey_id: int, changes: list[dict[str, Any]]) -> RawAnswer[SurveyDocument | None]:
        reply = self._connection.send(Call("PATCH", outgoing.path_of_survey(survey_id), json=changes, replayable=True))

        def read(reply: Reply) -> SurveyDocument | None:
            return _survey(reply, int(survey_id)) if "ps_survey_id" in _said(reply) else None

        return RawAnswer(reply, documented(read))

    def add_quota(self, survey_id: int, quota: Quota | Mapping[str, Any]) -> RawAnswer[Quota]:
        """Add a quota; see `PureSpectrumBuyer.add_quota`."""
        sent = outgoing.quota_body(quota)
        path = f"{outgoing.path_of_survey(survey_id)}/quotas"
        reply = self._connection.send(Call("POST", path, json=sent.body, replayable=False))

        def read(reply: Reply) -> Quota:
            _said(reply)  # documented is its success alone
            return sent.quota

        return RawAnswer(reply, documented(read))

    def replace_quota(self, survey_id: int, quota: Quota | Mapping[str, Any]) -> RawAnswer[Quota]:
        """Put another quota in a quota's place; see `PureSpectrumBuyer.replace_quota`."""
        sent = outgoing.quota_body(quota)
        path = f"{outgoing.path_of_survey(survey_id)}/quotas/{sent.path}"
        reply = self._connection.send(Call("PUT", path, json=sent.body, replayable=True))
        # An old page of the vendor's answers with a code of success alone, the present one with the quota as it was sent.
        return RawAnswer(reply, documented(lambda reply: replace(_quota(reply) or sent.quota, findings=sent.quota.findings)))

    def patch_quota(self, survey_id: int, quota_id: str, *, current_target: int) -> RawAnswer[Quota | None]:
        """Change the current target of a quota; see `PureSpectrumBuyer.patch_quota`."""
        path = f"{outgoing.path_of_survey(survey_id)}/quotas/{outgoing.path_of_quota(quota_id)}"
        changes = outgoing.quota_changes(current_target)
        return RawAnswer(self._connection.send(Call("PATCH", path, json=changes, replayable=True)), documented(_quota))


def _survey(reply: Reply, asked: int | None = None, findings: Findings | None = None) -> SurveyDocument:
    """Read a survey; one without an id, or with another than was asked for, is unexpected."""
    document = told(reply)
    survey_id = document.get("ps_survey_id")
    if type(survey_id) is not int:
        raise UnexpectedAnswer(f"the reply is no survey: its id is {survey_id!r}", path="$.ps_survey_id", body=reply.body)
    if asked not in {None, survey_id}:
        message = f"the reply is survey {survey_id}, asked for was {asked}"
        raise UnexpectedAnswer(message, path="$.ps_survey_id", body=reply.body)
    read = of_data(document, findings)
    labelled = [word for word in WORDS if word == reply.headers.get("x-segkit-provenance")]
    return replace(read, provenance=labelled[0]) if labelled else read


def _said(reply: Reply) -> dict[str, Any]:
    """Read an answer that may be empty, or say anything but a failure."""
    said = told(reply) if reply.body.strip() else {}
    if refusal(reply):
        raise UnexpectedAnswer("the answer says failure", body=reply.body)
    return said


def _quota(reply: Reply) -> Quota | None:
    """Read a quota; None where the answer has none."""
    said = _said(reply)
    if "criteria" not in said:
        return None
    for name, kind in (("buyer_quota_id", str), ("criteria", list)):
        if not isinstance(said.get(name), kind):
            raise UnexpectedAnswer(f"the reply is no quota: no {name}", path=f"$.{name}", body=reply.body)
    try:
        return Quota.of({name: value for name, value in said.items() if name != LABEL}, 0)
    except InvalidInput as error:
        where = error.findings[0].where.replace("$.quotas[0]", "$")
        raise UnexpectedAnswer(f"the reply is no quota: {error.findings[0].message}", path=where, body=reply.body) from None
