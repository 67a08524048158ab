"""The laws of reading JSON: strictly as vendors send it, mended as documentation prints it."""

import json
import re
import time
from pathlib import Path
from typing import Any

import bodies
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit import reading
from segkit.errors import UnexpectedAnswer
from segkit.sel.wire import read_qualifications, read_reply

# Texts that look like what documentation adds, so that strings are told from comments.
TEXTS = st.text() | st.lists(
    st.sampled_from(["//", "/*", "*/", "...", "(...)", "…", ",]", ",}", '"', "\\", "\u00a0", "\n", "a"])
).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
SCRAPS = st.lists(
    st.sampled_from(
        ['"', "//", "/*", "*/", "...", "(...)", "…", ",", "]", "}", "[", "{", "\\", "\n", "\r\n", " ", "\u2028", "é", "1", "a"]
    )
).map("".join)


def test_the_documented_reply_is_read_and_its_repairs_are_reported() -> None:
    """Section 2.1 as printed is read; its three repairs are reported with line and column."""
    found = read_qualifications(bodies.PRINTED / "2_1_success.txt")
    assert [(f.code, f.severity, f.where, f.message) for f in found.findings] == [
        ("json-repaired", "info", f"line {line}, column 1", "an elision was left out: what it stands for is not here")
        for line in (19, 37, 44)
    ]
    assert found.findings.ok


def test_the_comments_of_the_documented_reply_are_kept_with_their_place() -> None:
    """Each comment keeps its words, its line, and the offset at which it stands in the text."""
    text = bodies.printed("2_1_success.txt")
    comments = reading.mend(text).repairs
    assert [(c.line, c.text) for c in comments] == [
        (19, "... other answers"),
        (37, "... other answers"),
        (44, "... other children qualifications"),
    ]
    assert all(text.startswith("// " + c.text, c.offset) for c in comments)


def test_the_documented_reply_decodes_to_what_is_printed() -> None:
    """After the repairs every value equals the document's, key order kept, nothing added, nothing lost."""
    raw = read_qualifications(bodies.printed("2_1_success.txt")).raw
    assert json.loads(raw, object_pairs_hook=list) == json.loads(bodies.stripped("2_1_success.txt"), object_pairs_hook=list)


@pytest.mark.parametrize("name", sorted(path.name for path in bodies.PRINTED.glob("*.json")))
def test_documented_json_needs_no_repair(name: str) -> None:
    """What the guide prints as JSON is read as it is."""
    text = bodies.printed(name)
    assert reading.mend(text) == (text, ())


@given(VALUES)
def test_nothing_is_mended_in_valid_json(value: Any) -> None:
    """Valid JSON is left alone, whatever its strings look like."""
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert reading.mend(text) == (text, ())


@given(VALUES, st.data())
def test_what_documentation_adds_is_mended_away(value: Any, data: st.DataObject) -> None:
    """Comments, trailing commas and elisions between the lines of JSON change no value, and each is reported."""
    additions = st.sampled_from(["", " // a, ]", ' /* " } */', " ...", "\u00a0"])
    written, n_added = [], 0
    lines = json.dumps(value, indent=1).split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        comma = "," if re.match(r"\s*[\]}]", following) and not line.endswith(("[", "{")) and data.draw(st.booleans()) else ""
        added = data.draw(additions)
        written.append(line + comma + added)
        n_added += bool(comma) + bool(added)
    text = "\n".join(written)
    read = reading.lenient(text, Any)
    assert read.data == value
    assert len(read.findings) == n_added
    assert [len(line) for line in read.raw.decode().split("\n")] == list(map(len, written))


@given(SCRAPS)
def test_every_offset_still_points_into_the_text(text: str) -> None:
    """Mending keeps the length and every line break, so a place in the mended text is that place in the original."""
    mended, repairs = reading.mend(text)
    assert len(mended) == len(text)
    assert [place for place, char in enumerate(mended) if char == "\n"] == [m.start() for m in re.finditer("\n", text)]
    for repair in repairs:
        line, column = map(int, re.findall(r"\d+", repair.finding.where))
        there = mended.split("\n")[line - 1][column - 1]
        assert there != text.split("\n")[line - 1][column - 1]
        assert there == " " or (repair.kind, there) == ("elision", ",")
        assert (line, column) == (repair.line, repair.column)
        assert line == text.count("\n", 0, repair.offset) + 1
        assert repair.kind != "comment" or text.startswith(("//", "/*"), repair.offset)


ELISIONS = st.sampled_from(["...", "…", "(...)", "// ... 118 codes\n", "/* ... */"])


@given(st.lists(VALUES, min_size=1, max_size=5), st.data())
def test_elisions_between_elements_cost_nothing_else(values: list[Any], data: st.DataObject) -> None:
    """Elisions before, between and after the elements of a list, with commas on either side, both or none, are left out."""
    text, n_elisions = "[", 0
    spaces = st.sampled_from(["", " ", "\n"])
    for place, value in enumerate(values):
        elided = data.draw(st.lists(ELISIONS, max_size=2))
        has_comma = not place or data.draw(st.booleans())
        text += "," if place and (has_comma or not elided) else ""
        for n, each in enumerate(elided):
            may_end = has_comma or n == len(elided) - 1
            text += data.draw(spaces) + each + data.draw(spaces) + ("," if may_end and data.draw(st.booleans()) else "")
        text += data.draw(spaces) + json.dumps(value)
        n_elisions += len(elided)
    tail = data.draw(st.sampled_from(["", ", ...", " ...", ", ..., ..."]))
    read = reading.lenient(f"{text}{tail}]", Any)
    assert read.data == values
    assert len(read.findings) == n_elisions + tail.count("...") + ("," in tail)


@pytest.mark.parametrize(
    ("text", "value", "n_repairs"),
    [
        ('["111", "112", ..., "233"]', ["111", "112", "233"], 1),
        ('["111", "112" ... "233"]', ["111", "112", "233"], 1),
        ('["111"…"233"]', ["111", "233"], 1),
        ('["111", ... "233"]', ["111", "233"], 1),
        ('["111" ..., "233"]', ["111", "233"], 1),
        ('[..., "233"]', ["233"], 1),
        ('["111", ...]', ["111"], 2),
        ("[...]", [], 1),
        ("[{...}, ..., {...}]", [{}, {}], 3),
        ('{"a": 1, ..., "b": 2}', {"a": 1, "b": 2}, 1),
        ('{"a": [1] ... "b": 2, ...}', {"a": [1], "b": 2}, 3),
        ('{"a": 1, // ... others\n, "b": 2}', {"a": 1, "b": 2}, 1),
        ('["...", "(...)"]', ["...", "(...)"], 0),
    ],
)
def test_an_elision_is_no_element(text: str, value: Any, n_repairs: int) -> None:
    """However it is set between commas, an elision is no element and no member, and is told once; in quotes it is a text."""
    read = reading.lenient(text, Any)
    assert read.data == value
    assert len(read.findings) == n_repairs


@pytest.mark.parametrize(
    "text", ['{"a": ..., "b": 1}', "[1,, 2]", "[1, /* said */, 2]", "[1 2 ...]", "[, ... 1]", "[1 // said\n2]"]
)
def test_only_elisions_are_joined(text: str) -> None:
    """A value that is left out is no JSON, and neither are two commas, or none, where no elision stands between."""
    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        reading.lenient(text, Any)


@pytest.mark.parametrize(
    ("text", "value", "where"),
    [
        ("[1, // a,\n]", [1], [(1, 3), (1, 5)]),
        ("[1 // a\n,]", [1], [(1, 4), (2, 1)]),
        ("[1, /* x */ ]", [1], [(1, 3), (1, 5)]),
        ('["a", // b\n "c", /* d\n */ ]', ["a", "c"], [(1, 7), (2, 5), (2, 7)]),
        ('["// no", "a,]", "/* */", "...",]', ["// no", "a,]", "/* */", "..."], [(1, 32)]),
        ('{"a": "x\\"// y",}', {"a": 'x"// y'}, [(1, 16)]),
        ('{"a": "\\\\", // "\n"b": 1}', {"a": "\\", "b": 1}, [(1, 13)]),
        ("\ufeff[1]", [1], [(1, 1)]),
        ("[1,\r\n// x\r\n2]", [1, 2], [(2, 1)]),
        ('(...)\n["a\u00a0b"]\n…', ["a\u00a0b"], [(1, 1), (3, 1)]),
    ],
)
def test_each_repair_names_its_line_and_column(text: str, value: Any, where: list[tuple[int, int]]) -> None:
    """A repair is reported where it was made, also where several share a line, and never inside a string."""
    read = reading.lenient(text, Any)
    assert read.data == value
    assert [f.where for f in read.findings] == [f"line {line}, column {column}" for line, column in where]


BAD = bodies.reply(bodies.parent(bodies.question(7)))


def changed(path: str, value: Any) -> bytes:
    """Write the small reply with one value changed."""
    document = json.loads(json.dumps(BAD))
    above, _, field = path.rpartition(".")
    bodies.at(document, above)[field] = value
    return bodies.encoded(document)


@pytest.mark.parametrize("read", [read_reply, read_qualifications])
@pytest.mark.parametrize(
    ("body", "message", "path"),
    [
        (b"", "the answer is empty", "$"),
        (b" \r\n", "the answer is empty", "$"),
        (b"<!doctype html>\n<h1>502</h1>", "the answer is an HTML or XML page, not JSON", "byte 0, line 1"),
        (b"\n\n<html>", "the answer is an HTML or XML page, not JSON", "byte 2, line 3"),
        (b'[\n{"1": {"qualification_id": 1,\n', "the answer ends before the JSON does", "byte 32, line 3"),
        (b"Bad Gateway", "the answer is not JSON: JSON is malformed: invalid character", "byte 0, line 1"),
        (b"[] []", "the answer is not JSON: JSON is malformed: trailing characters", "byte 4, line 1"),
        (b'[{"1":\n{"qualification_id": NaN}}]', "invalid character", "byte 28, line 2"),
        (b'[{"1":\n{"question_text": "\x81"}}]', "it is not UTF-8", "byte 26, line 2"),
        (b"null", "Expected `object | array`, got `null`", "$"),
        (b'"text"', "Expected `object | array`, got `str`", "$"),
        (b"[null]", "Expected `object`, got `null`", "$[0]"),
        (b'[[{"1": {}}]]', "Expected `object`, got `array`", "$[0]"),
        (b'[{"1":' + b"[" * 5000, "Expected `object`, got `array`", "$[0][...]"),
        (b'[{"1":{"unknown":' + b"[" * 200_000, "nested too deep", "$"),
        (b'[{"1":' + b'{"qualification_id":1,"children":[' * 5000, "nested too deep", "$"),
        (b'[{"1": {}}]', "Object missing required field `qualification_id`", '$[0]["1"]'),
        (changed('$[0]["1"].qualification_id', "1"), "Expected `int`, got `str`", '$[0]["1"].qualification_id'),
        (changed('$[0]["1"].qualification_id', value=True), "Expected `int`, got `bool`", '$[0]["1"].qualification_id'),
        (changed('$[0]["1"].qualification_id', 1.0), "Expected `int`, got `float`", '$[0]["1"].qualification_id'),
        (changed('$[0]["1"].qualification_id', -1), "Expected `int` >= 0", '$[0]["1"].qualification_id'),
        (changed('$[0]["1"].answers[1].id', 10**30), "Expected `int` <= 9007199254740992", '$[0]["1"].answers[1].id'),
        (changed('$[0]["1"].children', {}), "Expected `array`, got `object`", '$[0]["1"].children'),
    ],
)
def test_a_body_that_cannot_be_read_names_the_place(read: Any, body: bytes, message: str, path: str) -> None:
    """An empty, HTML, cut off, non-JSON or wrongly typed body is an UnexpectedAnswer with its place, and keeps the body."""
    with pytest.raises(UnexpectedAnswer) as caught:
        read(body)
    assert message in str(caught.value)
    assert caught.value.path == path
    assert caught.value.body == body.decode(errors="replace")
    assert f"(at {path})" in str(caught.value)


@pytest.mark.parametrize(
    ("body", "message", "path"),
    [
        (b'[{"1":\n{"question_text": "\xe9"}}]', "it is not UTF-8", "byte 26, line 2"),
        ("[]".encode("utf-16"), "the answer is not JSON", "byte 0, line 1"),
    ],
)
def test_a_live_answer_is_utf_8(body: bytes, message: str, path: str) -> None:
    """A saved file may be in another encoding, a vendor's live answer may not."""
    with pytest.raises(UnexpectedAnswer, match=message) as caught:
        read_reply(body)
    assert (caught.value.path, caught.value.body) == (path, body.decode(errors="replace"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_saved_file_with_a_mark_is_read_as_one_without(tmp_path: Path, encoding: str) -> None:
    """UTF-8, UTF-16 and UTF-32 with a byte order mark give the same trees, raw text and findings as UTF-8 without."""
    text = (
        '[{"1": {"qualification_id": 1, "question_text": "¿Años?", "answers": [{"id": 111, "text": "€ 10 – 20"}]},}] // niñas\n'
    )
    plain = read_qualifications(text)
    (tmp_path / "saved.json").write_bytes(text.encode(encoding))
    for source in (text.encode(encoding), tmp_path / "saved.json"):
        found = read_qualifications(source)
        assert (found[1].parent, found.raw, found.findings) == (plain[1].parent, plain.raw, plain.findings)


def test_a_saved_file_in_windows_1252_is_read_and_told() -> None:
    """Letters of Windows-1252 are read as such; one warning names their lines, repairs and refusals their own line."""
    text = '[{"1": {"qualification_id": 1,\n"question_text": "¿Años?", // niñas\n}}]'
    found = read_qualifications(text.encode("cp1252"))
    assert found[1].parent.text == "¿Años?"
    told = [(finding.code, finding.severity, finding.where) for finding in found.findings]
    assert told[0] == ("not-utf-8", "warning", "line 2")
    assert told[1:] == [(finding.code, finding.severity, finding.where) for finding in read_qualifications(text).findings]
    body = '[{"1":\n{"question_text": "¿Años?"\n'.encode("cp1252")
    with pytest.raises(UnexpectedAnswer, match=r"ends before the JSON does \(at line 3\)") as caught:
        read_qualifications(body)
    assert caught.value.body == body.decode(errors="replace")
    with pytest.raises(UnexpectedAnswer, match="the mark of UTF-16"):
        read_qualifications("[]".encode("utf-16") + b"\0")


@pytest.mark.parametrize("read", [read_reply, read_qualifications])
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("question_order_number", -(10**4000), "Expected `int` >= -9007199254740992"),
        ("question_text", 7, "Expected `str | null`, got `int`"),
        ("answer_placeholder", 99, "Expected `str | null`, got `int`"),
        ("answers", "none", "Expected `array`, got `str`"),
        ("answers", [{"id": "111"}], "Expected `int`, got `str`"),
        ("children", {"a": 1}, "Expected `array`, got `dict`"),
    ],
)
def test_a_wrong_type_within_a_child_costs_only_the_child(read: Any, field: str, value: object, message: str) -> None:
    """The child is left out with a finding at its place; its sisters, its tree and the other trees stay as they were."""
    document = bodies.reply(bodies.parent(bodies.question(7), bodies.question(8)))
    whole = read(bodies.encoded(document))
    document[0]["1"]["children"][0][field] = value
    raw = bodies.encoded(document)
    rest = read(raw)
    found = [finding for finding in rest.findings if finding.code == "wrongly-typed"]
    assert [(finding.where, finding.severity) for finding in found] == [('$[0]["1"].children[0]', "error")]
    assert message in found[0].message
    assert rest[1].left_out == (7,)
    assert rest[1].questions == whole[1].questions[1:]
    assert rest.raw == raw


@pytest.mark.parametrize("field", ["answers", "children"])
def test_a_null_list_reads_as_if_it_were_absent(field: str) -> None:
    """A null where the document has a list, or nothing, costs nothing."""
    plain = read_reply(bodies.encoded(bodies.reply(bodies.parent(bodies.question(7)))))
    below = read_reply(changed('$[0]["1"].children[0].children', None))
    assert below[1].questions == plain[1].questions
    assert not below.findings
    assert list(read_reply(changed(f'$[0]["1"].{field}', None))) == [1]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"apiStatus": "fail", "msg": "no"}', "a refusal of the vendor (no)"),
        ('{"ps_api_response_code": 9999, "ps_api_response_message": "Missing."}', "a refusal of the vendor (Missing.)"),
        ('{"apiStatus": "Success", "memberId": "m", "segmentation": {}}', "the reply to a calculation"),
        ('{"locale": "en_US", "segmentation_answers": [],}', "the body of a calculation"),
        ('{"qualification_id": 7}', "one question without the key"),
    ],
)
def test_another_document_of_the_guide_is_called_by_its_name(text: str, what: str) -> None:
    """Somebody who pasted the wrong example is told which one it is."""
    with pytest.raises(UnexpectedAnswer, match=re.escape(what)):
        read_qualifications(text)


@pytest.mark.parametrize("key", ["2", "", "[...]", 'a"b', "a.b", "é", "\n"])
def test_the_path_names_the_key_that_fails(key: str) -> None:
    """Of several keys in one object, the path names the one whose value is wrong, however the key is written."""
    document = [
        {"1": bodies.parent()},
        {"3": bodies.parent(own=3), key: bodies.parent(own=2, answers=7), "9": bodies.parent(own=9)},
    ]
    with pytest.raises(UnexpectedAnswer) as caught:
        read_reply(bodies.encoded(document))
    assert bodies.at(document, caught.value.path) == 7


@given(st.integers(0, 400))
def test_a_cut_off_reply_never_passes_for_a_whole_one(length: int) -> None:
    """Any beginning of the body that is not the whole is refused, and says where it ended."""
    body = bodies.encoded(BAD)
    cut = body[: length % len(body)]
    with pytest.raises(UnexpectedAnswer) as caught:
        read_reply(cut)
    assert caught.value.path in {"$", f"byte {len(cut)}, line 1"}


def test_a_live_answer_is_never_mended() -> None:
    """What a vendor sends is read strictly: the documented text with its comments is refused."""
    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        read_reply(bodies.printed("2_1_success.txt").encode())


def test_what_cannot_be_mended_is_kept_as_it_was() -> None:
    """The error of a text that is wrong even after its repairs keeps the text as it was handed in."""
    page = "<a href='https://example.org/x'>no</a>"
    with pytest.raises(UnexpectedAnswer, match="HTML") as caught:
        read_qualifications(page)
    assert caught.value.body == page


def test_bytes_that_are_no_text_are_not_lost_by_mending() -> None:
    """A repair changes nothing but what it repairs, also where a byte near it is in no encoding."""
    body = b'[{"1": {"qualification_id": 1, "unknown": "\xc3\xa9\x81"},}]'
    assert read_qualifications(body).raw == body.replace(b"},}", b"} }")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"\ud83d", "\ufffd"),
        (r"a\uDE00b", "a\ufffdb"),
        (r"\ud83d\ud83d\ude00", "\ufffd\N{GRINNING FACE}"),
        (r"\ud83d and more", "\ufffd and more"),
        (r"\\ud83d \ud83d", r"\ud83d " + "\ufffd"),
    ],
)
def test_half_a_character_is_read_as_the_sign_for_it(written: str, read: str) -> None:
    """A text that was cut within a character costs that character alone, and the raw bytes keep what was sent."""
    body = f'[{{"1": {{"qualification_id": 1, "question_text": "{written}"}}}}]'.encode()
    found = read_reply(body)
    assert found[1].parent.text == read
    assert found.raw == body
    assert found.to_frame().question_text[0] == read


def test_an_error_beside_half_a_character_is_still_found() -> None:
    """Reading half a character hides no other fault: its place is that of the body as it was sent."""
    body = b'[{"1": {"qualification_id": 1, "a": "\\ud83d", "b": NaN}}]'
    with pytest.raises(UnexpectedAnswer) as caught:
        read_reply(body)
    assert caught.value.path == f"byte {body.index(b'NaN')}, line 1"
    assert caught.value.body == body.decode()


def test_a_python_string_that_no_utf_8_holds_is_refused() -> None:
    """A string with half a character in it, not escaped, is refused as not UTF-8."""
    with pytest.raises(UnexpectedAnswer, match="not UTF-8"):
        read_qualifications('[{"1": {"question_text": "\ud800"}}]')


def test_a_hostile_text_is_mended_in_linear_time() -> None:
    """Many openings of comments, strings and commas that never close do not make mending slow."""
    started = time.process_time()
    for scrap in ("/* ", '"', ",", "// \n", ", \n", "\\", '\\"', '"\\'):
        reading.mend('"' + scrap * 100_000)
    assert time.process_time() - started < 20


def test_a_path_is_told_from_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path is read, as a string or an object; bytes, and text with brackets, quotes or several lines, are the content."""
    file = tmp_path / "reply.json"
    file.write_bytes(b"[]")
    monkeypatch.chdir(tmp_path)
    assert reading.content(file) == reading.content(str(file)) == reading.content("reply.json") == b"[]"
    for text in ("", " ", "[]", '{"a": 1}', "<html>", "a\nb", '"text"', "a\0b", b"reply.json"):
        assert reading.content(text) == text
    with pytest.raises(FileNotFoundError):
        reading.content("no-such-reply.json")


def test_reading_strictly_takes_any_shape() -> None:
    """The same law serves every vendor: the shape says what is read, the path where it fails."""
    with pytest.raises(UnexpectedAnswer) as caught:
        reading.strict(b'{"a": {"b": [{"c": 1}, {"c": "x"}]}}', dict[str, dict[str, list[dict[str, int]]]])
    assert caught.value.path == '$["a"]["b"][1]["c"]'
    assert reading.strict(b'{"a": 1}', msgspec.defstruct("Shape", [("a", int)])).a == 1
