"""The laws of a design while it is drawn: what is painted is what is asked, and every step is undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit.errors import InvalidInput
from segkit.quotas import codes as table
from segkit.quotas.drafting import Draft, mask_of, written

OWN_CODES = st.sets(st.sampled_from(sorted(table.CODES)))
EMPTY = Draft.of(sk.QuotaDesign(completes=100))


@given(OWN_CODES)
def test_what_is_painted_is_what_is_asked_for(codes: set[int]) -> None:
    """The codes and the unit that are written match exactly the children that were painted, whatever was painted."""
    mask = table.mask(codes, "months")
    asked, unit = written(mask)
    assert table.mask(asked, unit) == mask
    draft = EMPTY.add_quota(5).paint(codes, on=True)
    assert draft.mask == mask == mask_of(draft.design.quotas[0])


@given(st.integers(0, 17), st.integers(0, 17), st.sampled_from(["boy", "girl", None]))
def test_whole_years_are_written_as_the_vendor_writes_them(one: int, other: int, gender: str | None) -> None:
    """Painting years gives the codes of child_codes under years, without the months that the server adds."""
    ages = (min(one, other), max(one, other))
    asked = sk.child_codes(gender, ages=ages)
    draft = EMPTY.add_quota().paint(table.expanded(asked, "years"), on=True)
    assert draft.design.quotas[0].codes == set(asked)
    assert draft.design.quotas[0].unit == "years"


def test_part_of_a_year_turns_a_quota_to_months() -> None:
    """A single month above one year needs the unit months; filling the year up again leads back to years."""
    draft = EMPTY.add_quota().paint([168], on=True)
    assert (draft.design.quotas[0].unit, draft.design.qualification_unit) == ("months", "months")
    back = draft.paint(table.expanded([133], "years"), on=True)
    assert (back.design.quotas[0].codes, back.design.quotas[0].unit, back.design.qualification_unit) == ({133}, "years", None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("paint"), OWN_CODES, st.booleans()),
        st.tuples(st.just("add_quota"), st.integers(0, 500)),
        st.tuples(st.just("count"), st.integers(0, 500)),
        st.tuples(st.just("completes"), st.none() | st.integers(0, 500)),
        st.tuples(st.just("rename"), st.sampled_from(["a", "b", "quota 1"])),
        st.tuples(st.just("drop_quota")),
        st.tuples(st.just("follow"), st.booleans()),
    ),
    max_size=12,
)


def taken(draft: Draft, step: tuple[object, ...]) -> Draft | None:
    """Take a step; None where it is refused."""
    name, *arguments = step
    try:
        if name == "paint":
            return draft.paint(arguments[0], on=bool(arguments[1]))  # type: ignore[arg-type]
        after: Draft = getattr(draft, str(name))(*arguments)
    except InvalidInput:
        return None
    return after


@given(STEPS)
def test_undo_and_redo_lead_to_the_very_same_designs(steps: list[tuple[object, ...]]) -> None:
    """However it was drawn, undoing every step shows each design again in reverse, and redoing them in order."""
    draft, seen = EMPTY, [EMPTY.design]
    for step in steps:
        after = taken(draft, step)
        if after is not None and after is not draft:
            draft = after
            seen.append(draft.design)
    walked = [draft.design]
    while draft.past:
        draft = draft.undo()
        walked.append(draft.design)
    assert walked == seen[::-1]
    while draft.future:
        draft = draft.redo()
    assert draft.design == seen[-1]
    assert draft.redo() is draft


@given(STEPS)
def test_the_qualification_follows_the_quotas(steps: list[tuple[object, ...]]) -> None:
    """While it follows, the survey admits exactly whom its quotas want."""
    draft = EMPTY.add_quota()
    for step in steps:
        draft = taken(draft, step) or draft
        if draft.follows and draft.design.quotas:
            entry = draft.design.qualification
            assert entry is not None
            assert table.mask(entry, draft.design.qualification_unit or "years") == draft.wanted


def test_a_design_that_is_loaded_can_be_undone() -> None:
    """Loading a design is a step; a qualification wider than the quotas is kept as it is."""
    wide = sk.QuotaDesign(completes=9, qualification=sk.child_codes()).with_quota("b", sk.child_codes("boy"), 9)
    draft = EMPTY.load(wide)
    assert (draft.layer, draft.follows, draft.design) == ("b", False, wide)
    assert draft.undo().design == EMPTY.design
    assert Draft.of(wide.replace(qualification=frozenset(sk.child_codes("boy")))).follows


def test_two_quotas_of_one_id_cannot_be_drawn() -> None:
    """A design that was read with a double id is refused, with the id."""
    double = sk.read_survey({"quotas": [{"buyer_quota_id": "b", "criteria": []}, {"buyer_quota_id": "b", "criteria": []}]}).design
    with pytest.raises(InvalidInput, match="several quotas have the id 'b'"):
        EMPTY.load(double)


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda draft: draft.select("nobody's"), "no quota"),
        (lambda draft: draft.select(None).drop_quota(), "no quota"),
        (lambda draft: draft.select(None).count(3), "no count"),
        (lambda draft: draft.count(-1), "whole number"),
        (lambda draft: draft.count(True), "whole number"),
        (lambda draft: draft.completes(2.5), "whole number"),
        (lambda draft: draft.add_quota().rename("quota 1"), "no other quota"),
        (lambda draft: draft.rename("  "), "no id"),
    ],
)
def test_what_cannot_be_is_refused_with_its_fix(do: object, words: str) -> None:
    """A step that cannot be taken says why, and leaves the draft as it is."""
    draft = EMPTY.add_quota()
    with pytest.raises(InvalidInput, match=words):
        do(draft)  # type: ignore[operator]
    assert len(draft.design.quotas) == 1
