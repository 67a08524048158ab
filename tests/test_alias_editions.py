"""The laws of editions that have the table of another: the one that was asked for is named wherever the table's is."""

import pandas as pd
import pytest

import segkit as sk
from segkit.sel.published import published
from segkit.widgets.sources import choices

ALIASES = [(one.id, year, one.edition) for one in sk.standards() for year in one.aliases]
EVERY = pytest.mark.parametrize(("name", "asked", "table"), ALIASES)


@EVERY
def test_an_alias_scores_as_its_table_and_names_both(name: str, asked: int, table: int) -> None:
    """The same points and segments as the table's own edition; frame, explanation, repr and HTML tell both years."""
    alias, own = sk.standard(name, asked), sk.standard(name, table)
    rows = sk.Population.fit(own).sample(200, seed=1)
    scored = alias.score(rows)
    pd.testing.assert_frame_equal(scored, own.score(rows))
    assert own.score(rows).attrs["segkit"]["edition"] == own.score(rows).attrs["segkit"]["table_edition"] == table
    row = rows.drop(columns="segment").iloc[0]
    for made in (scored, alias.to_frame(), alias.explain(row).to_frame()):
        about = made.attrs["segkit"]
        assert (about["standard"], about["edition"], about["table_edition"]) == (name, asked, table)
    for shown in (repr(alias), alias._repr_html_(), repr(alias.explain(row)), alias.explain(row)._repr_html_()):
        assert f"{asked} (table of {table})" in shown
        assert f"{name} {table}:" not in shown


@EVERY
def test_a_population_of_an_alias_names_both(name: str, asked: int, table: int) -> None:
    """Law, rows and what is made of them bear both years; the answers drawn are those of the table's own edition."""
    alias, own = (sk.Population.fit(sk.standard(name, edition)) for edition in (asked, table))
    for words in (repr(alias), alias.sample(5).attrs["segkit"]["population"], alias.shares().attrs["segkit"]["population"]):
        assert f"{name} {asked} (table of {table})" in words
    pd.testing.assert_frame_equal(alias.sample(50, seed=2), own.sample(50, seed=2))


def test_shares_published_for_the_table_serve_its_alias() -> None:
    """AMAI's shares were published for the rule of 2022, which is that of 2024: either year takes them."""
    shares = published("mx-amai", 2022)
    for year in (2022, 2024):
        assert sk.Population.fit(sk.standard("mx-amai", year), shares).shares()["A/B"] == pytest.approx(0.073)
    compared = sk.segment_table(sk.Population.default(sk.standard("mx-amai", 2024)).sample(50), "segment", benchmark=shares)
    assert compared.benchmarks


def test_the_simulators_code_asks_for_the_edition_that_was_asked_for() -> None:
    """What "show me the code" prints names the year of the standard that was handed in."""
    (choice,) = choices(sk.standard("mx-amai", 2024))
    assert choice.name == "mx-amai 2024 (table of 2022)"
    assert choice.code.startswith('standard = sk.standard("mx-amai", 2024)')
