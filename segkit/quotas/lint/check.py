"""Every rule on one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from segkit.findings import Findings
from segkit.quotas.design import QuotaDesign
from segkit.quotas.field.admission import check_policy
from segkit.quotas.field.events import check_match
from segkit.quotas.field.households import Households
from segkit.quotas.lint import (
    code_rules,
    field_rules,
    forecast_rules,
    pair_rules,
    quota_rules,
    request_rules,
    stated_rules,
    sum_rules,
)
from segkit.quotas.lint.catalogue import RULES
from segkit.quotas.lint.checked import Checked
from segkit.quotas.survey import SurveyDocument, read_survey

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from segkit.quotas.field.admission import Policy
    from segkit.quotas.field.events import Given

ROOMS = (request_rules, field_rules, code_rules, quota_rules, pair_rules, sum_rules, stated_rules, forecast_rules)
"""Where the rules are; importing them registers them."""


def lint(
    survey: SurveyDocument | QuotaDesign | Mapping[str, Any] | str | bytes | os.PathLike[str],
    households: Households | None = None,
    *,
    match: Given | None = None,
    policy: Policy = "per_qualification_set",
) -> Findings:
    """Check a survey document or a design with every rule, and change nothing.

    Parameters
    ----------
    survey
        A design, a document, or whatever `read_survey` reads.
    households
        A law of families, for the rules that forecast; without one they find nothing.
    match, policy
        As of `quotas.field.opening.open_field`, for the rules that forecast: the shares of respondents that meet criteria which
        are not about children, such as ``{"211:111": 0.49}``, and which open quotas a family must match.

    Returns
    -------
    What was found, errors first, then in the order of the rules; each with its JSON path and its fix. `explain` tells of a rule.

    Raises
    ------
    InvalidInput
        When the document, `households`, `match` or `policy` cannot be read.

    Examples
    --------
    >>> from segkit.quotas.codes import child_codes
    >>> design = QuotaDesign(completes=100, qualification=child_codes("girl"))
    >>> lint(design.with_quota("boys", child_codes("boy"), 100)).codes == {"unreachable-quota", "uncovered-codes"}
    True
    """
    check_policy(policy)
    check_match(match)
    law = None if households is None else Households.of(households)
    is_design = isinstance(survey, QuotaDesign)
    if isinstance(survey, QuotaDesign):
        survey = read_survey(survey.payload())
    elif not isinstance(survey, SurveyDocument):
        survey = read_survey(survey)
    checked = Checked(survey, law, is_design=is_design, match=match, policy=policy)
    found = [finding for each in RULES.values() for finding in each.check(checked)]
    order = ("error", "warning", "info")
    return Findings(sorted(found, key=lambda finding: order.index(finding.severity)))
