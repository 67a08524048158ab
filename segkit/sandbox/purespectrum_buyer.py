"""PureSpectrum's Buy API: surveys and their quotas, as far as public pages document them.

Two replies of create are printed; what else is answered is taken from them, labelled, and said in the reply's note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from flask import Blueprint, Response, g, request

from segkit.provenance import weakest
from segkit.sandbox import buyer_reply, buyer_request
from segkit.sandbox.buyer_refusal import failure, refuse, refuse_token
from segkit.sandbox.buyer_reply import CLOSED, DRAFT, LIVE, PAUSED
from segkit.sandbox.buyer_targeting import Targeting, in_order
from segkit.sandbox.exchange import LABEL, Vendor, accept_rest, raw_path, reply
from segkit.sandbox.surveys import id_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from werkzeug.datastructures import Headers

    from segkit.sandbox.buyer_targeting import Choice
    from segkit.sandbox.state import State
    from segkit.sandbox.surveys import Surveys
    from segkit.sandbox.switches import Switches

PREFIX = "/buyers/v2"
TOKEN_HEADER = "access-token"  # noqa: S105 - the name of a header
_PRINTED_QUOTA = {"buyer_quota_id", "required_count", "criteria"}
_NEXT = {DRAFT: {LIVE}, LIVE: {PAUSED, CLOSED}, PAUSED: {LIVE, CLOSED}, CLOSED: set[int]()}
_BODY = "the path is documented; that its body is that of create is our choice"
_QUOTA_BODY = "the path is documented; its body, the quota with its current target, is our choice"
_STATUS_PATH = "that a status is changed under this path, and from which to which, is a guess"


class Buyer:
    """The endpoints of surveys and quotas.

    Parameters
    ----------
    state, surveys
        Where surveys are kept, and how.
    tokens
        The buyer tokens that are let in.
    """

    def __init__(self, state: State, surveys: Surveys, tokens: Iterable[str], switches: Switches) -> None:
        self._state = state
        self._surveys = surveys
        self._tokens = frozenset(tokens)
        self._legacy = switches.legacy

    def vendor(self) -> Vendor:
        """Return what the app mounts."""
        routes = Blueprint("purespectrum_buyer", __name__, url_prefix=PREFIX)
        routes.record_once(accept_rest)
        routes.before_request(self._authenticate)
        survey, quota = "/surveys/<survey_id>", "/surveys/<survey_id>/quotas/<rest:quota_id>"
        for rule, method, view in (
            ("/surveys", "POST", self.create),
            (survey, "GET", self.read),
            (survey, "PUT", self.replace),
            (survey, "PATCH", self.change),
            ("/surveys/<survey_id>/quotas", "POST", self.add_quota),
            (quota, "GET", self.read_quota),
            (quota, "PUT", self.replace_quota),
            (quota, "PATCH", self.change_quota),
        ):
            routes.add_url_rule(rule, view.__name__, view, methods=[method], merge_slashes=False)
        return Vendor(routes, _credential, lambda message, _: failure(message))

    def _authenticate(self) -> None:
        if _credential(request.headers) not in self._tokens:
            refuse_token()

    def _find(self, connection: sqlite3.Connection, survey_id: str) -> dict[str, Any]:
        """Return a survey's body."""
        body = self._surveys.find(connection, id_in(survey_id))
        if body is None:
            refuse(f"There is no survey {survey_id}.", status=404)
        g.subject = str(body["ps_survey_id"])
        return body

    # Surveys

    def create(self) -> Response:
        """Make a survey of what is sent; twice the same makes two."""
        sent = buyer_request.survey(_sent())
        with self._state.transaction() as connection:
            body, choices = buyer_reply.survey(sent, self._surveys.next_id(connection), self._legacy)
            self._surveys.keep(connection, body)
        g.subject = str(body["ps_survey_id"])
        return _labelled(body, choices, status=201)

    def read(self, survey_id: str) -> Response:
        """Answer with a survey."""
        with self._state.transaction() as connection:
            body = self._find(connection, survey_id)
        return reply({**body, LABEL: "synthetic"}, "synthetic", _BODY)

    def replace(self, survey_id: str) -> Response:
        """Put another survey in its place: its id, status and dates stay, quotas that are left out end."""
        with self._state.transaction() as connection:
            before = self._find(connection, survey_id)
            sent = buyer_request.survey(_sent())
            body, _ = buyer_reply.survey(sent, before["ps_survey_id"], self._legacy, before)
            self._surveys.keep(connection, body)
        return reply({**body, LABEL: "synthetic"}, "synthetic", _BODY)

    def change(self, survey_id: str) -> Response:
        """Change single fields of a survey."""
        with self._state.transaction() as connection:
            body = self._find(connection, survey_id)
            changes = buyer_request.changes(_sent(), buyer_request.CHANGEABLE)
            status = changes.get("/ps_survey_status", body["ps_survey_status"])
            if status not in _NEXT[body["ps_survey_status"]] | {body["ps_survey_status"]}:
                refuse(f"A survey does not go from status {body['ps_survey_status']} to {status}.")
            body |= {path.removeprefix("/"): value for path, value in changes.items()}
            self._surveys.keep(connection, body)
        note = f"{_BODY}; {_STATUS_PATH}" if "/ps_survey_status" in changes else _BODY
        return reply({**body, LABEL: "synthetic"}, "synthetic", note)

    # Quotas

    def add_quota(self, survey_id: str) -> Response:
        """Add a quota; the documented reply has no body."""
        with self._state.transaction() as connection:
            body = self._find(connection, survey_id)
            quota = Targeting(self._legacy).quota(_sent(), body["ps_survey_id"])
            self._surveys.keep(connection, {**body, "quotas": in_order([*body["quotas"], quota])})
        response = reply(b"", "documented", status=201)
        del response.headers["Content-Type"]
        return response

    def read_quota(self, survey_id: str, quota_id: str) -> Response:
        """Answer with a quota."""
        with self._state.transaction() as connection:
            return self._shown(connection, *self._find_quota(connection, survey_id, quota_id))

    def replace_quota(self, survey_id: str, quota_id: str) -> Response:
        """Put another quota in its place, and answer with what was sent."""
        sent = _sent()
        with self._state.transaction() as connection:
            body, place = self._find_quota(connection, survey_id, quota_id)
            quota = Targeting(self._legacy).quota(sent, body["ps_survey_id"])
            if quota["buyer_quota_id"] != body["quotas"][place]["buyer_quota_id"]:
                refuse("The buyer_quota_id of a quota stays what it is.")
            body["quotas"][place] = quota
            self._surveys.keep(connection, {**body, "quotas": in_order(body["quotas"])})
        if set(sent) == _PRINTED_QUOTA:
            return reply(sent, "documented")
        return reply({**sent, LABEL: "derived"}, "derived", "documented is an echo of id, count and criteria")

    def change_quota(self, survey_id: str, quota_id: str) -> Response:
        """Change the current target of a quota."""
        with self._state.transaction() as connection:
            body, place = self._find_quota(connection, survey_id, quota_id)
            quota = body["quotas"][place]
            most = quota["required_count"]
            fits = (lambda value: type(value) is int and 0 <= value <= most, f"a whole number from 0 to its count, {most}")
            target = buyer_request.changes(_sent(), {"/current_target": fits})["/current_target"]
            achieved, _ = self._surveys.filled(connection, body["ps_survey_id"]).get(quota["ps_quota_id"], (0, None))
            self._surveys.fill(connection, body["ps_survey_id"], quota["ps_quota_id"], achieved, target)
            return self._shown(connection, body, place)

    def _find_quota(self, connection: sqlite3.Connection, survey_id: str, quota_id: str) -> tuple[dict[str, Any], int]:
        """Return a survey's body and the place of the quota, by either of its ids."""
        body = self._find(connection, survey_id)
        # WSGI decodes the path, and an id that holds a slash or a percent sign cannot be told from it any more.
        wanted = unquote(raw_path(request.environ).partition("/quotas/")[2], errors="replace") or quota_id
        for name in ("buyer_quota_id", "ps_quota_id"):
            ids = [quota[name] for quota in body["quotas"]]
            if wanted in ids:
                return body, ids.index(wanted)
        return refuse(f"Survey {survey_id} has no quota {wanted}.", status=404)

    def _shown(self, connection: sqlite3.Connection, body: dict[str, Any], place: int) -> Response:
        """Answer with a quota and its current target."""
        quota = body["quotas"][place]
        _, target = self._surveys.filled(connection, body["ps_survey_id"]).get(quota["ps_quota_id"], (0, None))
        target = quota["required_count"] if target is None else min(target, quota["required_count"])
        return reply({**quota, "current_target": target, LABEL: "synthetic"}, "synthetic", _QUOTA_BODY)


def _credential(headers: Headers) -> str:
    return headers.get(TOKEN_HEADER) or ""


def _sent() -> Any:  # noqa: ANN401 - whatever JSON holds
    return buyer_request.read(request.get_data(cache=False))


def _labelled(body: dict[str, Any], choices: list[Choice], *, status: int) -> Response:
    """Answer with a survey under the weakest of the words that its form rests on."""
    word = weakest(*(choice.word for choice in choices))
    note = "; ".join(dict.fromkeys(choice.note for choice in choices))
    return reply({**body, LABEL: word}, word, note, status=status)
