"""What words say of children: phrases as analysts write them, and phrases made of what they mean."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.quotas.codes import NO_CHILDREN, child_codes, codes_of, mask
from segkit.quotas.stated import Stated, read, read_ages, stated_completes, stated_goal

YEAR = 12
UNSURE = ("unsure", None)


def years(first: int, last: int) -> tuple[int, int]:
    """Return the months of a range of years."""
    return first * YEAR, last * YEAR + YEAR - 1


def said(text: str) -> list[tuple[Any, ...]]:
    """Return who and which months each clause says, with its count where it has one."""
    clauses = [(clause.count, clause.who, clause.months) for clause in read(text)]
    return [clause if clause[0] is not None else clause[1:] for clause in clauses]


SEED = {
    "Scenario-1: 400 completes with kids and 600 without kids": [(400, "children", None), (600, "none", None)],
    "Scenario-2: 1000 completes with kids": [(1000, "children", None)],
    "Scenario-3: 1000 with kids age range 4-12": [(1000, "children", years(4, 12))],
    "Scenario-4: 1000 completes with only Boys": [(1000, "boy", None)],
    "Scenario-5: 1000 completes with Kids, 400 boys 600 girls": [
        (1000, "children", None),
        (400, "boy", None),
        (600, "girl", None),
    ],
    "Scenario-6: 1000 completes with kids; 200 boys, age-range 0-3; 300 boys age-range 4-9; 500 girls": [
        (1000, "children", None),
        (200, "boy", years(0, 3)),
        (300, "boy", years(4, 9)),
        (500, "girl", None),
    ],
    "Scenario-7: 400 with kids, 600 without kids; of the 400 with kids, 300 boys age 4-6 100 boys age 7-9": [
        (400, "children", None),
        (600, "none", None),
        (400, "children", None),
        (300, "boy", years(4, 6)),
        (100, "boy", years(7, 9)),
    ],
    "Boys from 0 to 17": [("boy", years(0, 17))],
    "Girl from 0 to 17": [("girl", years(0, 17))],
    "Don't have children": [("none", None)],
    "demographicsps218NoChildren": [("none", None)],
    "demographicsps218HaveChildren": [("children", None)],
    "Years Unit": [],
}

SAID = {
    "boys 4-9": [("boy", years(4, 9))],
    "BOYS 4-9": [("boy", years(4, 9))],
    "boys_4_9": [("boy", years(4, 9))],
    "boys-4-9-north": [("boy", years(4, 9))],
    "boys4to9": [("boy", years(4, 9))],
    "BoysAged4To9": [("boy", years(4, 9))],
    "Boys (4-9)": [("boy", years(4, 9))],
    "Boys: 4–9, n=100": [("boy", years(4, 9))],
    "Boys 4-9 Hispanic": [("boy", years(4, 9))],
    "boys 4-9 - 300": [("boy", years(4, 9))],
    "4-9 year old boys": [("boy", years(4, 9))],
    "200 4-9yo boys": [(200, "boy", years(4, 9))],
    "1,200 girls aged 5 years": [(1200, "girl", years(5, 5))],
    "girls age 5": [("girl", years(5, 5))],
    "girls 12+": [("girl", years(12, 17))],
    "12+ year old girls": [("girl", years(12, 17))],
    "girls 12 and older": [("girl", years(12, 17))],
    "kids under 5": [("children", years(0, 4))],
    "ages 4-6 boys": [("boy", years(4, 6))],
    "4-9 boys": [("boy", years(4, 9))],
    "100 4-9 girls": [(100, "girl", years(4, 9))],
    "2-3 boys": [("boy", None)],
    "Boys (7)": [("boy", years(7, 7))],
    "Boys (200)": [("boy", None)],
    "Girls < 5": [("girl", years(0, 4))],
    "Girls (<5)": [("girl", years(0, 4))],
    "girls <= 5": [("girl", years(0, 5))],
    "girls ≥ 12": [("girl", years(12, 17))],
    "boys > 12": [("boy", years(13, 17))],
    "boys < 18 months": [("boy", (0, 17))],
    "boys ages 4, 5 and 6": [("boy", years(4, 6))],
    "girls aged 4, 5, 6": [("girl", years(4, 6))],
    "children ages 3, 4 months": [("children", (3, 4))],
    "ages 4, 5 and 6 girls": [("girl", years(4, 6))],
    "boys ages 4, 6 and 8": [("boy", None)],
    "boys age 4, 100 girls": [("boy", years(4, 4)), (100, "girl", None)],
    "kids 4-12": [("children", years(4, 12))],
    "kids 6+": [("children", years(6, 17))],
    "kids ages 2-3": [("children", years(2, 3))],
    "kids 2-3 years": [("children", years(2, 3))],
    "Age 4-9": [("", years(4, 9))],
    "age_4_9": [("", years(4, 9))],
    "ages 4, 5 and 6": [("", years(4, 6))],
    "3-11 months": [("", (3, 11))],
    "12+ girls": [("girl", None)],
    "under 5 kids": [("children", None)],
    "children under 18 months": [("children", (0, 17))],
    "girls 3-11 months": [("girl", (3, 11))],
    "girls 3-11m": [("girl", (3, 11))],
    "boy or girl 3 months - 11 months": [("children", (3, 11))],
    "kids 6 months to 12 years": [("children", (6, 155))],
    "boys and girls 4-6": [("children", years(4, 6))],
    "girls & boys": [("children", None)],
    "sonsAndDaughters": [("children", None)],
    "parents of a son 4-6 and a daughter 7-9": [("boy", years(4, 6)), ("girl", years(7, 9))],
    "child's age 4-6": [("children", years(4, 6))],
    "Females 25-54 with kids 4-6": [("children", years(4, 6))],
    "no_kids": [("none", None)],
    "nokids": [("none", None)],
    "No Children under 18": [("none", years(0, 17))],
    "childless": [("none", None)],
    "child-free": [("none", None)],
    "do not have any children": [("none", None)],
    "w/o kids": [("none", None)],
    "HasChildren": [("children", None)],
    "HH with 2 kids": [("children", None)],
    "Wave 30 kids": [("children", None)],
    "2024 kids tracker": [("children", None)],
    "Moms 25 to 34 with kids": [("children", None)],
    "kids_2024_wave": [("children", None)],
}

# Who is said, but no age for sure: nothing but the gender can differ.
NO_AGE = (
    "boys 4-6, 8-10",
    "boys 4-6 and 8",
    "boys 4, 5",
    "boys 5",
    "boys_1",
    "boys up to 5",
    "boys over 12",
    "boys between 4 and 6",
    "boys 10-12-2024",
    "boys 2-3 times a week",
    "boys 10-15%",
    "boys 4-6 weeks",
    "boys 9-4",
    "boys 2-3 per household",
    "boys < 7 and > 3",
    "boys > 3, < 7",
    "boys under 7 and over 3",
    "boys 4-9 but mostly 5",
)

# A word for children stands there, but what is said of them is not sure.
DOUBTFUL = (
    "number of kids: 2-3",
    "# of kids 2-3",
    "no boys",
    "not girls 4-6",
    "no boys or girls",
    "no young children",
    "no kids under 5",
    "with or without kids",
    "kids or no kids",
    "kids: none",
    "Kids - No",
    "boys' shoes",
    "boys' clothing 4-6 buyers",
    "kids-friendly",
    "kids 4-6 excluding 5",
    "girls, but not 4-6",
    "was boys 4-6",
    "TODO boys 4-6",
    "4-6 boys 7-9",
    "Kids 1+",
    "Kids 2-3",
    "2-3 kids",
    "Kids (2)",
    "kids > 2",
    "1+ kids",
    "HH with 2-3 kids",
    "child age and gender",
    "child_age_gender",
    "children's ages",
)

NOTHING = (
    "",
    "b11111",
    "Males 18-34",
    "Male 4-6",
    "Scenario-3",
    "60 min",
    "Persons 4-6",
    "seasons 1-3",
    "reasons",
    "grandchildren 4-6",
    "cowboys",
    "girlfriend 18-24",
    "boyband",
    "tomboy",
    "childcare",
    "schoolchildren",
    "4-6",
    "Q12",
    "general population 2024",
    "Adults 25-54",
)


@pytest.mark.parametrize(("text", "clauses"), [*SEED.items(), *SAID.items()])
def test_phrases_of_analysts(text: str, clauses: list[tuple[Any, ...]]) -> None:
    """The seed's own headings, comments and ids, and others as analysts write them, say what they say."""
    assert said(text) == clauses


@pytest.mark.parametrize("text", NO_AGE)
def test_ages_that_are_not_sure_are_not_read(text: str) -> None:
    """A second age, a measure of something else or words that are not known leave the gender alone."""
    (clause,) = read(text)
    assert (clause.who, clause.ages, clause.whole) == ("boy", None, False)


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_is_denied_or_qualified_says_nothing(text: str) -> None:
    """A negation, an exception, a possessive or a remark on what was: no codes are meant."""
    assert read(text)[0].who == "unsure"
    assert all(not clause.masks() for clause in read(text) if clause.who == "unsure")


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_not_about_children_says_nothing(text: str) -> None:
    """Ids, ages of adults and words that hold a word for children say nothing."""
    assert not read(text)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("4 to 6", years(4, 6)),
        ("7 to 9", years(7, 9)),
        (" 4-6 ", years(4, 6)),
        ("ages 4-6", years(4, 6)),
        ("3-11 months", (3, 11)),
        ("under 5", years(0, 4)),
        ("12+", years(12, 17)),
        ("5 years old", years(5, 5)),
        ("aged 4-6 yrs", years(4, 6)),
    ],
)
def test_ages_alone(text: str, months: tuple[int, int]) -> None:
    """An age that is the whole text is read."""
    found = read_ages(text)
    assert found is not None
    assert (found.who, found.months, found.words) == ("", months, text.strip())


@pytest.mark.parametrize(
    "text", ["60 min", "Years Unit", "1", "4-6, 8", "4-6 and more", "see 4-6", "10-12-2024", "", "n=4-6", "2024"]
)
def test_what_is_more_than_an_age_is_not_ages_alone(text: str) -> None:
    """Anything beside the age makes it no statement of ages."""
    assert read_ages(text) is None


def test_who_says_only() -> None:
    """It is heard before and after: "only boys", "boys only"."""
    assert [read(text)[0].only for text in ("1000 completes with only Boys", "only boys", "boys only", "Boys (only)")] == [
        True
    ] * 4
    assert not any(clause.only for clause in read("boys and girls; 300 boys"))


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("1000 completes", 1000),
        ("Snacks: 1,000 completes, ages 4-9", 1000),
        ("completes required: 250", 250),
        ("1000 completes with kids", 1000),
        ("400 completes with kids and 600 without kids", 1000),
        ("400 with kids, 600 without kids; of the 400 with kids, 300 boys age 4-6 100 boys age 7-9", 1000),
        ("1000 completes, 400 boys 600 girls", 1000),
        ("1000 completes: 400 boys, 600 girls", 1000),
        ("400 completes with boys, 600 completes with girls", None),
        ("100 completes per country", None),
        ("800-1000 completes", None),
        ("100 completes in May, 200 completes in June", None),
        ("500 girls", None),
        ("400 boys 600 girls", None),
        ("boys 4-9", None),
        ("", None),
    ],
)
def test_stated_goals(text: str, goal: int | None) -> None:
    """A goal is sure where it is called completes, or is families with children and families without; else there is none."""
    assert stated_goal(text) == goal


@pytest.mark.parametrize(
    ("heading", "goal"),
    [
        ("400 completes with kids and 600 without kids", 1000),
        ("1000 completes with Kids, 400 boys 600 girls", 1000),
        ("400 with kids, 600 without kids; of the 400 with kids, 300 boys age 4-6 100 boys age 7-9", 1000),
        ("1000 with kids; 200 boys", 1000),
        ("600 without kids", 600),
        ("400 boys 600 girls", None),
        ("400 kids 4-6, 600 kids 7-9", None),
        ("300 boys, of them 100 boys 4-6", None),
        ("600 without kids, 400 childless: 100 without kids", None),
        ("families with 2 kids", None),
        ("boys", None),
    ],
)
def test_goals_of_headings(heading: str, goal: int | None) -> None:
    """A goal is those with children and those without; several numbers that are no parts of the first give none."""
    assert stated_completes(read(heading)) == goal


WORDS = {
    "boy": ("boy", "boys", "sons"),
    "girl": ("girls", "Girl", "daughters"),
    "children": ("kids", "children", "boys and girls"),
}
JOINTS = ("-", " - ", "–", " to ", "_", " through ")
LEADS = (" ", " age ", " aged ", ", age-range ", " ages ", " (", ": ", " from ")
PLACES = st.tuples(st.integers(0, 17), st.integers(0, 17)).map(lambda pair: (min(pair), max(pair)))


@given(
    st.sampled_from(sorted(WORDS)).flatmap(lambda who: st.tuples(st.just(who), st.sampled_from(WORDS[who]))),
    PLACES,
    st.sampled_from(JOINTS),
    st.sampled_from(LEADS),
    st.sampled_from(["", " years", "yrs", " years old", " y/o"]),
    st.none() | st.integers(10, 2014),
    st.sampled_from(["", "; 600 without kids", " North", ", n=50", " - 300"]),
)
def test_made_phrases_are_read_back(
    who: tuple[str, str], ages: tuple[int, int], joint: str, lead: str, unit: str, count: int | None, rest: str
) -> None:
    """A phrase made of a gender, ages, a unit and a count says just these, and means the codes of that gender and age.

    Of kids and children a small range without a word for ages may be how many there are: it says nothing.
    """
    text = f"{'' if count is None else f'{count} '}{who[1]}{lead}{ages[0]}{joint}{ages[1]}{unit}{rest}"
    clause = read(text)[0]
    if who[1] in ("kids", "children") and lead in (" ", " (", ": ") and not unit and ages[1] <= 5:
        assert clause.who == "unsure"
        assert not clause.masks()
        return
    assert (clause.count, clause.who, clause.months) == (count, who[0], years(*ages)), text
    gender = None if who[0] == "children" else who[0]
    assert clause.masks() == {mask(child_codes(gender, ages=ages), "years")}  # type: ignore[arg-type]


@given(PLACES.filter(lambda ages: ages[0] >= 1), st.sampled_from(sorted(WORDS)), st.sampled_from([" months", "m", " mos"]))
def test_months_mean_their_codes(months: tuple[int, int], who: str, unit: str) -> None:
    """Ages in months mean the codes of these months; of those that end on a birthday, the day before is as good."""
    clause = read(f"{who if who == 'children' else f'{who}s'} {months[0]}-{months[1]}{unit}")[0]
    gender = None if who == "children" else who
    assert mask(child_codes(gender, months=months), "months") in clause.masks()  # type: ignore[arg-type]
    assert len(clause.masks()) <= 1 + (months[1] % YEAR == 0) + (months[0] % YEAR == 1)


def test_months_said_of_whole_years() -> None:
    """Both "12-24 months" and "13-24 months" are said of age 1 as well as of the months; 5 1/2 years have no codes."""
    year = mask(child_codes("boy", ages=1), "years")
    for phrase in ("boys 12-24 months", "boys 13-24 months", "boys 12-23 months"):
        assert year in read(phrase)[0].masks()
    assert read("boys 12-24 months")[0].masks() == {year, mask(child_codes("boy", months=(12, 24)), "months")}
    assert not read("boys 36-66 months")[0].masks()
    assert not read("boys 0-18")[0].masks()
    assert read("boys 48-60 months")[0].masks() == {mask(child_codes("boy", ages=4), "years")}


def test_ages_alone_mean_whom_they_are_asked_for() -> None:
    """Ages without a gender, and children, mean the genders that are handed in; no children is 167 alone."""
    ages = read_ages("4 to 6")
    assert ages is not None
    assert {codes_of(each) for each in ages.masks(["boy"])} == {(139, 141, 143)}
    assert {codes_of(each) for each in ages.masks()} == {(139, 140, 141, 142, 143, 144)}
    assert {codes_of(each) for each in read("no kids")[0].masks()} == {(NO_CHILDREN,)}


PIECES = [
    "boys",
    "girls",
    "kids",
    "no",
    "with",
    "ages",
    "4-6",
    "4",
    "5 and 6",
    "to",
    "+",
    "/",
    "(",
    ")",
    "<",
    ">=",
    ",",
    ";",
    "12",
    "months",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_any_text_is_read_without_complaint(text: str) -> None:
    """Whatever the text, reading gives clauses whose words stand in it and whose ages are in order; the same each time."""
    clauses = read(text)
    assert clauses == read(text)
    for clause in clauses:
        assert isinstance(clause, Stated)
        assert clause.who in {"boy", "girl", "children", "none", "unsure", ""}
        assert clause.months is None or 0 <= clause.months[0] <= clause.months[1]
        assert clause.count is None or clause.count >= 10
        assert not (clause.whole and clause.months)
    read_ages(text)


@pytest.mark.parametrize(
    "piece",
    ["< ", "ages 4, 5, ", "no ", "boys ", "1 ", "4 - ", "boys 4-6 and ", " ", "a", "with", "without ", "age of ", "1y ", "5,"],
)
def test_long_texts_take_no_time(piece: str) -> None:
    """A long comment is read in time that grows with its length, whatever stands in it."""
    import time

    started = time.process_time()
    read(piece * (40_000 // len(piece)) + "boys 4-6")
    read_ages(piece * (40_000 // len(piece)))
    assert time.process_time() - started < 5
