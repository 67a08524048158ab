"""`segkit registry`: plan, apply and export the segments of CIOPulse, Infinity and Instaleap, from and to CSV files."""

from __future__ import annotations

import pathlib
from typing import Annotated, Literal

import typer

app = typer.Typer(
    help="Segment registries from a CSV file: exit 0 nothing to change, 1 an error, 2 wrong usage, 3 changes pending.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print locals
)

Vendor = Annotated[Literal["ciopulse", "infinity", "instaleap"], typer.Option(help="Whose registry it is.")]
OnSandbox = Annotated[bool, typer.Option("--sandbox", help="Use the sandbox in this process: no account, no network.")]
State = Annotated[pathlib.Path | None, typer.Option(help="An sqlite file that keeps the sandbox's state.")]
Igrp = Annotated[int, typer.Option(min=1, help="Infinity: the number of the installation.")]
BaseUrl = Annotated[str | None, typer.Option(help="Another address to ask.")]
Sent = Annotated[pathlib.Path | None, typer.Option(help="Instaleap: an sqlite file that keeps what was sent.")]
PruneGroups = Annotated[bool, typer.Option("--prune-groups", help="Infinity: with --prune, delete groups that nobody names.")]
Prune = Annotated[bool, typer.Option("--prune", help="Delete what is there and not in the file.")]
Format = Annotated[Literal["text", "json", "markdown"], typer.Option("--format", help="How it is written.")]


@app.command()
def plan(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[pathlib.Path, typer.Argument(help="A CSV file, one row a segment; - is standard input.")],
    vendor: Vendor,
    sandbox: OnSandbox = False,
    state: State = None,
    igrp: Igrp = 1,
    base_url: BaseUrl = None,
    sent: Sent = None,
    prune: Prune = False,
    prune_groups: PruneGroups = False,
    output: Format = "text",
    out: Annotated[pathlib.Path | None, typer.Option(help="Keep the plan in this file, for `registry apply`.")] = None,
) -> None:
    """Show what a CSV file would change; nothing is sent."""
    from segkit.cli import registry_job as job

    asked = job.Asked(vendor, sandbox, state, igrp, base_url, sent, prune_groups)
    raise typer.Exit(job.show(asked, file, output, out, prune=prune))


@app.command()
def apply(  # noqa: PLR0913, PLR0917 - each is an option of the command
    file: Annotated[pathlib.Path, typer.Argument(help="A plan that `registry plan --out` kept (.json), or a CSV file.")],
    vendor: Vendor,
    sandbox: OnSandbox = False,
    state: State = None,
    igrp: Igrp = 1,
    base_url: BaseUrl = None,
    sent: Sent = None,
    prune: Prune = False,
    prune_groups: PruneGroups = False,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How it is written.")] = "text",
    journal: Annotated[pathlib.Path | None, typer.Option(help="An sqlite file that takes down every call.")] = None,
    allow: Annotated[list[str] | None, typer.Option(help="Lift a guard: too-many-deletes, too-many-updates.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=8, help="Calls under way at a time.")] = 4,
    stop: Annotated[bool, typer.Option("--stop", help="Stop at the first row that is refused.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Apply a CSV file to a live registry without a kept plan.")] = False,
) -> None:
    """Carry out a plan that is still true; exit 1 where a row was not applied."""
    from segkit.cli import registry_job as job

    asked = job.Asked(vendor, sandbox, state, igrp, base_url, sent, prune_groups)
    how = job.How(journal, tuple(allow or ()), workers, "stop" if stop else "continue", is_sure=yes)
    raise typer.Exit(job.carry_out(asked, file, output, how, prune=prune))


@app.command()
def export(
    vendor: Vendor,
    sandbox: OnSandbox = False,
    state: State = None,
    igrp: Igrp = 1,
    base_url: BaseUrl = None,
    sent: Sent = None,
    output: Annotated[Literal["csv", "json"], typer.Option("--format", help="How it is written.")] = "csv",
    out: Annotated[pathlib.Path | None, typer.Option(help="The file to write; standard output by default.")] = None,
) -> None:
    """Write what a registry keeps as a file that can be edited and planned.

    In CSV a text that a spreadsheet would take for a formula (it begins with = + - @ or a tab) has an apostrophe before it;
    `registry plan` and `apply` take it off again, so that the plan of an export is empty. JSON has every text as it is.
    """
    from segkit.cli import registry_job as job

    job.export(job.Asked(vendor, sandbox, state, igrp, base_url, sent), output, out)
