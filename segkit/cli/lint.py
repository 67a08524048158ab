"""`segkit lint`: what is wrong with the survey documents of some files."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from segkit.errors import InvalidInput, SegkitError
from segkit.findings import SIGNS
from segkit.quotas.lint.catalogue import RULES, explain
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import read_surveys

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from segkit.findings import Finding
    from segkit.quotas.survey import SurveyDocument

_WORDS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("info", "infos")}
GITHUB = {"error": "error", "warning": "warning", "info": "notice"}


class Checked(NamedTuple):
    """A document of a file, and what was found in it."""

    file: str
    number: int
    survey: SurveyDocument
    findings: list[Finding]

    def place(self, finding: Finding) -> tuple[int, int]:
        """Return the line and column of a finding: of its path, or of the nearest value around it that is written."""
        where = finding.where
        while where:
            if found := self.survey.line_of(where):
                return found
            where = where[: max(where.rfind("."), where.rfind("["))] if where != "$" else ""
        return self.survey.first_line, 1


def run(files: list[pathlib.Path], output: str) -> int:
    """Print what is found; return 1 where anything is an error or a warning, or a file cannot be read."""
    checked: list[Checked] = []
    unread = 0
    for file in files:
        try:
            checked += _check(str(file))
        except SegkitError as error:
            typer.echo(_plain(f"segkit: {file}: {error}"), err=True)
            unread += 1
    printers = {"text": _text, "json": _json, "github": _github}
    for line in printers[output](checked):
        typer.echo(line)
    counts = {word: sum(f.severity == word for each in checked for f in each.findings) for word in SIGNS}
    told = ", ".join(f"{count} {_WORDS[word][count != 1]}" for word, count in counts.items())
    typer.echo(f"{len(checked)} document{'s' * (len(checked) != 1)}: {told}", err=True)
    return int(bool(unread or counts["error"] or counts["warning"]))


def tell(code: str) -> None:
    """Print what a rule means; ``all`` lists them."""
    if code == "all":
        for name, rule in sorted(RULES.items()):
            typer.echo(f"{name} ({rule.severity}): {rule.explanation.splitlines()[0]}")
    else:
        typer.echo(explain(code))


def _check(file: str) -> list[Checked]:
    content = sys.stdin.buffer.read() if file == "-" else _content(file)
    name = "standard input" if file == "-" else file
    try:
        return [Checked(name, number, survey, list(lint(survey))) for number, survey in enumerate(read_surveys(content), 1)]
    except RecursionError:
        raise InvalidInput("it is nested too deep to be checked") from None


def _content(file: str) -> bytes:
    from pathlib import Path

    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise typer.BadParameter(f"there is no file {file}") from None
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None


def _plain(text: str) -> str:
    """Return a text on one line, without what a terminal would obey or could not write."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "replace").decode() for char in text)


def _text(checked: list[Checked]) -> Iterator[str]:
    for each in checked:
        yield _plain(f"{each.file}, document {each.number}: {each.survey.title.strip() or '(no title)'}")
        for finding in each.findings:
            line, column = each.place(finding)
            yield _plain(f"  {line}:{column} {SIGNS[finding.severity]} {finding.code} at {finding.where}: {finding.message}")
            if finding.fix:
                yield _plain(f"      {finding.fix}")
        if not each.findings:
            yield "  nothing found"


def _json(checked: list[Checked]) -> Iterator[str]:
    documents = [
        {
            "file": each.file,
            "document": each.number,
            "title": each.survey.title,
            "findings": [_row(each, f) for f in each.findings],
        }
        for each in checked
    ]
    yield _writable(json.dumps({"documents": documents}, indent=2, ensure_ascii=False))


def _row(each: Checked, finding: Finding) -> dict[str, Any]:
    line, column = each.place(finding)
    told = {name: getattr(finding, name) for name in ("code", "severity", "where", "message", "fix")}
    return {**told, "line": line, "column": column}


def _github(checked: list[Checked]) -> Iterator[str]:
    """Write workflow commands, which GitHub shows beside the lines."""
    for each in checked:
        for finding in each.findings:
            line, column = each.place(finding)
            parts = {"file": each.file, "line": line, "col": column, "title": finding.code}
            told = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in parts.items())
            message = f"{finding.where}: {finding.message}. {finding.fix}".rstrip()
            yield _writable(f"::{GITHUB[finding.severity]} {told}::{_escaped(message)}")


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def _writable(text: str) -> str:
    """Replace halves of characters, which no output can write."""
    return text.encode(errors="replace").decode()
