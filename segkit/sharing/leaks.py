"""What must not leave with a notebook, as spans of a text: where, what it is, how to mend it, what may stand instead."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from segkit import credentials
from segkit.sharing import secret_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.sharing.texts import Place

REDACTED: Final = credentials.REDACTED


class Leak(NamedTuple):
    """A part of a text that should not be shared."""

    start: int
    end: int
    code: str
    message: str
    fix: str
    instead: str = REDACTED


OF_CREDENTIALS: Final = (
    "Take it out of the cell, hand it in through the environment and run the cell again, or share with redact=True."
)
OF_PATHS: Final = "Name files relative to the notebook and run the cell again, or share with redact=True: the file's name stays."

_TAG: Final = re.compile(r"<[^<>]*>|&nbsp;|\x1b\[[0-9;]*[A-Za-z]")
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PACKED: Final = re.compile(
    r"data:(?:text/[\w.+-]+|application/(?:json|javascript|xml)|image/svg\+xml)[\w;=.-]*;base64,(?P<held>[A-Za-z0-9+/=]+)"
)
_PICTURE: Final = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[A-Za-z0-9+/=\s]+")
_PATH: Final = re.compile(
    r"""(?<![\w/.~:%)\]}-])                                             # not in the middle of a word or an address
    (?:file://)?
    (?:(?:/(?:home|Users|root|tmp|mnt|Volumes|opt|srv|workspace|workspaces|builds|github|private|usr/lib|usr/local|var)
         |(?<!GET\ )(?<!PUT\ )(?<!HEAD\ )(?<!POST\ )(?<!PATCH\ )(?<!DELETE\ )(?<!href=["'])(?<!src=["'])(?<!action=["'])
          /(?:app|content|media))                                          # which are addresses of a server, too
       (?:/[^\s'"<>:;,&|()\[\]{}\\*?`]+)+
     |[A-Za-z]:(?:\\{1,4}|/)(?:[^\s'"<>:;,&|*?/\\`()]+(?:\ [^\s'"<>:;,&|*?/\\`()]+){0,3}(?:\\{1,4}|/))+
         [^\s'"<>:;,&|*?/\\`()]*       # C:\Users\ada\panel.csv
     |(?<!\\)(?:\\{2}[\w.$-]{2,}\\(?!\\)|\\{4}[\w.$-]+\\{1,4})[\w.$-]{2,}
         (?:\\{1,4}[\w.$-]+)*)                  # \\server\share\panel.csv""",
    re.VERBOSE,
)


def words_of(text: str) -> str:
    """Return a text with tags, colours of a terminal and pictures blanked, each character in its place."""
    return _TAG.sub(lambda found: " " * len(found[0]), _without_pictures(text))


def _without_pictures(text: str) -> str:
    return _PICTURE.sub(lambda found: " " * len(found[0]), text) if "base64," in text else text


def known(text: str, _place: Place) -> Iterator[Leak]:
    """Find credentials that this process or its environment holds, however they are spelled."""
    for start, end in credentials.spans(text):
        yield Leak(start, end, "credential", "a credential that is held here", OF_CREDENTIALS)


def secret_like(text: str, place: Place) -> Iterator[Leak]:
    """Find what looks like a credential: by its form, or by the name it is given."""
    if place.key and secret_forms.is_secret_name(place.key) and secret_forms.is_secret_value(text):
        yield Leak(0, len(text), "credential-like", f"the value of {place.key} looks like a credential", OF_CREDENTIALS)
    raw = _without_pictures(text)
    bare = words_of(text)
    for written in [raw] if bare == raw else [raw, bare]:
        for start, end, what in secret_forms.found_in(written):
            yield Leak(start, end, "credential-like", what, OF_CREDENTIALS)
    if "\x1b[" in raw:  # a colour may begin in the middle of a word
        kept = [at for begin, end in _between(_COLOUR, raw) for at in range(begin, end)]
        for start, end, what in secret_forms.found_in("".join(raw[at] for at in kept)):
            yield Leak(kept[start], kept[end - 1] + 1, "credential-like", what, OF_CREDENTIALS)


def _between(form: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of what is not of this form."""
    end = 0
    for found in form.finditer(text):
        yield end, found.start()
        end = found.end()
    yield end, len(text)


def packed(text: str, place: Place) -> Iterator[Leak]:
    """Find what must not leave in the texts of links that hold a whole file in base64."""
    for found in _PACKED.finditer(text) if "base64," in text else ():
        try:
            inside = base64.b64decode(found["held"]).decode()
        except ValueError:
            continue
        for leak in leaks(inside, place)[:1]:
            yield leak._replace(start=found.start("held"), end=found.end("held"), instead="")


def path(text: str, _place: Place) -> Iterator[Leak]:
    """Find absolute paths, which tell who made it and where."""
    for found in _PATH.finditer(_without_pictures(text)):
        name = re.split(r"[/\\]", found[0].rstrip("/\\"))[-1]
        yield Leak(*found.span(), "absolute-path", f"an absolute path, to {name}", OF_PATHS, f"[path]/{name}")


WORST_FIRST: Final = ("credential", "credential-like", "absolute-path")
RULES: Final = (known, secret_like, path, packed)


def leaks(text: str, place: Place) -> list[Leak]:
    """Return what must not leave, from the first to the last, none within another."""
    found = sorted((leak for rule in RULES for leak in rule(text, place)), key=lambda leak: (leak.start, -leak.end))
    kept: list[Leak] = []
    for leak in found:
        if not kept or leak.start >= kept[-1].end:
            kept.append(leak)
        else:  # two that overlap are one, so that nothing of either stays, and the worse of both
            worse = min(kept[-1], leak, key=lambda one: WORST_FIRST.index(one.code))
            kept[-1] = worse._replace(start=kept[-1].start, end=max(kept[-1].end, leak.end))
    return kept
