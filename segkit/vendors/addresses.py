"""Where the vendors' APIs are, and which addresses are real vendors'."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

BASE_URLS = {
    "production": "https://api.spectrumsurveys.com/suppliers/v2",
    "staging": "https://staging.spectrumsurveys.com/suppliers/v2",
}
"""Of PureSpectrum's Segmentation API, by environment."""

BUYER_URLS = {
    "production": "https://api.spectrumsurveys.com/buyers/v2",
    "staging": "https://staging.spectrumsurveys.com/buyers/v2",
}
"""Of PureSpectrum's Buy API, by environment."""

CIOPULSE_URLS = {"production": "https://app.cio-pulse.com/api/v5"}
"""Of CIOPulse's API, version 5; it documents one environment."""

INSTALEAP_URLS = {
    "production": "https://deadpool.instaleap.io/api/v3",
    "staging": "https://deadpool.xandar.instaleap.io/api/v3",
}
"""Of Instaleap's customer segments, by environment."""

INFINITY_URLS = {"production": "https://api.infinitycloud.com/config/v2"}
"""Of Infinity's Config API, version 2; it documents one environment."""

_LIVE = (BASE_URLS, BUYER_URLS, CIOPULSE_URLS, INSTALEAP_URLS, INFINITY_URLS)
_LIVE_HOSTS = {urlsplit(urls["production"]).hostname for urls in _LIVE}


def is_live(base_url: str, environment: str) -> bool:
    """Whether calls to an address save data at a real vendor: not on staging, not on this machine."""
    host = urlsplit(base_url).hostname or ""
    if host in _LIVE_HOSTS:
        return True
    return not (environment == "staging" or host.startswith("staging.")) and not is_here(base_url)


def is_here(base_url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
