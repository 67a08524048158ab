"""The laws of children in entry links: what is written reads back; what the vendor ignores is found; no more is shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.quotas.codes import CODES
from segkit.quotas.entry_link import EntryLink, child_code, read_entry_link, write_entry_link

CHILD = st.tuples(st.sampled_from(["boy", "girl"]), st.integers(1, 215))
CHILDREN = st.lists(CHILD, max_size=5)
TOKEN = "s3cr3t-t0k3n-of-a-respondent"
AROUND = f"https://spectrumsurveys.com/startSurvey?supplier_id=1&ps_supplier_sid={TOKEN}&211=111&{{}}&ps_hash={TOKEN}#end"

DOCUMENTED = "218=112&220_1=111&230_1=120&220_2=2&230_2=12"
"""As the vendor's older page prints it."""


def whole_years(months: int) -> int:
    """Return the age as the form 232 keeps it."""
    return months if months < 48 else months // 12 * 12


def test_the_documented_link_is_a_boy_of_10_and_a_girl_of_1() -> None:
    """The vendor's example is read as its page says, and its slip is told."""
    link = read_entry_link(DOCUMENTED)
    assert link.children == (("boy", 120), ("girl", 12))
    assert (link.has_children, link.form, link.codes, link.provenance) == (True, "legacy", (151, 134), "documented")
    assert [(found.code, found.where) for found in link.findings] == [("documented-slip", "220_2")]


def test_the_form_232_is_labelled_derived() -> None:
    """The vendor's page does not name 232 in links: what is read from it says so."""
    link = read_entry_link("232=151,134")
    assert (link.children, link.codes, link.provenance) == ((("boy", 120), ("girl", 12)), (151, 134), "derived")
    assert repr(link) == "<EntryLink: boy 120 months, girl 12 months (232 form, derived)>"
    assert not link.findings


@given(CHILDREN)
def test_the_legacy_form_reads_back_as_written(children: list[tuple[str, int]]) -> None:
    """Reading what was written gives the same children, months and all, and nothing to find."""
    link = read_entry_link(write_entry_link(children, form="legacy"))
    assert link.children == tuple(children)
    assert link.has_children == bool(children)
    assert not link.findings


@given(CHILDREN)
def test_the_form_232_reads_back_in_whole_years(children: list[tuple[str, int]]) -> None:
    """Reading what was written gives the same children once each, whole years from 48 months on, and nothing to find."""
    link = read_entry_link(write_entry_link(children))
    assert link.children == tuple(dict.fromkeys((gender, whole_years(months)) for gender, months in children))
    assert link.has_children == bool(children)
    assert link.codes == read_entry_link(write_entry_link(children, form="legacy")).codes
    assert not link.findings


@given(CHILDREN, st.sampled_from(["232", "legacy"]))
def test_a_link_that_was_read_is_written_as_it_was(children: list[tuple[str, int]], form: Any) -> None:
    """Up to five children, of either form, within a whole link or alone: reading and writing again gives the same text."""
    text = write_entry_link(children, form)
    link = read_entry_link(AROUND.format(text))
    assert link == read_entry_link(text)
    assert (link.form, write_entry_link(link.children, form)) == (form, text)


@given(CHILD)
def test_a_child_carries_the_code_that_covers_its_age(child: tuple[Any, int]) -> None:
    """The code is of its gender; it is its single month under 4 years, and covers it from then on."""
    meaning = CODES[child_code(*child)]
    assert meaning.gender == child[0]
    assert meaning.month == (child[1] if child[1] < 48 else None)
    assert (meaning.first_month or 0) <= child[1] <= max(meaning.last_month or 0, meaning.month or 0)


@pytest.mark.parametrize("query", [DOCUMENTED, "232=151,134", "232=167", "232=1,999,x,151,151", "218=111&220_1=111"])
def test_the_rest_of_a_link_is_left_alone_and_never_shown(query: str) -> None:
    """A whole URL reads as its child parameters do, and no message or repr holds anything else of it."""
    link = read_entry_link(AROUND.format(query))
    assert link == read_entry_link(query)
    shown = f"{link!r}{link._repr_html_()}{link.findings}{link.to_frame().to_string()}"
    assert TOKEN not in shown
    assert "spectrumsurveys" not in shown


@pytest.mark.parametrize(
    ("query", "children", "has_children", "found"),
    [
        ("", (), None, []),
        ("https://example.org/218=112", (), None, []),
        ("https://example.org/#/start-survey?232=151", (("boy", 120),), True, []),
        ("218=null&232=&220_1=NULL", (), None, []),
        ("218=111", (), False, []),
        ("218=112", (), True, []),
        ("218=113", (), None, ["unknown-code"]),
        ("220_1=111&230_1=5", (("boy", 5),), True, ["missing-218"]),
        ("218=111&220_1=111&230_1=5", (), False, ["contradiction"]),
        ("218=112&220_1=111", (), True, ["incomplete-child"]),
        ("218=112&230_1=5", (), True, ["incomplete-child"]),
        ("218=112&220_1=113&230_1=5", (), True, ["unknown-code"]),
        ("218=112&220_1=111&230_1=0", (), True, ["age-out-of-range"]),
        ("218=112&220_1=111&230_1=216", (), True, ["age-out-of-range"]),
        ("218=112&220_1=111&230_1=1.5", (), True, ["age-out-of-range"]),
        ("218=112&220_1=111&230_1=5&230=12", (("boy", 5),), True, ["unknown-parameter"]),
        ("218=112&220_1=111&230_1=5&221_1=311", (("boy", 5),), True, ["unknown-parameter"]),
        ("218=112&220_01=111&230_01=5", (), True, ["unknown-parameter"] * 2),
        ("218=112&220_6=111&230_6=5", (), True, ["too-many-children"] * 2),
        ("218=112&220_1=111&230_1=5&230_1=6", (("boy", 5),), True, ["duplicate-parameter"]),
        ("218=112&220_3=112&230_3=7&220_1=111&230_1=5", (("boy", 5), ("girl", 7)), True, []),
        ("232=167,151", (("boy", 120),), None, ["none-with-children"]),
        ("232=151,151", (("boy", 120),), True, ["duplicate-code"]),
        ("232=999,[%%232%%],151", (("boy", 120),), True, ["unknown-code"] * 2),
        ("232=151&232=134", (("boy", 120),), True, ["duplicate-parameter"]),
        ("232=151&218=112", (("boy", 120),), True, ["both-forms"]),
        ("232=%20151%2C+168", (("boy", 120), ("boy", 13)), True, []),
    ],
)
def test_what_cannot_be_is_a_finding(query: str, children: Any, has_children: Any, found: list[str]) -> None:
    """Each fault is found where it stands, and the rest is read."""
    link = read_entry_link(query)
    assert (link.children, link.has_children) == (children, has_children)
    assert [finding.code for finding in link.findings] == found
    assert all(finding.fix for finding in link.findings)
    assert all(finding.where in query for finding in link.findings if finding.code not in {"missing-218", "incomplete-child"})


@pytest.mark.parametrize("children", [None, 5, "boy", [151], [("boy", 0)], [("boy", 5.0)], [("son", 5)], ["boy", 120]])
def test_what_is_no_child_is_not_written(children: Any) -> None:
    """Nothing, codes and ages that no code has are refused with what to give."""
    with pytest.raises(InvalidInput, match=r"give \("):
        write_entry_link(children)


def test_no_children_is_the_code_167() -> None:
    """218=111 and 232=167 say the same, and so does writing nobody; a contradiction counts as none."""
    for query in ("218=111", "232=167", "218=111&220_1=111&230_1=5", write_entry_link([])):
        assert read_entry_link(query).codes == (167,)
    assert write_entry_link([], form="legacy") == "218=111"


@given(st.text(max_size=40) | st.from_regex(r"((218|220|230|232)(_[0-6])?=[0-9,%a]{0,6}&){1,6}", fullmatch=True))
def test_any_text_is_read(text: str) -> None:
    """No text makes reading fail; what it gives can be shown and written again."""
    link = read_entry_link(text)
    assert isinstance(link, EntryLink)
    assert len(link.to_frame()) == len(link.children)
    assert repr(link).startswith("<EntryLink: ")
    assert "\n" not in repr(link)
    assert read_entry_link(write_entry_link(link.children)).has_children == bool(link.children)


def test_the_frame_has_one_row_a_child() -> None:
    """The frame names the code of each child, and has its columns also when there is none."""
    frame = read_entry_link(DOCUMENTED).to_frame()
    assert frame.text.tolist() == ["boy 10 years", "girl 1 year"]
    assert frame.dtypes.tolist() == read_entry_link("").to_frame().dtypes.tolist()


@pytest.mark.parametrize(
    ("children", "form", "word"),
    [
        ([("man", 5)], "232", r"children\[0\]"),
        ([("boy", 5), ("girl", 0)], "232", r"children\[1\]"),
        ([("boy", 216)], "legacy", "1-215"),
        ([("boy", True)], "232", r"children\[0\]"),
        ([("boy", 1.0)], "232", r"children\[0\]"),
        (["boy"], "232", r"children\[0\]"),
        ([([], 5)], "232", r"children\[0\]"),
        ([("boy", 5)] * 6, "legacy", "holds 5"),
        ([("boy", 5)], "218", '"232" or "legacy"'),
    ],
)
def test_what_no_link_can_say_is_refused(children: Any, form: Any, word: str) -> None:
    """A child that no code means, a sixth in the legacy form, another form: InvalidInput says where."""
    with pytest.raises(InvalidInput, match=word):
        write_entry_link(children, form)


def test_a_link_is_a_text() -> None:
    """Something else is refused and not shown."""
    with pytest.raises(InvalidInput, match="not bytes") as raised:
        read_entry_link(TOKEN.encode())  # type: ignore[arg-type]
    assert TOKEN not in str(raised.value)
