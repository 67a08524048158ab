"""What a user may hand in for the Buy API, as it is sent: surveys and quotas upgraded, checked and written, ids, changes."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from segkit.errors import InvalidInput
from segkit.findings import Findings
from segkit.quotas.design import QuotaDesign
from segkit.quotas.legacy import is_legacy, upgrade_document
from segkit.quotas.quota import Quota
from segkit.quotas.survey import SurveyDocument, of_data
from segkit.vendors.written import path_part, written

if TYPE_CHECKING:
    import msgspec

Survey = SurveyDocument | QuotaDesign | Mapping[str, Any]
"""A survey as a user has it."""

STATUSES = {"draft": 11, "live": 22, "paused": 33, "closed": 44}
"""The statuses of a survey (documented), and the words that they are told by."""

LABEL = "x_segkit_provenance"
"""The sandbox's word about its own replies, which is never sent."""


def survey_body(survey: Survey, *, check: bool) -> tuple[msgspec.Raw, Findings]:
    """Write the body of a survey.

    Parameters
    ----------
    check
        Whether `lint` is asked first; a legacy document is upgraded in any case.

    Returns
    -------
    The body, and what the upgrade found.

    Raises
    ------
    InvalidInput
        With the findings, when it is no survey, cannot be upgraded, or lint finds an error.
    """
    given = _document(survey)
    document, findings = _upgraded(given)
    if check:
        from segkit.quotas.lint.check import lint  # noqa: PLC0415 - the rules only when they are asked

        # Rules read comments too: what was handed in is asked, unless the upgrade changed it.
        try:
            found = lint(survey if isinstance(survey, SurveyDocument) and document is given else of_data(document))
        except RecursionError:
            raise InvalidInput("the survey is nested too deep to be checked") from None
        # Another document of the text that it was read from is not sent.
        found = Findings(finding for finding in found if finding.code != "unreadable-document")
        _refuse("lint finds errors in the survey", found, "mend them, or send it as it is with check=False")
    return written(document, "the survey"), findings


class QuotaBody(NamedTuple):
    """A quota as it is sent.

    Attributes
    ----------
    path
        Its id, for a path.
    quota
        The same read back; its `findings` say what the upgrade found.
    """

    path: str
    body: msgspec.Raw
    quota: Quota


def quota_body(quota: Quota | Mapping[str, Any]) -> QuotaBody:
    """Write a quota as the vendor takes it; a legacy one is upgraded.

    Raises
    ------
    InvalidInput
        With the findings, their paths within the quota, when it is no quota, has no id, or cannot be upgraded.
    """
    if not isinstance(quota, Quota | Mapping):
        raise InvalidInput(f"a quota is {type(quota).__name__}: give one of a design's quotas, or a dict as the vendor writes it")
    given = _unlabelled(quota.payload() if isinstance(quota, Quota) else quota)
    document, findings = _upgraded(_in_text({"quotas": [given]}), within="$.quotas[0]")
    sent = document["quotas"][0]
    path, body = path_of_quota(sent.get("buyer_quota_id")), written(sent, "the quota")
    try:
        read = Quota.of(sent, 0)
    except InvalidInput as error:
        found = _within("$.quotas[0]", error.findings)
        raise InvalidInput("it is no quota, and nothing was sent: mend it", found) from None
    return QuotaBody(path, body, replace(read, findings=findings))


def _within(place: str, findings: Findings) -> Findings:
    """Return findings with their paths from a place on."""
    return Findings(replace(found, where=f"${found.where.removeprefix(place)}") for found in findings)


def path_of_survey(survey_id: Any) -> str:  # noqa: ANN401 - numbers of numpy and digits are ids as well
    """Return the path of a survey.

    Raises
    ------
    InvalidInput
        When the id is no whole number above 0, or digits.
    """
    return f"/surveys/{_whole(survey_id, 'survey_id', 'give the number that create_survey answered as ps_survey_id', least=1)}"


def path_of_quota(quota_id: object) -> str:
    """Return a quota's id for a path: percent-encoded, also ``/`` and ``%``.

    Raises
    ------
    InvalidInput
        When it is no text, or one that no path can carry.
    """
    return path_part(quota_id, "the quota's id", "give the buyer_quota_id, or the vendor's ps_quota_id, as text")


def survey_changes(completes_required: object, offer_price: object) -> list[dict[str, Any]]:
    """Write the changes of a survey; None changes nothing.

    Raises
    ------
    InvalidInput
        When nothing is changed, or a value cannot be.
    """
    changes: dict[str, object] = {}
    if completes_required is not None:
        changes["completes_required"] = _whole(completes_required, "completes_required", "give a whole number from 1", least=1)
    if offer_price is not None:
        changes["offer_price"] = _price(offer_price)
    if not changes:
        raise InvalidInput("nothing is changed: give completes_required=..., offer_price=..., or both")
    return _replacing(changes)


def quota_changes(current_target: object) -> list[dict[str, Any]]:
    """Write the change of a quota.

    Raises
    ------
    InvalidInput
        When the value cannot be.
    """
    return _replacing({"current_target": _whole(current_target, "current_target", "give a whole number from 0", least=0)})


def status_changes(status: object) -> list[dict[str, Any]]:
    """Write the change of a status, the path of which is a guess.

    Raises
    ------
    InvalidInput
        When there is no such status.
    """
    given = STATUSES.get(status) if isinstance(status, str) else status
    codes = [code for code in STATUSES.values() if code == given]  # also a number of numpy
    if not codes:
        known = ", ".join(f"{word!r} or {code}" for word, code in STATUSES.items())
        raise InvalidInput(f"status is {status!r}: give {known}")
    return _replacing({"ps_survey_status": codes[0]})


def _unlabelled(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data without the sandbox's word about it."""
    return {name: value for name, value in data.items() if name != LABEL}


def _document(survey: object) -> dict[str, Any]:
    """Return the plain data of a survey, its condition codes in text."""
    if isinstance(survey, SurveyDocument):
        document = survey.document
    elif isinstance(survey, QuotaDesign):
        document = survey.payload()
    elif isinstance(survey, Mapping):
        document = dict(survey)
    else:
        known = "a document of read_survey(), a QuotaDesign, or a dict as the vendor writes it"
        raise InvalidInput(f"a survey is {type(survey).__name__}: give {known}")
    return _in_text(_unlabelled(document))


def _upgraded(document: dict[str, Any], within: str = "$") -> tuple[dict[str, Any], Findings]:
    """Return a document without legacy qualifications, and what the upgrade found, its paths from a place on."""
    if not is_legacy(document):
        return document, Findings()
    upgraded, found, _ = upgrade_document(document)
    findings = _within(within, found)
    _refuse("the legacy qualifications 218, 220 and 230 cannot be upgraded", findings, "write them with 232")
    return upgraded, findings


def _in_text(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a survey with its condition codes as the vendor writes them, as text, wherever they are numbers."""
    told = dict(document)
    if "qualifications" in told:
        told["qualifications"] = _coded_in_text(told["qualifications"])
    if isinstance(told.get("quotas"), list | tuple):
        told["quotas"] = [
            {**quota, "criteria": _coded_in_text(quota["criteria"])}
            if isinstance(quota, Mapping) and "criteria" in quota
            else quota
            for quota in told["quotas"]
        ]
    return told


def _coded_in_text(criteria: object) -> object:
    """Write the condition codes of criteria as text; what is no list of objects with codes is left to the vendor."""
    if not isinstance(criteria, list | tuple):
        return criteria
    return [
        {**criterion, "condition_codes": [_code_in_text(code) for code in criterion["condition_codes"]]}
        if isinstance(criterion, Mapping) and isinstance(criterion.get("condition_codes"), list | tuple)
        else criterion
        for criterion in criteria
    ]


def _code_in_text(code: object) -> object:
    return str(int(code)) if isinstance(code, int | np.integer) and not isinstance(code, bool) else code


def _refuse(what: str, findings: Findings, fix: str) -> None:
    if findings.errors:
        raise InvalidInput(f"{what}, and nothing was sent: {fix}", findings.errors)


def _whole(value: Any, name: str, fix: str, *, least: int) -> int:  # noqa: ANN401 - numbers of numpy and digits
    try:
        is_digits = isinstance(value, str) and value.strip().isascii() and value.strip().isdigit()
        number = int(value) if is_digits else operator.index(value)
    except (TypeError, ValueError):
        number = least - 1
    if isinstance(value, bool) or number < least:
        raise InvalidInput(f"{name} is {value!r}: {fix}")
    return number


def _price(value: Any) -> int | float:  # noqa: ANN401 - numbers of numpy
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0 <= value < math.inf:
        raise InvalidInput(f"offer_price is {value!r}: give a number from 0")
    return int(value) if value == int(value) else float(value)


def _replacing(changes: Mapping[str, object]) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": f"/{name}", "value": value} for name, value in changes.items()]
