"""`segkit share`: notebooks for their readers, and for version control."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import typer

from segkit.cli.documents import plain
from segkit.errors import InvalidInput, NotebookFailed, SegkitError
from segkit.findings import Findings
from segkit.sharing.parameters import typed
from segkit.sharing.respondent_rows import ID_COLUMNS
from segkit.sharing.share import share
from segkit.sharing.strip import strip_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segkit.findings import Finding

Where = pathlib.Path | Literal["beside", "in place", "stripped"]
"""Where a share goes: a file, the notebook's name with .html, the notebook itself."""


OPTIONS: Final = {
    "redact=True": "--redact",
    "execute=True": "--execute",
    "Allow respondent-rows": "Give --allow respondent-rows",
    "or allow respondent-rows": "or give --allow respondent-rows",
}
"""What a fix calls arguments of `share`, and the command its options."""


class Asked(NamedTuple):
    """The options of a share, as they were typed."""

    execute: bool
    values: dict[str, Any]
    static: bool
    redact: bool
    allow: Sequence[str]
    id_columns: Sequence[str]
    most_rows: int
    title: str | None = None
    timeout: float = 300


class Told(NamedTuple):
    """What became of one notebook."""

    notebook: str
    line: str
    findings: Findings
    ok: bool
    about: dict[str, Any]


def where(out: pathlib.Path | None, *, in_place: bool, strip: bool, notebooks: int, runs: bool) -> Where:
    """Return where the shares go; options that contradict each other are wrong usage."""
    if (out is not None) + in_place + strip > 1:
        raise typer.BadParameter("give one of --out, --in-place and --strip")
    if strip and runs:
        raise typer.BadParameter("--strip takes away what a run leaves: share first, without it, or strip without running")
    if out is not None and notebooks > 1:
        raise typer.BadParameter("--out is the file of one notebook; without it each is written beside its notebook")
    return out if out is not None else "in place" if in_place else "stripped" if strip else "beside"


def values(given: Sequence[str] | None, file: pathlib.Path | None) -> dict[str, Any]:
    """Return the parameters of a file and of the command line, which wins."""
    found: dict[str, Any] = {}
    if file is not None:
        try:
            found = json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise typer.BadParameter(f"{file} cannot be read: {error}") from None
        if not isinstance(found, dict):
            raise typer.BadParameter(f"{file} holds no JSON object of names and values")
    for one in given or ():
        name, sign, value = one.partition("=")
        if not sign:
            raise typer.BadParameter(f"{one!r}: give NAME=VALUE")
        found[name] = typed(value)
    return found


def run(notebooks: Sequence[pathlib.Path], place: Where, asked: Asked, output: str) -> int:
    """Share or strip each notebook, print what became of it; return 1 where one was refused."""
    told = [_strip(path, asked) if place == "stripped" else _share(path, place, asked) for path in notebooks]
    if output == "json":
        typer.echo(json.dumps({"notebooks": [_as_json(each) for each in told]}, ensure_ascii=False, indent=1))
    for each in told:
        typer.echo("\n  ".join(map(plain, each.line.splitlines())), err=True)
        for finding in each.findings:
            typer.echo(f"  {plain(str(_as_typed(finding)))}", err=True)
        for part in each.about.get("parts", ()) if output == "text" else ():
            typer.echo(f"  {part['bytes']:>10,} bytes  {part['part']} ({part['n']})", err=True)
    return int(not all(each.ok for each in told))


def _as_typed(finding: Finding) -> Finding:
    """Return a finding whose fix has the options as the command has them."""
    fix = finding.fix
    for argument, option in OPTIONS.items():
        fix = fix.replace(argument, option)
    return dataclasses.replace(finding, fix=fix)


def _refused(path: pathlib.Path, error: SegkitError) -> str:
    """Return the first line of an error, with the notebook's path once."""
    line = str(error).partition("\n")[0]
    own = f"{path.name} "
    return f"segkit: {path} {line.removeprefix(own)}" if line.startswith(own) else f"segkit: {path}: {line}"


def _strip(path: pathlib.Path, asked: Asked) -> Told:
    try:
        changed, findings = strip_file(path, asked.allow)
    except SegkitError as error:
        return Told(str(path), _refused(path, error), Findings(), ok=False, about={})
    return Told(str(path), f"{path}: {'stripped' if changed else 'as it was'}", findings, findings.ok, {"changed": changed})


def _share(path: pathlib.Path, place: Where, asked: Asked) -> Told:
    try:
        made = share(
            path,
            {"beside": None, "in place": path}.get(place, place) if isinstance(place, str) else place,
            execute=asked.execute,
            parameters=asked.values or None,
            charts="static" if asked.static else "interactive",
            redact=asked.redact,
            allow=asked.allow,
            id_columns=[*ID_COLUMNS, *asked.id_columns],
            most_rows=asked.most_rows,
            title=asked.title,
            timeout=asked.timeout,
        )
    except InvalidInput as error:
        return Told(str(path), _refused(path, error), error.findings, ok=False, about={})
    except NotebookFailed as error:
        return Told(str(path), f"segkit: {error}", Findings(), ok=False, about={})
    parts = made.to_frame().to_dict("records")
    about = {"path": str(made.path), "form": made.form, "bytes": made.bytes, "parts": parts}
    about["manifest"] = [row._asdict() for row in made.manifest]
    return Told(str(path), f"{made.path}: {made.bytes / 1e6:.2f} MB", made.findings, ok=True, about=about)


def _as_json(told: Told) -> dict[str, Any]:
    found = told.findings.to_frame().to_dict("records")
    return {"notebook": told.notebook, "ok": told.ok, **told.about, "message": told.line, "findings": found}
