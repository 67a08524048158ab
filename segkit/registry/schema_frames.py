"""What a registry keeps as a frame that can be edited and wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from segkit.registry.plan_rows import in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from segkit.registry.schema import Record, Schema

_DTYPES = {"active": "boolean", "segment_order": "Int64", "org_id": "Int64"}


def framed(schema: Schema, records: Mapping[str, Record], key: Any = "str") -> pd.DataFrame:  # noqa: ANN401 - a dtype
    """Return one row a segment, sorted by key: the key's column, and one a field."""
    keys = sorted(records, key=in_order)
    columns = {schema.key.name: pd.Series([int(each) if key == "Int64" else each for each in keys], dtype=key)}
    for name in schema.names:
        columns[name] = pd.Series([records[each].get(name) for each in keys], dtype=_DTYPES.get(name, "str"))
    return pd.DataFrame(columns)
