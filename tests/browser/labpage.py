"""A page of the browser that reaches nothing but this machine, and remembers what it asked for and what went wrong."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

from segkit.sharing import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Playwright, Request, Route

DOWNLOAD_SECONDS = 300
LOCAL = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?(/|$)|(data|blob|about|file):")
NOT_OURS = re.compile(
    # ipywidgets' extension asks a notebook without a kernel for its kernel
    r"Cannot read properties of null \(reading 'kernel'\).*/@jupyter-widgets/jupyterlab-manager/",
    re.DOTALL,
)
"""What JupyterLab itself writes to the console, with no widget of ours on the page."""

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # three walls: no name is looked up, an address in digits goes to a proxy that is not there, and each page's own guard
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=127.0.0.1;localhost",
]


def _download() -> None:
    """Let playwright fetch its Chromium, within bounds."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(command, check=False, capture_output=True, timeout=DOWNLOAD_SECONDS)


def executable(find: Callable[[], Path | None] = chromium.find, download: Callable[[], None] = _download) -> Path:
    """Return the browser's program; where none is, fetch one once, else fail with the command that brings one."""
    found = find()
    if found is None:
        download()
        found = find()
    if found is None:
        raise AssertionError(f"the browser tests need Chromium, and none was found; run: {chromium.install_hint()}")
    return found


def launch(playwright: Playwright) -> Browser:
    """Start the browser; its sandbox stays on but for root and CI, where it cannot start."""
    unconfined = os.environ.get("CI") or (hasattr(os, "geteuid") and os.geteuid() == 0)
    flags = [*FLAGS, "--no-sandbox"] if unconfined else FLAGS
    return playwright.chromium.launch(executable_path=executable(), headless=True, args=flags)


@dataclass
class LabPage:
    """A tab, guarded.

    Attributes
    ----------
    tab
        The page of playwright.
    outside
        The addresses outside this machine that were asked for; none was reached.
    console_errors
        What the console called an error, and what was raised and not caught.
    """

    tab: Page
    outside: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    _closing: dict[Callable[[], None], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tab.route(lambda url: not LOCAL.match(url), self._refuse)
        self.tab.on("request", self._note)
        self.tab.on("websocket", lambda socket: self._note_url(socket.url))
        self.tab.on("console", self._hear)
        self.tab.on("dialog", self._answer)
        self.tab.on("pageerror", lambda error: self._complain(f"not caught: {error.stack or error}"))

    def _refuse(self, route: Route) -> None:
        route.abort("blockedbyclient")

    def _note(self, request: Request) -> None:
        self._note_url(request.url)

    def _note_url(self, url: str) -> None:
        if not LOCAL.match(url):
            self.outside.append(url)

    def _answer(self, dialog: Dialog) -> None:
        """Leave a page that has something unsaved; say no to everything else."""
        if dialog.type == "beforeunload":
            dialog.accept()
        else:
            dialog.dismiss()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"{message.text} ({message.location.get('url', '')})")

    def _complain(self, complaint: str) -> None:
        if not NOT_OURS.search(complaint):
            self.console_errors.append(complaint)

    def locator(self, selector: str, *, text: str | re.Pattern[str] | None = None) -> Locator:
        """Find what the selector names, and of that what holds the text."""
        return self.tab.locator(selector, has_text=text)

    def evaluate(self, script: str, argument: object = None) -> Any:
        """Run a script in the page and return its answer."""
        return self.tab.evaluate(script, argument)

    def show(self, html: str) -> None:
        """Show this HTML alone: the ground for a widget's module with a model of the test's own."""
        self.tab.set_content(html)

    def forgive(self) -> tuple[list[str], list[str]]:
        """Return what was asked for outside and the console's errors, and forget both: the test expected them."""
        seen = self.outside[:], self.console_errors[:]
        self.outside.clear()
        self.console_errors.clear()
        return seen

    def on_close(self, action: Callable[[], None]) -> None:
        """Do this once when the page closes."""
        self._closing[action] = None

    def close(self) -> None:
        """Close the tab, and do what was asked for then."""
        self.tab.close()
        for action in self._closing:
            action()

    def verdict(self) -> None:
        """Fail if anything outside was asked for, or the console has an error."""
        assert not self.outside, f"the page asked for {self.outside}"
        assert not self.console_errors, f"the console has errors: {self.console_errors}"


@contextlib.contextmanager
def guarded(browser: Browser) -> Iterator[LabPage]:
    """Open a page in a profile of its own, and judge it at the end."""
    with contextlib.closing(browser.new_context(viewport={"width": 1280, "height": 1600}, service_workers="block")) as context:
        page = LabPage(context.new_page())
        try:
            yield page
        finally:
            page.close()
    page.verdict()


def check_axe(page: LabPage, selector: str) -> None:
    """Fail with every accessibility violation within what the selector names, and nothing of what lies around it."""
    assert page.locator(selector).count(), f"there is nothing to check: {selector}"
    results = Axe().run(page.tab, context=selector)
    assert not results.violations_count, results.generate_report()
