"""The laws of quota designs: a document and its design say the same, and a design is a value that nothing changes."""

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit.errors import InvalidInput
from segkit.provenance import LABEL
from segkit.quotas.codes import child_codes
from segkit.quotas.design import QuotaDesign
from segkit.quotas.quota import Quota
from segkit.quotas.survey import read_surveys

SCENARIOS = [dict(survey.document) for survey in read_surveys(surveys.SCENARIOS)]
PRINTED = {**{f"scenario_{n}": document for n, document in enumerate(SCENARIOS, 1)}, **surveys.DOCUMENTS}

KIDS, BOYS, GIRLS = child_codes(ages=(1, 17)), child_codes("boy", ages=(1, 17)), child_codes("girl", ages=(1, 17))
NONE = 167
AUTOMOBILES = {
    "survey_title": "Automobile Preferences",
    "survey_category_code": 231,
    "survey_localization": "en_US",
    "expected_ir": 60,
    "expected_loi": 60,
    "live_url": "http://www.mybuyer.com/surveys_134",
    "test_url": "http://www.mybuyer.com/surveys_134t",
    "field_time": 10,
}

# Each sentence as a design. The page's lists of scenarios 4 to 7 leave out the under-ones, so their ages are given as 1 to 17.
FROM_SENTENCES = {
    1: QuotaDesign(1000, {*child_codes(), NONE}, **AUTOMOBILES)  # type: ignore[arg-type]
    .with_quota("b11111", child_codes(), 400)
    .with_quota("b11112", NONE, 600),
    2: QuotaDesign(None, child_codes(), qualification_unit="years"),  # type: ignore[arg-type]
    3: QuotaDesign(None, child_codes(ages=(4, 12))).with_quota("b11111", child_codes(ages=(4, 12)), 1000),  # type: ignore[arg-type]
    4: QuotaDesign(None, BOYS).with_quota("b11111", BOYS, 1000),  # type: ignore[arg-type]
    5: QuotaDesign(None, KIDS).with_quota("b11111", BOYS, 400).with_quota("b11112", GIRLS, 600),  # type: ignore[arg-type]
    7: QuotaDesign(None, KIDS)  # type: ignore[arg-type]
    .with_quota("b11111", KIDS, 400)
    .with_quota("b11112", NONE, 600)
    .with_quota("b11113", child_codes("boy", ages=(4, 6)), 300)
    .with_quota("b11114", child_codes("boy", ages=(7, 9)), 100),
}


@pytest.mark.parametrize("number", FROM_SENTENCES)
def test_a_sentence_gives_the_documented_design(number: int) -> None:
    """Scenarios 1 to 5 and 7, rebuilt from their sentences, are the printed documents, value for value."""
    design = FROM_SENTENCES[number]
    assert design.payload() == SCENARIOS[number - 1]
    assert design == QuotaDesign.from_document(SCENARIOS[number - 1])


def test_the_order_of_what_is_written() -> None:
    """A design made by hand is written in the order in which scenario 1 is printed, codes as text."""
    assert json.dumps(FROM_SENTENCES[1].payload()) == json.dumps(SCENARIOS[0])


def test_scenario_6_as_its_sentence_says() -> None:
    """Boys 0-3, boys 4-9 and girls give other codes than the page prints: it lists all children, boys 1-3 and girls 4-9."""
    design = QuotaDesign(1000, child_codes()).with_quota("b11111", child_codes("boy", ages=(0, 3)), 200)  # type: ignore[arg-type]
    design = design.with_quota("b11112", child_codes("boy", ages=(4, 9)), 300).with_quota("b11113", child_codes("girl"), 500)
    written = [quota["criteria"][0]["condition_codes"] for quota in design.payload()["quotas"]]
    assert written[0] == [str(code) for code in range(111, 138, 2)]
    assert written[1] == ["139", "141", "143", "145", "147", "149"]
    assert written[2] == [str(code) for code in range(112, 167, 2)]
    printed = [quota["criteria"][0]["condition_codes"] for quota in SCENARIOS[5]["quotas"]]
    assert [set(mine) == set(theirs) for mine, theirs in zip(written, printed, strict=True)] == [False] * 3
    assert [quota.count for quota in design.quotas] == [quota["required_count"] for quota in SCENARIOS[5]["quotas"]]


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_document_is_its_design(name: str) -> None:
    """A printed document, request or reply, legacy too, read into a design and written again is itself, order included."""
    document = PRINTED[name]
    design = QuotaDesign.from_document(document)
    assert json.dumps(design.payload()) == json.dumps(document)
    assert QuotaDesign.from_document(design.payload()) == design


def normal(document: dict[str, Any]) -> dict[str, Any]:
    """Write codes as text, and the unit last in a quota's criterion for children that has none, by the test's own way."""
    document = copy.deepcopy(document)
    criteria = document.get("qualifications", [])
    for quota in document.get("quotas", []):
        first = next((c for c in quota.get("criteria", []) if c.get("qualification_code") == 232), None)
        if first and set(map(int, first["condition_codes"])) != {167}:
            first.setdefault("child_age_unit", 311)
        as_text(first)
    as_text(next((c for c in criteria if c.get("qualification_code") == 232), None))
    return document


def as_text(criterion: dict[str, Any] | None) -> None:
    """Write the codes of a criterion as text."""
    if criterion:
        criterion["condition_codes"] = list(map(str, criterion["condition_codes"]))


@given(surveys.documents())
def test_a_document_is_its_design(document: dict[str, Any]) -> None:
    """Up to codes as text and the unit where a quota had none, any document comes back with its order and unknown fields."""
    before = json.dumps(document)
    design = QuotaDesign.from_document(document)
    assert json.dumps(design.payload()) == json.dumps(normal(document))
    assert QuotaDesign.from_document(design.payload()) == design
    assert json.dumps(document) == before


@given(surveys.documents(), st.sampled_from([str, int]))
def test_codes_as_text_or_numbers_are_the_same(document: dict[str, Any], kind: Any) -> None:
    """Whether the codes of children are text or numbers, the design is the same."""
    other = normal(document)
    for criteria in (other.get("qualifications", []), *(quota.get("criteria", []) for quota in other.get("quotas", []))):
        first = next((c for c in criteria if c.get("qualification_code") == 232), None)
        if first:
            first["condition_codes"] = list(map(kind, first["condition_codes"]))
    assert QuotaDesign.from_document(other) == QuotaDesign.from_document(document)


CODES = st.none() | st.frozensets(st.integers(-3, 300), max_size=6) | st.sampled_from([frozenset({167}), frozenset(KIDS)])
UNITS = st.sampled_from(["years", "months"])
OTHERS = st.dictionaries(st.sampled_from(surveys.ODD_KEYS), surveys.VALUES, max_size=2)
CRITERIA = st.lists(surveys.OTHER_CRITERIA, max_size=2)
QUOTAS: st.SearchStrategy[Quota] = st.builds(
    Quota, surveys.WORDS, CODES, st.none() | st.integers(-1, 10**6), UNITS, CRITERIA, OTHERS
)
DESIGNS: st.SearchStrategy[QuotaDesign] = st.builds(
    QuotaDesign,
    st.none() | st.integers(0, 10**6),
    CODES,
    st.lists(QUOTAS, max_size=3),
    survey_title=st.none() | surveys.WORDS,
    expected_ir=st.none() | st.integers(1, 100) | st.floats(1, 100),
    qualification_unit=st.none() | UNITS,
    criteria=CRITERIA,
    others=OTHERS,
)


@given(DESIGNS)
def test_a_design_is_its_document(design: QuotaDesign) -> None:
    """A design made by hand, written and read, is equal to itself and written the same again; codes are text, ascending."""
    written = design.payload()
    read = QuotaDesign.from_document(json.loads(json.dumps(written)))
    assert read == design
    assert hash(read) == hash(design)
    assert json.dumps(read.payload()) == json.dumps(written)
    assert {name for name, value in written.items() if value is None} <= set(design.others)


@given(DESIGNS)
def test_a_design_is_a_value(design: QuotaDesign) -> None:
    """Copies, deep or pickled, are equal and hash alike; its representation is one line."""
    for same in (copy.copy(design), copy.deepcopy(design), pickle.loads(pickle.dumps(design))):  # noqa: S301 - our own bytes
        assert same == design
        assert hash(same) == hash(design)
        assert same.payload() == design.payload()
    assert "\n" not in repr(design)
    assert "<script" not in design._repr_html_()
    assert design != design.replace(completes=(design.completes or 0) + 1)


@given(DESIGNS, QUOTAS)
def test_an_edit_is_a_copy(design: QuotaDesign, quota: Quota) -> None:
    """Adding, changing, dropping a quota and other values leave the design as it was; the rest is shared by the new one."""
    before = json.dumps(design.payload())
    added = design.with_quota("new quota", quota.codes, quota.count, quota.unit, quota.criteria)
    assert added.quotas[:-1] == design.quotas
    assert added.without_quota("new quota") == design
    changed = added.with_quota("new quota", NONE, 5)
    assert [each.id for each in changed.quotas] == [each.id for each in added.quotas]
    assert changed.quotas[-1] == Quota("new quota", frozenset({NONE}), 5, criteria=added.quotas[-1].criteria)
    cleared = added.with_quota("new quota", NONE, 5, criteria=())
    assert cleared.quotas[-1] == Quota("new quota", frozenset({NONE}), 5)
    assert design.replace(completes=5, quotas=()).quotas == ()
    assert json.dumps(design.payload()) == before


@given(surveys.documents(), st.data())
def test_an_edited_quota_keeps_what_was_read_with_it(document: dict[str, Any], data: st.DataObject) -> None:
    """Another count is the only difference in the document; the same codes, count and unit are none; fields and order stay."""
    design = QuotaDesign.from_document(document)
    written = design.payload()
    for place, quota in enumerate(design.quotas):
        if [each.id for each in design.quotas].count(quota.id) > 1:
            continue
        same = design.with_quota(quota.id, quota.codes, quota.count, quota.unit) if quota.codes is not None else design
        assert json.dumps(same.payload()) == json.dumps(written)
        count = data.draw(st.integers(0, 999))
        expected = copy.deepcopy(written)
        expected["quotas"][place]["required_count"] = count
        assert json.dumps(design.with_count(quota.id, count).payload()) == json.dumps(expected)
        other = design.with_quota(quota.id, [139, 167], 7, criteria=()).payload()["quotas"][place]
        order = [name for name in written["quotas"][place] if name in other]
        assert list(other)[: len(order)] == order
        assert [criterion["condition_codes"] for criterion in other["criteria"]] == [["139", "167"]]
        assert {name: other[name] for name in quota.others} == dict(quota.others)


READ = {
    "quotas": [
        {
            "quota_title": "Men's boys",
            "criteria": [
                {"qualification_code": 211, "condition_codes": ["111"]},
                {"note": 1, "condition_codes": ["141", "139"], "child_age_unit": 312, "qualification_code": 232},
            ],
            "required_count": 5,
            "buyer_quota_id": "a",
        }
    ]
}


def test_what_an_edit_keeps_and_what_it_clears() -> None:
    """Other criteria stay until they are cleared with (); codes that are taken away are not written back."""
    design = QuotaDesign.from_document(READ)
    (quota,) = READ["quotas"]
    men, children = quota["criteria"]  # type: ignore[misc]
    years = {**children, "child_age_unit": 311, "condition_codes": ["143"]}  # type: ignore[dict-item]
    assert json.dumps(design.with_count("a", 9).payload()) == json.dumps({"quotas": [{**quota, "required_count": 9}]})
    for changed, criteria in [
        (design.with_quota("a", 143, 5), [men, years]),
        (design.with_quota("a", 143, 5, criteria=()), [years]),
        (design.with_quota("a", 143, 5, criteria=[{"qualification_code": 212}]), [{"qualification_code": 212}, years]),
        (design.with_quota("a", None, 5), [men]),
        (design.with_quota("a", None, 5, criteria=()), []),
        (design.with_quota("a", (), 5), [men, {**years, "condition_codes": []}]),
        (design.without_quota("a").with_quota("a", 143, 5), [
            {"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["143"]}
        ]),
    ]:  # fmt: skip
        payload = changed.payload()
        assert payload["quotas"][0]["criteria"] == criteria
        assert QuotaDesign.from_document(payload) == changed


def test_a_design_cannot_be_changed() -> None:
    """Nothing can be set; changing what was handed in, or what a payload gave, changes nothing."""
    criteria: list[dict[str, Any]] = [{"qualification_code": 211, "condition_codes": ["111"]}]
    others: dict[str, Any] = {"qlc": {"enable": False}}
    codes, counts = {139, 141}, {"survey_category_code": 5}
    design = QuotaDesign(10, codes, criteria=criteria, others=others, **counts)  # type: ignore[arg-type]
    design = design.with_quota("a", codes, 5, criteria=criteria)
    quota = Quota("b", codes, 5, "years", criteria, others)  # type: ignore[arg-type]
    design = design.replace(quotas=[*design.quotas, quota])
    document = design.payload()
    read = QuotaDesign.from_document(document)
    before = json.dumps(document)
    criteria[0]["condition_codes"].append("112")
    others["qlc"]["enable"] = True
    codes.add(143)
    for written in (document, design.payload()):
        written["qualifications"][0]["condition_codes"].clear()
        written["quotas"][1]["criteria"].clear()
        written["qlc"]["enable"] = 7
        written["quotas"][1]["qlc"].clear()
    assert json.dumps(design.payload()) == json.dumps(read.payload()) == before
    for part, name in ((design, "completes"), (design, "quotas"), (quota, "count"), (quota, "new")):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(part, name, 1)


def test_completes_may_not_be_said() -> None:
    """Without completes the key is left out, also of one that was read with them; null stays where it was read."""
    assert "completes_required" not in QuotaDesign().payload()
    assert QuotaDesign().payload() == {}
    read = QuotaDesign.from_document(SCENARIOS[0])
    assert "completes_required" not in read.replace(completes=None).payload()
    null = {"completes_required": None, "quotas": None, "qualifications": None, "offer_price": None}
    assert QuotaDesign.from_document(null).payload() == null
    assert QuotaDesign.from_document({**null, "quotas": []}).payload() == {**null, "quotas": []}


def test_what_is_not_written_stays_away() -> None:
    """A quota without id, criteria, codes or count is written without them, and with codes and count when they are given."""
    document = {"quotas": [{}, {"criteria": None}, {"criteria": [{"qualification_code": 232}]}, {"buyer_quota_id": 7}]}
    design = QuotaDesign.from_document(document)
    assert [quota.id for quota in design.quotas] == ["quota 1", "quota 2", "quota 3", "7"]
    written = design.payload()["quotas"]
    assert written[:2] == document["quotas"][:2]
    assert written[2] == {"criteria": [{"qualification_code": 232, "child_age_unit": 311}]}
    assert written[3] == document["quotas"][3]
    named = design.with_quota("quota 1", NONE, 5).payload()["quotas"][0]
    assert named == {"required_count": 5, "criteria": [{"qualification_code": 232, "condition_codes": ["167"]}]}


def test_two_criteria_of_232_are_kept() -> None:
    """Of several criteria of 232 in one quota the first is the design's; the others stay as they are, in their places."""
    criteria = [
        {"qualification_code": 211, "condition_codes": ["111"]},
        {"qualification_code": 232, "condition_codes": ["139"], "child_age_unit": 312},
        {"qualification_code": 232, "condition_codes": [140]},
    ]
    document = {"qualifications": criteria, "quotas": [{"buyer_quota_id": "a", "required_count": 1, "criteria": criteria}]}
    design = QuotaDesign.from_document(document)
    assert design.payload() == document
    assert (design.quotas[0].codes, design.quotas[0].unit) == (frozenset({139}), "months")
    assert [criterion["qualification_code"] for criterion in design.criteria] == [211, 232]


def test_equal_ids_are_kept() -> None:
    """Quotas with the same id are read and written; dropping the id drops them all."""
    document = {"quotas": [{"buyer_quota_id": "a", "required_count": n, "criteria": []} for n in (1, 2)]}
    design = QuotaDesign.from_document(document)
    assert [quota.count for quota in design.quotas] == [1, 2]
    assert design.payload() == document
    assert design.without_quota("a").payload() == {"quotas": []}


def test_the_unit_of_a_quota() -> None:
    """Months are written as 312; 167 alone has no age, and keeps the unit that it was read with."""
    months = QuotaDesign().with_quota("a", child_codes("boy", months=(10, 13)), 5, "months")
    assert months.payload()["quotas"][0]["criteria"][0]["child_age_unit"] == 312
    assert Quota("a", frozenset({NONE}), 1, "months") == Quota("a", frozenset({NONE}), 1)
    for unit in ({}, {"child_age_unit": 311}, {"child_age_unit": 312}, {"child_age_unit": None}):
        criterion = {"qualification_code": 232, "condition_codes": ["167"], **unit}
        document = {
            "qualifications": [criterion],
            "quotas": [{"buyer_quota_id": "a", "required_count": 1, "criteria": [criterion]}],
        }
        assert QuotaDesign.from_document(document).payload() == document


def test_the_label_of_the_sandbox_is_not_carried() -> None:
    """What the sandbox says of its own document is no part of the design."""
    assert QuotaDesign.from_document({"completes_required": 5, LABEL: "synthetic"}).payload() == {"completes_required": 5}


def test_onto_a_document() -> None:
    """What a design does not say is taken from the document, in its order: fields, other criteria, counts, unknown fields."""
    age = {"qualification_code": 212, "condition_codes": ["111"]}
    document = {
        "x": {"y": 1},
        "quotas": [
            {"note": "n", "criteria": [age, {"condition_codes": ["139"], "qualification_code": 232}],
             "buyer_quota_id": "a", "required_count": 7},
            {"buyer_quota_id": "b", "required_count": 8, "criteria": []},
        ],
        "survey_title": "T",
        "completes_required": 5,
        "qualifications": [{"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["139"]}, age],
    }  # fmt: skip
    design = QuotaDesign(9, {139, 140}).with_quota("c", {139}, 1).with_quota("a", {140}, None)  # type: ignore[arg-type]
    assert json.dumps(design.onto(document).payload()) == json.dumps({
        "x": {"y": 1},
        "quotas": [
            {"buyer_quota_id": "c", "required_count": 1,
             "criteria": [{"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["139"]}]},
            {"note": "n",
             "criteria": [age, {"condition_codes": ["140"], "qualification_code": 232, "child_age_unit": 311}],
             "buyer_quota_id": "a", "required_count": 7},
        ],
        "survey_title": "T",
        "completes_required": 9,
        "qualifications": [{"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["139", "140"]}, age],
    })  # fmt: skip
    read = QuotaDesign.from_document(document)
    assert read.onto({"survey_title": "other"}) is read


@pytest.mark.parametrize(
    ("document", "where", "message"),
    [
        ({"quotas": {}}, "$.quotas", "it is no list but {}"),
        ({"quotas": "none"}, "$.quotas", "it is no list but 'none'"),
        ({"quotas": [7]}, "$.quotas[0]", "it is no object but 7"),
        ({"qualifications": 7}, "$.qualifications", "it is no list but 7"),
        ({"completes_required": True}, "$.completes_required", "True is no whole number"),
        ({"completes_required": 1000.0}, "$.completes_required", "1000.0 is no whole number"),
        ({"completes_required": "many"}, "$.completes_required", "'many' is no whole number"),
        ({"quotas": [{"required_count": [5]}]}, "$.quotas[0].required_count", "[5] is no whole number"),
        ({"quotas": [{}, {"criteria": {}}]}, "$.quotas[1].criteria", "it is no list but {}"),
        *(
            ({"quotas": [{"criteria": [{"qualification_code": "232", **wrong}]}]}, f"$.quotas[0].criteria[0].{below}", message)
            for wrong, below, message in [
                ({"condition_codes": "167"}, "condition_codes", "it is no list but '167'"),
                ({"condition_codes": ["111", "x"]}, "condition_codes[1]", "no whole number"),
                ({"condition_codes": [None]}, "condition_codes[0]", "no whole number"),
                ({"condition_codes": [], "child_age_unit": 310}, "child_age_unit", "310 is no unit: 311 is years, 312 is months"),
                ({"child_age_unit": "years"}, "child_age_unit", "'years' is no unit"),
                ({"child_age_unit": 0}, "child_age_unit", "0 is no unit"),
            ]
        ),
    ],
)  # fmt: skip
def test_what_holds_no_design_is_refused(document: dict[str, Any], where: str, message: str) -> None:
    """A part that a design needs and that cannot be read is refused with its path; nothing is guessed or dropped."""
    with pytest.raises(InvalidInput, match="the document holds no design") as caught:
        QuotaDesign.from_document(document)
    (finding,) = caught.value.findings
    assert finding.where == where
    assert message in finding.message


def test_numbers_as_text_become_numbers() -> None:
    """Counts and completes in quotes are read and written as numbers."""
    document = {"completes_required": "100", "quotas": [{"buyer_quota_id": "a", "required_count": "-5", "criteria": []}]}
    design = QuotaDesign.from_document(document)
    assert (design.completes, design.quotas[0].count) == (100, -5)
    assert design.payload()["quotas"][0]["required_count"] == -5


def test_numpy_s_numbers_are_numbers() -> None:
    """Codes, counts and values of numpy, as frames have them, are written as JSON."""
    design = QuotaDesign(np.int64(100), np.array([139, 140]), expected_ir=np.float64(1.5), field_time=np.int64(2))  # type: ignore[arg-type]
    design = design.with_quota("a", np.int64(167), np.int64(5)).with_quota("b", iter(["139", 140]), None)  # type: ignore[arg-type]
    assert json.loads(json.dumps(design.payload())) == design.payload()
    assert [quota.codes for quota in design.quotas] == [{167}, {139, 140}]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: QuotaDesign("many"), "completes is 'many'"),
        (lambda: QuotaDesign(completes=True), "completes is True"),
        (lambda: QuotaDesign(1.5), "completes is 1.5"),
        (lambda: QuotaDesign(1, "all"), "a condition code is 'all'"),
        (lambda: QuotaDesign(1, 1.5), "a condition code is 1.5"),
        (lambda: QuotaDesign(1, [True]), "a condition code is True"),
        (lambda: QuotaDesign(1, {139}, [{"buyer_quota_id": "a"}]), "quotas holds something that is no Quota"),
        (lambda: QuotaDesign(1, {139}, qualification_unit="days"), "qualification_unit is 'days'"),
        (lambda: QuotaDesign(1, expected_ir=float("nan")), "JSON has no nan"),
        (lambda: QuotaDesign(1, others={"completes_required": 5}), "others has completes_required"),
        (lambda: QuotaDesign(1, others={"x": {1: 2}}), r"others\.x: a key is no text"),
        (lambda: QuotaDesign(1, criteria=[{"qualification_code": 232}]), "criteria has qualification 232"),
        (lambda: QuotaDesign().with_quota("a", ["x"], 5), "a condition code is 'x'"),
        (lambda: QuotaDesign().with_quota("a", None, 5.0), "the count of quota 'a' is 5.0"),
        (lambda: QuotaDesign().with_quota("a", None, 5, "days"), "unit is 'days'"),
        (lambda: QuotaDesign().with_quota(7, None, 5), "the id of a quota is 7"),
        (lambda: QuotaDesign().with_quota("a\ud83d", None, 5), r"the id of a quota is .a.ud83d.: it holds half of a character"),
        (lambda: QuotaDesign().with_quota("a", None, 5, criteria=[{"qualification_code": "232"}]), "qualification 232"),
        (lambda: Quota("a", None, 5, others={"criteria": []}), "others has criteria"),
        (lambda: QuotaDesign().without_quota("a"), r"there is no quota 'a'; there are \[\]"),
        (lambda: QuotaDesign().with_quota("b", None, 5).with_count("a", 5), r"there is no quota 'a'; there are \['b'\]"),
        (lambda: QuotaDesign().with_quota("b", None, 5).with_count("b", 5.5), "the count of quota 'b' is 5.5"),
        (lambda: QuotaDesign().replace(title="T", written={}), "a design has no title, written; it has completes"),
    ],
)
def test_what_no_design_can_be_is_refused(make: Any, message: str) -> None:
    """A value that is none is refused when the design is made, not when it is written."""
    with pytest.raises(InvalidInput, match=message):
        make()


def test_representations() -> None:
    """One line says completes and counts; the table escapes what it shows, and tells whom a quota wants."""
    assert repr(FROM_SENTENCES[1]) == "<QuotaDesign: 1000 completes, 2 quotas of 400 + 600>"
    assert repr(FROM_SENTENCES[2]) == "<QuotaDesign: completes not said, no quotas>"
    many = QuotaDesign(quotas=[Quota(str(n), None, None) for n in range(9)])  # type: ignore[arg-type]
    assert repr(many) == f"<QuotaDesign: completes not said, 9 quotas of {' + '.join('?' * 8)} + ...>"
    hostile = FROM_SENTENCES[7].with_quota("<b>\n", None, 5, criteria=[{"qualification_code": "<i>"}])
    shown = hostile._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    for words in ("boys 4-6 years", "no children", "whoever meets the other criteria", "children 1-17 years"):
        assert words in shown
    assert QuotaDesign()._repr_html_().count("anybody") == 1
    assert Quota("a", None, 1).families == "any family"
