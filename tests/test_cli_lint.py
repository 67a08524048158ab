"""`segkit lint`: three forms, lines and columns, exit codes, and files that cannot be read."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import surveys
from typer.testing import CliRunner

from segkit.cli.app import app
from segkit.quotas.lint.catalogue import RULES
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import read_surveys

runner = CliRunner()

SCENARIOS = surveys.PRINTED / "create_survey_scenarios.txt"
REQUEST = surveys.PRINTED / "request_218.txt"
CLEAN = '{"completes_required": 10}'
NOTED = '{"completes_required": 10} // 10 of them\n{"completes_required": 5, // five\n"quotas": []}'
HOSTILE = (
    '{"survey_title": "a\\n::error::b\\u001b[31m", "quotas": [\n'
    '{"buyer_quota_id": "50%,\\r\\n:x", "required_count": 0,\n"criteria": []}]}'
)


def run(*words: str, typed: str | bytes | None = None) -> subprocess.CompletedProcess[str]:
    """Start the program as a user does."""
    given = typed.encode() if isinstance(typed, str) else typed
    done = subprocess.run(
        [sys.executable, "-m", "segkit", "lint", *words], input=given, capture_output=True, check=False, timeout=60
    )
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


def lint_file(*words: str) -> tuple[int, str, str]:
    """Run the command in this process: its exit code, stdout and stderr."""
    done = runner.invoke(app, ["lint", *words])
    return done.exit_code, done.stdout, done.stderr


def written(folder: Path, text: str | bytes, name: str = "survey.json") -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_text_tells_of_each_document() -> None:
    """The text names file, document and title, and each finding with its line, column, sign, rule, path, message and fix."""
    code, out, err = lint_file(str(SCENARIOS))
    assert code == 1
    assert err == "7 documents: 1 error, 29 warnings, 21 infos\n"
    assert out.count(f"{SCENARIOS}, document ") == 7
    assert f"{SCENARIOS}, document 7: Scenario-7: 400 with kids" in out
    assert "  231:5 ✗ error unreachable-quota at $.quotas[1]: quota b11112 wants families without children" in out
    assert "\n      Add 167 to the survey's qualification 232.\n" in out
    findings = [finding for survey in read_surveys(SCENARIOS) for finding in lint(survey)]
    assert len(re.findall(r"^  \d+:\d+ ", out, re.MULTILINE)) == len(findings)


def test_json_is_one_document(tmp_path: Path) -> None:
    """JSON is one document on stdout and nothing else: every file, document and finding, with line and column."""
    files = [str(SCENARIOS), written(tmp_path, CLEAN)]
    code, out, err = lint_file("--format", "json", *files)
    assert code == 1
    assert err.startswith("8 documents: ")
    told = json.loads(out)["documents"]
    assert [(each["file"], each["document"]) for each in told] == [(files[0], n) for n in range(1, 8)] + [(files[1], 1)]
    for each, survey in zip(told, read_surveys(SCENARIOS), strict=False):
        assert each["title"] == survey.title
        keys = ("code", "severity", "where", "message", "fix")
        assert [tuple(row[key] for key in keys) for row in each["findings"]] == [
            tuple(getattr(finding, key) for key in keys) for finding in lint(survey)
        ]
        assert all(row.keys() == {*keys, "line", "column"} for row in each["findings"])


def rows(*files: str) -> list[dict[str, Any]]:
    """Return all findings as JSON has them."""
    out = lint_file("--format", "json", *files)[1]
    return [row for document in json.loads(out)["documents"] for row in document["findings"]]


def test_lines_and_columns_are_those_of_the_text() -> None:
    """A finding's line and column are where its value, or the key of its value, begins; a repair's are its own."""
    lines = SCENARIOS.read_text(encoding="utf-8").splitlines()
    checked = 0
    for row in rows(str(SCENARIOS)):
        there = lines[row["line"] - 1][row["column"] - 1 :]
        last = re.split(r"[.\[]", row["where"])[-1]
        begin = "{" if last == "$" or last.endswith("]") else f'"{last}"'
        if row["code"] == "json-repaired":
            begin = "," if "comma" in row["message"] else "//"
            assert row["message"].startswith(f"line {row['line']}: ")
        assert there.startswith(begin), row
        checked += 1
    assert checked == 51
    found = {(row["line"], row["column"]) for row in rows(str(SCENARIOS)) if row["code"] == "unreachable-quota"}
    seventh = next(n for n, line in enumerate(lines) if line.startswith("// Scenario-7"))
    quota = next(n for n in range(seventh, len(lines)) if '"b11112"' in lines[n])  # one line below its brace
    assert found == {(quota, 1 + lines[quota - 1].index("{"))}


def test_lines_of_codes(tmp_path: Path) -> None:
    r"""A code has a place of its own, also behind letters beyond ASCII and \r\n; what is missing has that of its parent."""
    text = '// é\r\n\r\n{"survey_title": "é😀", "quotas": [{"criteria": [{"qualification_code": 232, "condition_codes": ["139",'
    text += '\r\n  "300"]}]}]}'
    found = {row["code"]: (row["line"], row["column"]) for row in rows(written(tmp_path, text))}
    third = text.split("\r\n")[2]
    assert found["unknown-code"] == (4, 3)
    assert found["count-not-positive"] == (3, 1 + third.index('{"criteria"'))
    assert found["missing-age-unit"] == (3, 1 + third.index('{"qualification_code"'))
    assert found["completes-missing"] == (3, 1)


def unescaped(text: str) -> str:
    """Undo GitHub's escapes."""
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def test_github_has_one_command_a_line(tmp_path: Path) -> None:
    """Each finding is one workflow command; what would end a property or a line is escaped, and comes back."""
    path = written(tmp_path, HOSTILE, "50%, a:b.json")
    code, out, _ = lint_file("--format", "github", path, str(SCENARIOS))
    assert code == 1
    findings = [finding for name in (Path(path), SCENARIOS) for survey in read_surveys(name) for finding in lint(survey)]
    assert len(out.splitlines()) == len(findings)
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    for line, finding in zip(out.splitlines(), findings, strict=True):
        command = re.fullmatch(r"::(\w+) file=([^,:]+),line=(\d+),col=(\d+),title=([^,:]+)::(.*)", line)
        assert command, line
        kind, file, _, _, title, message = command.groups()
        assert (kind, title) == (kinds[finding.severity], finding.code)
        assert unescaped(file) in {path, str(SCENARIOS)}
        assert unescaped(message) == f"{finding.where}: {finding.message}. {finding.fix}"


def test_text_is_safe_for_a_terminal(tmp_path: Path) -> None:
    """Words of a document end no line and command no terminal; halves of characters and wrong bytes stop nothing."""
    for name, text in enumerate((HOSTILE.encode(), b'\xff // 400 boys \xfe\n{"survey_title":"a\\ud83d"}')):
        path = written(tmp_path, text, f"{name}.json")
        for form in ("text", "json", "github"):
            done = run("--format", form, path)
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert "\x1b" not in done.stdout
            if form == "text":
                assert not re.search(r"^::error", done.stdout, re.MULTILINE)
                assert all(line.startswith((path, "  ")) for line in done.stdout.splitlines())


def test_exit_codes(tmp_path: Path) -> None:
    """0 for nothing or information alone, 1 for errors and for warnings, 2 for wrong usage."""
    assert lint_file(written(tmp_path, CLEAN)) == (
        0,
        f"{tmp_path}/survey.json, document 1: (no title)\n  nothing found\n",
        "1 document: 0 errors, 0 warnings, 0 infos\n",
    )
    code, out, err = lint_file(written(tmp_path, NOTED))
    assert (code, out.count("json-repaired"), err) == (0, 1, "2 documents: 0 errors, 0 warnings, 1 info\n")
    assert lint_file(written(tmp_path, '{"completes_required": 10, "expected_ir": 0}'))[0] == 1
    assert lint_file(written(tmp_path, '{"completes_required": "x"}'))[0] == 1
    for wrong in ([], ["--format", "xml", str(REQUEST)], [str(tmp_path / "none.json")], [str(tmp_path)]):
        code, out, err = lint_file(*wrong)
        assert (code, out) == (2, "")
        assert "Traceback" not in err
    assert "there is no file" in lint_file(str(tmp_path / "none.json"))[2].replace("\n", " ")


def broken_files(folder: Path) -> list[str]:
    """Write files that cannot be read."""
    return [
        written(folder, '{\n"a": [1, }', "cut.json"),
        written(folder, "", "empty.json"),
        written(folder, b"\xff\xfe\x00", "bytes.json"),
        written(folder, '{"quotas": ' + "[" * 100_000 + "]" * 100_000 + "}", "deep.json"),
    ]


def test_a_broken_file_is_one_line_and_the_others_are_still_told(tmp_path: Path) -> None:
    """What cannot be read is one line on stderr that names file and place, exit 1; the other files are linted."""
    broken = broken_files(tmp_path)
    for path in broken:
        done = run(path)
        assert done.returncode == 1
        assert done.stdout == ""
        first, count = done.stderr.splitlines()
        assert first.startswith(f"segkit: {path}: ")
        assert count == "0 documents: 1 error, 0 warnings, 0 infos"
    code, out, err = lint_file(*broken, str(REQUEST))
    assert code == 1
    assert out.count(", document 1: ") == 1
    assert err.count("segkit: ") == len(broken)


def test_files_that_cannot_be_read_are_findings_for_machines(tmp_path: Path) -> None:
    """JSON stays one document and GitHub's commands one a line: each such file has its error, in the order of the files."""
    files = [*broken_files(tmp_path), str(tmp_path / "none.json"), str(tmp_path), written(tmp_path, CLEAN), str(REQUEST)]
    code, out, err = lint_file("--format", "json", *files)
    assert code == 1
    documents = json.loads(out)["documents"]
    assert [(each["file"], each["document"]) for each in documents] == [(file, None) for file in files[:6]] + [
        (file, 1) for file in files[6:]
    ]
    told = [row for each in documents[:6] for row in each["findings"]]
    assert [(row["code"], row["severity"], row["line"]) for row in told] == [
        ("unreadable-file", "error", line) for line in (2, 1, 1, 1, 1, 1)
    ]
    assert "there is no file" in told[4]["message"]
    assert documents[6]["findings"] == []
    assert err.endswith("2 documents: 9 errors, 1 warning, 0 infos\n")
    code, out, _ = lint_file("--format", "github", *files)
    assert code == 1
    assert [line.split(" ")[0] for line in out.splitlines()[:7]] == ["::error"] * 7
    assert out.count("title=unreadable-file::") == 6
    assert "title=legacy-qualification::" in out
    assert lint_file("--format", "json", files[6])[0] == 0


def test_the_finding_of_a_file_is_explained() -> None:
    """What is found of a file that cannot be read has its explanation as the rules have."""
    code, out, _ = lint_file("--explain", "unreadable-file")
    assert code == 0
    assert out.startswith("unreadable-file (error)\n\nA file cannot be read")


def test_standard_input() -> None:
    """A dash reads standard input, beside files too; a vendor's page may be piped in as it is."""
    done = run("-", str(REQUEST), "--format", "json", typed=SCENARIOS.read_bytes())
    assert done.returncode == 1
    files = [document["file"] for document in json.loads(done.stdout)["documents"]]
    assert files == ["standard input"] * 7 + [str(REQUEST)]
    assert run("-", typed=CLEAN).returncode == 0


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_explained(code: str) -> None:
    """`--explain` prints the rule's name, severity and text, and needs no file."""
    assert lint_file("--explain", code) == (0, f"{code} ({RULES[code].severity})\n\n{RULES[code].explanation}\n", "")


def test_all_rules_are_listed() -> None:
    """`--explain all` has a line for each rule, in the order of their names."""
    code, out, _ = lint_file("--explain", "all")
    assert code == 0
    assert [line.split(" ")[0] for line in out.splitlines()] == sorted(RULES)
    assert all(re.fullmatch(r"[a-z0-9-]+ \((error|warning|info)\): [A-Z0-9a-z].*\.", line) for line in out.splitlines())


def test_an_unknown_rule_is_one_line() -> None:
    """A rule that is not there is one line with those that are, exit 1."""
    done = run("--explain", "overlap")
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "there is no rule 'overlap'; there are: beyond-reckoning, cannot-fill" in done.stderr
