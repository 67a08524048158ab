"""What every vendor's client can do beside its calls: say whom it asks, ask in another way, let go."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Self

from segkit.vendors.access import shown

if TYPE_CHECKING:
    from segkit.sandbox.app import Sandbox
    from segkit.transport.retry import Retries
    from segkit.vendors.access import Access


class VendorClient:
    """A client of a vendor; the vendor's own sets `_access` when it is made, and has the calls."""

    _access: Access

    @property
    def environment(self) -> str:
        """Its name: production, staging where there is one, sandbox, or custom for another address."""
        return self._access.environment

    @property
    def double(self) -> Sandbox | None:
        """The sandbox that answers in the vendor's place, None for a vendor."""
        return self._access.double

    @double.setter
    def double(self, double: Sandbox | None) -> None:
        self._access = self._access.answered_by(double)

    @property
    def base_url(self) -> str:
        """The address that is asked."""
        return self._access.base_url

    @property
    def live(self) -> bool:
        """Whether calls change something at a real vendor: not in the sandbox, on staging, or on this machine."""
        return self._access.live

    def with_options(
        self, *, timeout: float | None = None, connect_timeout: float | None = None, retries: Retries | None = None
    ) -> Self:
        """Return a client with other options over the same connections.

        Examples
        --------
        >>> from segkit import PureSpectrum
        >>> ps = PureSpectrum.sandbox().with_options(timeout=5)
        """
        twin = copy.copy(self)
        twin._access = self._access.with_options(timeout, connect_timeout, retries)  # noqa: SLF001 - its twin
        return twin

    def close(self) -> None:
        """Close the connections that are kept alive; a later call opens them anew."""
        self._access.connection.close()

    def __repr__(self) -> str:
        return shown(self)
