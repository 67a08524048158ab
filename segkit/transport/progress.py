"""How far a long run is: a bar in a terminal, one line of text in a notebook, nothing in a pipe.

A widget bar in a saved notebook would read "0%" for ever; a line of text that is replaced keeps its last state.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tqdm.std import tqdm

if TYPE_CHECKING:
    from IPython.display import DisplayHandle


class _NotebookLine(tqdm):  # type: ignore[type-arg] # generic in its stub only: tqdm[int] fails when it runs
    """tqdm's text, shown in one output of the cell and replaced there."""

    handle: DisplayHandle | None = None

    def display(self, msg: str | None = None, pos: int | None = None) -> None:  # noqa: ARG002 - tqdm's signature
        from IPython.display import display  # noqa: PLC0415 - only a kernel has it at hand

        shown = {"text/plain": msg if msg is not None else str(self)}
        if self.handle is None:
            self.handle = display(shown, raw=True, display_id=True)
        else:
            self.handle.update(shown, raw=True)


def in_kernel() -> bool:
    """Whether this code runs in a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


class Progress:
    """Counts what is done of a total; `end` leaves one line of text."""

    def __init__(self, what: str, total: int, *, shown: bool) -> None:
        style: dict[str, Any] = {"desc": what, "total": total, "leave": False}
        self._bar = (
            _NotebookLine(**style, disable=not shown, ncols=90) if in_kernel() else tqdm(**style, disable=None if shown else True)
        )
        self._shown = shown

    def step(self, n: int) -> None:
        """Count n more."""
        self._bar.update(n)

    def end(self, line: str) -> None:
        """Show the last line and stop."""
        if isinstance(self._bar, _NotebookLine):
            if self._shown:
                self._bar.display(line)
                self._bar.disable = True
            return
        is_seen = not self._bar.disable  # closing disables it
        self._bar.close()
        if is_seen:
            tqdm.write(line, file=sys.stderr)
