"""What a call in a notebook tells of its results: which standard, which data, which seed."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Final

import segkit as sk
from segkit.errors import SegkitError
from segkit.sharing.calls import literal, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segkit.sharing.calls import Call

CLIENTS: Final = ("CIOPulse", "Infinity", "Instaleap", "PureSpectrum", "PureSpectrumBuyer")
SEEDED: Final = ("compare", "feasibility", "forecast", "learn_rule", "repair", "simulate_answers")
"""Functions of segkit that draw, or may."""

OF_POPULATION: Final = ("counts", "sample", "tally")
GENERATORS: Final = {"default_rng": "", "Random": "", "RandomState": "", "seed": "random"}
"""What makes a generator of random numbers, and the module that its name alone does not tell."""

SHOWN: Final = 60


def standards_of(call: Call) -> Iterator[str]:
    """Yield the standard that a call asks for."""
    if call.last != "standard" or not isinstance(literal(call.given("id", 0)), str):
        return
    name, edition = literal(call.given("id", 0)), literal(call.given("edition", 1))
    try:
        found = sk.standard(str(name), edition if isinstance(edition, int) else None)
    except SegkitError:
        return  # the notebook itself shows why there is none
    yield f"{found.id} {found.edition_in_words}: {found.provenance}, confidence {found.confidence}; {found.source[0]}"


def data_of(call: Call) -> Iterator[str]:
    """Yield the client or the file that a call takes data from; of a path its last part only."""
    if call.last == "sandbox" and call.owner in CLIENTS:
        yield f"{call.owner}, segkit's sandbox: what is not documented is synthetic"
    elif call.last in CLIENTS:
        yield f"{call.last}, the vendor's own answers"
    elif call.last.startswith("read_") and (call.arguments or call.keywords):
        given = call.arguments[0] if call.arguments else next(iter(call.keywords.values()))
        text = literal(given)
        is_name = isinstance(text, str) and "\n" not in text and len(text) <= 4 * SHOWN
        named = re.split(r"[/\\]", str(text))[-1] if is_name else "a text" if isinstance(text, str) else written(given)
        yield f"{call.last}: {named[:SHOWN]}"


def seeds_of(call: Call) -> Iterator[str]:
    """Yield the seed that a call draws from, as it is written, or the function's own where none is."""
    if call.last in GENERATORS and (call.arguments or "seed" in call.keywords):
        if call.last != "seed" or call.owner == GENERATORS["seed"]:
            yield f"{call.last}: {_shown(call, 'seed')}"
    elif "seed" in call.keywords:
        yield f"{call.last}: {_shown(call, 'seed')}"
    elif call.last in SEEDED:
        yield f"{call.last}: {inspect.signature(getattr(sk, call.last)).parameters['seed'].default}, its default"
    elif call.last in OF_POPULATION and isinstance(literal(call.given("n", 0)), int):
        default = inspect.signature(getattr(sk.Population, call.last)).parameters["seed"].default
        told = call.given("seed", 1)
        yield f"{call.last}: {written(told) if told is not None else f'{default}, its default'}"


def _shown(call: Call, keyword: str) -> str:
    given = call.given(keyword, 0)
    return written(given)[:SHOWN] if given is not None else ""
