"""The laws of what makes no table: an argument that is none of its kind is refused with the place and the fix."""

from typing import Any

import pandas as pd
import pytest

from segkit.errors import InvalidInput
from segkit.tables.agreement import agreement
from segkit.tables.segment_table import segment_table

FRAME = pd.DataFrame({"segment": pd.Categorical(["a", "b"]), "flag": [True, False]})
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "intervals": ({"intervals": []}, "intervals is"),
    "an unknown interval": ({"intervals": "wald"}, "intervals is"),
    "correction": ({"correction": {}}, "correction is"),
    "total": ({"total": "no"}, "total is 'no'"),
    "missing in base": ({"missing_in_base": 1}, "missing_in_base 1"),
    "weights": ({"weights": "flag"}, "true or false"),
    "a Series of weights": ({"weights": FRAME["flag"]}, "true or false"),
    "nullable weights": ({"weights": FRAME["flag"].astype("boolean")}, "true or false"),
}


@pytest.mark.parametrize(("how", "words"), WRONG.values(), ids=WRONG)
def test_wrong_arguments(how: dict[str, Any], words: str) -> None:
    """A list where a word stands, a word where a switch stands, switches where weights stand."""
    with pytest.raises(InvalidInput, match=words):
        segment_table(FRAME, "segment", **how)


@pytest.mark.parametrize("frame", [None, [], FRAME["segment"], {}], ids=lambda frame: type(frame).__name__)
def test_what_is_no_frame(frame: Any) -> None:
    """Nothing, a list, a Series, a mapping."""
    with pytest.raises(InvalidInput, match="give a DataFrame"):
        agreement(frame, "segment", "segment")
    with pytest.raises(InvalidInput, match="give a DataFrame"):
        segment_table(frame, "segment")
