from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from books import PLOTLY

import segkit as sk
from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = {"output_type": "display_data", "metadata": {}}
ERROR = {"output_type": "error", "ename": "E", "evalue": "e"}


def written(folder: Path, cell: dict[str, Any], **metadata: Any) -> Path:
    """Write a notebook of one cell, whatever it is made of."""
    cell = {"cell_type": "code", "id": "a", "source": "x", "metadata": {}, "outputs": [], "execution_count": 1} | cell
    path = folder / "walk.ipynb"
    told = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [{k: v for k, v in cell.items() if v is not ...}]}
    path.write_text(json.dumps(told))
    return path


@pytest.mark.parametrize(
    ("cell", "metadata"),
    [
        ({"source": ...}, {}),
        ({"outputs": ...}, {}),
        ({"outputs": [ERROR]}, {}),
        ({"outputs": [ERROR | {"traceback": "text"}]}, {}),
        ({"metadata": {"tags": None}}, {}),
        ({"cell_type": "heading"}, {}),
        ({}, {"kernelspec": "python"}),
        ({}, {"language_info": {"name": 3}}),
    ],
)
def test_what_is_not_built_as_a_notebook_is_refused_in_words(
    tmp_path: Path, cell: dict[str, Any], metadata: dict[str, Any]
) -> None:
    """One line that says what is wrong, and nothing is written."""
    with pytest.raises(InvalidInput, match=r"walk.ipynb is no notebook: .* is not as nbformat 4.5 has it"):
        sk.share(written(tmp_path, cell, **metadata))
    assert [path.name for path in tmp_path.iterdir()] == ["walk.ipynb"]


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"3", b"{}", b"[" * 100_000, b"\xff\xfe", b'{"nbformat": 5}'])
def test_what_is_no_notebook_is_refused(tmp_path: Path, content: bytes) -> None:
    """No JSON, JSON of another kind, a version that is to come: each is told in one line."""
    path = tmp_path / "walk.ipynb"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"walk.ipynb is no notebook: .+") as told:
        sk.share(path)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "data",
    [
        {PLOTLY: []},
        {PLOTLY: "x"},
        {PLOTLY: None},
        {PLOTLY: {"data": [None]}},
        {PLOTLY: {"data": {"a": 1}, "layout": {}}},
        {PLOTLY: {"data": [], "layout": ["a"]}},
        {"text/html": {"a": 1}},
        {"image/png": {"a": "b"}},
    ],
)
def test_a_form_that_nothing_can_show_is_left_out_and_the_others_stay(tmp_path: Path, data: dict[str, Any]) -> None:
    """A broken figure, or data in the place of a text, costs only itself."""
    path = written(tmp_path, {"outputs": [SHOWN | {"data": data | {"text/plain": "as text"}}]})
    page = sk.share(path).path.read_text()
    assert "as text" in page
    assert 'data-of="chart"' not in page


def test_a_mark_at_the_beginning_of_a_file_and_a_picture_that_is_not_attached_hinder_nobody(tmp_path: Path) -> None:
    """Windows' editors write the one; the other stays where the cell's words were copied without it."""
    cell = {"cell_type": "markdown", "source": "![a](attachment:gone.png) words", "outputs": ..., "execution_count": ...}
    path = written(tmp_path, cell)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert "words" in sk.share(path).path.read_text()


def test_a_link_stays_a_link_and_a_folder_is_told(tmp_path: Path) -> None:
    """What is behind a link is written; where that cannot be, one line says why and nothing is left behind."""
    path = written(tmp_path, {})
    (tmp_path / "link.html").symlink_to(tmp_path / "real.html")
    sk.share(path, tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink()
    assert "<main>" in (tmp_path / "real.html").read_text()
    (tmp_path / "folder.html").mkdir()
    for out, why in {"folder.html": "directory", f"{'n' * 300}.html": "too long"}.items():
        with pytest.raises(InvalidInput, match=why):
            sk.share(path, tmp_path / out)
    assert {one.name for one in tmp_path.iterdir()} == {"walk.ipynb", "link.html", "real.html", "folder.html"}
