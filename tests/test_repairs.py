"""Repairs of a printed text: each at its own line and column, and quoted."""

import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit.quotas.lint.check import lint
from segkit.quotas.lint.repairs import Mended, mended
from segkit.quotas.survey import read_survey, read_surveys
from segkit.quotas.upgrading import upgrade

TEXT = """// prose before

  {"survey_title": "x", // a title,  with
   /* two
      lines */
   "quotas": [
     {"required_count": 5,},
     // ... the others
   ],\u00a0
   "completes_required": 10, // ...
}"""

EXPECTED = [
    ("$.survey_title", 3, 25, "line 3: the comment 'a title, with' is kept beside the JSON, which has no comments", False),
    ("$.quotas", 4, 4, "line 4: the comment 'two lines' is kept beside the JSON, which has no comments", False),
    ("$.quotas[0].required_count", 7, 26, "line 7: the comma after 5 was left out: nothing follows it", False),
    ("$.quotas[0]", 7, 28, "line 7: the comma after } was left out: nothing follows it", False),
    ("$.quotas", 8, 6, "line 8: '... the others' stands for something that is left out", False),
    ("$.quotas", 9, 6, "line 9: a space that JSON does not allow was replaced: U+00A0", False),
    ("$.completes_required", 10, 28, "line 10: the comma after 10 was left out: nothing follows it", False),
    ("$.completes_required", 10, 30, "line 10: '...' stands for something that is left out", True),
]


def test_each_repair_has_its_place_and_its_words() -> None:
    """Line and column are those of the repair in the whole text; comments are quoted; only the last one leaves fields out."""
    found = mended(read_survey(TEXT))
    assert [(each.where, each.line, each.column, each.message, each.elides) for each in found] == EXPECTED
    lines = TEXT.split("\n")
    for each, start in zip(found, ("//", "/*", ",", ",", "//", "\u00a0", ",", "//"), strict=True):
        assert each.line
        assert each.column
        assert lines[each.line - 1][each.column - 1 :].startswith(start)


def test_the_rule_tells_of_each() -> None:
    """The findings are the repairs, in their order, each with a fix."""
    for survey in (read_survey(TEXT), *read_surveys(surveys.SCENARIOS)):
        told = [(f.where, f.message, f.fix) for f in lint(survey) if f.code == "json-repaired"]
        assert told == [(each.where, each.message, each.fix) for each in mended(survey)]
        assert all(fix.endswith(".") for _, _, fix in told)


def test_valid_json_is_not_repaired() -> None:
    """What is JSON as it stands, and what never was a text, has no repairs."""
    assert mended(read_survey('{"survey_title": "// no comment, ]"}')) == []
    assert mended(read_survey({"survey_title": "..."})) == []


def test_an_upgraded_survey_keeps_what_was_told() -> None:
    """Its text is not that of the document any more: the repairs are told as they were read, without places."""
    old = read_survey('{"quotas": [{"criteria": [{"qualification_code": 218, "condition_codes": ["112"]}]}], // old\n}')
    new = upgrade(old)
    assert [each[3:] for each in mended(new)] == [(None, None, False)] * len(mended(old))
    assert {f.code for f in lint(new)} >= {"json-repaired"}


@given(st.lists(st.sampled_from([" ", "\n", "// c\n", "/* d */", "\u00a0", "\t"]), max_size=12))
def test_places_are_those_of_the_text(pieces: list[str]) -> None:
    """However comments and spaces are strewn between the parts of a survey, each repair begins where its line and column say."""
    parts = ["{", '"completes_required":', "10", ', "quotas": []', "}"]
    text = "\n\n" + "".join("".join(pieces[n :: len(parts)]) + part for n, part in enumerate(parts))
    lines = text.split("\n")
    for each in mended(read_survey(text)):
        assert isinstance(each, Mended)
        assert each.line
        assert each.column
        assert lines[each.line - 1][each.column - 1] in "/\u00a0"


@pytest.mark.parametrize("word", ["x" * 500, "\udcff\x00"])
def test_long_and_odd_comments_are_cut(word: str) -> None:
    """A comment of any length or bytes makes a short message."""
    (each,) = mended(read_survey(f'{{"completes_required": 10 // {word}\n}}'))
    assert len(each.message) < 150
    assert each.message.isprintable()
