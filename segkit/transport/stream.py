"""An answer that is read while it comes in."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx

from segkit.transport.failure import broken_off, no_answer, too_long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from segkit.errors import CallError


class Stream:
    """The body of an answer, to be gone over once; `close` it where that ends before its end.

    Attributes
    ----------
    status, attempts, in_doubt
        As of a `Reply`: of what came before the first byte. Nothing is sent again after it.
    """

    def __init__(self, response: httpx.Response, request: httpx.Request, waiting_seconds: float, client: object) -> None:
        self._client = client  # closed with the last that holds it, and it may be that nobody else does
        self.status, self.attempts, self.in_doubt = response.status_code, 1, False
        self._left_seconds = waiting_seconds
        # The response holds the header with the credential: no attribute shows it.
        pieces, got = response.iter_bytes(), 0

        def following() -> bytes | BaseException | None:
            nonlocal got
            try:
                piece = next(pieces, None)
            except httpx.TimeoutException as error:
                return no_answer(error, request, response.status_code, b"")
            except (httpx.TransportError, httpx.DecodingError) as error:
                return broken_off(error, request, response.status_code, got)
            except BaseException as error:  # noqa: BLE001 - raised again, without its frames
                return error
            got += len(piece or b"")
            return piece

        self._following: Callable[[], bytes | BaseException | None] = following
        self.close: Callable[[], None] = response.close
        self._late: Callable[[], CallError] = lambda: too_long(request)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes as they come in.

        Raises
        ------
        segkit.errors.CallError
            When the rest does not come in, or takes too long; the time in which nobody waits does not count.
        """
        try:
            while True:
                began = time.monotonic()
                piece = self._following()
                self._left_seconds -= time.monotonic() - began
                if self._left_seconds < 0:
                    piece = self._late()
                if piece is None:
                    return
                if isinstance(piece, BaseException):
                    piece.__cause__ = piece.__context__ = None
                    raise piece.with_traceback(None)
                yield piece
        finally:
            self.close()

    def __repr__(self) -> str:
        return "<Stream>"
