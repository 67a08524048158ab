"""The laws of PureSpectrum's double; tests named after a section assert what that section of the vendor's guide prints."""

import itertools
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from segkit.sandbox.app import TOKEN, Sandbox
from segkit.sandbox.exchange import LABEL, NOTE_HEADER, PROVENANCE_HEADER, raw_path
from segkit.sandbox.purespectrum import PREFIX
from segkit.sandbox.trees import Tree, labels, shipped
from segkit.sel.standards import standard

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_segmentation"
GET = f"{PREFIX}/qualifications"
POST = f"{PREFIX}/calculate"
HEADERS = {"x-access-token": TOKEN}
TREES = {content["tree"]["qualification_id"]: content for content in shipped()}
MX_IDS = [990002, 990003, 4051, 990004, 990005, 990006]


def printed(name: str) -> str:
    """Return an example as the guide prints it, without the lines that stand for what it leaves out."""
    lines = (PRINTED / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("// ...", "(...)")))


def in_order(text: str) -> Any:
    """Decode JSON so that the order of keys counts: an object is a list of pairs."""
    return json.loads(text, object_pairs_hook=list)


def documented_only(part: Any) -> Any:
    """Return a body without the objects that are labelled as not documented."""
    if isinstance(part, dict):
        return {name: documented_only(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [documented_only(inner) for inner in part if not (isinstance(inner, dict) and LABEL in inner)]
    return part


def get(sandbox: Sandbox, query: str, headers: dict[str, str] = HEADERS) -> TestResponse:
    """Ask for qualifications."""
    return Client(sandbox.wsgi).get(f"{GET}?{query}", headers=headers)


def post(sandbox: Sandbox, payload: object, headers: dict[str, str] = HEADERS) -> TestResponse:
    """Ask for a calculation; bytes are sent as they are."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Client(sandbox.wsgi).post(POST, data=body, headers=headers)


def label(reply: TestResponse) -> str:
    """Return the reply's provenance, and hold it to a note where it is not documented."""
    word = reply.headers[PROVENANCE_HEADER]
    note = reply.headers.get(NOTE_HEADER, "")
    assert note.isascii()
    assert bool(note) == (word != "documented")
    return word


def golden(**changes: Any) -> dict[str, Any]:
    """Return the payload of section 3.1, changed."""
    return {**json.loads(printed("3_1_payload.json")), **changes}


def answers_of(parent_id: int, choices: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return segmentation_answers as the guide shows them."""
    return [
        {"qualification_id": child, "answers": [answer], "segmentation": {"parent_qualification_id": parent_id}}
        for child, answer in choices.items()
    ]


def mexican(education: int = 0, cars: object = 0) -> dict[str, Any]:
    """Return a payload for Mexico: the lowest answers but for education and cars."""
    choices = {child: {"id": 111} for child in MX_IDS}
    choices |= {990002: {"id": 111 + education}, 4051: {"value": cars}}
    return {"locale": "es_MX", "member_id": "m-1", "segmentation_answers": answers_of(990001, choices)}


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a fresh sandbox with its state in memory."""
    return Sandbox()


# What the guide prints


def test_section_1_error_format(sandbox: Sandbox) -> None:
    """An error has the two keys of section 1; a 401's words are ours to derive, and labelled."""
    reply = get(sandbox, "locale=en_IN&qualIds=4209", headers={})
    body = reply.get_json()
    assert reply.status_code == 401
    assert list(body)[:2] == list(json.loads(printed("1_error_format.json")))
    assert body["ps_api_response_code"] == 9999
    assert (body[LABEL], label(reply)) == ("derived", "derived")


def test_section_2_1_success_reply(sandbox: Sandbox) -> None:
    """The example request gets the example reply: what is not labelled is the print, value for value and key for key."""
    reply = get(sandbox, "locale=en_IN&qualIds=4209,3910")
    ours = json.dumps(documented_only(reply.get_json()))
    assert reply.status_code == 200
    assert in_order(ours) == in_order(printed("2_1_success.txt"))
    assert label(reply) == "synthetic"
    assert "left out" in reply.headers[NOTE_HEADER]


@pytest.mark.parametrize("query", ["locale=en_US", "qualIds=3910", "", "locale=&qualIds=3910", "locale=en_US&qualIds="])
def test_section_2_1_missing_parameters(sandbox: Sandbox, query: str) -> None:
    """A missing or empty parameter is a 400 with the body of section 2.1."""
    reply = get(sandbox, query)
    assert (reply.status_code, label(reply)) == (400, "documented")
    assert in_order(reply.text) == in_order(printed("2_1_missing_parameters.json"))


@pytest.mark.parametrize("query", ["locale=en_US", "qualIds=3910"])
def test_section_2_2_missing_parameters(query: str) -> None:
    """The switch brings the other body that the guide prints for the same fault."""
    reply = get(Sandbox(error_shape="2.2"), query)
    assert (reply.status_code, label(reply)) == (400, "derived")
    assert in_order(reply.text) == in_order(printed("2_2_missing_parameters.json"))


@pytest.mark.parametrize("query", ["locale=en_USA&qualIds=3912", "locale=en_US&qualIds=0001", "locale=en_US&qualIds=3910,abc"])
def test_section_2_2_not_a_segmentation_qualification(sandbox: Sandbox, query: str) -> None:
    """An unknown locale or id is refused with the body of section 2.2."""
    reply = get(sandbox, query)
    assert (reply.status_code, label(reply)) == (400, "derived")
    assert in_order(reply.text) == in_order(printed("2_2_not_a_segmentation_qualification.json"))


def test_section_3_1_success_reply(sandbox: Sandbox) -> None:
    """The example payload gets the example reply, documented and without any key of ours."""
    reply = post(sandbox, printed("3_1_payload.json").encode())
    assert (reply.status_code, label(reply)) == (200, "documented")
    assert in_order(reply.text) == in_order(printed("3_1_success.json"))


def test_section_3_2_only_one_answer(sandbox: Sandbox) -> None:
    """Two answers to 3911 get the printed refusal."""
    entry = json.loads("{" + printed("3_2_only_one_answer_payload.txt").rstrip() + "]}")["segmentation_answers"]
    reply = post(sandbox, golden(segmentation_answers=entry + golden()["segmentation_answers"][1:]))
    assert (reply.status_code, label(reply)) == (400, "derived")
    assert in_order(reply.text) == in_order(printed("3_2_only_one_answer.json"))


def test_section_3_2_one_answer_is_the_remedy(sandbox: Sandbox) -> None:
    """The mended entry of section 3.2 is calculated."""
    mended = json.loads("{" + printed("3_2_only_one_answer_mended.txt").rstrip(",") + "}]}")["segmentation_answers"][0]
    mended["segmentation"] = {"parent_qualification_id": 3910}
    reply = post(sandbox, golden(segmentation_answers=[mended, *golden()["segmentation_answers"][1:]]))
    assert in_order(reply.text) == in_order(printed("3_1_success.json"))


@pytest.mark.parametrize(("name", "status"), [("3_2_open_ended_payload.txt", 400), ("3_2_open_ended_mended.txt", 200)])
def test_section_3_2_open_ended(sandbox: Sandbox, name: str, status: int) -> None:
    """-1 cars get the printed refusal, 2 cars are calculated."""
    printed_entry = json.loads("{" + printed(name).strip().rstrip(",") + "}")
    payload = mexican()
    payload["segmentation_answers"][2].update(printed_entry)
    reply = post(sandbox, payload)
    assert reply.status_code == status
    if status == 400:
        assert in_order(reply.text) == in_order(printed("3_2_open_ended.json"))
        assert label(reply) == "derived"


# What the guide leaves open


@pytest.mark.parametrize("path", ["/suppliers/v2/segmentation-qualifications", "/suppliers/v2/calculate-segmentation", GET + "/"])
def test_step_labels_of_the_workflow_are_no_paths(sandbox: Sandbox, path: str) -> None:
    """Only the paths of the full URLs are served; all else is a labelled 404."""
    reply = Client(sandbox.wsgi).get(path, headers=HEADERS)
    assert (reply.status_code, label(reply)) == (404, "synthetic")


def test_another_method_is_a_labelled_refusal(sandbox: Sandbox) -> None:
    """Every reply bears its label, also one that the framework would make by itself."""
    client = Client(sandbox.wsgi)
    assert client.post(GET, headers=HEADERS).headers[PROVENANCE_HEADER] == "synthetic"
    options = client.options(GET, headers=HEADERS)
    assert (options.status_code, options.headers[PROVENANCE_HEADER]) == (200, "synthetic")


@pytest.mark.parametrize("headers", [{}, {"x-access-token": "wrong"}, {"access-token": TOKEN}, {"x-access-token": ""}])
def test_only_a_known_token_in_its_header_is_let_in(sandbox: Sandbox, headers: dict[str, str]) -> None:
    """Both endpoints answer 401 before they look at anything else."""
    assert get(sandbox, "locale=nowhere", headers).status_code == 401
    assert post(sandbox, b"{", headers).status_code == 401


def test_the_other_header_is_accepted_behind_a_switch() -> None:
    """`access-token`, as the vendor's other APIs have it, is let in when asked for."""
    reply = get(Sandbox(accept_access_token=True), "locale=en_US&qualIds=3910", {"access-token": TOKEN})
    assert reply.status_code == 200


def test_a_child_id_is_refused_or_served_by_a_switch(sandbox: Sandbox) -> None:
    """The guide shows 3912 refused and names it as the remedy: both readings can be had, both labelled."""
    refused = get(sandbox, "locale=en_US&qualIds=3912")
    served = get(Sandbox(child_id="serve"), "locale=en_US&qualIds=3912")
    assert (refused.status_code, label(refused)) == (400, "derived")
    assert served.get_json()[0]["3912"]["question_description"] == "USQ2"
    assert label(served) == "synthetic"


def test_a_parent_of_another_locale_is_left_out(sandbox: Sandbox) -> None:
    """Valid parents come back in the order asked, once each, without those that the locale lacks."""
    assert get(sandbox, "locale=en_US&qualIds=4209").get_json() == []
    assert [list(part) for part in get(sandbox, "locale=en_US&qualIds=4209,3910,3910").get_json()] == [["3910"]]


@pytest.mark.parametrize("missing", ["locale", "member_id", "segmentation_answers"])
@pytest.mark.parametrize("shape", ["2.1", "2.2"])
def test_a_calculation_needs_its_three_parameters(missing: str, shape: str) -> None:
    """A missing, null or empty parameter of the body is a 400 with the chosen body, derived for this endpoint."""
    sandbox = Sandbox(error_shape=shape)
    without = golden()
    del without[missing]
    for payload in (without, golden(**{missing: None}), golden(**{missing: ""})):
        reply = post(sandbox, payload)
        assert (reply.status_code, label(reply)) == (400, "derived")
        assert in_order(reply.text) == in_order(printed(f"{shape.replace('.', '_')}_missing_parameters.json"))


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"{", b"\xff", b'{"locale": NaN}', b"[" * 100_000])
def test_a_body_that_is_no_json_object_misses_its_parameters(sandbox: Sandbox, body: bytes) -> None:
    """Whatever is sent, the reply is the vendor's 400 and never a fault of the sandbox."""
    assert post(sandbox, body).status_code == 400


def entries(*changes: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of section 3.1 with some of them changed."""
    sent = golden()["segmentation_answers"]
    for place, change in changes:
        sent[place] = {**sent[place], **change}
    return sent


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (golden(segmentation_answers=entries((0, {"answers": [{"id": 999}]}))), "no answer 999"),
        (golden(segmentation_answers=entries((0, {"answers": [{"id": True}]}))), "no answer True"),
        (golden(segmentation_answers=entries((0, {"answers": [{"id": "111"}]}))), "no answer '111'"),
        (golden(segmentation_answers=entries((0, {"answers": [{"id": 111.0}]}))), "no answer 111.0"),
        (golden(segmentation_answers=entries((0, {"answers": [{"id": [111]}]}))), "no answer [111]"),
        (golden(segmentation_answers=entries((0, {"answers": []}))), "one answer"),
        (golden(segmentation_answers=entries((0, {"qualification_id": 3910}))), "no child"),
        (golden(segmentation_answers=entries((0, {"qualification_id": "\ud800"}))), "no child"),
        (golden(segmentation_answers=entries((0, {"segmentation": {"parent_qualification_id": 4209}}))), "is 3910"),
        (golden(segmentation_answers=entries()[:3]), "[3914] are not answered"),
        (golden(segmentation_answers=["3911"]), "is an object"),
        (golden(locale="en_IN"), "no child"),
        (golden(locale="xx_XX"), "no locale"),
        (golden(member_id=7), "are texts"),
        (golden(member_id="\ud800"), "are texts"),
    ],
)
def test_what_the_guide_does_not_say_is_refused_in_our_words(sandbox: Sandbox, payload: object, word: str) -> None:
    """A refusal that no section prints is synthetic in header and body, says why, and saves nothing."""
    reply = post(sandbox, payload)
    body = reply.get_json()
    assert (reply.status_code, label(reply), body["apiStatus"], body[LABEL]) == (400, "synthetic", "Failure", "synthetic")
    assert word in body["msg"]
    assert sandbox.members == []


def test_children_of_two_parents_are_refused() -> None:
    """A calculation is for one parent: a second tree's child does not pass among the first's."""
    second = json.loads(json.dumps(TREES[4209]).replace("4253", "5253").replace("994254", "5254").replace("994255", "5255"))
    second["tree"]["qualification_id"] = 5209
    sandbox = Sandbox(trees=[TREES[4209], second])
    choices = answers_of(4209, {child: {"id": 111} for child in (4253, 994254, 994255)}) + answers_of(5209, {5253: {"id": 111}})
    reply = post(sandbox, {"locale": "en_IN", "member_id": "m", "segmentation_answers": choices})
    assert "another parent" in reply.get_json()["msg"]


def test_a_question_answered_in_two_entries_has_several_answers(sandbox: Sandbox) -> None:
    """Two entries for one question are two answers to it."""
    reply = post(sandbox, golden(segmentation_answers=[*entries(), entries()[0]]))
    assert reply.get_json() == json.loads(printed("3_2_only_one_answer.json"))


@pytest.mark.parametrize("value", [0, 2, 99, "0", "7", "99"])
def test_whole_numbers_within_the_placeholder_are_accepted(sandbox: Sandbox, value: object) -> None:
    """0 to 99 pass, as numbers or as their digits."""
    assert post(sandbox, mexican(cars=value)).status_code == 200


@pytest.mark.parametrize("value", [-1, 100, 2.0, True, None, "", "-1", "07", "٣", "2 ", "9" * 5000, [2]])
def test_other_values_fail_the_open_ended_pattern(sandbox: Sandbox, value: object) -> None:
    """What is no whole number from 0 to 99 gets the printed refusal."""
    reply = post(sandbox, mexican(cars=value))
    assert in_order(reply.text) == in_order(printed("3_2_open_ended.json"))


def test_a_repeated_calculation_is_saved_again_and_labelled(sandbox: Sandbox) -> None:
    """The second reply has the first's words and a label; the member is counted, not doubled."""
    first, second = post(sandbox, golden()), post(sandbox, golden())
    assert (label(first), label(second)) == ("documented", "synthetic")
    assert second.get_json() == {**first.get_json(), LABEL: "synthetic"}
    assert [(m.member_id, m.segment_id, m.attempts) for m in sandbox.members] == [("some_member_id_xyz", 111, 2)]


def test_only_the_printed_answers_have_a_documented_result(sandbox: Sandbox) -> None:
    """Every other way to answer the four questions is labelled synthetic, in header and body, as its last key."""
    asked = {child: [{"id": 111}, {"id": 115}] for child in TREES[3910]["scoring"]["points"]}
    seen = set()
    for number, row in enumerate(itertools.product(*asked.values())):
        choices = answers_of(3910, dict(zip(map(int, asked), row, strict=True)))
        reply = post(sandbox, golden(member_id=f"m-{number}", segmentation_answers=choices))
        body = reply.get_json()
        is_printed = all(answer["id"] == 111 for answer in row)
        assert label(reply) == ("documented" if is_printed else "synthetic")
        assert (list(body)[-1] == LABEL) is not is_printed
        seen.add(body["segmentation"]["segment_id"])
    assert seen == {111, 112, 113}


@pytest.mark.parametrize(("education", "cars"), list(itertools.product(range(11), [0, 1, 2, 40])))
def test_mexico_is_scored_by_amai_2022(sandbox: Sandbox, education: int, cars: int) -> None:
    """The Mexican tree answers as the standard does, any number of cars above one as two or more."""
    amai = standard("mx-amai", 2022)
    home = {question.name: question.answers[0].answer for question in amai.questions}
    home |= {"education": amai.questions[0].answers[education].answer, "cars": ["0", "1", "2+"][min(cars, 2)]}
    reply = post(sandbox, mexican(education, cars))
    assert reply.get_json()["segmentation"]["segment_text"] == amai.rule.segment(home)
    assert "AMAI" in reply.headers[NOTE_HEADER]
    assert label(reply) == "synthetic"


# The trees


def test_the_mexican_tree_asks_what_the_standard_asks() -> None:
    """Wording and answers are AMAI's own, in its order; the cars are the documented input 4051 in the third place."""
    children = TREES[990001]["tree"]["children"]
    for place, (child, question) in enumerate(zip(children, standard("mx-amai", 2022).questions, strict=True)):
        assert child["question_text"] == f"{question.text} %%{child['qualification_id']}%%"
        assert child["question_description"] == f"MXQ{place + 1}"
        expected = [] if place == 2 else [(a.text, a.eng_text) for a in question.answers]
        assert [(answer["text"], answer["eng_text"]) for answer in child["answers"]] == expected
    assert [children[2][key] for key in ("qualification_id", "question_type", "answer_placeholder")] == [4051, "input", "0-99"]


def test_nothing_synthetic_is_unlabelled() -> None:
    """Walked from the guide: every object of every tree that its examples do not print bears a label as its last key."""
    shown = in_order(printed("2_1_success.txt"))[0][0][1]
    payload = json.loads(printed("3_1_payload.json"))["segmentation_answers"]
    documented_answers = {(4209, 111), (4209, 120), (4253, 111), (3910, 111), (3911, 112)}
    documented_answers |= {(entry["qualification_id"], answer["id"]) for entry in payload for answer in entry["answers"]}
    documented_questions = {dict(shown)["qualification_id"], 4253, 3911}
    for content in TREES.values():
        for question in [content["tree"], *content["tree"]["children"]]:
            question_id = question["qualification_id"]
            assert (LABEL not in question) == (question_id in documented_questions)
            assert LABEL not in question or list(question)[-1] == LABEL
            for answer in question["answers"]:
                assert (LABEL not in answer) == ((question_id, answer["id"]) in documented_answers)
                assert LABEL not in answer or list(answer)[-1] == LABEL


def test_synthetic_wording_says_that_it_is_ours() -> None:
    """A question text that neither the guide nor a standard has begins with a warning."""
    for content in TREES.values():
        for question in [content["tree"], *content["tree"]["children"]]:
            if LABEL in question and "standard" not in content["scoring"]:
                assert question["question_text"].startswith("(sandbox wording) ")
            assert question["question_text"].endswith(f"%%{question['qualification_id']}%%")


@pytest.mark.parametrize("content", TREES.values(), ids=map(str, TREES))
def test_every_segment_of_every_tree_is_reachable(content: dict[str, Any]) -> None:
    """Each answer of a parent is the result of some answers of its children."""
    tree = Tree(content)
    codes = [range(len(child.codes) or 3) for child in tree.children.values()]
    found = {tree.segment(dict(zip(tree.children, row, strict=True)))["id"] for row in itertools.product(*codes)}
    assert found == {answer["id"] for answer in tree.wire["answers"]}
    assert set(labels(tree.wire)) <= {"synthetic", "derived"}


# State


def test_eight_threads_lose_no_call(sandbox: Sandbox) -> None:
    """Eight threads at once: each reply is its member's own, all are saved and counted."""
    wrong: list[str] = []

    def work(thread: int) -> None:
        for number in range(25):
            member = f"{thread}-{number % 20}"
            if post(sandbox, golden(member_id=member)).get_json()["memberId"] != member:
                wrong.append(member)

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (len(sandbox.members), sum(member.attempts for member in sandbox.members)) == (160, 200)
    assert sandbox.calls.counts == {f"POST {POST}": 200}


def test_a_file_is_gone_on_with(tmp_path: Path) -> None:
    """A second sandbox on the same file knows the first one's members and calls."""
    first = Sandbox(tmp_path / "state.sqlite")
    post(first, golden())
    first.close()
    second = Sandbox(tmp_path / "state.sqlite")
    assert label(post(second, golden())) == "synthetic"
    assert (second.members[0].attempts, second.calls.count_of("/calculate")) == (2, 2)
    second.close()


def test_the_record_of_calls_holds_no_token(tmp_path: Path) -> None:
    """Neither the file nor the record knows a credential, right or wrong, also when it was sent in the path."""
    sandbox = Sandbox(tmp_path / "state.sqlite", tokens=["canary-right-7731"])
    for token in ("canary-right-7731", "canary-wrong-7731"):
        get(sandbox, "locale=en_US&qualIds=3910", {"x-access-token": token})
        Client(sandbox.wsgi).get(f"/{token}?token={token}")
    assert [call.status for call in sandbox.calls] == [200, 404, 401, 404]
    assert "canary" not in repr(sandbox.calls) + repr(sandbox) + str(list(sandbox.calls))
    sandbox.close()
    assert b"canary" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_the_raw_path_keeps_what_decoding_would_lose() -> None:
    """An id with %2F or %26 comes through as it was sent, whatever server mounts the app."""
    assert raw_path({"REQUEST_URI": "/a%2Fb/c%26?x=/y", "PATH_INFO": "/a/b/c&"}) == "/a%2Fb/c%26"
    assert raw_path({"RAW_URI": "http://host:1/a%2Fb?x", "PATH_INFO": "/a/b"}) == "/a%2Fb"
    assert raw_path({"PATH_INFO": "/caf\u00c3\u00a9"}) == "/caf%C3%A9"
