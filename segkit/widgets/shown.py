"""What every widget of ours is: one trait that its view shows, messages of what its user does, and a static twin below."""

from __future__ import annotations

from typing import Any, Self

import anywidget
import traitlets

from segkit import markup
from segkit.credentials import redact
from segkit.errors import InvalidInput, SegkitError
from segkit.widgets.twin import Twin


class Shown(anywidget.AnyWidget):
    """A widget; one of ours sets itself up, and then calls this constructor.

    It has `_drawn`, all that the view shows, as plain data, `code` among it; `_picture`, the same as static HTML; and for each
    message a method ``_do_<what>``, which returns the line that a screen reader is told.
    """

    view = traitlets.Dict().tag(sync=True)

    _name = ""  # of its module, its style and its other half in ``static``

    def __init__(self) -> None:
        self._error = self._status = self._doubt = self._kept = ""
        self._heard_so_far, self._answered = 0, ""
        self._twin = Twin(self._copied, self._live_bundle, self._saved)
        super().__init__(view=self._drawn())
        self.on_msg(self._heard)

    @property
    def code(self) -> str:
        """The Python that makes what is shown."""
        raise NotImplementedError

    def keep(self) -> None:
        """Write the state as it is now into the notebook, for readers without a kernel."""
        self._heard(self, {"do": "keep"}, [])

    def _asked(self, **message: object) -> Self:
        """Do what the user would do in the view; what cannot be is raised here."""
        self._heard(self, message, [])
        if self._error:
            raise InvalidInput(self._error)
        return self

    def _heard(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        """Do what the user did in the view; what cannot be is said there, and changes nothing.

        Each message makes another `view`, also one that changes nothing else or goes wrong: the view may wait for it. Its `id`
        tells which one was answered. `_doubt` is what a method wants said where it is broken off.
        """
        act = getattr(self, f"_do_{message.get('do')}", None)
        self._error = self._status = self._doubt = ""
        self._heard_so_far += 1
        self._answered = str(message.get("id", ""))
        try:
            self._status = (act(message) or "") if act else ""
        except SegkitError as error:
            self._error = self._status = str(error)
        except Exception as error:  # noqa: BLE001 - the caller's own callable, or a message nobody foresaw: only the view can say it
            self._error = self._status = redact(f"{type(error).__name__}: {error}{self._doubt}")
        finally:  # what is interrupted leaves a view that says what it can
            self.view = self._drawn()

    def _do_keep(self, _message: dict[str, Any]) -> str:
        self._kept = self._twin.keep()
        return self._kept

    @property
    def _told(self) -> dict[str, Any]:
        """What the view shows of the last message."""
        return {
            "error": self._error,
            "status": self._status,
            "kept": self._kept,
            "heard": self._heard_so_far,
            "answered": self._answered,
        }

    def _redraw(self, status: str) -> None:
        self._error, self._status = "", status
        self.view = self._drawn()

    def _drawn(self) -> dict[str, Any]:
        raise NotImplementedError

    def _picture(self) -> markup.Markup:
        raise NotImplementedError

    def _copied(self) -> markup.Markup:
        """Draw the twin: the picture, and the code that makes what it shows."""
        if not (code := self.view.get("code")):
            return self._picture()
        return markup.join([self._picture(), markup.folded("Show me the code", markup.preformatted(code))])

    def _alone(self) -> dict[str, Any]:
        """Return what the view's other half needs, beside the view, to go on without Python."""
        return {}

    def _saved(self) -> dict[str, Any]:
        return {"widget": self._name, "view": self.view, "alone": self._alone()}

    def _live_bundle(self) -> dict[str, Any]:
        data, _ = self._repr_mimebundle_() or ({}, {})
        return dict(data)

    def _settled(self) -> None:
        """Work out what the first drawing left for later, so that the copy that is saved has it."""

    def _ipython_display_(self) -> None:
        self._twin.show(self._settled)
