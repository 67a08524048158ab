"""Values of another kind than is documented: told in plain words, with what to write instead."""

import json
import math
import re
from typing import Any

import msgspec
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit.quotas.fields import KNOWN, typed
from segkit.quotas.mistyped import in_words

JARGON = re.compile(r"`|\b(?:int|str|float|bool|array|null \||NoneType|Expected|got)\b")


@pytest.mark.parametrize(
    ("value", "kinds", "fix"),
    [
        ("100", {int}, "Write 100, without quotes."),
        (" 100 ", {int}, "Write 100, without quotes."),
        ("1.5", {int}, "Write a whole number."),
        ("1.5", {int, float}, "Write 1.5, without quotes."),
        ("nan", {int, float}, "Write a number."),
        ("²", {int}, "Write a whole number."),
        (100.0, {int}, "Write 100."),
        (1.5, {int}, "Write a whole number."),
        (math.inf, {int}, "Write a whole number."),
        (True, {int}, "Write a whole number."),
        (0, {bool}, "Write false."),
        (1, {bool}, "Write true."),
        (2, {bool}, "Write true or false."),
        ("true", {bool}, "Write true, without quotes."),
        ("yes", {bool}, "Write true or false."),
        (7, {str}, 'Write it in quotes: "7".'),
        (10**30, {str}, "Write text."),
        (None, {dict}, "Write an object {...}, or leave it out."),
        ({}, {list}, "Write it in brackets, as a list: [...]."),
        ([], {dict}, "Write an object {...}."),
        (None, {int, str}, "Write a whole number or text, or leave it out."),
    ],
)
def test_the_fix_is_the_value_in_its_kind(value: Any, kinds: set[type], fix: str) -> None:
    """Where the same value exists in a documented kind, that is what to write; else the kind."""
    assert in_words(value, kinds, "$.x")[1] == fix


@given(st.sampled_from(sorted(set(KNOWN) - {"x_segkit_provenance"})), surveys.VALUES)
def test_words_are_plain(name: str, value: Any) -> None:
    """No message speaks of types as a programmer does; each names the field, is one line, and its fix is a sentence."""
    for finding in typed({name: value})[1]:
        words = re.sub(r"the (text|number) .*; it should be", "", finding.message)
        assert not JARGON.search(words + finding.fix)
        assert "\n" not in finding.message + finding.fix
        assert finding.fix.endswith(".")
        assert len(finding.message) < 200


WHAT = re.compile(r"Write (.*?)(?:, without quotes)?\.$")


@given(st.sampled_from(sorted(KNOWN)), surveys.VALUES)
def test_what_is_to_be_written_has_the_type(name: str, value: Any) -> None:
    """A value that a fix writes out is of the documented type: put in its place, nothing is wrong any more."""
    found = [finding for finding in typed({name: value})[1] if finding.where == f"$.{name}"]
    for finding in found:
        told = WHAT.match(finding.fix)
        try:
            written = json.loads(told[1].removeprefix("it in quotes: ")) if told else None
        except json.JSONDecodeError:
            continue
        assert not typed({name: written})[1]
        msgspec.convert(written, KNOWN[name])


def test_one_finding_a_value() -> None:
    """A value is told once: its container is not told of because of it."""
    found = typed({"quotas": [{"criteria": [{"qualification_code": "232", "condition_codes": ["139"]}]}]})[1]
    assert [(f.where, f.fix) for f in found] == [("$.quotas[0].criteria[0].qualification_code", "Write 232, without quotes.")]
