"""`segkit forecast`: how many completes the survey documents of a file will really bring."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from segkit.cli.documents import content, plain, writable
from segkit.errors import InvalidInput, SegkitError
from segkit.findings import SIGNS
from segkit.printed import UNREAD
from segkit.quotas.field.events import unused
from segkit.quotas.field.feasibility import feasibility
from segkit.quotas.field.forecast import forecast
from segkit.quotas.field.gate import OUTCOMES
from segkit.quotas.field.law import shown
from segkit.quotas.field.wanted import Wanted
from segkit.quotas.lint.check import lint
from segkit.quotas.survey import read_surveys
from segkit.quotas.upgrading import upgrade

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

    from segkit.cli.asked import Asked
    from segkit.findings import Finding, Findings
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.field.feasibility import Feasibility
    from segkit.quotas.field.forecast import Forecast
    from segkit.quotas.field.law import Law
    from segkit.quotas.survey import SurveyDocument

_WORDS = {"error": ("error", "errors"), "warning": ("warning", "warnings"), "info": ("info", "infos")}
_KEYS = ("code", "severity", "where", "message", "fix")
_QUOTA = ("quota_id", "places", "fill", "fill_low", "fill_high", "filled_share", "first_share", "last_share", "starving")


class Told(NamedTuple):
    """A document, what lint and upgrading found in it, and its forecast with its bound, or why there is none."""

    file: str
    number: int
    survey: SurveyDocument
    linted: Sequence[Finding]
    upgraded: Sequence[Finding]
    is_filled_in: bool
    forecast: Forecast | None
    bound: Feasibility | None
    refused: InvalidInput | None
    unused: Sequence[str] = ()

    @property
    def of_bound(self) -> list[str]:
        """What the bound stands on, and the forecast does not."""
        known = () if self.forecast is None else self.forecast.assumptions
        return [line for line in (self.bound.assumptions if self.bound else ()) if line not in known]


def run(file: pathlib.Path, output: str, asked: Asked) -> int:
    """Print the forecast of each document; return 1 where one cannot be forecast, or the file cannot be read."""
    told: list[Told] = []
    try:
        found = _read(str(file))
        if len(found) > 1 and (asked.state is not None or asked.achieved is not None):
            raise typer.BadParameter(f"--state and --achieved tell of one survey, and {file} has {len(found)} documents")
        told = [_tell(str(file), number, survey, asked) for number, survey in enumerate(found, 1)]
    except SegkitError as error:
        typer.echo(plain(f"segkit: {file}: {error}"), err=True)
    for line in _json(told) if output == "json" else _text(told):
        typer.echo(line)
    failed = [each for each in told if each.refused]
    for each in failed:
        typer.echo(
            plain(f"segkit: {each.file}, document {each.number}: no forecast: {str(each.refused).splitlines()[0]}"), err=True
        )
    unread = [finding for each in told for finding in each.survey.findings if finding.code == UNREAD]
    for finding in unread:
        typer.echo(plain(f"segkit: {file}, {finding.where}: {finding.message}"), err=True)
    for key in asked.match or () if told else ():
        if all(key in each.unused for each in told):
            typer.echo(plain(f"segkit: --match {key} is not used: no document asks for it"), err=True)
    typer.echo(f"{len(told)} document{'s' * (len(told) != 1)}: {len(told) - len(failed)} forecast", err=True)
    return int(bool(failed or unread) or not told)


def _read(file: str) -> list[SurveyDocument]:
    try:
        return read_surveys(content(file))
    except RecursionError:
        raise InvalidInput("it is nested too deep to be read") from None


def _tell(file: str, number: int, survey: SurveyDocument, asked: Asked) -> Told:
    """Lint, upgrade and forecast a document."""
    name = "standard input" if file == "-" else file
    new = upgrade(survey)
    linted = lint(survey)
    about = (name, number, survey, list(linted), list(new.findings)[len(survey.findings) :])
    is_filled_in = False
    try:
        design = _design(new, linted)
        is_filled_in = design.completes is None and asked.completes is not None
        design = design.replace(completes=asked.completes) if is_filled_in else design
        not_used = unused(Wanted.of(design, asked.match).traits, asked.match)
        how: dict[str, Any] = {"policy": asked.policy, "match": asked.match, "seed": asked.seed}
        how |= {"state": asked.state, "achieved": asked.achieved}
        found = forecast(design, asked.households, replicates=asked.replicates, **how, **asked.interviews)
        return Told(*about, is_filled_in, found, feasibility(design, asked.households, **how), None, not_used)
    except InvalidInput as error:
        return Told(*about, is_filled_in, None, None, error)


def _design(survey: SurveyDocument, linted: Findings) -> QuotaDesign:
    """Return the design of a survey; what is none would be a field without quotas."""
    if nothing := [finding for finding in linted if finding.code == "no-survey"]:
        raise InvalidInput("there is no survey in it", nothing)
    return survey.design


def _text(told: list[Told]) -> Iterator[str]:
    for each in told:
        yield plain(f"{each.file}, document {each.number}: {each.survey.title.strip() or '(no title)'}")
        for line in _lines(each):
            yield f"  {plain(line)}"


def _lines(told: Told) -> Iterator[str]:
    yield f"lint: {_counted(told.linted)}"
    if told.upgraded:
        yield f"upgraded to qualification 232 first: {_counted(told.upgraded)}"
        yield from (f"  {finding.where}: {finding.message}" for finding in told.upgraded)
    if told.forecast is None or told.bound is None:
        yield f"no forecast: {str(told.refused).splitlines()[0]}"
        for finding in told.refused.findings if told.refused else ():
            yield f"  {SIGNS[finding.severity]} {finding.code} at {finding.where}: {finding.message}"
            yield f"      {finding.fix}"
        return
    yield f"forecast ({told.forecast.provenance}): {told.forecast.in_words} completes"
    yield from (f"  {line}" for line in _numbers(told, told.forecast, told.bound))
    yield f"assumptions ({told.forecast.provenance}):"
    yield from (f"  {line}" for line in told.forecast.assumptions)
    yield from (f"  feasible: {line}" for line in told.of_bound)


def _numbers(told: Told, found: Forecast, bound: Feasibility) -> Iterator[str]:
    for name, law in _laws(found).items():
        low, high = law.interval()
        median = "" if isfinite(law.mean) else f", median {law.quantile(0.5):.0f}"
        yield f"{name}: mean {shown(law.mean)}, sd {shown(law.sd)}{median}, 95 %: {low:.0f}-{high:.0f}"
    if found.goal_probability is None:
        yield "no goal: the document does not say completes_required; --completes N fills it in"
    else:
        filled_in = " (completes_required is missing, filled in by --completes)" if told.is_filled_in else ""
        yield f"P(goal): {found.goal_probability:.1%} of the replicates reach {found.field.goal}{filled_in}"
    arrivals = float(found.outcomes.sum()) or 1.0
    for status, visits in _outcomes(found):
        yield f"status {status}, {OUTCOMES[status]}: {visits:.1f} visits ({visits / arrivals:.1%})"
    for row in _quotas(found):
        starving = ", starves" if row["starving"] else ""
        closes = f"filled in {row['filled_share']:.1%}, closes first in {row['first_share']:.1%}, last in {row['last_share']:.1%}"
        fill = f"{row['fill']:.1f} of {row['places']} (95 %: {row['fill_low']:.0f}-{row['fill_high']:.0f})"
        yield f"quota {row['quota_id']}: {fill}; {closes}{starving}"
    yield f"starving quotas: {', '.join(found.starving) or 'none'}"
    yield f"feasible: {bound.in_words}"


def _laws(found: Forecast) -> dict[str, Law]:
    """Return the numbers of a forecast, those in time only where there is a time."""
    over = found.over_delivery if found.interviews.length else None
    laws = {"completes": found.completes, "arrivals": found.arrivals, "over_delivery": over, "days": found.days}
    return {name: law for name, law in laws.items() if law is not None}


def _counted(findings: Sequence[Finding]) -> str:
    """Count findings, errors first, with their codes."""
    parts = []
    for severity, words in _WORDS.items():
        found = [finding.code for finding in findings if finding.severity == severity]
        codes = f" ({', '.join(dict.fromkeys(found))})" if found else ""
        parts.append(f"{len(found)} {words[len(found) != 1]}{codes}")
    return ", ".join(parts)


def _outcomes(found: Forecast) -> list[tuple[int, float]]:
    """Return the statuses that visits end with, and how many do."""
    pairs = zip(found.outcomes.index.tolist(), found.outcomes.tolist(), strict=True)
    return [(int(status), visits) for status, visits in pairs if visits]


def _quotas(found: Forecast) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = found.to_frame()[list(_QUOTA)].to_dict("records")  # type: ignore[assignment] # names are texts
    return rows


def _json(told: list[Told]) -> Iterator[str]:
    yield writable(json.dumps({"documents": [_document(each) for each in told]}, indent=2, ensure_ascii=False, allow_nan=False))


def _document(told: Told) -> dict[str, Any]:
    severities: list[str] = [finding.severity for finding in told.linted]
    refused = told.refused and {"message": str(told.refused).splitlines()[0], "findings": _rows(list(told.refused.findings))}
    return {
        "file": told.file,
        "document": told.number,
        "title": told.survey.title,
        "lint": {**{words[1]: severities.count(word) for word, words in _WORDS.items()}, "findings": _rows(told.linted)},
        "upgraded": _rows(told.upgraded),
        "completes_filled_in": told.is_filled_in,
        "forecast": told.forecast and told.bound and _forecast(told, told.forecast, told.bound),
        "refused": refused,
    }


def _forecast(told: Told, found: Forecast, bound: Feasibility) -> dict[str, Any]:
    arrivals = float(found.outcomes.sum()) or 1.0
    return {
        "in_words": found.in_words,
        "provenance": found.provenance,
        "goal": found.field.goal,
        "goal_probability": found.goal_probability,
        "over_delivery": None,
        "days": None,
        **{name: _law(law) for name, law in _laws(found).items()},
        "outcomes": [
            {"status": status, "meaning": OUTCOMES[status], "visits": visits, "share": visits / arrivals}
            for status, visits in _outcomes(found)
        ],
        "ended": {str(name): share for name, share in found.ends.items()},
        "quotas": _quotas(found),
        "starving": list(found.starving),
        "feasible": {
            "in_words": bound.in_words,
            "most_completes": bound.max_completes,
            "exact": bound.exact,
            "clash": list(bound.clash),
            "assumptions": told.of_bound,
        },
        "policy": found.field.policy,
        "replicates": len(found.drawn.over),
        "seed": found.seed,
        "assumptions": list(found.assumptions),
    }


def _law(law: Law) -> dict[str, float | None]:
    low, high = law.interval()
    told = {"mean": law.mean, "sd": law.sd, "median": law.quantile(0.5), "low": low, "high": high}
    return {name: number if isfinite(number) else None for name, number in told.items()}


def _rows(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [{key: getattr(finding, key) for key in _KEYS} for finding in findings]
