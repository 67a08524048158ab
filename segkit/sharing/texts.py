"""Every text of a notebook with its place, and a copy of the notebook in which texts are changed.

What is compared and changed is what a reader reads, not the file's JSON, in which a quote is escaped and a line is a list item.
"""

from __future__ import annotations

import base64
import copy
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbformat import NotebookNode

    Change = Callable[["Place", str], str]

PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
"""Forms of an output that are no text, base64 of pictures: nothing can be read in them."""

_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")

PACKED: Final = "bdata"
"""Under this key plotly holds the numbers of an array, in base64."""


class Place(NamedTuple):
    """Where a text stands.

    Attributes
    ----------
    cell
        Counted from 1, words included; 0 is the notebook's own metadata.
    part
        ``source``, ``output 2``, ``metadata`` ...
    form
        The form of the output, such as ``text/html``; ``python`` or ``markdown`` of a source; empty else.
    key
        The name under which it stands in JSON.
    """

    cell: int
    part: str
    form: str = ""
    key: str = ""

    def at(self, text: str, offset: int) -> str:
        """Name the place of a character."""
        line = text.count("\n", 0, offset) + 1
        parts = [f"cell {self.cell}" if self.cell else "notebook", self.part + (f" ({self.form})" if "/" in self.form else "")]
        return ", ".join([*parts, *([self.key] if self.key else []), *([f"line {line}"] if "\n" in text.rstrip("\n") else [])])


def changed(notebook: NotebookNode, change: Change) -> NotebookNode:
    """Return a copy of a notebook in which each text is what `change` makes of it.

    Sources, printed text, tracebacks, all forms of outputs but pictures, metadata, names in JSON: each is handed over.
    """
    copied: NotebookNode = copy.deepcopy(notebook)
    copied.metadata = _json(copied.metadata, Place(0, "metadata"), change)
    for number, cell in enumerate(copied.cells, 1):
        form = "python" if cell.cell_type == "code" else cell.cell_type
        cell.source = change(Place(number, "source", form), cell.source)
        cell.metadata = _json(cell.metadata, Place(number, "metadata"), change)
        if "attachments" in cell:
            cell.attachments = _attachments(cell.attachments, Place(number, "attachment"), change)
        if cell.cell_type == "code":
            for at, output in enumerate(cell.outputs, 1):
                _output(output, Place(number, f"output {at}"), change)
    return copied


def is_base64(held: object) -> bool:
    """Say whether this may be the bytes of a picture; what only says that it is one is a text."""
    return isinstance(held, str) and bool(_BASE64.fullmatch(held))


def _attachments(held: Mapping[str, Any], place: Place, change: Change) -> dict[str, Any]:
    """Change names, and what is no picture; a drawing is a text in base64."""
    return {
        change(place, name): {form: _attached(one, place._replace(form=form), change) for form, one in forms.items()}
        for name, forms in held.items()
    }


def _attached(held: Any, place: Place, change: Change) -> Any:  # noqa: ANN401 - what JSON holds
    if not is_base64(held) or place.form in PICTURES:
        return held if is_base64(held) else _json(held, place, change)
    try:
        text = base64.b64decode(held).decode()
    except ValueError:
        return _json(held, place, change)
    made = change(place, text)
    return held if made == text else base64.b64encode(made.encode()).decode()


def _output(output: NotebookNode, place: Place, change: Change) -> None:
    for name in ("text", "ename", "evalue"):
        if name in output:
            output[name] = change(place, output[name])
    if output.get("traceback"):
        output.traceback = change(place._replace(part=f"{place.part}, traceback"), "\n".join(output.traceback)).split("\n")
    for form, held in list(output.get("data", {}).items()):
        if form not in PICTURES or not is_base64(held):
            output.data[form] = _json(held, place._replace(form=form), change)
    if output.get("metadata"):
        output.metadata = _json(output.metadata, place._replace(part=f"{place.part}, metadata"), change)


def _json(held: Any, place: Place, change: Change) -> Any:  # noqa: ANN401 - what JSON holds
    if isinstance(held, str):
        return change(place, held)
    if isinstance(held, dict):
        kept = type(held)()
        for name, value in held.items():
            kept[change(place, name)] = value if name == PACKED else _json(value, place._replace(key=name), change)
        return kept
    if isinstance(held, list):
        return [_json(value, place, change) for value in held]
    return held
