"""A plan kept in a file, and read back: what was looked at is what is applied."""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING, Any

from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.registry.plan import FORMAT, Plan
from segkit.registry.plan_rows import Row

if TYPE_CHECKING:
    import os


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as JSON; it holds what the segments were, and no credential."""
    pathlib.Path(path).write_text(dumped(plan), encoding="utf-8")


def dumped(plan: Plan) -> str:
    """Return a plan as JSON text, byte for byte the same for the same plan."""
    return json.dumps({**plan.content(), "checksum": plan.checksum}, indent=1, ensure_ascii=False) + "\n"


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan that was written with `write_plan`.

    Raises
    ------
    InvalidInput
        When the file is no plan, or was changed after it was written.
    """
    try:
        content = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        plan = _plan(content)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput(f"{path} is no plan of segkit: {type(error).__name__} {error}") from None
    if plan.checksum != content["checksum"]:
        raise InvalidInput(f"{path} was changed after it was written: its checksum does not fit; make the plan anew")
    return plan


def _plan(content: dict[str, Any]) -> Plan:
    if content["format"] != FORMAT:
        raise ValueError(f"its format is {content['format']!r}, known is {FORMAT}")
    about = {name: content[name] for name in ("registry", "target", "n_there", "n_wanted", "prune", "blind", "scope")}
    rows = tuple(Row(**row) for row in content["rows"])
    return Plan(rows=rows, checks=Findings(Finding(*each) for each in content["checks"]), **about)
