"""Infinity's operators against a table written from the manuals of PHP; its patterns were run by PCRE2 and fnmatch(3)."""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import errors
from segkit.registry import glob, pcre
from segkit.registry.criteria import Criterion, check_criteria
from segkit.registry.loose import compare
from segkit.registry.operators import OPERATORS
from segkit.registry.pcre_sets import PatternFault

with (Path(__file__).parent / "infinity_operators.csv").open(encoding="utf-8", newline="") as file:
    TABLE = [tuple(row.values()) for row in csv.DictReader(file)]

CODES = """bool eq ne eqi nei gt lt ge le inc ninc inci ninci begins beginsi nbegins nbeginsi ends endsi re nre in ini nin nini
innet glob"""

TEXTS = st.text(st.sampled_from("aAbB01.,/é \n"), max_size=6)


@pytest.mark.parametrize(("op", "value", "field", "meets", "why"), TABLE)
def test_an_operator_does_what_the_table_says(op: str, value: str, field: str, meets: str, why: str) -> None:
    """Each row of the table: operator, value of the criterion, value of the trigger's field, whether it is met."""
    assert Criterion("act", op, value).test()(field.encode()) is (meets == "yes"), why


def test_the_operators_are_the_27_that_are_known() -> None:
    """No more and no fewer than Infinity's own list, and each of them is met and not met somewhere in the table."""
    assert set(OPERATORS) == set(CODES.split())
    assert len(OPERATORS) == 27
    assert {(op, meets) for op, _, _, meets, _ in TABLE} == {(op, meets) for op in OPERATORS for meets in ("yes", "no")}


OPPOSITES = {"ne": "eq", "nei": "eqi", "ninc": "inc", "ninci": "inci", "nbegins": "begins", "nbeginsi": "beginsi"}
OPPOSITES |= {"nin": "in", "nini": "ini"}


@given(TEXTS, TEXTS)
def test_an_opposite_is_met_where_the_other_is_not(value: str, field: str) -> None:
    """For any two texts exactly one of an operator and its opposite is met; also of gt and le, of lt and ge."""
    for one, other in [*OPPOSITES.items(), ("gt", "le"), ("lt", "ge")]:
        tests = [Criterion("act", code, value).test()(field.encode()) for code in (one, other)]
        assert sum(tests) == 1, (one, other)


@given(TEXTS, TEXTS)
def test_what_is_met_in_one_case_is_met_in_any(value: str, field: str) -> None:
    """Turning small letters of ASCII into capitals changes nothing for the operators that end with i."""
    for op in ("eqi", "inci", "beginsi", "endsi", "ini"):
        meets = Criterion("act", op, value).test()
        capitals = field.encode().upper()
        assert meets(field.encode()) is meets(capitals)
        if Criterion("act", op.removesuffix("i"), value).test()(field.encode()) and op != "eqi":
            assert meets(capitals)


NUMBERS = st.from_regex(r"[ \t]{0,2}[+-]?([0-9]{1,5}(\.[0-9]{0,3})?|\.[0-9]{1,3})", fullmatch=True)


@given(NUMBERS, NUMBERS)
def test_numeric_strings_are_compared_as_numbers(one: str, other: str) -> None:
    """Two texts that PHP's grammar calls numbers compare as the numbers do, exactly."""
    left, right = (
        Fraction(text.strip().removeprefix("+") if not text.strip().endswith(".") else text.strip()[:-1]) for text in (one, other)
    )
    assert compare(one.encode(), other.encode()) == (left > right) - (left < right)


@given(st.binary(max_size=5), st.binary(max_size=5))
def test_the_comparison_is_one_of_both_sides(one: bytes, other: bytes) -> None:
    """Turned round it has the other sign, and a text equals itself."""
    assert compare(one, other) == -compare(other, one)
    assert compare(one, one) == 0


PERL_ONLY = [
    r"/a\Kb/",
    "/(?R)/",
    "/(?1)(a)/",
    "/(?|a|b)/",
    r"/\p{L}/u",
    "/a{,2}/",
    "/(*UTF8)a/",
    "/(?<=a|bc)d/",
    "/a/U",
    "/a/J",
    "/[[:alpha:]]/u",
    "/a(?i)b/",
    "/(?m)^a/",
    "/^*/",
    r"/\b+/",
    r"/\y/",
    r"/\12/",
    "/()(?(1)a)/",
    "/(?<n>a)(?P>n)/",
    r"/\N{U+41}/u",
]
"""What Perl's expressions have in one version or another, and Python has not, or reads in another way."""

BROKEN = [
    "^foo",
    "/foo",
    "",
    "foo",
    "\\foo\\",
    "/a/q",
    "/[[:nothing:]]/",
    "/[[.a.]]/",
    "/[z-a]/",
    r"/[a-\d]/",
    "/[abc/",
    "/(a/",
    "/a)/",
    "/a**/",
    "/*a/",
    "/a{70000}/",
    r"/\x{263a}/",
    "/a\\",
]
"""What is no expression to anybody."""


@pytest.mark.parametrize("pattern", [*PERL_ONLY, *BROKEN])
def test_an_expression_that_python_cannot_run_is_a_finding(pattern: str) -> None:
    """What has no like in Python, or none that is sure, is told where it stands, and never read in another way.

    What the vendor may well run is a warning, and may be sent; what is no expression is an error.
    """
    with pytest.raises(PatternFault):
        pcre.compiled(pattern)
    found = ("bad-value", "error", "no expression") if pattern in BROKEN else ("not-run-here", "warning", "cannot be run here")
    for op in ("re", "nre"):
        (finding,) = check_criteria([Criterion("href", op, pattern)])
        assert (finding.code, finding.severity, finding.where) == (*found[:2], "criteria[0].value")
        assert found[2] in finding.message
        with pytest.raises(errors.InvalidInput, match="cannot be evaluated"):
            Criterion("href", op, pattern).test()


PIECES = st.lists(
    st.sampled_from(["a", "b", "1", ".", "[ab]", "[^a]", "(?:a|b)", "a*", "b?", r"\d", r"\w+", r"\s", "^", "$"]), max_size=5
)


@given(PIECES, TEXTS)
def test_what_both_read_alike_is_left_alike(pieces: list[str], text: str) -> None:
    """An expression of what Perl and Python share matches what Python's own reading of it matches."""
    pattern = "".join(pieces)
    ours = pcre.compiled(f"~{pattern}~")(text.encode())
    assert ours is (re.search(pattern.encode(), text.encode()) is not None)


@given(st.text(st.sampled_from("ab.*+?()[]{}^$|\\#/ \né"), max_size=6), TEXTS)
def test_a_quoted_text_matches_itself(text: str, around: str) -> None:
    r"""Whatever stands between \Q and \E is found where it stands, and only there."""
    assert pcre.compiled(f"~\\Q{text}\\E~")(f"{around}{text}{around}".encode()) is True
    assert pcre.compiled(f"~\\Q{text}\\E~")(around.encode()) is (text.encode() in around.encode())


@given(st.text(st.sampled_from("ab/.*?"), max_size=5), TEXTS)
def test_a_shell_pattern_is_stars_and_question_marks(pattern: str, text: str) -> None:
    """Against a matcher that tries every way: a star is any bytes, a question mark is one."""

    def matches(pattern: bytes, text: bytes) -> bool:
        if not pattern:
            return not text
        if pattern[:1] == b"*":
            return any(matches(pattern[1:], text[n:]) for n in range(len(text) + 1))
        return bool(text) and pattern[:1] in {b"?", text[:1]} and matches(pattern[1:], text[1:])

    assert glob.compiled(pattern)(text.encode()) is matches(pattern.encode(), text.encode())


@pytest.mark.parametrize("value", ["yes", "TRUE", "", "1"])
def test_bool_takes_two_words(value: str) -> None:
    """Anything but true and false would never be met, and is a finding."""
    assert check_criteria([Criterion("href", "bool", value)]).codes == {"bad-value"}


@pytest.mark.parametrize("value", ["192.168.0.1/24", "192.168.0.0", "192.168.0.0/33", "::1/128", "a/8", "10.0.0.0/ 8", ""])
def test_a_network_has_no_bits_behind_its_length(value: str) -> None:
    """A network that could hold nothing, or is none, is a finding."""
    assert check_criteria([Criterion("ip", "innet", value)]).codes == {"bad-value"}
