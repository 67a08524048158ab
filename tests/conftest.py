"""What every test runs under."""

import sys

# Dask brings pyarrow, which changes how pandas holds text; only `on_cluster.py`, in a process of its own, is run with it.
sys.modules["pyarrow"] = None  # type: ignore[assignment]

from hypothesis import settings  # noqa: E402 - it may import pandas

# The same examples on every run and every machine; no deadline, because a machine may be shared.
settings.register_profile("segkit", derandomize=True, deadline=None)
settings.load_profile("segkit")
