"""Reading ahead: the next batch comes from the server in a thread of its own while the one before is read and written."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(source: Generator[T], abort: Callable[[], None]) -> Generator[T]:
    """What `source` gives, made in a thread: one is made while the one before is in use. Its error comes after all it gave.

    When this is closed early, `abort` is called: it must make whatever `source` waits for fail.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="desk-fetch") as thread:
        coming = thread.submit(_next, source)
        try:
            while made := coming.result():
                coming = thread.submit(_next, source)
                yield made[0]
        finally:
            _end(thread, coming, source, abort)


def _next(source: Iterator[T]) -> tuple[T] | None:
    """The next in brackets, None at the end."""
    return next(((item,) for item in source), None)


def _end(thread: ThreadPoolExecutor, coming: Future[tuple[T] | None], source: Generator[T], abort: Callable[[], None]) -> None:
    """Nobody wants what comes. A generator is closed by the thread that runs it."""
    if not coming.done():
        abort()
    thread.submit(source.close)
