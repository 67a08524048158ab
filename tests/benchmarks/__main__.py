"""Print every measurement beside its floor: ``make bench``. A ratio is of two things measured in the same run."""

from __future__ import annotations

import sys

import calculate
import forecast
import importing
import lint
import patterns
import reading
import score
import segments
import simulate


def main() -> int:
    """Run all; exit 1 when a bound is not held."""
    rows = [
        *importing.measure(),
        *reading.measure(),
        *calculate.measure(),
        *lint.measure(),
        *patterns.measure(),
        *forecast.measure(),
        *simulate.measure(),
        *score.measure(),
        *segments.measure(),
    ]
    width = max(len(row.work) for row in rows)
    for row in rows:
        verdict = "ok" if row.held else "NOT HELD"
        print(f"{row.work:<{width}}  {row.value:>9.3f} {row.unit:<10} bound {row.bound:<10} {verdict}")
    return int(not all(row.held for row in rows))


if __name__ == "__main__":
    sys.exit(main())
