from __future__ import annotations

import re

import pytest

from segkit.widgets import module

RUNS_OR_ASKS = re.compile(
    r"</script|<!--|\beval\b|\bFunction\b|\bimport\s*[({'\"*]|\bfrom\s*['\"]|\bexport\b|\bfetch\b|XMLHttp|WebSocket|://|\bsrc\b"
)


@pytest.mark.parametrize("name", ["quota_designer", "respondent_simulator", "segment_browser", "tree_walker"])
def test_a_widget_without_python_is_one_script_that_asks_for_nothing(name: str) -> None:
    """The script can stand in a page as it is: nothing in it ends it, runs a text as a script, or names an address."""
    script = module.alone(name)
    assert script.startswith('(() => {\n"use strict";\n')
    assert not RUNS_OR_ASKS.findall(script)


@pytest.mark.parametrize(
    "text", ["", "export default { render };\nexport default { render };", "export default { render, more };"]
)
def test_a_view_that_gives_something_else_is_refused(text: str) -> None:
    """A module that does not give its view exactly once makes no script: nothing would be drawn, and nobody told."""
    with pytest.raises(ValueError, match="once"):
        module._given(text, module.VIEW, "return { render };")
