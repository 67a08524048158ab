"""`segkit lint`: what is wrong with the survey documents of some files."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from segkit.cli.documents import content, plain, writable
from segkit.errors import InvalidInput, SegkitError, UnexpectedAnswer
from segkit.findings import SIGNS, Finding
from segkit.quotas.lint import repairs
from segkit.quotas.lint.catalogue import RULES, explain
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import read_surveys

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from segkit.quotas.survey import SurveyDocument

_WORDS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("info", "infos")}
GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
UNREADABLE = "unreadable-file"
"""The code of the finding that a file cannot be read; it is no rule, for there was no survey to check."""
_UNREADABLE_MEANS = """A file cannot be read, or holds no JSON object.

Nothing of it was checked; the other files were. It is told of as a finding by --format json and --format github."""
_LINE = re.compile(r"\bline (\d+)")


class Placed(NamedTuple):
    """A finding, and its line and column in the file."""

    finding: Finding
    line: int
    column: int


class Checked(NamedTuple):
    """A document of a file by its number, and what was found in it; the number is None where the file cannot be read."""

    file: str
    number: int | None
    title: str
    placed: list[Placed]


def run(files: list[pathlib.Path], output: str) -> int:
    """Print what is found; return 1 where anything is an error or a warning, or a file cannot be read.

    A file that cannot be read is a finding among the others in JSON and for GitHub, and a line on stderr in any case. In text,
    one that is not there is wrong usage.
    """
    checked: list[Checked] = []
    for file in files:
        try:
            checked += _check(str(file))
        except SegkitError as error:
            checked.append(_unreadable(str(file), str(error), _stopped(error)))
        except typer.BadParameter as error:
            if output == "text":
                raise
            checked.append(_unreadable(str(file), error.message, 1))
    printers = {"text": _text, "json": _json, "github": _github}
    for line in printers[output](checked):
        typer.echo(line)
    severities = [placed.finding.severity for each in checked for placed in each.placed]
    counts = {word: severities.count(word) for word in SIGNS}
    told = ", ".join(f"{count} {_WORDS[word][count != 1]}" for word, count in counts.items())
    read = sum(each.number is not None for each in checked)
    typer.echo(f"{read} document{'s' * (read != 1)}: {told}", err=True)
    return int(bool(counts["error"] or counts["warning"]))


def _unreadable(file: str, message: str, line: int) -> Checked:
    """Tell that a file cannot be read, at once and as a finding."""
    typer.echo(plain(f"segkit: {file}: {message}"), err=True)
    fix = "Give a file that holds survey documents as JSON, as they are sent or as the documentation prints them."
    told = Finding(UNREADABLE, "error", f"line {line}", " ".join(message.split()), fix)
    return Checked(_named(file), None, "", [Placed(told, line, 1)])


def _stopped(error: SegkitError) -> int:
    """Return the line where reading stopped, the first where that is not known."""
    found = _LINE.search(error.path) if isinstance(error, UnexpectedAnswer) else None
    return int(found[1]) if found else 1


def tell(code: str) -> None:
    """Print what a rule means; ``all`` lists them."""
    if code == UNREADABLE:
        typer.echo(f"{UNREADABLE} (error)\n\n{_UNREADABLE_MEANS}")
    elif code == "all":
        for name, rule in sorted(RULES.items()):
            typer.echo(f"{name} ({rule.severity}): {rule.explanation.splitlines()[0]}")
    else:
        typer.echo(explain(code))


def _named(file: str) -> str:
    return "standard input" if file == "-" else file


def _check(file: str) -> list[Checked]:
    try:
        return [
            Checked(_named(file), number, survey.title, list(_placed(survey)))
            for number, survey in enumerate(read_surveys(content(file)), 1)
        ]
    except RecursionError:
        raise InvalidInput("it is nested too deep to be checked") from None


def _placed(survey: SurveyDocument) -> Iterator[Placed]:
    """Place each finding at its path, or at the nearest value around it that is written; a repair where it was made."""
    made = iter(repairs.mended(survey))
    for finding in lint(survey):
        repair = next(made, None) if finding.code == repairs.CODE else None
        if repair and repair.line and repair.column:
            yield Placed(finding, repair.line, repair.column)
        else:
            yield Placed(finding, *_nearest(survey, finding.where))


def _nearest(survey: SurveyDocument, where: str) -> tuple[int, int]:
    if named := _LINE.match(where):
        return int(named[1]), 1
    while where:
        if found := survey.line_of(where):
            return found
        where = where[: max(where.rfind("."), where.rfind("["))] if where != "$" else ""
    return survey.first_line, 1


def _text(checked: list[Checked]) -> Iterator[str]:
    for each in checked:
        if each.number is None:
            continue  # a line on stderr told of it
        yield plain(f"{each.file}, document {each.number}: {each.title.strip() or '(no title)'}")
        for finding, line, column in each.placed:
            yield plain(f"  {line}:{column} {SIGNS[finding.severity]} {finding.code} at {finding.where}: {finding.message}")
            if finding.fix:
                yield plain(f"      {finding.fix}")
        if not each.placed:
            yield "  nothing found"


def _json(checked: list[Checked]) -> Iterator[str]:
    documents = [
        {"file": each.file, "document": each.number, "title": each.title, "findings": list(map(_row, each.placed))}
        for each in checked
    ]
    yield writable(json.dumps({"documents": documents}, indent=2, ensure_ascii=False))


def _row(placed: Placed) -> dict[str, Any]:
    told = {name: getattr(placed.finding, name) for name in ("code", "severity", "where", "message", "fix")}
    return {**told, "line": placed.line, "column": placed.column}


def _github(checked: list[Checked]) -> Iterator[str]:
    """Write workflow commands, which GitHub shows beside the lines."""
    for each in checked:
        for finding, line, column in each.placed:
            parts = {"file": each.file, "line": line, "col": column, "title": finding.code}
            told = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in parts.items())
            message = f"{finding.where}: {finding.message}. {finding.fix}".rstrip()
            yield writable(f"::{GITHUB[finding.severity]} {told}::{_escaped(message)}")


def _escaped(text: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text
