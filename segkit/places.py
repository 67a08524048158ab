"""Where the notebooks and the data are: in the checkout, or in the installed package."""

from __future__ import annotations

import pathlib

from segkit.errors import InvalidInput

PACKAGE = pathlib.Path(__file__).resolve().parent


def shipped(name: str) -> pathlib.Path:
    """Return the folder ``notebooks`` or ``data``.

    Raises
    ------
    InvalidInput
        When this installation has neither.
    """
    for folder in (PACKAGE.parent / name, PACKAGE / "shipped" / name):
        # A checkout has pyproject.toml beside the folder; site-packages may hold somebody else's "data".
        if folder.is_dir() and (folder.parent.name == "shipped" or (folder.parent / "pyproject.toml").is_file()):
            return folder
    raise InvalidInput(f"this installation of segkit lacks its {name}: install it again")
