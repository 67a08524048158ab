"""The work of `segkit registry`: the client and store that are asked, the file that is read, what is printed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from segkit.cli.documents import content, plain, writable
from segkit.cli.table_file import table
from segkit.registry.guarded import guarded_frame, unguarded_frame
from segkit.registry.guards import LIFTABLE
from segkit.registry.plan_file import dumped, read_plan
from segkit.registry.planning import plan
from segkit.vendors.applying import OnError, apply
from segkit.vendors.ciopulse import CIOPulse
from segkit.vendors.ciopulse_store import CIOPulseStore
from segkit.vendors.infinity import Infinity
from segkit.vendors.infinity_store import InfinityStore
from segkit.vendors.instaleap import Instaleap
from segkit.vendors.instaleap_store import InstaleapStore

if TYPE_CHECKING:
    import pathlib

    import pandas as pd

    from segkit.registry.plan import Plan

    Store = CIOPulseStore | InfinityStore | InstaleapStore

PENDING = 3


class Asked(NamedTuple):
    """Which registry is asked, and how."""

    vendor: str
    sandbox: bool
    state: pathlib.Path | None
    igrp: int
    base_url: str | None
    sent: pathlib.Path | None
    prune_groups: bool = False


class How(NamedTuple):
    """How a plan is carried out."""

    journal: pathlib.Path | None
    allow: tuple[str, ...]
    workers: int
    on_error: OnError
    is_sure: bool


def show(asked: Asked, file: pathlib.Path, output: str, out: pathlib.Path | None, *, prune: bool) -> int:
    """Print a plan, and keep it in a file."""
    store, _ = _store(asked)
    made = plan(store, _wanted(file), prune=prune)
    if out:
        _write(out, dumped(made))
    if output == "json":
        typer.echo(writable(json.dumps(_told(made), indent=2, ensure_ascii=False)))
    elif output == "markdown":
        typer.echo(writable(made.to_markdown()))
    else:
        _lines(f"{made}\n{made.findings}" if made.findings else str(made))
    typer.echo(plain(repr(made)), err=True)
    if any(each.code not in LIFTABLE for each in made.findings.errors):
        return 1
    return PENDING if made.pending else 0


def carry_out(asked: Asked, file: pathlib.Path, output: str, how: How, *, prune: bool) -> int:
    """Apply a kept plan, or a CSV file."""
    store, is_live = _store(asked)
    if file.suffix == ".json":
        if prune:
            raise typer.BadParameter("a kept plan knows whether it prunes: leave --prune out")
        made = read_plan(file)
    elif is_live and not how.is_sure:
        raise typer.BadParameter("look at it first with `registry plan --out PLAN.json` and apply that, or give --yes")
    else:
        made = plan(store, _wanted(file), prune=prune)
    done = apply(
        made, store, journal=how.journal, workers=how.workers, on_error=how.on_error, allow=how.allow, progress=output != "json"
    )
    if output == "json":
        rows = [row._asdict() for row in done.rows]
        about = {"checksum": done.checksum, "ok": done.ok, "counts": done.counts, "calls": done.calls}
        stopped = str(done.stopped) if done.stopped else None
        typer.echo(writable(json.dumps({**about, "stopped": stopped, "rows": rows}, indent=2, ensure_ascii=False)))
    else:
        _lines(str(done))
    return int(not done.ok)


def export(asked: Asked, output: str, out: pathlib.Path | None) -> None:
    """Write what is kept."""
    store, _ = _store(asked)
    if asked.vendor == "instaleap" and asked.sent is None:
        raise typer.BadParameter("Instaleap shows nobody's segments: give --sent FILE, which keeps what was sent from here")
    frame = store.export()
    if output == "json":
        text = json.dumps(json.loads(frame.to_json(orient="records")), indent=2, ensure_ascii=False) + "\n"
    else:
        text = guarded_frame(frame).to_csv(index=False, lineterminator="\n")
    if out:
        _write(out, text)
    else:
        typer.echo(writable(text), nl=False)
    typer.echo(f"{len(frame)} rows of {plain(store.target)}", err=True)


def _store(asked: Asked) -> tuple[Store, bool]:
    """Return the registry that is asked, and whether it is a live one."""
    switches: dict[str, Any] = {"state_path": str(asked.state)} if asked.state else {}
    if not asked.sandbox and switches:
        raise typer.BadParameter("--state is the sandbox's: give --sandbox too")
    if asked.sandbox and asked.base_url:
        raise typer.BadParameter("the sandbox is in this process: leave --base-url or --sandbox out")
    if asked.vendor == "ciopulse":
        portal = CIOPulse.sandbox(**switches) if asked.sandbox else CIOPulse(base_url=asked.base_url)
        return CIOPulseStore(portal), portal.live
    if asked.vendor == "infinity":
        infinity = Infinity.sandbox(asked.igrp, **switches) if asked.sandbox else Infinity(asked.igrp, base_url=asked.base_url)
        return InfinityStore(infinity, prune_groups=asked.prune_groups), infinity.live
    leap = Instaleap.sandbox(**switches) if asked.sandbox else Instaleap(base_url=asked.base_url)
    return InstaleapStore(leap, sent=asked.sent), leap.live


def _wanted(file: pathlib.Path) -> pd.DataFrame:
    """Read a CSV file; the apostrophe that `export` puts before what a spreadsheet would take for a formula is taken off."""
    return unguarded_frame(table(content(str(file)), str(file)))


def _told(made: Plan) -> dict[str, Any]:
    findings = made.findings.to_frame().to_dict(orient="records")
    about: dict[str, Any] = {"registry": made.registry, "target": made.target, "blind": made.blind, "prune": made.prune}
    changes = [change._asdict() for change in made.changes]
    told = {**about, "checksum": made.checksum, "empty": made.empty, "counts": made.counts}
    return {**told, "findings": findings, "changes": changes}


def _lines(text: str) -> None:
    for line in text.split("\n"):
        typer.echo(plain(line))


def _write(out: pathlib.Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}") from None
