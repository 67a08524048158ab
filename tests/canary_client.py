"""What is seen of a vendor's client that holds the canary, whatever its far side does."""

from __future__ import annotations

import copy
import json
import pickle
import signal
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from canary import FORMS, MARK, Log, everything_of, repeating, texts_of
from far_side import QUICK, ByteServer, app_on_loopback, connection, nobody

import segkit as sk
from segkit import credentials, errors
from segkit.cli import doctor
from segkit.sandbox.app import Sandbox
from segkit.sandbox.faults import DAMAGES, REFUSALS
from segkit.transport.retry import NO_RETRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Seen = Iterator[tuple[str, str]]


def failing(name: str, call: Callable[[], object], *kinds: type[BaseException]) -> Seen:
    """Yield all that is seen of a call that fails."""
    with pytest.raises(kinds or errors.SegkitError) as caught:
        call()
    for place, text in texts_of(caught.value):
        yield f"{name}: {place}", text


def ending(name: str, call: Callable[[], object]) -> Seen:
    """Yield all that is seen of a call, whether it fails or not."""
    try:
        answer = call()
    except errors.SegkitError as error:
        yield from ((f"{name}: {place}", text) for place, text in texts_of(error))
    else:
        yield from looks_of(name, answer)


def looks_of(name: str, thing: object) -> Seen:
    """Yield all that is seen of an object, of its copies and of its pickle."""
    yield name, f"{thing!r} {thing} {thing:}" + " ".join(everything_of(thing, 6))
    yield f"{name}: HTML", getattr(thing, "_repr_html_", str)()
    for copied in (copy.copy, copy.deepcopy):
        yield f"{name}: {copied.__name__}", " ".join(everything_of(copied(thing)))
    try:
        yield f"{name}: pickle", pickle.dumps(thing).decode("latin-1")
    except (TypeError, pickle.PicklingError, AttributeError) as refused:
        yield f"{name}: pickle refused", str(refused)


@dataclass(frozen=True)
class Subject:
    """A client that is to give nothing away.

    Attributes
    ----------
    make
        Its class.
    path, variables
        The base path of its API, and the names of its credentials in the environment.
    calls
        Yields each way to ask, with its name.
    answers
        Returns raw and read answers of a sandbox that serves.
    look
        `failing` where each of its calls fails when its far side repeats the credential; else `ending`.
    account
        What goes with the credential, where it is a password.
    lacks
        The constructors of `constructors` that it has no argument for.
    """

    make: Callable[..., Any]
    path: str
    variables: tuple[str, ...]
    calls: Callable[[Any], Iterable[tuple[str, Callable[[], object]]]]
    answers: Callable[[Any], list[object]]
    look: Callable[[str, Callable[[], object]], Seen]
    account: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.make.__name__)

    def client(self, token: str, url: str = "http://app.invalid", **choices: Any) -> Any:
        """Return a client with quick waits."""
        return self.make(token, base_url=f"{url}{self.path}", **{"retries": QUICK, "timeout": 5, **choices})

    def sandbox(self, token: str) -> Sandbox:
        """Return a sandbox that lets the client in."""
        return Sandbox(tokens=[f"{self.account}:{token}" if self.account else token])

    def first(self, client: Any) -> Callable[[], object]:
        """Return one of its calls that may be replayed."""
        return next(iter(self.calls(client)))[1]


# What is collected


def constructors(subject: Subject, token: str) -> Seen:
    """Yield what is seen when a client cannot be made."""
    make = subject.make
    for name, made in {
        "environment": lambda: make(token, "prod"),
        "base URL": lambda: make(token, base_url="nonsense"),
        "header": lambda: make(token, header="a b"),
        "time-out": lambda: make(token, timeout=0),
        "newline": lambda: make(f"{token}\n{token}"),
        "not ASCII": lambda: make(f"{token}ü"),
        "bytes": lambda: make(token.encode()),
        "user": lambda: make(token, base_url=f"https://{MARK}@host/v2"),
        "password": lambda: make(token, base_url=f"https://me:{MARK}@host/v2"),
        "unreadable URL": lambda: make(token, base_url=f"http://me:{MARK}@[::1"),
        "query": lambda: make(token, base_url=f"https://host/v2?token={MARK}"),
        "no scheme": lambda: make(None, base_url=f"me:{MARK}@host/v2"),
        "connection": lambda: connection(f"https://me:{MARK}@host/v2"),
    }.items():
        if name not in subject.lacks:
            yield from failing(f"constructor, {name}", made)


def repetitions(subject: Subject, token: str) -> Seen:
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
            client = subject.client(token, _app=repeating(status, write))
            for way, call in subject.calls(client):
                yield from subject.look(f"{status} {form}, {way}", call)
            yield f"{status} {form}: the client", " ".join(everything_of(client))
    for form in ("in the documented shape", "as HTML"):
        for status in ("200 OK", "500 Internal Server Error"):
            with app_on_loopback(repeating(status, FORMS[form])) as url:
                client = subject.client(token, url)
                for way, call in subject.calls(client):
                    yield from subject.look(f"loopback {status} {form}, {way}", call)
                yield f"loopback {status} {form}: the client", " ".join(everything_of(client))
                client.close()


def faults(subject: Subject, token: str) -> Seen:
    """Yield what is seen of every call under every fault of the sandbox."""
    for kind in (*REFUSALS, *DAMAGES):
        for place, (way, _) in enumerate(subject.calls(None)):
            sandbox = subject.sandbox(token)
            client = subject.client(token, _app=sandbox.wsgi)
            subject.answers(client)
            sandbox.faults.add(kind, times=3, seconds=0.001)
            yield from ending(f"fault {kind}, {way}", list(subject.calls(client))[place][1])
            yield f"fault {kind}, {way}: the sandbox", repr(list(sandbox.calls)) + repr(sandbox)


def breakages(subject: Subject, token: str) -> Seen:
    """Yield what is seen when the line breaks."""
    yield from failing("nobody there", subject.first(subject.client(token, nobody())), errors.Unreachable)
    echo = token.encode()
    for name, parts in {
        "cut off": [b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\nx-echo: " + echo + b"\r\n\r\n", b"[" + echo],
        "no HTTP": [b"HTTP/1.1 " + echo + b"\r\n\r\n"],
        "bad header": [b"HTTP/1.1 200 OK\r\n" + echo + b"\r\n\r\n"],
        "bad gzip": [b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n" + echo],
        "silence": [],
    }.items():
        with ByteServer(parts) as server:
            client = subject.client(token, server.url)
            yield from failing(name, subject.first(client), errors.UnexpectedAnswer)
            client.close()
    with ByteServer([b"HTTP/1.1 200 OK\r\n", b"x-echo: " + echo], pause_seconds=9) as server:
        for name, choices in {"time-out": {"timeout": 0.05}, "total": {"retries": sk.Retries(9, 0.05, 0, 0)}}.items():
            client = subject.client(token, server.url, **{"retries": NO_RETRIES, **choices})
            yield from failing(name, subject.first(client), errors.TimedOut)
            client.close()


def interrupts(subject: Subject, token: str) -> Seen:
    """Yield what is seen of Ctrl-C in the middle of a call, where the frames of httpx hold the header, and of a defect."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    def defect(environ: dict[str, Any], _: object) -> Any:
        try:
            return environ["no such thing"]
        except KeyError:
            return 1 / 0

    for way, call in subject.calls(subject.client(token, _app=stop)):
        yield from failing(f"interrupt here, {way}", call, KeyboardInterrupt)
    for way, call in subject.calls(subject.client(token, _app=defect)):
        yield from failing(f"defect here, {way}", call, ZeroDivisionError)
    with ByteServer([b"HTTP/1.1 200 OK\r\n"], pause_seconds=9) as server:
        client = subject.client(token, server.url)
        before = signal.signal(signal.SIGALRM, stop)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            yield from failing("interrupt", subject.first(client), KeyboardInterrupt)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        client.close()


def objects(subject: Subject, token: str) -> Seen:
    """Yield what is seen of the client, its parts and its answers, of their copies and pickles."""
    sandbox = subject.sandbox(token)
    client = subject.client(token, _app=sandbox.wsgi)
    access = client._access
    parts = [client, access, access.connection, access.connection._auth._secret, client.with_options(timeout=3)]
    for thing in (*parts, *subject.answers(client)):
        yield from looks_of(type(thing).__name__, thing)
    yield "the sandbox's calls", repr(list(sandbox.calls)) + repr(sandbox) + repr(sandbox.calls)
    yield "the far side's words", " ".join(everything_of([sandbox.members, sandbox.surveys]))


def environment(subject: Subject, token: str, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Yield what is seen when the credential comes from the environment."""
    with monkeypatch.context() as patched:
        for variable in subject.variables:
            patched.setenv(variable, token)
        with ByteServer([b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"]) as server:
            patched.setattr(doctor, "VENDORS", {subject.name: (subject.variables, server.url)})
            report = doctor.examine(offline=False)
            yield "what doctor sends", repr(server.requests)
        assert all(report["credentials"][variable] for variable in subject.variables)
        assert report["vendors"][subject.name]["reachable"]
        yield "doctor", json.dumps(report) + doctor._text(report)
        client = subject.make(retries=QUICK, _app=repeating("400 Bad Request", FORMS["in the general shape"]))
        yield "from the environment", " ".join(everything_of(client))
        for way, call in subject.calls(client):
            yield from subject.look(f"from the environment, {way}", call)
        for variable in subject.variables:
            patched.setenv(variable, f"{token} {token}")
        yield from failing("a bad one in the environment", subject.make)


PARTS = (constructors, repetitions, faults, breakages, interrupts, objects)


def redaction_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch redaction off in texts, in what is read and in logs, to see that the collection finds what it looks for."""
    for module in [module for name, module in sys.modules.items() if name.startswith("segkit.") and hasattr(module, "redact")]:
        monkeypatch.setattr(module, "redact", lambda text: text)
    monkeypatch.setattr(credentials._RedactingFilter, "filter", lambda *_: True)


def collection(
    subject: Subject,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
    screen: pytest.CaptureFixture[str],
    more: Callable[[], Seen] = lambda: iter(()),
) -> dict[str, str]:
    """Collect everything, with all loggers at DEBUG; `more` is what only this client has."""
    found: dict[str, str] = {}
    with Log().listening() as log:
        for part in PARTS:
            begun = len(log.lines)
            for name, text in part(subject, token):
                found[name] = found.get(name, "") + text
            found[f"logs of {part.__name__}"] = "\n".join(log.lines[begun:])
        begun = len(log.lines)
        found.update(more())
        found.update(environment(subject, token, monkeypatch))
        found["logs of the rest"] = "\n".join(log.lines[begun:])
    shown = screen.readouterr()
    found["what was printed"] = shown.out + shown.err
    return found
