"""The laws of codes for no answer: a 99 in an open count is never a top class in silence."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import segkit as sk
from segkit.errors import InvalidInput
from segkit.sel.standard_answers import MOST_PLAUSIBLE

AMAI = sk.standard("mx-amai", 2022)
HOME = {"education": "upper-secondary", "bathrooms": 1, "cars": 1, "internet": "yes", "workers": 1, "bedrooms": 2}


def homes(*cars: Any) -> pd.DataFrame:
    """Return a home a value of cars, all else alike."""
    return pd.DataFrame([{**HOME, "cars": each} for each in cars])


WAYS = {
    "numbers": lambda column: column,
    "texts": lambda column: column.astype("str"),
    "floats": lambda column: column.astype("float64"),
    "objects": lambda column: column.astype(object),
    "categories": lambda column: column.astype("category"),
    "nullable": lambda column: column.astype("Int64"),
    "narrow": lambda column: column.astype("uint8"),
}


@pytest.mark.parametrize("stored", WAYS.values(), ids=WAYS)
def test_a_code_for_no_answer_is_no_count(stored: Any) -> None:
    """However the column is stored, 98 and 99 are unanswered where they are named, and a row with one has no segment."""
    frame = homes(1, 98, 2, 99, 1)
    frame["cars"] = stored(frame["cars"])
    with pytest.raises(InvalidInput) as refused:
        AMAI.score(frame, missing=(98, 99))
    assert refused.value.findings.codes == {"unanswered"}
    assert "is given as missing" in str(refused.value)
    kept = AMAI.score(frame, missing=["99", 98.0], errors="keep")
    assert kept["segment"].isna().tolist() == [False, True, False, True, False]
    assert "cars is unanswered: " in kept["error"].iloc[1]
    assert "implausible-count" not in {finding["code"] for finding in kept.attrs["segkit"]["findings"]}
    pd.testing.assert_frame_equal(kept.iloc[[0, 2, 4]].drop(columns="error"), AMAI.score(frame.iloc[[0, 2, 4]]))


@pytest.mark.parametrize("stored", WAYS.values(), ids=WAYS)
def test_a_count_that_hardly_can_be_is_told(stored: Any) -> None:
    """Where codes are not named the count is taken, and one finding a column names the values, the rows and the fix."""
    frame = homes(1, 98, 2, 99, 98)
    frame["cars"] = stored(frame["cars"])
    scored = AMAI.score(frame)
    assert scored["segment"].notna().all()
    (found,) = scored.attrs["segkit"]["findings"]
    assert (found["code"], found["severity"]) == ("implausible-count", "warning")
    assert found["where"] == "row 1 and 2 more rows, column 'cars'"
    assert "98" in found["message"]
    assert "99" in found["message"]
    assert "the top class, 2+" in found["message"]
    assert "missing=(98, 99)" in found["fix"]


def test_plausible_counts_and_unused_categories_are_not_told() -> None:
    """Up to 19 nothing is said, of choices and ids neither, nor of a category that no row has."""
    frame = homes(*range(MOST_PLAUSIBLE + 1))
    assert AMAI.score(frame).attrs["segkit"]["findings"] == []
    frame["cars"] = pd.Categorical([1] * len(frame), categories=[1, 99])
    assert AMAI.score(frame).attrs["segkit"]["findings"] == []
    ids = pd.DataFrame(np.full((2, 6), 111), columns=[question.name for question in AMAI.questions])
    assert AMAI.score(ids, ids=True).attrs["segkit"]["findings"] == []


def test_an_explanation_tells_it_too() -> None:
    """One respondent with 99 cars is explained with a doubt; with the code named there is nothing to explain."""
    told = AMAI.explain({**HOME, "cars": 99})
    assert told.findings.codes == {"implausible-count"}
    assert "with a count that may be a code" in repr(told)
    assert "missing=(98, 99)" in told._repr_html_()
    assert not AMAI.explain(HOME).findings
    with pytest.raises(InvalidInput, match="given as missing"):
        AMAI.explain({**HOME, "cars": 99}, missing=(99,))


def test_codes_may_be_texts_and_hold_for_choices() -> None:
    """A text stands for no answer in any case and column; what is not named stays an error."""
    frame = homes(1, "NS/NR", 2).assign(internet=["yes", "no", "ns/nr "])
    kept = AMAI.score(frame, missing=("ns/nr",), errors="keep")
    assert kept["segment"].isna().tolist() == [False, True, True]
    assert {finding["code"] for finding in kept.attrs["segkit"]["findings"]} == {"unanswered"}
    with pytest.raises(InvalidInput, match="not an answer of cars"):
        AMAI.score(frame)


@pytest.mark.parametrize("missing", [98, "98", None, [None], [True], [1.5], [[98]]], ids=str)
def test_what_is_no_list_of_codes_is_refused(missing: Any) -> None:
    """The error says what to give."""
    with pytest.raises(InvalidInput, match=r"missing=\(98, 99\)"):
        AMAI.score(homes(1), missing=missing)
