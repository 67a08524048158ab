"""The sandbox's own routes of registries: who is a customer, and which segments have responses. No vendor has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from segkit.errors import InvalidInput
from segkit.sandbox.exchange import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint

    from segkit.sandbox.ciopulse import Portal
    from segkit.sandbox.instaleap import Customers

_OURS = "a control route of the sandbox"


def add(routes: Blueprint, portal: Portal, customers: Customers) -> None:
    """Add the routes to those of the sandbox."""

    @routes.get("/instaleap/customers")
    def customers_kept() -> Response:
        return reply({"customers": customers.segments}, "synthetic", _OURS)

    @routes.post("/instaleap/customers")
    def enrol() -> Response:
        return _answer(lambda sent: customers.enrol(*_texts(sent, "document_ids")))

    @routes.post("/ciopulse/responses")
    def respond() -> Response:
        return _answer(lambda sent: portal.add_responses(*_texts(sent, "system_ids")))


def _texts(sent: dict[str, Any], name: str) -> list[str]:
    found = sent.get(name)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InvalidInput(f'send {{"{name}": [...]}}, an array of texts')
    return found


def _answer(act: Callable[[dict[str, Any]], object]) -> Response:
    """Do what was sent, and answer with nothing, or with why it was not done."""
    sent = request.get_json(force=True, silent=True)
    try:
        act(sent if isinstance(sent, dict) else {})
    except InvalidInput as error:
        return reply({"error": str(error)}, "synthetic", _OURS, status=400)
    return reply({}, "synthetic", _OURS)
