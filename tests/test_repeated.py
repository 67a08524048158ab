"""The laws of a key that stands twice in one object: the last value is taken, as every JSON reader does, and it is told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import printed, reading
from segkit.quotas.survey import read_survey
from segkit.sel.wire import read_qualifications, read_reply


class Pairs(list[tuple[str, Any]]):
    """The members of an object, its keys perhaps not all different."""


KEYS = st.sampled_from(["a", "b", 'q"', "\u00e9", "", "{", ":"])
OBJECTS = st.recursive(
    st.none() | st.integers(0, 9) | st.text() | st.sampled_from(['"a": ', "{", "}", "\\"]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(KEYS, inner), max_size=4).map(Pairs),
    max_leaves=12,
)


def written(value: Any, *, escaped: bool) -> str:
    """Write JSON with its keys as often as they are there, one member a line."""
    if isinstance(value, Pairs):
        members = [f"{json.dumps(key, ensure_ascii=escaped)} : {written(member, escaped=escaped)}" for key, member in value]
        return "{" + ",\n".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(member, escaped=escaped) for member in value) + "]"
    return json.dumps(value, ensure_ascii=escaped)


@given(OBJECTS, st.booleans())
def test_keys_are_counted_as_json_hands_them_out(value: Any, escaped: Any) -> None:
    """In each object the keys that are there twice are those that json's own reader is handed twice; others are no finding."""
    text = written(value, escaped=escaped)
    expected: list[tuple[str, int]] = []

    def counted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        expected.extend((key, keys.count(key)) for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    data = json.loads(text, object_pairs_hook=counted)
    found = reading.repeated(text)
    assert [(each.key, len(each.offsets)) for each in found] == expected
    assert all(text.startswith(json.dumps(each.key, ensure_ascii=escaped), at) for each in found for at in each.offsets)
    read = reading.lenient(text, Any)
    assert read.data == data
    assert [(finding.code, finding.severity) for finding in read.findings] == [("duplicate-key", "warning")] * len(expected)


@pytest.mark.parametrize(
    ("text", "where", "often", "taken", "others"),
    [
        ('{"a": 1,\n "b": 2,\n "a": 3}', "line 3, column 2", "twice", "line 3", "line 1"),
        ('{"a": 1, "a": 3}', "line 1, column 10", "twice", "line 1, column 10", "line 1, column 2"),
        ('{"\\u0061": 1,\n"a": 2, // x\n"a": 3}', "line 3, column 1", "3 times", "line 3", "line 1 and of line 2"),
    ],
)
def test_a_finding_says_which_value_was_taken(text: str, where: str, often: str, taken: str, others: str) -> None:
    """The last is taken; the finding stands at its line and column and names those of the others."""
    read = reading.lenient(text, Any)
    assert read.data["a"] == 3
    (found,) = [finding for finding in read.findings if finding.code == "duplicate-key"]
    line = where.partition(",")[0]
    said = f'{line}: "a" is there {often} in one object: the value of {taken} is taken, that of {others} is left out'
    assert (found.where, found.message) == (where, said)


def test_a_saved_reply_is_told_of_and_a_live_one_is_not() -> None:
    """Both take the same value; only what was read from a file has the finding."""
    text = '[{"7": {"qualification_id": 7,\n "question_text": "A",\n "question_text": "B"}}]'
    saved, live = read_qualifications(text), read_reply(text.encode())
    assert [finding.where for finding in saved.findings if finding.code == "duplicate-key"] == ["line 3, column 2"]
    assert "duplicate-key" not in live.findings.codes
    assert saved[7].parent.text == live[7].parent.text == "B"


@pytest.mark.parametrize(
    ("text", "told", "remarks"),
    [
        ('x\n{"quotas": [{"a": 1,\n"a": 2}]}', [("$.quotas[0].a", 3)], []),
        ('{"a": 1} {"b": 1, "b": 2}', [("$.b", 1)], []),
        ('{"a": {"b": 1 // x\n},\n "a": 2 // y\n}', [("$.a", 3)], [("$.a", "before", "x"), ("$.a", "after", "y")]),
        ('{"a": [{"b": 1 // x\n, "b": [2, // y\n 3]}], "c": 1,\n "a": [// z\n]}', [("$.a[0].b", 2), ("$.a", 4)],
         [("$.a", "before", "x"), ("$.a", "before", "y"), ("$.a", "before", "z")]),
        ('{"a": {"a": 1}, "b": {"a": 1}} // x', [], []),
    ],
)  # fmt: skip
def test_the_path_and_the_line_of_a_document(text: str, told: list[tuple[str, int]], remarks: list[tuple[str, str, str]]) -> None:
    """The line is that of the whole text; a comment on a value that is left out goes to the value that is taken."""
    *_, found = printed.objects(text)
    twice = [finding for finding in found.repairs if finding.code == "duplicate-key"]
    assert [(each.where, int(each.message.split(":")[0].removeprefix("line "))) for each in twice] == told
    assert [tuple(remark[:3]) for remark in found.remarks] == remarks
    assert {remark.path for remark in found.remarks} <= {place.path for place in printed.places(json.dumps(found.data))}


def test_a_survey_says_which_count_won() -> None:
    """A quota with two counts has the last, says so, and leads to its line; a token's value is in no finding."""
    text = '// two counts\n{"quotas": [{"buyer_quota_id": "a",\n "required_count": 5,\n "required_count": 7}]}'
    survey = read_survey(text)
    (found,) = survey.findings
    assert survey.design.quotas[0].count == 7
    assert survey.line_of(found.where) == (4, 2)
    token = read_survey('{"basic_token": "geheim",\n "basic_token": "auch"}')
    assert token.findings.codes == {"duplicate-key"}
    assert not {"geheim", "auch"} & set(str(token.findings).replace('"', " ").split())
    assert read_survey(text.replace('"required_count": 5,\n', "")).findings.codes == set()
