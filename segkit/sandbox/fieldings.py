"""The sandbox's own routes of surveys: what is kept, launching, and simulated visits. No vendor has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from segkit.errors import InvalidInput
from segkit.sandbox.exchange import reply
from segkit.sandbox.fielded import Asked
from segkit.sandbox.fielding import NOT_LIVE, UNKNOWN
from segkit.sandbox.surveys import id_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from segkit.sandbox.fielding import Fieldwork

_OURS = "a control route of the sandbox; visits and what comes of them are invented"
_STATUSES = {UNKNOWN: 404, NOT_LIVE: 409}


def add(routes: Blueprint, fieldwork: Fieldwork, surveys: Callable[[], list[dict[str, Any]]]) -> None:
    """Add the routes to those of the sandbox."""

    @routes.get("/surveys")
    def kept() -> Response:
        return reply({"surveys": surveys()}, "synthetic", _OURS)

    @routes.post("/surveys/<survey_id>/launch")
    def launch(survey_id: str) -> Response:
        return _answer(lambda: {"ps_survey_id": id_in(survey_id), "ps_survey_status": fieldwork.launch(id_in(survey_id))})

    @routes.post("/surveys/<survey_id>/fielding")
    def field(survey_id: str) -> Response:
        sent = request.get_json(force=True, silent=True)
        return _answer(lambda: fieldwork.field(id_in(survey_id), Asked.of(sent if isinstance(sent, dict) else {})).to_dict())


def _answer(act: Callable[[], dict[str, Any]]) -> Response:
    """Answer with what was done, or with why it was not."""
    try:
        return reply(act(), "synthetic", _OURS)
    except InvalidInput as error:
        status = max((_STATUSES.get(finding.code, 400) for finding in error.findings), default=400)
        return reply({"error": str(error)}, "synthetic", _OURS, status=status)
