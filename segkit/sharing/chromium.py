"""Where Chromium is on this machine, and the command that brings it where it is not."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from segkit.errors import InvalidInput
from segkit.findings import Finding

VARIABLE = "SEGKIT_CHROMIUM"
"""The environment variable that names the program, before anything else is looked for."""

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
IN_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHTS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium_headless_shell-*/*/*headless*shell",
)
"""Where playwright's own download lies inside its folder; the number in the name is its revision."""


def _named() -> Path | None:
    """Return the program that the environment names.

    Raises
    ------
    InvalidInput
        When it names one that is not there: another browser than the one asked for would be a surprise.
    """
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    if found := shutil.which(Path(name).expanduser()):
        return Path(found)
    raise InvalidInput(
        "the browser that the environment names cannot be started",
        [Finding("browser-not-found", "error", VARIABLE, f"there is no program {name}", f"Correct it, or unset {VARIABLE}.")],
    )


def _playwright_folder() -> Path:
    if given := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(given)
    if sys.platform == "darwin":
        return Path("~/Library/Caches/ms-playwright").expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "ms-playwright"


def _downloaded() -> Path | None:
    """Return the newest browser that playwright has downloaded."""
    for pattern in PLAYWRIGHTS:
        found = [path for path in _playwright_folder().glob(pattern) if os.access(path, os.X_OK)]
        if found:
            return max(found, key=lambda path: path.stat().st_mtime)
    return None


def find() -> Path | None:
    """Return Chromium or Chrome on this machine, None where there is none.

    Looked for in this order: the variable SEGKIT_CHROMIUM, the path, macOS's applications, playwright's own download.

    Raises
    ------
    InvalidInput
        When SEGKIT_CHROMIUM names a program that is not there.
    """
    if named := _named():
        return named
    for name in ON_PATH:
        if program := shutil.which(name):
            return Path(program)
    for place in map(Path, IN_MACOS):
        if place.is_file():
            return place
    return _downloaded()


def install_hint() -> str:
    """Return the one command that brings Chromium onto this kind of machine."""
    if sys.platform == "darwin" and shutil.which("brew"):
        return "brew install --cask chromium"
    if sys.platform.startswith("linux") and shutil.which("apt-get"):
        return "sudo apt-get install chromium"
    return "python -m playwright install chromium"
