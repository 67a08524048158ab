"""What a CIOPulse portal keeps of a segment, for plans."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from segkit.registry.cells import flag, text
from segkit.registry.portal_names import check_code, check_text, cleaned
from segkit.registry.preflight import Given, Wanted, given_rows, keyed
from segkit.registry.schema import Field, Schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from segkit.findings import Finding
    from segkit.registry.cells import Value
    from segkit.registry.portal import PortalSegment
    from segkit.registry.schema import Record


def _stripped(value: Value) -> Value:
    return value.strip() if isinstance(value, str) else value


def _clean_name(value: Value) -> Value:
    return cleaned(value.strip()) if isinstance(value, str) else value


def _check_code(value: Value, where: str) -> Iterator[Finding]:
    yield from check_text(value, where)
    yield from (dataclasses.replace(found, where=where) for found in check_code(str(value)))


def _check_key(value: Value, where: str) -> Iterator[Finding]:
    yield from check_text(value, where)


SCHEMA = Schema(
    "segments of a CIOPulse portal",
    Field("system_id", text, check=_check_key),
    (
        Field("segment_code", text, clean=_stripped, check=_check_code, required=True, unique=True),
        Field("segment_name", text, clean=_clean_name, check=check_text, required=True, is_name=True),
        Field("active", flag, options=("true", "false")),
    ),
)
"""Whether names must be unique is not documented, so two that are equal from the beginning are a warning."""


def record_of(segment: PortalSegment) -> Record:
    """Return what a portal keeps of a segment."""
    return {name: getattr(segment, name) for name in SCHEMA.names}


def wanted_of(frame: pd.DataFrame) -> Wanted:
    """Read what is wanted of a portal."""
    return keyed(*given_rows(frame, SCHEMA), SCHEMA, _key_of)


def _key_of(row: Given) -> tuple[str | None, str]:
    return row.key, "" if row.key else "there is no usable id"
