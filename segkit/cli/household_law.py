"""A law of families as it is typed: ``children=.6,.4;boy=.512;ages=1-17;source=...``, or the name of a JSON file of the same."""

from __future__ import annotations

import json
import pathlib
import re
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.quotas.field.households import Households

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMES = ("children", "boy", "ages", "months", "source", "provenance")
HOW = 'give a JSON file, or "children=.6,.168,.152,.056,.024;boy=.512;ages=1-17;source=our panel"'
OLDEST = {"ages": 17, "months": 215}
_SPAN = re.compile(r"\s*(\d+)\s*-\s*(\d+)\s*")


def read(typed: str) -> Households:
    """Read a law of families.

    Parameters
    ----------
    typed
        The name of a JSON file with an object of the parameters of `Households`, or ``name=value`` joined by ``;``. Ages and
        months are a span, uniform (``1-17``), or shares: ``4:.25,5:.75``, in JSON an object.

    Raises
    ------
    InvalidInput
        When it can be neither, or is no law.
    """
    if typed.partition("=")[0].strip() in NAMES and "=" in typed:
        given = unique([_pair(part) for part in typed.split(";") if part.strip()], "households")
    else:
        given = _loaded(pathlib.Path(typed))
    if strange := sorted(set(given) - set(NAMES)):
        raise InvalidInput(f"households have no {', '.join(strange)}; they have {', '.join(NAMES)}")
    if "children" not in given:
        raise InvalidInput("households need children, the shares of families with 0, 1, 2, ... of them")
    if isinstance(given["children"], dict):  # by number of children, which JSON writes as texts
        given["children"] = _by_number(given["children"].items(), "children")
    given |= {name: _shares(given[name], name) for name in OLDEST if name in given}
    return Households(**given)


def _loaded(path: pathlib.Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes(), object_pairs_hook=lambda pairs: unique(pairs, str(path)))
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}; {HOW}") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise InvalidInput(f'{path} holds no object with the names {", ".join(NAMES)}, such as {{"children": [0.6, 0.4]}}')
    return found


def _pair(part: str) -> tuple[str, Any]:
    """Read ``name=value``."""
    name, is_there, value = (each.strip() for each in part.partition("="))
    if not is_there:
        raise InvalidInput(f"{part.strip()!r} has no value; {HOW}")
    if name == "children":
        return name, [_number(share, name) for share in value.split(",")]
    return name, _number(value, name) if name == "boy" else value


def _shares(given: object, name: str) -> Mapping[int, float]:
    """Read shares by age: a span, a text of them, or an object."""
    if isinstance(given, str) and (span := _SPAN.fullmatch(given)):
        first, last = int(span[1]), int(span[2])
        if not first <= last <= OLDEST[name]:
            raise InvalidInput(f"{name} is {given.strip()!r:.60}: give a span up to {OLDEST[name]}, the younger first")
        return dict.fromkeys(range(first, last + 1), 1 / (last - first + 1))
    if isinstance(given, str):
        parts = [part.partition(":") for part in given.split(",")]
        if not all(is_there for _, is_there, _ in parts):
            raise InvalidInput(f"{name} is {given!r:.60}: give a span such as 1-17, or shares such as 4:.25,5:.75")
        return _by_number([(age, share) for age, _, share in parts], name)
    if not isinstance(given, dict) or not given:
        raise InvalidInput(f"{name} is {given!r:.60}: give a span such as 1-17, or shares such as 4:.25,5:.75")
    return _by_number(given.items(), name)


def _by_number(pairs: Iterable[tuple[object, object]], name: str) -> dict[int, float]:
    return unique([(_whole(number, name), _number(share, name)) for number, share in pairs], name)


def unique(pairs: Iterable[tuple[Any, Any]], where: str) -> dict[Any, Any]:
    """Return pairs as a mapping.

    Raises
    ------
    InvalidInput
        When a key stands twice: which was meant cannot be told.
    """
    found: dict[Any, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidInput(f"{where} tells {key!r:.60} twice: leave one out")
        found[key] = value
    return found


def _whole(text: object, name: str) -> int:
    try:
        return int(str(text))
    except ValueError:
        raise InvalidInput(f"{name} has {text!r:.60}, which is no whole number") from None


def _number(text: object, name: str) -> float:
    try:
        return float(str(text))
    except ValueError:
        raise InvalidInput(f"{name} has {text!r:.60}, which is no number") from None
