"""PureSpectrum's buyer client against its double, in this process and on loopback."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from buyers import ABOUT, BOYS, DESIGN, answering, every_call, fault_of
from far_side import PATIENCE_SECONDS, QUICK, ByteServer
from surveys import DOCUMENTS, SCENARIOS

import segkit as sk
from segkit import errors
from segkit.findings import Findings
from segkit.quotas.codes import child_codes
from segkit.quotas.quota import Quota
from segkit.quotas.survey import SurveyDocument, read_survey, read_surveys
from segkit.sandbox.app import Sandbox
from segkit.vendors.purespectrum_buyer import TOKEN, PureSpectrumBuyer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    Client = Callable[..., PureSpectrumBuyer]

LEGACY = {"qualification_code": 218, "condition_codes": ["112"]}


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return what makes a client of a fresh sandbox, with its switches; `double` is that sandbox."""
    opened: list[Any] = []

    def make(**switches: Any) -> PureSpectrumBuyer:
        if request.param == "in this process":
            return PureSpectrumBuyer.sandbox(**switches).with_options(retries=QUICK)
        sandbox = Sandbox(tokens=["t-0000"], **switches)
        opened.append(sandbox.serve())
        made = PureSpectrumBuyer("t-0000", base_url=f"{opened[-1].url}/buyers/v2", retries=QUICK)
        made.double = sandbox
        return made

    yield make
    for running in opened:
        running.close()


# Surveys


def test_a_design_becomes_a_survey_and_comes_back(client: Client) -> None:
    """What was designed is created in draft, fetched as it was created, and read back as the same design."""
    buyer = client()
    raw = buyer.with_raw_response.create_survey(DESIGN)
    made = raw.parse()
    assert (raw.reply.status, raw.reply.method, raw.reply.url) == (201, "POST", f"{buyer.base_url}/surveys")
    assert (made.survey_id, made.fields.ps_survey_status, made.provenance) == (
        json.loads(raw.reply.body)["ps_survey_id"],
        11,
        "derived",
    )
    there = buyer.survey(made.survey_id)
    assert (there.design.qualification, there.design.quotas) == (made.design.qualification, made.design.quotas)
    assert [(q.id, q.count) for q in there.design.quotas] == [(q.id, q.count) for q in DESIGN.quotas]
    assert there.fields.survey_title == "Toys"


def test_the_first_documented_scenario_is_created(client: Client) -> None:
    """The one that is printed whole is sent without its comments, in its order, and its reply has the documented codes."""
    scenario = read_surveys(SCENARIOS)[0]
    assert scenario.remarks
    seen: list[Any] = []
    answering("201 Created", {"ps_survey_id": 7}, seen=seen).create_survey(scenario)
    assert [list(seen[0][2]), seen[0][2]] == [list(scenario.document), scenario.document]
    made = client().create_survey(scenario)
    assert [(q["buyer_quota_id"], q["criteria"]) for q in made.document["quotas"]] == [
        (q["buyer_quota_id"], q["criteria"]) for q in DOCUMENTS["create_survey_response"]["quotas"]
    ]


def test_a_legacy_survey_is_upgraded_before_it_is_sent(client: Client) -> None:
    """The documented request of 218 goes out with 232 alone, and comes back as documented, with findings of the upgrade."""
    request, response = DOCUMENTS["request_218"], DOCUMENTS["response_218"]
    seen: list[Any] = []
    answering("201 Created", {"ps_survey_id": 7}, seen=seen).create_survey(read_survey(request))
    sent = seen[0][2]
    criteria = [*sent["qualifications"], *(each for quota in sent["quotas"] for each in quota["criteria"])]
    assert {each["qualification_code"] for each in criteria} == {232}
    buyer = client(legacy="refuse")
    made = buyer.create_survey(request)
    assert made.findings.codes == {"legacy-upgraded"}
    for part in ("qualifications", "quotas"):
        criteria = [each.get("criteria", each) for each in made.document[part]]
        assert criteria == [each.get("criteria", each) for each in response[part]]
    again = buyer.update_survey(made.survey_id, request, check=False)
    assert again.findings == made.findings
    assert not buyer.survey(made.survey_id).findings


def test_a_legacy_survey_that_cannot_be_upgraded_is_not_sent(client: Client) -> None:
    """Errors of the upgrade are raised with their place, also without a check; so they are of a quota."""
    buyer = client()
    both = [LEGACY, {"qualification_code": 232, "condition_codes": ["133"]}]
    made = buyer.create_survey(DESIGN)
    for call in (
        lambda: buyer.create_survey({**DESIGN.payload(), "qualifications": both}, check=False),
        lambda: buyer.add_quota(made.survey_id, {**BOYS, "criteria": both}),
        lambda: buyer.replace_quota(made.survey_id, {**BOYS, "criteria": both}),
    ):
        with pytest.raises(errors.InvalidInput, match="legacy-not-carried") as caught:
            call()
        assert caught.value.findings[0].where in {"$.qualifications[0]", "$.criteria[0]"}
    assert len(buyer.double.calls) == 1


def test_lint_is_asked_first_unless_it_is_told_not_to_be(client: Client) -> None:
    """The documented scenario 7 is refused here, with lint's finding and its path; unchecked it is sent as it is."""
    buyer = client()
    seventh = read_surveys(SCENARIOS)[6]
    survey = {**ABOUT, "completes_required": 1000, **seventh.document}
    made = buyer.create_survey(DESIGN)
    for call in (lambda: buyer.create_survey(survey), lambda: buyer.update_survey(made.survey_id, read_survey(survey))):
        with pytest.raises(errors.InvalidInput, match="nothing was sent") as caught:
            call()
        assert [(f.code, f.where) for f in caught.value.findings] == [("unreachable-quota", "$.quotas[1]")]
    assert len(buyer.double.calls) == 1
    assert len(buyer.create_survey(survey, check=False).design.quotas) == len(seventh.document["quotas"])


def test_a_survey_is_read_changed_and_put_back(client: Client) -> None:
    """A fetched document with another design replaces the survey; what the sandbox says about itself is not sent."""
    buyer = client()
    made = buyer.create_survey(DESIGN)
    changed = made.with_design(made.design.without_quota("girls").replace(completes=500))
    seen: list[Any] = []
    answering("200 OK", {"ps_survey_id": 7}, seen=seen).update_survey(7, changed)
    assert "x_segkit_provenance" in made.document
    assert "x_segkit_provenance" not in json.dumps(seen)
    after = buyer.update_survey(made.survey_id, changed)
    assert ([q.id for q in after.design.quotas], after.design.completes) == (["boys"], 500)
    assert (after.survey_id, buyer.survey(made.survey_id)) == (made.survey_id, after)


def test_single_fields_of_a_survey_are_changed(client: Client) -> None:
    """The two documented paths are sent as replacements of whole values, and the survey comes back."""
    seen: list[Any] = []
    mute = answering("200 OK", b"", seen=seen)
    assert mute.patch_survey(7, completes_required=np.int64(900), offer_price=np.float64(1.5)) is None
    assert seen == [
        (
            "PATCH",
            "/v2/surveys/7",
            [
                {"op": "replace", "path": "/completes_required", "value": 900},
                {"op": "replace", "path": "/offer_price", "value": 1.5},
            ],
        )
    ]
    buyer = client()
    made = buyer.create_survey(DESIGN)
    assert buyer.patch_survey(made.survey_id, completes_required=900).fields.completes_required == 900
    assert buyer.patch_survey(made.survey_id, offer_price=2).fields.offer_price == 2


@pytest.mark.parametrize(("status", "code"), [("live", 22), (22, 22), (np.int64(22), 22)])
def test_a_status_is_changed_by_word_or_number(client: Client, status: Any, code: int) -> None:
    """In the sandbox a draft goes live; the reply says that this is synthetic."""
    buyer = client()
    made = buyer.create_survey(DESIGN)
    after = buyer.set_status(made.survey_id, status)
    assert (after.fields.ps_survey_status, after.provenance) == (code, "synthetic")


def test_a_status_is_guessed_at_a_live_vendor_only_when_that_is_said() -> None:
    """The path is undocumented: a live client refuses before anything is sent, unless `experimental`, raw or not."""
    seen: list[Any] = []
    live = answering("200 OK", {"ps_survey_id": 7}, seen=seen)
    assert live.live
    for calls in (live, live.with_raw_response):
        with pytest.raises(errors.NotAllowed, match="experimental=True"):
            calls.set_status(7, "live")
    assert seen == []
    with pytest.raises(errors.NotAllowed, match="use the sandbox"):
        PureSpectrumBuyer("t-7777", "staging").set_status(7, "live")
    live.set_status(7, "closed", experimental=True)
    assert seen == [("PATCH", "/v2/surveys/7", [{"op": "replace", "path": "/ps_survey_status", "value": 44}])]


# Quotas


def test_quotas_are_added_replaced_and_patched(client: Client) -> None:
    """The documented answers: nothing for one that is added, the quota itself for one that is replaced or patched."""
    buyer = client()
    survey_id = buyer.create_survey(DESIGN).survey_id
    girls = DESIGN.quotas[1]
    babies = Quota("babies", child_codes(months=(1, 11)), 50, "months")
    raw = buyer.with_raw_response.add_quota(survey_id, babies)
    assert (raw.reply.status, raw.reply.body, raw.parse()) == (201, b"", babies)
    assert {q.id for q in buyer.survey(survey_id).design.quotas} == {"boys", "girls", "babies"}
    fewer = buyer.replace_quota(survey_id, Quota("girls", girls.codes, 300))
    assert fewer == Quota("girls", girls.codes, 300)
    target = buyer.patch_quota(survey_id, "girls", current_target=171)
    assert (target.id, target.count, target.others["current_target"]) == ("girls", 300, 171)
    ps_quota_id = target.others["ps_quota_id"]
    assert buyer.patch_quota(survey_id, ps_quota_id, current_target=10).id == "girls"


def test_a_quota_s_legacy_criteria_are_upgraded(client: Client) -> None:
    """218 goes out as 232, in a quota that is added and in one that is replaced."""
    buyer = client(legacy="refuse")
    survey_id = buyer.create_survey(DESIGN).survey_id
    added = buyer.add_quota(survey_id, {**BOYS, "buyer_quota_id": "new", "criteria": [LEGACY]})
    replaced = buyer.replace_quota(survey_id, {**BOYS, "criteria": [LEGACY]})
    assert added.codes == replaced.codes == frozenset(range(111, 234)) - {167}
    assert buyer.survey(survey_id).design.quotas[0].findings == Findings()


def test_what_the_upgrade_of_a_quota_found_reaches_the_caller(client: Client) -> None:
    """Warnings stand in the quota's findings as they stand in a survey's, their paths within the quota; an echo keeps them."""
    buyer = client()
    survey_id = buyer.create_survey(DESIGN).survey_id
    ages = {"qualification_code": 230, "range_sets": [{"from": 48, "to": 50, "units": 312}, {"from": 7, "to": 7}]}
    old = {**BOYS, "criteria": [{"qualification_code": 220, "condition_codes": ["111"]}, ages]}
    wanted = [("legacy-unit-assumed", "$.criteria[1].range_sets[1]"), ("legacy-widened", "$.criteria[1].range_sets")]
    wanted.append(("legacy-upgraded", "$.criteria[0]"))
    made = buyer.update_survey(survey_id, {**DESIGN.payload(), "quotas": [old]})
    assert [(f.code, f.where.replace("$.quotas[0]", "$")) for f in made.findings] == wanted
    mute = answering("200 OK", {"ps_api_response_code": 1000})
    for quota in (
        buyer.replace_quota(survey_id, old),
        buyer.add_quota(survey_id, {**old, "buyer_quota_id": "new"}),
        mute.replace_quota(7, old),
        mute.add_quota(7, old),
    ):
        assert [(f.code, f.where) for f in quota.findings] == wanted
        assert all(f.fix for f in quota.findings)
        assert (quota.codes, quota.unit) == ({139, 145}, "years")


AWKWARD = ("a/b", "x&y", "ü", "%", "%2F", "a b", "q?x=1#y", "..a", "\N{GRINNING FACE}", "a+b", "/", "//", "a\\b")


@pytest.mark.parametrize("quota_id", AWKWARD)
def test_an_id_of_a_quota_may_hold_anything(client: Client, quota_id: str) -> None:
    """Whatever an id holds, the quota of exactly this id is changed, and no other."""
    buyer = client()
    design = DESIGN.replace(quotas=()).with_quota(quota_id, child_codes("boy"), 5).with_quota("a", child_codes("girl"), 5)
    survey_id = buyer.create_survey(design).survey_id
    assert buyer.replace_quota(survey_id, Quota(quota_id, child_codes("boy"), 4)).id == quota_id
    assert buyer.patch_quota(survey_id, quota_id, current_target=3).id == quota_id
    assert {q.id: q.count for q in buyer.survey(survey_id).design.quotas} == {quota_id: 4, "a": 5}


def test_ids_of_surveys_are_numbers_or_digits(client: Client) -> None:
    """An id may be a number of numpy or text."""
    buyer = client()
    made = buyer.create_survey(DESIGN)
    for same in (made.survey_id, np.int64(made.survey_id), str(made.survey_id), f" {made.survey_id} "):
        assert buyer.survey(same).survey_id == made.survey_id


# How refusals and strange answers are read


def test_a_wrong_token_is_unauthorized_with_the_vendor_s_words(client: Client) -> None:
    """The text of a 401 stands in `msg`; it is asked once, and the token is in no part of the error."""
    good = client()
    bad = PureSpectrumBuyer("a-wrong-token", base_url=good.base_url, _app=good._access.connection._app)
    for call in (lambda: bad.survey(7), lambda: bad.create_survey(DESIGN), lambda: bad.add_quota(7, BOYS)):
        error = fault_of(call)
        assert isinstance(error, errors.Unauthorized)
        assert error.attempts == 1
        assert json.loads(error.body)["msg"] in str(error)
        assert "token=... or in SEGKIT_PURESPECTRUM_BUYER_TOKEN" in str(error)
        assert "a-wrong-token" not in repr(error) + str(error) + error.body


def test_quota_level_completes_without_quotas_are_code_1014(client: Client) -> None:
    """The one refusal of a survey that is printed: its code and its words."""
    buyer = client()
    made = buyer.create_survey(DESIGN)
    wrong = {**DESIGN.payload(), "quotas": [], "qlc": {"enable": True}}
    for call in (
        lambda: buyer.create_survey(wrong, check=False),
        lambda: buyer.update_survey(made.survey_id, wrong, check=False),
    ):
        error = fault_of(call)
        assert isinstance(error, errors.Rejected)
        assert (error.status, error.vendor_code, error.attempts, error.in_doubt) == (400, 1014, 1, False)
        assert error.vendor_message == json.loads(error.body)["ps_api_response_message"]
        assert "Please set QLC to false, or add quotas" in str(error)


@pytest.mark.parametrize(
    "body", [b"{}", {"ps_api_response_code": 9999, "ps_api_response_message": "Unknown error"}], ids=["{}", "9999"]
)
def test_a_refusal_says_what_to_check(body: Any) -> None:
    """Whatever the vendor says, or not: a 400 sends to lint, a 404 to the ids, for every call; its own words stay its own."""
    for status, kind, word in (
        ("400 Bad Request", errors.Rejected, "lint()"),
        ("404 Not Found", errors.NotFound, "check the ids"),
    ):
        for call in every_call(answering(status, body)):
            error = fault_of(call)
            assert type(error) is kind
            assert word in str(error)
            assert isinstance(body, bytes) or body["ps_api_response_message"] in str(error)
            assert word not in getattr(error, "vendor_message", "")


def test_what_is_not_there_is_not_found(client: Client) -> None:
    """A survey or quota that there is not is NotFound, asked once."""
    buyer = client()
    survey_id = buyer.create_survey(DESIGN).survey_id
    for call in (
        lambda: buyer.survey(1),
        lambda: buyer.update_survey(1, DESIGN),
        lambda: buyer.add_quota(1, BOYS),
        lambda: buyer.replace_quota(survey_id, {**BOYS, "buyer_quota_id": "none"}),
        lambda: buyer.patch_quota(survey_id, "none", current_target=1),
    ):
        error = fault_of(call)
        assert (type(error), error.attempts) == (errors.NotFound, 1)


# What is sent again

NAMES = ("create_survey", "survey", "update_survey", "patch_survey", "set_status", "add_quota", "replace_quota", "patch_quota")


@pytest.mark.parametrize("name", NAMES)
def test_a_call_says_whether_it_is_sent_again(name: str) -> None:
    """Each docstring has the policy that the next tests hold it to; what adds is never sent again, nor is the doubt hidden."""
    told = getattr(PureSpectrumBuyer, name).__doc__
    assert ("never sent again" in told) == (name in {"create_survey", "add_quota"})
    assert "sent again" in told
    assert "Returns" in told or "result" in told
    error = fault_of(dict(zip(NAMES, every_call(answering("200 OK", b"[")), strict=True))[name])
    assert (type(error), error.in_doubt) == (errors.UnexpectedAnswer, True)


def of_survey(buyer: PureSpectrumBuyer, survey_id: int, name: str) -> object:
    """Make one call about a survey that is there."""
    arguments: dict[str, tuple[Any, ...]] = {
        "create_survey": (DESIGN,),
        "update_survey": (survey_id, DESIGN),
        "set_status": (survey_id, "live"),
        "add_quota": (survey_id, {**BOYS, "buyer_quota_id": "new"}),
        "replace_quota": (survey_id, BOYS),
        "patch_quota": (survey_id, "boys"),
    }
    named = {"patch_survey": {"offer_price": 1}, "patch_quota": {"current_target": 1}}
    return getattr(buyer, name)(*arguments.get(name, (survey_id,)), **named.get(name, {}))


@pytest.mark.parametrize(
    ("name", "fault"),
    # The documented answer to a new quota has no body that could be cut off: see the next test.
    [(name, fault) for name in NAMES for fault in ("500", "503", "cut-off", "429") if (name, fault) != ("add_quota", "cut-off")],
)
def test_a_survey_or_a_quota_is_never_added_again(client: Client, name: str, fault: str) -> None:
    """After a 5xx or a cut-off answer what adds is asked once, all else again; after a 429, carried out by nobody, all is."""
    buyer = client()
    survey_id = buyer.create_survey(DESIGN).survey_id
    before = len(buyer.double.calls)
    buyer.double.faults.add(fault)
    again = fault == "429" or name not in {"create_survey", "add_quota"}
    if again:
        of_survey(buyer, survey_id, name)
    else:
        assert fault_of(lambda: of_survey(buyer, survey_id, name)).attempts == 1
    assert [call.fault for call in buyer.double.calls[before:]] == ([fault, ""] if again else [fault])
    carried_out = name == "create_survey" and fault in {"cut-off", "429"}
    assert len(buyer.double.surveys) == 1 + carried_out


@pytest.mark.parametrize("parts", [[b"HTTP/1.1 201 Created\r\ncontent-length: 9\r\n\r\n"], []], ids=["cut off", "hung up"])
def test_a_quota_whose_answer_breaks_off_is_not_added_again(parts: list[bytes]) -> None:
    """An answer that never ends, or never begins, is asked for once where a quota is added, three times where it is replaced."""
    for call, times in ((lambda b: b.add_quota(7, BOYS), 1), (lambda b: b.replace_quota(7, BOYS), 3)):
        with ByteServer(parts) as server:
            buyer = PureSpectrumBuyer("t-2222", base_url=f"{server.url}/buyers/v2", retries=QUICK)
            error = fault_of(lambda call=call, buyer=buyer: call(buyer))
            buyer.close()
        assert isinstance(error, errors.UnexpectedAnswer)
        assert (error.attempts, len(server.requests)) == (times, times)


@pytest.mark.parametrize("name", ["create_survey", "add_quota", "survey", "replace_quota"])
def test_what_adds_is_not_asked_again_after_a_time_out(name: str) -> None:
    """An answer that is late may have been carried out: a survey or quota is there once, and the caller is told of the doubt."""
    sandbox = Sandbox(tokens=["t-3333"])
    with sandbox.serve() as running:
        buyer = PureSpectrumBuyer("t-3333", base_url=f"{running.url}/buyers/v2", retries=QUICK)
        survey_id = buyer.create_survey(DESIGN).survey_id
        sandbox.faults.add("slow", seconds=5)
        if name in {"survey", "replace_quota"}:
            assert of_survey(buyer.with_options(timeout=PATIENCE_SECONDS), survey_id, name)
        else:
            with pytest.raises(errors.TimedOut) as caught:
                of_survey(buyer.with_options(timeout=PATIENCE_SECONDS), survey_id, name)
            assert caught.value.attempts == 1
        buyer.close()
    assert (len(sandbox.surveys), len(sandbox.surveys[0]["quotas"])) == (1 + (name == "create_survey"), 2 + (name == "add_quota"))


# The client itself


def test_the_buyer_s_token_address_and_header_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its variable, its documented hosts, and `access-token` alone; another header by option."""
    seen: list[dict[str, str]] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append({name: value for name, value in environ.items() if "TOKEN" in name})
        start_response("200 OK", [])
        return [b'{"ps_survey_id": 7}']

    monkeypatch.setenv(TOKEN, "t-4444")
    monkeypatch.setenv("SEGKIT_PURESPECTRUM_TOKEN", "a supplier's")
    assert PureSpectrumBuyer().base_url == "https://api.spectrumsurveys.com/buyers/v2"
    assert PureSpectrumBuyer(environment="staging").base_url == "https://staging.spectrumsurveys.com/buyers/v2"
    PureSpectrumBuyer(_app=app).survey(7)
    PureSpectrumBuyer("t-5555", header="x-access-token", _app=app).survey(7)
    assert seen == [{"HTTP_ACCESS_TOKEN": "t-4444"}, {"HTTP_X_ACCESS_TOKEN": "t-5555"}]
    monkeypatch.delenv(TOKEN)
    with pytest.raises(errors.MissingCredential, match=f"set {TOKEN}, or use PureSpectrumBuyer.sandbox"):
        PureSpectrumBuyer()
    for wrong in ({"environment": "prod"}, {"base_url": "nonsense"}, {"retries": 3}, {"timeout": 0}, {"header": "a b"}):
        with pytest.raises(errors.InvalidInput):
            PureSpectrumBuyer("t-6666", **wrong)


def test_only_production_and_strange_hosts_are_live() -> None:
    """Staging, this machine and the sandbox are not."""
    assert PureSpectrumBuyer("t-7777").live
    assert PureSpectrumBuyer("t-7777", base_url="https://proxy.example").live
    assert not PureSpectrumBuyer("t-7777", "staging").live
    assert not PureSpectrumBuyer("t-7777", base_url="http://127.0.0.1:9").live
    assert not PureSpectrumBuyer.sandbox().live


def test_a_client_is_copied_with_its_double_and_not_pickled() -> None:
    """Copies and clients with other options share the sandbox and its surveys; a pickle is refused with what to do instead."""
    buyer = PureSpectrumBuyer.sandbox()
    survey_id = buyer.create_survey(DESIGN).survey_id
    for twin in (copy.copy(buyer), copy.deepcopy(buyer), buyer.with_options(timeout=3, retries=sk.Retries(attempts=1))):
        assert (twin.double, twin.survey(survey_id).survey_id, twin.environment) == (buyer.double, survey_id, "sandbox")
    assert repr(buyer) == "<PureSpectrumBuyer sandbox http://sandbox.invalid/buyers/v2>"
    with pytest.raises(TypeError, match=f"make the client anew where it is needed, with {TOKEN}"):
        pickle.dumps(buyer)
    buyer.close()
    assert isinstance(buyer.survey(survey_id), SurveyDocument)
