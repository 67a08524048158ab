"""The laws of the Buy API's double; what a test calls printed is in data/vendors/purespectrum_child_age_gender."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from segkit.errors import InvalidInput
from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.child_codes import CHILDREN, code_of
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, OWN_WORDING, PROVENANCE_HEADER
from segkit.sandbox.purespectrum_buyer import PREFIX

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_child_age_gender"
HEADERS = {"access-token": TOKEN}
INVENTED = {"ps_survey_id", "billing_id", "test_ps_survey_entry_link", "project_creation_date"}
BOYS = [str(code) for code in range(133, 166, 2)]


def printed(name: str) -> Any:
    """Return a printed example as data."""
    return json.loads(re.sub(r"^//.*$", "", (PRINTED / name).read_text(encoding="utf-8"), flags=re.MULTILINE))


REPLY = printed("response_218.json")
ALL = REPLY["quotas"][1]["criteria"][0]["condition_codes"]  # by age, as the vendor orders them


def send(sandbox: Sandbox, method: str, path: str, payload: object = None, headers: dict[str, str] = HEADERS) -> TestResponse:
    """Ask the Buy API; bytes are sent as they are, None is no body."""
    body = payload if isinstance(payload, bytes) else b"" if payload is None else json.dumps(payload).encode()
    return Client(sandbox.wsgi).open(f"{PREFIX}{path}", method=method, data=body, headers=headers)


def request(**changes: Any) -> dict[str, Any]:
    """Return the printed request, changed; None leaves a field out."""
    return {name: value for name, value in {**printed("request_218.txt"), **changes}.items() if value is not None}


def criterion(codes: list[Any], **rest: Any) -> dict[str, Any]:
    """Return a criterion of 232."""
    return {"qualification_code": 232, "condition_codes": codes, **rest}


def a_quota(*criteria: dict[str, Any], count: Any = 10, quota_id: Any = "q") -> dict[str, Any]:
    """Return a quota as it is sent."""
    return {"buyer_quota_id": quota_id, "required_count": count, "criteria": list(criteria)}


def create(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """Create a survey and return the reply's body."""
    reply = send(sandbox, "POST", "/surveys", request(**changes))
    assert reply.status_code == 201, reply.text
    return reply.get_json()


def label(reply: TestResponse) -> str:
    """Return the reply's provenance; what is not documented has a note."""
    word = reply.headers[PROVENANCE_HEADER]
    assert bool(reply.headers.get(NOTE_HEADER)) == (word != "documented")
    return word


def refused(reply: TestResponse, status: int = 400) -> str:
    """Return the words of a refusal of ours, held to its form and label."""
    body = reply.get_json()
    assert (reply.status_code, label(reply)) == (status, "synthetic")
    assert list(body) == ["ps_api_response_code", "ps_api_response_message", LABEL]
    assert (body["ps_api_response_code"], body[LABEL]) == (9999, "synthetic")
    assert body["ps_api_response_message"].startswith(OWN_WORDING)
    return str(body["ps_api_response_message"])


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


# The two printed replies


def test_the_printed_218_request_gets_the_printed_reply(sandbox: Sandbox) -> None:
    """Every key in its order; every value but ids, dates and links; 218 turned into 232; the label behind all."""
    reply = send(sandbox, "POST", "/surveys", request())
    body = reply.get_json()
    assert (reply.status_code, label(reply)) == (201, "derived")
    assert list(body) == [*REPLY, LABEL]
    links = {"live_url", "test_url"}  # the printed reply has other links than the printed request
    assert {name for name in REPLY if body[name] != REPLY[name]} == INVENTED | links | {"quotas"}
    assert {body[name] for name in links} == {"https://test-link.com"}
    for ours, theirs in zip(body["quotas"], REPLY["quotas"], strict=True):
        assert list(ours) == list(theirs)
        assert {**ours, "ps_quota_id": ""} == {**theirs, "ps_quota_id": ""}
        assert list(ours["criteria"][0]) == list(theirs["criteria"][0])
    assert list(body["qualifications"][0]) == list(REPLY["qualifications"][0])


def test_scenario_1_gets_the_targeting_of_the_first_printed_reply(sandbox: Sandbox) -> None:
    """Years are expanded, the quota of 167 comes first, the qualification ascends from 111 to 233 without a unit."""
    reply = printed("create_survey_response.json")
    sent = [a_quota(criterion(list(map(str, range(111, 167))), child_age_unit=311), count=400, quota_id="b11111")]
    sent.append(a_quota(criterion(["167"]), count=600, quota_id="b11112"))
    body = create(sandbox, quotas=sent, qualifications=[criterion(list(map(str, range(111, 168))))])
    assert body["qualifications"] == reply["qualifications"]
    assert [{**ours, "ps_quota_id": ""} for ours in body["quotas"]] == [{**one, "ps_quota_id": ""} for one in reply["quotas"]]


def test_an_own_table_of_codes_has_the_printed_order() -> None:
    """The codes counted out by month and gender, sorted by age, are the 122 that the vendor printed."""
    assert sorted(CHILDREN, key=CHILDREN.__getitem__) == list(map(int, ALL))
    assert [code_of(month, girl) for month, girl in [(3, 0), (11, 1), (12, 0), (13, 0), (47, 1), (48, 1), (59, 0), (215, 1)]] == [
        *(115, 132, 133, 168, 233, 140, 139, 166)
    ]


# What is echoed, and what is ours


def test_defaults_are_as_printed_and_a_billing_id_can_be_given(sandbox: Sandbox) -> None:
    """An offer price that is left out, or null, is null; the billing id is PS and the survey's id, if none is sent."""
    body = create(sandbox, offer_price=None, quotas=None, qualifications=None)
    assert (body["offer_price"], body["quotas"], body["qualifications"]) == (None, [], [])
    assert body["billing_id"] == f"PS{body['ps_survey_id']}"
    assert create(sandbox, billing_id="mine")["billing_id"] == "mine"
    assert send(sandbox, "POST", "/surveys", {**request(), "incl_excl": None, "quotas": None}).get_json()["incl_excl"] == 0


def test_an_unknown_field_comes_back_behind_the_known_and_is_labelled(sandbox: Sandbox) -> None:
    """What the printed reply has no place for stands last, and makes the whole synthetic."""
    reply = send(sandbox, "POST", "/surveys", {"global_flexibility": 5, **request(), "ps_survey_id": 7, LABEL: "documented"})
    body = reply.get_json()
    assert list(body)[-2:] == ["global_flexibility", LABEL]
    assert (body["global_flexibility"], body[LABEL], label(reply)) == (5, "synthetic", "synthetic")
    assert body["ps_survey_id"] != 7


def test_other_qualifications_are_echoed(sandbox: Sandbox) -> None:
    """Codes as texts, ranges as sent; a range of income keeps its units."""
    income = {"qualification_code": 213, "range_sets": [{"from": 0, "to": 50, "units": 321}]}
    region = {"qualification_code": 211, "condition_codes": [111, "112"]}
    quotas = [a_quota(income, region, criterion([133], child_age_unit=312))]
    body = create(sandbox, qualifications=[region, income], quotas=quotas)
    texts = {**region, "condition_codes": ["111", "112"]}
    assert body["qualifications"] == [texts, income]
    assert body["quotas"][0]["criteria"] == [income, texts, criterion(["133"], child_age_unit=312)]


def test_under_months_a_code_is_one_month(sandbox: Sandbox) -> None:
    """Nothing is added under 312, and the unit stays, also on the qualification, so that a second round changes nothing."""
    sent = criterion(["135", "133"], child_age_unit=312)
    body = create(sandbox, qualifications=[sent], quotas=[a_quota(sent)])
    assert body["qualifications"] == [criterion(["133", "135"], child_age_unit=312)]
    again = create(sandbox, **{name: body[name] for name in ("qualifications", "quotas")})
    assert all(again[name] == body[name] for name in ("qualifications",))
    assert again["quotas"][0]["criteria"] == body["quotas"][0]["criteria"]


@given(st.lists(st.sampled_from([*ALL, "167"]), min_size=1))
def test_expansion_is_idempotent_and_keeps_what_was_sent(codes: list[str]) -> None:
    """The reply holds every code that was sent, once, by age; sent again it comes back the same."""
    sandbox = Sandbox()
    first = create(sandbox, quotas=[a_quota(criterion(codes))])["quotas"][0]["criteria"]
    listed = first[0]["condition_codes"]
    assert set(codes) <= set(listed)
    assert listed == [code for code in [*ALL, "167"] if code in listed]
    assert create(sandbox, quotas=[a_quota(*first)])["quotas"][0]["criteria"] == first


# Legacy


def old(code: int, *codes: str, **rest: Any) -> dict[str, Any]:
    """Return a criterion of a legacy qualification."""
    return {"qualification_code": code, **({"condition_codes": list(codes)} if codes else {}), **rest}


def ages(first: int, last: int, units: int | None = 311) -> dict[str, Any]:
    """Return a criterion of 230."""
    return old(230, range_sets=[{"from": first, "to": last, **({"units": units} if units else {})}])


@pytest.mark.parametrize(
    ("criteria", "codes", "unit"),
    [
        ([old(218, "111")], ["167"], 311),
        ([old(218, "112")], ALL, 311),
        ([old(218, "111", "112")], [*ALL, "167"], 311),
        ([old(218, "112"), old(220, "111"), ages(4, 6)], ["139", "141", "143"], 311),
        ([old(220, "111"), ages(4, 6)], ["139", "141", "143"], 311),
        ([old(220, "111", "112"), ages(17, 17)], ["165", "166"], 311),
        ([old(220, "112"), ages(0, 0)], [str(code) for code in range(112, 133, 2)], 311),
        ([old(220, "111"), ages(1, 1)], ["133", *map(str, range(168, 189, 2))], 311),
        ([old(220, "112"), ages(3, 11, 312)], [str(code) for code in range(116, 133, 2)], 312),
        ([old(220, "111"), ages(12, 13, 312)], ["133", "168"], 312),
        ([old(220, "111"), ages(47, 61, 312)], ["232", "139", "141"], 312),
        ([old(220, "111"), ages(48, 61, 312)], ["139", "141"], 311),
        ([old(220, "111"), ages(36, 59, 312)], ["137", *map(str, range(212, 234, 2)), "139"], 311),
        ([old(218, "111", "112"), old(221, "312")], [*ALL, "167"], 311),
        ([old(220, "111"), old(221, "312"), ages(3, 3, None)], ["115"], 312),
        ([old(218, "111", "112"), old(220, "111"), ages(9, 9)], ["149"], 311),
    ],
)
def test_legacy_targeting_becomes_232(sandbox: Sandbox, criteria: list[Any], codes: list[str], unit: int) -> None:
    """218, 220, 221 and 230 of one quota become one criterion of 232, in the place of the first; counts and ids stay."""
    region = old(211, "111")
    found = create(sandbox, quotas=[a_quota(region, *criteria, count=7)])["quotas"][0]
    assert found["criteria"] == [region, criterion(codes, child_age_unit=unit)]
    assert (found["required_count"], found["buyer_quota_id"]) == (7, "q")


@pytest.mark.parametrize(
    "criteria",
    [
        [old(218, "111"), old(220, "111")],
        [old(218, "113")],
        [old(220, "111"), ages(6, 4)],
        [old(220, "111"), ages(0, 18)],
        [old(220, "111"), ages(0, 216, 312)],
        [ages(0, 0, 312)],
        [ages(1, 2, 313)],
        [old(230, "111")],
        [old(230, range_sets=["4-6"])],
        [old(221, "111"), ages(1, 2)],
        [old(221, "311")],
    ],
)
def test_legacy_targeting_that_nobody_matches_is_refused(sandbox: Sandbox, criteria: list[Any]) -> None:
    """Contradictions and ages out of range are refused in our words."""
    refused(send(sandbox, "POST", "/surveys", request(quotas=[a_quota(*criteria)])))


@pytest.mark.parametrize(
    "criteria",
    [
        [old(220, "111"), old(220, "112")],
        [old(218, "112"), old(218, "112")],
        [ages(0, 5), ages(3, 8)],
        [old(218, "112"), criterion(BOYS)],
    ],
)
def test_legacy_targeting_that_no_single_criterion_says_is_refused(sandbox: Sandbox, criteria: list[Any]) -> None:
    """Criteria of a quota must all be met, be it by several children; so two of one qualification are not intersected."""
    assert "both must be met" in refused(send(sandbox, "POST", "/surveys", request(quotas=[a_quota(*criteria)])))


def test_gender_and_age_have_no_place_in_a_surveys_qualifications(sandbox: Sandbox) -> None:
    """As the old page says of 220 and 230."""
    assert "go into quotas" in refused(send(sandbox, "POST", "/surveys", request(qualifications=[old(220, "111")])))


def test_the_end_of_support_is_a_switch() -> None:
    """``legacy="refuse"`` answers as after the second quarter of 2025 might be answered, labelled; 232 still passes."""
    sandbox = Sandbox(legacy="refuse")
    assert "no longer supported" in refused(send(sandbox, "POST", "/surveys", request()))
    create(sandbox, qualifications=[criterion(BOYS)], quotas=[])
    with pytest.raises(InvalidInput, match="'convert' or 'refuse'"):
        Sandbox(legacy="maybe")  # type: ignore[arg-type]


# Refusals


@pytest.mark.parametrize("headers", [{}, {"access-token": ""}, {"access-token": "wrong"}, {"x-access-token": TOKEN}])
def test_a_401_has_its_text_in_msg(sandbox: Sandbox, headers: dict[str, str]) -> None:
    """Without a known token every endpoint answers 401, whatever else is wrong."""
    for method, path in [("POST", "/surveys"), ("GET", "/surveys/1"), ("PATCH", "/surveys/1/quotas/x")]:
        reply = send(sandbox, method, path, b"{", headers)
        assert (reply.status_code, label(reply), list(reply.get_json())) == (401, "derived", ["msg", LABEL])


def test_qlc_without_quotas_gets_the_printed_words(sandbox: Sandbox) -> None:
    """Code 1014 and its message are documented, so no key of ours stands beside them."""
    reply = send(sandbox, "POST", "/surveys", request(qlc={"enable": True}, quotas=None))
    words = (
        "QLC can only be turned on if there are quotas. Please set QLC to false, or add quotas in order to launch this survey."
    )
    assert reply.get_json() == {"ps_api_response_code": 1014, "ps_api_response_message": words}
    assert (reply.status_code, label(reply)) == (400, "derived")
    several = {"enable": False, "count_by_quota": False, "compensate_by_quota": False}
    assert create(sandbox, qlc={"enable": True})["qlc"] == {"enable": True, "multiple_quotas": several}


REQUIRED = ["survey_title", "survey_category_code", "survey_localization", "completes_required", "expected_ir"]


@pytest.mark.parametrize("name", [*REQUIRED, "expected_loi", "live_url", "field_time"])
def test_a_required_parameter_is_named_when_it_is_missing(sandbox: Sandbox, name: str) -> None:
    """Absent or null."""
    payload = request()
    del payload[name]
    assert name in refused(send(sandbox, "POST", "/surveys", payload))
    assert name in refused(send(sandbox, "POST", "/surveys", {**payload, name: None}))


@pytest.mark.parametrize(
    "change",
    [
        {"completes_required": 0},
        {"completes_required": "1000"},
        {"completes_required": True},
        {"expected_ir": 101},
        {"survey_title": ""},
        {"offer_price": -1},
        {"subscriber_emails": ["nobody"]},
        {"qlc": {"enable": True, "multiple_quotas": {"count_by_quota": True}}},
        {"qlc": {"multiple_quotas": {"enable": True}}},
        {"qlc": {"enable": 1}},
        {"qualifications": {}},
        {"qualifications": [232]},
        {"qualifications": [criterion(["134", "999"])]},
        {"qualifications": [criterion([])]},
        {"qualifications": [criterion(["boys"])]},
        {"qualifications": [criterion(BOYS, child_age_unit=313)]},
        {"quotas": "none"},
        {"quotas": ["q"]},
        {"quotas": [a_quota()]},
        {"quotas": [a_quota(criterion(BOYS), count=-1)]},
        {"quotas": [a_quota(criterion(BOYS), count=1.0)]},
        {"quotas": [a_quota(criterion(BOYS), quota_id=1)]},
        {"quotas": [a_quota(criterion(BOYS)), a_quota(criterion(["167"]))]},
    ],
)
def test_values_that_cannot_be_used_are_refused_in_our_words(sandbox: Sandbox, change: dict[str, Any]) -> None:
    """A refusal is a 400 that keeps nothing."""
    refused(send(sandbox, "POST", "/surveys", request(**change)))
    assert sandbox.surveys == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b'"\\ud800"'])
def test_whatever_is_sent_the_answer_is_a_400(sandbox: Sandbox, body: bytes) -> None:
    """What is no JSON object, or cannot be answered, never breaks the sandbox."""
    refused(send(sandbox, "POST", "/surveys", body))
    refused(send(sandbox, "POST", "/surveys", b'{"x": ' + body + b"}"))


@pytest.mark.parametrize(
    "path", ["/surveys/1", "/surveys/abc", f"/surveys/{'9' * 5000}", "/surveys/%D9%A1", "/surveys/1/quotas/q"]
)
def test_an_unknown_survey_is_a_404(sandbox: Sandbox, path: str) -> None:
    """In the vendor's form, also for what no id can be; the record of calls keeps nothing of the path."""
    refused(send(sandbox, "GET", path), 404)
    assert [call.subject for call in sandbox.calls] == [""]


# Surveys and quotas that are there


def test_a_create_is_not_idempotent(sandbox: Sandbox) -> None:
    """Two identical creates make two surveys; each is read as it was created, the reading's form labelled as ours."""
    first, second = create(sandbox), create(sandbox)
    assert first["ps_survey_id"] != second["ps_survey_id"]
    reply = send(sandbox, "GET", f"/surveys/{second['ps_survey_id']}")
    assert reply.get_json() == {**second, LABEL: "synthetic"}
    assert (reply.status_code, label(reply), len(sandbox.surveys)) == (200, "synthetic", 2)
    assert sandbox.calls.counts == {f"POST {PREFIX}/surveys": 2, f"GET {PREFIX}/surveys/<survey_id>": 1}


def test_put_replaces_the_whole_and_keeps_the_servers(sandbox: Sandbox) -> None:
    """Id, status and date stay, a quota that stays keeps its id, one that is left out ends; a survey read can be put back."""
    before = create(sandbox)
    path = f"/surveys/{before['ps_survey_id']}"
    kept = {"buyer_quota_id": "demographicsps218NoChildren", "required_count": 5, "criteria": [criterion(["167"])]}
    after = send(sandbox, "PUT", path, request(survey_title="other", quotas=[kept], ps_survey_status=44)).get_json()
    assert (after["survey_title"], after["ps_survey_status"], len(after["quotas"])) == ("other", 11, 1)
    assert after["quotas"][0]["ps_quota_id"] == before["quotas"][0]["ps_quota_id"]
    assert all(after[name] == before[name] for name in INVENTED)
    read = send(sandbox, "GET", path).get_json()
    assert send(sandbox, "PUT", path, read).get_json() == read
    refused(send(sandbox, "PUT", path, {}))


def test_patch_changes_the_documented_fields(sandbox: Sandbox) -> None:
    """completes_required and offer_price are replaced, all of a PATCH or nothing of it; other paths are refused."""
    path = f"/surveys/{create(sandbox)['ps_survey_id']}"
    completes = {"op": "replace", "path": "/completes_required", "value": 50}
    reply = send(sandbox, "PATCH", path, [completes, {"op": "replace", "path": "/offer_price", "value": 2.5}])
    assert (reply.get_json()["completes_required"], reply.get_json()["offer_price"], label(reply)) == (50, 2.5, "synthetic")
    for wrong in ({"path": "/survey_title", "value": "x"}, {"op": "add"}, {"value": 0}, {"path": ["x"]}):
        refused(send(sandbox, "PATCH", path, [{**completes, "value": 60}, {**completes, **wrong}]))
    for body in ([], {}, ["x"], [{"op": "replace", "path": "/offer_price"}]):
        refused(send(sandbox, "PATCH", path, body))
    assert sandbox.surveys[0]["completes_required"] == 50


def test_a_status_is_changed_by_a_guessed_path(sandbox: Sandbox) -> None:
    """Draft, live, paused, live, closed; nothing follows on closed; the note says that path and order are a guess."""
    path = f"/surveys/{create(sandbox)['ps_survey_id']}"

    def to(status: int) -> TestResponse:
        return send(sandbox, "PATCH", path, [{"op": "replace", "path": "/ps_survey_status", "value": status}])

    refused(to(33))
    for status in (22, 33, 22, 44):
        reply = to(status)
        assert reply.get_json()["ps_survey_status"] == status
        assert "guess" in reply.headers[NOTE_HEADER]
    refused(to(22))


def test_a_quota_is_added_without_an_answer(sandbox: Sandbox) -> None:
    """201 and no body, as documented; one of 167 goes to the front, a second of one id is refused."""
    path = f"/surveys/{create(sandbox, quotas=[a_quota(criterion(BOYS))])['ps_survey_id']}/quotas"
    reply = send(sandbox, "POST", path, a_quota(criterion(["167"]), quota_id="none"))
    assert (reply.status_code, reply.data, label(reply)) == (201, b"", "documented")
    assert [one["buyer_quota_id"] for one in sandbox.surveys[0]["quotas"]] == ["none", "q"]
    refused(send(sandbox, "POST", path, a_quota(criterion(["167"]))))
    refused(send(sandbox, "GET", f"{path}/other"), 404)


def test_a_quota_is_replaced_and_echoed(sandbox: Sandbox) -> None:
    """PUT answers with what was sent; the survey holds it expanded; its id cannot change."""
    body = create(sandbox, quotas=[a_quota(criterion(BOYS))])
    path = f"/surveys/{body['ps_survey_id']}/quotas"
    wanted = a_quota(criterion(["133"]), count=3)
    reply = send(sandbox, "PUT", f"{path}/q", wanted)
    assert (reply.status_code, reply.get_json(), label(reply)) == (200, wanted, "documented")
    assert label(send(sandbox, "PUT", f"{path}/q", {**wanted, "quota_title": "boys"})) == "derived"
    found = send(sandbox, "GET", f"{path}/{body['quotas'][0]['ps_quota_id']}").get_json()
    assert (found["required_count"], found["quota_title"], len(found["criteria"][0]["condition_codes"])) == (3, "boys", 12)
    refused(send(sandbox, "PUT", f"{path}/q", {**wanted, "buyer_quota_id": "r"}))
    refused(send(sandbox, "PUT", f"{path}/q", {"required_count": 3}))


def test_the_current_target_of_a_quota_is_patched(sandbox: Sandbox) -> None:
    """Up to the count; a lower count takes the target with it."""
    path = f"/surveys/{create(sandbox, quotas=[a_quota(criterion(BOYS), count=200)])['ps_survey_id']}/quotas/q"
    assert send(sandbox, "GET", path).get_json()["current_target"] == 200
    target = {"op": "replace", "path": "/current_target", "value": 171}
    reply = send(sandbox, "PATCH", path, [target])
    assert (reply.status_code, reply.get_json()["current_target"], label(reply)) == (200, 171, "synthetic")
    refused(send(sandbox, "PATCH", path, [{**target, "value": 201}]))
    refused(send(sandbox, "PATCH", path, [{**target, "path": "/required_count"}]))
    send(sandbox, "PUT", path, a_quota(criterion(BOYS), count=100))
    assert send(sandbox, "GET", path).get_json()["current_target"] == 100


@given(st.text(min_size=1, max_size=12).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text)))
def test_any_quota_id_can_be_asked_for(quota_id: str) -> None:
    """Slashes, percent signs, dots and letters of any script, percent-encoded, come through."""
    sandbox = Sandbox()
    survey_id = create(sandbox, quotas=[a_quota(criterion(BOYS), quota_id=quota_id)])["ps_survey_id"]
    reply = send(sandbox, "GET", f"/surveys/{survey_id}/quotas/{quote(quota_id, safe='')}")
    assert reply.get_json()["buyer_quota_id"] == quota_id


def test_surveys_outlive_the_sandbox_in_a_file(tmp_path: Path) -> None:
    """A second sandbox on the file goes on with ids and surveys; a reset empties it; no token is in the file."""
    first = Sandbox(tmp_path / "state.sqlite", tokens=["canary-buyer-7731"])
    headers = {"access-token": "canary-buyer-7731"}
    send(first, "POST", "/surveys", request(), headers)
    send(first, "GET", "/surveys/canary-buyer-7731", headers=headers)
    kept = first.surveys
    first.close()
    second = Sandbox(tmp_path / "state.sqlite")
    assert second.surveys == kept
    assert create(second)["ps_survey_id"] == kept[0]["ps_survey_id"] + 1
    assert not any(b"canary" in file.read_bytes() for file in tmp_path.iterdir())
    second.reset()
    assert second.surveys == []
    second.close()


def test_faults_meet_the_buyer_too(sandbox: Sandbox) -> None:
    """A refusal on request has the Buy API's form, and a damaged reply leaves the survey created."""
    sandbox.faults.add("500")
    reply = send(sandbox, "POST", "/surveys", request())
    assert (reply.status_code, reply.get_json()["ps_api_response_code"], sandbox.surveys) == (500, 9999, [])
    sandbox.faults.add("empty", path=f"{PREFIX}/*")
    assert send(sandbox, "POST", "/surveys", request()).data == b""
    assert len(sandbox.surveys) == 1
