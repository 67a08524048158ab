"""A static picture under a live widget: what a reader sees where no kernel runs.

A widget is shown as two outputs: the live view, and below it the twin, plain HTML with the state beside it from which a shared
page brings the view to life (`module.SAVED`). While the view is live its style hides the twin. JupyterLab puts a line of its own
in place of a live view that has no kernel, also where there is plain HTML beside it: so the twin stands in an output of its own.
"""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from IPython.display import display, update_display

from segkit import markup
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from collections.abc import Callable

LIVE = markup.note("This is live once its cell has run; what it showed is below.").html
"""What stands in place of the live view where no widget can be shown."""


class Twin:
    """The two outputs of one widget.

    Parameters
    ----------
    picture
        Draws the widget's state as static HTML.
    bundle
        Returns the widget's own mime bundle.
    saved
        Returns the state that is saved with the picture.
    """

    def __init__(
        self,
        picture: Callable[[], markup.Markup],
        bundle: Callable[[], dict[str, Any]],
        saved: Callable[[], dict[str, Any]],
    ) -> None:
        self._picture, self._bundle, self._saved = picture, bundle, saved
        self._live_id, self._twin_id = uuid.uuid4().hex, uuid.uuid4().hex

    def show(self, settled: Callable[[], None]) -> None:
        """Show the live view and, below it, its twin, once what was not known at once is `settled`."""
        display({**self._bundle(), "text/html": LIVE}, raw=True, display_id=self._live_id)
        settled()
        display(self._copy("as it was when this cell ran", "sk-twin"), raw=True, display_id=self._twin_id)

    def keep(self) -> str:
        """Have the twin show the state as it is now, beside the live view too; return the line that says so."""
        if os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
            return "Nothing is kept: a page of Voila saves no notebook."
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        update_display(self._copy(f"kept {when}", "sk-twin sk-kept"), raw=True, display_id=self._twin_id)
        return f"Kept {when}: the copy below is saved with the notebook."

    def html(self, when: str, kind: str = "sk-twin") -> str:
        """Return the picture with the line that says it is one."""
        line = markup.note(f"Static copy, {when}. Run the notebook to use it live.")
        return markup.element("div", markup.join([self._picture(), line]), **{"class": kind}).html

    def _copy(self, when: str, kind: str) -> dict[str, Any]:
        line = f"Static copy, {when}."
        return {SAVED: self._saved(), "text/html": self.html(when, kind), "text/plain": line}
