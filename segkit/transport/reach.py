"""Whether a host answers, asked the way that calls go: through the same proxies, with the same certificates."""

from __future__ import annotations

import httpx


def reaches(url: str, seconds: float) -> bool:
    """Whether anything answers at a URL, whatever the status; no credential is sent."""
    try:
        httpx.head(url, timeout=seconds)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, ImportError):  # the last two for a proxy that cannot be used
        return False
    return True
