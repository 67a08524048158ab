"""segkit: vendor segment and quota APIs as dataframes and widgets, with a sandbox that answers as the vendors do.

A vendor's answer comes in through one door (`transport`), is read as what it is about - who a respondent is (`sel`) - by an
adapter for each API (`vendors`), or from their double on this machine (`sandbox`). What is known becomes `plots` and
`widgets`, and a notebook that can be shared (`sharing`).

The floors; nothing imports upward::

    cli
    widgets | sharing
    plots
    vendors
    sandbox
    sel | transport
    reading
    errors
    findings
    credentials | markup | frames
    provenance

Everything named here is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segkit import errors, plots, widgets
    from segkit.findings import Finding, Findings
    from segkit.sel.calculation import SegmentAnswer
    from segkit.sel.known import known_qualifications
    from segkit.sel.qualifications import Qualifications
    from segkit.sel.tree import Tree
    from segkit.sel.walk import Walk
    from segkit.sel.wire import read_qualifications
    from segkit.transport.retry import Retries
    from segkit.vendors.purespectrum import PureSpectrum

__version__ = "0.1.0"

__all__ = [
    "Finding",
    "Findings",
    "PureSpectrum",
    "Qualifications",
    "Retries",
    "SegmentAnswer",
    "Tree",
    "Walk",
    "errors",
    "known_qualifications",
    "plots",
    "read_qualifications",
    "widgets",
]

_HOMES = {
    "Finding": "segkit.findings",
    "Findings": "segkit.findings",
    "PureSpectrum": "segkit.vendors.purespectrum",
    "Qualifications": "segkit.sel.qualifications",
    "Retries": "segkit.transport.retry",
    "SegmentAnswer": "segkit.sel.calculation",
    "Tree": "segkit.sel.tree",
    "Walk": "segkit.sel.walk",
    "errors": "",
    "known_qualifications": "segkit.sel.known",
    "plots": "",
    "read_qualifications": "segkit.sel.wire",
    "widgets": "",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever bears the name
    if name not in _HOMES:
        raise AttributeError(f"module 'segkit' has no attribute {name!r}")
    home = _HOMES[name]
    found = getattr(importlib.import_module(home), name) if home else importlib.import_module(f"segkit.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
