from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lab import Lab, jupyter_lab
from labpage import LabPage, guarded, launch
from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


expect.set_options(timeout=30_000)  # what is right is seen at once; a loaded machine may take longer than the usual 5 seconds


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the one browser of the suite."""
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start the one JupyterLab of the suite."""
    with jupyter_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[LabPage]:
    """Open a guarded page; at its end, a request outside or an error in the console fails the test."""
    with guarded(browser) as opened:
        yield opened


@pytest.fixture(scope="session")
def artefacts(pytestconfig: pytest.Config) -> Path:
    """Return the folder in which the screenshots are kept, for eyes."""
    folder = pytestconfig.rootpath / "test-artefacts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def shot(artefacts: Path) -> Callable[[LabPage, str], Path]:
    """Return what keeps a screenshot of a page under a name."""

    def keep(page: LabPage, name: str) -> Path:
        path = artefacts / f"{name}.png"
        page.tab.screenshot(path=path, full_page=True)
        return path

    return keep
