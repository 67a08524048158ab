"""The sandbox: one WSGI app that mounts a double of each vendor, with faults, a record of calls, and its own control routes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from segkit.errors import InvalidInput
from segkit.sandbox import ciopulse, fieldings, infinity, instaleap, purespectrum, purespectrum_buyer, registries
from segkit.sandbox.exchange import LABEL, OWN_WORDING, PROVENANCE_HEADER, Refusal, raw_path, reply
from segkit.sandbox.faults import DAMAGES, REFUSALS, Fault, Faults
from segkit.sandbox.fielded import Asked
from segkit.sandbox.fielding import Fieldwork
from segkit.sandbox.mounts import Mounts
from segkit.sandbox.server import Running
from segkit.sandbox.state import State
from segkit.sandbox.surveys import Surveys
from segkit.sandbox.switches import Switches
from segkit.sandbox.trees import Tree, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from segkit.sandbox.exchange import Vendor
    from segkit.sandbox.fielded import Fielded, Policy, Until
    from segkit.sandbox.state import Calls

CONTROL = "/_sandbox"
TOKEN = "YOUR_SUPPLIER_TOKEN_HERE"  # noqa: S105 - the placeholder that the vendor's guide prints
PLACEHOLDERS = (TOKEN, ciopulse.PLACEHOLDER, instaleap.PLACEHOLDER, infinity.PLACEHOLDER)
"""The credentials that the vendors' documents print, and ours for Infinity, whose page prints none."""
_OURS = "a control route of the sandbox"


class Sandbox:
    """The vendors' double on this machine.

    Parameters
    ----------
    state_path
        ``":memory:"``, or a file of sqlite that another sandbox may go on with.
    tokens
        The tokens that are let in, a supplier's and a buyer's alike; ``account:password`` where a vendor wants both.
    trees
        As in the files of `segkit/sandbox/trees`; None is those.
    **readings
        What is read how where a vendor's documents leave it open: see `segkit.sandbox.switches.Switches`.

    Attributes
    ----------
    wsgi
        The WSGI callable, for a client in this process.
    faults
        What goes wrong on request.
    ciopulse, instaleap, infinity
        The doubles of registries: what they keep, and what their owners can do.

    Examples
    --------
    >>> sandbox = Sandbox()
    >>> _ = sandbox.faults.add("429", retry_after=1)
    >>> with sandbox.serve() as running:
    ...     running.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self,
        state_path: str | Path = ":memory:",
        *,
        tokens: Iterable[str] = PLACEHOLDERS,
        trees: Iterable[Mapping[str, Any]] | None = None,
        **readings: Any,  # noqa: ANN401 - `Switches` checks them
    ) -> None:
        switches = Switches.of(readings)
        self.faults = Faults()
        self._state = State(state_path)
        known = [Tree(content) for content in (shipped() if trees is None else trees)]
        tokens = frozenset(tokens)
        segmentation = purespectrum.Segmentation(self._state, known, tokens, switches)
        self._surveys = Surveys(self._state)
        self._fieldwork = Fieldwork(self._state, self._surveys)
        buyer = purespectrum_buyer.Buyer(self._state, self._surveys, tokens, switches)
        self.ciopulse = ciopulse.Portal(self._state, tokens, switches)
        self.instaleap = instaleap.Customers(self._state, tokens, switches)
        self.infinity = infinity.Installations(self._state, tokens, switches)
        doubles = (segmentation, buyer, self.ciopulse, self.instaleap, self.infinity)
        self._vendors: dict[str, Vendor] = {vendor.routes.name: vendor for vendor in (double.vendor() for double in doubles)}
        control = _control(self, self._fieldwork)
        self.wsgi: WSGIApplication = Mounts([control, *(vendor.routes for vendor in self._vendors.values())], self._prepare)

    def _prepare(self, app: Flask) -> None:
        app.before_request(self._meet_fault)
        app.after_request(self._finish)
        app.register_error_handler(Refusal, lambda refusal: refusal.response)
        app.register_error_handler(HTTPException, lambda error: _not_served(self._vendors.values(), error))

    def _meet_fault(self) -> Response | None:
        """Let a fault answer in the vendor's place, or keep it for the way back."""
        vendor = self._vendors.get(request.blueprint or "")
        fault = self.faults.take(raw_path(request.environ)) if vendor else None
        if fault is None or vendor is None:
            return None
        g.fault = fault
        refusal = REFUSALS.get(fault.kind)
        return refusal(fault, vendor, vendor.credential(request.headers)) if refusal else None

    def _finish(self, response: Response) -> Response:
        """Damage the reply if that was asked for, record the call, and hold the reply back."""
        response.headers.setdefault(PROVENANCE_HEADER, "synthetic")  # what Flask answers by itself, such as OPTIONS
        if request.blueprint == "control":
            return response
        fault: Fault | None = g.get("fault")
        if fault and fault.kind in DAMAGES:
            response = DAMAGES[fault.kind](fault, response, request.environ)
        route = request.url_rule.rule if request.url_rule else "(no such path)"
        self._state.record(
            f"{request.method} {route}",
            response.status_code,
            response.headers[PROVENANCE_HEADER],
            g.get("subject", ""),
            fault.kind if fault else "",
        )
        self.faults.wait(self.faults.delay + (fault.seconds if fault and fault.kind == "slow" else 0))
        return response

    @property
    def calls(self) -> Calls:
        """The calls that were answered so far, in order; `.counts` by endpoint. No credential is in them."""
        return self._state.calls()

    @property
    def identity(self) -> str:
        """A word of this sandbox's state alone, the same for all sandboxes over one file."""
        return self._state.identity

    @property
    def members(self) -> list[purespectrum.Member]:
        """The members whose segment was saved, and how often each was calculated."""
        return purespectrum.members(self._state)

    @property
    def surveys(self) -> list[dict[str, Any]]:
        """The surveys that are kept, oldest first, each as a buyer reads it."""
        with self._state.transaction() as connection:
            found = (self._surveys.find(connection, survey_id) for survey_id in self._surveys.ids(connection))
            return [body for body in found if body is not None]

    def launch(self, survey_id: int) -> int:
        """Make a draft or paused survey live, and return its status, 22.

        Raises
        ------
        InvalidInput
            When there is no such survey, or it is closed.
        """
        return self._fieldwork.launch(survey_id)

    def field(  # noqa: PLR0913 - each is a choice that is made by name
        self,
        survey_id: int,
        visits: int | None = None,
        *,
        seed: int = 0,
        families: Sequence[Sequence[int]] | None = None,
        respondents: Sequence[str] | None = None,
        policy: Policy = "per_qualification_set",
        law: Mapping[str, Any] | None = None,
        until: Until = "visits",
        launch: bool = True,
    ) -> Fielded:
        """Let invented families visit a survey, by the vendor's order of operations, and fill its quotas.

        Parameters
        ----------
        survey_id
            The ps_survey_id; a survey goes on where its last fielding ended.
        visits
            How many; may be left out where `families` are given.
        seed
            Of the families that are drawn.
        families
            For each visit the codes of 232 of its children, 167 alone for none; None draws them by `law`.
        respondents
            For each visit an id: one who has entered before is a duplicate. None is somebody new at each visit.
        policy
            Which visits need an open quota: those to a survey with quotas of 232, ``any``, or ``none``.
        law
            In place of parts of the usual law: ``children`` (shares of families with 0, 1, 2, ...), ``boy`` (a share), ``ages``
            (years -> share).
        until
            ``visits`` makes all of them, ``goal`` ends when the survey pauses by itself.
        launch
            Whether a draft is launched by itself.

        Raises
        ------
        InvalidInput
            When there is no such survey, something cannot be used, or the survey wants what is not modelled.
        """
        asked = {"visits": visits, "seed": seed, "families": families, "respondents": respondents, "policy": policy}
        return self._fieldwork.field(survey_id, Asked.of({**asked, "law": law, "until": until, "launch": launch}))

    def reset(self) -> None:
        """Forget calls, members, surveys and faults."""
        self._state.reset()
        self.faults.clear()

    def serve(self, port: int = 0) -> Running:
        """Answer on 127.0.0.1 from a background thread, until the result is closed; port 0 is any free one."""
        self.faults.start()
        return Running(self.wsgi, port, self.faults.stop)

    def close(self) -> None:
        """Close the state; nothing can be asked any more."""
        self._state.close()

    def __repr__(self) -> str:
        return f"<Sandbox: {', '.join(self._vendors)}>"


def _not_served(vendors: Iterable[Vendor], error: HTTPException) -> Response:
    """Answer for paths and methods that are not modelled here, in the form of the vendor whose path it is."""
    note, status = "this sandbox does not model this path or method; the vendor may", error.code or 500
    asked = next((vendor for vendor in vendors if request.path.startswith(f"{vendor.routes.url_prefix}/")), None)
    if asked:
        return asked.refusal(f"{error.name}.", status, note)
    body = {"apiStatus": "Failure", "msg": f"{OWN_WORDING}{error.name}.", LABEL: "synthetic"}
    return reply(body, "synthetic", note, status=status)


def _control(sandbox: Sandbox, fieldwork: Fieldwork) -> Blueprint:
    """Return the routes of the sandbox itself, which no vendor has."""
    routes = Blueprint("control", __name__, url_prefix=CONTROL)

    @routes.get("/calls")
    def calls() -> Response:
        made = sandbox.calls
        return reply({"counts": made.counts, "calls": [call._asdict() for call in made]}, "synthetic", _OURS)

    @routes.get("/faults")
    def waiting() -> Response:
        return reply(
            {"delay": sandbox.faults.delay, "faults": [asdict(fault) for fault in sandbox.faults.waiting]}, "synthetic", _OURS
        )

    @routes.post("/faults")
    def add() -> Response:
        asked = request.get_json(force=True, silent=True)
        try:
            fault = sandbox.faults.put(Fault.of(asked if isinstance(asked, dict) else {}))
        except InvalidInput as error:
            return reply({"error": str(error)}, "synthetic", _OURS, status=400)
        return reply(asdict(fault), "synthetic", _OURS, status=201)

    @routes.delete("/faults")
    def clear() -> Response:
        sandbox.faults.clear()
        return reply({}, "synthetic", _OURS)

    fieldings.add(routes, fieldwork, lambda: sandbox.surveys)
    registries.add(routes, sandbox.ciopulse, sandbox.instaleap)

    @routes.post("/reset")
    def reset() -> Response:
        sandbox.reset()
        return reply({}, "synthetic", _OURS)

    return routes
