"""The fields of a trigger that a segment's criteria may look at."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from segkit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_AFTER_SEGMENTS = "goals are calculated after segments"

EXCLUDED: Mapping[str, str] = {
    "segment": "it is not yet defined when a trigger's segment is decided",
    "goal": _AFTER_SEGMENTS,
    "goalTitle": _AFTER_SEGMENTS,
    "goalValue": _AFTER_SEGMENTS,
    "goalCurrency": _AFTER_SEGMENTS,
}
"""The fields that criteria may not look at (documented), and why; fields that begin with ``attribution`` are others."""

_KNOWN = """
    rowId triggerDatetime igrp dgrp dgrpName ch chName chType src act algo attr vref href num term vid t srcHash new pageTitle
    pub dom ref network matchRef matchType campaign adGroup adRef keywordRef dialledPhoneNumber srcPhoneNumber destPhoneNumber
    callDuration bridgeDuration ringTime ivrDuration queueDuration operatorRef ivrRef dialplanRef callRating callState
    callDirection callStage operatorRealm telcoCode numType rec transcriptionConfidence totalKeywordScore
    totalOperatorKeywordScore totalContactKeywordScore operatorPositiveKeywordCount operatorNeutralKeywordCount
    operatorNegativeKeywordCount contactPositiveKeywordCount contactNeutralKeywordCount contactNegativeKeywordCount
    callPciDataChecked callPciDataFound callSsnDataChecked callSsnDataFound callPiiDataChecked callPiiDataFound
    callKeywordSpotting callTranscription whois ip ua country city continent res lat long region postcode area spider host
    visitorType sfWhoRef visitorPageCount visitorGoalCount visitorCallCount visitorFirstDatetime landingPageId conversionPageId
    orgId notes leadScore ppcAssisted landingPageUrl conversionPageUrl txr outcomeType
"""

KNOWN = frozenset(_KNOWN.split())
"""Fields that public callers ask the trigger reports for; the list is open, so another is a warning and no error."""

_BY_SMALL_LETTERS = {field.lower(): field for field in sorted(KNOWN)}

OWN_PREFIXES = ("c_", "pt_")
"""How the names of custom variables and of what is passed through begin."""


def check_field(field: str, where: str) -> Iterator[Finding]:
    """Yield what is wrong with a criterion's field."""
    if not field:
        yield Finding("no-field", "error", where, "a criterion looks at no field", "Name a field of the trigger reports.")
    elif field in EXCLUDED or field.startswith("attribution"):
        why = EXCLUDED.get(field, "none of the attribution fields are suitable for criteria")
        yield Finding("excluded-field", "error", where, f"criteria cannot look at {field}: {why}", "Use another field.")
    elif field not in KNOWN and not field.startswith(OWN_PREFIXES):
        alike = difflib.get_close_matches(field.lower(), _BY_SMALL_LETTERS, n=1)
        usual = "Check its name in a trigger report; names of your own begin with c_."
        fix = f"Did you mean {_BY_SMALL_LETTERS[alike[0]]}?" if alike else usual
        yield Finding("unknown-field", "warning", where, f"{field} is no field that is known of the trigger reports", fix)
