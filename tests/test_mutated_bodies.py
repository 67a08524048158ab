"""The law of broken bodies: ten thousand of them give a Qualifications or an error of ours, and never anything else."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import bodies
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import frames
from segkit.errors import SegkitError, UnexpectedAnswer
from segkit.sel.qualifications import Qualifications
from segkit.sel.wire import read_qualifications, read_reply

N_BYTES, N_VALUES = 7_200, 2_800
SEEDS = range(8)

RICH = bodies.reply(
    bodies.parent(
        bodies.question(7, children=[bodies.question(9, 7, question_type="multipunch"), bodies.number(10)]),
        bodies.number(8),
        bodies.question(11, question_description="Q7", answers=[bodies.answer(111, "¿Sí?", x_segkit_provenance="synthetic")]),
    ),
    bodies.parent(bodies.question(7, 2), bodies.number(13, "9-0"), own=2, question_text="a %%2%% b"),
)
VALID = [
    bodies.stripped("2_1_success.txt").encode(),
    bodies.printed("2_1_success.txt").encode(),
    bodies.encoded(RICH),
    bodies.encoded({**RICH[0], **RICH[1]}),
]
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"-", b"1e999", b"NaN", b"null", b"true", b"\n", b"//", b"/*", b"..."]
BYTES = [
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\ud83d",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"<html>",
    b"9" * 400,
    b"[" * 300,
    b'{"a":' * 300,
]
SCRAPS = PIECES + BYTES

NUMBERS = [-1, 0, 1, 7, 8, 111, 2**53, 2**53 + 1, 2**63, 2**64, -(2**63), 10**400, 1.0, 1.5, 1e308, float("inf"), float("nan")]
TEXTS = ["", "7", "singlepunch", "input", "grid", "0-99", "9-0", "%%7%%", "<script>", "\x00", "\ud83d", "Q7", " "]
PARTS = [[], {}, [[]], [None], {"id": 111}, {"qualification_id": 7}, {"7": {}}, RICH, RICH[0]["1"], RICH[0]["1"]["children"]]
HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.text(max_size=5),
    st.sampled_from(PARTS),
    st.integers(1, 400).map(lambda depth: json.loads("[" * depth + "]" * depth)),
    st.integers(1, 120).map(lambda depth: json.loads('{"qualification_id": 5, "children": [' * depth + "]}" * depth)),
)


def broken_bytes(rng: random.Random) -> bytes:
    """Return a valid body with one to four of its bytes changed, cut, doubled or filled with scraps."""
    body = bytearray(rng.choice(VALID))
    for _ in range(rng.randint(1, 4)):
        at, to = sorted((rng.randrange(len(body) + 1), rng.randrange(len(body) + 1)))
        change = rng.randrange(7)
        if change == 0 and at < len(body):
            body[at] ^= 1 << rng.randrange(8)
        elif change == 1:
            del body[at:]
        elif change == 2:
            del body[at : min(to, at + 30)]
        elif change == 3:
            body[at:at] = rng.choice(SCRAPS)
        elif change == 4:
            body[at:at] = body[at : min(to, at + 200)]
        elif change == 5:
            body[at : at + 4] = rng.choice(SCRAPS)
        else:
            start = body.find(b'"', at)
            body[start + 1 : start + 1] = bytes([rng.randrange(256)])
    return bytes(body)


def nodes(part: Any, path: str = "$") -> Iterator[str]:
    """Yield the path of every value in a document."""
    yield path
    if isinstance(part, dict):
        for key, value in part.items():
            yield from nodes(value, f"{path}[{json.dumps(key)}]")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from nodes(value, f"{path}[{place}]")


def put(document: Any, path: str, value: Any) -> Any:
    """Return a copy of the document with another value at a path."""
    if path == "$":
        return value
    document = copy.deepcopy(document)
    above, _, step = path.rpartition("[")
    bodies.at(document, above)[json.loads(step[:-1])] = value
    return document


@st.composite
def broken_values(draw: st.DrawFn) -> Any:
    """Return a document with up to three values replaced, dropped, doubled, wrapped or moved."""
    document: Any = copy.deepcopy(draw(st.sampled_from([RICH, json.loads(VALID[0])])))
    for _ in range(draw(st.integers(1, 3))):
        places = list(nodes(document))
        path = draw(st.sampled_from(places))
        value = bodies.at(document, path)
        other = bodies.at(document, draw(st.sampled_from(places)))
        change = draw(st.sampled_from(["replace", "drop", "double", "list", "object", "move"]))
        if change == "replace":
            document = put(document, path, draw(HOSTILE))
        elif change == "drop" and path != "$":
            document = copy.deepcopy(document)
            above, _, step = path.rpartition("[")
            del bodies.at(document, above)[json.loads(step[:-1])]
        elif change == "double" and isinstance(value, list):
            document = put(document, path, value + value)
        elif change == "list":
            document = put(document, path, [value])
        elif change == "object":
            document = put(document, path, {draw(st.sampled_from(["7", "answers", ""])): value})
        else:
            document = put(document, path, other)
    return document


def check(read: Qualifications) -> None:
    """Assert that every frame and view of what was read still builds."""
    for frame, table in (
        (read.to_frame(), frames.ANSWERS),
        (read.questions(), frames.QUESTIONS),
        (read.findings.to_frame(), frames.FINDINGS),
    ):
        assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in table.values()]
    for parent_id, tree in read.items():
        assert tree.parent_id == parent_id
        assert len(tree.by_id) == len(tree.questions)
        assert len(tree.segments.categories) == len(tree.segment_names)
        walk = tree.walk()
        for question in tree.questions:
            walk.answer(question.bounds[1] if question.bounds else question.answers[0].id if question.answers else 0)
        assert walk.complete == bool(tree.questions)
        assert {f.severity for f in walk.findings} <= {"warning"}
        json.dumps(walk.payload("m", locale="en_US", partial=True))
    assert "<script" not in read._repr_html_()


def outcome(body: bytes, read: Callable[[bytes], Qualifications]) -> Qualifications | None:
    """Read a body; return what was read, or None where an error of ours says why not."""
    try:
        return read(body)
    except UnexpectedAnswer as error:
        refused = error
    assert refused.body == body.decode(errors="replace")
    assert refused.path.startswith(("$", "byte ") if read is read_reply else ("$", "byte ", "line "))
    return None


@pytest.mark.parametrize("seed", SEEDS)
def test_bodies_with_broken_bytes(seed: int) -> None:
    """A body broken in its bytes is read, or refused with its place and kept; its trees still walk and its frames build."""
    rng = random.Random(seed)  # noqa: S311 - the same bodies on every run
    read = 0
    for _ in range(N_BYTES // len(SEEDS)):
        body = broken_bytes(rng)
        strict, lenient = outcome(body, read_reply), outcome(body, read_qualifications)
        assert strict is None or lenient is not None
        for found in filter(None, (strict, lenient) if strict != lenient else (strict,)):
            read += 1
            if found.raw != VALID[0]:
                check(found)
    assert read > 20


@settings(max_examples=N_VALUES)
@given(broken_values())
def test_bodies_with_broken_values(document: Any) -> None:
    """A body of JSON with wrong values, missing or doubled parts is read or refused; every finding's path leads into it."""
    body = json.dumps(document).encode()
    read = outcome(body, read_reply)
    if read is not None:
        check(read)
        for finding in read.findings:
            bodies.at(document, finding.where)


def has_members(document: Any, path: str) -> bool:
    """Whether a path leads to an object whose members are fields, not ids."""
    return path.count("[") > 1 and isinstance(bodies.at(document, path), dict)


UNKNOWN = st.dictionaries(st.sampled_from(["new_field", "Text", "ANSWERS", "qualificationId", "é", ""]), HOSTILE, min_size=1)
OBJECTS = [path for path in nodes(RICH) if has_members(RICH, path)]


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(OBJECTS), UNKNOWN, min_size=1, max_size=6))
def test_unknown_fields_change_nothing(added: dict[str, dict[str, Any]]) -> None:
    """Adding or changing unknown fields anywhere changes neither frames nor findings."""
    plain = bodies.trees(RICH)
    document = copy.deepcopy(RICH)
    for path, fields in added.items():
        bodies.at(document, path).update(fields)
    read = read_reply(json.dumps(document).replace("NaN", "null").replace("Infinity", "1e999").encode())
    assert read.findings == plain.findings
    assert read.to_frame().equals(plain.to_frame())
    assert read.questions().equals(plain.questions())
    assert {own: tree.questions for own, tree in read.items()} == {own: tree.questions for own, tree in plain.items()}


def test_there_are_ten_thousand() -> None:
    """Ten thousand bodies are tried, and what is caught is an error of ours."""
    assert N_BYTES // len(SEEDS) * len(SEEDS) + N_VALUES == 10_000
    assert issubclass(UnexpectedAnswer, SegkitError)
