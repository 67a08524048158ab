from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from far_side import ByteServer
from typer.testing import CliRunner

import segkit
from segkit import places
from segkit.cli import doctor, lab
from segkit.cli.app import app
from segkit.credentials import ENVIRONMENT

if TYPE_CHECKING:
    from pathlib import Path

runner = CliRunner()
CANARY = "canary-5f1c-token"
ADDRESSES = {
    "PureSpectrum": "https://api.spectrumsurveys.com/suppliers/v2",
    "PureSpectrumBuyer": "https://api.spectrumsurveys.com/buyers/v2",
    "CIOPulse": "https://app.cio-pulse.com/api/v5",
    "Infinity": "https://api.infinitycloud.com/config/v2",
    "Instaleap": "https://deadpool.instaleap.io/api/v3",
}
"""Of each client in production."""


@pytest.mark.notebook
def test_demo_does_the_main_job_and_writes_one_page(tmp_path: Path) -> None:
    """The demo prints documented and sandbox frames, a walk, the golden segment, and leaves a page that loads nothing."""
    page = tmp_path / "demo.html"
    done = subprocess.run(
        [sys.executable, "-m", "segkit", "demo", "--out", str(page)], capture_output=True, text=True, check=True, timeout=120
    )
    for part in ("json-repaired", "ISEC - 10", "USQ4", "Less Acculturated", "documented", "synthetic"):
        assert part in done.stdout
    assert "make lab" in done.stderr
    html = page.read_text()
    assert "Five minutes with segkit" in html
    assert "Respondents by segment" in html
    assert not re.search(
        r"""(?:src|href)=["']https?:|@import|url\(["']?https?:""", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    )


def test_demo_without_the_notebook_is_quick_and_writes_nothing(tmp_path: Path) -> None:
    """`--no-notebook` shows the job and leaves no file."""
    done = runner.invoke(app, ["demo", "--no-notebook", "--out", str(tmp_path / "x.html")])
    assert done.exit_code == 0, done.output
    assert not list(tmp_path.iterdir())


def test_doctor_never_shows_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every credential's name is reported with whether it is set; no value is in the text or the JSON."""
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, CANARY)
    for form in ("text", "json"):
        done = runner.invoke(app, ["doctor", "--format", form, "--offline"])
        assert done.exit_code == 0
        assert CANARY not in done.output
        assert all(name in done.output for name in ENVIRONMENT)
    assert all(json.loads(done.output)["credentials"].values())


def test_doctor_reports_versions_and_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions are those installed; nothing is tried without credentials; the command that brings Chromium is named."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("segkit.sharing.chromium.find", lambda: None)
    report = doctor.examine(offline=False)
    assert report["segkit"] == segkit.__version__
    assert all(report["packages"].values())
    assert report["vendors"] == {
        name: {"host": url.split("/")[2], "configured": False, "reachable": None} for name, url in ADDRESSES.items()
    }
    assert "PureSpectrumBuyer.sandbox() needs none" in doctor._text(report)
    assert "chromium" in report["chromium_install"]


def test_doctor_fails_when_a_configured_vendor_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A vendor with credentials is tried, and if its host takes no connection the exit status is 1."""
    monkeypatch.setenv("SEGKIT_PURESPECTRUM_TOKEN", CANARY)
    monkeypatch.setattr(doctor, "VENDORS", {"PureSpectrum": (("SEGKIT_PURESPECTRUM_TOKEN",), "https://127.0.0.1:1/suppliers/v2")})
    done = runner.invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "NOT reachable" in done.output


def test_doctor_tries_each_client_under_its_own_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    """A buyer's token alone has the Buy API tried and the Segmentation API not, each at its documented address."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEGKIT_PURESPECTRUM_BUYER_TOKEN", CANARY)
    monkeypatch.setenv("SEGKIT_CIOPULSE_PORTAL_CODE", "half of what CIOPulse wants")
    assert {name: url for name, (_, url) in doctor.VENDORS.items()} == ADDRESSES
    with ByteServer([b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"]) as server:
        monkeypatch.setattr(doctor, "VENDORS", {name: (variables, server.url) for name, (variables, _) in doctor.VENDORS.items()})
        vendors = doctor.examine(offline=False)["vendors"]
    assert {name: (each["configured"], each["reachable"]) for name, each in vendors.items()} == {
        **dict.fromkeys(ADDRESSES, (False, None)),
        "PureSpectrumBuyer": (True, True),
    }
    assert len(server.requests) == 1


def test_doctor_goes_the_way_that_calls_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host behind a proxy is reachable where calls are: any answer counts, and no credential is sent."""
    monkeypatch.setenv("SEGKIT_PURESPECTRUM_TOKEN", CANARY)
    monkeypatch.setattr(
        doctor, "VENDORS", {"PureSpectrum": (("SEGKIT_PURESPECTRUM_TOKEN",), "http://vendor.invalid/suppliers/v2")}
    )
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert doctor.examine(offline=False)["vendors"]["PureSpectrum"]["reachable"] is False
    with ByteServer([b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert doctor.examine(offline=False)["vendors"]["PureSpectrum"]["reachable"] is True
        assert proxy.requests[0].startswith(b"HEAD http://vendor.invalid/suppliers/v2 ")
        assert CANARY.encode() not in b"".join(proxy.requests)
    monkeypatch.setenv("http_proxy", "nonsense://proxy")
    assert doctor.examine(offline=False)["vendors"]["PureSpectrum"]["reachable"] is False


def test_doctor_reports_a_chromium_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that names no program is told in Chromium's line, with what to do, and the rest is reported."""
    monkeypatch.setenv("SEGKIT_CHROMIUM", "/nowhere/chromium")
    done = runner.invoke(app, ["doctor", "--offline"])
    assert done.exit_code == 0
    said = "SEGKIT_CHROMIUM: there is no program /nowhere/chromium. Correct it, or unset SEGKIT_CHROMIUM."
    assert f"\nChromium: none; {said}\n" in done.output
    assert json.loads(runner.invoke(app, ["doctor", "--offline", "--format", "json"]).output)["chromium_fault"] == said


def test_the_version_is_told() -> None:
    """`--version` prints the version and nothing else."""
    done = runner.invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"{segkit.__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["sandbox", "--port", "99999"],
        ["sandbox", "--port", "-1"],
        ["doctor", "--format", "xml"],
        ["sandbox", "--error-shape", "3"],
        ["nothing"],
        ["demo", "--what"],
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    """What cannot be understood is told apart from what went wrong."""
    assert runner.invoke(app, arguments).exit_code == 2


def test_an_error_of_ours_is_one_line_and_exit_1(tmp_path: Path) -> None:
    """No traceback reaches the terminal: the message names the place and the fix."""
    wrong = tmp_path / "state.sqlite"
    wrong.write_text("not a database, and long enough to be read as one: " * 40)
    command = [sys.executable, "-m", "segkit", "sandbox", "--port"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        busy = subprocess.run([*command, port], capture_output=True, text=True, check=False, timeout=60)
    done = subprocess.run([*command, "0", "--state", str(wrong)], capture_output=True, text=True, check=False, timeout=60)
    nowhere = ["sandbox", "--state", str(tmp_path / "no" / "x")], ["demo", "--out", str(tmp_path / "no" / "x.html")]
    places_of_none = [
        subprocess.run([*command[:3], *arguments], capture_output=True, text=True, check=False, timeout=60)
        for arguments in nowhere
    ]
    assert places_of_none[1].stdout == ""
    for failed, message in (
        (places_of_none[0], "cannot hold"),
        (places_of_none[1], "there is no folder"),
        (busy, f"port {port} on 127.0.0.1 cannot be used"),
        (done, "cannot hold the sandbox's state"),
    ):
        assert failed.returncode == 1
        assert failed.stderr.startswith("segkit: ")
        assert message in failed.stderr
        assert "Traceback" not in failed.stderr
        assert failed.stderr.count("\n") == 1


@pytest.mark.process
def test_the_guides_curl_example_works_against_the_sandbox() -> None:
    """`segkit sandbox` answers the vendor's own example request, with its placeholder token, on 127.0.0.1 only."""
    command = [sys.executable, "-m", "segkit", "sandbox", "--port", "0"]
    # A shell that starts the tests in the background lets them ignore Ctrl-C, and what they start inherits that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    try:
        assert process.stderr
        address = re.search(r"http://(127\.0\.0\.1):(\d+)(/\S+)", process.stderr.readline())
        assert address
        connection = http.client.HTTPConnection(address[1], int(address[2]), timeout=60)
        path = f"{address[3]}/segmentation/qualifications?locale=en_IN&qualIds=4209,3910"
        connection.request("GET", path, headers={"x-access-token": "YOUR_SUPPLIER_TOKEN_HERE"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert answer.status == 200
    assert [list(entry) for entry in body] == [["4209"]]
    assert process.returncode == 0


def test_lab_hands_on_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """JupyterLab's own options reach it, and nothing that would ask the network is left on."""
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command: commands.append(command) or 0)
    done = runner.invoke(app, ["lab", "--no-browser", "--folder", str(tmp_path), "--allow-root", "--port", "8899"])
    assert done.exit_code == 0, done.output
    assert commands[0][-3:] == ["--allow-root", "--port", "8899"]
    assert f"--ServerApp.root_dir={tmp_path}" in commands[0]
    assert "--LabApp.extension_manager=readonly" in commands[0]


def test_lab_opens_jupyterlab_on_the_notebooks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From a checkout the notebooks themselves are opened; from an installed package a copy that is the user's to change."""
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command: commands.append(command) or 0)
    assert lab.run(None, browser=False) == 0
    assert commands[0][:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={places.shipped('notebooks')}" in commands[0]
    assert "--no-browser" in commands[0]
    package = tmp_path / "segkit"
    (package / "shipped" / "notebooks").mkdir(parents=True)
    (package / "shipped" / "notebooks" / "01_five_minutes.ipynb").write_text("{}")
    monkeypatch.setattr(places, "PACKAGE", package)
    monkeypatch.setattr(lab, "PACKAGE", package)
    monkeypatch.chdir(tmp_path)
    assert lab.run(None, browser=True) == 0
    assert (tmp_path / "segkit-notebooks" / "01_five_minutes.ipynb").exists()
