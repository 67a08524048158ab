"""`segkit registry`: exit codes, CSV files, kept plans, JSON on stdout alone."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from segkit.cli.app import app
from segkit.errors import InvalidInput, MissingCredential
from segkit.registry.guarded import guarded, unguarded

if TYPE_CHECKING:
    from pathlib import Path

runner = CliRunner()

TWO = "system_id,segment_code,segment_name,active\n007,NZ,Auckland: 1,y\n008,NA,Windhoek,\n"
"""Zeros before an id, a name to be cleaned, and a code that pandas takes for a missing value."""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Return a folder with a CSV file."""
    (tmp_path / "wanted.csv").write_text(TWO)
    return tmp_path


def told(command: str, *words: object, vendor: str = "ciopulse", state: Path | None = None) -> tuple[int, str, str]:
    """Run the command on a sandbox in this process: its exit code, stdout and stderr."""
    kept = ["--state", str(state / "state.sqlite")] if state else []
    done = runner.invoke(app, ["registry", command, *map(str, words), "--vendor", vendor, "--sandbox", *kept])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def test_plan_apply_plan_export(there: Path) -> None:
    """3 with changes pending, 0 when they were applied, 0 when nothing is left; what is exported is no change."""
    wanted, kept = there / "wanted.csv", there / "plan.json"
    code, out, err = told("plan", wanted, "--out", kept, state=there)
    assert code == 3
    assert "+ 008 segment_code: (none) → 'NA' (it is not there)" in out
    assert "+ 007 segment_name: (none) → 'Auckland- 1'" in out
    assert err.startswith("<Plan 2 create")
    code, out, _ = told("apply", kept, "--journal", there / "journal.sqlite", state=there)
    assert (code, "✓ 007 create: applied" in out) == (0, True)
    assert told("plan", wanted, state=there)[0] == 0
    code, out, _ = told("export", state=there)
    assert code == 0
    assert pd.read_csv(io.StringIO(out), dtype="str", keep_default_na=False).to_numpy().tolist() == [
        ["007", "NZ", "Auckland- 1", "True"],
        ["008", "NA", "Windhoek", "True"],
    ]
    (there / "exported.csv").write_text(out)
    assert told("plan", there / "exported.csv", "--prune", state=there)[0] == 0


AWKWARD = ["=1+1", "+64 9", "-x", "@SUM(1)", "'=1", "''-1", "'t Hof", "'", "a=1", "1-2"]


@given(st.text(alphabet="'=+-@\t\ra1", max_size=6) | st.sampled_from(AWKWARD))
def test_a_guarded_text_is_no_formula_and_comes_back_as_it_was(text: str) -> None:
    """Whatever it begins with, apostrophes too; the control is a text that nobody guarded."""
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r"}
    assert unguarded(guarded(text)) == text
    assert unguarded(text) == text or text[:1] == "'"


def test_no_cell_of_an_exported_csv_is_a_formula_and_its_plan_is_empty(there: Path) -> None:
    """An apostrophe keeps a spreadsheet from computing it, in ids, codes and names; JSON has the text as it is."""
    frame = pd.DataFrame({"system_id": AWKWARD, "segment_code": AWKWARD, "segment_name": AWKWARD})
    frame.map(lambda text: f"'{text}" if text.lstrip("'")[:1] in set("=+-@") else text).to_csv(there / "awkward.csv", index=False)
    assert told("apply", there / "awkward.csv", state=there)[0] == 0
    _, out, _ = told("export", state=there)
    cells = pd.read_csv(io.StringIO(out), dtype="str", keep_default_na=False)
    assert "'=1+1" in set(cells.segment_name)
    assert not any(cell[:1] in set("=+-@") for cell in cells.to_numpy().ravel())
    (there / "out.csv").write_text(out)
    code, out, _ = told("plan", there / "out.csv", "--prune", "--format", "json", state=there)
    assert (code, json.loads(out)["empty"]) == (0, True)
    names = {row["segment_name"] for row in json.loads(told("export", "--format", "json", state=there)[1])}
    assert names == set(AWKWARD)


def test_json_is_one_document_on_stdout(there: Path) -> None:
    """Of plan, apply and export; the rest goes to stderr."""
    code, out, _ = told("plan", there / "wanted.csv", "--format", "json", state=there)
    document = json.loads(out)
    assert (code, document["counts"]["create"], document["empty"], len(document["checksum"])) == (3, 2, False, 64)
    assert {change["key"] for change in document["changes"]} == {"007", "008"}
    code, out, _ = told("apply", there / "wanted.csv", "--format", "json", state=there)
    assert (code, json.loads(out)["counts"]["applied"], json.loads(out)["ok"]) == (0, 2, True)
    code, out, _ = told("export", "--format", "json", state=there)
    assert (code, [row["system_id"] for row in json.loads(out)]) == (0, ["007", "008"])
    assert told("export", "--out", there / "out.csv", state=there)[1] == ""
    assert (there / "out.csv").read_text().startswith("system_id,")


def test_markdown(there: Path) -> None:
    """A table for a review."""
    code, out, _ = told("plan", there / "wanted.csv", "--format", "markdown")
    assert (code, out.count("| + create |")) == (3, 5)


def test_errors_are_1(there: Path) -> None:
    """A row that cannot be sent, an empty file, no CSV, a plan of another registry, a stale one, no credential."""
    (there / "bad.csv").write_text("system_id,segment_name\nx,\n")
    assert told("plan", there / "bad.csv")[0] == 1
    (there / "none.csv").write_text("system_id\n")
    assert told("plan", there / "none.csv", "--prune")[0] == 1
    for name, data in {"empty.csv": b"", "latin.csv": "system_id\nü".encode("latin-1"), "torn.csv": b'a,b\n1,2,3\n"x'}.items():
        (there / name).write_bytes(data)
        with pytest.raises(InvalidInput):
            told("plan", there / name)
    told("plan", there / "wanted.csv", "--out", there / "plan.json", state=there)
    with pytest.raises(InvalidInput, match="make one for it"):
        told("apply", there / "plan.json", vendor="infinity")
    told("apply", there / "wanted.csv", state=there)
    (there / "other.csv").write_text(TWO.replace("Windhoek", "Other"))
    told("apply", there / "other.csv", state=there)
    with pytest.raises(InvalidInput, match="stale"):
        told("apply", there / "plan.json", state=there)
    with pytest.raises(MissingCredential):
        runner.invoke(app, ["registry", "export", "--vendor", "infinity"], catch_exceptions=False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("system_id,segment_name\n1,North\n2,South, West\n", "line 3 of .* has 3 cells, and its header 2"),
        ("system_id,segment_name\n1,North,\n", "line 2 of .* has 3 cells"),
        ('system_id,segment_name\n1,"a\nb"\n2\n', "line 4 of .* has 1 cells"),
        ('{"format": 1, "rows": []}', "a kept plan is for `registry apply`"),
        ("\n\n", "is empty"),
    ],
)
def test_a_line_is_never_moved_to_other_columns(there: Path, text: str, complaint: str) -> None:
    """A cell too many or too few is refused with the line of the file, and what is no table with what it is."""
    (there / "ugly.csv").write_text(text)
    with pytest.raises(InvalidInput, match=complaint):
        told("plan", there / "ugly.csv")


def test_files_of_other_spreadsheets_are_read(there: Path) -> None:
    """Semicolons, a mark at the beginning, carriage returns and blank lines change nothing; a finding names the file's line."""
    ours = "\ufeff\r\n" + TWO.replace(",", ";").replace("\n", "\r\n") + ";;;\r\n\r\n"
    (there / "excel.csv").write_bytes(ours.encode())
    assert told("plan", there / "excel.csv")[1] == told("plan", there / "wanted.csv")[1]
    (there / "nobody.csv").write_text(f"{TWO}\n,X,Nobody,y\n")
    assert "row 5, column 'system_id'" in told("plan", there / "nobody.csv")[1]


@pytest.mark.parametrize("written", ["7.0", " 7", "7 "])
def test_an_id_that_was_written_in_another_way_is_no_new_one(there: Path, written: str) -> None:
    """Read as a decimal number, or with a space: blocked, so that a prune does not delete the real one."""
    (there / "real.csv").write_text("system_id,segment_code,segment_name\n7,NZ,Auckland\n")
    assert told("apply", there / "real.csv", state=there)[0] == 0
    (there / "bad.csv").write_text(f"system_id,segment_code,segment_name\n{written},AU,Sydney\n")
    code, out, _ = told("plan", there / "bad.csv", "--prune", state=there)
    assert (code, "key-misread" in out) == (1, True)


def test_a_hole_at_instaleap_is_told(there: Path) -> None:
    """A row with neither type nor value takes all away, and says so; <clear> says that it is meant."""
    sent = ["--sent", there / "sent.sqlite"]
    (there / "one.csv").write_text("document_id,type,value\naa-bb-1,membership,GOLD\n")
    assert told("apply", there / "one.csv", *sent, vendor="instaleap", state=there)[0] == 0
    for cells, is_told in ((",", True), ("<clear>,<clear>", False)):
        (there / "hole.csv").write_text(f"document_id,type,value\naa-bb-1,{cells}\n")
        code, out, _ = told("plan", there / "hole.csv", *sent, vendor="instaleap", state=there)
        assert (code, "takes-all-away" in out) == (3, is_told)


def test_an_apply_that_is_not_whole_is_1(there: Path) -> None:
    """Instaleap's sandbox knows aa-bb-1 and not nobody."""
    (there / "customers.csv").write_text("document_id,type,value\naa-bb-1,membership,GOLD\nnobody,membership,GOLD\n")
    sent = ["--sent", there / "sent.sqlite"]
    assert told("plan", there / "customers.csv", *sent, vendor="instaleap", state=there)[0] == 3
    code, out, _ = told("apply", there / "customers.csv", *sent, vendor="instaleap", state=there)
    assert (code, "✗ nobody create: rejected" in out) == (1, True)
    code, out, _ = told("export", *sent, vendor="instaleap", state=there)
    assert (code, out) == (0, "document_id,type,value\naa-bb-1,membership,GOLD\n")


def test_guards_bar_the_apply_and_not_the_plan(there: Path) -> None:
    """Four of ten deletes are shown, refused, and done when they are allowed."""
    rows = [f"k{n},K{n},n{n}" for n in range(10)]
    (there / "ten.csv").write_text("\n".join(["system_id,segment_code,segment_name", *rows]))
    (there / "six.csv").write_text("\n".join(["system_id,segment_code,segment_name", *rows[:6]]))
    assert told("apply", there / "ten.csv", state=there)[0] == 0
    assert told("plan", there / "six.csv", "--prune", state=there)[0] == 3
    with pytest.raises(InvalidInput, match="too-many-deletes"):
        told("apply", there / "six.csv", "--prune", state=there)
    assert told("apply", there / "six.csv", "--prune", "--allow", "too-many-deletes", state=there)[0] == 0
    assert told("plan", there / "six.csv", "--prune", state=there)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "nofile.csv", "--vendor", "ciopulse", "--sandbox"],
        ["plan", "x.csv", "--vendor", "nobody", "--sandbox"],
        ["plan", "--vendor", "ciopulse"],
        ["plan", "x.csv", "--vendor", "ciopulse", "--state", "s.sqlite"],
        ["plan", "x.csv", "--vendor", "ciopulse", "--sandbox", "--base-url", "http://127.0.0.1:9"],
        ["apply", "x.json", "--vendor", "ciopulse", "--sandbox", "--prune"],
        ["export", "--vendor", "instaleap", "--sandbox"],
        ["export", "--vendor", "ciopulse", "--sandbox", "--out", "no/such/folder.csv"],
    ],
)
def test_wrong_usage_is_2(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a word about it on stderr, and nothing on stdout."""
    monkeypatch.chdir(tmp_path)
    done = runner.invoke(app, ["registry", *words])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr


def test_a_live_registry_is_not_changed_by_a_file_that_nobody_looked_at(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CSV file is applied to the vendor with --yes only; nothing is sent before."""
    monkeypatch.setenv("SEGKIT_CIOPULSE_PORTAL_CODE", "PORTAL")
    monkeypatch.setenv("SEGKIT_CIOPULSE_API_KEY", "k" * 40)
    done = runner.invoke(app, ["registry", "apply", str(there / "wanted.csv"), "--vendor", "ciopulse"])
    assert (done.exit_code, "--yes" in done.stderr) == (2, True)


def test_an_error_is_one_line_in_a_process(there: Path) -> None:
    """Not a traceback."""
    (there / "empty.csv").write_bytes(b"")
    words = ["-m", "segkit", "registry", "plan", str(there / "empty.csv"), "--vendor", "infinity", "--sandbox"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
