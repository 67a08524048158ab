"""Walker's alias tables on 64-bit words: a draw from any law for one word, two look-ups and one comparison.

The leading bits of a word choose a column, the rest is compared with the column's threshold, so a probability is met to about
2**-52 and what cannot be is never drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_WORD = 64


class Aliases(NamedTuple):
    """One table a law, all of the same number of columns, 2**bits.

    Attributes
    ----------
    bits
        Of a word, for the column.
    threshold
        ``(n_laws * 2**bits,)``: where the rest of a word is less, the column's own outcome is drawn.
    outcome
        ``(2 * n_laws * 2**bits,)``: for each column the other outcome, then its own.
    """

    bits: int
    threshold: NDArray[np.uint64]
    outcome: NDArray[np.int64]

    @classmethod
    def of(cls, laws: Floats) -> Aliases:
        """Make the tables of laws, ``(n_laws, n_outcomes)``; each has a positive sum."""
        bits = max(1, int(laws.shape[1] - 1).bit_length())
        made = [_columns(law, 2**bits) for law in laws]
        threshold = np.concatenate([own for own, _ in made])
        other = np.concatenate([other for _, other in made])
        own = np.tile(np.arange(2**bits), len(laws))
        return cls(bits, threshold, np.column_stack([other, own]).reshape(-1))

    def draw(self, words: NDArray[np.uint64], law: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Return a place in `outcome` for each word, drawn from the given laws, else from the first; the words are spoilt."""
        column = (words >> np.uint64(_WORD - self.bits)).view(np.int64)
        if law is not None:
            column += law << self.bits
        np.left_shift(words, np.uint64(self.bits), out=words)
        is_own = words < self.threshold.take(column)
        np.left_shift(column, 1, out=column)
        column += is_own
        return column


def _columns(law: Floats, size: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Share a law out over columns of equal width, at most two outcomes in each."""
    scaled = np.zeros(size)
    scaled[: len(law)] = law * (size / law.sum())
    width = scaled.tolist()
    other = [int(scaled.argmax())] * size
    small = [place for place, value in enumerate(width) if value < 1]
    large = [place for place, value in enumerate(width) if value >= 1]
    while small and large:
        little, much = small.pop(), large[-1]
        other[little] = much
        width[much] -= 1 - width[little]
        if width[much] < 1:
            small.append(large.pop())
    # What rounding leaves in `small` misses its width by a few units of the last place; the most probable outcome takes it.
    for place in large:
        other[place] = place
    own = np.minimum(np.array(width), 1.0) * 2.0**53
    # A full column draws itself on either side, and so needs no threshold beyond the last word.
    return np.minimum(own, 2.0**53 - 1).astype(np.uint64) << np.uint64(11), np.array(other)
