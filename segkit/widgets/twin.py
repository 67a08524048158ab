"""A static picture under a live widget: what a reader sees where no kernel runs.

A widget is shown as two outputs: the live view, with the twin as its plain HTML (an untrusted notebook and an HTML export show
that), and an empty one, to which "keep this state" moves the twin as it then is. JupyterLab puts a line of its own in place of a
live view that has no kernel, also where there is plain HTML beside it: so what was kept stands in an output without a live view.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from IPython.display import display, update_display

from segkit import markup

if TYPE_CHECKING:
    from collections.abc import Callable


class Twin:
    """The two outputs of one widget.

    Parameters
    ----------
    picture
        Draws the widget's state as static HTML.
    bundle
        Returns the widget's own mime bundle.
    """

    def __init__(self, picture: Callable[[], markup.Markup], bundle: Callable[[], dict[str, Any]]) -> None:
        self._picture = picture
        self._bundle = bundle
        self._live_id, self._kept_id = uuid.uuid4().hex, uuid.uuid4().hex

    def show(self) -> None:
        """Show the live view and, below it, the place for what is kept."""
        live = {**self._bundle(), "text/html": self.html("as it was when this cell ran")}
        display(live, raw=True, display_id=self._live_id)
        display({"text/html": "", "text/plain": ""}, raw=True, display_id=self._kept_id)

    def keep(self) -> str:
        """Fill the place below with the state as it is now; return the line that says so."""
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        below = markup.note("The state that was kept is below.").html
        update_display({**self._bundle(), "text/html": below}, raw=True, display_id=self._live_id)
        update_display({"text/html": self.html(f"kept {when}"), "text/plain": f"kept {when}"}, raw=True, display_id=self._kept_id)
        return f"Kept {when}: the copy below is saved with the notebook."

    def html(self, when: str) -> str:
        """Return the picture with the line that says it is one."""
        line = markup.note(f"Static copy, {when}. Run the notebook to use it live.")
        return markup.join([self._picture(), line]).html
