"""The one place that sends: options, retries, and the mapping of what came back to an answer or an error.

Nothing that holds a credential is ever a local of a frame that an exception passes through: the header is set inside the
client's authentication step, and failures are values until they are raised here.
"""

from __future__ import annotations

import functools
import logging
import ssl
import threading
import time
import weakref
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, NoReturn, Self

import httpx
import stamina

from segkit import errors
from segkit.credentials import OUR_RETRIES, guard_logs
from segkit.transport.address import address_fault, header_fault
from segkit.transport.call import Call, Options, Reply, written
from segkit.transport.failure import failure, no_answer, too_long
from segkit.transport.retry import decide, in_doubt, usual_wait
from segkit.transport.stream import Stream
from segkit.transport.wsgi import WsgiMount

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from wsgiref.types import WSGIApplication

    from segkit.credentials import Secret

_log = logging.getLogger(OUR_RETRIES)

SHORTEST_TRY_SECONDS = 0.01  # the first try is made also where making the client has used up the total


class _HeaderToken(httpx.Auth):
    """Puts a credential into its header, at the last moment."""

    def __init__(self, name: str, scheme: str, secret: Secret) -> None:
        self._name, self._before, self._secret = name, f"{scheme} " if scheme else "", secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[self._name] = self._before + self._secret.reveal()
        yield request


VendorWords = tuple[int | None, str]


class Connection:
    """A vendor's host, the credential for it, and one keep-alive client that threads may share.

    Parameters
    ----------
    base_url
        Scheme, host and base path, checked before with `address_fault`; user and password in it are refused.
    secret, header, scheme
        The credential, the header that carries it, and the word before it there, such as ``Basic`` or ``Bearer``.
    words
        Reads the vendor's code and message from the body of a failure.
    advice
        What an error says behind the vendor's words, by status.
    app
        A WSGI application to call in this process instead of the network.
    """

    def __init__(
        self,
        base_url: str,
        *,
        secret: Secret,
        header: str,
        scheme: str = "",
        words: Callable[[bytes], VendorWords],
        advice: Mapping[int, str] | None = None,
        app: WSGIApplication | None = None,
        options: Options | None = None,
    ) -> None:
        if fault := address_fault(base_url) or header_fault(header):
            base_url = "…"  # a traceback that prints locals must not find a password here
            raise errors.InvalidInput(fault)
        if not secret.sendable:
            raise errors.InvalidInput(f"{secret.name} holds a character that no header can carry: copy it again, without spaces")
        self.base_url = base_url.rstrip("/")
        self._set(options or Options())
        self._words = words
        self._advice = advice or {}
        self._app = app
        self._auth = _HeaderToken(header, scheme, secret)
        self._shared = _Shared(encrypted=not self.base_url.lower().startswith("http:"))
        guard_logs()

    def with_options(self, options: Options) -> Self:
        """Return a connection with other options over the same client."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin._set(options)  # noqa: SLF001 - its twin
        return twin

    def _set(self, options: Options) -> None:
        self.options = options
        self._timeout = httpx.Timeout(options.timeout_seconds, connect=options.connect_seconds)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._shared.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a connection is not pickled: make the client anew where it is needed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def send(self, call: Call) -> Reply:
        """Send a call, replayed as far as it may be.

        Raises
        ------
        segkit.errors.CallError
            One of its kinds; the answer of a failure is in it, redacted.
        """
        return self._carried_out(call)  # type: ignore[return-value] # only what `stream` asks is answered with a stream

    def stream(self, call: Call) -> Stream:
        """Send a call, replayed as far as it may be until an answer begins, and return that answer while it comes in."""
        return self._carried_out(replace(call, streamed=True))  # type: ignore[return-value] # what is streamed is so answered

    def _carried_out(self, call: Call) -> Reply | Stream:
        started = time.monotonic()
        outcome = self._once(call, started)
        # A call that succeeds at once, as nearly all do, does not pay for the machinery of retries.
        return self._replayed(call, outcome, started) if isinstance(outcome, errors.CallError) else outcome

    def _replayed(self, call: Call, outcome: Reply | Stream | errors.CallError, started: float) -> Reply | Stream:
        """Replay a call that failed as far as it may be; raise its last failure."""
        retries = self.options.retries
        tries, doubt = 1, False

        def again(error: Exception) -> bool | float:
            elapsed = time.monotonic() - started
            wait = decide(error, replayable=call.replayable, elapsed_seconds=elapsed, retries=retries)
            if wait is False or tries >= retries.attempts:
                return False
            if wait is True:
                wait = min(usual_wait(tries, retries), max(0.0, retries.total_seconds - elapsed))
            _log.warning("%s; try %d of %d in %.2f seconds", str(error), tries + 1, retries.attempts, wait)
            return wait

        # Their clock would start after the first try: `decide` and `_left` keep the total.
        attempts = stamina.retry_context(on=again, attempts=retries.attempts, timeout=None)
        for attempt in attempts.with_name(OUR_RETRIES, (), {}):
            with attempt:
                if attempt.num > 1 and self._left(started) > 0:
                    tries = attempt.num
                    outcome = self._once(call, started)
                if isinstance(outcome, Reply):
                    return replace(outcome, attempts=tries, in_doubt=doubt)
                if isinstance(outcome, Stream):
                    outcome.attempts, outcome.in_doubt = tries, doubt
                    return outcome
                outcome.attempts, outcome.in_doubt = tries, doubt or in_doubt(outcome)
                doubt = outcome.in_doubt
                raise outcome
        raise errors.Unreachable("nothing was sent: stamina allowed no attempt", method=call.method)

    def _left(self, started: float) -> float:
        """Return the seconds that are left of the total."""
        return started + self.options.retries.total_seconds - time.monotonic()

    def _once(self, call: Call, started: float) -> Reply | Stream | errors.CallError:
        """Send once; a failure is returned, so that no frame below this one stands in a traceback."""
        outcome = self._outcome(call, started)
        if isinstance(outcome, Reply | Stream | errors.CallError):
            return outcome
        # An interrupt, or a defect: the frames that it passed through hold the header.
        outcome.__cause__ = outcome.__context__ = None
        raise outcome.with_traceback(None)

    def _outcome(self, call: Call, started: float) -> Reply | Stream | errors.CallError | BaseException:
        client = self._shared.client(self._app)
        request = self._request(client, call, started)
        got = bytearray()
        response = None
        try:
            response = client.send(request, auth=self._auth, stream=True)
            if call.streamed and response.is_success:
                stream, response = Stream(response, request, self._left(started), self._shared), None
                return stream
            for chunk in response.iter_bytes():
                got += chunk
                if self._left(started) < 0:
                    return too_long(request)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return no_answer(error, request, response.status_code if response else None, bytes(got))
        except BaseException as error:  # noqa: BLE001 - raised again by `_once`
            closed = isinstance(error, RuntimeError) and client.is_closed
            return errors.Unreachable("the client was closed meanwhile", method=call.method) if closed else error
        finally:
            if response is not None:
                response.close()
        reply = Reply(response.status_code, response.headers, bytes(got), call.method, request.url)
        return reply if response.is_success else failure(reply, *self._words(reply.body), self._advice.get(reply.status, ""))

    def _request(self, client: httpx.Client, call: Call, started: float) -> httpx.Request:
        query = f"?{written(call.params)}" if call.params else ""
        left = max(self._left(started), SHORTEST_TRY_SECONDS)
        options = self.options
        in_time = left >= options.timeout_seconds
        return client.build_request(
            call.method,
            _url(self.base_url + call.path + query),
            content=call.body,
            headers={"content-type": call.media_type} if call.media_type else None,
            timeout=self._timeout if in_time else httpx.Timeout(left, connect=min(left, options.connect_seconds)),
        )


@functools.lru_cache(maxsize=256)
def _url(text: str) -> httpx.URL:
    """Parse an address once: for a call that is made again and again this is a twentieth of its cost."""
    return httpx.URL(text)


class _Shared:
    """The one httpx client of a connection and its copies, made when it is first needed, closed with the last of them."""

    def __init__(self, *, encrypted: bool) -> None:
        self._encrypted = encrypted
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._end: Callable[[], object] | None = None

    def client(self, app: WSGIApplication | None) -> httpx.Client:
        if (client := self._client) is None:
            with self._lock:
                if (client := self._client) is None:
                    # No cookie is kept: threads share the client, and a vendor may write anything into one.
                    jar = CookieJar(DefaultCookiePolicy(allowed_domains=()))
                    # Reading all certificates takes longer than ten calls to a sandbox; what needs none trusts nobody.
                    trusted = True if self._encrypted else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                    mount = WsgiMount(app) if app else None
                    client = httpx.Client(transport=mount, verify=trusted, trust_env=app is None, cookies=jar)
                    self._client = client
                    self._end = weakref.finalize(self, client.close)
        return client

    def close(self) -> None:
        with self._lock:
            if self._end is not None:
                self._end()
            self._client = self._end = None
