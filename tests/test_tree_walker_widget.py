from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import segkit as sk
from segkit.errors import InvalidInput
from segkit.provenance import WORDS
from segkit.widgets.tree_walker import TreeWalker

if TYPE_CHECKING:
    from segkit.sel.tree import Tree


@pytest.fixture(scope="module")
def ps() -> sk.PureSpectrum:
    """Return a client of a sandbox."""
    return sk.PureSpectrum.sandbox()


@pytest.fixture(scope="module")
def tree(ps: sk.PureSpectrum) -> Tree:
    """Return the tree of the document's golden result."""
    return ps.qualifications("en_US", [3910])[3910]


def _do(walker: TreeWalker, **message: object) -> None:
    """Send what the view would send."""
    walker._handle_custom_msg(message, [])


def test_the_view_is_plain_data_of_the_walk(tree: Tree) -> None:
    """Everything that is shown is in one JSON trait: outline, question, choices with their words, the body."""
    walker = TreeWalker(tree)
    view = json.loads(json.dumps(walker.view))
    assert [step["name"] for step in view["outline"]] == ["USQ1", "USQ2", "USQ3", "USQ4"]
    assert view["question"]["id"] == 3911
    assert {choice["provenance"] for choice in view["question"]["choices"]} <= set(WORDS)
    assert view["provenance"] == "synthetic"
    assert not view["has_client"]
    assert json.loads(view["payload"]) == walker.payload


def test_a_walk_by_messages_equals_a_walk_in_python(ps: sk.PureSpectrum, tree: Tree) -> None:
    """What the browser sends leads to the same walk, body and segment as the same answers in Python."""
    walker = TreeWalker(tree, calculate=ps.calculate, member_id="m-1")
    for question, value in ((3911, 111), (3912, 112), (3913, 113), (3914, 111)):
        _do(walker, do="answer", question=question, value=value)
    walk = tree.walk().answer(111).answer(112).answer(113).answer(111)
    assert walker.payload == walk.payload("m-1")
    _do(walker, do="calculate")
    assert walker.result is not None
    assert walker.result.segment_id == ps.calculate("en_US", "m-2", walk).segment_id
    assert walker.view["result"]["segment"] == walker.result.segment_text
    assert walker.view["result"]["provenance"] == "synthetic"


def test_a_changed_answer_takes_the_segment_back(ps: sk.PureSpectrum, tree: Tree) -> None:
    """A segment is shown only for the answers that it was calculated from."""
    walker = TreeWalker(tree, calculate=ps.calculate)
    for _ in range(4):
        walker.answer(111)
    assert walker.calculate() is not None
    for message in (
        {"do": "answer", "question": 3911, "value": 112},
        {"do": "clear", "question": 3912},
        {"do": "member", "value": "x"},
    ):
        walker.calculate()
        _do(walker, **message)
        assert walker.result is None
        assert walker.view["result"] is None


def test_a_refused_number_stays_in_its_field_with_the_vendors_words(ps: sk.PureSpectrum) -> None:
    """What was refused is shown again beside the vendor's words, and the walk stands there."""
    walker = TreeWalker(ps.qualifications("es_MX", [990001])[990001])
    _do(walker, do="answer", question=4051, value="100")
    asked = walker.view["question"]
    assert (asked["id"], asked["value"], asked["answered"]) == (4051, "100", False)
    assert asked["findings"][0]["message"] == "Error on regex open ended"
    assert walker.view["outline"][2]["state"] == "refused"
    assert "Error on regex" in walker.view["status"]
    _do(walker, do="answer", question=4051, value=" 5 ")
    assert walker.walk.answers[4051] == 5
    assert not walker.findings


def test_back_go_and_restart_move_as_the_walk_does(tree: Tree) -> None:
    """The buttons change nothing but the place, and starting again forgets every answer."""
    walker = TreeWalker(tree).answer(111).answer(112)
    _do(walker, do="back")
    assert walker.view["question"]["id"] == 3912
    _do(walker, do="go", question=3914)
    assert walker.view["question"]["id"] == 3914
    assert len(walker.walk.answers) == 2
    _do(walker, do="restart")
    assert (walker.walk.answers, walker.view["question"]["id"]) == ({}, 3911)


def test_an_error_of_the_vendor_is_shown_and_nothing_is_lost(ps: sk.PureSpectrum, tree: Tree) -> None:
    """A failing call becomes a line in the widget; the answers stay, and the next try may succeed."""
    calm = ps.with_options(retries=sk.Retries(attempts=1))
    walker = TreeWalker(tree, calculate=calm.calculate)
    for _ in range(4):
        walker.answer(111)
    assert ps.double is not None
    ps.double.faults.add("500")
    assert walker.calculate() is None
    assert "500" in walker.view["error"]
    assert walker.walk.complete
    assert walker.calculate() is not None
    assert walker.view["error"] == ""


def test_a_saved_tree_is_walked_without_a_client(ps: sk.PureSpectrum) -> None:
    """Without a locale or a client the body so far is shown, with a placeholder where the locale belongs."""
    saved = sk.read_qualifications(ps.qualifications("en_IN", [4209]).raw)[4209]
    assert TreeWalker(saved).payload["locale"] == "LOCALE"
    assert TreeWalker(saved, locale="en_IN").payload["locale"] == "en_IN"
    alone = TreeWalker(saved)
    assert alone.calculate() is None
    assert "pass calculate=" in alone.view["error"]


def test_what_is_no_tree_or_no_callable_is_refused_with_the_fix(ps: sk.PureSpectrum, tree: Tree) -> None:
    """The likely slips, all trees at once and the client itself, are told apart at once."""
    with pytest.raises(InvalidInput, match=r"such as trees\[3910\]"):
        TreeWalker(ps.qualifications("en_US", [3910]))  # type: ignore[arg-type] # the slip
    with pytest.raises(InvalidInput, match=r"such as ps\.calculate"):
        TreeWalker(tree, calculate=ps)  # type: ignore[arg-type] # the slip
    walker = TreeWalker(tree).answer(111, "3911")
    assert walker.walk.answers == {3911: 111}
    with pytest.raises(InvalidInput, match="there is no question 'NOPE'"):
        walker.answer(111, "NOPE")
    for _ in range(3):
        walker.answer(111)
    with pytest.raises(InvalidInput, match="every question is answered"):
        walker.answer(111)


def test_whatever_the_callable_raises_or_returns_is_said_in_the_view(tree: Tree) -> None:
    """A foreign error and a foreign result become a line in the widget, never silence."""

    def broken(*_: object) -> object:
        raise ConnectionError("the proxy died")

    for calculate, message in ((broken, "ConnectionError: the proxy died"), (lambda *_: 7, "returned int")):
        walker = TreeWalker(tree, calculate=calculate)  # type: ignore[arg-type] # what it returns is the test
        for _ in range(4):
            walker.answer(111)
        _do(walker, do="calculate")
        assert message in walker.view["error"]
        assert message in walker.view["status"]


def test_a_walk_handed_in_is_not_changed(tree: Tree) -> None:
    """The widget goes on with a copy."""
    walk = tree.walk().answer(111)
    walker = TreeWalker(walk).answer(112)
    assert len(walker.walk.answers) == 2
    assert len(walk.answers) == 1


def test_the_twin_shows_the_segment_with_its_label(ps: sk.PureSpectrum, tree: Tree) -> None:
    """The plain HTML beside the live view shows the segment that was calculated, and where its rule comes from."""
    done = TreeWalker(tree, calculate=ps.calculate)
    assert "No segment calculated yet." in done._twin.html("now")
    for _ in range(4):
        done.answer(111)
    done.calculate()
    assert "Less Acculturated</strong>" in done._twin.html("now")
    assert "documented" in done._twin.html("now")


ODD = ["100", -1, 10**30, float("nan"), {"a": 1}, 'it\'s\n"100"', Ellipsis, object(), ["x", None]]


def test_the_code_makes_the_same_walk(ps: sk.PureSpectrum, tree: Tree) -> None:
    """Run with the tree and the client, the code shown leads to the same answers, place, body and segment."""
    mexican = ps.qualifications("es_MX", [990001])[990001]
    begun = TreeWalker(mexican, member_id="it's").answer(111).answer([111], "MXQ2").answer(5, 4051)
    asked = TreeWalker(tree, calculate=ps.calculate).answer(112).answer(111)
    assert ("tree 990001, as you gave it" in begun.code, "tree 3910, as you gave it" in asked.code) == (True, True)
    done = TreeWalker(tree, calculate=ps.calculate, member_id="m-9")
    for answer in (111, 112, 113, 111):
        done.answer(answer)
    done.calculate()
    for walker, own in ((begun, mexican), (asked, tree), (done, tree)):
        names = _run(walker.code, tree=own, calculate=ps.calculate)
        walk = names["walk"]
        assert (walk.answers, walk.refused) == (walker.walk.answers, walker.walk.refused)
        assert walk.current == walker.walk.current
        if walker.result is None:
            assert names["body"] == walker.payload
        else:
            assert names["result"].segment_id == walker.result.segment_id
            assert "payload" not in walker.code


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_the_code_refuses_what_was_refused(ps: sk.PureSpectrum, value: object) -> None:
    """What the vendor refuses is refused again, in the same words; what no Python can write is a comment."""
    tree = ps.qualifications("es_MX", [990001])[990001]
    walker = TreeWalker(tree).answer(value, 4051)
    walk = _run(walker.code, tree=tree)["walk"]
    assert walk.current == walker.walk.current
    if walker.walk.refused and f"# refused at 4051: {str(value)[:4]}" not in walker.code:
        assert walk.refused == walker.walk.refused
        assert walk.findings == walker.findings


def _run(code: str, **given: object) -> dict[str, Any]:
    """Run the code that a widget shows, with what only its caller knows in the place of the dots."""
    names: dict[str, Any] = {f"my_{name}": value for name, value in given.items()}
    for name in given:
        code = code.replace(f"{name} = ...", f"{name} = my_{name}")
    exec(code, names)  # noqa: S102 - the code that the widget shows
    return names


def test_in_voila_nothing_is_said_to_be_kept(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Voila saves no notebook: keeping a state says so, and shows no copy."""
    from IPython.utils.capture import capture_output

    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    walker = TreeWalker(tree)
    with capture_output() as kept:
        walker.keep()
    assert not kept.outputs
    assert walker.view["kept"].startswith("Nothing is kept")
