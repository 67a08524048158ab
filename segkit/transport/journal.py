"""What was asked and answered, in one sqlite file, so that a run that was killed asks only for what is missing.

Entries are written, and committed, as soon as their answers are here. They hold what the vendor answered, never a credential.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple, Self

from segkit.errors import InvalidInput

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

FORMAT = 1
APPLICATION = 0x5E67_1000  # by which sqlite files of different programs are told apart
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS entry (
        key TEXT PRIMARY KEY, label TEXT NOT NULL, answer BLOB NOT NULL, note TEXT NOT NULL, provenance TEXT NOT NULL,
        written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
    ) WITHOUT ROWID
"""

_MARKS = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id, pragma_user_version"
)


class Entry(NamedTuple):
    """One answer: the key of what was asked, whom it was asked about, the answer's body, its note and provenance."""

    key: str
    label: str
    answer: bytes
    note: str
    provenance: str


class Journal:
    """A sqlite file of answers; one process may write it at a time, others wait.

    Parameters
    ----------
    path
        The file, made when it is not there. None keeps the journal in memory.

    Raises
    ------
    InvalidInput
        When the file is something else.
    """

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        try:
            self._database = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None)
        except sqlite3.Error as error:
            raise InvalidInput(f"{path} cannot be used as a journal: {error}") from None
        try:
            known = self._prepare()
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise InvalidInput(f"{path} cannot be used as a journal: {error}") from None
        if not known:
            self._database.close()
            raise InvalidInput(f"{path} is not a journal of this segkit: name another file")

    def _prepare(self) -> bool:
        """Make the table where there is none; return False where the file is something else."""
        *marks, tables = self._database.execute(_MARKS).fetchone()
        if marks != ([APPLICATION, FORMAT] if tables else [0, 0]):
            return False
        # Killed processes lose nothing either way; without a sync a commit costs microseconds, not milliseconds.
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("BEGIN IMMEDIATE")
        self._database.execute(_SCHEMA)
        self._database.execute(f"PRAGMA application_id = {APPLICATION}")
        self._database.execute(f"PRAGMA user_version = {FORMAT}")
        self._database.execute("COMMIT")
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._database.close()

    def find(self, keys: Iterable[str]) -> Iterator[Entry]:
        """Return the entries there are for these keys."""
        for key in keys:
            row = self._database.execute(
                "SELECT key, label, answer, note, provenance FROM entry WHERE key = ?", (key,)
            ).fetchone()
            if row:
                yield Entry(*row)

    def write(self, entries: Iterable[Entry]) -> None:
        """Write and commit entries, all or none; the same key again replaces its entry."""
        # one statement and one commit for all: sqlite lets go of the interpreter each time, and threads are waiting for it
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR REPLACE INTO entry (key, label, answer, note, provenance) VALUES (?, ?, ?, ?, ?)", entries
        )
        self._database.execute("COMMIT")

    def __iter__(self) -> Iterator[Entry]:
        """Return every entry, by key."""
        for row in self._database.execute("SELECT key, label, answer, note, provenance FROM entry ORDER BY key"):
            yield Entry(*row)

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM entry").fetchone()[0])
