"""The law of the known qualifications: what the vendor's text names, no more and no less."""

import json
import re
from typing import Any

import bodies
import pandas as pd

from segkit import frames
from segkit.sel.known import known_qualifications

Named = dict[int, dict[str, Any]]


def objects(part: Any) -> list[dict[str, Any]]:
    """Return every object of a document, outermost first."""
    if isinstance(part, dict):
        return [part, *(found for inner in part.values() for found in objects(inner))]
    return [found for inner in part for found in objects(inner)] if isinstance(part, list) else []


def document(name: str) -> Any:
    """Read an example; one that the guide prints from its middle is closed again."""
    text = bodies.stripped(name).strip().rstrip(",")
    if text.startswith('"'):
        text = "{" + text
        text += {"3_2_only_one_answer_payload.txt": "]}", "3_2_only_one_answer_mended.txt": "}]}"}.get(name, "}")
    return json.loads(text)


def named() -> Named:
    """Gather what the examples say of each qualification: parent, description, type, answers, locale, sections."""
    found: Named = {}
    for path in sorted(bodies.PRINTED.iterdir()):
        whole = document(path.name)
        locale = whole.get("locale") if isinstance(whole, dict) else None
        for entry in objects(whole):
            if "qualification_id" not in entry:
                continue
            nothing: dict[str, Any] = {"answers": {}, "parents": set(), "locales": set(), "sections": set()}
            known = found.setdefault(entry["qualification_id"], nothing)
            known["sections"].add(".".join(path.name.split("_")[:2]))
            known["locales"] |= {locale} - {None}
            known["description"] = entry["question_description"].strip()
            known.setdefault("type", entry.get("question_type"))
            known["placeholder"] = entry.get("answer_placeholder")
            known["parents"].add(entry.get("segmentation", {}).get("parent_qualification_id"))
            known["answers"].update({a["id"]: a["text"] for a in entry.get("answers", []) if "id" in a})
            if "segment_id" in entry:
                known["answers"][entry["segment_id"]] = entry["segment_text"]
    return found


NAMED = named()
KNOWN = known_qualifications().set_index("qualification_id")


def test_the_ids_are_those_of_the_examples() -> None:
    """Every id that an example names is listed once, and no other."""
    assert sorted(KNOWN.index) == sorted(NAMED) == [3910, 3911, 3912, 3913, 3914, 4051, 4209, 4253]


def test_each_answer_is_one_that_an_example_shows() -> None:
    """The known answers of an id are those of the examples, ids and texts; an input names its range."""
    for own, known in NAMED.items():
        shown = "; ".join(f"{answer_id} {text}" for answer_id, text in sorted(known["answers"].items()))
        assert KNOWN.known_answers[own] == (shown or f"a number, {known['placeholder']}"), own


def test_parents_and_descriptions_are_those_of_the_examples() -> None:
    """Description and parent are as printed; where no parent is printed there is none."""
    for own, known in NAMED.items():
        assert KNOWN.description[own] == known["description"], own
        (parent,) = known["parents"] - {None} or {None}
        assert (None if pd.isna(KNOWN.parent_id[own]) else KNOWN.parent_id[own]) == parent, own


def test_what_no_example_prints_is_derived() -> None:
    """A row is documented when the examples print its type, and derived where the type follows from the children's."""
    for own, known in NAMED.items():
        assert KNOWN.provenance[own] == ("documented" if known["type"] else "derived"), own
        assert KNOWN.question_type[own] == (known["type"] or "singlepunch"), own
    assert KNOWN.index[KNOWN.provenance == "derived"].tolist() == [3910]


def test_each_row_names_its_section() -> None:
    """The source of a row names a section whose example shows that id."""
    for own, known in NAMED.items():
        assert KNOWN.source[own].startswith("PureSpectrum, Segmentation API - SEL, section ")
        assert set(re.findall(r"\d\.\d", KNOWN.source[own])) <= known["sections"], own


def test_a_locale_is_given_only_where_one_is_printed() -> None:
    """en_US stands beside the ids of its example, en_IN beside those of the reply to it, none beside 4051."""
    for own, known in NAMED.items():
        if known["locales"]:
            assert {KNOWN.locale[own]} == known["locales"], own
    assert KNOWN.locale[[4209, 4253]].tolist() == ["en_IN", "en_IN"]
    assert pd.isna(KNOWN.locale[4051])


def test_the_frame_has_its_columns_and_dtypes() -> None:
    """The frame is that of the table of frames, and each call makes a new one."""
    frame = known_qualifications()
    assert list(frame.columns) == list(frames.KNOWN)
    assert [str(dtype) for dtype in frame.dtypes] == [str(dtype) for dtype in frames.KNOWN.values()]
    frame.loc[0, "description"] = "changed"
    assert known_qualifications().description[0] == "Segmentation Parent Edition"
