"""A widget without Python, beside the same widget in Python: each hears the same messages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from segkit.widgets.module import alone

if TYPE_CHECKING:
    from labpage import LabPage

    from segkit.widgets.shown import Shown

View = dict[str, Any]
Message = dict[str, Any]

HEARD = """([name, saved, messages]) => {
  const element = document.createElement('div');
  document.body.replaceChildren(element);
  const model = segkitWidgets[name](saved, element);
  return [model.get('view'), ...messages.map((message) => { model.heard(message); return model.get('view'); })];
}"""


def saved_of(widget: Shown) -> dict[str, Any]:
    """Return what a notebook keeps of a widget; it has to be plain JSON without NaN."""
    kept: dict[str, Any] = json.loads(json.dumps(widget._saved(), allow_nan=False))
    return kept


def load(page: LabPage, *names: str) -> None:
    """Show an empty page that can draw these widgets."""
    page.show("<!DOCTYPE html><title>alone</title>")
    for name in names:
        page.tab.add_script_tag(content=alone(name))


def alone_views(page: LabPage, saved: dict[str, Any], messages: list[Message]) -> list[View]:
    """Return what is shown without Python, at first and after each message."""
    views: list[View] = page.evaluate(HEARD, [saved["widget"], saved, messages])
    return views


def python_view(widget: Shown, message: Message | None = None) -> View:
    """Return what Python shows, after a message where there is one."""
    if message is not None:
        widget._heard(widget, message, [])
    view: View = json.loads(json.dumps(widget.view))
    return view


def alike(alone: object, python: object) -> bool:
    """Whether two views show the same; floats to 1e-9."""
    if isinstance(alone, dict) and isinstance(python, dict):
        return alone.keys() == python.keys() and all(alike(alone[name], python[name]) for name in alone)
    if isinstance(alone, list) and isinstance(python, list):
        return len(alone) == len(python) and all(map(alike, alone, python))
    if isinstance(alone, int | float) and isinstance(python, int | float):
        return isinstance(alone, bool) is isinstance(python, bool) and abs(alone - python) <= 1e-9
    return alone == python


def differences(alone: View, python: View, own: frozenset[str] = frozenset()) -> list[str]:
    """Return in words what is not alike in two views; `own` is what no half promises."""
    names = (alone.keys() | python.keys()) - own - {"kept"}
    return [
        f"{name}: {alone.get(name, 'missing')!r}, and Python has {python.get(name, 'missing')!r}"
        for name in sorted(names)
        if not alike(alone.get(name), python.get(name))
    ]
