"""The laws of several documents in one text: where each begins and ends, and that a broken one does not stop the others."""

import json
import time
from itertools import pairwise
from typing import Any

import pytest
import surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit import outline
from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.quotas.survey import read_survey, read_surveys

PROSE = st.sampled_from(
    ["", "Response\n", "// Scenario-2: boys, 4-9\n", "Response:\n\n", "1. Then,\n", "\n\n", "see http://a.b/{id}\n"]
)


def broken(text: str, data: st.DataObject) -> str:
    """Break a printed document in one of the ways in which copying breaks it."""
    lines = text.split("\n")
    at = data.draw(st.integers(1, len(lines) - 2))
    way = data.draw(st.sampled_from(["last brace", "cut off", "word", "comma"]))
    if way == "last brace":
        return "\n".join(lines[:-1])
    if way == "cut off":
        return "\n".join(lines[: at + 1])
    if way == "word":
        return "\n".join([*lines[:at], "oops", *lines[at:]])
    return "\n".join([*lines[:at], ",,", *lines[at:]])


@settings(max_examples=150)
@given(st.lists(surveys.documents(), min_size=2, max_size=4), st.data())
def test_a_broken_document_does_not_stop_the_others(documents: list[dict[str, Any]], data: st.DataObject) -> None:
    """The others come back whole, in their order, with their headings; one finding names a line within the broken one."""
    gone = data.draw(st.integers(0, len(documents) - 1))
    documents[gone] = {**documents[gone], "survey_title": "x", "quotas": [{"buyer_quota_id": "a", "criteria": []}]}
    parts, n_lines, lines = [], 0, (0, 0)
    for place, document in enumerate(documents):
        prose = data.draw(PROSE)
        text = json.dumps(document, indent=2)
        part = broken(text, data) if place == gone else text
        if place == gone:
            lines = (n_lines + prose.count("\n") + 1, n_lines + prose.count("\n") + part.count("\n") + 1)
        parts.append(f"{prose}{part}\n")
        n_lines += parts[-1].count("\n")
    read = read_surveys("".join(parts))
    assert [survey.document for survey in read] == [each for place, each in enumerate(documents) if place != gone]
    (found,) = [finding for survey in read for finding in survey.findings if finding.code == "unreadable-document"]
    told, _ = read[0].line_of(found.where) or (0, 0)
    assert (found.severity, found.where) == ("error", f"line {told}")
    assert lines[0] <= told <= lines[1] + 1
    assert found in read[max(gone - 1, 0)].findings
    with pytest.raises(InvalidInput, match=f"the text holds {len(documents)} survey documents"):
        read_survey("".join(parts))


THREE = """// one
{"completes_required": 1}

// two
{
  "completes_required": 2,
  "quotas": [
    {"buyer_quota_id": "a"},
    {"buyer_quota_id": "b"
  ]
}

Third:

{
  "completes_required": 3,
}
"""


def test_the_finding_of_a_broken_document() -> None:
    """It stands with the document before, names the line where reading stopped, and the next keeps heading and line."""
    first, third = read_surveys(THREE)
    (found,) = first.findings
    assert found.where == "line 10"
    assert found.message.startswith("the object at line 5 cannot be read: the answer is not JSON")
    assert (third.heading, third.first_line) == (("Third:",), 15)
    assert third.findings.codes == {"json-repaired"}
    (alone,) = read_surveys(THREE[THREE.index("// two") :])
    assert alone.findings.codes == {"json-repaired", "unreadable-document"}
    whole = read_surveys(THREE.replace('"b"\n', '"b"}\n'))
    assert [survey.design.completes for survey in whole] == [1, 2, 3]
    assert "unreadable-document" not in {code for survey in whole for code in survey.findings.codes}


def test_what_is_all_broken_is_refused() -> None:
    """Where no document of several can be read, the error is that of the first; of a single one it is its own."""
    with pytest.raises(UnexpectedAnswer, match="the object at line 1 cannot be read"):
        read_surveys('{"a": nope}\n{"b": nope}')
    for read in (read_surveys, read_survey):
        with pytest.raises(UnexpectedAnswer, match="the object at line 2 cannot be read"):
            read('x\n{"a": nope}')


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('{"a": 1\n{"b": 2}', ['{"a": 1\n', '{"b": 2}']),
        ('{"a": 1\nResponse\n\n{"b": 2}', ['{"a": 1\n', '{"b": 2}']),
        ('{"a": [1,\n2\n\nThen,\n{"b": 2}', ['{"a": [1,\n2\n\n', '{"b": 2}']),
        ('{"a": {\n{"b": 2}', ['{"a": {\n', '{"b": 2}']),
        ('{"a": 1,\n{"b": 2}', ['{"a": 1,\n', '{"b": 2}']),
        ('{\n  "a": [\n{"b": 2}', ['{\n  "a": [\n', '{"b": 2}']),
        ('{\n  "a": [1}\n{"b": [2}\n', ['{\n  "a": [1}', '{"b": [2}']),
        ('{\n  "a": {"c": [1}\n{"b": [2}\n', ['{\n  "a": {"c": [1}\n', '{"b": [2}']),
        ('{"a": [\n{"b": 2}', ['{"a": [\n{"b": 2}']),
        ('{"a": [{"b": 1},\n{"b": 2}', ['{"a": [{"b": 1},\n{"b": 2}']),
        ('{"a":\n{"b": 2}', ['{"a":\n{"b": 2}']),
        ('{"a": [1,\n  {"b": 2}\n  {"c": 3}', ['{"a": [1,\n  {"b": 2}\n  {"c": 3}']),
        ('{"a": [{"b": 2}\n{"c": 3}]}', ['{"a": [{"b": 2}\n{"c": 3}]}']),
        ('  {"a": 1\n  {"b": 2\n{"c": 3}', ['{"a": 1\n', '{"b": 2\n', '{"c": 3}']),
        ('{"a": 1 /* \n{"b": 2}', ['{"a": 1 /* \n{"b": 2}']),
        ('{"a": "x\n}\n{"b": 2}', ['{"a": "x\n}', '{"b": 2}']),
    ],
)
def test_where_an_object_that_never_closes_ends(text: str, parts: list[str]) -> None:
    """Before a brace that can only begin another: what may be an element, a value or stands further to the right is its own."""
    assert [text[start:end] for start, end in outline.spans(text)] == parts


@given(st.lists(st.sampled_from(['"', "//", "/*", "*/", "{", "}", '{"a":', "1", ",", ":", "[", "]", "\n", " ", "x", "\nx\n{"])))
def test_spans_stand_one_after_the_other(parts: list[str]) -> None:
    """Whatever the text, each span begins with a brace, none is empty, and none begins within another."""
    text = "".join(parts)
    found = outline.spans(text)
    assert all(text[start] == "{" and start < end <= len(text) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_braces_that_never_close_are_gone_over_once() -> None:
    """Many objects that never close, on lines of their own or not, do not make a text slow."""
    started = time.process_time()
    for scrap, n_found in [
        ('{"a": 1\n', 50_000),
        ("{\n1\n", 50_000),
        ('5" {\n', 1),
        ("{1 ", 1),
        ("{ [\n", 1),
        ("  {\n 1\n", 50_000),
    ]:
        assert len(outline.spans(scrap * 50_000)) == n_found
    assert time.process_time() - started < 20
