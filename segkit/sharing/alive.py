"""A widget of segkit in a page without a kernel: its saved state, and the scripts that draw it from that.

The scripts are those of the installed package, never of the notebook; the state is data, of which no text becomes markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from segkit.markup import Markup, element, join
from segkit.sharing.charts import json_of
from segkit.widgets import module

if TYPE_CHECKING:
    from collections.abc import Mapping

TWIN: Final = "sk-twin"
"""The class of a widget's static copy."""

SCRIPT: Final = '<script type="application/json" data-widget="'
"""How a widget's state begins; nothing else on a page can begin so, for `clean` leaves no script."""

NAMES: Final = ("tree_walker", "quota_designer", "respondent_simulator", "segment_browser")


def widget(saved: Mapping[str, Any], copy: Markup) -> Markup:
    """Write the place of a widget: its state, and the static copy that the live view takes the place of.

    A state of another kind than segkit's widgets have is not written: its copy alone is shown.
    """
    name = saved.get("widget") if isinstance(saved, dict) else None
    copied = element("div", copy, **{"class": "scrolls wide segkit-copy"})
    if name not in NAMES:
        return copied
    state = Markup(f'{SCRIPT}{name}">{json_of(saved)}</script>')
    return element("div", join([state, copied]), **{"class": "segkit-widget"})


def names_in(body: Markup) -> list[str]:
    """Return the names of the widgets that a page draws."""
    return [name for name in NAMES if f'{SCRIPT}{name}">' in body.html]


def scripts(body: Markup) -> dict[str, str]:
    """Return the scripts of the widgets that a page draws, by their names."""
    return {name: module.alone(name) for name in names_in(body)}


def styles(body: Markup) -> str:
    """Return the styles of the widgets that a page draws; what they have in common once."""
    names = names_in(body)
    common = [module.STATIC / "parts.css"] if names else []
    files = [*common, *(module.STATIC / f"{name}.css" for name in names)]
    return "\n".join(re.sub(r"</", r"<\\/", file.read_text(encoding="utf-8")) for file in files)
