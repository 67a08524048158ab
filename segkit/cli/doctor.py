"""`segkit doctor`: what this machine has, without a single secret in the report."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from typing import Any
from urllib.parse import urlsplit

import typer

import segkit
from segkit.credentials import ENVIRONMENT
from segkit.errors import InvalidInput
from segkit.sharing import chromium
from segkit.transport.reach import reaches
from segkit.vendors import ciopulse, infinity_access, instaleap, purespectrum, purespectrum_buyer
from segkit.vendors.addresses import BASE_URLS, BUYER_URLS, CIOPULSE_URLS, INFINITY_URLS, INSTALEAP_URLS

PACKAGES = (
    "pandas",
    "numpy",
    "httpx",
    "ipywidgets",
    "anywidget",
    "plotly",
    "jupyterlab",
    "msgspec",
    "nbconvert",
    "flask",
    "kaleido",
    "pillow",
)
MISSING = dict.fromkeys(("kaleido", "pillow"), "is missing: segkit[png] brings it, for charts as pictures")
"""What is said of packages of an extra."""
VENDORS: dict[str, tuple[tuple[str, ...], str]] = {
    "PureSpectrum": ((purespectrum.TOKEN,), BASE_URLS["production"]),
    "PureSpectrumBuyer": ((purespectrum_buyer.TOKEN,), BUYER_URLS["production"]),
    "CIOPulse": ((ciopulse.PORTAL_CODE, ciopulse.API_KEY), CIOPULSE_URLS["production"]),
    "Infinity": ((infinity_access.USERNAME, infinity_access.PASSWORD), INFINITY_URLS["production"]),
    "Instaleap": ((instaleap.TOKEN,), INSTALEAP_URLS["production"]),
}
"""The clients, each with the names of its credentials and its address."""
REACH_SECONDS = 5.0


def run(output: str, *, offline: bool) -> int:
    """Print the report; return 1 when a vendor that has credentials cannot be reached."""
    report = examine(offline=offline)
    typer.echo(json.dumps(report, indent=2) if output == "json" else _text(report))
    return int(any(v["configured"] and v["reachable"] is False for v in report["vendors"].values()))


def examine(*, offline: bool) -> dict[str, Any]:
    """Return versions, which credentials are set, where Chromium is, and which vendors can be reached."""
    browser, fault = _browser()
    return {
        "segkit": segkit.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "credentials": {name: bool(os.environ.get(name, "").strip()) for name in ENVIRONMENT},
        "chromium": browser,
        "chromium_fault": fault,
        "chromium_install": None if browser or fault else chromium.install_hint(),
        "vendors": {name: _vendor(variables, url, offline=offline) for name, (variables, url) in VENDORS.items()},
    }


def _browser() -> tuple[str | None, str | None]:
    """Return where Chromium is, and what is wrong with the variable that names it; None where nothing is."""
    try:
        found = chromium.find()
    except InvalidInput as error:
        return None, "; ".join(f"{finding.where}: {finding.message}. {finding.fix}" for finding in error.findings)
    return str(found) if found else None, None


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _vendor(variables: tuple[str, ...], url: str, *, offline: bool) -> dict[str, Any]:
    """Say whether a vendor is configured, and if so whether its host answers; no credential is sent."""
    configured = all(os.environ.get(variable, "").strip() for variable in variables)
    host = urlsplit(url).hostname or ""
    reachable = reaches(url, REACH_SECONDS) if configured and not offline else None
    return {"host": host, "configured": configured, "reachable": reachable}


def _text(report: dict[str, Any]) -> str:
    lines = [f"segkit {report['segkit']}, Python {report['python']}, {report['system']}"]
    lines += [f"  {name} {version or MISSING.get(name, 'is missing')}" for name, version in report["packages"].items()]
    lines += ["credentials (values are never shown)"]
    lines += [f"  {name} {'set' if found else 'not set'}" for name, found in report["credentials"].items()]
    lines += ["Chromium: " + (report["chromium"] or f"none; {report['chromium_fault'] or report['chromium_install']}")]
    for name, vendor in report["vendors"].items():
        words = {None: "not tried", True: "reachable", False: "NOT reachable"}[vendor["reachable"]]
        state = words if vendor["configured"] else f"no credentials; {name}.sandbox() needs none"
        lines.append(f"{name} {vendor['host']}: {state}")
    return "\n".join(lines)
