"""The laws of writing documents: data that JSON can hold, and text that says the same again, comments included."""

import collections
import datetime as dt
import enum
import json
import re
from types import MappingProxyType
from typing import Any

import bodies
import numpy as np
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit import printed
from segkit.errors import InvalidInput
from segkit.printed import Remark
from segkit.quotas.writing import plain, written

POSITIONS = st.sampled_from(["before", "after", "end"])
TEXTS = st.sampled_from(
    ["Years Unit", "", "...", "... more", 'a "b', "{ [ , ] }", "one\ntwo", "https://x.y", "x */ y", "boys\n*/ y"]
)


def rank(document: dict[str, Any]) -> dict[str, int]:
    """Return the place of every value's path in a document, in the order of the text."""
    return {place.path: n for n, place in enumerate(printed.places(json.dumps(document)))}


@st.composite
def remarked(draw: st.DrawFn) -> tuple[dict[str, Any], list[Remark]]:
    """Draw a document and comments made by hand on its values: several on one, on any side that a comment can be read on."""
    document = draw(surveys.documents())
    paths = list(rank(document))
    drawn = draw(st.lists(st.tuples(st.sampled_from(paths), POSITIONS, TEXTS), max_size=6))
    ends = {path for path in paths if isinstance(bodies.at(document, path), dict | list)}
    sides = [each for each in drawn if (each[1] != "end" or each[0] in ends) and each[:2] != ("$", "after")]
    return document, [Remark(*each, 1) for each in sides]


@given(surveys.documents() | st.dictionaries(surveys.WORDS, surveys.VALUES))
def test_what_is_written_is_the_document(document: dict[str, Any]) -> None:
    """Without comments the text is strict JSON, equal to the document, keys in their order."""
    assert json.dumps(json.loads(written(document))) == json.dumps(document)


@given(remarked())
def test_comments_made_by_hand_are_read_again(given: tuple[dict[str, Any], list[Remark]]) -> None:
    """Each comment is read again at its path and side; only its own end of comment and line breaks may be written otherwise."""
    document, remarks = given
    (found,) = printed.objects(written(document, remarks, ["one", "two"]))
    assert json.dumps(found.data) == json.dumps(document)
    assert found.heading == ("one", "two")

    def told(each: list[Remark]) -> list[tuple[str, str, str]]:
        sides = [(r.path, r.position, re.sub(r"\*? ?/|\s+", "", r.text)) for r in each]
        return sorted(sides, key=lambda side: (side[0], side[1]))

    assert told(list(found.remarks)) == told(remarks)
    again = written(found.data, found.remarks, found.heading)
    assert again == written(document, remarks, ["one", "two"])


@pytest.mark.parametrize(
    ("document", "remarks", "text"),
    [
        ({}, [], "{}\n"),
        ({"a": [1, "x"], "b": {}, "c": []}, [], '{\n  "a": [1, "x"],\n  "b": {},\n  "c": []\n}\n'),
        ({"a": [[1], [2]]}, [], '{\n  "a": [\n    [1],\n    [2]\n  ]\n}\n'),
        ({}, [("$", "end", "x")], "{\n  // x\n}\n"),
        ({}, [("$", "before", "x")], "{ // x\n}\n"),
        ({"a": 1}, [("$", "before", "x"), ("$", "before", "y")], '{ /* x */ // y\n  "a": 1\n}\n'),
        ({"a": 311}, [("$.a", "after", "Years Unit")], '{\n  "a": 311 // Years Unit\n}\n'),
        ({"a": 1, "b": 2}, [("$.a", "after", "x"), ("$.b", "before", "y")], '{\n  "a": 1, // x\n  // y\n  "b": 2\n}\n'),
        ({"a": [1, 2]}, [("$.a[0]", "after", "x")], '{\n  "a": [\n    1, // x\n    2\n  ]\n}\n'),
        ({"a": []}, [("$.a", "end", "x")], '{\n  "a": [\n    // x\n  ]\n}\n'),
        ({"a": 1}, [("$.a", "before", "x\ny")], '{\n  /* x\ny */\n  "a": 1\n}\n'),
        ({"a": 1}, [("$.a", "after", "x\ny"), ("$.a", "after", "z")], '{\n  "a": 1 /* x y */ // z\n}\n'),
        (
            {"a": 1, "b": 2},
            [("$.a", "after", text) for text in ("w", "x\ny", "z\nz", "*/")],
            '{\n  "a": 1 /* w */ /* x\ny */, /* z z */ // */\n  "b": 2\n}\n',
        ),
        ({"a": 1}, [("$.a", "before", "")], '{\n  //\n  "a": 1\n}\n'),
        ({"é": "\u00e9"}, [], '{\n  "é": "é"\n}\n'),
    ],
)
def test_the_form_of_the_text(document: dict[str, Any], remarks: list[tuple[str, Any, str]], text: str) -> None:
    """Two spaces a level, plain lists on one line, comments above and behind."""
    assert written(document, [Remark(*each, 1) for each in remarks]) == text


class Status(enum.IntEnum):
    DRAFT = 11


def test_data_is_copied_as_json_has_it() -> None:
    """Mappings, tuples and numpy's numbers become dicts, lists and Python's numbers; half a character its sign."""
    given = MappingProxyType(
        {
            "a": (1, np.int64(2), [np.float64(1.5), np.bool_(True)]),  # noqa: FBT003 - a value
            "b": collections.OrderedDict(x=None),
            "c": np.str_("é"),
            "d\ud800": "\ud83d!",
            "e": Status.DRAFT,
            "f": 10**400,
        }
    )
    copied = plain(given)
    assert json.dumps(copied) == json.dumps(
        {"a": [1, 2, [1.5, True]], "b": {"x": None}, "c": "é", "d\ufffd": "\ufffd!", "e": 11, "f": 10**400}
    )
    assert type(copied) is dict
    assert type(copied["a"]) is list
    assert type(copied["a"][1]) is int


@given(surveys.VALUES)
def test_json_is_copied_as_it_is(value: Any) -> None:
    """What is JSON already is equal to its copy, and shares nothing that can be changed."""
    copied = plain(value)
    assert json.dumps(copied) == json.dumps(value)
    assert not isinstance(value, dict | list) or copied is not value


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        ({"a": {1: 2}}, "$.a", "a key is no text but 1"),
        ({None: 2, "b": 1}, "$", "a key is no text but None"),
        ({"a": [1, {2}]}, "$.a[1]", "JSON has no value for a set"),
        ({"a b": dt.date(2025, 1, 1)}, '$["a b"]', "JSON has no value for a date"),
        ({"a": np.datetime64("2025-01-01")}, "$.a", "JSON has no value for a date"),
        ({"a": float("nan")}, "$.a", "JSON has no nan"),
        ({"a": np.float64("inf")}, "$.a", "JSON has no inf"),
        ({"a": b"x"}, "$.a", "JSON has no value for a bytes"),
        ({"a": 1 << 5000}, "$.a", "more than 4096 bits"),
        ({"a": object}, "$.a", "JSON has no value for a type"),
    ],
)
def test_what_json_has_not_is_refused(value: Any, path: str, message: str) -> None:
    """A key that is no text, a set, a date, NaN and the like are refused with their path."""
    with pytest.raises(InvalidInput, match="not JSON") as caught:
        plain(value)
    (finding,) = caught.value.findings
    assert (finding.code, finding.where) == ("not-json", path)
    assert message in finding.message


def test_a_nest_too_deep_is_refused() -> None:
    """A nest deeper than is read is refused, also one that holds itself."""
    endless: dict[str, Any] = {}
    endless["a"] = [endless]
    nested: Any = {}
    for _ in range(printed.MAX_DEPTH - 1):
        nested = {"a": nested}
    assert plain(nested) == nested
    for value in (endless, {"a": nested}):
        with pytest.raises(InvalidInput, match="nested too deep"):
            plain(value)
