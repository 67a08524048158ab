"""The sandbox: one WSGI app that mounts a double of each vendor, with faults, a record of calls, and its own control routes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from segkit.errors import InvalidInput
from segkit.sandbox import purespectrum
from segkit.sandbox.exchange import LABEL, OWN_WORDING, PROVENANCE_HEADER, Refusal, raw_path, reply
from segkit.sandbox.faults import DAMAGES, REFUSALS, Fault, Faults
from segkit.sandbox.server import Running
from segkit.sandbox.state import State
from segkit.sandbox.switches import Switches
from segkit.sandbox.trees import Tree, shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    from segkit.sandbox.exchange import Vendor
    from segkit.sandbox.state import Calls
    from segkit.sandbox.switches import ChildId, ErrorShape

CONTROL = "/_sandbox"
TOKEN = "YOUR_SUPPLIER_TOKEN_HERE"  # noqa: S105 - the placeholder that the vendor's guide prints
_OURS = "a control route of the sandbox"


class Sandbox:
    """The vendors' double on this machine.

    Parameters
    ----------
    state_path
        ``":memory:"``, or a file of sqlite that another sandbox may go on with.
    tokens
        The supplier tokens that are let in.
    error_shape, child_id, accept_access_token
        See `segkit.sandbox.switches.Switches`.
    trees
        As in the files of `segkit/sandbox/trees`; None is those.

    Attributes
    ----------
    wsgi
        The WSGI callable, for a client in this process.
    faults
        What goes wrong on request.

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
        tokens: Iterable[str] = (TOKEN,),
        error_shape: ErrorShape = "2.1",
        child_id: ChildId = "refuse",
        accept_access_token: bool = False,
        trees: Iterable[Mapping[str, Any]] | None = None,
    ) -> None:
        switches = Switches(error_shape, child_id, accept_access_token)
        self.faults = Faults()
        self._state = State(state_path)
        known = [Tree(content) for content in (shipped() if trees is None else trees)]
        segmentation = purespectrum.Segmentation(self._state, known, tokens, switches)
        self._vendors: dict[str, Vendor] = {}
        self._app = Flask("segkit.sandbox", static_folder=None)
        self._app.before_request(self._meet_fault)
        self._app.after_request(self._finish)
        self._app.register_error_handler(Refusal, lambda refusal: refusal.response)
        self._app.register_error_handler(HTTPException, _not_served)
        self._app.register_blueprint(_control(self))
        self._mount(segmentation.vendor())
        self.wsgi: WSGIApplication = self._app.wsgi_app

    def _mount(self, vendor: Vendor) -> None:
        self._vendors[vendor.routes.name] = vendor
        self._app.register_blueprint(vendor.routes)

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

    def reset(self) -> None:
        """Forget calls, members and faults."""
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


def _not_served(error: HTTPException) -> Response:
    """Answer what the vendors' documents do not know: another path, another method."""
    body = {"apiStatus": "Failure", "msg": f"{OWN_WORDING}{error.name}.", LABEL: "synthetic"}
    return reply(body, "synthetic", "no document describes this path or method", status=error.code or 500)


def _control(sandbox: Sandbox) -> Blueprint:
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

    @routes.post("/reset")
    def reset() -> Response:
        sandbox.reset()
        return reply({}, "synthetic", _OURS)

    return routes
