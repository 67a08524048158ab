from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from books import FIGURE, PLOTLY, VIEW, book, chart, code, out, printed, saved, words
from canary import MARK, holds_the_canary
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import segkit as sk
from segkit import frames
from segkit.credentials import ENVIRONMENT
from segkit.errors import InvalidInput, NotebookFailed, NotShared
from segkit.sharing import chromium
from segkit.sharing.charts import words_of
from segkit.sharing.manifest import MANIFEST
from segkit.sharing.pictures import PLAIN, size_of
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from pathlib import Path

    from segkit.sel.tree import Tree


@pytest.fixture(scope="module")
def tree() -> Tree:
    """Return a tree of the sandbox."""
    return sk.PureSpectrum.sandbox().qualifications("en_US", [3910])[3910]


@pytest.fixture
def walker(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> list[nbformat.NotebookNode]:
    """Return the two outputs of a widget as a notebook saves them."""
    monkeypatch.setattr(InteractiveShell, "_instance", InteractiveShell.instance())
    with capture_output() as shown:
        sk.widgets.TreeWalker(tree)._ipython_display_()
    return [out(output.data) for output in shown.outputs]


def images_in(notebook: nbformat.NotebookNode) -> list[bytes]:
    """Return the pictures of a notebook."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [base64.b64decode(output.data["image/png"]) for output in outputs if "image/png" in output.get("data", {})]


def test_a_page_has_charts_widgets_and_a_manifest(tmp_path: Path, walker: list[nbformat.NotebookNode]) -> None:
    """The HTML share holds the figure and the widget's state once each, the widget's own module, and ends with the manifest."""
    shared = sk.share(saved(tmp_path, words(), code("x", chart()), code("w", *walker, count=2)))
    page = shared.path.read_text()
    assert shared.path == tmp_path / "walk.html"
    assert page.count('data-of="chart"') == page.count('data-widget="tree_walker"') == 1
    assert "segkitWidgets" in page
    assert "Static copy, as it was" in page
    assert "This is live once its cell has run" not in page  # the live view's own line: what it showed is below it
    main = page.partition("<main>")[2].partition("</main>")[0]
    assert main.rstrip().endswith("</div>")
    assert "About this document" in main.rpartition('class="words"')[2]
    assert not shared.findings


def test_the_scripts_of_a_page_are_those_whose_hashes_its_policy_names(
    tmp_path: Path, walker: list[nbformat.NotebookNode]
) -> None:
    """Plotly's, the widget's and the page's own: each is named by its hash, and nothing else may run."""
    page = sk.share(saved(tmp_path, code("x", chart(), *walker))).path.read_text()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = re.search(r"script-src ([^;]*);", page)
    assert policy
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts}
    assert len(scripts) == 3
    assert set(policy[1].split()) == hashes


def test_a_notebook_for_github_has_pictures_words_and_no_state(tmp_path: Path, walker: list[nbformat.NotebookNode]) -> None:
    """Each chart has its picture of the right size with an alt text, and its words; of a widget only the copy is left."""
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    given = saved(tmp_path, words(), code("x", chart(), *walker), widgets=state)
    shared = sk.share(given, tmp_path / "out.ipynb")
    made = nbformat.read(shared.path, as_version=4)
    nbformat.validate(made)
    (picture,) = images_in(made)
    width, height = size_of(json.loads(FIGURE.to_json()))
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [width * PLAIN, height * PLAIN]
    drawn, told, copy = made.cells[1].outputs
    assert drawn.metadata["image/png"] == {"alt": words_of(FIGURE.to_plotly_json()), "width": width, "height": height}
    assert drawn.data[PLOTLY]["config"]["showSendToCloud"] is False
    assert "Shares by level" in told.data["text/html"]
    assert "Static copy" in copy.data["text/html"]
    text = shared.path.read_text()
    assert not [word for word in (VIEW, SAVED, "widget-state", "model_id") if word in text]
    assert "widgets" not in made.metadata
    assert made.cells[-1].metadata.tags == [MANIFEST]


def test_static_charts_need_no_plotly(tmp_path: Path) -> None:
    """With pictures in the page it is small, each chart is an image with its words, and plotly's script is not there."""
    shared = sk.share(saved(tmp_path, code("x", chart())), charts="static")
    page = shared.path.read_text()
    assert shared.bytes < 200_000
    assert "plotly.js" not in page
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="Chart. Shares by level', page)
    assert shared.to_frame()["part"].tolist()[0] in {"pictures", "words, code and tables", "styles and the page's own script"}


@pytest.mark.parametrize("name", ["again.html", "again.ipynb"])
def test_sharing_again_writes_the_same_bytes(
    tmp_path: Path, name: str, walker: list[nbformat.NotebookNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SOURCE_DATE_EPOCH the same notebook gives the same file, and a share that is shared again is itself."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764374400")
    given = saved(tmp_path, words(), code("x", chart(), *walker))
    first = sk.share(given, tmp_path / name).path.read_bytes()
    assert sk.share(given, tmp_path / name).path.read_bytes() == first
    assert b"2025-11-29 00:00 UTC" in first
    if name.endswith(".ipynb"):
        assert sk.share(tmp_path / name, tmp_path / name).path.read_bytes() == first


@pytest.mark.parametrize("name", ["out.html", "out.ipynb"])
def test_what_must_not_leave_blocks_the_share_and_nothing_is_written(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All findings are told at once, each with its cell and its fix, and none repeats what was found; redaction lets it go."""
    monkeypatch.setenv(ENVIRONMENT[0], MARK)
    given = saved(tmp_path, code(f"token = '{MARK}'", printed("/home/ada/panel.csv")), code("y", chart(), count=2))
    with pytest.raises(NotShared) as refused:
        sk.share(given, tmp_path / name)
    assert [finding.where for finding in refused.value.findings] == ["cell 1, source", "cell 1, output 1"]
    assert all(finding.fix for finding in refused.value.findings)
    assert not holds_the_canary(str(refused.value))
    assert [path.name for path in tmp_path.iterdir()] == ["walk.ipynb"]
    shared = sk.share(given, tmp_path / name, redact=True)
    assert not holds_the_canary(shared.path.read_text())
    assert "/home" not in shared.path.read_text()
    assert "[path]/panel.csv" in shared.path.read_text()
    assert shared.findings.codes == {"credential", "absolute-path"}


def test_the_notebook_itself_is_left_as_it_is(tmp_path: Path, walker: list[nbformat.NotebookNode]) -> None:
    """Sharing changes nothing in the notebook's file, redacting included."""
    given = saved(tmp_path, code("x", printed("/home/ada/panel.csv"), chart(), *walker))
    before = given.read_bytes()
    sk.share(given, redact=True)
    sk.share(given, tmp_path / "out.ipynb", redact=True)
    assert given.read_bytes() == before


def test_a_reader_is_told_what_he_may_stumble_over(tmp_path: Path) -> None:
    """Cells that were not run, that ran in another order, that show an error: each is a finding that blocks nothing."""
    error = nbformat.v4.new_output("error", ename="E", evalue="x", traceback=[])
    assert sk.share(saved(tmp_path, code("x", count=None))).findings.codes == {"not-run"}
    assert sk.share(saved(tmp_path, code("x", count=2), code("y", count=1))).findings.codes == {"run-out-of-order"}
    assert sk.share(saved(tmp_path, code("x", error))).findings.codes == {"shows-an-error"}
    slider = out({"application/vnd.jupyter.widget-view+json": {"model_id": "0" * 32}, "text/plain": "IntSlider(value=0)"})
    assert sk.share(saved(tmp_path, code("x", slider))).findings.codes == {"widget-left-out"}
    assert not sk.share(saved(tmp_path, code("x"), words(), code(""), code("y", count=2))).findings


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"out": "out.pdf"}, "give a name that ends in .html or .ipynb"),
        ({"out": "none/out.html"}, "there is no folder"),
        ({"charts": "moving"}, "give interactive or static"),
        ({"allow": ["everything"]}, "give a list of any of"),
        ({"id_columns": "member_id"}, "give a list of names"),
        ({"most_rows": -1}, "give a whole number from 0"),
        ({"parameters": {"not a name": 1}}, "no name of a parameter"),
        ({"parameters": {"n": object()}}, "give texts, numbers"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], told: str
) -> None:
    """Before anything is run or written."""
    monkeypatch.chdir(tmp_path)
    given = saved(tmp_path, code("1 / 0", count=None))
    with pytest.raises(InvalidInput, match=told):
        sk.share(given, **{"execute": True, **arguments})
    assert [path.name for path in tmp_path.iterdir()] == ["walk.ipynb"]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"no json", b"\xff\xfe", b'{"nbformat": 4}', b"[]", b'{"cells": 3, "nbformat": 4}']
)
def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, content: bytes) -> None:
    """Whatever it holds instead, the error says so in a line."""
    (tmp_path / "no.ipynb").write_bytes(content)
    with pytest.raises(InvalidInput, match=r"no\.ipynb is no notebook"):
        sk.share(tmp_path / "no.ipynb")
    with pytest.raises(InvalidInput, match="there is no file"):
        sk.share(tmp_path / "nowhere.ipynb")


@pytest.mark.parametrize(("missing", "code_"), [("kaleido", "kaleido-missing"), ("chromium", "chromium-missing")])
def test_without_what_draws_pictures_the_command_that_brings_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, code_: str
) -> None:
    """Nothing is written, a page with live charts needs neither, nor does a notebook without charts."""
    if missing == "kaleido":
        monkeypatch.setitem(__import__("sys").modules, "kaleido", None)
    else:
        monkeypatch.setattr(chromium, "find", lambda: None)
    given = saved(tmp_path, code("x", chart()))
    with pytest.raises(InvalidInput) as refused:
        sk.share(given, tmp_path / "out.ipynb")
    (finding,) = refused.value.findings
    assert finding.code == code_
    assert "install" in finding.fix
    assert not (tmp_path / "out.ipynb").exists()
    assert sk.share(given).path.exists()
    assert sk.share(saved(tmp_path, code("x")), tmp_path / "out.ipynb").path.exists()


def test_what_takes_the_space_adds_up(tmp_path: Path, walker: list[nbformat.NotebookNode]) -> None:
    """The parts are the whole file, to the byte, in both forms; the frame has the columns of its table."""
    given = saved(tmp_path, words(), code("x", chart(), chart(), *walker))
    for name in ("out.html", "out.ipynb"):
        shared = sk.share(given, tmp_path / name)
        frame = shared.to_frame()
        assert frame["bytes"].sum() == shared.bytes == shared.path.stat().st_size
        assert frame["bytes"].is_monotonic_decreasing
        assert frame["share"].sum() == pytest.approx(1)
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
            name: str(kind) for name, kind in frames.build(frames.SHARED, {name: [] for name in frames.SHARED}).dtypes.items()
        }
        counts = dict(zip(frame["part"], frame["n"], strict=True))
        assert counts["charts' data"] == 2
        if name.endswith("html"):
            assert (counts["widgets' states"], counts["plotly.js"]) == (1, 1)
        assert repr(shared).startswith(f"<Shared {name}: ")
        assert "what takes the space" in shared._repr_html_()


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    """No file can hold it; the share does, with the sign for what is not known."""
    given = tmp_path / "walk.ipynb"
    given.write_text(json.dumps(book(code("x", printed("half \ud800 of it")))))
    assert "half \ufffd of it" in sk.share(given).path.read_text()
    assert "half \ufffd of it" in sk.share(given, tmp_path / "out.ipynb").path.read_text()


@pytest.mark.process
def test_it_is_run_first_where_that_is_asked_with_parameters_as_papermill_gives_them(tmp_path: Path) -> None:
    """Values stand in a cell after the defaults, win over them, and are in the manifest; an unknown name is a finding."""
    given = saved(tmp_path, code("n = 1\nname = 'a'", count=None, tags=("parameters",)), code("print(n * 7, name)", count=None))
    shared = sk.share(given, tmp_path / "out.ipynb", parameters={"n": 6, "strange": None})
    made = nbformat.read(shared.path, as_version=4)
    assert [cell.metadata.get("tags") for cell in made.cells] == [["parameters"], ["injected-parameters"], None, [MANIFEST]]
    assert made.cells[1].source == "# Parameters\nn = 6\nstrange = None"
    assert made.cells[2].outputs[0].text == "42 a\n"
    assert shared.findings.codes == {"unknown-parameter"}
    assert ("parameter", "n = 6", "") in shared.manifest
    again = sk.share(shared.path, tmp_path / "out.ipynb", parameters={"n": 2})
    assert nbformat.read(again.path, as_version=4).cells[2].outputs[0].text == "14 a\n"
    assert (
        sum(cell.metadata.get("tags") == ["injected-parameters"] for cell in nbformat.read(again.path, as_version=4).cells) == 1
    )


@pytest.mark.process
def test_a_cell_that_fails_shares_nothing(tmp_path: Path) -> None:
    """The error names the cell; no file is there."""
    with pytest.raises(NotebookFailed, match="ZeroDivisionError"):
        sk.share(saved(tmp_path, code("1 / 0", count=None)), execute=True)
    assert not (tmp_path / "walk.html").exists()


@pytest.mark.parametrize("title", ["token='q7Wm2ZtR9xLb4Kd8'", "Of /home/ada/panel.csv"])
def test_a_title_that_is_handed_in_is_looked_through_as_all_else(tmp_path: Path, title: str) -> None:
    """It stands at the top of the page: what must not leave blocks the share there too, or is replaced."""
    path = saved(tmp_path, code("x"))
    with pytest.raises(NotShared) as told:
        sk.share(path, title=title)
    assert [finding.where for finding in told.value.findings] == ["notebook, metadata, title"]
    page = sk.share(path, title=title, redact=True).path.read_text()
    assert "q7Wm2ZtR9xLb4Kd8" not in page
    assert "/home/ada" not in page
    assert "<h1>Fine</h1>" in sk.share(path, title="Fine").path.read_text()
