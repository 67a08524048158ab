"""Many calls over one client: a bounded number of threads, failures as values, an end that loses nothing."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Generic, TypeVar

from segkit.errors import InvalidInput, SegkitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")

_NOTHING = object()
MOST_WORKERS = 8  # measured: more threads over one client are slower


class _Crew(Generic[Asked, Answered]):
    """The threads' share of the work: what is left to ask, and what came in."""

    def __init__(self, work: Iterable[Asked], ask: Callable[[Asked], Answered]) -> None:
        self._pending = iter(work)
        self._ask = ask
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self.done: queue.SimpleQueue[tuple[Asked, Answered | SegkitError] | BaseException | None] = queue.SimpleQueue()

    def labour(self) -> None:
        """Take and ask until nothing is left; None says that this thread has ended."""
        try:
            for piece in iter(self._take, _NOTHING):
                self.done.put((piece, self._answer(piece)))  # type: ignore[arg-type] # the sentinel never gets here
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
            self.done.put(error)
        finally:
            self.done.put(None)

    def end(self) -> None:
        """Begin nothing more."""
        self._ended.set()

    def _take(self) -> Asked | object:
        with self._guard:
            return _NOTHING if self._ended.is_set() else next(self._pending, _NOTHING)

    def _answer(self, piece: Asked) -> Answered | SegkitError:
        try:
            return self._ask(piece)
        except SegkitError as error:
            return error


def ask_all(
    work: Iterable[Asked], ask: Callable[[Asked], Answered], *, workers: int = MOST_WORKERS
) -> Iterator[tuple[Asked, Answered | SegkitError]]:
    """Ask for each piece of work and yield it with its answer or its error, as they come in.

    When the caller stops listening no new call is begun, and those under way are waited for.

    Raises
    ------
    InvalidInput
        When `workers` is not from 1 to 8.
    """
    if not 1 <= workers <= MOST_WORKERS:
        raise InvalidInput(f"workers is {workers}: give 1 to {MOST_WORKERS}; more over one client are slower")
    crew = _Crew(work, ask)
    with ThreadPoolExecutor(workers, thread_name_prefix="segkit") as pool:
        try:
            for _ in range(workers):
                pool.submit(crew.labour)
            running = workers
            while running:
                outcome = crew.done.get()
                if outcome is None:
                    running -= 1
                elif isinstance(outcome, BaseException):
                    raise outcome
                else:
                    yield outcome
        finally:
            crew.end()
