"""A large qualification answer to the public frame, beside decoding its JSON alone."""

from __future__ import annotations

import json
import random
import tracemalloc
from typing import TYPE_CHECKING, Any

import orjson
import pandas as pd
from row import at_least, at_most, best, interleaved

from segkit.sel.wire import read_reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

PARENTS, CHILDREN, ANSWERS = 200, 20, 15
LETTERS = "abcdefghijklmnopqrstuvwxyz "


def body(seed: int = 1) -> bytes:
    """Make an answer of 200 parents with 20 children and 15 answers each; a tenth of the texts has letters beyond ASCII."""
    dice = random.Random(seed)  # noqa: S311 - test data

    def text(length: int) -> str:
        words = "".join(dice.choices(LETTERS, k=length))
        return words[:-2] + "ñé" if dice.random() < 0.1 else words

    def question(own: int, parent: int | None, name: str) -> dict[str, Any]:
        texts = [text(18) for _ in range(ANSWERS)]
        return {
            "qualification_id": own,
            "question_type": "singlepunch",
            "question_order_number": own % 7919,
            "question_description": name,
            "answers": [{"id": 111 + n, "text": words, "eng_text": words} for n, words in enumerate(texts)],
            "segmentation": {"parent_qualification_id": parent},
            "question_text": text(60),
        }

    reply = []
    for n in range(PARENTS):
        own = 100_000 + 100 * n
        children = [question(own + 1 + c, own, f"P{n}Q{c}") for c in range(CHILDREN)]
        reply.append({str(own): {**question(own, None, f"P{n}"), "children": children}})
    return json.dumps(reply, ensure_ascii=False).encode()


def _normalised(raw: bytes) -> pd.DataFrame:
    """Do what people do today."""
    parents = [parent for entry in json.loads(raw) for parent in entry.values()]
    meta = ["qualification_id", "question_type", "question_order_number", "question_description", "question_text"]
    return pd.concat(
        [pd.json_normalize(parents, "answers", meta), *(pd.json_normalize(p["children"], "answers", meta) for p in parents)]
    )


def measure() -> Iterator[Row]:
    """Time and memory of reading, findings included, to the frame."""
    raw = body()

    def ours() -> pd.DataFrame:
        return read_reply(raw).to_frame()

    floor, seconds = interleaved(lambda: orjson.loads(raw), ours, 15)
    yield at_most(f"answer of {len(raw) / 1e6:.1f} MB to the frame, over orjson.loads", seconds / floor, "x", 2.0)
    yield at_least("the same by json_normalize", best(lambda: _normalised(raw), 2) / floor, "x", 1.0)
    tracemalloc.start()
    ours()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield at_most("peak memory of the same, over the body", peak / len(raw), "x", 5.0)
