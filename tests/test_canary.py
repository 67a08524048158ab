"""A credential is absent from everything; and the very same collection holds it when redaction is switched off."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from canary import CREDENTIALS, FORMS, MARK, Log, everything_of, holds_the_canary, repeating, texts_of
from far_side import QUICK, ByteServer, app_on_loopback, connection, nobody
from members import members

import segkit as sk
from segkit import credentials, errors
from segkit.cli import doctor
from segkit.sandbox.app import Sandbox
from segkit.transport.retry import NO_RETRIES
from segkit.vendors.purespectrum import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ENTRIES = json.loads(
    (Path(__file__).parents[1] / "data/vendors/purespectrum_segmentation/3_1_payload.json").read_text(encoding="utf-8")
)["segmentation_answers"]


def client(token: str, url: str = "http://app.invalid/suppliers/v2", **choices: Any) -> sk.PureSpectrum:
    """Return a client with quick waits."""
    return sk.PureSpectrum(token, base_url=url, **{"retries": QUICK, "timeout": 5, **choices})


def calls(ps: sk.PureSpectrum) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield the three ways to ask."""
    yield "qualifications", lambda: ps.qualifications("en_US", [3910])
    yield "calculate", lambda: ps.calculate("en_US", "m-1", ENTRIES)
    yield "parse", lambda: ps.with_raw_response.calculate("en_US", "m-1", ENTRIES).parse()


def failing(name: str, call: Callable[[], object], *kinds: type[BaseException]) -> Iterator[tuple[str, str]]:
    """Yield all that is seen of a call that fails."""
    with pytest.raises(kinds or errors.SegkitError) as caught:
        call()
    for place, text in texts_of(caught.value):
        yield f"{name}: {place}", text


# What is collected


def constructors(token: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen when a client cannot be made."""
    for name, make in {
        "environment": lambda: sk.PureSpectrum(token, "prod"),
        "base URL": lambda: sk.PureSpectrum(token, base_url="nonsense"),
        "header": lambda: sk.PureSpectrum(token, header="a b"),
        "time-out": lambda: sk.PureSpectrum(token, timeout=0),
        "newline": lambda: sk.PureSpectrum(f"{token}\n{token}"),
        "not ASCII": lambda: sk.PureSpectrum(f"{token}ü"),
        "bytes": lambda: sk.PureSpectrum(token.encode()),
        "user": lambda: sk.PureSpectrum(token, base_url=f"https://{MARK}@host/v2"),
        "password": lambda: sk.PureSpectrum(token, base_url=f"https://me:{MARK}@host/v2"),
        "unreadable URL": lambda: sk.PureSpectrum(token, base_url=f"http://me:{MARK}@[::1"),
        "query": lambda: sk.PureSpectrum(token, base_url=f"https://host/v2?token={MARK}"),
        "no scheme": lambda: sk.PureSpectrum(None, base_url=f"me:{MARK}@host/v2"),
        "connection": lambda: connection(f"https://me:{MARK}@host/v2"),
    }.items():
        yield from failing(f"constructor, {name}", make)


def repetitions(token: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen when the far side repeats the credential, in this process and on loopback."""
    statuses = (
        "200 OK",
        "302 Found",
        "400 Bad Request",
        "401 Unauthorized",
        "429 Too Many Requests",
        "500 Internal Server Error",
    )
    for status in statuses:
        for form, write in FORMS.items():
            ps = client(token, _app=repeating(status, write))
            for way, call in calls(ps):
                yield from failing(f"{status} {form}, {way}", call)
            yield f"{status} {form}: the client", " ".join(everything_of(ps))
    for form in ("in the documented shape", "as HTML"):
        for status in ("200 OK", "500 Internal Server Error"):
            with app_on_loopback(repeating(status, FORMS[form])) as url:
                ps = client(token, url)
                for way, call in calls(ps):
                    yield from failing(f"loopback {status} {form}, {way}", call)
                yield f"loopback {status} {form}: the client", " ".join(everything_of(ps))
                ps.close()


def breakages(token: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen when the line breaks."""
    yield from failing("nobody there", lambda: client(token, nobody()).qualifications("en_US", 1), errors.Unreachable)
    echo = token.encode()
    for name, parts in {
        "cut off": [b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\nx-echo: " + echo + b"\r\n\r\n", b"[" + echo],
        "no HTTP": [b"HTTP/1.1 " + echo + b"\r\n\r\n"],
        "bad header": [b"HTTP/1.1 200 OK\r\n" + echo + b"\r\n\r\n"],
        "bad gzip": [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + echo],
        "silence": [],
    }.items():
        with ByteServer(parts) as server:
            ps = client(token, server.url)
            yield from failing(name, lambda ps=ps: ps.qualifications("en_US", 1), errors.UnexpectedAnswer)
            ps.close()
    with ByteServer([b"HTTP/1.1 200 OK\r\n", b"x-echo: " + echo], pause_seconds=9) as server:
        for name, choices in {"time-out": {"timeout": 0.05}, "total": {"retries": sk.Retries(9, 0.05, 0, 0)}}.items():
            ps = client(token, server.url, **{"retries": NO_RETRIES, **choices})
            yield from failing(name, lambda ps=ps: ps.qualifications("en_US", 1), errors.TimedOut)
            ps.close()


def interrupts(token: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen of Ctrl-C in the middle of a call, where the frames of httpx hold the header, and of a defect."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    def defect(environ: dict[str, Any], _: object) -> Any:
        try:
            return environ["no such thing"]
        except KeyError:
            return 1 / 0

    yield from failing("interrupt here", lambda: client(token, _app=stop).qualifications("en_US", 1), KeyboardInterrupt)
    yield from failing("defect here", lambda: client(token, _app=defect).qualifications("en_US", 1), ZeroDivisionError)
    with ByteServer([b"HTTP/1.1 200 OK\r\n"], pause_seconds=9) as server:
        ps = client(token, server.url)
        before = signal.signal(signal.SIGALRM, stop)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            yield from failing("interrupt", lambda: ps.qualifications("en_US", 1), KeyboardInterrupt)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        ps.close()


def objects(token: str) -> Iterator[tuple[str, str]]:
    """Yield what is seen of the client, its parts and its answers, of their copies and pickles."""
    sandbox = Sandbox(tokens=[token])
    ps = client(token, _app=sandbox.wsgi)
    secret = ps._connection._auth._secret
    raw = ps.with_raw_response.qualifications("en_US", 3910)
    things = [
        ps,
        ps._connection,
        secret,
        raw,
        raw.reply,
        raw.parse(),
        ps.with_options(timeout=3),
        ps.calculate("en_US", "m", ENTRIES),
    ]
    for thing in things:
        name = type(thing).__name__
        yield name, f"{thing!r} {thing} {thing:}" + " ".join(everything_of(thing, 6))
        yield f"{name}: HTML", getattr(thing, "_repr_html_", str)()
        for copied in (copy.copy, copy.deepcopy):
            yield f"{name}: {copied.__name__}", " ".join(everything_of(copied(thing)))
        try:
            yield f"{name}: pickle", pickle.dumps(thing).decode("latin-1")
        except (TypeError, pickle.PicklingError, AttributeError) as refused:
            yield f"{name}: pickle refused", str(refused)
    yield "the sandbox's calls", repr(list(sandbox.calls)) + repr(sandbox) + repr(sandbox.calls)
    yield "the far side's words", " ".join(everything_of(sandbox.members))


def many(token: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what is seen of a long run whose far side repeats the credential in some of its refusals."""
    sandbox = Sandbox(tokens=[token])
    tree = client(token, _app=sandbox.wsgi).qualifications("en_US", 3910)[3910]
    with sandbox.serve() as running:
        for name, url, app in (("here", "http://app.invalid", sandbox.wsgi), ("loopback", running.url, None)):
            ps = client(token, f"{url}/suppliers/v2", _app=app)
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


def environment(token: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Yield what is seen when the credential comes from the environment."""
    with monkeypatch.context() as patched:
        patched.setenv(TOKEN, token)
        with ByteServer([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]) as server:
            patched.setattr(doctor, "VENDORS", {"PureSpectrum": (TOKEN, server.url)})
            report = doctor.examine(offline=False)
            yield "what doctor sends", repr(server.requests)
        assert report["credentials"][TOKEN]
        assert report["vendors"]["PureSpectrum"]["reachable"]
        yield "doctor", json.dumps(report) + doctor._text(report)
        ps = sk.PureSpectrum(retries=QUICK, _app=repeating("400 Bad Request", FORMS["in the general shape"]))
        yield "from the environment", " ".join(everything_of(ps))
        for way, call in calls(ps):
            yield from failing(f"from the environment, {way}", call)
        patched.setenv(TOKEN, f"{token} {token}")
        yield from failing("a bad one in the environment", sk.PureSpectrum)


def collection(token: str, folder: Path, monkeypatch: pytest.MonkeyPatch, screen: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Collect everything, with all loggers at DEBUG."""
    found: dict[str, str] = {}
    folder.mkdir()
    with Log().listening() as log:
        for part in (constructors, repetitions, breakages, interrupts, objects):
            begun = len(log.lines)
            for name, text in part(token):
                found[name] = found.get(name, "") + text
            found[f"logs of {part.__name__}"] = "\n".join(log.lines[begun:])
        begun = len(log.lines)
        found.update(many(token, folder))
        found.update(environment(token, monkeypatch))
        found["logs of many"] = "\n".join(log.lines[begun:])
    shown = screen.readouterr()
    found["what was printed"] = shown.out + shown.err
    return found


@pytest.mark.parametrize("token", CREDENTIALS, ids=["plain", "awkward"])
def test_the_canary_is_absent_from_everything(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No text, object, error, traceback with locals, log, file or report gives the credential away."""
    found = collection(token, tmp_path / "here", monkeypatch, capsys)
    assert [name for name, text in found.items() if holds_the_canary(text)] == []
    assert sum(credentials.REDACTED in text for text in found.values()) > 300
    assert all(
        logger in found["logs of repetitions"]
        for logger in ("httpx", "httpcore.http11", "httpcore.connection", "segkit.transport")
    )


def test_the_control_does_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With redaction switched off the same collection is full of it: errors, logs and frames; so the test above can fail."""
    for module in [module for name, module in sys.modules.items() if name.startswith("segkit.") and hasattr(module, "redact")]:
        monkeypatch.setattr(module, "redact", lambda text: text)
    monkeypatch.setattr(credentials._RedactingFilter, "filter", lambda *_: True)
    found = collection(CREDENTIALS[0], tmp_path / "here", monkeypatch, capsys)
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
    before = credentials.known_values()
    ps = client("only-for-a-moment-31")
    assert "only-for-a-moment-31" in credentials.known_values()
    del ps
    assert credentials.known_values() == before


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
