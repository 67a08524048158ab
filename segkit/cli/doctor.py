"""`segkit doctor`: what this machine has, without a single secret in the report."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import socket
from typing import Any
from urllib.parse import urlsplit

import typer

import segkit
from segkit.credentials import ENVIRONMENT
from segkit.sharing import chromium
from segkit.vendors.purespectrum import BASE_URLS, TOKEN

PACKAGES = ("pandas", "numpy", "httpx", "ipywidgets", "anywidget", "plotly", "jupyterlab", "msgspec", "nbconvert", "flask")
VENDORS = {"PureSpectrum": (TOKEN, BASE_URLS["production"])}
REACH_SECONDS = 5.0


def run(output: str, *, offline: bool) -> int:
    """Print the report; return 1 when a vendor that has credentials cannot be reached."""
    report = examine(offline=offline)
    typer.echo(json.dumps(report, indent=2) if output == "json" else _text(report))
    return int(any(v["configured"] and v["reachable"] is False for v in report["vendors"].values()))


def examine(*, offline: bool) -> dict[str, Any]:
    """Return versions, which credentials are set, where Chromium is, and which vendors can be reached."""
    browser = chromium.find()
    return {
        "segkit": segkit.__version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "credentials": {name: bool(os.environ.get(name, "").strip()) for name in ENVIRONMENT},
        "chromium": str(browser) if browser else None,
        "chromium_install": None if browser else chromium.install_hint(),
        "vendors": {name: _vendor(variable, url, offline=offline) for name, (variable, url) in VENDORS.items()},
    }


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _vendor(variable: str, url: str, *, offline: bool) -> dict[str, Any]:
    """Say whether a vendor is configured, and if so whether its host takes a connection; nothing is sent."""
    configured = bool(os.environ.get(variable, "").strip())
    host = urlsplit(url).hostname or ""
    reachable = _reaches(host) if configured and not offline else None
    return {"host": host, "configured": configured, "reachable": reachable}


def _reaches(host: str) -> bool:
    try:
        with socket.create_connection((host, 443), timeout=REACH_SECONDS):
            return True
    except OSError:
        return False


def _text(report: dict[str, Any]) -> str:
    lines = [f"segkit {report['segkit']}, Python {report['python']}, {report['system']}"]
    lines += [f"  {name} {version or 'is missing'}" for name, version in report["packages"].items()]
    lines += ["credentials (values are never shown)"]
    lines += [f"  {name} {'set' if found else 'not set'}" for name, found in report["credentials"].items()]
    lines += [f"Chromium: {report['chromium'] or 'none; ' + report['chromium_install']}"]
    for name, vendor in report["vendors"].items():
        words = {None: "not tried", True: "reachable", False: "NOT reachable"}[vendor["reachable"]]
        state = words if vendor["configured"] else "no credentials; PureSpectrum.sandbox() needs none"
        lines.append(f"{name} {vendor['host']}: {state}")
    return "\n".join(lines)
