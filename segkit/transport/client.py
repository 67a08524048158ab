"""The one place that sends: options, retries, and the mapping of what came back to an answer or an error.

Nothing that holds a credential is ever a local of a frame that an exception passes through: the header is set inside the
client's authentication step, and failures are values until they are raised here.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import httpx
import msgspec
import stamina

from segkit import errors
from segkit.credentials import guard_logs
from segkit.transport.call import Call, Options, Reply
from segkit.transport.failure import failure
from segkit.transport.retry import decide
from segkit.transport.wsgi import WsgiMount

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from wsgiref.types import WSGIApplication

    from segkit.credentials import Secret


class _HeaderToken(httpx.Auth):
    """Puts a credential into its header, at the last moment."""

    def __init__(self, name: str, secret: Secret) -> None:
        self._name, self._secret = name, secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._name] = self._secret.reveal()
        yield request


VendorWords = tuple[int | None, str]


class Connection:
    """A vendor's host, the credential for it, and one keep-alive client that threads may share.

    Parameters
    ----------
    base_url
        Scheme, host and base path; user and password in it are refused.
    secret, header
        The credential and the header that carries it.
    words
        Reads the vendor's code and message from the body of a failure.
    app
        A WSGI application to call in this process instead of the network.
    """

    def __init__(
        self,
        base_url: str,
        *,
        secret: Secret,
        header: str,
        words: Callable[[bytes], VendorWords],
        app: WSGIApplication | None = None,
        options: Options | None = None,
    ) -> None:
        if urlsplit(base_url).username or urlsplit(base_url).password:
            base_url = "…"
            raise errors.InvalidInput(
                "the base URL holds a user or password: give credentials as arguments or in the environment"
            )
        if urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).hostname:
            raise errors.InvalidInput(
                f'the base URL {base_url!r} is not one: give a scheme and a host, such as "https://host/path"'
            )
        if not secret.sendable:
            raise errors.InvalidInput(f"{secret.name} holds a character that no header can carry: copy it again, without spaces")
        self.base_url = base_url.rstrip("/")
        self.options = options or Options()
        self._words = words
        self._app = app
        self._auth = _HeaderToken(header, secret)
        self._shared = _Shared()
        guard_logs()

    def with_options(self, options: Options) -> Self:
        """Return a connection with other options over the same client."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__, options=options)
        return twin

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._shared.close()

    def send(self, call: Call) -> Reply:
        """Send a call, replayed as far as it may be.

        Raises
        ------
        segkit.errors.CallError
            One of its kinds; the answer of a failure is in it, redacted.
        """
        started = time.monotonic()
        retries = self.options.retries
        outcome = self._once(call, started)
        tries = 1

        def again(error: Exception) -> bool | float:
            return decide(error, replayable=call.replayable, elapsed_seconds=time.monotonic() - started, retries=retries)

        # A call that succeeds at once, as nearly all do, does not pay for the machinery of retries.
        if isinstance(outcome, Reply):
            return outcome
        for attempt in stamina.retry_context(
            on=again,
            attempts=retries.attempts,
            timeout=retries.total_seconds,
            wait_initial=retries.wait_initial_seconds,
            wait_max=retries.wait_max_seconds,
        ):
            with attempt:
                if attempt.num > 1:
                    tries = attempt.num
                    outcome = self._once(call, started)
                if isinstance(outcome, Reply):
                    return replace(outcome, attempts=tries)
                outcome.attempts = tries
                raise outcome
        raise errors.InvalidInput(f"{retries} allows no attempt: give attempts of at least 1")

    def _once(self, call: Call, started: float) -> Reply | errors.CallError:
        """Send once; a failure is returned, so that no frame below this one stands in a traceback."""
        client = self._shared.client(self._app)
        options = self.options
        request = client.build_request(
            call.method,
            self.base_url + call.path,
            params=call.params or None,
            content=None if call.json is None else msgspec.json.encode(call.json),
            headers=None if call.json is None else {"content-type": "application/json"},
            timeout=httpx.Timeout(options.timeout_seconds, connect=options.connect_seconds),
        )
        about: dict[str, Any] = {"method": call.method, "url": str(request.url)}
        got = bytearray()
        response = None
        try:
            response = client.send(request, auth=self._auth, stream=True)
            for chunk in response.iter_bytes():
                got += chunk
                if time.monotonic() - started > options.retries.total_seconds:
                    return errors.TimedOut("the answer took longer than the total time allowed", **about)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.UnsupportedProtocol,
            httpx.ProxyError,
        ) as error:
            return errors.Unreachable(f"no connection: {error}", **about)
        except httpx.TimeoutException:
            return errors.TimedOut(f"no answer within {options.timeout_seconds:g} seconds", **about)
        except (httpx.TransportError, httpx.DecodingError) as error:
            status = response.status_code if response else None
            message = f"the connection closed before the answer was whole: {error}"
            return errors.UnexpectedAnswer(
                message, path=f"byte {len(got)}", cut_off=True, status=status, body=bytes(got), **about
            )
        finally:
            if response is not None:
                response.close()
        reply = Reply(response.status_code, dict(response.headers), bytes(got), **about)
        return reply if response.is_success else failure(reply, *self._words(reply.body))


class _Shared:
    """The one httpx client of a connection and its copies, made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def client(self, app: WSGIApplication | None) -> httpx.Client:
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = httpx.Client(transport=WsgiMount(app), trust_env=False) if app else httpx.Client()
        return self._client

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
