from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from labpage import check_axe, executable, guarded
from playwright.sync_api import expect

from segkit.sharing import chromium

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

COUNTER = '''
import anywidget, traitlets, segkit, sys
class Counter(anywidget.AnyWidget):
    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.className = "counter";
      const show = () => { button.textContent = `${model.get("clicks")} clicks, Python says ${model.get("answer")}`; };
      button.onclick = () => { model.set("clicks", model.get("clicks") + 1); model.save_changes(); };
      model.on("change", show);
      show();
      el.appendChild(button);
    } };
    """
    clicks = traitlets.Int(0).tag(sync=True)
    answer = traitlets.Unicode("nothing").tag(sync=True)
counter = Counter()
counter.observe(lambda change: setattr(counter, "answer", str(change["new"] * 10)), "clicks")
counter
'''
WHERE = "print(sys.executable, segkit.__file__)"


def test_a_widget_runs_and_python_sees_the_click(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """A widget in a real JupyterLab is clicked, and the Python of this environment answers."""
    name = lab.write("counter.ipynb", [COUNTER, WHERE])
    lab.open(page, name)
    lab.run_all(page)
    button = page.locator("button.counter")
    button.click()
    button.click()
    expect(button).to_have_text("2 clicks, Python says 20")
    lab.save(page)
    shot(page, "ground-widget")
    printed = lab.read(name).cells[1].outputs[0].text.split()
    import segkit

    assert printed == [sys.executable, segkit.__file__]


def test_a_notebook_is_opened_again_with_and_without_a_kernel(lab: Lab, page: LabPage) -> None:
    """A notebook that was saved opens as its reader finds it: no kernel runs, or one that knows nothing."""
    name = lab.write("again.ipynb", ["runs = globals().get('runs', 0) + 1\nprint(runs)"])
    output = page.locator(".jp-OutputArea-output")
    lab.open(page, name)
    lab.run_all(page)
    lab.run_all(page)
    expect(output).to_have_text("2")
    lab.save(page)
    lab.reopen(page, name, kernel="none")
    expect(output).to_have_text("2")
    assert lab.kernels() == []
    lab.reopen(page, name, kernel="fresh")
    expect(output).to_have_text("2")
    lab.run_all(page)
    expect(output).to_have_text("1")


def test_a_notebook_from_elsewhere_shows_the_twin(lab: Lab, page: LabPage) -> None:
    """Where JupyterLab does not trust a notebook, it shows a widget's text/html in the place of the widget."""
    view = {"model_id": "0" * 32, "version_major": 2, "version_minor": 1}
    data = {
        "application/vnd.jupyter.widget-view+json": view,
        "text/html": "<p class='twin'>the twin</p>",
        "text/plain": "Counter()",
    }
    cell = nbformat.v4.new_code_cell("counter", outputs=[nbformat.v4.new_output("display_data", data)])
    lab.open(page, lab.write("elsewhere.ipynb", [cell]), kernel=False)
    expect(page.locator(".twin")).to_be_visible()


def test_a_failing_cell_fails_the_test(lab: Lab, page: LabPage) -> None:
    """Running a notebook whose cell raises is a failure that shows the error."""
    lab.open(page, lab.write("broken.ipynb", ["1 / 0"]))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.run_all(page)


@pytest.mark.parametrize("address", ["http://example.invalid/x.png", "http://192.0.2.1/x.png", "ws://192.0.2.1/socket"])
def test_a_request_outside_is_stopped_and_seen(page: LabPage, address: str) -> None:
    """A page reaches nothing but this machine, and what it asked for is known."""
    page.show("<p>nothing</p>")
    reached = page.evaluate(
        """address => new Promise(done => {
            const target = address.startsWith('ws') ? new WebSocket(address) : new Image();
            target.onload = target.onopen = () => done(true);
            target.onerror = () => done(false);
            if (target.src !== undefined) target.src = address;
        })""",
        address,
    )
    outside, errors = page.forgive()
    assert reached is False
    assert outside == [address]
    assert errors


def test_a_request_outside_fails_the_page(browser: Browser) -> None:
    """A page that asks for anything outside fails its test, though the request went nowhere."""
    stack = contextlib.ExitStack()
    page = stack.enter_context(guarded(browser))
    page.show("<img src='http://example.invalid/x.png' alt=''>")
    with pytest.raises(AssertionError, match=r"example\.invalid"):
        stack.close()


@pytest.mark.parametrize("script", ["console.error('as expected')", "setTimeout(() => { throw Error('as expected') })"])
def test_an_error_in_the_console_fails_the_page(browser: Browser, script: str) -> None:
    """A page whose console has an error, or whose script raises, fails its test."""
    stack = contextlib.ExitStack()
    page = stack.enter_context(guarded(browser))
    page.evaluate(f"() => new Promise(done => {{ {script}; setTimeout(done, 20) }})")
    with pytest.raises(AssertionError, match="as expected"):
        stack.close()


def test_axe_sees_what_is_wrong_and_only_where_it_is_asked(page: LabPage) -> None:
    """An input without a label is a violation where it stands, and not of its neighbour that has one."""
    page.show("<p class='bad'><input></p><p class='good'><label>a <input></label></p>")
    check_axe(page, ".good")
    with pytest.raises(AssertionError, match="label"):
        check_axe(page, ".bad")


def test_where_no_browser_is_the_command_is_named(tmp_path: Path) -> None:
    """A machine without a browser fails the tests, once a download was tried, with the command that brings one."""
    tried: list[bool] = []
    with pytest.raises(AssertionError) as failure:
        executable(find=lambda: None, download=lambda: tried.append(True))
    assert chromium.install_hint() in str(failure.value)
    assert tried == [True]
    fetched = tmp_path / "chrome"
    assert executable(find=iter([None, fetched]).__next__, download=lambda: None) == fetched
    assert subprocess.run([executable(), "--version"], check=True, capture_output=True).stdout
