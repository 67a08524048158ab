"""What every test runs under."""

import gc
import sys

# Dask brings pyarrow, which changes how pandas holds text; only `on_cluster.py`, in a process of its own, is run with it.
sys.modules["pyarrow"] = None  # type: ignore[assignment]

from hypothesis import HealthCheck, settings  # noqa: E402 - it may import pandas
from hypothesis.internal.conjecture import providers  # noqa: E402

# The same examples on every run and every machine: none of the constants of whatever modules other tests have loaded by then;
# and nothing goes by the clock, because a machine may be shared.
providers.is_local_module_file = lambda _: False
settings.register_profile("segkit", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("segkit")


def pytest_collection_finish() -> None:
    """Put what stays to the end out of the garbage collector's sight, which would go over it again and again."""
    gc.collect()
    gc.freeze()
