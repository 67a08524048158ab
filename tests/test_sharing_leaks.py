from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest
from books import book, chart, code, out, printed, words
from canary import CREDENTIALS, MARK, holds_the_canary
from hypothesis import given
from hypothesis import strategies as st

from segkit import markup
from segkit.credentials import Secret
from segkit.errors import InvalidInput
from segkit.sharing.leaks import leaks
from segkit.sharing.respondent_rows import Rows
from segkit.sharing.scan import scan
from segkit.sharing.texts import Place, changed
from segkit.widgets.module import SAVED

if TYPE_CHECKING:
    from collections.abc import Callable

OF_ROOT = "/root/x"  # the home of nobody in particular
HERE = Place(1, "source", "python")
UNKNOWN = "q7Wm2ZtR9xLb4Kd8"
"""A credential that nothing here holds: only its surroundings tell it."""


def found(text: str) -> list[tuple[str, str]]:
    """Return the codes and the parts of a text that must not leave."""
    return [(leak.code, text[leak.start : leak.end]) for leak in leaks(text, HERE)]


PLACES: dict[str, Callable[[str], nbformat.NotebookNode]] = {
    "cell source": lambda token: book(code(f"ps = sk.PureSpectrum(token={token!r})")),
    "words": lambda token: book(words(f"The token: `{token}`")),
    "comment": lambda token: book(code(f"x = 1  # access-token: {token}")),
    "output text": lambda token: book(code("x", printed(f"access_token={token}\n"))),
    "output plain": lambda token: book(code("x", out({"text/plain": f"{{'api_key': {token!r}}}"}))),
    "output HTML": lambda token: book(
        code("x", out({"text/html": markup.table("Keys", ["name", "value"], [["password", token]]).html}))
    ),
    "frame": lambda token: book(
        code("x", out({"text/html": pd.DataFrame({"name": ["api_key"], "value": [token]})._repr_html_()}))
    ),
    "link": lambda token: book(
        code("x", out({"text/html": f'<a href="https://x.example/?token={quote(token, safe="")}">a</a>'}))
    ),
    "widget value": lambda token: book(
        code("x", out({SAVED: {"widget": "tree_walker", "view": {"password": token}, "alone": {}}}))
    ),
    "chart": lambda token: book(code("x", chart(go.Figure(layout={"title": {"text": f"password: '{token}'"}})))),
    "traceback": lambda token: book(
        code(
            "x",
            nbformat.v4.new_output(
                "error", ename="E", evalue="", traceback=["\x1b[31mE\x1b[0m", f"token \x1b[1m=\x1b[0m {token!r}"]
            ),
        )
    ),
    "error": lambda token: book(code("x", nbformat.v4.new_output("error", ename="E", evalue=f"secret={token!r}", traceback=[]))),
    "URL": lambda token: book(code("x", printed(f"GET https://ada:{quote(token, safe='')}@x.example/ 401"))),
    "header": lambda token: book(code("x", printed(f"{{'authorization': 'Bearer {token}'}}"))),
    "basic": lambda token: book(code("x", printed(f"Authorization: Basic {base64.b64encode(f'ada:{token}'.encode()).decode()}"))),
    "metadata": lambda token: book(code("x"), papermill={"parameters": {"api_key": token}}),
    "cell metadata": lambda token: book(nbformat.v4.new_code_cell("x", metadata={"connection": {"password": token}})),
    "output metadata": lambda token: book(code("x", out({"text/plain": "1"}, asked={"x-access-token": token}))),
    "name in JSON": lambda token: book(code("x", out({"application/json": {f"token={token!r}": 1}}))),
    "environment dump": lambda token: book(
        code("x", out({"text/plain": f"environ({{'SHELL': '/bin/sh', 'SEGKIT_INSTALEAP_TOKEN': {token!r}, 'LANG': 'C'}})"}))
    ),
    "printed environment": lambda token: book(code("!env", printed(f"LANG=C\nSEGKIT_INFINITY_PASSWORD={token}\nTERM=xterm\n"))),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("credential", CREDENTIALS)
def test_a_credential_that_is_held_is_found_wherever_it_stands(place: str, credential: str) -> None:
    """Its value is known here, so it is found in every place and spelling, blocks the share, and is in no finding."""
    held = Secret(credential, "SEGKIT_TEST")
    notebook = PLACES[place](held.reveal())
    blocked = scan(notebook, Rows())
    assert "credential" in blocked.findings.errors.codes
    assert not holds_the_canary(str(blocked.findings))
    redacted = scan(notebook, Rows(), redact=True)
    assert redacted.findings.ok
    assert not holds_the_canary(json.dumps(redacted.notebook))


@pytest.mark.parametrize("place", PLACES)
def test_a_credential_that_nobody_here_holds_is_found_by_its_surroundings(place: str) -> None:
    """By the name that it is given, its header or its URL; it blocks the share, is in no finding, and is taken out."""
    notebook = PLACES[place](UNKNOWN)
    blocked = scan(notebook, Rows())
    assert blocked.findings.errors.codes == {"credential-like"}
    assert UNKNOWN not in str(blocked.findings)
    assert json.dumps(blocked.notebook) == json.dumps(notebook)
    assert UNKNOWN not in json.dumps(scan(notebook, Rows(), redact=True).notebook)


@pytest.mark.parametrize("name", ["SEGKIT_CIOPULSE_API_KEY", "OUR_WAREHOUSE_PASSWORD"])
def test_what_the_environment_holds_is_known(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segkit's own variables, and whatever else in the environment has the name of a credential, are looked for by value."""
    notebook = book(code("x", printed(f"nothing around it tells: {MARK}")))
    assert scan(notebook, Rows()).findings.ok
    monkeypatch.setenv(name, MARK)
    assert scan(notebook, Rows()).findings.errors.codes == {"credential"}


@pytest.mark.parametrize(
    "form",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123-_",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2c3D4e5" * 3,
        "github_pat_" + "a1B2c3D4e5" * 3,
        "glpat-" + "a1B2c3D4e5" * 2,
        "xoxb-" + "1234567890-abc",
        "sk_live_" + "a1B2c3D4e5",
        "sk-" + "ant-" + "a1B2c3D4e5" * 2,
        "AIza" + "a1B2c3D4e5" * 4,
        "hf_" + "a1B2c3D4e5" * 3,
        "SG." + "a1B2c3D4e5" + "." + "a1B2c3D4e5",
        "npm_" + "a1B2c3D4e5" * 3,
    ],
)
def test_forms_that_vendors_give_to_credentials_are_known(form: str) -> None:
    """A credential with a form of its own is found with nothing around it, whole."""
    assert found(f"see {form} there") == [("credential-like", form)]


@pytest.mark.parametrize(
    "written",
    [
        f"token: str | None = '{UNKNOWN}'",
        f"token = b'{UNKNOWN}'",
        f"token = f'{UNKNOWN}'",
        f"token = '''{UNKNOWN}'''",
        f"{{b'access-token': b'{UNKNOWN}'}}",
        f"API key: {UNKNOWN}",
        f"pw='{UNKNOWN}'",
        f"%env API_TOKEN {UNKNOWN}",
        f"mysql --password {UNKNOWN} -h x",
        f"!curl -u ada:{UNKNOWN} https://x.example",
        f"auth=('ada', '{UNKNOWN}')",
        f"sk.PureSpectrum('{UNKNOWN}')",
        f"- name: API_TOKEN\n  value: {UNKNOWN}",
        json.dumps({"name": "API_TOKEN", "value": UNKNOWN}),
        json.dumps(json.dumps({"api_key": UNKNOWN})),
        f"%22api_key%22%3A%22{UNKNOWN}%22",
        f"\\u0022token\\u0022: \\u0022{UNKNOWN}\\u0022",
        f"| **password** | `{UNKNOWN}` |",
        f"tok\x1b[1men\x1b[0m = '{UNKNOWN}'",
        f"postgresql://ada:p@{UNKNOWN}@db.example/x",
        f"https://x.blob.example/c?sv=2020&sig={UNKNOWN}%3D",
        "Authorization: Bearer " + "abcdefghijkl" + "mnop",
        "DB_PASSWORD=" + "correcthorse" + "battery",
        'password = "it\'s9secret"',
        "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24,
        "dapi" + "0123456789abcdef" * 2,
    ],
)
def test_a_credential_is_found_however_it_is_written(written: str) -> None:
    """Annotated, as bytes, in quotes of any kind, behind an option of a command, coloured: all of it is found, nothing beside."""
    ((code, part),) = found(written)
    assert code == "credential-like"
    assert UNKNOWN not in written or UNKNOWN in part
    assert "value" not in part


def test_a_file_in_a_link_is_looked_into() -> None:
    """A link that holds a text in base64 is read; one that holds a picture is not."""
    inside = base64.b64encode(f"api_key,{UNKNOWN}".encode()).decode()
    assert found(f"<a href='data:text/csv;base64,{inside}'>") == [("credential-like", inside)]
    assert found(f"<img src='data:image/png;base64,{inside}'>") == []


@pytest.mark.parametrize(
    "harmless",
    [
        "ps = sk.PureSpectrum()  # with SEGKIT_PURESPECTRUM_TOKEN set",
        'token = os.environ["SEGKIT_PURESPECTRUM_TOKEN"]',
        'Secret.find(token, "SEGKIT_PURESPECTRUM_TOKEN")',
        'token = "SEGKIT_PURESPECTRUM_TOKEN"',
        'api_key = "..."',
        "password = getpass()",
        "access-token: <your token>",
        "<Secret: token>",
        "token | str | None",
        "tokens: 1200 of 4096",
        "the secret of good quotas",
        "Basic information about the panel",
        "password=None, username=None",
        "sort_key=lambda row: row.segment_id",
        "primary key: qualification_id 4209",
        "sha256: 5d41402abc4b2a76b9719d911017c592",
        "https://example.org/survey?psid=1&ref=home",
        "ratio a/b, and/or, /survey, https://x.example/home/ada/page.html",
        "~/waves/panel.csv and data/vendors/x.json and ./home/ada",
        "12:30:45 10/11/2026",
        "token synthetic documented",
        "secret\n\n- a list of words\n- another",
        "token = config.token2",
        "GET /app/v1/surveys 200, POST /content/api",
        "<a href='/content/page'><img src='/media/a.png'>",
        r"'\\n\\t' and '\\alpha\\beta' and r'\\d\w'",
        "token=args.token1",
        "Basic demographics2026",
        "Token economics2030",
        "sk-learn-contrib-package-name",
        "SG.segmentation.standards_22",
        "token='fake-token', password='changeme'",
        "docker run -u 1000:1000 image",
    ],
)
def test_what_only_looks_alike_is_left(harmless: str) -> None:
    """Placeholders, names of variables, prose and addresses block nothing."""
    assert found(harmless) == []


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        ("pd.read_csv('/home/ada/panel.csv')", "/home/ada/panel.csv", "panel.csv"),
        ("File /Users/ada/waves/a.py:12, in f()", "/Users/ada/waves/a.py", "a.py"),
        (r"open('C:\\Users\\ada\\panel.csv')", r"C:\\Users\\ada\\panel.csv", "panel.csv"),
        (r"C:\Users\ada\panel.csv is read", r"C:\Users\ada\panel.csv", "panel.csv"),
        (r"C:\Users\Ada Lovelace\My Data\panel.csv is read", r"C:\Users\Ada Lovelace\My Data\panel.csv", "panel.csv"),
        (r"'\\\\server\\share\\panel.csv'", r"\\\\server\\share\\panel.csv", "panel.csv"),
        (r"\\server\share\panel.csv", r"\\server\share\panel.csv", "panel.csv"),
        ('<img src="/home/ada/a.png">', "/home/ada/a.png", "a.png"),
        ("open('/content/drive/x.csv')", "/content/drive/x.csv", "x.csv"),
        ("file:///home/ada/panel.csv", "file:///home/ada/panel.csv", "panel.csv"),
        ("/tmp/ipykernel_12/33.py", "/tmp/ipykernel_12/33.py", "33.py"),  # noqa: S108 - a text
        ("<td>/mnt/data/x.parquet</td>", "/mnt/data/x.parquet", "x.parquet"),
        ("PosixPath('/mnt/x')", "/mnt/x", "x"),
        (f"PosixPath('{OF_ROOT}')", OF_ROOT, "x"),
    ],
)
def test_an_absolute_path_is_found_and_only_its_name_stays(text: str, path: str, name: str) -> None:
    """A path tells who made it and where; redacted, the name of the file is all that stays."""
    assert found(text) == [("absolute-path", path)]
    assert leaks(text, HERE)[0].instead == f"[path]/{name}"


@pytest.mark.parametrize("unit", ["a", "a.a.", '{"x":"', "<", "/home/", "sk-", "-", "token ", "token\\", "\\"])
def test_long_texts_are_looked_through_once(unit: str) -> None:
    """A quarter of a megabyte of one thing, in one line, takes seconds and no more."""
    assert isinstance(found(unit * (250_000 // len(unit))), list)


def test_a_finding_names_the_cell_the_output_and_the_line() -> None:
    """Cells are counted as they stand, words included, lines within the text."""
    notebook = book(words(), code("x", printed("one\ntwo\ntoken='a1b2c3d4'\n")), code("a = 1\n\napi_key = 'a1b2c3d4'\nb"))
    assert [finding.where for finding in scan(notebook, Rows()).findings] == [
        "cell 2, output 1, line 3",
        "cell 3, source, line 3",
    ]


def test_the_folder_of_a_shell_is_no_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    """PWD and OLDPWD name folders, which are paths; a password that is called pwd is found all the same."""
    monkeypatch.setenv("PWD", "/home/ada/waves")
    monkeypatch.setenv("OLDPWD", "/home/ada/elsewhere")
    assert scan(book(code("x", printed("/home/ada/waves/panel.csv"))), Rows()).findings.codes == {"absolute-path"}
    assert found("PWD=/home/ada/w0rk1") == [("absolute-path", "/home/ada/w0rk1")]
    assert found("DB_PWD=a1b2c3d4") == [("credential-like", "a1b2c3d4")]
    assert found("pwd='a1b2c3d4'") == [("credential-like", "a1b2c3d4")]


def test_what_is_allowed_is_left_and_a_held_credential_never_is() -> None:
    """Allowed codes are not found; a credential that is held here cannot be allowed, nor can a code that is none."""
    notebook = book(code("x", printed(f"token='a1b2c3d4' /home/ada/x.csv {MARK}")))
    held = Secret(MARK, "SEGKIT_TEST")
    allowed = scan(notebook, Rows(), allow=["credential-like", "absolute-path"])
    assert allowed.findings.codes == {"credential"}
    assert held.name == "SEGKIT_TEST"
    for strange in (["credential"], "absolute-path", ["no-such-code"]):
        with pytest.raises(InvalidInput, match="give a list of any of absolute-path"):
            scan(notebook, Rows(), allow=strange)


LINES = st.text(st.characters(codec="utf-8", exclude_characters="\x1b"), max_size=30)


@given(before=LINES, after=LINES, token=st.from_regex(r"[a-zA-Z0-9+/=%<&'\"_-]{8,30}", fullmatch=True))
def test_redaction_takes_out_the_credential_and_nothing_that_was_told_of_elsewhere(before: str, after: str, token: str) -> None:
    """For any text around it a held credential is gone, and what is no leak stands as it stood."""
    held = Secret(token, "SEGKIT_TEST")
    text = f"{before} {token} {after}"
    notebook = book(code("x", printed(text)))
    cleared = scan(notebook, Rows(), redact=True).notebook.cells[0].outputs[0].text
    assert token not in cleared
    spans = [(leak.start, leak.end, leak.instead) for leak in leaks(text, Place(1, "output 1"))]
    expected, end = "", 0
    for start, stop, instead in spans:
        expected, end = expected + text[end:start] + instead, stop
    assert cleared == expected + text[end:]
    assert held.sendable or not held.sendable


def test_every_text_of_a_notebook_is_handed_over_with_its_place() -> None:
    """Sources, prints, tracebacks, forms of outputs, names and values in JSON, metadata; pictures and packed numbers are not."""
    picture = base64.b64encode(b"a picture").decode()
    notebook = book(
        nbformat.v4.new_markdown_cell("words", attachments={"name.png": {"image/png": picture}}),
        code(
            "source",
            printed("print"),
            out(
                {"text/html": "html", "image/png": picture, "application/json": {"name": ["value", 1, None]}},
                about={"key": "told"},
            ),
            chart(go.Figure(go.Bar(x=[1, 2, 3, 4, 5] * 20))),
            nbformat.v4.new_output("error", ename="ename", evalue="evalue", traceback=["frame 1", "frame 2"]),
        ),
        own="metadata",
    )
    seen: dict[str, Place] = {}
    assert changed(notebook, lambda place, text: (seen.update({text: place}), text)[1]) == notebook
    expected = [
        "words",
        "name.png",
        "source",
        "print",
        "html",
        "name",
        "value",
        "told",
        "about",
        "key",
        "ename",
        "evalue",
        "metadata",
        "own",
    ]
    assert set(expected) <= set(seen)
    assert "frame 1\nframe 2" in seen
    assert picture not in seen
    assert not [text for text in seen if re.fullmatch(r"[A-Za-z0-9+/]{80,}=*", text)]
    assert seen["html"] == Place(2, "output 2", "text/html")
    assert seen["value"] == Place(2, "output 2", "application/json", "name")


def test_a_change_reaches_every_text() -> None:
    """What is made of a text stands in its place, names in JSON included."""
    notebook = book(code("a", printed("a"), out({"application/json": {"a": ["a"]}, "text/plain": "a"})), a="a")

    def louder(_: Place, text: str) -> str:
        return text.replace("a", "Z")

    made: Any = changed(notebook, louder)
    assert "a" not in made.cells[0].source + made.cells[0].outputs[0].text + json.dumps(
        made.cells[0].outputs[1]["data"]["application/json"]
    )
    assert made.metadata == {"Z": "Z"}
    assert notebook.cells[0].source == "a"


@pytest.mark.parametrize(
    "cell",
    [
        nbformat.v4.new_markdown_cell("a", attachments={"a": {"text/plain": f"token='{UNKNOWN}'"}}),
        nbformat.v4.new_markdown_cell(
            "a", attachments={"a": {"image/svg+xml": base64.b64encode(f"<svg>token='{UNKNOWN}'</svg>".encode()).decode()}}
        ),
        code("x", out({"image/png": f"token='{UNKNOWN}'"})),
    ],
    ids=["text", "drawing", "no picture"],
)
def test_what_is_attached_and_what_only_says_that_it_is_a_picture_is_looked_into(cell: nbformat.NotebookNode) -> None:
    """A text and a drawing that are attached, and a text that bears a picture's name, are texts."""
    assert scan(book(cell), Rows()).findings.errors.codes == {"credential-like"}
    redacted = scan(book(cell), Rows(), redact=True).notebook
    assert scan(redacted, Rows()).findings.ok
