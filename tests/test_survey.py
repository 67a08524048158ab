"""The laws of survey documents: read from anything, every comment kept, and written back unharmed."""

import copy
import json
import pickle
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import surveys
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.findings import Findings
from segkit.printed import Remark
from segkit.provenance import LABEL
from segkit.quotas.design import QuotaDesign
from segkit.quotas.survey import SurveyDocument, of_data, read_survey, read_surveys

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
LINES = st.sampled_from(["boys 4-9", "... more", "", 'a "b, {', "see https://x.y/*.json", "1 */ 2"])
BLOCKS = st.sampled_from(["boys 4-9", "one\n  two\nthree", "} ]", "..."])


@st.composite
def commented(draw: st.DrawFn) -> tuple[dict[str, Any], str, list[str]]:
    """Draw a document, it as text with comments and line breaks between any of its tokens, and the comments."""
    document = draw(surveys.documents())
    parts = [f"// {line}\n" for line in draw(st.lists(st.sampled_from(["Scenario-1: boys", "a // b", "é"]), max_size=2))]
    said = []
    tokens = _TOKEN.findall(json.dumps(document, ensure_ascii=draw(st.booleans())))
    places = draw(st.sets(st.integers(0, max(len(tokens) - 2, 0)), max_size=8))
    for n, token in enumerate(tokens):
        parts.append(token)
        if n in places and n < len(tokens) - 1:
            form = draw(st.sampled_from([" // {}\n", "\n// {}\n", " /* {} */ ", "\n/* {} */\n"]))
            said.append(draw(BLOCKS if "*" in form else LINES))
            parts.append(form.format(said[-1]))
        elif draw(st.integers(0, 20)) == 20:
            parts.append("\n")
    return document, "".join(parts), said


def told(survey: SurveyDocument) -> list[tuple[str, ...]]:
    """Return the comments of a document in the order of their paths; those of one value and side in theirs.

    Where several stand behind one value, an end of comment within one is written with a space.
    """
    remarks = ((r.path, r.position, r.text.replace("* /", "*/")) for r in survey.remarks)
    return sorted(remarks, key=lambda remark: remark[:2])


@settings(max_examples=300)
@given(commented())
def test_a_document_and_its_comments_survive(given: tuple[dict[str, Any], str, list[str]]) -> None:
    """Read, written and read again, a document has its key order, its heading, and each comment at its value and side."""
    document, text, said = given
    read = read_survey(text)
    assert json.dumps(read.document) == json.dumps(document)
    assert [remark.text for remark in read.remarks] == said
    again = read_survey(read.to_text())
    assert json.dumps(again.document) == json.dumps(document)
    assert again.heading == read.heading
    assert told(again) == told(read)
    assert again.to_text() == read.to_text()
    assert json.dumps(json.loads(read.to_text(comments=False))) == json.dumps(document)


def test_the_scenarios_survive() -> None:
    """The seven scenarios as printed, written and read again, say the same with the same comments and headings."""
    read = read_surveys(surveys.SCENARIOS)
    again = read_surveys("\n".join(survey.to_text() for survey in read))
    assert [hash(survey) for survey in again] == [hash(survey) for survey in read]
    assert again == read
    assert len(read[4].remarks) == 4
    assert "// Girl from 0 to 17" in read[4].to_text()
    assert [survey.to_text() for survey in again] == [survey.to_text() for survey in read]


@pytest.mark.parametrize("name", surveys.DOCUMENTS)
def test_a_printed_document_survives(name: str) -> None:
    """A printed document as strict JSON is the document, in its order."""
    survey = read_survey(surveys.DOCUMENTS[name])
    assert json.dumps(json.loads(survey.to_text(comments=False))) == json.dumps(surveys.DOCUMENTS[name])
    assert read_survey(survey.to_text()) == survey


def test_a_path_leads_to_its_line() -> None:
    """A path leads to the line and column of the whole text at which its key, or the element, begins."""
    lines = surveys.SCENARIOS.split("\n")
    scenario = read_surveys(surveys.SCENARIOS)[4]
    for path, start in {
        "$": "{",
        "$.qualifications": '"qualifications": [',
        "$.quotas[1].required_count": '"required_count": 600',
        "$.quotas[1].criteria[0].condition_codes": '"condition_codes": ["134"',
        "$.quotas[1].criteria[0].condition_codes[2]": '"138", "140"',
        "$.quotas[0].criteria[0].condition_codes[16]": '"165"] //Boys',
    }.items():
        found = scenario.line_of(path)
        assert found
        line, column = found
        assert lines[line - 1][column - 1 :].startswith(start)
    assert scenario.line_of("$") == (132, 1)
    assert scenario.line_of("$.quotas[1]") == (151, 5)
    assert scenario.line_of("$.quotas[2]") is None


def test_the_line_of_a_second_object_on_a_line() -> None:
    """Columns are those of the whole text, also where an object does not begin its line."""
    second = read_surveys('{"a": 1} {"b": 1,\n"c": 2}')[1]
    assert [second.line_of(path) for path in ("$", "$.b", "$.c")] == [(1, 10), (1, 11), (2, 1)]
    assert read_survey({"a": 1}).line_of("$.a") is None


def test_a_survey_is_read_from_anything(tmp_path: Path) -> None:
    """A path, its name, bytes, text and a mapping give the same document."""
    text = (surveys.PRINTED / "request_218.txt").read_text()
    file = tmp_path / "survey.txt"
    file.write_text(text)
    document = surveys.DOCUMENTS["request_218"]
    read = [read_survey(source) for source in (file, str(file), text, text.encode(), b"\xef\xbb\xbf" + text.encode())]
    assert {survey.heading for survey in read} == {("Request",)}
    mappings = [read_survey(source) for source in (document, MappingProxyType(document))]
    assert all(survey.document == document for survey in (*read, *mappings))
    assert all(isinstance(survey.document, dict) for survey in mappings)
    assert len(set(read)) == 1
    assert read[0] == read[1]


def test_what_is_read_is_a_copy() -> None:
    """Changing what was handed in changes nothing of the document."""
    document = copy.deepcopy(surveys.DOCUMENTS["request_218"])
    survey = read_survey(document)
    document["quotas"][0]["criteria"].clear()
    assert survey.document == surveys.DOCUMENTS["request_218"]


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("", UnexpectedAnswer, "the text is empty"),
        (b"[]", UnexpectedAnswer, "no JSON object"),
        ('{"a": 1', UnexpectedAnswer, "the object at line 1 cannot be read"),
        ("no-such-file.json", FileNotFoundError, "no-such-file"),
        (surveys.SCENARIOS, InvalidInput, "the text holds 7 survey documents: read_surveys"),
        (7, InvalidInput, "not from int"),
        (None, InvalidInput, "not from NoneType"),
        ([{"quotas": []}], InvalidInput, "not from list"),
        ({1: "a"}, InvalidInput, "a key is no text but 1"),
        ({"quotas": [{"required_count": float("nan")}]}, InvalidInput, r"at \$\.quotas\[0\]\.required_count: JSON has no nan"),
        ({"a": {"b": {2}}}, InvalidInput, r"at \$\.a\.b: JSON has no value for a set"),
    ],
)
def test_what_is_no_survey_is_refused(source: Any, error: type[Exception], message: str) -> None:
    """No object, several, no file, or what JSON does not have: the error says which, and where."""
    with pytest.raises(error, match=message):
        read_survey(source)


def test_numbers_of_numpy_and_halves_of_characters_are_read() -> None:
    """A dict with numpy's numbers is a document, and so is one with half a character; both can be written."""
    survey = read_survey({"completes_required": np.int64(100), "survey_title": "\ud83d boys"})
    assert survey.fields.completes_required == survey.design.completes == 100
    assert survey.title == "\ufffd boys"
    assert read_survey(survey.to_text().encode()) == survey


def test_a_title_is_the_heading_where_there_is_none() -> None:
    """A document without a title is called by the first line before it."""
    assert [survey.title for survey in read_surveys(surveys.SCENARIOS)] == ["Automobile Preferences", *surveys.SENTENCES[1:]]
    assert read_survey("{}").title == ""


def test_the_label_of_the_sandbox_is_the_provenance() -> None:
    """What bears no label is the vendor's; a label that is none is taken for nothing."""
    words = ["derived", "synthetic", "documented", "x", ["derived"], None]
    assert [of_data({LABEL: word}).provenance for word in words] == ["derived", "synthetic", *["documented"] * 4]


def test_another_design_keeps_everything_else() -> None:
    """Unknown fields, order, heading and comments stay; of a dropped quota its comments go, the others move with theirs."""
    survey = read_surveys(surveys.SCENARIOS.replace('"required_count": 300', '"note": {"x": 1}, "required_count": 300'))[6]
    changed = survey.with_design(survey.design.without_quota("b11112").replace(completes=1000))
    assert json.dumps(changed.document["quotas"]) == json.dumps([survey.document["quotas"][n] for n in (0, 2, 3)])
    assert list(changed.document) == [*survey.document, "completes_required"]
    assert changed.heading == survey.heading
    assert [(r.path, r.text) for r in changed.remarks if r.text != "Years Unit"] == [
        ("$.quotas[1].criteria[0].condition_codes", "4 to 6"),
        ("$.quotas[2].criteria[0].condition_codes", "7 to 9"),
    ]
    assert "note" in changed.to_text()
    assert "Don't have children" in survey.to_text()
    assert "Don't have children" not in changed.to_text()
    assert read_survey(changed.to_text()) == changed
    assert changed.line_of("$.quotas") is None


def test_the_same_design_changes_nothing() -> None:
    """A document with its own design is itself, with the unit added where a quota's criterion had none."""
    for survey in read_surveys(surveys.SCENARIOS):
        assert survey.with_design(survey.design) == survey


@given(surveys.documents(), st.data())
def test_comments_move_with_their_quotas(document: dict[str, Any], data: st.DataObject) -> None:
    """Of quotas with the same id, or none, each keeps its own comment; those of dropped quotas go."""
    read = read_survey(document)
    ids = [quota.id for quota in read.design.quotas]
    survey = replace(read, remarks=tuple(Remark(f"$.quotas[{n}]", "before", str(n), 1) for n in range(len(ids))))
    assert survey.with_design(survey.design).remarks == survey.remarks
    for gone in data.draw(st.sets(st.sampled_from(ids), max_size=2)) if ids else ():
        survey_now = survey.with_design(survey.design.without_quota(gone))
        kept = [str(n) for n, quota_id in enumerate(ids) if quota_id != gone]
        assert [(r.path, r.text) for r in survey_now.remarks] == [(f"$.quotas[{n}]", text) for n, text in enumerate(kept)]


HOSTILE = '<script>alert("x")</script>'


def broken() -> list[dict[str, Any]]:
    """Return documents with something wrong in each place that a view shows."""
    parts: list[Any] = [None, True, 7, -1, 1.5, 10**400, "", HOSTILE, "\n", [], [None], {}, {"a": HOSTILE}, [[]], [{}], [7]]
    paths = ["survey_title", "completes_required", "ps_survey_id", "quotas", "qualifications", "basic_token", HOSTILE]
    inner = ["buyer_quota_id", "quota_title", "required_count", "criteria", HOSTILE]
    lowest = ["qualification_code", "condition_codes", "child_age_unit", HOSTILE]
    children = {"qualification_code": 232, "condition_codes": ["167"]}
    return [
        *({path: part} for path in paths for part in parts),
        *({"quotas": [{"criteria": [children], path: part}]} for path in inner for part in parts),
        *({"quotas": [{"criteria": [{**children, path: part}]}]} for path in lowest for part in parts),
        *({"qualifications": [{**children, path: part}]} for path in lowest for part in parts),
        {"qualifications": [{**children, "condition_codes": [part for part in parts if isinstance(part, int)]}]},
    ]


def designed(survey: SurveyDocument) -> QuotaDesign | None:
    """Return the design of a document; None where the refusal says where it is wrong."""
    try:
        return survey.design
    except InvalidInput as error:
        refused = error
    assert all(finding.where.startswith("$.") for finding in refused.findings)
    assert refused.findings
    return None


def test_no_document_breaks_a_view() -> None:
    """Whatever is wrong with a document, its views are written, on one line, and nothing in them is run."""
    for document in broken():
        survey = read_survey(document)
        assert "\n" not in repr(survey)
        shown = survey._repr_html_()
        assert "<script" not in shown
        assert "<caption" in shown or "Nothing found" in shown
        assert isinstance(survey.type_findings, Findings)
        assert survey.fields is not None
        assert survey.targets is not None
        hash(survey)
        design = designed(survey)
        if design is not None:
            assert "\n" not in repr(design)
            assert "<script" not in design._repr_html_()
            assert all("\n" not in repr(quota) for quota in design.quotas)


def test_no_view_shows_a_token() -> None:
    """The value of a survey's token is in no representation; in the document it is, and is written."""
    for token in ({"enable": True, "value": "geheim"}, "geheim", ["geheim"]):
        survey = read_survey({"basic_token": token, "survey_title": "T"})
        assert "geheim" not in repr(survey) + survey._repr_html_() + repr(survey.fields) + repr(survey.fields.basic_token)
        assert "geheim" not in str(survey.type_findings) + repr(survey.design) + survey.design._repr_html_()
        assert "(not shown)" in survey._repr_html_()
        assert "geheim" in survey.to_text()


def test_a_document_is_a_value() -> None:
    """Equal documents are equal, hash alike, and survive pickling and copying; another comment or title makes another."""
    survey = read_surveys(surveys.SCENARIOS)[4]
    for same in (pickle.loads(pickle.dumps(survey)), copy.deepcopy(survey), copy.copy(survey)):  # noqa: S301 - our own bytes
        assert same == survey
        assert hash(same) == hash(survey)
        assert same.line_of("$.quotas") == survey.line_of("$.quotas")
    assert read_survey(survey.to_text(comments=False)) != survey
    assert survey != survey.document
    with pytest.raises(AttributeError):
        survey.document = {}  # type: ignore[misc]


def test_a_representation_says_what_it_is() -> None:
    """One line: request or id, title, quotas, provenance."""
    first, *_ = read_surveys(surveys.SCENARIOS)
    assert repr(first) == "<SurveyDocument: request 'Automobile Preferences', 2 quotas, documented>"
    reply = read_survey(surveys.DOCUMENTS["response_218"])
    assert repr(reply) == "<SurveyDocument: survey 1109575 'ODECIO TEST API ', 2 quotas, documented>"
    assert reply.survey_id == 1109575
