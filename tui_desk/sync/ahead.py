"""Reading ahead: the next batch comes from the server in a thread of its own while the one before is read and written."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

WAITING = 1
"""Batches that wait to be taken, beside the one that is being made: memory stays bounded."""
END_SECONDS = 5.0
"""How long to wait for the thread when what it makes is no longer wanted."""


def ahead(source: Iterable[T], abort: Callable[[], None]) -> Generator[T]:
    """What `source` gives, made in a thread. Its error comes here, after all it gave.

    When this is closed early, `abort` is called: it must make whatever `source` waits for fail.
    """
    line = _Line(source)
    line.thread.start()
    over = False
    try:
        while not (over := (made := line.items.get()) is None or isinstance(made, _Trouble)):
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
        self.items: queue.Queue[_Made[T] | _Trouble | None] = queue.Queue(WAITING)
        self.unwanted = threading.Event()
        self._source = source
        self.thread = threading.Thread(target=self._run, name="desk-fetch", daemon=True)

    def end(self, abort: Callable[[], None]) -> None:
        """Nobody wants what comes."""
        self.unwanted.set()
        abort()
        self.thread.join(END_SECONDS)

    def _run(self) -> None:
        try:
            for item in self._source:
                if not self._put(_Made(item)):
                    return
        except BaseException as error:  # noqa: BLE001  (it is raised where the items are taken)
            self._put(_Trouble(error))
        else:
            self._put(None)
        finally:
            close = getattr(self._source, "close", None)
            if close is not None:
                with contextlib.suppress(Exception):
                    close()

    def _put(self, made: _Made[T] | _Trouble | None) -> bool:
        while not self.unwanted.is_set():
            with contextlib.suppress(queue.Full):
                self.items.put(made, timeout=0.1)
                return True
        return False
