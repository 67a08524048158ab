from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from books import chart, code, printed, saved, words
from typer.testing import CliRunner

from segkit.cli.app import app

ROOT = Path(__file__).parents[1]


def run(*arguments: object) -> Any:
    """Run `segkit share` with these arguments."""
    return CliRunner().invoke(app, ["share", *map(str, arguments)])


def test_a_notebook_becomes_a_page_beside_it_and_the_report_goes_to_stderr(tmp_path: Path) -> None:
    """Exit 0; nothing on stdout, for the text is for eyes; the file's size and its parts are told."""
    done = run(saved(tmp_path, words(), code("x", chart())))
    assert (done.exit_code, done.stdout) == (0, "")
    assert "walk.html: " in done.stderr
    assert "plotly.js (1)" in done.stderr
    assert (tmp_path / "walk.html").exists()


def test_what_must_not_leave_is_told_and_exits_with_one(tmp_path: Path) -> None:
    """Each finding with cell and fix, no file; --redact writes it, --allow too."""
    given = saved(tmp_path, code("x", printed("/home/ada/panel.csv")))
    refused = run(given)
    assert refused.exit_code == 1
    assert "error absolute-path at cell 1, output 1: an absolute path, to panel.csv. Fix: " in refused.stderr
    assert not (tmp_path / "walk.html").exists()
    assert run(given, "--redact").exit_code == 0
    assert run(given, "--allow", "absolute-path").exit_code == 0
    assert "/home/ada/panel.csv" in (tmp_path / "walk.html").read_text()


def test_json_is_one_document_also_where_one_of_several_is_refused(tmp_path: Path) -> None:
    """It has each notebook, what became of it, its findings, parts and manifest."""
    fine = saved(tmp_path, code("x"), name="fine.ipynb")
    bad = saved(tmp_path, code("token = 'a1b2c3d4'"), name="bad.ipynb")
    none = tmp_path / "none.ipynb"
    done = run(fine, bad, none, "--format", "json")
    told = json.loads(done.stdout)["notebooks"]
    assert done.exit_code == 1
    assert [each["ok"] for each in told] == [True, False, False]
    assert told[0]["bytes"] == sum(part["bytes"] for part in told[0]["parts"]) == (tmp_path / "fine.html").stat().st_size
    assert {row["what"] for row in told[0]["manifest"]} >= {"made with", "notebook", "shared"}
    assert [finding["code"] for finding in told[1]["findings"]] == ["credential-like"]
    assert "a1b2c3d4" not in done.stdout + done.stderr
    assert "there is no file" in told[2]["message"]


def test_in_place_and_stripped_are_each_others_way_back(tmp_path: Path) -> None:
    """A notebook that is rendered in place and stripped again is what it was; stripped twice nothing changes."""
    given = saved(tmp_path, words(), code("x", chart()))
    assert run(given, "--strip").exit_code == 0
    before = given.read_bytes()
    assert run(given, "--in-place").exit_code == 0
    assert given.read_bytes() != before
    assert "stripped" in run(given, "--strip").stderr
    assert given.read_bytes() == before
    done = run(given, "--strip", "--format", "json")
    assert json.loads(done.stdout)["notebooks"][0]["changed"] is False


def test_a_stripped_notebook_with_a_credential_in_its_code_exits_with_one(tmp_path: Path) -> None:
    """So that the hook of a commit stops it; its outputs are gone all the same."""
    given = saved(tmp_path, code("api_key = 'a1b2c3d4'", printed("x")))
    done = run(given, "--strip")
    assert done.exit_code == 1
    assert "credential-like at cell 1, source" in done.stderr
    assert nbformat.read(given, as_version=4).cells[0].outputs == []


@pytest.mark.process
def test_parameters_are_typed_or_read_from_a_file(tmp_path: Path) -> None:
    """What is typed wins over the file; values are what papermill takes them for."""
    given = saved(
        tmp_path, code("n, name, on = 1, 'a', None", count=None, tags=("parameters",)), code("print([n, name, on])", count=None)
    )
    (tmp_path / "values.json").write_text('{"n": 5, "name": "b"}')
    done = run(given, "-f", tmp_path / "values.json", "-p", "n=7", "-p", "on=True", "-o", tmp_path / "out.ipynb")
    assert done.exit_code == 0
    assert nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[2].outputs[0].text == "[7, 'b', True]\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--strip", "--in-place"], "one of --out, --in-place and --strip"),
        (["--strip", "--execute"], "strip without running"),
        (["-p", "n"], "NAME=VALUE"),
        (["-f", "none.json"], "cannot be read"),
        (["a.ipynb", "-o", "b.html"], "--out is the file of one notebook"),
    ],
)
def test_wrong_usage_exits_with_two(tmp_path: Path, arguments: list[str], told: str) -> None:
    """And says what is meant."""
    done = run(saved(tmp_path, code("x")), *arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.replace("│", " ").split())


def test_a_failing_cell_is_told_in_a_line(tmp_path: Path) -> None:
    """With its number and what was raised; exit 1, no traceback."""
    done = run(saved(tmp_path, code("1 / 0", count=None)), "--execute")
    assert done.exit_code == 1
    assert "walk.ipynb, cell 1: ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_hook_of_pre_commit_is_this_command() -> None:
    """What other repositories name runs --strip on notebooks."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["entry"] == "segkit share --strip"
    assert hook["types"] == ["jupyter"]


def test_a_failing_cell_is_told_in_lines_and_a_notebook_is_named_once(tmp_path: Path) -> None:
    """No line break is spelled out, the path stands once, and the fix names the command's options."""
    failed = run(saved(tmp_path, code("one = 1\nraise ValueError('no panel')")), "--execute")
    assert failed.stderr.splitlines()[0] == "segkit: walk.ipynb, cell 1: ValueError: no panel"
    assert "\\n" not in failed.stderr
    given = saved(tmp_path, code("x", printed("/home/ada/panel.csv")))
    refused = run(given)
    assert refused.stderr.splitlines()[0] == f"segkit: {given} is not shared: 1 found that must not leave"
    assert "or share with --redact: the file's name stays." in refused.stderr
