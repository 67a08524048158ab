"""PureSpectrum's client against its double; tests named after a section hold to what that section of the guide prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from far_side import QUICK
from naming import named

import segkit as sk
from segkit import errors
from segkit.sandbox.app import Sandbox
from segkit.transport.call import Call
from segkit.vendors.purespectrum import BASE_URLS, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    Client = Callable[..., sk.PureSpectrum]

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_segmentation"
GOLDEN = {"USQ1": 111, "USQ2": 111, "USQ3": 111, "USQ4": 111}
PLACEHOLDER = "YOUR_SUPPLIER_TOKEN_HERE"


def printed(name: str) -> Any:
    """Return an example of the guide that is JSON."""
    return json.loads((PRINTED / name).read_text(encoding="utf-8"))


PAYLOAD = printed("3_1_payload.json")
MEMBER = PAYLOAD["member_id"]


@pytest.fixture(params=["in this process", "on loopback"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """Return what makes a client of a fresh sandbox, with its switches; `double` is that sandbox."""
    if request.param == "in this process":
        yield lambda **switches: sk.PureSpectrum.sandbox(**switches).with_options(retries=QUICK)
        return
    opened: list[Any] = []

    def make(**switches: Any) -> sk.PureSpectrum:
        sandbox = Sandbox(**switches)
        opened.append(sandbox.serve())
        made = sk.PureSpectrum(PLACEHOLDER, base_url=f"{opened[-1].url}/suppliers/v2", retries=QUICK)
        made.double = sandbox
        return made

    yield make
    for running in opened:
        running.close()


def rejected(call: Callable[[], object]) -> errors.Rejected:
    """Return the refusal that a call meets."""
    with pytest.raises(errors.Rejected) as caught:
        call()
    assert (caught.value.status, caught.value.attempts) == (400, 1)
    return caught.value


def ask_raw(ps: sk.PureSpectrum, params: dict[str, str]) -> object:
    """Ask for trees with parameters that the client itself would refuse."""
    return ps._connection.send(Call("GET", "/segmentation/qualifications", params, replayable=True))


# Section 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_section_1_error_format_is_read_whatever_the_status(status: int) -> None:
    """The general format's message is the error's text at every status; the code is in a refusal."""
    body = printed("1_error_format.json")

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(f"{status} X", [])
        return [json.dumps(body).encode()]

    ps = sk.PureSpectrum("t-0000", base_url="http://app.invalid", retries=sk.Retries(attempts=1), _app=app)
    with pytest.raises(errors.AnswerError, match="A human-readable description of the error") as caught:
        ps.qualifications("en_US", 3910)
    assert getattr(caught.value, "vendor_code", 9999) == 9999


def test_section_1_a_wrong_token_is_unauthorized(client: Client) -> None:
    """401 is Unauthorized in both calls, sent once, and the token is not in it."""
    good = client()
    for wrong in ("a-wrong-token", PLACEHOLDER.lower()):
        bad = sk.PureSpectrum(wrong, base_url=good.base_url, _app=good._connection._app)
        for call in (
            lambda c: c.qualifications("en_US", 3910),
            lambda c: c.calculate("en_US", "m", PAYLOAD["segmentation_answers"]),
        ):
            with pytest.raises(errors.Unauthorized, match="Missing or invalid x-access-token") as caught:
                call(bad)
            assert caught.value.attempts == 1
            assert wrong not in repr(caught.value) + str(caught.value) + caught.value.body


def test_section_1_the_header_is_x_access_token_and_access_token_by_option() -> None:
    """The documented header is sent, and the other one only when asked for: never both."""
    seen: list[dict[str, Any]] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append({name: value for name, value in environ.items() if "ACCESS_TOKEN" in name or "AUTHORIZATION" in name})
        start_response("200 OK", [])
        return [b"[]"]

    sk.PureSpectrum("t-1111", base_url="http://app.invalid", _app=app).qualifications("en_US", 3910)
    sk.PureSpectrum("t-2222", base_url="http://app.invalid", header="access-token", _app=app).qualifications("en_US", 3910)
    assert seen == [{"HTTP_X_ACCESS_TOKEN": "t-1111"}, {"HTTP_ACCESS_TOKEN": "t-2222"}]


def test_section_1_the_sandbox_accepts_the_other_header_behind_its_switch() -> None:
    """The double refuses `access-token` as documented, and takes it when it is told to."""
    for let_in in (False, True):
        app = Sandbox(accept_access_token=let_in).wsgi
        other = sk.PureSpectrum(PLACEHOLDER, base_url="http://x.invalid/suppliers/v2", header="access-token", _app=app)
        if let_in:
            assert list(other.qualifications("en_US", 3910)) == [3910]
        else:
            with pytest.raises(errors.Unauthorized):
                other.qualifications("en_US", 3910)


# Section 2.1


def test_section_2_1_success(client: Client) -> None:
    """The example request brings the example's tree, values as printed, and reports the id that the reply leaves out."""
    ps = client()
    raw = ps.with_raw_response.qualifications("en_IN", [4209, 3910])
    assert raw.reply.url == f"{ps.base_url}/segmentation/qualifications?locale=en_IN&qualIds=4209,3910"
    trees = raw.parse()
    assert (list(trees), trees.missing, trees.findings.codes) == ([4209], (3910,), {"qualification-missing"})
    assert "3910" in trees.findings[0].message
    tree, question = trees[4209], trees[4209].find(4253)
    assert (tree.parent.description, tree.parent.order, tree.parent.text) == (
        "ISEC - Segmentation Parent Edition ",
        2994,
        "I'm looking for %%4209%%",
    )
    assert [tree.parent.find(id_).text for id_ in (111, 120)] == ["ISEC - 1", "ISEC - 10"]
    assert (question.name, question.order, question.answers[0].text) == ("ISECQ1", 3038, "Labour")
    assert question.readable.endswith("before they retired/were out of work?")
    assert tree.locale == "en_IN"


@pytest.mark.parametrize("params", [{"qualIds": "3910"}, {"locale": "en_US"}, {"locale": "", "qualIds": ""}])
def test_section_2_1_missing_parameters(client: Client, params: dict[str, str]) -> None:
    """The body of section 2.1 is a refusal with its code and its words."""
    error = rejected(lambda: ask_raw(client(), params))
    assert (error.vendor_code, error.vendor_message) == (9999, "Missing required parameters.")
    assert json.loads(error.body) == printed("2_1_missing_parameters.json")


@pytest.mark.parametrize(
    "ids", [3910, [3910], (3910,), np.int64(3910), np.array([3910]), pd.Series([3910]), "3910", iter([3910])]
)
def test_ids_may_come_in_any_shape(ids: Any) -> None:
    """One id or several, of Python or numpy, also as text: what is sent and what is missed are numbers."""
    trees = sk.PureSpectrum.sandbox().qualifications("en_US", ids)
    assert (list(trees), trees.missing) == ([3910], ())


@pytest.mark.parametrize("ids", ["a", [3910, "x"], [3910.5], [None], None, [], "", ()])
def test_ids_that_are_none_are_refused(ids: Any) -> None:
    """What is no id is refused before anything is sent."""
    ps = sk.PureSpectrum.sandbox()
    with pytest.raises(errors.InvalidInput, match="give qualification ids"):
        ps.qualifications("en_US", ids)
    assert len(ps.double.calls) == 0


# Section 2.2


@pytest.mark.parametrize("params", [{"qualIds": "3910"}, {"locale": "en_US"}, {"locale": "", "qualIds": ""}])
def test_section_2_2_missing_parameters(client: Client, params: dict[str, str]) -> None:
    """The other body that the guide prints for the same fault is a refusal with its words and no code."""
    error = rejected(lambda: ask_raw(client(error_shape="2.2"), params))
    assert (error.vendor_code, error.vendor_message) == (None, "Missing required parameters.")
    assert json.loads(error.body) == printed("2_2_missing_parameters.json")


def test_section_2_2_not_a_segmentation_qualification(client: Client) -> None:
    """en_USA with 3912 is refused in the printed words."""
    error = rejected(lambda: client().qualifications("en_USA", [3912]))
    assert (error.vendor_code, error.vendor_message) == (None, "Not a segmentation qualification.")
    assert json.loads(error.body) == printed("2_2_not_a_segmentation_qualification.json")


def test_section_2_2_the_remedy_has_two_readings(client: Client) -> None:
    """en_US with 3912, which the guide names as the remedy, is refused or served: both come through as what they are."""
    error = rejected(lambda: client().qualifications("en_US", [3912]))
    assert error.vendor_message == "Not a segmentation qualification."
    trees = client(child_id="serve").qualifications("en_US", [3912])
    assert (list(trees), trees[3912].parent.description, trees.missing) == ([3912], "USQ2", ())


# Section 3.1


def test_section_3_1_success(client: Client) -> None:
    """The example's four answers bring the example's segment, documented, from the very body that the guide prints."""
    ps = client()
    tree = ps.qualifications("en_US", [3910])[3910]
    walk = tree.walk()
    for _ in range(4):
        walk.answer(111)
    assert walk.payload(MEMBER) == PAYLOAD
    answer = ps.calculate("en_US", MEMBER, walk)
    success = printed("3_1_success.json")
    assert (answer.member_id, answer.locale, answer.provenance) == (success["memberId"], success["locale"], "documented")
    assert {
        "question_description": answer.description,
        "qualification_id": answer.qualification_id,
        "segment_text": answer.segment_text,
        "segment_id": answer.segment_id,
    } == success["segmentation"]
    assert answer.note == ""
    repeated = ps.calculate("en_US", MEMBER, walk)
    assert (repeated.segment_id, repeated.provenance) == (111, "synthetic")
    assert "calculated before" in repeated.note


@pytest.mark.parametrize(
    "answers",
    [
        GOLDEN,
        {3911: 111, 3912: 111, 3913: 111, 3914: 111},
        {"3911": 111, "USQ2": "Spanish Only", "USQ3": "111", "USQ4": 111.0},
        pd.Series({**GOLDEN, "age": 44, "name": "Ana", "member_id": "x"}),
        pd.DataFrame([{**GOLDEN, "weight": 1.5}]).iloc[0],
        PAYLOAD["segmentation_answers"],
        tuple(PAYLOAD["segmentation_answers"]),
    ],
    ids=["names", "ids", "mixed", "series", "row of floats", "the vendor's entries", "as a tuple"],
)
def test_section_3_1_answers_come_in_many_forms(client: Client, answers: Any) -> None:
    """A mapping by name or id, a frame row with other columns, and the vendor's own entries are all the example's answers."""
    ps = client()
    ps.qualifications("en_US", [3910])
    assert ps.calculate("en_US", MEMBER, answers).segment_text == "Less Acculturated"


def test_section_3_1_missing_parameters(client: Client) -> None:
    """A calculation without its parameters meets both printed bodies."""
    for switches, code in (({}, 9999), ({"error_shape": "2.2"}, None)):
        ps = client(**switches)
        for body in ({**PAYLOAD, "locale": ""}, {**PAYLOAD, "member_id": ""}, {**PAYLOAD, "segmentation_answers": []}):
            error = rejected(lambda body=body, ps=ps: ps.with_raw_response.calculate_body(body))
            assert (error.vendor_code, error.vendor_message) == (code, "Missing required parameters.")


@pytest.mark.parametrize(
    ("answers", "complaint"),
    [
        ({"USQ1": 111}, "unanswered|no answer"),
        ({**GOLDEN, "USQ1": 999}, "999 is not an answer"),
        ({**GOLDEN, "USQ1": [111, 112]}, "Only one answer is allowed for qualification 3911"),
        ({**GOLDEN, "USQ9": 111}, "no question 'USQ9'"),
        (pd.Series({"USQ1": 111}), "unanswered|no answer"),
        (111, "give a walk, a mapping"),
        (None, "give a walk, a mapping"),
        (pd.DataFrame([GOLDEN]), "give a walk, a mapping"),
        ("USQ1", "give a walk, a mapping"),
        ([{"qualification_id": object()}], "cannot be written as JSON"),
    ],
    ids=named,
)
def test_answers_that_cannot_be_sent_are_refused_here(answers: Any, complaint: str) -> None:
    """What is missing or not an answer is InvalidInput with its reason, and nothing is sent."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    with pytest.raises(errors.InvalidInput, match=complaint):
        ps.calculate("en_US", "m-1", answers, tree=tree)
    assert ps.double.calls.count_of("/calculate") == 0


@pytest.mark.parametrize(
    ("locale", "member_id", "complaint"),
    [
        ("en_IN", "m-1", "the tree is en_US, locale is en_IN: give locale='en_US'"),
        ("m1", "en_US", "the tree is en_US, locale is m1"),
        ("en-US", "m-1", "write it with an underscore, 'en_US'"),
        ("", "m-1", "give language and country"),
        (None, "m-1", "locale is None"),
    ],
)
def test_a_locale_that_cannot_be_is_refused_here(locale: Any, member_id: str, complaint: str) -> None:
    """A locale that contradicts the walk or the tree, or is none, is InvalidInput, and nothing is sent."""
    ps = sk.PureSpectrum.sandbox()
    tree = ps.qualifications("en_US", [3910])[3910]
    walk = tree.walk()
    for _ in range(4):
        walk.answer(111)
    for answers, which in ((walk, None), (GOLDEN, tree), (PAYLOAD["segmentation_answers"], tree)):
        with pytest.raises(errors.InvalidInput, match=complaint):
            ps.calculate(locale, member_id, answers, tree=which)
    assert ps.double.calls.count_of("/calculate") == 0


@pytest.mark.parametrize("locale", ["", "  ", None, 3910, "en-US"])
def test_trees_are_fetched_for_a_locale(locale: Any) -> None:
    """What is no locale is refused before anything is sent."""
    ps = sk.PureSpectrum.sandbox()
    with pytest.raises(errors.InvalidInput, match="locale is"):
        ps.qualifications(locale, [3910])
    assert len(ps.double.calls) == 0


def test_a_tree_is_one_tree_and_a_question_is_named_once() -> None:
    """All the trees, or an id, in a tree's place are refused with the fix; so is one question under two names."""
    ps = sk.PureSpectrum.sandbox()
    trees = ps.qualifications("en_US", [3910])
    for wrong in (trees, 3910, 0):
        with pytest.raises(errors.InvalidInput, match=r"tree is .*trees\[3910\]"):
            ps.calculate("en_US", "m-1", GOLDEN, tree=wrong)
    with pytest.raises(errors.InvalidInput, match="'USQ1' and 3911 are the same question"):
        ps.calculate("en_US", "m-1", {**GOLDEN, 3911: 112})
    assert ps.double.calls.count_of("/calculate") == 0


@pytest.mark.parametrize(
    ("choices", "complaint"),
    [
        ({"retries": 3}, r"retries is 3: give Retries\(attempts="),
        ({"retries": 0}, "retries is 0"),
        ({"timeout": "30"}, "timeout is '30'"),
        ({"connect_timeout": (1, 2)}, "give seconds above 0"),
    ],
)
def test_options_of_another_kind_are_refused(choices: dict[str, Any], complaint: str) -> None:
    """What is no number, or no Retries, is InvalidInput where it is given."""
    with pytest.raises(errors.InvalidInput, match=complaint):
        sk.PureSpectrum("t-0000", **choices)
    with pytest.raises(errors.InvalidInput, match=complaint):
        sk.PureSpectrum("t-0000").with_options(**choices)


def test_a_mapping_needs_a_tree_that_is_known() -> None:
    """Without a tree of the locale a mapping is refused with what to do; one given or fetched before is used."""
    ps = sk.PureSpectrum.sandbox()
    with pytest.raises(errors.InvalidInput, match=r"fetch it first with qualifications\(\)"):
        ps.calculate("en_US", "m-1", GOLDEN)
    tree = ps.qualifications("en_US", 3910)[3910]
    with pytest.raises(errors.InvalidInput, match="none is known"):
        ps.calculate("es_MX", "m-1", GOLDEN)
    assert ps.calculate("en_US", "m-1", GOLDEN).segment_id == 111
    assert sk.PureSpectrum.sandbox().calculate("en_US", "m-1", GOLDEN, tree=tree).segment_id == 111


def test_the_sandbox_s_mexico_is_calculated(client: Client) -> None:
    """A tree with an input question comes back from another locale, labelled synthetic with the reason."""
    ps = client()
    tree = ps.qualifications("es_MX", 990001)[990001]
    answers = {q.name: 2 if q.kind == "input" else q.answers[-1].id for q in tree.questions}
    answer = ps.calculate("es_MX", "m-1", answers)
    assert (answer.qualification_id, answer.segment_text, answer.provenance) == (990001, "A/B", "synthetic")
    assert "AMAI" in answer.note


@pytest.mark.parametrize(
    ("changes", "complaint", "path"),
    [
        ({"memberId": "somebody-else"}, "for member 'somebody-else', asked for was", "$.memberId"),
        ({"memberId": 7}, "Expected `str", "$.memberId"),
        ({"segmentation": None}, "no segmentation", "$.segmentation"),
        ({"segmentation": {"qualification_id": 3910}}, "missing required field `segment_id`", "$.segmentation"),
        ({"segmentation": []}, "Expected `object", "$.segmentation"),
    ],
)
def test_a_reply_that_is_not_the_documented_one_is_unexpected(changes: dict[str, Any], complaint: str, path: str) -> None:
    """Another member's reply, or one without a segment, is UnexpectedAnswer with its JSON path, its body and the call."""
    body = msgspec.json.encode({**printed("3_1_success.json"), **changes})

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [body]

    ps = sk.PureSpectrum("t-3333", base_url="http://app.invalid/v2", _app=app)
    with pytest.raises(errors.UnexpectedAnswer, match=complaint) as caught:
        ps.calculate("en_US", MEMBER, PAYLOAD["segmentation_answers"])
    assert (caught.value.path, caught.value.body, caught.value.status) == (path, body.decode(), 200)
    assert (caught.value.method, caught.value.url) == ("POST", "http://app.invalid/v2/segmentation/calculate")


# Section 3.2


def test_section_3_2_only_one_answer(client: Client) -> None:
    """The invalid payload of the guide is refused by the double in the words that the walk uses before."""
    invalid = (PRINTED / "3_2_only_one_answer_payload.txt").read_text(encoding="utf-8").replace("(...)", "").strip()
    entries = json.loads("{" + invalid + "]}")["segmentation_answers"] + PAYLOAD["segmentation_answers"][1:]
    error = rejected(lambda: client().calculate("en_US", MEMBER, entries))
    assert json.loads(error.body) == printed("3_2_only_one_answer.json")
    walk = sk.PureSpectrum.sandbox().qualifications("en_US", 3910)[3910].walk().answer([111, 112])
    assert error.vendor_message == walk.findings[0].message == "Only one answer is allowed for qualification 3911."


@pytest.mark.parametrize(("name", "value"), [("3_2_open_ended_payload.txt", -1), ("3_2_open_ended_mended.txt", 2)])
def test_section_3_2_open_ended(client: Client, name: str, value: int) -> None:
    """-1 cars are refused by the double in the words that the walk uses before; 2, the remedy, are calculated."""
    ps = client()
    tree = ps.qualifications("es_MX", 990001)[990001]
    walk = tree.walk()
    for question in tree.questions:
        walk.answer(2 if question.kind == "input" else question.answers[0].id)
    entries = walk.payload("m-1")["segmentation_answers"]
    shown = json.loads("{" + (PRINTED / name).read_text(encoding="utf-8").replace("(...)", "").strip().rstrip(",") + "}")
    assert shown["answers"] == [{"value": value}]
    entries[2] |= shown
    if value == 2:
        assert entries == walk.payload("m-1")["segmentation_answers"]
        assert ps.calculate("es_MX", "m-1", entries).segment_id
        return
    error = rejected(lambda: ps.calculate("es_MX", "m-1", entries))
    assert json.loads(error.body) == printed("3_2_open_ended.json")
    assert error.vendor_message == walk.answer(value, 4051).findings[0].message == "Error on regex open ended"


# The client itself


def test_the_base_url_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production by default, staging by name, any other by address; an unknown name is refused."""
    monkeypatch.setenv(TOKEN, "t-4444")
    assert sk.PureSpectrum().base_url == BASE_URLS["production"] == "https://api.spectrumsurveys.com/suppliers/v2"
    assert sk.PureSpectrum(environment="staging").base_url == "https://staging.spectrumsurveys.com/suppliers/v2"
    custom = sk.PureSpectrum(base_url="http://127.0.0.1:9/suppliers/v2/")
    assert (custom.base_url, repr(custom)) == (
        "http://127.0.0.1:9/suppliers/v2",
        "<PureSpectrum custom http://127.0.0.1:9/suppliers/v2>",
    )
    with pytest.raises(errors.InvalidInput, match="give production or staging"):
        sk.PureSpectrum(environment="prod")


@pytest.mark.parametrize(
    ("arguments", "live"),
    [
        ({}, True),
        ({"environment": "staging"}, False),
        ({"base_url": "http://127.0.0.1:8000/suppliers/v2"}, False),
        ({"base_url": "http://[::1]:8000"}, False),
        ({"base_url": "http://localhost:8000"}, False),
        ({"base_url": "http://staging.spectrumsurveys.com/suppliers/v2"}, False),
        ({"base_url": "https://proxy.example/ps", "environment": "staging"}, False),
        ({"base_url": "https://proxy.example/ps"}, True),
        ({"base_url": "http://10.0.0.7"}, True),
        ({"base_url": "https://localhost.example"}, True),
        ({"base_url": "https://API.spectrumsurveys.com/suppliers/v2", "environment": "staging"}, True),
    ],
)
def test_live_is_what_saves_at_a_real_vendor(arguments: dict[str, str], *, live: bool) -> None:
    """Only the sandbox, staging and this machine are not live, and production's own host always is."""
    assert sk.PureSpectrum("t-5555", **arguments).live is live
    assert sk.PureSpectrum.sandbox().live is False


def test_the_token_is_the_argument_else_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The argument goes first, blanks around are taken off, and where there is none the error says what to do."""
    sandbox = Sandbox(tokens=["from-argument", "from-environment"])
    seen: list[str] = []

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ["HTTP_X_ACCESS_TOKEN"])
        return sandbox.wsgi(environ, start_response)

    monkeypatch.setenv(TOKEN, " from-environment\n")
    for token in ("from-argument", None):
        sk.PureSpectrum(token, base_url="http://x.invalid/suppliers/v2", _app=app).qualifications("en_US", 3910)
    assert seen == ["from-argument", "from-environment"]
    monkeypatch.delenv(TOKEN)
    for nothing in (None, "", "  ", b"bytes", 7):
        with pytest.raises(errors.MissingCredential, match=f"set {TOKEN}, or use PureSpectrum.sandbox"):
            sk.PureSpectrum(nothing)
    with pytest.raises(errors.InvalidInput, match="no header can carry"):
        sk.PureSpectrum("two\nlines")
