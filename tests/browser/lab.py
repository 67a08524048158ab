"""One JupyterLab for the whole suite: notebooks are written, opened, run, saved and opened again in it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import nbformat

import segkit
from segkit.credentials import ENVIRONMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from labpage import LabPage

START_SECONDS = 60
RUN_SECONDS = 120
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
OWN_FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}

OPEN = """async ([path, kernel]) => {
    await window.jupyterapp.started;
    const panel = await window.jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    const session = panel.context.sessionContext;
    // the document is still on its way here, so the session reads this before it would start a kernel
    if (!kernel) session.kernelPreference = {...session.kernelPreference, shouldStart: false, canStart: false};
    await panel.context.ready;
    if (kernel) { await session.ready; await session.session.kernel.info; }
    await panel.revealed;
}"""
RUN_ALL = """async (seconds) => {
    const late = new Promise((_, no) => setTimeout(() => no(new Error('the cells are still running')), seconds * 1000));
    const fine = await Promise.race([window.jupyterapp.commands.execute('notebook:run-all-cells'), late]);
    const outputs = window.jupyterapp.shell.currentWidget.model.toJSON().cells.flatMap(cell => cell.outputs ?? []);
    const errors = outputs.filter(output => output.output_type === 'error');
    return fine ? [] : errors.map(error => `${error.ename}: ${error.evalue}`);
}"""
NO_MATHEMATICS = "data:text/javascript,MathJax={Hub:{Config(){},Queue(){},Configured(){},Register:{StartupHook(){}}}}//"
"""In the place of MathJax, which Voila fetches from a CDN for whatever HTML it shows, a plain frame too."""

SAVE = "() => window.jupyterapp.shell.currentWidget.context.save()"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab.

    Attributes
    ----------
    url, token
        Where it answers, and what it asks for.
    folder
        Where its notebooks lie.
    """

    url: str
    token: str = field(repr=False)
    folder: Path

    def write(self, name: str, cells: Sequence[str | nbformat.NotebookNode]) -> str:
        """Write a notebook of these cells (a text is a code cell) and return its name."""
        nodes = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=nodes, metadata=KERNEL), self.folder / name)
        return name

    def read(self, name: str) -> nbformat.NotebookNode:
        """Read a notebook as it lies on the disk."""
        return nbformat.read(self.folder / name, as_version=4)

    def open(self, page: LabPage, name: str, *, kernel: bool = True) -> None:
        """Open a notebook in a fresh JupyterLab, and wait until it is shown and its kernel answers."""
        page.on_close(self.end_kernels)
        page.tab.goto(f"{self.url}/lab?token={self.token}&reset")
        page.tab.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate(OPEN, [name, kernel])
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()

    def open_in_voila(self, page: LabPage, name: str) -> None:
        """Open a notebook in Voila, which runs it and shows what comes out."""
        page.on_close(self.end_kernels)
        page.tab.goto(f"{self.url}/voila/render/{name}?token={self.token}")
        page.locator(".jp-OutputArea").first.wait_for(state="attached")

    def run_all(self, page: LabPage) -> None:
        """Run every cell of the notebook that is open; a cell that fails fails the test."""
        errors = page.evaluate(RUN_ALL, RUN_SECONDS)
        assert not errors, f"cells failed: {errors}"

    def save(self, page: LabPage) -> None:
        """Save the notebook that is open, as its user would."""
        page.evaluate(SAVE)

    def reopen(self, page: LabPage, name: str, kernel: Literal["fresh", "none"]) -> None:
        """Open a notebook as a reader does later: its old kernel is gone, and a new one was or was not started."""
        page.tab.goto("about:blank")  # an open notebook would complain that its kernel ends
        self.end_kernels()
        self.open(page, name, kernel=kernel == "fresh")

    def kernels(self) -> list[Any]:
        """Return the kernels that run."""
        return list(json.loads(self._ask("GET", "/api/kernels")))

    def end_kernels(self) -> None:
        """End every kernel, with its session; Voila's have none."""
        for session in json.loads(self._ask("GET", "/api/sessions")):
            self._ask("DELETE", f"/api/sessions/{session['id']}")
        for kernel in self.kernels():
            self._ask("DELETE", f"/api/kernels/{kernel['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        """Ask the server's own interface; no proxy of the environment is in the way."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=START_SECONDS)
        with contextlib.closing(connection):
            connection.request(method, path, headers={"Authorization": f"token {self.token}"})
            answer = connection.getresponse()
            body = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise AssertionError(f"JupyterLab answered {method} {path} with {answer.status}: {body.decode()}")
        return body


def _environment(home: Path) -> dict[str, str]:
    """Return what the server inherits: our Python and package, folders of its own, no credential."""
    kept = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    house = str(Path(segkit.__file__).parent.parent)
    path = os.pathsep.join(filter(None, [house, kept.get("PYTHONPATH")]))
    own = {name: str(home / place) for name, place in OWN_FOLDERS.items()}
    return {**kept, **own, "PYTHONPATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}


def _command(port: int, token: str, folder: Path) -> list[str]:
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", *as_root),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
        *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", "--LabApp.news_url="),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.jpserver_extensions={'voila.server_extension': True}",
        f"--ServerApp.tornado_settings={{'mathjax_url': '{NO_MATHEMATICS}'}}",
        # where the tests were killed, so that nobody ends the server, it ends itself
        *("--ServerApp.shutdown_no_activity_timeout=7200", "--MappingKernelManager.cull_idle_timeout=600"),
    ]


def _quiet(settings: Path) -> None:
    """Switch off the news: a toast can cover what a test clicks."""
    place = settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError):
            lab.kernels()
            return
        time.sleep(0.05)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server and what it started: its own process group and no other."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(15)
            return


@contextlib.contextmanager
def jupyter_lab(home: Path) -> Iterator[Lab]:
    """Run a JupyterLab on a free loopback port, with folders of its own under `home`."""
    folder, log = home / "notebooks", home / "server.log"
    folder.mkdir()
    _quiet(home / OWN_FOLDERS["JUPYTERLAB_SETTINGS_DIR"])
    port = _free_port()
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    with log.open("wb") as output:
        server = subprocess.Popen(
            _command(port, lab.token, folder),
            env=_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(lab, server, log)
            yield lab
            if server.poll() is None:
                lab.end_kernels()
        finally:
            _end(server)
