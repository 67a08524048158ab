"""What the clients of CIOPulse and Instaleap are, before they ask anything."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from doubled import KEY, ciopulse, instaleap

import segkit as sk
from segkit import errors

if TYPE_CHECKING:
    from collections.abc import Callable

MAKERS = pytest.mark.parametrize("make", [ciopulse, instaleap], ids=["CIOPulse", "Instaleap"])


@MAKERS
def test_only_production_and_strange_hosts_are_live(make: Callable[..., Any]) -> None:
    """Neither this machine nor the sandbox is."""
    assert make().live
    assert make(base_url="https://proxy.example").live
    assert make(base_url="https://proxy.example").environment == "custom"
    assert not make(base_url="http://127.0.0.1:9").live
    assert not type(make()).sandbox().live


@MAKERS
def test_wrong_choices_are_refused(make: Callable[..., Any]) -> None:
    """Environment, address, retries, time-out, switches."""
    for wrong in ({"environment": "prod"}, {"base_url": "nonsense"}, {"retries": 3}, {"timeout": 0}):
        with pytest.raises(errors.InvalidInput):
            make(**wrong)
    with pytest.raises(errors.InvalidInput, match="no switch 'speed'"):
        type(make()).sandbox(speed=1)
    with pytest.raises(errors.InvalidInput, match="environment is 'staging': give production"):
        ciopulse(environment="staging")


@pytest.mark.parametrize(("kind", "path"), [(sk.CIOPulse, "/api/v5"), (sk.Instaleap, "/api/v3")])
def test_a_client_is_copied_with_its_double_and_not_pickled(kind: Any, path: str) -> None:
    """Copies and clients with other options share the sandbox; a pickle is refused with what to do instead."""
    client = kind.sandbox()
    for twin in (copy.copy(client), copy.deepcopy(client), client.with_options(timeout=3, retries=sk.Retries(attempts=1))):
        assert (twin.double, twin.base_url, twin.environment) == (client.double, f"http://sandbox.invalid{path}", "sandbox")
    assert repr(client) == f"<{kind.__name__} sandbox http://sandbox.invalid{path}>"
    with pytest.raises(TypeError, match=f"make the client anew where it is needed, with SEGKIT_{kind.__name__.upper()}_"):
        pickle.dumps(client)
    client.close()
    assert client.double.calls == ()


def test_a_client_that_is_closed_opens_anew() -> None:
    """Also one of a portal."""
    cio = sk.CIOPulse.sandbox()
    cio.close()
    assert len(cio.segments()) == 0
    assert KEY not in repr(ciopulse())
