from __future__ import annotations

import json
from typing import TYPE_CHECKING

import nbformat
import pytest
from books import book, chart, code, printed, saved, words
from hypothesis import given
from hypothesis import strategies as st

import segkit as sk
from segkit.errors import InvalidInput
from segkit.sharing import parameters
from segkit.sharing.parameters import inject, typed
from segkit.sharing.strip import strip, strip_file

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = st.lists(st.text(max_size=20), max_size=4)


def run_book(sources: list[str]) -> nbformat.NotebookNode:
    """Make a notebook that was run, with all that a run and an editor leave behind."""
    cells = [code(source, printed(source), chart(), count=n) for n, source in enumerate(sources, 1)]
    for cell in cells:
        cell.metadata.update(execution={"iopub.status.busy": "2026"}, scrolled=True, tags=["keep"])
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return book(words(), *cells, widgets=state, kernelspec=kernel, language_info={"name": "python", "version": "3.11.7"})


@given(SOURCES)
def test_only_words_code_and_tags_are_left_and_done_again_it_is_the_same(sources: list[str]) -> None:
    """For any sources: no output, count or state; each source as it was; valid; strip of strip is strip."""
    given_ = run_book(sources)
    made = strip(given_)
    nbformat.validate(made)
    assert [cell.source for cell in made.cells] == [cell.source for cell in given_.cells]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in made.cells)
    assert all(cell.metadata == ({"tags": ["keep"]} if cell.cell_type == "code" else {}) for cell in made.cells)
    assert set(made.metadata) == {"kernelspec", "language_info"}
    assert made.metadata.language_info == {"name": "python"}
    assert strip(made) == made


def test_what_a_share_put_in_is_taken_out(tmp_path: Path) -> None:
    """A notebook that was shared in place, with parameters, is after stripping what it was before."""
    before = strip(book(code("n = 1", tags=("parameters",)), words()))
    nbformat.write(before, tmp_path / "walk.ipynb")
    with_values, _ = inject(before, {"n": 2})
    nbformat.write(with_values, tmp_path / "walk.ipynb")
    sk.share(tmp_path / "walk.ipynb", tmp_path / "walk.ipynb")
    assert strip(nbformat.read(tmp_path / "walk.ipynb", as_version=4)) == before


def test_a_file_is_stripped_where_it_lies_and_only_written_when_it_changes(tmp_path: Path) -> None:
    """The second time nothing is written; what must not leave is told, with the file stripped all the same."""
    path = saved(tmp_path, code("x = 1", printed("x")))
    assert strip_file(path)[0] is True
    assert json.loads(path.read_text())["cells"][0]["outputs"] == []
    at = path.stat().st_mtime_ns
    changed, findings = strip_file(path)
    assert (changed, len(findings), path.stat().st_mtime_ns) == (False, 0, at)
    changed, findings = strip_file(saved(tmp_path, code("token = 'a1b2c3d4'", printed("x"))))
    assert changed
    assert findings.errors.codes == {"credential-like"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z_0-9]{1,8}x", fullmatch=True), VALUES, max_size=4))
def test_injected_values_are_the_values_that_were_given(values: dict[str, object]) -> None:
    """Whatever plain values: the cell, run, has them; it stands after the defaults and nothing else moved."""
    given_ = book(words(), code("n = 1", tags=("parameters",)), code("n"))
    made, _ = inject(given_, values)
    assert [cell.source for cell in made.cells if not parameters.tagged(cell, "injected-parameters")] == [
        cell.source for cell in given_.cells
    ]
    assert parameters.tagged(made.cells[2], "injected-parameters")
    space: dict[str, object] = {}
    exec(made.cells[2].source, {}, space)  # noqa: S102 - the cell that was written
    assert space == values
    assert inject(made, values)[0] == made


def test_without_defaults_values_stand_at_the_top() -> None:
    """As papermill has it; and no name is unknown then."""
    made, findings = inject(book(words(), code("n")), {"n": 1})
    assert parameters.tagged(made.cells[0], "injected-parameters")
    assert not findings


def test_a_value_that_a_cell_takes_the_place_of_is_told() -> None:
    """With no cell tagged, the notebook's own assignment wins; a name of a function's own, and one that is read, are none."""
    cells = [words(), code("def f():\n    n = 2\nm = n"), code("%time 1"), code("n = 3"), code("n = 4")]
    _, findings = inject(book(*cells), {"n": 1})
    assert [(finding.code, finding.where) for finding in findings] == [("overridden-parameter", "cell 4, source")]


def test_a_name_that_has_no_default_is_told() -> None:
    """It is given all the same, with a warning that names the cell."""
    made, findings = inject(book(code("n: int = 1", tags=("parameters",))), {"n": 1, "m": 2})
    assert made.cells[1].source == "# Parameters\nn = 1\nm = 2"
    assert [(finding.code, finding.where) for finding in findings] == [("unknown-parameter", "cell 1, source")]


@pytest.mark.parametrize("name", ["class", "a b", "1", "", 7])
def test_a_name_must_be_one_of_a_variable(name: object) -> None:
    """Else no cell could hold it."""
    with pytest.raises(InvalidInput, match="is no name of a parameter"):
        inject(book(), {name: 1})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("False", False),
        ("None", None),
        ("7", 7),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("a", "a"),
        ("true", "true"),
        ("", ""),
    ],
)
def test_a_text_of_the_command_line_is_what_papermill_takes_it_for(text: str, value: object) -> None:
    """Python's words, whole numbers, numbers; all else is text."""
    assert typed(text) == value
    assert type(typed(text)) is type(value)
