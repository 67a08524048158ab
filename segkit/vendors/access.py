"""What every client has before it can ask: an address, a credential, a connection, and perhaps a double in the vendor's place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Self, TypeVar

from segkit.credentials import Secret
from segkit.errors import InvalidInput, MissingCredential
from segkit.transport.address import address_fault
from segkit.transport.call import Options
from segkit.vendors.addresses import is_live

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from segkit.sandbox.app import Sandbox
    from segkit.transport.client import Connection
    from segkit.transport.retry import Retries


@dataclass(frozen=True, slots=True)
class Address:
    """Where a client asks, and under which name of an environment; `fault` says why there is nowhere to ask.

    A value and no error, so that the constructor may let go of what it was given before anything is raised: a traceback
    prints locals, and an address that cannot be used may hold a password.
    """

    base_url: str
    environment: str
    fault: str | None = None

    @classmethod
    def find(cls, given: str | None, environment: str, known: Mapping[str, str]) -> Self:
        """Return the address that was given, else the vendor's in this environment; never raises."""
        url = known.get(environment, "") if given is None else given
        fault = address_fault(url) if url else f"environment is {environment!r}: give {' or '.join(known)}, or a base_url"
        named = "custom" if given is not None and environment == "production" else environment
        return cls("" if fault else url, named, fault)

    def checked(self) -> str:
        """Return the base URL.

        Raises
        ------
        InvalidInput
            When it cannot be used.
        """
        if self.fault:
            raise InvalidInput(self.fault)
        return self.base_url


def required(secret: Secret | None, client: str, variable: str, argument: str = "token") -> Secret:
    """Return the credential that a client has found; `argument` is what it is given as.

    Raises
    ------
    MissingCredential
        When it found none.
    """
    if secret is None:
        wanted = f"give {argument}=... as text, or set {variable}, or use {client}.sandbox() without an account"
        raise MissingCredential(f"no {argument}: {wanted}")
    return secret


def basic(account: Secret, password: Secret) -> Secret:
    """Return what a Basic header carries of both.

    Raises
    ------
    InvalidInput
        When one of them cannot stand there.
    """
    if ":" in account.reveal() or not account.sendable:
        raise InvalidInput(f"{account.name} holds a colon, a space or no ASCII, which Basic cannot carry: copy it again")
    if not password.reveal().isprintable():
        raise InvalidInput(f"{password.name} holds a line break or another control character: copy it again")
    return Secret.basic(account, password)


def options(timeout: float, connect_timeout: float, retries: Retries | None) -> Options:
    """Return how calls are sent; the usual retries where none are given."""
    return Options(timeout, connect_timeout) if retries is None else Options(timeout, connect_timeout, retries)


@dataclass(frozen=True, slots=True)
class Access:
    """What a client holds: its connection, its environment, its double, and by which names it is told.

    Attributes
    ----------
    client, variable
        The name of the client, and of the variable that holds its credential.
    double
        The sandbox that answers in the vendor's place, None for a vendor.
    """

    client: str
    variable: str
    connection: Connection
    environment: str
    double: Sandbox | None = None

    @property
    def base_url(self) -> str:
        """The address that is asked."""
        return self.connection.base_url

    @property
    def live(self) -> bool:
        """Whether calls save data at a real vendor: not in the sandbox, on staging, or on this machine."""
        # A client that was given production's address is live whatever answers in its place.
        return is_live(self.base_url, "staging" if self.double else self.environment)

    def with_options(self, timeout: float | None, connect_timeout: float | None, retries: Retries | None) -> Self:
        """Return the same with other options over the same connections; None leaves an option as it is."""
        own = self.connection.options
        chosen = Options(
            own.timeout_seconds if timeout is None else timeout,
            own.connect_seconds if connect_timeout is None else connect_timeout,
            own.retries if retries is None else retries,
        )
        return replace(self, connection=self.connection.with_options(chosen))

    def answered_by(self, double: Sandbox | None) -> Self:
        """Return the same with this double."""
        return replace(self, double=double)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{self} is not pickled: make the client anew where it is needed, with {self.variable} in its environment"
        )

    def __repr__(self) -> str:
        return f"<{self.client} {self.environment} {self.base_url}>"


def shown(client: object) -> str:
    """Write a client's repr, also of one that is shown by a traceback of its own constructor."""
    access = vars(client).get("_access")
    return repr(access) if access else f"<{type(client).__name__}, not made>"


class _Doubled(Protocol):
    double: Sandbox | None


Client = TypeVar("Client", bound=_Doubled)


def in_sandbox(make: Callable[..., Client], path: str, switches: Mapping[str, Any], account: str = "") -> Client:
    """Return a client of a fresh sandbox in this process, whose API is below a path.

    Parameters
    ----------
    make
        Takes the token, or the password that goes with the account.
    """
    import secrets  # noqa: PLC0415 - only a sandbox needs it

    from segkit.sandbox.app import Sandbox  # noqa: PLC0415 - the only door from a client to its double

    token = Secret(secrets.token_urlsafe(30), "the sandbox's token")  # 40 characters, as CIOPulse's keys have
    double = Sandbox(tokens=(f"{account}:{token.reveal()}" if account else token.reveal(),), **switches)
    client = make(token, "sandbox", base_url=f"http://sandbox.invalid{path}", _app=double.wsgi)
    client.double = double
    return client
