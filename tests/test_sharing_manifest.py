from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import nbformat
import pytest
from books import book, chart, code, out, printed, saved, words

import segkit as sk
from segkit.errors import InvalidInput
from segkit.findings import Finding, Findings
from segkit.sharing.calls import calls_of
from segkit.sharing.manifest import MANIFEST, cell_of, manifest
from segkit.sharing.mentions import CLIENTS, OF_POPULATION, SEEDED

if TYPE_CHECKING:
    from pathlib import Path


def told(*cells: nbformat.NotebookNode, what: str) -> list[tuple[str, str]]:
    """Return what the manifest of these cells tells of one thing, with the cells that it names."""
    return [(row.told, row.where) for row in manifest(book(*cells), Findings()) if row.what == what]


@pytest.mark.parametrize(
    ("source", "seed"),
    [
        ("sk.forecast(design, seed=7)", "forecast: 7"),
        ("sk.forecast(design)", "forecast: 0, its default"),
        ("sk.repair(design, families)", "repair: 0, its default"),
        ("population.sample(100, 3)", "sample: 3"),
        ("population.sample(100)", "sample: 0, its default"),
        ("population.counts(10, seed=SEED)", "counts: SEED"),
        ("rng = np.random.default_rng(11)", "default_rng: 11"),
        ("random.seed(5)", "seed: 5"),
        ("%time sk.forecast(design, seed=2)", "forecast: 2"),
        ("frame.anything(seed=[1, 2])", "anything: [1, 2]"),
    ],
)
def test_seeds_are_told_as_they_are_written_or_as_their_default(source: str, seed: str) -> None:
    """Of each call that draws, with the number that readers see beside its cell."""
    assert told(code("x"), code(source, count=2), what="seed") == [(seed, "[2]")]


@pytest.mark.parametrize(
    "source", ["np.default_rng()", "plant.seed(5)", "frame.sample(frac=0.5)", "x = 'sample(100)'", "not python ("]
)
def test_what_draws_nothing_has_no_seed(source: str) -> None:
    """Nor has a cell that is no Python."""
    assert told(code(source), what="seed") == []


def test_the_functions_that_draw_are_those_that_take_a_seed() -> None:
    """The lists of the manifest are those of the public face: whoever gives a function a seed is reminded of them."""
    takes = {
        name
        for name in sk.__all__
        if inspect.isfunction(getattr(sk, name)) and "seed" in inspect.signature(getattr(sk, name)).parameters
    }
    assert takes == set(SEEDED)
    of_population = {
        name
        for name, method in inspect.getmembers(sk.Population, inspect.isfunction)
        if not name.startswith("_") and "seed" in inspect.signature(method).parameters
    }
    assert of_population == set(OF_POPULATION)
    assert set(CLIENTS) == {name for name in sk.__all__ if hasattr(getattr(sk, name), "sandbox")}


def test_standards_are_told_with_their_edition_confidence_and_source() -> None:
    """As the standard itself says; each once, with all the cells that ask for it; one that is not there is not told."""
    amai = sk.standard("mx-amai", 2022)
    cells = [
        code("sk.standard('mx-amai', 2022)"),
        code("standard(id='mx-amai', edition=2022)", count=2),
        code("sk.standard('xx')", count=3),
    ]
    expected = f"mx-amai {amai.edition_in_words}: documented, confidence A; {amai.source[0]}"
    assert told(*cells, what="standard") == [(expected, "[1], [2]")]


def test_sources_are_told_by_the_last_part_of_their_names_only() -> None:
    """Clients by what answers them, files by their names; neither a folder nor a text is repeated."""
    source = """
    ps = sk.PureSpectrum.sandbox()
    leap = sk.Instaleap()
    a = pd.read_csv("/somewhere/of/ada/panel.csv")
    b = sk.read_survey('{"survey": 1}\\n')
    c = sk.read_qualifications(folder / "x.json")
    """
    assert [text for text, _ in told(code(inspect.cleandoc(source)), what="data")] == [
        "PureSpectrum, segkit's sandbox: what is not documented is synthetic",
        "Instaleap, the vendor's own answers",
        "read_csv: panel.csv",
        "read_survey: a text",
        "read_qualifications: folder / 'x.json'",
    ]


def test_provenance_is_told_by_the_words_that_outputs_bear() -> None:
    """In tables, prints, and a chart's own words; in the code they count for nothing."""
    figure = chart()
    figure.data["application/vnd.plotly.v1+json"]["layout"]["meta"] = {"alt_text": "Bars. Source: derived."}
    cells = [
        code("x = 'synthetic'", out({"text/html": "<td>documented</td>"})),
        code("y", printed("all of it is synthetic"), count=2),
        code("z", figure, count=3),
    ]
    assert told(*cells, what="provenance") == [("documented", "[1]"), ("derived", "[3]"), ("synthetic", "[2]")]


def test_what_was_left_out_is_told() -> None:
    """Each finding of the scan, with its place: by the number that stands beside the code, where there is one."""
    places = ["cell 2, output 1 (text/html), line 3", "cell 1, source", "notebook, metadata", "cell 4, output 1"]
    finding = [Finding("respondent-rows", "info", place, "120 rows of people, ids masked") for place in places]
    rows = manifest(book(words(), code("x", count=7)), Findings(finding))
    assert [(row.told, row.where) for row in rows if row.what == "left out"] == [
        ("respondent-rows: 120 rows of people, ids masked", place)
        for place in ("[7], output 1, line 3", "cell 1, source", "notebook, metadata", "cell 4, output 1")
    ]


def test_the_time_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOURCE_DATE_EPOCH is honoured, and refused where it is no number of seconds."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert told(code("x"), what="shared") == [("1970-01-01 00:00 UTC", "")]
    for wrong in ("today", "1e99", "9" * 30):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
        with pytest.raises(InvalidInput, match="give seconds since 1970"):
            manifest(book(code("x")), Findings())


def test_the_manifest_is_one_cell_that_is_made_anew(tmp_path: Path) -> None:
    """It is a table with a caption, escaped; a notebook that has one gets another in its place."""
    cell = cell_of(manifest(book(code("sk.forecast(d, seed='<img src=x>')")), Findings()))
    assert "<img" not in cell.source
    assert "<caption" in cell.source
    given = saved(tmp_path, words(), code("x"), cell)
    made = nbformat.read(sk.share(given, tmp_path / "out.ipynb").path, as_version=4)
    assert [one.metadata.get("tags") for one in made.cells] == [None, None, [MANIFEST]]


def test_calls_are_read_as_they_are_written() -> None:
    """Names with their dots, arguments by keyword or place; magics are read over."""
    call = calls_of(code("%matplotlib inline\nsk.PureSpectrum.sandbox(1, seed=2)"))[-1]
    assert (call.name, call.last, call.owner, call.cell) == ("sk.PureSpectrum.sandbox", "sandbox", "PureSpectrum", "[1]")
    assert call.given("seed") is not None
    assert call.given("first", 0) is not None
    assert call.given("second", 1) is None
