"""A credential that must show up nowhere, the far sides that repeat it, and all the places where it could show up."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import html
import json
import logging
import pickle
import re
import traceback
from typing import TYPE_CHECKING
from urllib.parse import quote

from rich import pretty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MARK = "kAnAry73qZx9"
"""What every spelling of the credentials below but base64 still holds; its first 8 characters are telling already."""

CREDENTIALS = (MARK, f"""{MARK}/+=%&<>'"\\9""")
"""A plain one, and one that each escaping turns into something else."""


def in_base64(text: str) -> set[str]:
    """Return the three ways in which a text lies inside something longer that is written in base64."""
    return {base64.b64encode(b"\0" * n + text.encode())[4:-4].decode() for n in range(3)}


def holds_the_canary(text: str) -> bool:
    """Whether a text gives the credential away, in any case of its letters or in base64."""
    return MARK[:8].lower() in text.lower() or any(piece in text for piece in in_base64(MARK))


# Far sides that repeat what they were sent


def lower_hex(text: str) -> str:
    """Write percent-encodings as some servers do."""
    return re.sub("%..", lambda code: code[0].lower(), text)


SURVEY_ID = 9900001
"""The first id that the sandbox gives to a survey."""

REST = "." * 600  # the last characters of a text are redacted more freely

FORMS: Mapping[str, Callable[[str], str]] = {
    "in the documented shape": lambda token: json.dumps({"apiStatus": "Failure", "msg": f"no {token}"}),
    "in the general shape": lambda token: json.dumps({"ps_api_response_code": 9999, "ps_api_response_message": f"no {token}"}),
    "as a key": lambda token: json.dumps({token: {token: token}}),
    "in a URL": lambda token: json.dumps(
        {"msg": f"/login?t={quote(token, safe='')}&u={quote(token)}&v={lower_hex(quote(token))}&{REST}"}
    ),
    "in base64": lambda token: json.dumps(
        {"msg": [base64.b64encode(f"{'u' * n}:{token}:".encode()).decode() for n in range(3)], "rest": REST}
    ),
    "escaped": lambda token: '{{"msg": "{} {}"}}'.format("".join(c if c.isalnum() else f"\\u{ord(c):04X}" for c in token), REST),
    "as HTML": lambda token: f"<html><body title='{html.escape(token)}'>{html.escape(token, quote=False)}{REST}</body></html>",
    "as a repr": lambda token: f"400: {{'x-access-token': {token!r}, b: {token.encode()!r}}}{REST}",
    "as another member": lambda token: json.dumps(
        {"memberId": token, "segmentation": {"qualification_id": 1, "segment_id": 2, "segment_text": token}}
    ),
    "of the wrong type": lambda token: json.dumps({"segmentation": {"qualification_id": token}, "x_segkit_provenance": token}),
    "in the shape of transactions": lambda token: json.dumps({"ps_error_code": 1001, "ps_error_message": f"no {token}"}),
    "as a survey": lambda token: json.dumps(
        {"ps_survey_id": SURVEY_ID, "survey_title": token, token: token, "quotas": [{"criteria": token}]}
    ),
    "as a quota": lambda token: json.dumps({"buyer_quota_id": token, "criteria": [token], "required_count": 1}),
    "cut off": lambda token: json.dumps({"apiStatus": "Success", "note": token})[:-3],
    "in CIOPulse's shape": lambda token: json.dumps({"message": f"no {token}", "status": 401}),
    "as a segment": lambda token: json.dumps(
        {"segments": [{"segment": dict.fromkeys(("Segment_System_ID", "Segment_Code", "Segment_Name"), token) | {"Active": "Y"}}]}
    ),
    "in Instaleap's shape": lambda token: json.dumps({"error": {"code": token, "message": f"no {token}"}}),
    "as a customer": lambda token: json.dumps({"updatedCustomers": [token]}),
    "as a bare text": lambda token: json.dumps(f"no {token}"),
    "as Infinity's segment": lambda token: json.dumps(
        {"segment": "400", "segmentName": token, "segmentRef": token, "criteria": [{"field": token, "op": "eq", "value": token}]}
    ),
    "as Infinity's group": lambda token: json.dumps({"segmentGroupId": "400", "segmentGroupName": f"{token} {token}"}),
}


def sent(environ: WSGIEnvironment) -> str:
    """Return the credential that a request carries; of an account and its password the password."""
    scheme, _, credential = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme == "Basic":
        return base64.b64decode(credential).decode().partition(":")[2]
    return credential or environ.get("HTTP_X_ACCESS_TOKEN") or environ["HTTP_ACCESS_TOKEN"]


def repeating(status: str, form: Callable[[str], str]) -> WSGIApplication:
    """Return an application that repeats the credential in its body, two headers and a cookie."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        token = sent(environ)
        headers = [("x-echo", token), ("location", f"/next?t={quote(token)}"), ("set-cookie", f"t={quote(token)}; path=/")]
        start_response(status, headers)
        return [form(token).encode()]

    return app


# Where it could show up


def everything_of(thing: object, depth: int = 5, seen: set[int] | None = None) -> Iterator[str]:
    """Yield the repr of an object and of what its attributes, slots, items and elements hold, so many steps deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen or depth < 0:
        return
    seen.add(id(thing))
    yield repr(thing)
    for below in _below(thing):
        yield from everything_of(below, depth - 1, seen)


def _below(thing: object) -> Iterator[object]:
    if isinstance(thing, str | bytes | int | float | type) or thing is None:
        return
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            with contextlib.suppress(AttributeError):
                yield getattr(thing, name)
    if isinstance(thing, dict):
        yield from [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from thing
    if dataclasses.is_dataclass(thing):
        yield from dataclasses.asdict(thing).values() if not hasattr(thing, "reply") else ()


def texts_of(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield all that can be seen of an error that was raised."""
    yield "repr and str", f"{error!r} {error}"
    yield "arguments and attributes", " ".join(everything_of([error.args, vars(error), getattr(error, "__notes__", [])]))
    own = _below_the_test(error.__traceback__)
    for chained in (error, error.__cause__, error.__context__):
        if chained is not None:
            frames = own if chained is error else chained.__traceback__
            told = traceback.TracebackException(type(chained), chained, frames, capture_locals=True)
            yield "traceback with locals", "".join(told.format())
    yield "a pretty traceback", " ".join(_pretty(error, own))
    with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
        yield "pickle", pickle.dumps(error).decode("latin-1")


def _pretty(error: BaseException, own: TracebackType | None) -> Iterator[str]:
    """Yield what rich's tracebacks show of an error, of those behind it and of the locals of their frames, whole.

    Each object once: most are locals of frame after frame, and rich draws them anew each time. Of a text or a number it
    draws the repr, which stands in the traceback with locals.
    """
    chain, seen = [(error, own)], {id(error)}
    for raised, frames in chain:
        yield str(raised)
        for frame, _ in traceback.walk_tb(frames):
            for value in frame.f_locals.values():
                if id(value) not in seen and not isinstance(value, str | bytes | int | float | None):
                    seen.add(id(value))
                    yield str(pretty.traverse(value))
        behind = [one for one in (raised.__cause__, raised.__context__) if one is not None and id(one) not in seen]
        chain += [(one, one.__traceback__) for one in behind]
        seen |= set(map(id, behind))


def _below_the_test(frames: TracebackType | None) -> TracebackType | None:
    """Leave out the frames of the tests themselves, which hold the credential because they hand it in."""
    while frames is not None and "/tests/" in frames.tb_frame.f_code.co_filename:
        frames = frames.tb_next
    return frames


class Log(logging.Handler):
    """Keeps all that is logged, message and everything beside it, as the strictest of handlers would print it."""

    NAMES = (
        "",
        "httpx",
        "httpcore",
        "httpcore.connection",
        "httpcore.http11",
        "httpcore.http2",
        "httpcore.proxy",
        "httpcore.socks",
        "stamina",
        "segkit",
        "segkit.transport",
        "segkit.sandbox",
    )

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.lines.append(f"{record.name} {self.format(record)} {vars(record)!r}")

    @contextlib.contextmanager
    def listening(self) -> Iterator[Log]:
        """Listen at DEBUG on the root and, separately, on every logger that is used below."""
        levels = {name: logging.getLogger(name).level for name in self.NAMES}
        for name in self.NAMES:
            logging.getLogger(name).addHandler(self)
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield self
        finally:
            for name, level in levels.items():
                logging.getLogger(name).removeHandler(self)
                logging.getLogger(name).setLevel(level)
