"""`segkit forecast`: text and JSON, options, exit codes, and documents that cannot be forecast."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import surveys
from typer.testing import CliRunner

from segkit.cli import household_law
from segkit.cli.app import app
from segkit.errors import InvalidInput
from segkit.quotas.field.feasibility import feasibility
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.households import Households
from segkit.quotas.field.standing import MOST
from segkit.quotas.known import known_surveys
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import read_surveys

runner = CliRunner()

SCENARIOS = surveys.PRINTED / "create_survey_scenarios.txt"
REQUEST = surveys.PRINTED / "request_218.txt"
STATED = "children=.60,.168,.152,.056,.024;boy=.512;ages=1-17;source=the worked example"
LAW = Households([0.60, 0.168, 0.152, 0.056, 0.024], 0.512, ages=dict.fromkeys(range(1, 18), 1 / 17), source="the worked example")
FEW = ("--replicates", "50")
CHILDLESS = '{"qualification_code": 232, "condition_codes": ["167"]}'
OTHER = '{"qualification_code": 211, "condition_codes": ["111"]}'


def wants(completes: int | None, count: int = 10, criterion: str = CHILDLESS, name: str = "a") -> str:
    """Write a survey of one quota."""
    quota = {"buyer_quota_id": name, "required_count": count, "criteria": [json.loads(criterion)]}
    return json.dumps({"quotas": [quota], **({} if completes is None else {"completes_required": completes})})


MEN = wants(10, criterion=OTHER)
CLEAN = json.dumps({"completes_required": 10, "qualifications": [json.loads(CHILDLESS)]})
OLD = wants(5, 5, '{"qualification_code": 230, "condition_codes": ["111"]}')


def told(*words: str, typed: str | bytes | None = None) -> tuple[int, str, str]:
    """Run the command in this process: its exit code, stdout and stderr."""
    done = runner.invoke(app, ["forecast", *words], input=typed)
    return done.exit_code, done.stdout, done.stderr


def documents(*words: str, typed: str | bytes | None = None) -> list[dict[str, Any]]:
    """Return the documents that JSON tells of."""
    out = told("--format", "json", *FEW, *words, typed=typed)[1]
    found: list[dict[str, Any]] = json.loads(out)["documents"]
    return found


def test_the_fifth_scenario_is_told_in_words() -> None:
    """Under stated families scenario 5 is told with its numbers, its bound, its label and what it stands on."""
    code, out, err = told(str(SCENARIOS), "--households", STATED, "--completes", "1000")
    assert (code, err) == (0, "7 documents: 7 forecast\n")
    fifth = out.split(f"{SCENARIOS}, document ")[5]
    design = known_surveys()[4].design.replace(completes=1000)
    found = forecast(design, LAW)
    low, high = found.arrivals.interval()
    for line in (
        "  lint: 0 errors, 6 warnings (under-ones-left-out, completes-missing, stated-differs-from-codes), 4 infos",
        f"  forecast (synthetic): {found.in_words} completes",
        f"    completes: mean {found.completes.mean:.1f}, sd {found.completes.sd:.1f}, 95 %: 778-817",
        f"    arrivals: mean {found.arrivals.mean:.1f}, sd {found.arrivals.sd:.1f}, 95 %: {low:.0f}-{high:.0f}",
        "    P(goal): 0.0% of the replicates reach 1000 (completes_required is missing, filled in by --completes)",
        f"    status 12, quota full: {found.outcomes[12]:.1f} visits ({found.outcomes[12] / found.arrivals.mean:.1%})",
        "    quota b11111: 400.0 of 400 (95 %: 400-400); filled in 100.0%, closes first in 100.0%, last in 0.0%",
        "    starving quotas: none",
        f"    feasible: {feasibility(design, LAW).in_words}",
        "  assumptions (synthetic):",
        *(f"    {line}" for line in found.assumptions),
    ):
        assert line in fifth, line
    assert "the worked example; synthetic" in fifth
    assert "    feasible: a bound: " in fifth


def test_json_says_what_the_forecast_says() -> None:
    """JSON is one document on stdout and nothing else; its numbers are those of the public functions, document by document."""
    code, out, err = told("--format", "json", "--seed", "7", "--policy", "any", *FEW, "--completes", "900", str(SCENARIOS))
    assert (code, err) == (0, "7 documents: 7 forecast\n")
    rows = json.loads(out)["documents"]
    for number, (row, survey) in enumerate(zip(rows, known_surveys(), strict=False), 1):
        design = survey.design if survey.design.completes else survey.design.replace(completes=900)
        found = forecast(design, replicates=50, seed=7, policy="any")
        bound = feasibility(design, policy="any", seed=7)
        assert (row["document"], row["title"], row["refused"]) == (number, survey.title, None)
        assert row["completes_filled_in"] == (survey.design.completes is None)
        assert row["lint"]["errors"] == len(lint(survey).errors)
        assert [finding["code"] for finding in row["lint"]["findings"]] == [finding.code for finding in lint(survey)]
        low, high = found.arrivals.interval()
        shown = row["forecast"]
        law = {"mean": found.arrivals.mean, "sd": found.arrivals.sd, "median": found.arrivals.quantile(0.5)}
        assert shown["arrivals"] == {**law, "low": low, "high": high}
        assert (shown["goal"], shown["goal_probability"]) == (design.completes, found.goal_probability)
        assert (shown["policy"], shown["seed"], shown["replicates"], shown["provenance"]) == ("any", 7, 50, "synthetic")
        assert {each["status"]: each["visits"] for each in shown["outcomes"]} == {k: v for k, v in found.outcomes.items() if v}
        assert {quota["quota_id"]: quota["fill"] for quota in shown["quotas"]} == dict(found.fills)
        assert shown["starving"] == list(found.starving)
        assert shown["feasible"]["most_completes"] == bound.max_completes
        assert shown["feasible"]["clash"] == list(bound.clash)
        assert shown["assumptions"] == list(found.assumptions)


def test_a_legacy_document_is_upgraded_first_and_said_so() -> None:
    """Lint judges the document as it is written, the forecast is of its upgrade, and both say so."""
    code, out, _ = told(str(REQUEST), *FEW)
    assert code == 0
    assert "lint: 3 errors (legacy-qualification)" in out
    assert "upgraded to qualification 232 first: 0 errors, 0 warnings, 3 infos (legacy-upgraded)" in out
    assert "$.quotas[0].criteria[0]: 218 became 232, no children" in out
    (row,) = documents(str(REQUEST))
    assert [finding["code"] for finding in row["upgraded"]] == ["legacy-upgraded"] * 3
    assert row["forecast"]["goal"] == 100
    assert documents("-", typed=CLEAN)[0]["upgraded"] == []


def test_what_cannot_be_forecast_is_told_and_the_others_are_done() -> None:
    """A document without a forecast says why, with its findings, on its own; exit 1; the ones around it are forecast."""
    text = f"{CLEAN}\n{MEN}\n{OLD}\n{CLEAN}"
    code, out, err = told("-", *FEW, typed=text)
    assert code == 1
    assert out.count("forecast (synthetic): ") == 2
    assert "  no forecast: the design asks for what the law of families does not model\n" in out
    assert "    ✗ error criterion-not-modelled at $.quotas[0].criteria[0]: " in out
    assert err.endswith("4 documents: 2 forecast\n")
    assert "segkit: standard input, document 2: no forecast: the design asks for what the law of families does not model\n" in err
    rows = documents("-", typed=text)
    assert [row["forecast"] is None for row in rows] == [False, True, True, False]
    assert [finding["code"] for finding in rows[1]["refused"]["findings"]] == ["criterion-not-modelled"]
    assert rows[0]["refused"] is None
    (row,) = documents("-", "--match", "211:111=0.49", typed=MEN)
    assert row["forecast"]["goal_probability"] == 1
    assert any("211:111 0.49" in line for line in row["forecast"]["assumptions"])


def test_completes_fill_in_only_what_is_missing() -> None:
    """`--completes` is for documents that do not say theirs; without it those have no goal, and the text says how to give one."""
    text = CLEAN + wants(None, 7)
    rows = documents("-", "--completes", "5", typed=text)
    assert [(row["forecast"]["goal"], row["completes_filled_in"]) for row in rows] == [(10, False), (5, True)]
    rows = documents("-", typed=text)
    assert [(row["forecast"]["goal"], row["forecast"]["goal_probability"]) for row in rows] == [(10, 1.0), (None, None)]
    assert rows[1]["forecast"]["completes"]["mean"] == 7
    assert "    no goal: the document does not say completes_required; --completes N fills it in\n" in told("-", typed=text)[1]


def test_a_field_without_an_end_and_numbers_beyond_reckoning_are_refused() -> None:
    """What would never end, and what is too large to be drawn, is a reason and exit 1, not a run without end."""
    code, out, _ = told("-", "--policy", "none", *FEW, typed='{"survey_title": "open"}')
    assert code == 1
    assert "no forecast: the field would never end" in out
    code, out, err = told("-", *FEW, typed=f'{{"apiStatus": "success", "survey": {CLEAN}}}')
    assert code == 1
    assert "✗ error no-survey at $.survey: the survey stands inside" in out
    assert "no forecast: there is no survey in it\n" in err
    for wanted in (MOST + 1, 10**18, 10**40):
        code, out, _ = told("-", *FEW, typed=json.dumps({"completes_required": wanted}))
        assert code == 1
        assert "beyond-reckoning at $.completes_required: the survey wants " in out
        assert f"Forecasts end at {MOST}: give a number up to that." in out
    assert documents("-", typed=json.dumps({"completes_required": MOST}))[0]["forecast"]["completes"]["mean"] == MOST


def test_interviews_and_time_are_told() -> None:
    """With an incidence, a rate and a length there are over-delivery and days; JSON has them as null without."""
    text = wants(40, 40)
    how = ("--ir", "0.6/50", "--arrivals-per-day", "1440", "--interview-minutes", "30")
    (row,) = documents("-", *how, "--seed", "3", typed=text)
    in_time = {"arrivals_per_day": 1440, "interview_minutes": 30}
    found = forecast(read_surveys(text)[0], replicates=50, seed=3, ir=(0.6, 50), **in_time)
    assert found.days is not None
    for name, law in (("days", found.days), ("over_delivery", found.over_delivery), ("arrivals", found.arrivals)):
        assert row["forecast"][name]["mean"] == law.mean
    out = told("-", *how, *FEW, typed=text)[1]
    assert "    over_delivery: mean " in out
    assert "    days: mean " in out
    (row,) = documents("-", "--ir", "0.6", typed=text)
    assert (row["forecast"]["days"], row["forecast"]["over_delivery"]) == (None, None)
    (row,) = documents("-", "--ir", "0.5/2", typed=text)
    assert (row["forecast"]["arrivals"]["mean"], row["forecast"]["arrivals"]["sd"]) == (None, None)
    assert "arrivals: mean not finite, sd not finite, median " in told("-", "--ir", "0.5/2", *FEW, typed=text)[1]


STATES = {
    "by id": '{"a": {"achieved": 15, "currently_open": 5}}',
    "rows": '[{"quota_id": "a", "achieved": 15, "currently_open": 5, "title": "x"}]',
    "csv": "\ufeffbuyer_quota_id,achieved,remaining,currently_open\na,15,,5\n",
}


@pytest.mark.parametrize("name", STATES)
def test_a_survey_in_the_field_goes_on_from_its_state(name: str, tmp_path: Path) -> None:
    """JSON by quota id or in rows, or CSV: what is still to come, with the places that are open."""
    path = tmp_path / "state"
    path.write_text(STATES[name], encoding="utf-8")
    (row,) = documents("-", "--state", str(path), "--achieved", "15", typed=wants(40, 40))
    assert (row["forecast"]["goal"], row["forecast"]["completes"]["mean"]) == (25, 5)
    assert any(line.startswith("restart: completes so far 15; by quota a 15") for line in row["forecast"]["assumptions"])
    code, out, _ = told("-", "--state", str(path), *FEW, typed=wants(40, 40))
    assert (code, "achieved-missing at achieved" in out) == (1, True)
    code, out, err = told("-", "--state", str(path), *FEW, typed=wants(40, 40) * 2)
    assert (code, out) == (2, "")
    assert "--state and --achieved tell of one survey" in err


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", "[1]", '{"a": 5}', '{"a": {"filled": 5}}', '{"a": {"achieved": 1}, "a": {"achieved": 2}}', "\x00"),
        *("quota_id,achieved\na,1\na,2\n", "quota_id\na\n", "achieved\n5\n", "quota_id,achieved\na,1,2\n"),
    ],
)
def test_a_file_that_tells_no_state_is_wrong_usage(text: str, tmp_path: Path) -> None:
    """Neither JSON nor CSV, no quotas, one twice, or more fields than the head: 2."""
    path = tmp_path / "state"
    path.write_text(text)
    code, out, err = told("-", "--state", str(path), "--achieved", "15", typed=wants(40, 40))
    assert (code, out) == (2, ""), text
    assert "Traceback" not in err


def test_a_share_that_nothing_uses_is_told() -> None:
    """On stderr where no document asks for it; in the assumptions of each that does not."""
    code, out, err = told("-", *FEW, "--match", "211:111=0.5", "--match", "229:112=0.5", typed=MEN + CLEAN)
    assert code == 0
    assert err == "segkit: --match 229:112 is not used: no document asks for it\n2 documents: 2 forecast\n"
    assert out.count("not used: the share of 229:112") == 2
    assert out.count("not used: the share of 211:111") == 1


def test_wrong_usage_is_2(tmp_path: Path) -> None:
    """Options that cannot be read, and files that are not there, are wrong usage: 2, no traceback, nothing on stdout."""
    wrong = [
        [],
        [str(tmp_path / "none.json")],
        [str(tmp_path)],
        [str(SCENARIOS), "--format", "xml"],
        [str(SCENARIOS), "--policy", "some"],
        [str(SCENARIOS), "--replicates", "0"],
        [str(SCENARIOS), "--seed", "-1"],
        [str(SCENARIOS), "--completes", "0"],
        [str(SCENARIOS), "--match", "211:111"],
        [str(SCENARIOS), "--match", "211:111=2"],
        [str(SCENARIOS), "--match", "men=0.5"],
        [str(SCENARIOS), "--match", "211:111=0.5", "--match", "211:111=0.4"],
        [str(SCENARIOS), "--ir", "60"],
        [str(SCENARIOS), "--ir", "0.6/"],
        [str(SCENARIOS), "--arrivals-per-day", "1e30"],
        [str(SCENARIOS), "--interview-minutes", "nan"],
        [str(SCENARIOS), "--achieved", "10"],
        [str(SCENARIOS), "--state", str(tmp_path / "none.csv")],
        [str(SCENARIOS), "--households", "children=.6,.6"],
        [str(SCENARIOS), "--households", f"children=.6,.4;ages={','.join(f'{age}:0.01' for age in range(100))}"],
    ]
    for words in wrong:
        code, out, err = told(*words)
        assert (code, out) == (2, ""), words
        assert "Traceback" not in err
        assert len(err.splitlines()) < 20, words


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    """What cannot be read as survey documents is one line on stderr and exit 1; JSON is then an empty list."""
    for name, text in (("cut", '{"a": [1, }'), ("empty", ""), ("deep", '{"quotas": ' + "[" * 100_000 + "]" * 100_000 + "}")):
        path = tmp_path / name
        path.write_text(text)
        code, out, err = told("--format", "json", str(path))
        assert (code, json.loads(out)) == (1, {"documents": []})
        assert len(err.splitlines()) == 2
        assert err.startswith(f"segkit: {path}: ")


def test_a_broken_document_does_not_stop_the_others(tmp_path: Path) -> None:
    """The others are forecast; the broken one is a line on stderr that names its line, and exit 1."""
    path = tmp_path / "several"
    path.write_text(f'{wants(5, 5)}\n{{"quotas": [}}\n{wants(6, 6)}')
    code, out, err = told("--format", "json", str(path), *FEW)
    line = wants(5, 5).count("\n") + 2
    assert (code, len(json.loads(out)["documents"])) == (1, 2)
    assert f"segkit: {path}, line {line}: the object at line {line} cannot be read" in err
    assert err.endswith("2 documents: 2 forecast\n")
    path.write_text(f"{wants(5, 5)}\n{wants(6, 6)}")
    assert told("--format", "json", str(path), *FEW)[::2] == (0, "2 documents: 2 forecast\n")


def test_the_program_is_safe_for_a_terminal() -> None:
    """Started as a user does, with a page piped in: words of a document command no terminal, and stdout is only the forecast."""
    hostile = wants(5, 5, name="\x1b[2J").replace("{", '{"survey_title": "a\\n::error::\\u001b[31m\\ud83d", ', 1)
    for form in ("text", "json"):
        done = subprocess.run(
            [sys.executable, "-m", "segkit", "forecast", "-", "--format", form, *FEW],
            input=hostile.encode(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        out = done.stdout.decode()
        assert (done.returncode, done.stderr) == (0, b"1 document: 1 forecast\n")
        assert "\x1b" not in out
        assert not re.search(r"^::error", out, re.MULTILINE)


@pytest.mark.parametrize("typed", [STATED, " ; ".join(reversed(STATED.split(";"))), f"{STATED};provenance=synthetic"])
def test_a_law_is_typed(typed: str) -> None:
    """Names and values in any order make the law that they say."""
    assert household_law.read(typed).in_words == LAW.in_words


def test_a_law_is_read_from_a_file(tmp_path: Path) -> None:
    """A JSON object of the same names is the same law; ages are a span or shares, months too."""
    path = tmp_path / "law = ours.json"
    path.write_text(
        '{"children": [0.6, 0.168, 0.152, 0.056, 0.024], "boy": 0.512, "ages": "1-17", "source": "the worked example"}'
    )
    assert household_law.read(str(path)).in_words == LAW.in_words
    path.write_text('{"children": [0.5, 0.5], "ages": {"4": 0.25, "5": 0.75}}')
    typed = household_law.read("children=.5,.5;ages=4:.25,5:.75")
    assert household_law.read(str(path)).ages == typed.ages == {4: 0.25, 5: 0.75}
    assert household_law.read("children=.5,.5;months=13-14").months == {13: 0.5, 14: 0.5}
    path.write_text('{"children": {"2": 0.25, "0": 0.75}}')
    assert household_law.read(str(path)).children == (0.75, 0, 0.25)
    assert household_law.read("children=1,0;provenance=documented;source=a census").provenance == "documented"


@pytest.mark.parametrize(
    "typed",
    [
        *("nofile", "", "children", "children=a", "boy=.5", "children=.6,.6", "children=.5,.5;boys=1", "children=.5,.5;boy"),
        *("children=.5,.5;ages=x", "children=.5,.5;ages=17-1", "children=.5,.5;ages=0-99999999999", "children=.5,.5;boy=nan"),
        *("children=.5,.5;ages=4:.5,5:.5,x", "children=.5,.5;ages=4:.5,4:.5", "children=.5,.5;children=.1,.9"),
        *("children=.5,.5;ages=4.5:1", "children=.5,.5;ages=4:x", "children=.5,.5;ages=4:1;months=4:1", "children="),
        "children=.5,.5;provenance=documented",
    ],
)
def test_what_is_no_law_is_refused(typed: str) -> None:
    """What cannot be a law of families is an error that says what can."""
    with pytest.raises(InvalidInput):
        household_law.read(typed)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[", "[1]", "{}", '{"children": "x"}', '{"children": [1], "a": 1}', '{"children": [1], "ages": 4}'),
        *('{"children": {"x": 1}}', '{"children": {"-1": 1}}', '{"children": [1], "children": [0, 1]}'),
        *('{"children": [1], "ages": {"4": 0.5, "04": 0.5}}', '{"children": [1], "source": ["a"]}'),
    ],
)
def test_a_file_that_holds_no_law_is_refused(tmp_path: Path, text: str) -> None:
    """A file that is no JSON, no object, or not of these names is an error; so is a folder."""
    path = tmp_path / "law.json"
    path.write_text(text)
    for place in (path, tmp_path):
        with pytest.raises(InvalidInput):
            household_law.read(str(place))
