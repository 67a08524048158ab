"""The laws of the journal, and of the threads that feed it: a broken run asks again only for what is missing."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from far_side import QUICK
from members import members

import segkit as sk
from segkit import errors
from segkit.transport.bulk import ask_all
from segkit.transport.journal import Entry, Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ps() -> sk.PureSpectrum:
    """Return a client of a sandbox in this process, with quick waits."""
    return sk.PureSpectrum.sandbox().with_options(retries=QUICK)


@pytest.fixture
def tree(ps: sk.PureSpectrum) -> sk.Tree:
    """Return the tree 3910."""
    return ps.qualifications("en_US", 3910)[3910]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal may be made."""
    return tmp_path / "journal.sqlite"


def run(ps: sk.PureSpectrum, tree: sk.Tree, path: Any, n: int = 20, **choices: Any) -> tuple[int, int]:
    """Calculate n members; return how many were asked, and how many came from the journal."""
    done = ps.calculate_many(members(n), tree=tree, journal=path, progress=False, **choices)
    assert done["error"].isna().all()
    return done.attrs["segkit"]["asked"], done.attrs["segkit"]["from_journal"]


def entry(key: str = "k", answer: bytes = b"{}") -> Entry:
    """Return an entry."""
    return Entry(key, "m-1", answer, "a note", "synthetic")


# The file


def test_what_is_written_is_found_in_another_process_s_eyes(path: Path) -> None:
    """Each writing is committed at once: a second connection sees it while the first is open, and none of a failed one."""
    with Journal(path) as first, Journal(path) as second:
        first.write([entry("a"), entry("b")])
        assert list(second.find(["b", "x", "a"])) == [entry("b"), entry("a")]
        first.write([entry("a", b"[]")])
        assert (len(second), next(second.find(["a"])).answer) == (2, b"[]")


def test_a_journal_of_no_file_is_forgotten() -> None:
    """None keeps it in memory, for this run only."""
    with Journal(None) as kept:
        kept.write([entry()])
        assert len(kept) == 1
    with Journal(None) as kept:
        assert len(kept) == 0


def _other_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.write_text("member_id,segment\nm-1,111\n" * 40, encoding="utf-8"),
        lambda path: path.write_bytes(bytes(range(256)) * 30),
        lambda path: _other_database(path, "CREATE TABLE sales (n)", "INSERT INTO sales VALUES (7)"),
        lambda path: _other_database(path, "CREATE TABLE sales (n)", "PRAGMA user_version = 1"),
        lambda path: _other_database(path, "CREATE TABLE entry (key)", "PRAGMA user_version = 1"),
        lambda path: _other_database(path, "CREATE TABLE t (n)", "DROP TABLE t", "PRAGMA user_version = 9"),
    ],
    ids=["csv", "bytes", "sqlite", "sqlite, version 1", "a like table", "a later version"],
)
def test_a_file_that_is_no_journal_is_refused_and_left_untouched(
    make: Any, path: Path, ps: sk.PureSpectrum, tree: sk.Tree
) -> None:
    """Somebody's other file is never written to, and nothing is asked."""
    make(path)
    before = path.read_bytes()
    with pytest.raises(errors.InvalidInput, match=r"journal\.sqlite (is not|cannot be used as) a journal"):
        run(ps, tree, path)
    assert path.read_bytes() == before
    assert ps.double.calls.count_of("/calculate") == 0


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    """A folder, or a file in a folder that is not there, is InvalidInput and no defect of sqlite."""
    for place in (tmp_path, tmp_path / "no" / "journal"):
        with pytest.raises(errors.InvalidInput, match="cannot be used as a journal"):
            Journal(place)


def test_the_journal_keeps_the_answer_and_its_label(ps: sk.PureSpectrum, tree: sk.Tree, path: Path) -> None:
    """A row from the journal says the same as the row that was asked for, provenance and all."""
    first = ps.calculate_many(members(9), tree=tree, journal=path, progress=False)
    second = ps.calculate_many(members(9), tree=tree, journal=path, progress=False)
    assert second.equals(first)
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT label, answer, provenance FROM entry ORDER BY label").fetchall()
    assert [label for label, _, _ in rows] == [f"m-{n}" for n in range(9)]
    assert [word for _, _, word in rows] == ["documented"] + ["synthetic"] * 8
    assert msgspec.json.decode(rows[0][1])["segment_id"] == 111


# What is asked again


def test_a_second_run_asks_only_for_what_is_missing(ps: sk.PureSpectrum, tree: sk.Tree, path: Path) -> None:
    """More members, other order, other thread count: what is known is not asked again."""
    assert run(ps, tree, path, 10) == (10, 0)
    assert run(ps, tree, str(path), 25, workers=3) == (15, 10)
    assert run(ps, tree, path, 25) == (0, 25)
    assert [m.attempts for m in ps.double.members] == [1] * 25


def test_another_question_is_another_key(ps: sk.PureSpectrum, tree: sk.Tree, path: Path) -> None:
    """Other answers, another locale, another tree or another address are other calls, also for the same member."""
    run(ps, tree, path, 3)
    one = members(1)
    asked = lambda client, frame, **which: client.calculate_many(  # noqa: E731 - one expression, used below only
        frame, **{"tree": tree, "journal": path, "progress": False, **which}
    ).attrs["segkit"]["asked"]
    assert asked(ps, one) == 0
    assert asked(ps, one.assign(USQ1=112)) == 1
    assert asked(ps, one, tree=sk.Tree(tree.parent, tree.questions), locale="en_GB") == 1
    other = sk.Tree(msgspec.structs.replace(tree.parent, qualification_id=5000), tree.questions, locale="en_US")
    assert asked(ps, one, tree=other) == 1
    secret = ps._connection._auth._secret
    elsewhere = sk.PureSpectrum(secret, base_url="http://127.0.0.1:9/suppliers/v2", _app=ps.double.wsgi)
    assert asked(elsewhere, one) == 1
    assert asked(elsewhere, one) == 0
    assert asked(ps, one, per="profile") == 1


def test_a_sandbox_answers_for_itself_alone(ps: sk.PureSpectrum, tree: sk.Tree, path: Path, tmp_path: Path) -> None:
    """A journal of one sandbox does not satisfy another in memory; clients of one state file share it; repr tells nothing."""
    other = sk.PureSpectrum.sandbox()
    assert run(ps, tree, path, 5) == (5, 0)
    assert run(other, tree, path, 5) == (5, 0)
    assert run(ps.with_options(timeout=9), tree, path, 5) == (0, 5)
    assert repr(other) == repr(ps)
    first, second = (sk.PureSpectrum.sandbox(state_path=tmp_path / "state.sqlite") for _ in range(2))
    assert run(first, tree, path, 5) == (5, 0)
    assert run(second, tree, path, 5) == (0, 5)


def test_a_failure_is_not_journalled_as_done(ps: sk.PureSpectrum, tree: sk.Tree, path: Path) -> None:
    """A row that failed is asked again in the next run, and only that row."""
    ps.double.faults.add("500", times=6)
    done = ps.calculate_many(members(5), tree=tree, journal=path, progress=False, workers=1)
    assert done["error"].notna().tolist() == [True, True, False, False, False]
    assert run(ps, tree, path, 5) == (2, 3)


class _EnoughError(Exception):
    """Somebody stopped the run."""


@pytest.mark.parametrize(
    ("place", "stop"), [("consumer", KeyboardInterrupt), ("consumer", _EnoughError), ("thread", KeyboardInterrupt)]
)
def test_an_interrupt_leaves_the_journal_whole(
    place: str, stop: type[BaseException], ps: sk.PureSpectrum, tree: sk.Tree, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C anywhere ends all threads, and every answer that the vendor gave is kept: nobody is asked twice."""
    counts, stopped = itertools.count(1), threading.Event()

    def interrupt(*_: object) -> None:
        if next(counts) == 12:
            stopped.set()
            raise stop

    def app(environ: Any, start_response: Any) -> Any:
        if place == "thread":
            interrupt()
        elif len(ps.double.members) > 200:
            stopped.wait(60)  # the consumer may be slow, and must not find that everything was answered
        return ps.double.wsgi(environ, start_response)

    client = sk.PureSpectrum(ps._connection._auth._secret, base_url=ps.base_url, _app=app)
    client.double = ps.double
    if place == "consumer":
        # so many rows are counted at once as came in since the last look
        monkeypatch.setattr("segkit.transport.progress.tqdm.update", lambda _, n: [interrupt() for _ in range(n)])
    with pytest.raises(stop):
        run(client, tree, path, 400)
    assert threads_of_ours() == []
    monkeypatch.undo()
    answered = len(ps.double.members)
    assert 0 < answered < 400
    assert run(ps, tree, path, 400) == (400 - answered, answered)
    assert {m.attempts for m in ps.double.members} == {1}


# The threads


def threads_of_ours() -> list[threading.Thread]:
    """Return the threads of a crew."""
    return [thread for thread in threading.enumerate() if thread.name.startswith("segkit_")]


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_everything_is_asked_once(workers: int) -> None:
    """Each piece comes back once with its answer, errors of ours as values, whatever the number of threads."""

    def ask(piece: int) -> int:
        if piece % 10 == 0:
            raise errors.SegkitError(str(piece))
        return -piece

    found = [pair for came_in in ask_all(range(200), ask, workers=workers) for pair in came_in]
    assert sorted(piece for piece, _ in found) == list(range(200))
    assert all(str(answer) == str(piece if piece % 10 == 0 else -piece) for piece, answer in found)
    assert threads_of_ours() == []


def test_a_caller_who_stops_listening_leaves_no_thread() -> None:
    """Closed early, nothing new is begun, those under way are waited for, and what they bring is handed over once."""
    begun: list[int] = []
    late: list[tuple[int, Any]] = []
    go = threading.Event()

    def ask(piece: int) -> int:
        begun.append(piece)
        if piece > 2:
            go.wait(1)
        return piece

    heard: list[int] = []
    with closing(ask_all(range(1000), ask, workers=4, unheard=late.extend)) as calls:
        heard += [piece for piece, _ in next(calls)]
    assert threads_of_ours() == []
    assert len(begun) < 30
    assert sorted([*heard, *(piece for piece, _ in late)]) == sorted(begun)


def test_a_defect_in_a_thread_is_raised() -> None:
    """What is no error of segkit ends the run and is raised to the caller; also when the work itself cannot be listed."""

    def broken() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    for work, ask in (([1, 2, 3], lambda piece: piece / 0), (broken(), lambda piece: piece)):
        with pytest.raises(ZeroDivisionError):
            list(ask_all(work, ask, workers=2))
        assert threads_of_ours() == []
