"""Reading ahead: the next batch comes from the server in a thread of its own while the one before is read and written."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

END_SECONDS = 5.0
"""How long to wait for the thread when what it makes is no longer wanted."""


def ahead(source: Iterable[T], abort: Callable[[], None]) -> Generator[T]:
    """What `source` gives, made in a thread: one is made while the one before is in use. Its error comes after all it gave.

    When this is closed early, `abort` is called: it must make whatever `source` waits for fail.
    """
    line = _Line(source)
    line.thread.start()
    over = False
    try:
        while not (over := (made := line.take()) is None or isinstance(made, _Trouble)):
            yield made.value
        if isinstance(made, _Trouble):
            raise made.error
    finally:
        if not over:
            line.end(abort)


class _Made(NamedTuple, Generic[T]):
    value: T


class _Trouble(NamedTuple):
    error: BaseException


class _Line(Generic[T]):
    """The thread, and what it has made; None at its end."""

    def __init__(self, source: Iterable[T]) -> None:
        self._items: queue.SimpleQueue[_Made[T] | _Trouble | None] = queue.SimpleQueue()
        self._room = threading.Semaphore()
        self._unwanted = False
        self._source = source
        self.thread = threading.Thread(target=self._run, name="desk-fetch", daemon=True)

    def take(self) -> _Made[T] | _Trouble | None:
        """The next; then one more may be made."""
        made = self._items.get()
        self._room.release()
        return made

    def end(self, abort: Callable[[], None]) -> None:
        """Nobody wants what comes."""
        self._unwanted = True
        self._room.release()
        abort()
        self.thread.join(END_SECONDS)

    def _run(self) -> None:
        source = iter(self._source)
        try:
            for _n in iter(self._room.acquire, False):
                if self._unwanted:
                    break
                self._items.put(_Made(next(source)))
        except StopIteration:
            self._items.put(None)
        except BaseException as error:  # noqa: BLE001  (it is raised where the items are taken)
            self._items.put(_Trouble(error))
        finally:
            close = getattr(source, "close", None)
            if close is not None:
                with contextlib.suppress(Exception):
                    close()
