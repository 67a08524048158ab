"""A page with the views of widgets of this process; what a view sends waits until the test answers, to run races on purpose."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING, Any

from segkit.widgets.module import module, style

if TYPE_CHECKING:
    from labpage import LabPage
    from playwright.sync_api import Locator

    from segkit.widgets.shown import Shown

PAGE = "<!DOCTYPE html><html lang='en'><title>stage</title><body data-jp-theme-light='true'><main>{places}</main></body></html>"
DRESS = """
(texts) => {
  document.querySelectorAll('style').forEach((node) => node.remove());
  document.head.append(...texts.map((textContent) => Object.assign(document.createElement('style'), { textContent })));
}
"""
START = """
async (shown) => {
  const models = [];
  window.sent = [];
  window.ends = [];
  const load = (text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  window.answer = (next, at = 0) => { models[at].view = next; models[at].hears.forEach((act) => act()); };
  window.showAgain = (at = 0) => {
    window.ends.push(models[at].widget.render({ model: models[at], el: document.getElementById(`stage-${at}`) }));
  };
  for (const [at, { text, view }] of shown.entries()) {
    const send = (message) => { if (window.isGone) throw Error('Cannot send'); window.sent.push([at, message]); };
    const { default: widget } = await load(text);
    const model = { view, send, widget, hears: [], get: () => model.view, on: (_, act) => model.hears.push(act), off: () => {} };
    models.push(model);
    window.showAgain(at);
  }
}
"""


class Stage:
    """The views of widgets, each in a place and with a module of its own, as JupyterLab shows them."""

    def __init__(self, page: LabPage, *widgets: Shown) -> None:
        self.page, self.widgets, self.widget = page, widgets, widgets[0]
        page.show(PAGE.format(places="".join(f"<div id='stage-{at}'></div>" for at in range(len(widgets)))))
        self.dress(sorted({each._name for each in widgets}))
        page.evaluate(START, [{"text": module(each._name), "view": each.view} for each in widgets])
        self.root = page.locator("#stage-0 .sk-widget")

    def dress(self, names: list[str]) -> None:
        """Give the page the styles of these widgets, each whole and in this order, as JupyterLab does."""
        self.page.evaluate(DRESS, [style(name) for name in names])

    def sent(self) -> list[dict[str, Any]]:
        """Return what the views sent and nobody answered."""
        return [message for _, message in self.page.evaluate("() => window.sent")]

    def answer(self, most: int = 99) -> None:
        """Answer what was sent, the first `most` messages, one after the other."""
        for at, message in self.page.evaluate("most => window.sent.splice(0, most)", most):
            with contextlib.redirect_stdout(io.StringIO()):  # what is displayed where no notebook is
                self.widgets[at]._handle_custom_msg(message, [])
            self.page.evaluate("([view, at]) => window.answer(view, at)", [json.loads(json.dumps(self.widgets[at].view)), at])

    def hold(self, target: Locator) -> None:
        """Press the mouse on something."""
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        assert box
        self.page.tab.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.tab.mouse.down()

    def let_go(self) -> None:
        """Let the mouse go where it is."""
        self.page.tab.mouse.up()

    def focused(self) -> str:
        """Return what has the focus: its name within its view, or its tag."""
        return str(
            self.page.evaluate(
                "() => { const at = document.activeElement; return at.dataset.key ?? at.dataset.do ?? at.tagName; }"
            )
        )

    def tab_to(self, name: str, key: str = "Tab") -> None:
        """Press Tab until what bears this name has the focus."""
        for _ in range(90):
            self.page.tab.keyboard.press(key)
            if self.focused() == name:
                return
        raise AssertionError(f"Tab does not lead to {name}")
