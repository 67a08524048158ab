"""Where PureSpectrum's API is, and which addresses are real vendors'."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

BASE_URLS = {
    "production": "https://api.spectrumsurveys.com/suppliers/v2",
    "staging": "https://staging.spectrumsurveys.com/suppliers/v2",
}


def is_live(base_url: str, environment: str) -> bool:
    """Whether calls to an address save data at a real vendor: not on staging, not on this machine."""
    host = urlsplit(base_url).hostname or ""
    if host == urlsplit(BASE_URLS["production"]).hostname:
        return True
    if environment == "staging" or host == "localhost" or host.startswith("staging."):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
