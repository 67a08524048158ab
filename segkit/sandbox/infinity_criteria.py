"""What the double of Infinity lets in as a segment's criteria: the operators that Infinity's own open source lists.

The page excludes six kinds of fields; which operators the API takes, and what it says of others, is not documented.
"""

from __future__ import annotations

import json
from typing import Any

from segkit.sandbox.infinity_refusal import refuse
from segkit.sandbox.php_request import elements

_WITH_ANY_CASE = ("eq", "ne", "inc", "ninc", "begins", "nbegins", "ends", "in", "nin")
OPERATORS = {
    *_WITH_ANY_CASE,
    *(f"{code}i" for code in _WITH_ANY_CASE),
    "gt",
    "ge",
    "lt",
    "le",
    "re",
    "nre",
    "bool",
    "glob",
    "innet",
}
EXCLUDED = {"segment", "goal", "goalTitle", "goalValue", "goalCurrency"}


def read(sent: Any) -> list[dict[str, str]]:  # noqa: ANN401 - whatever was sent
    """Return the criteria that were sent, as brackets of a form, as JSON, or as JSON in a field of a form."""
    if isinstance(sent, str):
        try:
            sent = json.loads(sent)
        except ValueError:
            refuse("criteria is an array.")
    listed = elements(sent)
    if listed is None:
        refuse("criteria is an array.")
    return [_criterion(each) for _, each in listed]


def _criterion(sent: object) -> dict[str, str]:
    if not isinstance(sent, dict) or set(sent) != {"field", "op", "value"}:
        refuse("Each of criteria has field, op and value.")
    if not all(isinstance(part, str) for part in sent.values()):
        refuse("The field, op and value of a criterion are strings.")
    field, op = sent["field"], sent["op"]
    if not field or field in EXCLUDED or field[:11] == "attribution":
        refuse(f"The field {field!r} is not available for segment criteria.")
    if op not in OPERATORS:
        refuse(f"There is no op {op!r}.")
    if op == "bool" and sent["value"] not in ("true", "false"):
        refuse("The value of bool is true or false.")
    return {name: sent[name] for name in ("field", "op", "value")}
