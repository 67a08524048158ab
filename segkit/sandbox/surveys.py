"""The surveys that the double keeps: each as its body, and how far each of its quotas is filled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    from segkit.sandbox.state import State

FIRST_ID = 9900001
"""Far from the ids that the vendor's documents print."""

_SURVEYS = """
CREATE TABLE IF NOT EXISTS purespectrum_surveys (
    survey_id INTEGER PRIMARY KEY, body TEXT NOT NULL, completes INTEGER NOT NULL DEFAULT 0
)
"""
_QUOTAS = """
CREATE TABLE IF NOT EXISTS purespectrum_quotas (
    survey_id INTEGER NOT NULL, ps_quota_id TEXT NOT NULL, achieved INTEGER NOT NULL DEFAULT 0, current_target INTEGER,
    PRIMARY KEY (survey_id, ps_quota_id)
)
"""
_RESPONDENTS = """
CREATE TABLE IF NOT EXISTS purespectrum_respondents (
    survey_id INTEGER NOT NULL, respondent_id TEXT NOT NULL, PRIMARY KEY (survey_id, respondent_id)
)
"""
_COUNT = """
INSERT INTO purespectrum_quotas VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET achieved = excluded.achieved, current_target = excluded.current_target
"""


_GREATEST_ID = 2**63 - 1  # of sqlite


def id_in(path: str) -> int:
    """Return the id that a part of a path spells, 0 when it is none."""
    is_number = path.isascii() and path.isdigit() and len(path) <= len(str(_GREATEST_ID))
    return int(path) if is_number else 0


class Surveys:
    """The tables of surveys; every method but the first is called within a transaction of the state."""

    def __init__(self, state: State) -> None:
        for table, statement in (("surveys", _SURVEYS), ("quotas", _QUOTAS), ("respondents", _RESPONDENTS)):
            state.create(f"purespectrum_{table}", statement)

    def next_id(self, connection: sqlite3.Connection) -> int:
        """Return an id that no survey has."""
        ((greatest,),) = connection.execute("SELECT max(survey_id) FROM purespectrum_surveys").fetchall()
        return FIRST_ID if greatest is None else int(greatest) + 1

    def find(self, connection: sqlite3.Connection, survey_id: int) -> dict[str, Any] | None:
        """Return a survey's body, None when there is no such survey."""
        if not 0 < survey_id <= _GREATEST_ID:
            return None
        row = connection.execute("SELECT body FROM purespectrum_surveys WHERE survey_id = ?", (survey_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def ids(self, connection: sqlite3.Connection) -> list[int]:
        """Return the ids of all surveys, oldest first."""
        return [row[0] for row in connection.execute("SELECT survey_id FROM purespectrum_surveys ORDER BY survey_id")]

    def keep(self, connection: sqlite3.Connection, body: dict[str, Any]) -> None:
        """Keep a survey; the count of its completes stays."""
        sql = "INSERT INTO purespectrum_surveys (survey_id, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
        connection.execute(sql, (body["ps_survey_id"], json.dumps(body)))

    def completes(self, connection: sqlite3.Connection, survey_id: int) -> int:
        """Return how many completes a survey has."""
        sql = "SELECT completes FROM purespectrum_surveys WHERE survey_id = ?"
        return int(connection.execute(sql, (survey_id,)).fetchone()[0])

    def count(self, connection: sqlite3.Connection, survey_id: int, completes: int) -> None:
        """Keep how many completes a survey has."""
        connection.execute("UPDATE purespectrum_surveys SET completes = ? WHERE survey_id = ?", (completes, survey_id))

    def filled(self, connection: sqlite3.Connection, survey_id: int) -> dict[str, tuple[int, int | None]]:
        """Return by ps_quota_id how many completes a quota has, and its current target where one was set."""
        sql = "SELECT ps_quota_id, achieved, current_target FROM purespectrum_quotas WHERE survey_id = ?"
        return {row[0]: (row[1], row[2]) for row in connection.execute(sql, (survey_id,))}

    def fill(self, connection: sqlite3.Connection, survey_id: int, quota: str, achieved: int, target: int | None) -> None:
        """Keep how many completes a quota has, and its current target."""
        connection.execute(_COUNT, (survey_id, quota, achieved, target))

    def respondents(self, connection: sqlite3.Connection, survey_id: int) -> set[str]:
        """Return the ids of those who entered a survey."""
        sql = "SELECT respondent_id FROM purespectrum_respondents WHERE survey_id = ?"
        return {row[0] for row in connection.execute(sql, (survey_id,))}

    def admit(self, connection: sqlite3.Connection, survey_id: int, respondents: set[str]) -> None:
        """Keep the ids of those who entered."""
        rows = [(survey_id, respondent) for respondent in sorted(respondents)]
        connection.executemany("INSERT OR IGNORE INTO purespectrum_respondents VALUES (?, ?)", rows)
