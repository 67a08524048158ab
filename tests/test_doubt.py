"""Whether the vendor may have carried a call out: what errors and replies say of it after several tries."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from far_side import connection, nobody

from segkit import errors
from segkit.credentials import Secret
from segkit.transport.call import Call
from segkit.transport.client import Connection
from segkit.transport.retry import in_doubt

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

DOUBTFUL = {"500": True, "503": True, "429": False, "404": False, "200": False}


def answering(statuses: Sequence[str]) -> WSGIApplication:
    """Return an application that answers with one status after the other."""
    left = iter(statuses)

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(f"{next(left)} x", [])
        return [b"{}"]

    return app


@pytest.mark.parametrize(
    "statuses", list(product(["500", "429", "503"], ["500", "429"], ["500", "429", "404", "200"])), ids="-".join
)
def test_doubt_once_met_stays(statuses: tuple[str, ...]) -> None:
    """A call is in doubt when any of its tries is: a 5xx is, a 429 and a refusal are not; the number of tries does not matter."""
    asked = Call("DELETE", "/x", replayable=True)
    client = connection("http://app.invalid", app=answering(statuses))
    doubtful = any(DOUBTFUL[status] for status in statuses)
    if statuses[-1] == "200":
        reply = client.send(asked)
        assert (reply.attempts, reply.in_doubt) == (3, doubtful)
    else:
        with pytest.raises(errors.AnswerError) as caught:
            client.send(asked)
        assert (caught.value.attempts, caught.value.in_doubt) == (3, doubtful)


def test_what_never_left_is_in_no_doubt() -> None:
    """Nobody was reached; and a call that succeeds at once has no try before it."""
    client = connection(nobody())
    with pytest.raises(errors.Unreachable) as caught:
        client.send(Call("PUT", "/x", replayable=True))
    client.close()
    assert not caught.value.in_doubt
    assert not connection("http://app.invalid", app=answering(["200"])).send(Call("GET", "/x", replayable=True)).in_doubt
    assert in_doubt(errors.TimedOut("no answer"))
    assert in_doubt(errors.UnexpectedAnswer("ends", cut_off=True))
    assert not in_doubt(errors.UnexpectedAnswer("an HTML page"))


def test_advice_stands_behind_the_vendor_s_words() -> None:
    """With its status alone, and not in the vendor's own words."""
    made = {"secret": Secret("a-token-of-no-use", "a test"), "header": "x-token", "advice": {401: "check the key"}}
    for status, expected in (("401", "no way; check the key"), ("400", "no way")):
        client = Connection("http://app.invalid", words=lambda _: (7, "no way"), app=answering([status]), **made)  # type: ignore[arg-type]
        with pytest.raises(errors.AnswerError) as caught:
            client.send(Call("GET", "/x", replayable=True))
        assert caught.value.args == (expected,)
    assert isinstance(caught.value, errors.Rejected)
    assert caught.value.vendor_message == "no way"
