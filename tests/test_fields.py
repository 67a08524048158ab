"""The laws of typed fields: every documented key has a type and its printed value; what is of another type is told."""

import json
import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args

import bodies
import msgspec
import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit.quotas.fields import KNOWN, REQUESTED, BasicToken, SurveyFields, typed, unknown

SCENARIO = json.loads(surveys.SCENARIOS[surveys.SCENARIOS.index("\n{") :].split("\n}\n")[0].replace(" //Years Unit", "") + "}")
PRINTED = {**surveys.DOCUMENTS, "scenario_1": SCENARIO}


def undeclared(value: Any, shape: Any, path: str) -> Iterator[str]:
    """Yield the path of every printed key that no type has a field for; what is in ``feot`` is nowhere documented."""
    first = get_args(shape)[0] if isinstance(shape, UnionType) else shape
    if isinstance(value, list):
        for place, member in enumerate(value):
            yield from undeclared(member, *get_args(first), f"{path}[{place}]")
    elif isinstance(value, dict) and path != "$.feot":
        declared = {field.encode_name: field.type for field in msgspec.structs.fields(first)}
        for key, member in value.items():
            if key in declared:
                yield from undeclared(member, declared[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"


@pytest.mark.parametrize("name", PRINTED)
def test_every_printed_key_is_typed(name: str) -> None:
    """Every key of the printed documents, at every depth, has a field of its own."""
    assert list(undeclared(PRINTED[name], SurveyFields, "$")) == []
    assert list(unknown(PRINTED[name])) == []


@pytest.mark.parametrize("name", PRINTED)
def test_every_field_has_the_printed_value(name: str) -> None:
    """What is typed, written out again, is what is printed; what is not printed is None."""
    document = PRINTED[name]
    fields, findings = typed(document)
    assert findings == []
    for field in msgspec.structs.fields(SurveyFields):
        said = msgspec.to_builtins(getattr(fields, field.name))
        assert without_none(said) == without_none(document.get(field.encode_name))


def without_none(value: Any) -> Any:
    """Return data without the members that are None, which a type adds."""
    if isinstance(value, dict):
        return {key: without_none(member) for key, member in value.items() if member is not None}
    return list(map(without_none, value)) if isinstance(value, list) else value


def test_what_a_reply_says() -> None:
    """Values of the first reply, typed from the page."""
    fields, _ = typed(surveys.DOCUMENTS["create_survey_response"])
    assert (fields.ps_survey_id, fields.ps_survey_status, fields.billing_id) == (1109554, 11, "PS1109554")
    assert fields.qlc
    assert fields.qlc.multiple_quotas
    assert (fields.qlc.enable, fields.qlc.multiple_quotas.count_by_quota) == (False, False)
    assert fields.schedule_launch
    assert fields.schedule_launch.info
    assert fields.schedule_launch.info.dateTimeInISO is None
    assert fields.uniqueLinks is False
    assert fields.dq_settings
    assert fields.dq_settings.fp_fraud_check
    assert fields.quotas
    assert fields.qualifications
    quota = fields.quotas[0]
    assert (quota.buyer_quota_id, quota.required_count) == ("b11112", 600)
    assert quota.ps_quota_id == "7af27f57-24b6-4da8-8e5f-8b6bc14a11db"
    assert (quota.criteria[0].condition_codes, quota.criteria[0].child_age_unit) == (["167"], 311)
    assert (fields.qualifications[0].child_age_unit, fields.global_flexibility) == (None, None)


def test_what_a_request_may_have() -> None:
    """The names of a request are those of the printed ones, and those that the vendor's parameters name besides."""
    assert set(SCENARIO) | set(surveys.DOCUMENTS["request_218"]) <= REQUESTED <= set(KNOWN)
    assert not REQUESTED & {"ps_survey_id", "basic_token", "test_ps_survey_entry_link"}
    assert {"incl_excl", "click_balancing", "global_flexibility", "buyer_message", "qlc", "subscriber_emails"} <= REQUESTED


CRITERION = {"qualification_code": 232, "condition_codes": ["167"]}


@pytest.mark.parametrize(
    ("document", "where", "message"),
    [
        ({"completes_required": "100"}, ["$.completes_required"], "is the text '100'; it should be a whole number"),
        ({"completes_required": 100.0}, ["$.completes_required"], "is the number 100.0; it should be a whole number"),
        ({"completes_required": True}, ["$.completes_required"], "completes_required is true; it should be a whole number"),
        ({"expected_ir": False}, ["$.expected_ir"], "expected_ir is false; it should be a number"),
        ({"offer_price": "1.5"}, ["$.offer_price"], "offer_price is the text '1.5'; it should be a number"),
        ({"survey_title": 7}, ["$.survey_title"], "survey_title is the number 7; it should be text"),
        ({"is_dq_enable": 0}, ["$.is_dq_enable"], "is_dq_enable is the number 0; it should be true or false"),
        ({"qlc": []}, ["$.qlc"], "qlc is a list; it should be an object {...}"),
        ({"qlc": {}}, ["$.qlc"], "enable is missing"),
        ({"qlc": {"enable": 1}}, ["$.qlc.enable"], "the number 1; it should be true or false"),
        ({"qlc": {"multiple_quotas": {"enable": 1}}}, ["$.qlc.multiple_quotas.enable", "$.qlc"], "enable is the number 1"),
        ({"subscriber_emails": ["a@b.c", 7]}, ["$.subscriber_emails[1]"], "the number 7; it should be text"),
        ({"feot": [1]}, ["$.feot"], "feot is a list; it should be an object {...}"),
        ({"quotas": {}}, ["$.quotas"], "quotas is an object; it should be a list [...]"),
        ({"quotas": [None]}, ["$.quotas[0]"], "quotas[0] is null; it should be an object {...}"),
        ({"quotas": [{"required_count": 1}]}, ["$.quotas[0]"], "criteria is missing"),
        ({"quotas": [{"criteria": [CRITERION | {"child_age_unit": "311"}]}]},
         ["$.quotas[0].criteria[0].child_age_unit"], "the text '311'"),
        ({"quotas": [{"criteria": [CRITERION], "required_count": n} for n in (1, "2", 3, [4])]},
         ["$.quotas[1].required_count", "$.quotas[3].required_count"], "required_count is the text '2'"),
        ({"qualifications": [CRITERION | {"condition_codes": ["111", None, 112, 1.5]}]},
         [f"$.qualifications[0].condition_codes[{n}]" for n in (1, 3)], "condition_codes[1] is null"),
        ({"qualifications": [{"range_sets": [{"units": "311"}]}]},
         ["$.qualifications[0].range_sets[0].units", "$.qualifications[0]"], "units is the text '311'"),
        ({"basic_token": {"enable": True, "value": 5}}, ["$.basic_token.value"], "value is a number; it should be text"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_told_with_its_path(document: dict[str, Any], where: list[str], message: str) -> None:
    """Every value of a wrong type is a finding at its own path, and its field is None; the other fields are there."""
    fields, findings = typed({**document, "field_time": 2})
    assert [finding.where for finding in findings] == where
    assert message in findings[0].message
    assert {(finding.code, finding.severity) for finding in findings} == {("wrongly-typed", "error")}
    assert all(getattr(fields, name) is None for name in document)
    assert fields.field_time == 2


def test_a_number_in_quotes_has_its_own_fix() -> None:
    """Where a number stands in quotes, or a text without them, the fix says so, at any depth."""
    document = {"completes_required": "1", "survey_title": 1, "quotas": [{"criteria": [CRITERION], "required_count": "5"}]}
    fixes = [finding.fix for finding in typed(document)[1]]
    assert fixes == ["Write 1, without quotes.", 'Write it in quotes: "1".', "Write 5, without quotes."]


@pytest.mark.parametrize("number", [2**53, 2**64, 10**400, -1])
def test_a_number_of_any_size_is_a_number(number: int) -> None:
    """A whole number is one however large: bounds are another rule's."""
    fields, findings = typed({"completes_required": number, "expected_ir": number})
    assert findings == []
    assert (fields.completes_required, fields.expected_ir) == (number, number)


@given(st.sampled_from(sorted(KNOWN)), surveys.VALUES)
def test_a_field_is_typed_or_told(name: str, value: Any) -> None:
    """Whatever stands in a field, it has its type or a finding says where it has not, and the path leads there."""
    document = {name: value}
    fields, findings = typed(document)
    field = next(field.name for field in msgspec.structs.fields(SurveyFields) if field.encode_name == name)
    assert (getattr(fields, field) is None) == (bool(findings) or value is None)
    for finding in findings:
        assert re.match(rf"\$\.{name}\b", finding.where)
        bodies.at(document, finding.where)


@given(surveys.documents())
def test_unknown_fields_are_neither_typed_nor_told(document: dict[str, Any]) -> None:
    """Fields that no document names change neither fields nor findings; they are listed in their order."""
    known = {name: value for name, value in document.items() if name in KNOWN}
    assert typed(document) == typed(known)
    assert list(unknown(document)) == [name for name in document if name not in known]


def test_a_token_is_in_no_representation() -> None:
    """The value of a survey's token can be read, and is shown nowhere."""
    fields, _ = typed({"basic_token": {"enable": True, "value": "geheim"}, "survey_title": "T"})
    assert fields.basic_token == BasicToken(enable=True, value="geheim")
    assert repr(fields.basic_token) == "BasicToken(enable=True)"
    assert repr(fields) == "<SurveyFields: 2 given>"
    told = typed({"basic_token": {"enable": "geheim", "value": ["geheim"]}})[1] + typed({"basic_token": "geheim"})[1]
    assert len(told) == 3
    assert "geheim" not in str(told)
