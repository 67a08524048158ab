"""Bodies of "Get Segmentation Qualifications" for tests: the printed one, and others written from plain data."""

import json
import re
from pathlib import Path
from typing import Any

from segkit.sel.qualifications import Qualifications
from segkit.sel.walk import Walk
from segkit.sel.wire import read_qualifications

PRINTED = Path(__file__).parents[1] / "data" / "vendors" / "purespectrum_segmentation"
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]|\[(\"(?:[^\"\\]|\\.)*\")\]")


def printed(name: str) -> str:
    """Return an example as the vendor's guide prints it."""
    return (PRINTED / name).read_text(encoding="utf-8")


def stripped(name: str) -> str:
    """Return an example without the lines that stand for what the guide leaves out, found by how they begin."""
    return "\n".join(line for line in printed(name).split("\n") if not line.startswith(("// ...", "(...)")))


def answer(own: int, text: str | None = None, **fields: Any) -> dict[str, Any]:
    """Write an answer."""
    return {"id": own, **({} if text is None else {"text": text, "eng_text": text}), **fields}


def question(own: int, parent: int | None = 1, **fields: Any) -> dict[str, Any]:
    """Write a single punch question with the answers 111 A and 112 B, and whatever else is said of it."""
    return {
        "qualification_id": own,
        "question_type": "singlepunch",
        "question_order_number": own,
        "question_description": f"Q{own}",
        "answers": [answer(111, "A"), answer(112, "B")],
        "segmentation": {"parent_qualification_id": parent},
        **fields,
    }


def number(own: int, placeholder: str | None = "0-99", **fields: Any) -> dict[str, Any]:
    """Write an input question."""
    shown = {} if placeholder is None else {"answer_placeholder": placeholder}
    return question(own, **{"question_type": "input", "answers": [], **shown, **fields})


def parent(*children: dict[str, Any], own: int = 1, **fields: Any) -> dict[str, Any]:
    """Write a parent with the segments 111 A and 112 B."""
    return question(own, None, **{"question_description": "Segmentation Parent Edition", **fields}, children=list(children))


def reply(*parents: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the documented envelope: an array of objects, each keyed by its id."""
    return [{str(entry["qualification_id"]): entry} for entry in parents]


def encoded(document: Any) -> bytes:
    """Write a document as a vendor would send it."""
    return json.dumps(document, ensure_ascii=False).encode()


def trees(document: Any) -> Qualifications:
    """Read a document."""
    return read_qualifications(encoded(document))


def walk(*children: dict[str, Any]) -> Walk:
    """Start a walk through one tree of these questions."""
    return trees(reply(parent(*children)))[1].walk()


def at(document: Any, path: str) -> Any:
    """Return what a JSON path points to; fails where it points nowhere."""
    assert path.startswith("$"), path
    steps = list(_STEP.finditer(path, 1))
    assert "$" + "".join(step[0] for step in steps) == path, path
    for step in steps:
        document = document[step[1] or (int(step[2]) if step[2] else json.loads(step[3]))]
    return document
