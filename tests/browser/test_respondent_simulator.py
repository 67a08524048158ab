from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from labpage import check_axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lab import Lab
    from labpage import LabPage
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

SIMULATOR = """
import segkit as sk
ps = sk.PureSpectrum.sandbox()
tree = ps.qualifications("en_US", [3910])[3910]
simulator = sk.widgets.RespondentSimulator([sk.standard("mx-amai", 2022), tree], calculate=ps.calculate_many)
simulator
"""
SEEN = """
import json
shares = simulator.population.shares()
print(json.dumps([simulator.code, shares.to_dict(), len(simulator.frame), simulator.scenario.moved]))
"""
DARK = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
LIGHT = "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})"


RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
STOP = """
import os, signal, subprocess
subprocess.Popen(["sh", "-c", f"sleep 9; kill -CONT {os.getpid()}"])
os.kill(os.getpid(), signal.SIGSTOP)
"""
RUN = "(code) => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code, silent: true}); }"


def _simulator(lab: Lab, page: LabPage, name: str) -> Locator:
    """Open a notebook with a simulator, run it, and return the simulator."""
    lab.write(name, [SIMULATOR, SEEN])
    lab.open(page, name)
    lab.run_all(page)
    simulator = page.locator(".sk-simulator")
    expect(simulator.locator(".sk-segments")).to_be_visible()
    return simulator


def _python(lab: Lab, page: LabPage, name: str) -> tuple[str, dict[str, float], int, dict[str, dict[str, float]]]:
    """Run the last cell; return the code, the shares, the respondents and what was moved, as Python has them."""
    page.evaluate(
        "() => { const content = window.jupyterapp.shell.currentWidget.content; "
        "content.activeCellIndex = content.widgets.length - 1; "
        "return window.jupyterapp.commands.execute('notebook:run-cell'); }"
    )
    lab.save(page)
    code, shares, n, moved = json.loads(lab.read(name).cells[1].outputs[0].text)
    return code, shares, n, moved


def _shown(simulator: Locator) -> dict[str, str]:
    """Return the share of each segment as the table shows it."""
    rows = simulator.locator(".sk-segments tbody tr")
    return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows.all()}


def test_a_marginal_dragged_moves_the_segments(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """Drawn to about three quarters with internet, the segments move while the hand drags; Python has what is shown."""
    simulator = _simulator(lab, page, "simulated.ipynb")
    check_axe(page, ".sk-simulator")
    assert _shown(simulator)["A/B"] == "7.3%"
    simulator.get_by_role("button", name=re.compile("internet")).click()
    slider = simulator.get_by_role("slider", name="internet: Sí")
    box = slider.bounding_box()
    assert box
    mouse = page.tab.mouse
    mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=12)
    expect(simulator.locator(".sk-segments tbody tr").first.locator("td").nth(1)).not_to_have_text("7.3%")
    mouse.move(box["x"] + box["width"] * 0.74, box["y"] + box["height"] / 2, steps=12)
    mouse.up()
    expect(simulator.get_by_role("button", name="internet (moved)")).to_be_visible()
    expect(simulator.locator(".sk-segments caption")).to_contain_text("synthetic")
    simulator.get_by_label("Number of respondents").fill("2500")
    simulator.get_by_label("Number of respondents").press("Enter")
    expect(simulator.locator(".sk-segments")).to_contain_text("of 2,500, 95 %")
    simulator.locator("summary", has_text="The first respondents").click()
    check_axe(page, ".sk-simulator")
    shot(page, "simulator")
    page.evaluate(DARK)
    expect(page.locator("body[data-jp-theme-light=false]")).to_be_attached()
    check_axe(page, ".sk-simulator")
    shot(page, "simulator-dark")
    page.evaluate(LIGHT)
    code, shares, n, moved = _python(lab, page, "simulated.ipynb")
    assert n == 2500
    assert 0.65 < moved["internet"]["yes"] < 0.85
    assert sum(moved["internet"].values()) == pytest.approx(1)
    assert "population.tilt(" in code
    assert _shown(simulator) == {name: f"{share:.1%}" for name, share in shares.items()}
    with page.tab.expect_download() as downloading:
        simulator.get_by_role("button", name="Download CSV").click()
    lines = downloading.value.path().read_text().splitlines()
    assert len(lines) == 2501
    assert lines[0].startswith("provenance,education,")
    assert lines[1].startswith("synthetic,")


def test_the_same_by_keyboard_and_a_tree_that_has_to_be_asked(
    lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]
) -> None:
    """Arrows move a share by half a percent and keep the focus; a tree without a rule is asked for, and then simulated."""
    simulator = _simulator(lab, page, "keys-simulated.ipynb")
    keyboard = page.tab.keyboard
    name = simulator.get_by_role("button", name=re.compile("cars"))
    name.focus()
    keyboard.press("Enter")
    slider = simulator.get_by_role("slider", name="cars: 0")
    expect(slider).to_be_visible()
    slider.focus()
    before = int(slider.input_value())
    for _ in range(6):
        keyboard.press("ArrowRight")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", f"{(before + 6) / 2:.1f}%")
    shot(page, "simulator-keys")
    _, _, _, moved = _python(lab, page, "keys-simulated.ipynb")
    assert moved["cars"]["0"] == pytest.approx((before + 6) / 200)
    simulator.get_by_role("button", name="All as it was").focus()
    keyboard.press("Enter")
    expect(simulator.locator(".sk-segments tbody tr").first.locator("td").nth(1)).to_have_text("7.3%")
    simulator.get_by_label("Standard or tree").select_option("tree 3910")
    ask = simulator.get_by_role("button", name="Ask for every profile")
    expect(ask).to_be_visible()
    check_axe(page, ".sk-simulator")
    ask.focus()
    keyboard.press("Enter")
    expect(simulator.locator(".sk-segments")).to_contain_text("Bicultural")
    check_axe(page, ".sk-simulator")
    shot(page, "simulator-tree")


def test_the_sliders_move_after_the_open_name_was_clicked(lab: Lab, page: LabPage) -> None:
    """Dragged, closed by its own name, opened and dragged again: each drag is sent."""
    simulator = _simulator(lab, page, "clicked-simulated.ipynb")
    name = simulator.get_by_role("button", name=re.compile("internet"))
    slider = simulator.get_by_role("slider", name="internet: Sí")
    name.click()
    mouse, told = page.tab.mouse, []
    for to, tens in ((0.3, "2"), (0.6, "6"), (0.9, "9")):
        box = slider.bounding_box()
        assert box
        mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
        mouse.down()
        mouse.move(box["x"] + box["width"] * to, box["y"] + box["height"] / 2, steps=4)
        mouse.up()
        expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^{tens}"))
        told.append(slider.get_attribute("aria-valuetext"))
        name.click()
        expect(slider).to_have_count(0)
        expect(name).to_have_attribute("aria-expanded", "false")
        name.click()
        expect(slider).to_be_visible()
    assert len(set(told)) == len(told)
    _, shares, _, moved = _python(lab, page, "clicked-simulated.ipynb")
    assert f"{moved['internet']['yes']:.1%}" == told[-1]
    assert _shown(simulator) == {segment: f"{share:.1%}" for segment, share in shares.items()}


def test_a_kernel_that_is_gone_is_told_and_one_that_is_held_up_is_awaited(lab: Lab, page: LabPage) -> None:
    """Without an answer the view says so in seconds and takes moves again; a late answer ends that, a restarted kernel never."""
    simulator = _simulator(lab, page, "silent-simulated.ipynb")
    keyboard, silent = page.tab.keyboard, simulator.get_by_text("The kernel has not answered for 5 seconds")
    simulator.get_by_role("button", name=re.compile("cars")).click()
    slider = simulator.get_by_role("slider", name="cars: 0")
    slider.focus()
    before = int(slider.input_value())
    page.evaluate(RUN, STOP)
    for _ in range(4):
        keyboard.press("ArrowRight")
    expect(slider).to_have_value(str(before + 4))
    expect(silent).to_be_visible(timeout=8_000)
    check_axe(page, ".sk-simulator")
    expect(silent).to_be_hidden(timeout=12_000)
    expect(slider).to_have_attribute("aria-valuetext", f"{(before + 4) / 2:.1f}%")
    expect(slider).to_be_focused()
    page.evaluate(RESTART)
    keyboard.press("ArrowRight")
    gone = simulator.get_by_text("Nothing was sent: the kernel that made this is gone")
    expect(gone).to_be_visible(timeout=8_000)
    keyboard.press("ArrowRight")
    expect(slider).to_have_value(str(before + 6))
    expect(gone).to_contain_text("Run the cell again")
    lab.run_all(page)
    again = page.locator(".sk-simulator").last
    again.get_by_role("button", name=re.compile("cars")).click()
    again.get_by_role("slider", name="cars: 0").press("ArrowRight")
    expect(again.get_by_role("button", name="cars (moved)")).to_be_visible()
    expect(again.get_by_text("The kernel has not answered")).to_be_hidden()


def test_a_kept_simulator_is_read_without_a_kernel(lab: Lab, page: LabPage, shot: Callable[[LabPage, str], Path]) -> None:
    """What was kept stands in the notebook when it is opened with no kernel: segments, what was moved, the label."""
    simulator = _simulator(lab, page, "kept-simulated.ipynb")
    simulator.get_by_role("button", name=re.compile("internet")).click()
    slider = simulator.get_by_role("slider", name="internet: Sí")
    slider.focus()
    page.tab.keyboard.press("ArrowRight")
    expect(simulator.get_by_role("button", name="internet (moved)")).to_be_visible()
    simulator.get_by_role("button", name="Keep this state").click()
    expect(page.locator(".jp-RenderedHTMLCommon table", text="Shares that were moved").first).to_be_visible()
    lab.save(page)
    lab.reopen(page, "kept-simulated.ipynb", kernel="none")
    expect(page.locator(".jp-RenderedHTMLCommon table", text="Shares that were moved").first).to_be_visible()
    kept = page.locator(".jp-RenderedHTMLCommon").all_inner_texts()
    for part in ("A/B", "synthetic", "census marginals"):
        assert any(part in text for text in kept)
    shot(page, "simulator-kept-none")
    page.forgive()
