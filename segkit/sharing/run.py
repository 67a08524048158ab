"""A notebook, run from top to bottom without a window, in the Python that runs this."""

from __future__ import annotations

import os
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from segkit.errors import NotebookFailed

if TYPE_CHECKING:
    from nbformat import NotebookNode


def _this_python(folder: str) -> AsyncKernelManager:
    """Return a kernel of this interpreter: with no folder to look in, no kernel that a user installed is found first."""
    return AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[]),
        connection_file=str(Path(folder, "kernel.json")),
        transport="tcp" if os.name == "nt" else "ipc",  # a port would be open to everybody on this machine, unencrypted
    )


def _environment() -> dict[str, str]:
    """Return what the kernel inherits; where segkit runs from a checkout, the kernel finds the same one."""
    house = Path(__file__).parents[2]
    if house == Path(sysconfig.get_path("purelib")):
        return dict(os.environ)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(house), os.environ.get("PYTHONPATH")]))}


def _reason(error: Exception, timeout: float) -> str:
    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}"
    if isinstance(error, CellTimeoutError):
        return f"it did not end within {timeout:g} seconds"
    return "its kernel died"


def run(
    notebook_path: Path | str, out_path: Path | str | None = None, timeout: float = 300, cwd: Path | str | None = None
) -> NotebookNode:
    """Run a notebook and return it with its outputs; the file itself is left as it is.

    Parameters
    ----------
    notebook_path
        The notebook.
    out_path
        Where the run notebook is written, None for nowhere.
    timeout
        Seconds that one cell may take.
    cwd
        The folder it runs in; the notebook's own where None.

    Raises
    ------
    NotebookFailed
        When a cell raises, takes too long, or ends the kernel; nothing is written then.
    """
    path = Path(notebook_path)
    notebook = execute(nbformat.read(path, as_version=4), path.name, cwd=cwd or path.parent, timeout=timeout)
    if out_path is not None:
        nbformat.write(notebook, Path(out_path))
    return notebook


def execute(notebook: NotebookNode, name: str, *, cwd: Path | str, timeout: float = 300) -> NotebookNode:
    """Run the cells of a notebook, and return it; `name` is what an error calls it.

    Raises
    ------
    NotebookFailed
        When a cell raises, takes too long, or ends the kernel.
    """
    reached: dict[str, Any] = {"cell": 0, "source": ""}
    options = {
        "timeout": timeout,
        "store_widget_state": True,  # nbclient keeps there what an ipywidgets Output captures, and fails where it may not
        "resources": {"metadata": {"path": str(cwd)}},
        "on_cell_start": lambda cell, cell_index: reached.update(cell=cell_index + 1, source=cell.source),
    }
    try:
        with tempfile.TemporaryDirectory() as folder:
            # a kernel that was handed in is not ended unless it is asked for
            NotebookClient(notebook, km=_this_python(folder), **options).execute(env=_environment(), cleanup_kc=True)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        # the cause is left out: its text repeats the outputs, and with them whatever a cell printed
        raise NotebookFailed(name, reason=_reason(error, timeout), **reached) from None
    notebook.metadata.pop("widgets", None)  # each widget's whole script, which makes readers load a CDN
    return notebook
