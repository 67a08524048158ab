"""segkit: vendor segment and quota APIs as dataframes and widgets, with a sandbox that answers as the vendors do.

A vendor's answer comes in through one door (`transport`), is read as what it is about - who a respondent is (`sel`), which
families a survey wants (`quotas`), which segments a system keeps (`registry`) - by an adapter for each API (`vendors`), or
from their double on this machine (`sandbox`). What is known becomes `tables`, `plots` and `widgets`, and a notebook
that can be shared (`sharing`).

The floors; nothing imports upward::

    cli
    sharing
    widgets
    plots
    tables | cluster
    vendors
    sandbox | quotas | registry
    sel | transport
    printed
    paths
    reading | places | outline
    mending
    errors
    findings
    credentials | markup | frames
    characters | provenance

Everything named here is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segkit import errors, plots, widgets
    from segkit.findings import Finding, Findings
    from segkit.quotas.codes import child_codes, known_child_codes
    from segkit.quotas.describing import describe_codes
    from segkit.quotas.design import QuotaDesign
    from segkit.quotas.entry_link import EntryLink, read_entry_link, write_entry_link
    from segkit.quotas.field.comparison import Comparison, compare
    from segkit.quotas.field.feasibility import Feasibility, feasibility
    from segkit.quotas.field.forecast import Forecast, forecast
    from segkit.quotas.field.households import Households
    from segkit.quotas.field.repair import repair
    from segkit.quotas.known import known_surveys
    from segkit.quotas.lint.catalogue import explain
    from segkit.quotas.lint.check import lint
    from segkit.quotas.survey import SurveyDocument, read_survey, read_surveys
    from segkit.quotas.upgrading import upgrade
    from segkit.registry.plan import Plan
    from segkit.registry.plan_file import read_plan, write_plan
    from segkit.registry.planning import plan
    from segkit.registry.schema import CLEAR
    from segkit.registry.triggers import evaluate_segments
    from segkit.sel.calculation import SegmentAnswer
    from segkit.sel.known import known_qualifications
    from segkit.sel.learned import LearnedRule
    from segkit.sel.learning import learn_rule
    from segkit.sel.population import Population
    from segkit.sel.published import published, published_shares
    from segkit.sel.qualifications import Qualifications
    from segkit.sel.simulated import simulate_answers
    from segkit.sel.standards import Standard, standard, standards
    from segkit.sel.tree import Tree
    from segkit.sel.walk import Walk
    from segkit.sel.wire import read_qualifications
    from segkit.sharing.share import share
    from segkit.sharing.shared import Shared
    from segkit.tables.agreement import Agreement, agreement
    from segkit.tables.segment_table import SegmentTable, segment_table
    from segkit.transport.retry import Retries
    from segkit.vendors.applying import apply
    from segkit.vendors.ciopulse import CIOPulse
    from segkit.vendors.ciopulse_store import CIOPulseStore
    from segkit.vendors.infinity import Infinity
    from segkit.vendors.infinity_store import InfinityStore
    from segkit.vendors.instaleap import Instaleap
    from segkit.vendors.instaleap_store import InstaleapStore
    from segkit.vendors.purespectrum import PureSpectrum
    from segkit.vendors.purespectrum_buyer import PureSpectrumBuyer

__version__ = "0.1.0"

__all__ = [  # noqa: RUF022 - as sorted() has it, capitals before small letters, which a test holds
    "Agreement",
    "CIOPulse",
    "CIOPulseStore",
    "CLEAR",
    "Comparison",
    "EntryLink",
    "Feasibility",
    "Finding",
    "Findings",
    "Forecast",
    "Households",
    "Infinity",
    "InfinityStore",
    "Instaleap",
    "InstaleapStore",
    "LearnedRule",
    "Plan",
    "Population",
    "PureSpectrum",
    "PureSpectrumBuyer",
    "Qualifications",
    "QuotaDesign",
    "Retries",
    "SegmentAnswer",
    "SegmentTable",
    "Shared",
    "Standard",
    "SurveyDocument",
    "Tree",
    "Walk",
    "agreement",
    "apply",
    "child_codes",
    "compare",
    "describe_codes",
    "errors",
    "evaluate_segments",
    "explain",
    "feasibility",
    "forecast",
    "known_child_codes",
    "known_qualifications",
    "known_surveys",
    "learn_rule",
    "lint",
    "plan",
    "plots",
    "published",
    "published_shares",
    "read_entry_link",
    "read_plan",
    "read_qualifications",
    "read_survey",
    "read_surveys",
    "repair",
    "segment_table",
    "share",
    "simulate_answers",
    "standard",
    "standards",
    "upgrade",
    "widgets",
    "write_entry_link",
    "write_plan",
]

_HOMES = {
    "Agreement": "segkit.tables.agreement",
    "CIOPulse": "segkit.vendors.ciopulse",
    "CIOPulseStore": "segkit.vendors.ciopulse_store",
    "CLEAR": "segkit.registry.schema",
    "Comparison": "segkit.quotas.field.comparison",
    "EntryLink": "segkit.quotas.entry_link",
    "Feasibility": "segkit.quotas.field.feasibility",
    "Finding": "segkit.findings",
    "Findings": "segkit.findings",
    "Forecast": "segkit.quotas.field.forecast",
    "Households": "segkit.quotas.field.households",
    "Infinity": "segkit.vendors.infinity",
    "InfinityStore": "segkit.vendors.infinity_store",
    "Instaleap": "segkit.vendors.instaleap",
    "InstaleapStore": "segkit.vendors.instaleap_store",
    "LearnedRule": "segkit.sel.learned",
    "Plan": "segkit.registry.plan",
    "Population": "segkit.sel.population",
    "PureSpectrum": "segkit.vendors.purespectrum",
    "PureSpectrumBuyer": "segkit.vendors.purespectrum_buyer",
    "Qualifications": "segkit.sel.qualifications",
    "QuotaDesign": "segkit.quotas.design",
    "Retries": "segkit.transport.retry",
    "SegmentAnswer": "segkit.sel.calculation",
    "SegmentTable": "segkit.tables.segment_table",
    "Shared": "segkit.sharing.shared",
    "Standard": "segkit.sel.standards",
    "SurveyDocument": "segkit.quotas.survey",
    "Tree": "segkit.sel.tree",
    "Walk": "segkit.sel.walk",
    "agreement": "segkit.tables.agreement",
    "apply": "segkit.vendors.applying",
    "child_codes": "segkit.quotas.codes",
    "compare": "segkit.quotas.field.comparison",
    "describe_codes": "segkit.quotas.describing",
    "errors": "",
    "evaluate_segments": "segkit.registry.triggers",
    "explain": "segkit.quotas.lint.catalogue",
    "feasibility": "segkit.quotas.field.feasibility",
    "forecast": "segkit.quotas.field.forecast",
    "known_child_codes": "segkit.quotas.codes",
    "known_qualifications": "segkit.sel.known",
    "known_surveys": "segkit.quotas.known",
    "learn_rule": "segkit.sel.learning",
    "lint": "segkit.quotas.lint.check",
    "plan": "segkit.registry.planning",
    "plots": "",
    "published": "segkit.sel.published",
    "published_shares": "segkit.sel.published",
    "read_entry_link": "segkit.quotas.entry_link",
    "read_plan": "segkit.registry.plan_file",
    "read_qualifications": "segkit.sel.wire",
    "read_survey": "segkit.quotas.survey",
    "read_surveys": "segkit.quotas.survey",
    "repair": "segkit.quotas.field.repair",
    "segment_table": "segkit.tables.segment_table",
    "share": "segkit.sharing.share",
    "simulate_answers": "segkit.sel.simulated",
    "standard": "segkit.sel.standards",
    "standards": "segkit.sel.standards",
    "upgrade": "segkit.quotas.upgrading",
    "widgets": "",
    "write_entry_link": "segkit.quotas.entry_link",
    "write_plan": "segkit.registry.plan_file",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever bears the name
    if name not in _HOMES:
        raise AttributeError(f"module 'segkit' has no attribute {name!r}")
    home = _HOMES[name]
    found = getattr(importlib.import_module(home), name) if home else importlib.import_module(f"segkit.{name}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
