"""The laws of reading what was saved somewhere: encodings, marks, paths, and what is no document."""

import codecs
import json
from pathlib import Path
from typing import Any

import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit import reading
from segkit.errors import InvalidInput, UnexpectedAnswer
from segkit.quotas.survey import read_survey, read_surveys

LETTERS = "Años de niñas – “10” €"
TEXT = f'// {LETTERS}\n{{"survey_title": "{LETTERS}",\n "completes_required": 5 // {LETTERS}\n}}\n'
MARKED = {
    "utf-8-sig": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", ["utf-8", *MARKED])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_with_a_mark_is_read_as_one_without(tmp_path: Path, encoding: str, ending: str) -> None:
    """UTF-8 with and without a mark, UTF-16 and UTF-32 with one, give the same document, comments and lines, and no finding."""
    mark = b"" if encoding == "utf-8-sig" else MARKED.get(encoding, b"")
    body = mark + TEXT.replace("\n", ending).encode(encoding)
    (tmp_path / "survey.json").write_bytes(body)
    plain = read_survey(TEXT)
    for source in (body, tmp_path / "survey.json"):
        read = read_survey(source)
        assert read == plain
        assert read.findings == plain.findings
        assert [read.line_of(path) for path in ("$", "$.survey_title")] == [(2, 1), (2, 2)]


def test_windows_1252_is_read_and_told() -> None:
    """Letters of Windows-1252 are read as such, in values, comments and headings; one warning names the lines."""
    read = read_survey(TEXT.encode("cp1252"))
    assert read == read_survey(TEXT)
    (warning,) = [finding for finding in read.findings if finding.code == "not-utf-8"]
    assert (warning.severity, warning.where) == ("warning", "line 1")
    assert warning.message == "bytes that are not UTF-8 are read as Windows-1252, line 1, 2, 3"
    assert read.line_of(warning.where) == (1, 1)
    assert "not-utf-8" not in read_survey(TEXT.encode()).findings.codes


def test_one_odd_byte_harms_no_other_letter() -> None:
    """In a text that is UTF-8 but for one byte, that byte alone is read as Windows-1252; only its document is told of."""
    first, second = read_surveys('{"survey_title": "é"}\n{"survey_title": "é'.encode() + b'\xe9"}')
    assert (first.title, second.title) == ("é", "éé")
    assert first.findings.codes == set()
    assert [finding.where for finding in second.findings] == ["line 2"]


def test_what_is_in_no_encoding_is_refused_or_costs_a_letter() -> None:
    """A byte that Windows-1252 does not have is refused in a value, with its line, and a sign for a letter in a comment."""
    with pytest.raises(UnexpectedAnswer, match=r"it is not UTF-8 \(at line 2\)"):
        read_survey(b'\n{"survey_title": "\x81"}')
    assert read_survey(b'{"a": 1} // \x81').document == {"a": 1}
    assert read_survey(b'{"a": 1 // \x81\n}').remarks[0].text == "\ufffd"
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF32_BE):
        with pytest.raises(UnexpectedAnswer, match=r"the text has the mark of UTF-(16|32) and is none"):
            read_survey(mark + b'{"a": 1')


@given(surveys.documents(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]))
def test_a_document_survives_its_encoding(document: dict[str, Any], encoding: str) -> None:
    """Any document comes back from any of these encodings; under Windows-1252 with its letters escaped, as JSON allows."""
    body = json.dumps(document, ensure_ascii=encoding == "cp1252").encode(encoding)
    read = read_survey(body)
    assert json.dumps(read.document) == json.dumps(document)
    assert read.findings.codes == set()


@given(st.binary(max_size=30))
def test_any_bytes_are_text_or_refused(body: bytes) -> None:
    """Bytes are decoded or refused as an error of ours; UTF-8 is decoded as Python does, and nothing of it is odd."""
    try:
        text, odd = reading.decoded(body)
    except UnexpectedAnswer as error:
        assert "has the mark of" in str(error)  # noqa: PT017 - either of the two
        return
    try:
        expected = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    if not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert (text, odd) == (expected, ())


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, a directory and a name that is too long are errors of the system that name the path; brackets may be in a name."""
    monkeypatch.chdir(tmp_path)
    for name in ("survey.json", "survey [1].json", "my survey (2).txt"):
        (tmp_path / name).write_text('{"completes_required": 5}')
        for source in (name, Path(name), str(tmp_path / name)):
            assert read_survey(source).document == {"completes_required": 5}
    for missing in ("no-such.json", tmp_path / "no-such.json", "no/such.json"):
        with pytest.raises(FileNotFoundError, match=r"such\.json"):
            read_survey(missing)
    for directory in (tmp_path, str(tmp_path), "."):
        with pytest.raises(OSError, match=r"'\.'|test_paths"):
            read_surveys(directory)
    with pytest.raises(OSError, match="name too long"):
        read_survey("boys " * 1000)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "the text is empty"),
        (b"", "the text is empty"),
        (codecs.BOM_UTF8, "the text is empty"),
        (codecs.BOM_UTF16_LE, "the text is empty"),
        (" \n\t\r\n", "the text is empty"),
        ("boys [1].json", "there is no JSON object in the text"),
        ("<html>\n<p>Sign in</p>", "there is no JSON object in the text"),
        (b"PK\x03\x04 a workbook", "there is no JSON object in the text"),
    ],
)
def test_what_holds_no_document_is_refused(tmp_path: Path, source: str | bytes, message: str) -> None:
    """Nothing, blanks, a mark alone, a page and a workbook are refused as what they are, also from a file."""
    for read in (read_survey, read_surveys):
        with pytest.raises(UnexpectedAnswer, match=message):
            read(source)
    (tmp_path / "file").write_bytes(source if isinstance(source, bytes) else source.encode())
    with pytest.raises(UnexpectedAnswer, match=message):
        read_survey(tmp_path / "file")


def test_what_is_no_source_is_refused() -> None:
    """An open file, a list and a number are refused with what a survey is read from."""
    with (surveys.PRINTED / "request_218.txt").open() as file, pytest.raises(InvalidInput, match="not from TextIOWrapper"):
        read_survey(file)  # type: ignore[arg-type] # an open file
    with pytest.raises(InvalidInput, match="not from bytearray"):
        read_survey(bytearray(b"{}"))  # type: ignore[arg-type] # no bytes
