"""A credential is absent from everything; and the very same collection holds it when redaction is switched off."""

from __future__ import annotations

import gc
import json
import logging
import pickle
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from canary import CREDENTIALS, FORMS, MARK, Log, holds_the_canary, repeating
from canary_client import Subject, collection, failing, redaction_off
from members import members

import segkit as sk
from segkit import credentials, errors
from segkit.sandbox.app import Sandbox
from segkit.vendors.purespectrum import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES = json.loads(
    (Path(__file__).parents[1] / "data/vendors/purespectrum_segmentation/3_1_payload.json").read_text(encoding="utf-8")
)["segmentation_answers"]


def calls(ps: Any) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the three ways to ask."""
    yield "qualifications", lambda: ps.qualifications("en_US", [3910])
    yield "calculate", lambda: ps.calculate("en_US", "m-1", ENTRIES)
    yield "parse", lambda: ps.with_raw_response.calculate("en_US", "m-1", ENTRIES).parse()


def answers(ps: Any) -> list[object]:
    """Return its answers, raw and read."""
    raw = ps.with_raw_response.qualifications("en_US", 3910)
    return [raw, raw.reply, raw.parse(), ps.calculate("en_US", "m", ENTRIES)]


SUPPLIER = Subject(sk.PureSpectrum, "/suppliers/v2", (TOKEN,), calls, answers, failing)
client = SUPPLIER.client


def many(token: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what is seen of a long run whose far side repeats the credential in some of its refusals."""
    sandbox = Sandbox(tokens=[token])
    tree = client(token, _app=sandbox.wsgi).qualifications("en_US", 3910)[3910]
    with sandbox.serve() as running:
        for name, url, app in (("here", "http://app.invalid", sandbox.wsgi), ("loopback", running.url, None)):
            ps = client(token, url, _app=app)
            sandbox.faults.add("echo", times=3)
            sandbox.faults.add("500", times=2)
            journal = folder / f"{name}.sqlite"
            done = ps.calculate_many(members(12), tree=tree, journal=journal)
            assert (done["error"].notna().sum(), len(list(folder.iterdir()))) >= (3, 1)
            yield f"many {name}: frame", done.to_csv() + done.to_html() + repr(done) + json.dumps(done.attrs)
            yield f"many {name}: journal", b"".join(f.read_bytes() for f in sorted(folder.iterdir())).decode("latin-1")
            yield f"many {name}: pickle", pickle.dumps(done).decode("latin-1")
            ps.close()
    refused = client(token, _app=repeating("401 Unauthorized", FORMS["in the documented shape"]))
    yield from failing("many refused", lambda: refused.calculate_many(members(9), tree=tree, progress=True), errors.Unauthorized)
    stopped = client(token, _app=lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    yield from failing("many stopped", lambda: stopped.calculate_many(members(9), tree=tree), KeyboardInterrupt)


@pytest.mark.parametrize("token", CREDENTIALS, ids=["plain", "awkward"])
def test_the_canary_is_absent_from_everything(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No text, object, error, traceback with locals, log, file or report gives the credential away."""
    found = collection(SUPPLIER, token, monkeypatch, capsys, lambda: many(token, tmp_path))
    assert [name for name, text in found.items() if holds_the_canary(text)] == []
    assert sum(credentials.REDACTED in text for text in found.values()) > 300
    assert all(
        logger in found["logs of repetitions"]
        for logger in ("httpx", "httpcore.http11", "httpcore.connection", "segkit.transport")
    )


def test_the_control_does_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With redaction switched off the same collection is full of it: errors, logs and frames; so the test above can fail."""
    redaction_off(monkeypatch)
    found = collection(SUPPLIER, CREDENTIALS[0], monkeypatch, capsys, lambda: many(CREDENTIALS[0], tmp_path))
    leaks = {name for name, text in found.items() if holds_the_canary(text)}
    for form in FORMS:
        assert f"400 Bad Request {form}, calculate: arguments and attributes" in leaks
    assert {"logs of repetitions", "logs of breakages", "many here: frame", "many loopback: frame", "many here: pickle"} <= leaks
    assert {"no HTTP: repr and str", "cut off: pickle", "from the environment, calculate: repr and str"} <= leaks
    assert {"400 Bad Request in the general shape, calculate: traceback with locals"} <= leaks
    assert not {name for name in leaks if name.startswith(("Secret", "PureSpectrum", "doctor", "what doctor"))}


def test_a_log_record_is_clean_in_all_its_parts() -> None:
    """Message, arguments and what a library adds beside them are redacted; a record without a credential stays as it was."""
    ps = client(MARK)
    with Log().listening() as log:
        logging.getLogger("httpx").info("sent %s to %s", MARK, "host")
        logging.getLogger("stamina").warning("again", extra={"caused_by": f"no {MARK}", "wait": 3})
        logging.getLogger("httpcore.http11").debug("%d bytes", 7)
    assert not holds_the_canary("".join(log.lines))
    assert "sent [redacted] to host" in log.lines[0]
    assert "'args': (7,)" in log.lines[-1]
    assert ps.base_url


def test_an_error_s_address_is_clean() -> None:
    """User, password and known credentials are taken out of the URL of an error, wherever it came from."""
    ps = client("another-canary-55")
    error = errors.Unreachable("x", method="GET", url="https://me:secret@host/a?b=another-canary-55&c=1")
    assert (error.url, str(error)) == ("https://host/a?b=[redacted]&c=1", "GET https://host/a?b=[redacted]&c=1: x")
    assert ps.base_url


def test_a_text_that_ends_within_a_credential_is_clean() -> None:
    """Cut off anywhere behind its eighth character, also within an escape, nothing of it is left; what stands before is."""
    ps = client("spring/rain+1")
    for spelled in ("spring/rain+1", "spring%2Frain%2B1", "spring\\u002frain\\u002b1", "spring&#x2F;rain&#43;1"):
        for end in range(spelled.index("r", 5) + 1, len(spelled) + 1):
            assert credentials.redact(f"told spring, {spelled[:end]}") == "told spring, [redacted]"
    assert credentials.redact("spring/rain+1 and spring/rain+") == "[redacted] and [redacted]"
    assert credentials.redact("spring/rain or spring/rail, and no more") == "spring/rain or spring/rail, and no more"
    assert ps.base_url


def test_a_forgotten_credential_is_not_kept_alive() -> None:
    """A client that is gone leaves no credential in the list of what is redacted."""
    gc.collect()  # what other tests left in circles
    before = credentials.known_values()
    ps = client("only-for-a-moment-31")
    assert "only-for-a-moment-31" in credentials.known_values()
    del ps
    assert credentials.known_values() == before
    assert credentials.redact("only-for-a-moment-31") == "only-for-a-moment-31"


def test_a_text_is_searched_once_for_a_credential_of_many_clients() -> None:
    """A hundred clients with one token cost a text no more than one does, and it is found as long as one is left."""
    gc.collect()  # what other tests left in circles
    before = len(credentials._sought)
    clients = [client("one-for-all-77") for _ in range(100)]
    assert len(credentials._sought) == before + 1
    del clients[1:]
    assert credentials.redact("a one-for-all-77") == "a [redacted]"
    clients.clear()
    assert credentials.redact("a one-for-all-77") == "a one-for-all-77"


def test_redaction_is_safe_among_threads() -> None:
    """Clients made and dropped in eight threads disturb no redaction."""
    stop = threading.Event()
    wrong: list[str] = []

    def work(number: int) -> None:
        for i in range(100):
            ps = client(f"secret-{number}-{i}-end")
            text = credentials.redact(f"a secret-{number}-{i}-end b")
            if text != "a [redacted] b":
                wrong.append(text)
            del ps

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    assert wrong == []
