"""Many calls over one client: a bounded number of threads, failures as values, an end that loses nothing."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

from segkit.errors import InvalidInput, SegkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

_NOTHING = object()
BETWEEN_LOOKS_SECONDS = 0.005
MOST_WORKERS = 8  # measured: more threads over one client are slower


class _Crew(Generic[Asked, Answered]):
    """The threads' share of the work: what is left to ask, and what came in."""

    def __init__(self, work: Iterable[Asked], ask: Callable[[Asked], Answered]) -> None:
        self._pending = iter(work)
        self._ask = ask
        self._guard = threading.Lock()
        self._ended = False
        self._done: deque[tuple[Asked, Answered | SegkitError]] = deque()
        self._defect: BaseException | None = None

    def labour(self) -> None:
        """Take and ask until nothing is left, or something went wrong that is no error of ours."""
        try:
            for piece in iter(self._take, _NOTHING):
                self._done.append((piece, self._answer(piece)))  # type: ignore[arg-type] # the sentinel never gets here
        except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
            self._defect = error
            self.end()

    def came_in(self) -> list[tuple[Asked, Answered | SegkitError]]:
        """Return what came in since the last look."""
        return [self._done.popleft() for _ in range(len(self._done))]

    def end(self) -> None:
        """Begin nothing more."""
        self._ended = True

    def raise_defect(self) -> None:
        """Raise what went wrong in a thread."""
        if self._defect is not None:
            raise self._defect

    def _take(self) -> Asked | object:
        with self._guard:
            return _NOTHING if self._ended else next(self._pending, _NOTHING)

    def _answer(self, piece: Asked) -> Answered | SegkitError:
        try:
            return self._ask(piece)
        except SegkitError as error:
            return error.with_traceback(None)  # kept for long, and its frames with it


def ask_all(
    work: Iterable[Asked],
    ask: Callable[[Asked], Answered],
    *,
    workers: int = MOST_WORKERS,
    unheard: Callable[[list[tuple[Asked, Answered | SegkitError]]], None] | None = None,
) -> Generator[list[tuple[Asked, Answered | SegkitError]]]:
    """Ask for each piece of work and yield it with its answer or its error, in lists of what came in since the last look.

    When the caller stops listening no new call is begun, and those under way are waited for.

    Parameters
    ----------
    unheard
        Is handed what came in after the caller stopped listening.

    Raises
    ------
    InvalidInput
        When `workers` is no whole number from 1 to 8.
    """
    if type(workers) is not int or not 1 <= workers <= MOST_WORKERS:
        raise InvalidInput(f"workers is {workers!r}: give 1 to {MOST_WORKERS}; more over one client are slower")
    crew = _Crew(work, ask)
    try:
        with ThreadPoolExecutor(workers, thread_name_prefix="segkit") as pool:
            try:
                running = [pool.submit(crew.labour) for _ in range(workers)]
                while running:
                    # Woken for each answer, this thread would take the interpreter from those that ask: a fifth slower.
                    time.sleep(BETWEEN_LOOKS_SECONDS)
                    running = [thread for thread in running if not thread.done()]
                    if found := crew.came_in():
                        yield found
            finally:
                crew.end()
            crew.raise_defect()
    finally:
        if unheard and (found := crew.came_in()):
            unheard(found)
