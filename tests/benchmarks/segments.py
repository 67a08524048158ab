"""20,000 of Infinity's segments from the bytes that the vendor sends to the frame, beside decoding the same lines alone."""

from __future__ import annotations

import json
import random
import tracemalloc
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
from row import at_least, at_most, best, interleaved

from segkit.credentials import Secret
from segkit.registry import ndjson
from segkit.registry.criteria import criteria_of
from segkit.registry.segments import Segment, Segments
from segkit.registry.triggers import evaluate_segments
from segkit.vendors import infinity_replies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from row import Row

SEGMENTS = 20_000
CHUNK = 1 << 16
"""Bytes that come in together, as from a connection."""


def body(seed: int = 1, segments: int = SEGMENTS) -> bytes:
    """Make a list of segments with one to four criteria each, as PHP writes it."""
    dice = random.Random(seed)  # noqa: S311 - test data
    lines = []
    for number in range(2, segments + 2):
        criteria = [
            {
                "field": dice.choice(["href", "act", "campaign"]),
                "op": dice.choice(["begins", "inc", "eq"]),
                "value": f"/shop/é{n}/{number}",
            }
            for n in range(dice.randint(1, 4))
        ]
        row = {"segment": str(number), "segmentRef": f"ref {number}", "segmentName": f"Segment {number}", "segmentOrder": "0"}
        row |= {"criteria": criteria, "segmentStatus": "200", "orgId": "2", "segmentGroupId": str(number % 9)}  # type: ignore[dict-item]
        lines.append(json.dumps(row).replace("/", "\\/"))
    return "\n".join(lines).encode() + b"\n"


def chunks(raw: bytes) -> Iterator[bytes]:
    """Yield an answer as a connection does."""
    return (raw[begin : begin + CHUNK] for begin in range(0, len(raw), CHUNK))


def peak(segments: int) -> int:
    """Return the bytes held at most while a list is gone over and nothing of it is kept."""
    raw = body(segments=segments)
    tracemalloc.start()
    for _ in ndjson.rows(chunks(raw), Segment):
        pass
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def measure() -> Iterator[Row]:
    """Rate and memory of reading, and the rate of evaluating triggers."""
    raw = body()
    decoder = msgspec.json.Decoder()

    def ours() -> pd.DataFrame:
        return Segments(row for rows in ndjson.rows(chunks(raw), Segment) for row in rows).to_frame()

    secret = Secret("kEeP-0ut-of-9-texts", "a benchmark")

    def searched() -> pd.DataFrame:
        return Segments(row for rows in infinity_replies.rows(chunks(raw), Segment) for row in rows).to_frame()

    floor, seconds = interleaved(lambda: decoder.decode_lines(raw), ours, 15)
    yield at_least(f"{SEGMENTS} Infinity segments to the frame, rate over msgspec alone", floor / seconds, "x", 0.4)
    yield at_least("the same, searched for a credential", floor / best(searched), "x", 0.4)
    del secret
    yield at_most("memory of going over 8 times the segments, over once", peak(SEGMENTS) / peak(SEGMENTS // 8), "x", 1.2)

    dice = np.random.default_rng(1)
    triggers = pd.DataFrame({"href": dice.choice([f"/shop/{n}" for n in range(20_000)], 200_000)})
    kept = [
        Segment(segment_id=n + 2, name=str(n), order=n, criteria=criteria_of([("href", "re", f"#^/shop/{n}\\d$#")]))
        for n in range(20)
    ]
    yield at_most("200,000 triggers, 20 segments by expressions", best(lambda: evaluate_segments(kept, triggers), 3), "s", 2.0)
