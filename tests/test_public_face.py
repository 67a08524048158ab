from __future__ import annotations

import subprocess
import sys

import pytest

import segkit

HEAVY = ("plotly", "ipywidgets", "anywidget", "flask", "scipy", "dask", "jupyterlab", "nbconvert", "typer")


def test_all_is_complete_sorted_and_reachable() -> None:
    """Every public name is listed once, in order, and importing it works."""
    assert segkit.__all__ == sorted(segkit.__all__)
    assert set(segkit.__all__) == set(segkit._HOMES)
    for name in segkit.__all__:
        assert getattr(segkit, name) is not None
    assert set(segkit.__all__) <= set(dir(segkit))


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The lazy face fails as a module does."""
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        segkit.nothing_of_the_kind  # noqa: B018 - the access is the test


def test_import_is_silent_and_loads_nothing_heavy() -> None:
    """`import segkit` prints nothing and loads no plotting, widget, server or cluster package."""
    code = f"import sys, segkit; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert done.stderr == ""


def test_the_version_is_one() -> None:
    """The package, its metadata and the changelog name the same version."""
    import importlib.metadata
    from pathlib import Path

    assert importlib.metadata.version("segkit") == segkit.__version__
    assert f"\n## {segkit.__version__}\n" in (Path(__file__).parent.parent / "CHANGELOG.md").read_text()


def test_no_public_function_bears_the_name_of_a_module() -> None:
    """A public callable never hides a top-level module of the same name."""
    import pkgutil

    modules = {module.name for module in pkgutil.iter_modules(segkit.__path__)}
    callables = {name for name, home in segkit._HOMES.items() if home}
    assert not modules & callables
