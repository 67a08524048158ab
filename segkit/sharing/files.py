"""A notebook's file: read whole, written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

from segkit.errors import InvalidInput
from segkit.markup import whole
from segkit.sharing.texts import changed

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


def read(path: Path) -> NotebookNode:
    """Read a notebook; half of a character, which no file can hold, is replaced.

    Raises
    ------
    InvalidInput
        When there is no such file, or it is no notebook.
    """
    try:
        found: NotebookNode = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}") from None
    except (
        nbformat.reader.NotJSONError,
        UnicodeDecodeError,
        nbformat.ValidationError,
        OSError,
        AttributeError,
        KeyError,
        TypeError,
    ) as error:
        raise InvalidInput(f"{path.name} is no notebook: {str(error).splitlines()[0]:.120}") from None
    return changed(found, lambda _, text: whole(text))


def replace(path: Path, text: str) -> None:
    """Write a text into a file that is there whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
