"""The laws of benchmarks of another rule: refused where the segments' rule is known, told where it is not."""

import pandas as pd
import pytest

import segkit as sk
from segkit.errors import InvalidInput

NEW, OLD = sk.standard("mx-amai", 2022), sk.standard("mx-amai", 2018)
SHARES = sk.published("mx-amai", 2022)
HOMES = sk.Population.default(NEW).sample(300, seed=4)
ROWS = HOMES.drop(columns="segment")


def test_shares_of_another_rule_are_refused_as_in_a_fit() -> None:
    """Segments scored by the rule of 2018 are not compared with shares of 2022, published or of a population."""
    scored = OLD.score(ROWS)
    for given in (SHARES, sk.Population.default(NEW).shares(), {"segment": SHARES}):
        with pytest.raises(InvalidInput, match="the shares are of mx-amai 2022, the segments of mx-amai 2018") as refused:
            sk.segment_table(scored.assign(internet=ROWS["internet"]), "segment", "internet", benchmark=given)
    with pytest.raises(InvalidInput) as unfitted:
        sk.Population.fit(OLD, SHARES)
    assert refused.value.findings.codes == unfitted.value.findings.codes == {"other-edition"}
    table = sk.segment_table(scored, "segment", benchmark=SHARES.shares)
    assert not table.findings


@pytest.mark.parametrize("edition", [2022, 2024])
def test_shares_of_the_same_table_are_taken(edition: int) -> None:
    """An edition that has the same table is no other rule; the footnote names it, and nothing is warned of."""
    table = sk.segment_table(sk.standard("mx-amai", edition).score(ROWS), "segment", benchmark=SHARES)
    assert not table.findings
    said = "segment: the benchmark's shares are of mx-amai 2022; the segments were scored by mx-amai 2022."
    assert said in table.footnotes


def unlabelled() -> pd.DataFrame:
    """Return segments of a frame that says nothing."""
    return pd.DataFrame({"segment": pd.Categorical(HOMES["segment"].astype("str"), NEW.segments, ordered=True)})


def renamed() -> pd.DataFrame:
    """Return a column of its own beside the scored one."""
    return OLD.score(ROWS).rename(columns={"segment": "level"}).assign(segment=HOMES["segment"])


def test_where_the_rule_is_not_known_the_footnote_says_so() -> None:
    """A frame without a label, or another column of segments, may be compared; the note names the rule of the shares."""
    joined = ROWS.join(OLD.score(ROWS))  # pandas drops labels that differ
    for frame, rows in ((unlabelled(), "segment"), (renamed(), "level"), (joined, "segment")):
        table = sk.segment_table(frame, rows, benchmark=SHARES)
        said = "the benchmark's shares are of mx-amai 2022; the frame does not say by which rule its segments were scored."
        assert f"{rows}: {said}" in table.footnotes
        assert not table.findings


def test_homes_drawn_for_one_edition_may_be_scored_by_another() -> None:
    """Comparing editions on the same drawn homes is work that is done: shares of the other edition are a warning, no refusal."""
    other = sk.Population.fit(OLD, SHARES.shares).shares()
    again = HOMES.assign(**OLD.score(ROWS))
    table = sk.segment_table(again, "segment", benchmark=other)
    (found,) = table.findings
    assert (found.code, found.severity) == ("other-edition", "warning")
    assert "the segments were drawn for mx-amai 2022" in "\n".join(table.footnotes)
    assert not sk.segment_table(HOMES, "segment", benchmark=SHARES).findings


def test_shares_without_a_rule_need_no_note() -> None:
    """Shares of your own, and a column of the table, bear no edition."""
    for given in (SHARES.shares, "Total"):
        table = sk.segment_table(OLD.score(ROWS), "segment", benchmark=given)
        assert "the benchmark's shares are of" not in "\n".join(table.footnotes)
