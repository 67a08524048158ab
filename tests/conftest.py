"""What every test runs under."""

from hypothesis import settings

# The same examples on every run and every machine; no deadline, because a machine may be shared.
settings.register_profile("segkit", derandomize=True, deadline=None)
settings.load_profile("segkit")
