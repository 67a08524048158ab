"""The `segkit` command: demo, doctor, forecast, lab, lint, registry, sandbox, share.

Exit 0 when all is well, 1 for errors, 2 for wrong usage. Progress and messages go to stderr.
"""

from __future__ import annotations

import pathlib
import sys
from typing import Annotated, Literal

import typer

from segkit.cli import registry

app = typer.Typer(
    help="Vendor segment and quota APIs as dataframes and widgets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print locals
)
app.add_typer(registry.app, name="registry")


def _tell_version(wanted: bool) -> None:
    if wanted:
        import segkit

        typer.echo(segkit.__version__)
        raise typer.Exit


@app.callback()
def _segkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


@app.command()
def demo(
    out: Annotated[pathlib.Path, typer.Option(help="Where the page is written.")] = pathlib.Path("segkit-demo.html"),
    notebook: Annotated[bool, typer.Option(help="Run the tour notebook and write the page.")] = True,
) -> None:
    """Do the main job on the embedded sandbox: no account, no network."""
    from segkit.cli import demo as job

    job.run(out, notebook=notebook)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    folder: Annotated[pathlib.Path | None, typer.Option(help="Where the notebooks are; ours by default.")] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open JupyterLab on the notebooks; what is not known here is handed on to it, such as --port or --allow-root."""
    from segkit.cli import lab as job

    raise typer.Exit(job.run(folder, browser=browser, more=context.args))


@app.command()
def doctor(
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How the report is written.")] = "text",
    offline: Annotated[bool, typer.Option(help="Do not try to reach the vendors.")] = False,
) -> None:
    """Report versions, credentials found (never their values), Chromium, and whether the vendors can be reached."""
    from segkit.cli import doctor as job

    raise typer.Exit(job.run(output, offline=offline))


@app.command()
def lint(
    files: Annotated[list[pathlib.Path] | None, typer.Argument(help="Files with survey documents; - is standard input.")] = None,
    output: Annotated[Literal["text", "json", "github"], typer.Option("--format", help="How findings are written.")] = "text",
    explain: Annotated[str | None, typer.Option(help="Say what a rule means and end; all lists the rules.")] = None,
) -> None:
    """Check survey documents for child age and gender; exit 1 where anything is an error or a warning."""
    from segkit.cli import lint as job

    if explain:
        job.tell(explain)
    elif files:
        raise typer.Exit(job.run(files, output))
    else:
        raise typer.BadParameter("give a file, or --explain RULE")


@app.command()
def forecast(  # noqa: PLR0913, PLR0917 - its options
    file: Annotated[pathlib.Path, typer.Argument(help="A file with survey documents; - is standard input.")],
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How forecasts are written.")] = "text",
    households: Annotated[
        str | None,
        typer.Option(
            help='A JSON file, or "children=.6,.4;boy=.512;ages=1-17;source=our panel"; segkit\'s own by default, synthetic.'
        ),
    ] = None,
    policy: Annotated[
        Literal["per_qualification_set", "any", "none"], typer.Option(help="Which open quotas a family must match.")
    ] = "per_qualification_set",
    match: Annotated[
        list[str] | None, typer.Option(help="The share that meets another criterion, as in 211:111=0.49; may be repeated.")
    ] = None,
    replicates: Annotated[int, typer.Option(min=1, max=1_000_000, help="How often the field is drawn.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws.")] = 0,
    completes: Annotated[int | None, typer.Option(min=1, help="For documents without completes_required.")] = None,
    ir: Annotated[
        str | None, typer.Option(help="The share of those admitted that completes: 0.6, or 0.6/50 when known from 50 interviews.")
    ] = None,
    arrivals_per_day: Annotated[float | None, typer.Option(help="Families that come in a day; then days are told.")] = None,
    interview_minutes: Annotated[
        float | None, typer.Option(help="How long an interview is; with --arrivals-per-day over-delivery is told.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(help="A JSON or CSV file of a survey in the field: by quota_id any of achieved, remaining, currently_open."),
    ] = None,
    achieved: Annotated[int | None, typer.Option(min=0, help="The completes so far, in all; with --state.")] = None,
) -> None:
    """Forecast how many completes survey documents will bring; exit 1 where one cannot be forecast."""
    from segkit.cli import forecast as job
    from segkit.cli.asked import Typed, asked

    in_time = ir, arrivals_per_day, interview_minutes, state, achieved
    typed = Typed(households, policy, match, replicates, seed, completes, *in_time)
    raise typer.Exit(job.run(file, output, asked(typed)))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on 127.0.0.1; 0 takes a free one.")] = 8765,
    state: Annotated[pathlib.Path | None, typer.Option(help="An sqlite file that keeps the state; in memory by default.")] = None,
    error_shape: Annotated[
        Literal["2.1", "2.2"], typer.Option(help="The body for missing parameters, by the section of the document.")
    ] = "2.1",
    legacy: Annotated[
        Literal["convert", "refuse"], typer.Option(help="What is done with qualifications 218, 220 and 230; refusing is a guess.")
    ] = "convert",
) -> None:
    """Answer as the vendors do, on 127.0.0.1, until Ctrl-C."""
    from segkit.cli import sandbox as job

    job.run(port, state, error_shape, legacy)


@app.command()
def share(  # noqa: PLR0913, PLR0917 - its options
    notebooks: Annotated[list[pathlib.Path], typer.Argument(help="Notebooks.")],
    out: Annotated[
        pathlib.Path | None,
        typer.Option("--out", "-o", help="The file of one notebook: .html, or .ipynb for GitHub and nbviewer."),
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Write pictures and static copies into the notebooks themselves.")
    ] = False,
    strip: Annotated[
        bool, typer.Option("--strip", help="Take outputs, counts and states out of the notebooks themselves.")
    ] = False,
    execute: Annotated[bool, typer.Option("--execute", help="Run each from top to bottom first.")] = False,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", help="NAME=VALUE for the cell tagged parameters; may be repeated.")
    ] = None,
    parameters_file: Annotated[
        pathlib.Path | None, typer.Option("--parameters-file", "-f", help="A JSON file with an object of such values.")
    ] = None,
    static: Annotated[bool, typer.Option("--static", help="Charts as pictures in the HTML too; needs Chromium.")] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Replace credentials, absolute paths and ids of people in code instead of refusing.")
    ] = False,
    allow: Annotated[
        list[str] | None, typer.Option(help="What is meant: credential-like, absolute-path, respondent-rows; may be repeated.")
    ] = None,
    id_column: Annotated[
        list[str] | None, typer.Option(help="A column of ids of people, beside the known ones; may be repeated.")
    ] = None,
    most_rows: Annotated[int, typer.Option(min=0, help="Tables with more rows have such ids masked.")] = 5,
    title: Annotated[str | None, typer.Option(help="Of the HTML.")] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one cell may take.")] = 300,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="How the report is written.")] = "text",
) -> None:
    """Write notebooks for their readers: all is shown, nothing leaks, no network; exit 1 where something must not leave."""
    from segkit.cli import share as job

    where = job.where(
        out, in_place=in_place, strip=strip, notebooks=len(notebooks), runs=execute or bool(parameter or parameters_file)
    )
    asked = job.Asked(execute, job.values(parameter, parameters_file), static, redact, allow or [], id_column or [], most_rows)
    raise typer.Exit(job.run(notebooks, where, asked._replace(title=title, timeout=timeout), output))


def main() -> None:
    """Run the command; an error of segkit is one line, not a traceback."""
    from segkit.errors import SegkitError

    try:
        app()
    except SegkitError as error:
        typer.echo(f"segkit: {error}", err=True)
        sys.exit(1)
