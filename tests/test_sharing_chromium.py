from pathlib import Path

import pytest

from segkit.errors import InvalidInput
from segkit.sharing import chromium


def program(folder: Path, name: str) -> Path:
    """Write a file that can be started."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make a machine on which no browser is."""
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(chromium, "IN_MACOS", ())
    return tmp_path


def test_nothing_is_found_where_nothing_is(bare: Path) -> None:
    """A machine with no browser is an answer, not an error."""
    assert not (bare / "bin").exists()
    assert chromium.find() is None


def test_the_environment_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment names is taken before what lies on the path."""
    program(bare, "bin/chromium")
    mine = program(bare, "mine/browser")
    monkeypatch.setenv(chromium.VARIABLE, str(mine))
    assert chromium.find() == mine


def test_a_wrong_name_is_said(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that names no program is an error: another browser is not taken in silence."""
    program(bare, "bin/chromium")
    monkeypatch.setenv(chromium.VARIABLE, str(bare / "gone"))
    with pytest.raises(InvalidInput, match=r"SEGKIT_CHROMIUM.*gone"):
        chromium.find()


@pytest.mark.parametrize("name", chromium.ON_PATH)
def test_each_name_on_the_path_is_known(bare: Path, name: str) -> None:
    """Chromium and Chrome are found under every name that a distribution gives them."""
    placed = program(bare, f"bin/{name}")
    assert chromium.find() == placed


def test_playwrights_download_is_found_last(bare: Path) -> None:
    """Where nothing else is, what playwright has downloaded is taken, and only then."""
    downloaded = program(bare, "playwright/chromium-1200/chrome-linux64/chrome")
    assert chromium.find() == downloaded
    on_path = program(bare, "bin/chromium")
    assert chromium.find() == on_path


@pytest.mark.parametrize(
    ("platform", "tool", "command"),
    [
        ("linux", "apt-get", "sudo apt-get install chromium"),
        ("linux", "dnf", "python -m playwright install chromium"),
        ("darwin", "brew", "brew install --cask chromium"),
        ("darwin", "port", "python -m playwright install chromium"),
        ("win32", "winget", "python -m playwright install chromium"),
    ],
)
def test_the_hint_is_one_command_for_this_machine(
    bare: Path, monkeypatch: pytest.MonkeyPatch, platform: str, tool: str, command: str
) -> None:
    """The hint is the command that this machine can run as it stands."""
    program(bare, f"bin/{tool}")
    monkeypatch.setattr(chromium.sys, "platform", platform)
    assert chromium.install_hint() == command
