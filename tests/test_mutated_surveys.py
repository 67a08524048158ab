"""The law of broken surveys: lint says what is wrong with ten thousand of them, changes none, and every path leads into it."""

import copy
import json
import random
import re
from typing import Any

import pytest
import surveys

from segkit.errors import InvalidInput, SegkitError, UnexpectedAnswer
from segkit.findings import SIGNS, Findings
from segkit.quotas.lint import forecast_rules
from segkit.quotas.lint.catalogue import RULES
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import SurveyDocument, read_survey, read_surveys

N_DOCUMENTS, N_TEXTS = 8_400, 1_600
SEEDS = range(8)

RICH: dict[str, Any] = {
    "survey_title": "Boys 4-9",
    "survey_localization": "en_US",
    "completes_required": 100,
    "expected_ir": 60,
    "expected_loi": 15,
    "live_url": "http://www.mybuyer.com/surveys_134?i223=[%%223%%]",
    "incl_excl": 0,
    "qlc": {"enable": True, "multiple_quotas": {"enable": False}},
    "subscriber_emails": ["a@b.c"],
    "basic_token": {"enable": False, "value": None},
    "an odd key": {"a.b": [1, {"": None}]},
    "qualifications": [
        {"qualification_code": 232, "condition_codes": [str(code) for code in range(111, 168)]},
        {"qualification_code": 212, "range_sets": [{"from": 20, "to": 40, "units": 311}]},
    ],
    "quotas": [
        {
            "buyer_quota_id": "boys 4-6",
            "quota_title": "Boys age 4 to 6",
            "required_count": 60,
            "criteria": [
                {"qualification_code": 232, "child_age_unit": 311, "condition_codes": ["139", "141", "143"]},
                {"qualification_code": 211, "condition_codes": ["111"]},
            ],
        },
        {
            "buyer_quota_id": "girls",
            "required_count": 40,
            "criteria": [
                {"qualification_code": 232, "child_age_unit": 312, "condition_codes": [115, 117, 133, 168]},
                {"qualification_code": 218, "condition_codes": ["112"]},
                {"qualification_code": 230, "range_sets": [{"from": 4, "to": 6, "units": 312}]},
            ],
        },
        {
            "buyer_quota_id": "no kids",
            "required_count": 40,
            "criteria": [{"qualification_code": 232, "condition_codes": ["167"]}],
        },
    ],
}
NUMBERS = [
    -1,
    0,
    1,
    111,
    133,
    167,
    168,
    218,
    232,
    233,
    234,
    311,
    312,
    2**53,
    2**64,
    -(2**70),
    10**400,
    1.0,
    1.5,
    1e308,
]
TEXTS = [
    "",
    "133",
    " 167 ",
    "²",
    "٣",
    "0x8f",
    "boys 4-9",
    "girls under 5",
    "no kids",
    "<script>",
    "\x00",
    "\ud83d",
    "9" * 5000,
    "é\n",
    "http://[",
    "$.quotas[0]",
]
PARTS: list[Any] = [None, True, False, [], {}, [[]], [None], {"": {}}, {"qualification_code": 232}, ["139"], [{"criteria": [{}]}]]
KEYS = [
    "",
    "quotas",
    "criteria",
    "condition_codes",
    "qualification_code",
    "survey_titel",
    "a.b",
    '"',
    "\ud83d",
    "x" * 300,
    "[0]",
    "child_age_unit",
]


def nodes(part: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in a document."""
    found = [way]
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        found += nodes(value, (*way, key))
    return found


def follow(document: Any, way: tuple[Any, ...]) -> Any:
    """Return the value at the end of a way."""
    for key in way:
        document = document[key]
    return document


def broken(rng: random.Random, document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with up to five values replaced, dropped, doubled, wrapped, moved or added."""
    document = copy.deepcopy(document)
    for _ in range(rng.randint(1, 5)):
        *above, last = rng.choice(nodes(document)[1:] or [("quotas",)])
        holder = follow(document, tuple(above))
        value = holder.get(last) if isinstance(holder, dict) else holder[last]
        change = rng.randrange(8)
        if change <= 1:
            holder[last] = copy.deepcopy(rng.choice([*NUMBERS, *TEXTS, *PARTS]))
        elif change == 2:
            del holder[last]
        elif change == 3:
            holder[last] = value + copy.deepcopy(value) if isinstance(value, list) else [value]
        elif change == 4:
            holder[last] = {rng.choice(KEYS): value}
        elif change == 5:
            holder[last] = copy.deepcopy(follow(document, rng.choice(nodes(document))))
        elif isinstance(holder, dict):
            holder[rng.choice(KEYS)] = copy.deepcopy(rng.choice([value, *NUMBERS, *TEXTS, *PARTS]))
        else:
            rng.shuffle(holder)
        if not document:
            break
    return document


STEP = re.compile(r'\.([A-Za-z_][A-Za-z_0-9]*)|\[([0-9]+)\]|\[("(?:[^"\\]|\\.)*")\]')


def resolved(document: Any, path: str) -> Any:
    """Return the value at a JSON path; raise where there is none, or the path is none."""
    assert path.startswith("$"), path
    at = 1
    while at < len(path):
        step = STEP.match(path, at)
        assert step, path
        name, place, key = step.groups()
        if place:
            assert isinstance(document, list), path
            document = document[int(place)]
        else:
            assert isinstance(document, dict), path
            document = document[name or json.loads(key)]
        at = step.end()
    return document


OF_A_TEXT = {"unreadable-document", "not-utf-8"}
"""Rules whose findings lead to a line, not to a value."""


def check(survey: SurveyDocument, findings: Findings) -> None:
    """Assert that findings are well made and lead into the document."""
    for finding in findings:
        assert finding.code in RULES
        assert finding.severity in SIGNS
        assert finding.message
        assert finding.fix
        assert len(finding.message) + len(finding.fix) < 1000
        if finding.code in OF_A_TEXT:
            assert re.fullmatch(r"line [1-9]\d*", finding.where)
        else:
            resolved(survey.document, finding.where)


def documents() -> list[dict[str, Any]]:
    """Return what is broken: the rich one above, and the seed's own."""
    return [RICH, RICH, *surveys.DOCUMENTS.values(), *(survey.document for survey in read_surveys(surveys.SCENARIOS))]  # type: ignore[list-item]


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_documents(seed: int) -> None:
    """Whatever stands where: lint returns findings that lead to values, the same each time, and changes nothing."""
    rng = random.Random(seed)  # noqa: S311 - the same documents on every run
    whole, codes = documents(), set()
    for number in range(N_DOCUMENTS // len(SEEDS)):
        survey = read_survey(broken(rng, rng.choice(whole)))
        before = repr(survey.document)
        findings = lint(survey)
        assert repr(survey.document) == before
        check(survey, findings)
        codes |= findings.codes
        if number % 10 == 0:
            assert lint(survey.document) == findings
            assert "<script" not in findings._repr_html_()
    static = {code for code, each in RULES.items() if each.look.__module__ != forecast_rules.__name__}
    assert static - codes <= {"json-repaired", "misspelt-field", "no-survey", "qlc-without-quotas", "duplicate-key", *OF_A_TEXT}
    assert codes <= static


REMARKS = [
    " // boys 4-9",
    " // 100 girls",
    "\n// no kids",
    " // ...",
    "\n/* 4 to 6\n*/",
    " // Months Unit",
    "\n",
    "\u00a0",
    " // \udcff\x00",
]
PIECES = [
    "//",
    "/*",
    "*/",
    "...",
    ",",
    ",,",
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    ":",
    "\n",
    "\u00a0",
    "// boys 4-9\n",
    "null",
    "1e999",
    "é",
    "\udcff",
    "\x00",
]


def broken_text(rng: random.Random, text: str) -> str:
    """Return a text with up to four pieces cut out, put in or doubled."""
    for _ in range(rng.randint(1, 3)):
        at, to = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        line = text.find("\n", at) % (len(text) + 1)
        change = rng.randrange(8)
        if change == 0:
            text = text[:at] + text[min(to, at + 40) :]
        elif change == 1:
            text = text[:at] + text[at : min(to, at + 300)] + text[at:]
        elif change == 2:
            text = text[:at] + rng.choice(PIECES) + text[at:]
        elif change == 3:
            text = text[: max(at, 40)]
        elif change == 4:
            text = text[:at] + rng.choice("0123456789") + text[at + 1 :]
        else:
            text = text[:line] + rng.choice(REMARKS) + text[line:]
    return text


@pytest.mark.parametrize("seed", SEEDS)
def test_broken_texts(seed: int) -> None:
    """A broken text is read and linted, or refused with an error of ours; lines lie within it; comments are not changed."""
    rng = random.Random(seed)  # noqa: S311 - the same texts on every run
    rich = "// 60 boys 4-6, 40 girls\n" + json.dumps(RICH, indent=1).replace(',\n   "required', ', // boys 4-9\n   "required')
    whole = [surveys.SCENARIOS, rich, rich, (surveys.PRINTED / "request_218.txt").read_text()]
    read = 0
    for _ in range(N_TEXTS // len(SEEDS)):
        text = broken_text(rng, rng.choice(whole))
        try:
            found = read_surveys(text.encode(errors="surrogateescape"))
        except UnexpectedAnswer:
            continue
        for survey in found:
            before = repr((survey.document, survey.remarks, survey.heading))
            findings = lint(survey)
            assert repr((survey.document, survey.remarks, survey.heading)) == before
            check(survey, findings)
            read += 1
            lines = [survey.line_of(f.where) for f in findings if f.code not in OF_A_TEXT]
            assert all(line and 1 <= line[0] <= text.count("\n") + 1 for line in lines)
    assert read > 100


@pytest.mark.parametrize("name", ["huge", "below", "nan", "inf"])
def test_numbers_beyond_writing(name: str) -> None:
    """A number that JSON does not have, or that Python does not even write, does not stop lint, wherever it stands."""
    number = {"huge": 10**5000, "below": -(10**5000), "nan": float("nan"), "inf": float("inf")}[name]
    for way in nodes(RICH)[1:]:
        if not isinstance(follow(RICH, way), dict | list):
            document = copy.deepcopy(RICH)
            follow(document, way[:-1])[way[-1]] = number
            survey = SurveyDocument(document)
            check(survey, lint(survey))


@pytest.mark.parametrize("key", [5, None, (1, 2), True])
def test_what_json_does_not_have(key: Any) -> None:
    """A dict with keys that are no text is refused with its place; as a document it is linted as far as it goes."""
    document = {**RICH, key: 1, "quotas": [{**RICH["quotas"][0], key: 1}, {key: {key: key}}]}
    with pytest.raises(InvalidInput, match="not JSON"):
        lint(document)
    assert "count-not-positive" in lint(SurveyDocument(document)).codes


def test_a_survey_nested_deep() -> None:
    """Depth ends in findings, or in an error of ours where it is deeper than is read."""
    deep: Any = 0
    for _ in range(140):
        deep = [deep]
    assert "wrongly-typed" in lint({"quotas": deep, "x": deep, "qlc": deep}).codes
    assert "wrongly-typed" in lint(read_survey(json.dumps({"quotas": deep}))).codes
    with pytest.raises(InvalidInput, match="nested too deep"):
        lint({"quotas": [deep] * 20 + [[[[[[[[[[[[deep]]]]]]]]]]]]})


def test_there_are_ten_thousand() -> None:
    """Ten thousand documents and texts are tried."""
    assert N_DOCUMENTS // len(SEEDS) * len(SEEDS) + N_TEXTS // len(SEEDS) * len(SEEDS) == 10_000
    assert issubclass(UnexpectedAnswer, SegkitError)
