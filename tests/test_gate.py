"""The laws of the prepared order of operations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_fields import fields, made

from segkit.errors import InvalidInput
from segkit.quotas.field.admission import COMPLETE, Field
from segkit.quotas.field.gate import ORDER, Gate, words_of


@given(fields(), st.data())
def test_it_says_what_the_order_of_operations_says(field: Field, data: st.DataObject) -> None:
    """For any set of closed quotas every pattern that occurs ends with the status that the field itself gives."""
    n_quotas = len(field.remaining)
    full = np.array(data.draw(st.lists(st.booleans(), min_size=n_quotas, max_size=n_quotas)), dtype=bool)
    closed = full | (field.open_places <= 0)
    gate = Gate(field)
    expected = field.statuses(closed, field.remaining > field.open_places)
    occurs = field.patterns.probability > 0
    found = dict(zip(map(bytes, np.column_stack([gate.matched, gate.first_status == 13])), gate.statuses(closed), strict=True))
    for row, is_qualified, status in zip(
        field.patterns.matched[occurs], field.patterns.qualified[occurs], expected[occurs], strict=True
    ):
        assert found[bytes(np.append(row, not is_qualified))] == status


@given(fields(), st.data())
def test_what_passes_adds_up(field: Field, data: st.DataObject) -> None:
    """The share of admitted families and of every status are 1 in all, and somebody passes where the least patterns say so."""
    n_quotas = len(field.remaining)
    closed = np.array(data.draw(st.lists(st.booleans(), min_size=n_quotas, max_size=n_quotas)), dtype=bool)
    gate = Gate(field)
    passing = gate.passing(closed)
    assert passing.admitted + passing.blocked.sum() == pytest.approx(1)
    assert passing.blocked[ORDER.index(COMPLETE)] == 0
    assert bool(gate.anybody(closed[None])[0]) == (passing.admitted > 0)
    if passing.admitted:
        assert passing.share.sum() == pytest.approx(1)
        assert not (passing.member & closed).any()


@given(st.integers(1, 200), st.integers(0, 2**32))
def test_bits_hold_any_number_of_quotas(n_quotas: int, seed: int) -> None:
    """Two sets share a bit exactly where they share a quota, in one word or several."""
    first, second = np.random.default_rng(seed).random((2, 3, n_quotas)) < 1.5 / n_quotas
    assert ((words_of(first) & words_of(second)).any(axis=1) == (first & second).any(axis=1)).all()


def test_a_field_that_nothing_ends_is_refused() -> None:
    """Without a goal, families that match no quota would be admitted for ever; under a policy that wants one they are not."""
    with pytest.raises(InvalidInput, match="never end"):
        Gate(made({(1,): 0.5, (0,): 0.5}, [5], None, policy="none"))
    assert Gate(made({(1,): 0.5, (0,): 0.5}, [5], None, policy="any")).eligible.sum() == 1
