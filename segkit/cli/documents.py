"""What a command reads and writes of survey documents: the bytes of a file, and lines that a terminal can show."""

from __future__ import annotations

import pathlib
import sys

import typer


def content(file: str) -> bytes:
    """Read a file, or standard input for ``-``; what cannot be read is wrong usage."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return pathlib.Path(file).read_bytes()
    except FileNotFoundError:
        raise typer.BadParameter(f"there is no file {file}") from None
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None


def plain(text: str) -> str:
    """Return a text on one line, without what a terminal would obey or could not write."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape", "replace").decode() for char in text)


def writable(text: str) -> str:
    """Replace halves of characters, which no output can write."""
    return text.encode(errors="replace").decode()
