"""What the sandbox remembers: sqlite, in memory or in a file, one connection behind a lock."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
import weakref
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CALLS = """
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, status INTEGER NOT NULL,
    provenance TEXT NOT NULL, subject TEXT NOT NULL, fault TEXT NOT NULL
)
"""
_IDENTITY = "CREATE TABLE IF NOT EXISTS identity (one INTEGER PRIMARY KEY, word TEXT NOT NULL)"


class Call(NamedTuple):
    """One call that was answered; what was sent as a credential is not kept.

    Attributes
    ----------
    endpoint
        Method and route, such as ``POST /suppliers/v2/segmentation/calculate``.
    subject
        Whom it was about (a member id), empty if nobody.
    fault
        The fault that was asked for and met this call, empty if none.
    """

    number: int
    endpoint: str
    status: int
    provenance: str
    subject: str
    fault: str


class State:
    """Tables that several threads share.

    Parameters
    ----------
    path
        ``":memory:"`` or a file, which another sandbox may open later and go on with.

    Attributes
    ----------
    identity
        A word of this state's own, the same for all who open its file.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise InvalidInput(f"{path} cannot hold the sandbox's state: {error}; name another file") from None
        self.close = weakref.finalize(self, self._connection.close)
        self._tables: list[str] = []
        try:
            if str(path) != ":memory:":
                self._connection.execute("PRAGMA journal_mode=WAL")
                self._connection.execute("PRAGMA synchronous=NORMAL")
            self.create("calls", _CALLS)
            self._connection.execute(_IDENTITY)
            self._connection.execute("INSERT OR IGNORE INTO identity VALUES (1, ?)", (secrets.token_hex(8),))
            self.identity = str(self._connection.execute("SELECT word FROM identity").fetchone()[0])
        except sqlite3.DatabaseError as error:
            self.close()
            raise InvalidInput(f"{path} cannot hold the sandbox's state: {error}; name another file") from None

    def create(self, table: str, statement: str) -> None:
        """Add a vendor's table; `reset` empties it with the others."""
        self._connection.execute(statement)
        self._tables.append(table)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread; all of what it does is kept, or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def record(self, endpoint: str, status: int, provenance: str, subject: str, fault: str) -> None:
        """Keep that a call was answered."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO calls VALUES (NULL, ?, ?, ?, ?, ?)", (endpoint, status, provenance, subject, fault))

    def calls(self) -> Calls:
        """Return what was answered so far."""
        with self.transaction() as connection:
            return Calls(map(Call._make, connection.execute("SELECT * FROM calls ORDER BY number")))

    def reset(self) -> None:
        """Forget everything."""
        with self.transaction() as connection:
            for table in self._tables:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names, never a caller's


class Calls(tuple[Call, ...]):
    """The calls that were answered, in order."""

    __slots__ = ()

    @property
    def counts(self) -> dict[str, int]:
        """The number of calls of each endpoint."""
        return dict(Counter(call.endpoint for call in self))

    def count_of(self, ending: str) -> int:
        """Return how many calls went to endpoints that end so, such as ``/calculate``."""
        return sum(call.endpoint.endswith(ending) for call in self)

    def __repr__(self) -> str:
        return f"<Calls: {self.counts}>"
