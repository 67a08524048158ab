"""What holds for every widget: its module, its view, its messages, its code, the copy that readers without a kernel see."""

from __future__ import annotations

import ast
import inspect
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from family import FAMILY, HOSTILES
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from segkit import widgets
from segkit.widgets.module import SAVED, STATIC, module, style
from segkit.widgets.shown import Shown
from segkit.widgets.twin import LIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEW = "application/vnd.jupyter.widget-view+json"
BANNED = (
    *("import ", "import(", "require(", "http:", "https:", "fetch(", "XMLHttpRequest", "WebSocket", "eval(", "Function("),
    *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"),
)
OF_A_MESSAGE = ("heard", "answered", "status", "error")
"""What of a view is about the last message alone."""
GARBAGE: tuple[Any, ...] = (None, -1, 10**40, "x" * 9_000, ["a", None], {"a": 1}, True)
FIELDS = (
    *("question", "value", "name", "place", "share", "n", "seed", "row", "column", "text", "to"),
    *("cells", "on", "layer", "age", "checksum", "allow"),
)
ALL = pytest.mark.parametrize("name", widgets.__all__)


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a shell to display in."""
    monkeypatch.setattr(InteractiveShell, "_instance", InteractiveShell.instance())
    with capture_output():
        yield


class Outline(HTMLParser):
    """The elements of a text of HTML: their names with their attributes, and the texts within each kind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """Note its end: each ends in its place."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        for tag in set(self._open):
            self.texts[tag][-1] += data

    @property
    def tags(self) -> set[str]:
        """Which elements there are."""
        return {tag for tag, _ in self.elements}


def _do(widget: Shown, **message: object) -> dict[str, Any]:
    """Send what the view would send; return what it then shows."""
    widget._handle_custom_msg(message, [])
    return dict(widget.view)


def test_each_class_is_of_the_family() -> None:
    """Whoever adds a widget adds it here, and every law below is asked of it."""
    assert sorted(FAMILY) == sorted(HOSTILES) == sorted(widgets.__all__)
    assert all(issubclass(getattr(widgets, name), Shown) for name in widgets.__all__)


@ALL
def test_a_module_is_small_and_asks_for_nothing(name: str) -> None:
    """The ES module is under 20 KB, with no import, no address and no way to write markup; its files are under 300 lines."""
    kind: type[Shown] = getattr(widgets, name)
    text = module(kind._name)
    assert kind._esm == text
    assert len(text.encode()) < 20_000
    assert not [word for word in BANNED if word in text]
    for part in ("parts", kind._name):
        source = (STATIC / f"{part}.js").read_text(encoding="utf-8")
        assert source.count("\n") <= 300
        assert not [word for word in BANNED if word in source]
        code = [line for line in source.splitlines() if not line.lstrip().startswith("//")]
        assert [line for line in code if line not in text.splitlines()] == []


@ALL
def test_what_widgets_look_like_stands_in_one_place(name: str) -> None:
    """A widget's own style names no colour and no font: both are those of the family, by day and by night."""
    kind: type[Shown] = getattr(widgets, name)
    own = (STATIC / f"{kind._name}.css").read_text(encoding="utf-8")
    assert kind._css == style(kind._name)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\(|var\(--jp|(?<=[: ])(?:white|black|red|gr[ae]y)(?=[ ;])", own)
    assert "data-jp-theme-light" not in own
    assert set(re.findall(r"var\((--sk-[a-z0-9-]+)", kind._css)) <= set(re.findall(r"(--sk-[a-z0-9-]+):", kind._css))
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{[^{}]*\}", own) for one in re.split(r",(?![^(]*\))", rule)]
    assert selectors
    assert {one.split(" ")[0] for one in selectors} == {own.split(" ")[0]}


@ALL
def test_the_view_is_plain_data(name: str) -> None:
    """All that is shown is JSON in one trait, the code and what the last message came to among it."""
    widget = FAMILY[name]()
    assert json.loads(json.dumps(widget.view, allow_nan=False)) == widget.view
    assert set(OF_A_MESSAGE) | {"kept", "code"} <= set(widget.view)
    assert widget.view["code"] == widget.code


@ALL
def test_a_message_nobody_knows_changes_nothing(name: str) -> None:
    """What a view of another version may send is answered, and changes nothing."""
    widget = FAMILY[name]()
    before = {key: value for key, value in widget.view.items() if key not in OF_A_MESSAGE}
    for heard, message in enumerate(({"do": "explode", "id": "7"}, {}, {"do": None}, {"do": "_heard"}), widget.view["heard"] + 1):
        view = _do(widget, **message)
        assert {key: value for key, value in view.items() if key not in OF_A_MESSAGE} == before
        assert (view["heard"], view["answered"], view["error"], view["status"]) == (heard, message.get("id", ""), "", "")


@ALL
def test_no_message_raises(name: str) -> None:
    """Whatever comes with a message that is known: it is answered, its error stands in the view, and the next one is heard."""
    widget = FAMILY[name]()
    known = [member.removeprefix("_do_") for member in dir(widget) if member.startswith("_do_")]
    assert {"keep"} < set(known)
    for does in known:
        for value in ("nothing", *GARBAGE):
            message = {} if value == "nothing" else dict.fromkeys(FIELDS, value)
            heard = widget.view["heard"]
            view = _do(widget, do=does, **message)
            assert view["heard"] == heard + 1
            assert json.dumps(view, allow_nan=False)
            assert bool(view["status"]) >= bool(view["error"])
    assert not _do(widget, do="keep")["error"]


@ALL
def test_its_docstring_names_every_attribute(name: str) -> None:
    """Who reads the class's help finds what it takes, what it has, what it refuses, and an example."""
    kind = getattr(widgets, name)
    doc = inspect.getdoc(kind) or ""
    sections = dict(re.findall(r"(?ms)^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", doc))
    assert set(sections) == {"Parameters", "Attributes", "Raises", "Examples"}
    named = {one for line in re.findall(r"(?m)^\S.*$", sections["Attributes"]) for one in line.split(", ")}
    assert {member for member, value in vars(kind).items() if isinstance(value, property)} <= named
    assert "code" in named
    given = {one for line in re.findall(r"(?m)^\S.*$", sections["Parameters"]) for one in line.split(", ")}
    assert given == set(inspect.signature(kind).parameters)
    assert f"{name}(" in sections["Examples"]


@ALL
def test_the_copy_has_the_same_shape(name: str) -> None:
    """Tables with caption and scopes, a label, what is folded with the code last, and the line that says what it is."""
    widget = FAMILY[name]()
    html = widget._twin.html("now")
    outline = Outline(html)
    assert html.startswith('<div class="sk-twin">')
    assert html.endswith("Static copy, now. Run the notebook to use it live.</p></div>")
    assert outline.tags >= {"table", "caption", "thead", "tbody", "details", "summary", "pre"}
    assert len(outline.texts["caption"]) == len(outline.texts["table"])
    assert all(outline.texts["caption"])
    assert {attributes.get("scope") for tag, attributes in outline.elements if tag == "th"} == {"col", "row"}
    assert outline.texts["summary"][-1] == "Show me the code"
    assert outline.texts["pre"][-1] == widget.code
    assert not any("open" in attributes for tag, attributes in outline.elements if tag == "details")
    seen = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    assert re.search(r"\b(documented|derived|synthetic)\b", seen)


@ALL
def test_names_like_markup_are_text(name: str) -> None:
    """A name that looks like an element is data in the view, and escaped wherever it stands in the copy; the code is Python."""
    widget = HOSTILES[name]()
    assert "<img src=x" in json.dumps(widget.view)
    html = widget._twin.html("<img src=x onerror=alert(1)>")
    outline = Outline(html)
    assert not outline.tags & {"img", "script", "style", "iframe", "svg", "a"}
    assert not [key for _, attributes in outline.elements for key in attributes if key.startswith("on")]
    assert "&lt;img src=x" in html
    assert ast.parse(widget.code)


@ALL
def test_shown_as_two_the_live_view_and_its_copy(name: str) -> None:
    """The view is an output, and the copy another, with the state and no script; keeping renews the copy alone."""
    widget = FAMILY[name]()
    with capture_output() as shown:
        widget._ipython_display_()
    live, twin = (output.data for output in shown.outputs)
    assert live[VIEW]["model_id"] == widget.model_id
    assert (live["text/html"], SAVED in live, VIEW in twin) == (LIVE, False, False)
    assert "Static copy, as it was" in twin["text/html"]
    assert (twin[SAVED]["widget"], twin[SAVED]["view"]) == (widget._name, widget.view)
    assert "render(" not in json.dumps(twin[SAVED])
    with capture_output() as kept:
        widget.keep()
    (filled,) = (output.data for output in kept.outputs)
    assert 'class="sk-twin sk-kept"' in filled["text/html"]
    assert "Static copy, kept" in filled["text/html"]
    assert widget.view["kept"].startswith("Kept ")
    assert widget.view["status"] == widget.view["kept"]
