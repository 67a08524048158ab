"""The laws of printed JSON: several objects in one text, their headings, their comments, and where each value stands."""

import json
import re
import time
from typing import Any

import pytest
import surveys
from hypothesis import given
from hypothesis import strategies as st

from segkit import printed
from segkit.errors import UnexpectedAnswer

FIRST_LINES = [10, 66, 86, 109, 132, 166, 212]
YEARS = "Years Unit"

# Each comment of the seven scenarios: its scenario, line, path, side and text. Typed from the page.
COMMENTS = [
    (1, 40, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (2, 67, "$.qualifications", "before", "..."),
    (2, 71, "$.qualifications[0].child_age_unit", "after", YEARS),
    (2, 82, "$", "end", "No need to set quotas because all completes will be for respondents with kids"),
    (3, 100, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (4, 123, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (5, 146, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (5, 147, "$.quotas[0].criteria[0].condition_codes", "after", "Boys from 0 to 17"),
    (5, 157, "$.quotas[1].criteria[0].child_age_unit", "after", YEARS),
    (5, 158, "$.quotas[1].criteria[0].condition_codes", "after", "Girl from 0 to 17"),
    (6, 170, "$.qualifications[0].child_age_unit", "after", YEARS),
    (6, 181, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (6, 192, "$.quotas[1].criteria[0].child_age_unit", "after", YEARS),
    (6, 203, "$.quotas[2].criteria[0].child_age_unit", "after", YEARS),
    (7, 226, "$.quotas[0].criteria[0].child_age_unit", "after", YEARS),
    (7, 235, "$.quotas[1].criteria[0]", "after", "Don't have children"),
    (7, 244, "$.quotas[2].criteria[0].child_age_unit", "after", YEARS),
    (7, 245, "$.quotas[2].criteria[0].condition_codes", "after", "4 to 6"),
    (7, 255, "$.quotas[3].criteria[0].child_age_unit", "after", YEARS),
    (7, 256, "$.quotas[3].criteria[0].condition_codes", "after", "7 to 9"),
]
TRAILING_COMMA = (6, 182, "$.quotas[0].criteria[0].condition_codes")


def test_the_scenarios_are_seven_objects() -> None:
    """Seven objects, each with the sentence before it, at the lines at which they are printed."""
    found = printed.objects(surveys.SCENARIOS)
    assert [each.heading for each in found] == [(sentence,) for sentence in surveys.SENTENCES]
    assert [each.first_line for each in found] == FIRST_LINES
    lines = surveys.SCENARIOS.split("\n")
    for each in found:
        first, n_lines = each.first_line - 1, each.source.count("\n") + 1
        assert "\n".join(lines[first : first + n_lines]) == each.source
        assert each.data == json.loads(re.sub(r",(?=\s*[]}])|(?<!:)//.*", "", each.source))


def test_every_comment_has_its_path_and_side() -> None:
    """The comments of the seven scenarios are those of the table, and no others."""
    found = printed.objects(surveys.SCENARIOS)
    told = [(number, r.line, r.path, r.position, r.text) for number, each in enumerate(found, 1) for r in each.remarks]
    assert told == COMMENTS


def test_every_repair_has_its_path() -> None:
    """Each comment is a repair at its path, and so is the trailing comma; the messages name the lines."""
    found = printed.objects(surveys.SCENARIOS)
    told = [(number, finding) for number, each in enumerate(found, 1) for finding in each.repairs]
    places = [(number, int(re.findall(r"line (\d+):", f.message)[0]), f.where) for number, f in told]
    assert places == sorted([*(comment[:3] for comment in COMMENTS), TRAILING_COMMA])
    assert {(f.code, f.severity) for _, f in told} == {("json-repaired", "info")}
    assert [f.message for _, f in told if "comma" in f.message] == ["line 182: a trailing comma was left out"]
    assert [number for number, f in told if "elision" in f.message] == [2]


def test_the_whole_page_holds_ten_documents() -> None:
    """The four files in one text, with prose, quotes and URLs between, are the seven scenarios and three documents more."""
    names = ("create_survey_scenarios.txt", "create_survey_response.json", "request_218.txt", "response_218.json")
    before = (
        'POST $apihost/$basepath/surveys\n\n(see https://example.org/{survey_id}/*.json; it isn\'t "final")\n\n',
        "\nResponse\n\n",
        '\nRequests using 218 can be used; a 5" screen {{host}} http://a.b/c//d\n\nExample:\n',
        "\n\nResponse:",
    )
    text = "".join(told + (surveys.PRINTED / name).read_text() for told, name in zip(before, names, strict=True))
    found = printed.objects(text)
    alone = [each for name in names for each in printed.objects((surveys.PRINTED / name).read_text())]
    assert len(found) == 10
    assert [each.data for each in found] == [each.data for each in alone]
    assert [each.heading for each in found[7:]] == [("Response",), ("Example:", "Request"), ("Response:",)]
    assert [tuple(r[:3]) for each in found for r in each.remarks] == [tuple(r[:3]) for each in alone for r in each.remarks]
    lines = text.split("\n")
    assert all(lines[each.first_line - 1].endswith("{") for each in found)


class Writer:
    """Writes JSON with any spaces and escapes, and notes by itself where each value stands."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw
        self.text = ""
        self.places: list[tuple[str, int, int, str | None, Any]] = []

    def space(self) -> None:
        self.text += self._draw(st.sampled_from(["", "", " ", "\n", "\r\n\t"]))

    def plain(self, value: Any) -> None:
        self.text += json.dumps(value, ensure_ascii=self._draw(st.booleans()))

    def value(self, value: Any, path: str, start: int | None = None, key: str | None = None) -> None:
        self.space()
        start = len(self.text) if start is None else start
        note = len(self.places)
        self.places.append((path, start, start, key, value))
        if isinstance(value, dict | list):
            self.text += "{" if isinstance(value, dict) else "["
            for n, member in enumerate(value):
                self.text += "," if n else ""
                self.space()
                if isinstance(value, dict):
                    self.member(member, value[member], path)
                else:
                    self.value(member, f"{path}[{n}]")
                self.space()
            self.text += "}" if isinstance(value, dict) else "]"
        else:
            self.plain(value)
        self.places[note] = (path, start, len(self.text), key, value)

    def member(self, key: str, value: Any, path: str) -> None:
        start = len(self.text)
        self.plain(key)
        self.space()
        self.text += ":"
        is_name = re.fullmatch("[A-Za-z_][A-Za-z_0-9]*", key)
        self.value(value, f"{path}.{key}" if is_name else f"{path}[{json.dumps(key, ensure_ascii=False)}]", start, key)


@given(surveys.VALUES | surveys.documents(), st.data())
def test_places_are_those_of_a_walk(value: Any, data: st.DataObject) -> None:
    """Paths, starts and ends are those that a writer of its own notes; each slice says the value, with its key."""
    writer = Writer(data.draw)
    writer.value(value, "$")
    writer.space()
    found = printed.places(writer.text)
    assert [tuple(place) for place in found] == [place[:3] for place in writer.places]
    assert len({place.path for place in found}) == len(found)
    for _, start, end, key, expected in writer.places:
        said = writer.text[start:end]
        assert json.loads(said if key is None else f"{{{said}}}") == (expected if key is None else {key: expected})


@pytest.mark.parametrize("name", surveys.DOCUMENTS)
def test_the_places_of_a_document(name: str) -> None:
    """Every value of a printed document has one place, from its key to its end."""
    document = surveys.DOCUMENTS[name]
    text = json.dumps(document, indent=3)
    found = {place.path: text[place.start : place.end] for place in printed.places(text)}
    assert found["$"] == text
    assert found["$.quotas[1].required_count"] == f'"required_count": {document["quotas"][1]["required_count"]}'
    assert found["$.quotas[0].criteria[0].condition_codes[0]"] in {'"167"', '"111"'}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": 1 // x\n}', [("$.a", "after", "x")]),
        ('{"a": 1, // x\n"b": 2}', [("$.a", "after", "x")]),
        ('{"a": 1\n, // x\n"b": 2}', [("$.a", "after", "x")]),
        ('{\n// x\n"a": 1}', [("$.a", "before", "x")]),
        ("{\n// x\n}", [("$", "end", "x")]),
        ('{"a": 1\n// x\n}', [("$", "end", "x")]),
        ('{ // x\n"a": 1}', [("$", "before", "x")]),
        ('{"a": [ // x\n1]}', [("$.a", "before", "x")]),
        ('{"a": [\n// x\n]}', [("$.a", "end", "x")]),
        ('{"a": [1, 2\n// x\n, 3]}', [("$.a[2]", "before", "x")]),
        ('{"a": /* x */ 1}', [("$.a", "before", "x")]),
        ('{"a":\n// x\n1}', [("$.a", "before", "x")]),
        ('{"a":\n// x\n[1]}', [("$.a", "before", "x")]),
        ('{"a" // x\n: {"b": 1}}', [("$.a", "before", "x")]),
        ('{"a": [1], /* x */ "b": 2} // y', [("$.a", "after", "x")]),
        ('{"a": {"b": 1} // x\n}', [("$.a", "after", "x")]),
        ('{"a": {"b": 1\n} // x\n}', [("$.a", "after", "x")]),
        ('{"a": 1, /* x\n y */ // z\n "b": 2}', [("$.a", "after", "x\n y"), ("$.b", "before", "z")]),
        ('{"a": 1 /* x */, // y\n}', [("$.a", "after", "x"), ("$.a", "after", "y")]),
        ('{"a": "// no", "b": "/*", /* { } */ "c": "*/"}', [("$.b", "after", "{ }")]),
        ('{"a": "}{", // } "\n"b": 1}', [("$.a", "after", '} "')]),
        ('{"é b": 1, // x\r\n"c": 2}', [('$["é b"]', "after", "x")]),
        ('{"a": 1, //\n"b": 2}', [("$.a", "after", "")]),
    ],
)
def test_a_comment_belongs_to_a_value(text: str, told: list[tuple[str, str, str]]) -> None:
    """A comment belongs to what it stands after on its line, else to what it stands before, else to the end of what is around."""
    (found,) = printed.objects(text)
    assert [tuple(remark[:3]) for remark in found.remarks] == told


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
        ("// {\n{}\n// }\n", [{}]),
        ("curl -X POST https://example.org/surveys -d '{\"a\": 1}'", [{"a": 1}]),
        ('He said "{" and:\n{"a": "}"}', [{"a": "}"}]),
        ('a 5" screen\n{"a": 1}', [{"a": 1}]),
        ('it isn\'t {"a": 1}', [{"a": 1}]),
        ('PUT /surveys/{survey_id}/quotas/{{quota id}}\n{"a": {"b": {}}}', [{"a": {"b": {}}}]),
        ('data/*.json\n{"a": 1}', [{"a": 1}]),
        ('/* { */ {"a": 1} /* } */', [{"a": 1}]),
        ('} ] {"a": 1} }', [{"a": 1}]),
        ('\ufeff{"a": 1}', [{"a": 1}]),
        ('{"a": 1 // }\n}', [{"a": 1}]),
        ('{"a": "\\\\"} {"b": "\\""}', [{"a": "\\"}, {"b": '"'}]),
        ('```json\n{"a": 1}\n```', [{"a": 1}]),
        ('{"a": "\\ud83d"}', [{"a": "\ufffd"}]),
        ('{"a": {\n...\n}, "b": 1}', [{"a": {}, "b": 1}]),
        ('{"a": 1, "a": 2}', [{"a": 2}]),
        ('{"a": 12345678901234567890123}', [{"a": 12345678901234567890123}]),
    ],
)
def test_objects_are_told_from_what_stands_between(text: str, documents: list[Any]) -> None:
    """Prose, quotes, URLs, places in paths, comments and lists around objects are none of theirs, nor are braces in strings."""
    assert [found.data for found in printed.objects(text)] == documents


@pytest.mark.parametrize(
    ("before", "heading"),
    [
        ("", ()),
        ("Request:\n\n", ("Request:",)),
        ("old\n\n// 1. one\n// 2. two\n", ("1. one", "2. two")),
        ("old\r\n\r\n// one\r\n\r\n", ("one",)),
        ("\ufeff// one\n", ("one",)),
        ("/* one */ ", ("one",)),
        ("Request\n```json\n", ("Request",)),
        ("[", ()),
        ("Scenario\n--------\n", ("Scenario",)),
        ("see https://example.org/x\n", ("see https://example.org/x",)),
    ],
)
def test_the_heading_is_the_last_block(before: str, heading: tuple[str, ...]) -> None:
    """The heading is the lines right before an object, without slashes; brackets, rules and fences say nothing."""
    assert printed.objects(before + '{"a": 1}')[0].heading == heading


def test_lines_and_columns_are_those_of_the_whole_text() -> None:
    """An object says where it begins, a comment and a repair the line of the whole text, also after CRLF."""
    one, two = printed.objects('x\r\n{"a": 1} {"b": 2,\r\n // y\r\n}')
    assert (one.first_line, one.first_column) == (2, 1)
    assert (two.first_line, two.first_column) == (2, 10)
    assert two.remarks == (("$", "end", "y", 3),)
    assert [f.message.split(":")[0] for f in two.repairs] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("text", "message", "path"),
    [
        ("", "the text is empty", "$"),
        ("\ufeff \r\n", "the text is empty", "$"),
        ("no object", "there is no JSON object", "$"),
        ("[1, 2]", "there is no JSON object", "$"),
        ("{survey_id}", "there is no JSON object", "$"),
        ('\n\n{"a": 1', "the object at line 3 cannot be read: the answer ends before", "line 3"),
        ('{"a": 1}\n{"b":\n[1, 2}', "the object at line 2 cannot be read", "line 3"),
        ('{"a": 1 /* x }', "the object at line 1 cannot be read", "line 1"),
        ('{"a": "x}', "the object at line 1 cannot be read", "line 1"),
        ('{\n"a": nope}', "the object at line 1 cannot be read: the answer is not JSON", "line 2"),
        ('{"a": "\udce9"}', "it is not UTF-8", "line 1"),
        ('{"a": ' + "[" * 200 + "]" * 200 + "}", "nested too deep: more than 150 levels", "$"),
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deep", "$"),
    ],
)
def test_what_cannot_be_read_names_its_line(text: str, message: str, path: str) -> None:
    """A text without an object, or with one that is cut off or no JSON, is refused with its line; the text is kept."""
    with pytest.raises(UnexpectedAnswer, match=re.escape(message)) as caught:
        printed.objects(text)
    assert caught.value.path == path
    assert str(caught.value).count("(at ") == 1
    assert caught.value.body in text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{\u201ca\u201d: 1}", "curly quotes stand where JSON has straight double quotes"),
        ('{"a": \u2018x\u2019}', "single quotes stand where JSON has double quotes"),
        ("{'a': 1}", "single quotes stand where JSON has double quotes"),
        ('{"a": True}', "JSON has true, false and null"),
        ('{"a": [1, None]}', "JSON has true, false and null"),
        ('{"a": NaN}', "JSON has no such number"),
        ("{&quot;a&quot;: 1}", "it was copied as HTML"),
        ("{ // one\n a : 1}", "a key stands without the double quotes"),
    ],
)
def test_what_another_language_or_a_word_processor_wrote_is_called_so(value: str, said: str) -> None:
    """Where reading stops at a sign of Python, JavaScript, HTML or a word processor, the message says which."""
    with pytest.raises(UnexpectedAnswer, match=said):
        printed.objects(f'{{"é": 1}}\n{value}')


def test_bytes_that_are_no_text_cost_only_a_comment() -> None:
    """A comment or heading that is not UTF-8 keeps its other letters."""
    text = b'// A\xf1os\n{"a": 1 // ni\xf1os\n}'.decode(errors="surrogateescape")
    (found,) = printed.objects(text)
    assert found.heading == ("A\ufffdos",)
    assert found.remarks[0].text == "ni\ufffdos"


def test_a_representation_shows_no_data() -> None:
    """What an object says, which may be a token, is not in its representation."""
    (found,) = printed.objects('// Token\n{"basic_token": {"value": "geheim"}} // x')
    assert repr(found) == "Printed(heading=('Token',), first_line=2, first_column=1)"


@given(st.lists(st.sampled_from(['"', "//", "/*", "*/", "{", "}", '{"a":', "1", ",", "[", "]", "\\", "\n", " ", "x", "é"])))
def test_any_text_is_read_or_refused(parts: list[str]) -> None:
    """Any scraps are read or refused; what is read is in the text, in its order, each object at its line."""
    text = "".join(parts)
    try:
        found = printed.objects(text)
    except UnexpectedAnswer:
        return
    at = 0
    for each in found:
        at = text.index(each.source, at)
        assert each.first_line == text.count("\n", 0, at) + 1
        assert all(remark.path in {place.path for place in printed.places(json.dumps(each.data))} for remark in each.remarks)
        at += len(each.source)


def test_a_hostile_text_is_read_in_linear_time() -> None:
    """Many openings, comments, repairs and escapes, in one line or in many, do not make reading slow."""
    scraps = ("{", "/*", '"', '\\"', "//", "{a", '{"a": ', "{} ", "/* */", "*/ /*", "{}\n\n", "{a} ")
    members = ("..., ", "... ", "1 ...", "1, ..., ", "1, // x\n", "1, /* x */", "/* x */", "// x\n", "\n", "1,\u00a0", '"\\"", ')
    texts = [scrap * 50_000 for scrap in scraps]
    texts += ['{"a": [' + member * 20_000 + "2]}" for member in members]
    started = time.process_time()
    for text in texts:
        try:
            found = printed.objects(text)
        except UnexpectedAnswer:
            continue
        assert found
    assert time.process_time() - started < 30
