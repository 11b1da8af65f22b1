"""The clerk: a process beside ours that reads mails while we write those it read before. First syncs use the second core.

Asked over its stdin (a count, then each mail with its length), it answers over stdout (marshal of Flat readings). It knows
nothing of the store but the attachments' folder. When we are gone, kill -9 included, it meets the end of its stdin and ends.
"""

from __future__ import annotations

import contextlib
import marshal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, BinaryIO

from tui_desk.store.packing import keep
from tui_desk.store.reading import Flat, flat

if TYPE_CHECKING:
    from subprocess import Popen

_SIZE = 8
"""Bytes of a number on the line."""
_READY = b"desk1"
_PIPE = 1 << 20


class ClerkError(Exception):
    """There is no clerk, or it could not do what it was asked to."""


class ClerkGoneError(ClerkError):
    """The clerk ended while it read."""


class Clerk:
    """Our side. Two threads may ask: the second question waits in the pipe while the first is worked on, so that the clerk
    never waits for us. `close` may come from another thread, or use it as a context manager."""

    def __init__(self, attachments: Path) -> None:
        self._folder = attachments
        self._process: Popen[bytes] | None = None
        self._asks = RLock()
        self._hears = Lock()

    def __enter__(self) -> Clerk:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def start(self) -> Popen[bytes]:
        """Start the process where there is none; returns when it answers. Raises ClerkError."""
        with self._asks:
            if self._process is None:
                self._process = self._started()
            return self._process

    def _started(self) -> Popen[bytes]:
        import subprocess

        # -P: what lies in the current folder is never imported. A group of its own: ctrl-c is ours to hear.
        command = [sys.executable, "-P", "-m", __name__, str(self._folder)]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                process_group=0,
            )
        except OSError as error:
            raise ClerkError(str(error)) from error
        _widen(process)
        try:
            if self._heard(process, len(_READY)) == _READY:
                return process
        except ClerkGoneError as error:
            raise ClerkError("it does not start") from error
        self._end(process)
        raise ClerkError("it does not start")

    def read(self, raws: Sequence[bytes]) -> list[Flat]:
        """The reading of each mail. Raises ClerkError, ClerkGoneError: then the next question starts a new process."""
        question = b"".join([_number(len(raws)), *[piece for raw in raws for piece in (_number(len(raw)), raw)]])
        with self._asks:
            process = self.start()
            self._say(process, question)
            self._hears.acquire()  # in the order of the questions
        try:
            answer = marshal.loads(self._heard(process, int.from_bytes(self._heard(process, _SIZE), "big")))  # noqa: S302 - our own program's
        finally:
            self._hears.release()
        if isinstance(answer, str):
            raise ClerkError(answer)
        return list(answer)

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._end(self._process)

    def _end(self, process: Popen[bytes]) -> None:
        if self._process is process:
            self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def _say(self, process: Popen[bytes], question: bytes) -> None:
        """All at once: one system call, for which the interpreter is let go of once."""
        rest = memoryview(question)
        try:
            while rest and process.stdin is not None:
                rest = rest[process.stdin.write(rest) :]
        except (OSError, ValueError) as error:
            self._end(process)
            raise ClerkGoneError(str(error)) from error

    def _heard(self, process: Popen[bytes], size: int) -> bytes:
        said: list[bytes] = []
        try:
            while size and process.stdout is not None and (some := process.stdout.read(size)):
                said.append(some)
                size -= len(some)
        except (OSError, ValueError):
            said.clear()
        if size or not said:
            self._end(process)
            raise ClerkGoneError("the clerk ended")
        return b"".join(said)


def _widen(process: Popen[bytes]) -> None:
    """Pipes that hold a question or an answer whole (Linux)."""
    import fcntl

    for pipe in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(AttributeError, OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _number(value: int) -> bytes:
    return value.to_bytes(_SIZE, "big")


def serve(folder: Path, asked: BinaryIO, answers: BinaryIO) -> None:
    """The clerk's side: answer until nobody asks."""
    answers.write(_READY)
    answers.flush()
    while len(head := asked.read(_SIZE)) == _SIZE:
        found: list[Flat] = []
        failed = ""
        for _ in range(int.from_bytes(head, "big")):
            size = int.from_bytes(asked.read(_SIZE), "big")
            raw = asked.read(size)
            if len(raw) != size:
                return
            if not failed:
                try:
                    found.append(flat(raw, lambda files: keep(files, folder)))
                except OSError as error:  # a full disk: he who asked meets it himself, and tells it
                    failed = str(error) or "?"
        answer = marshal.dumps(failed or found)
        answers.write(_number(len(answer)) + answer)
        answers.flush()


def main() -> None:
    """The process."""
    import gc
    import os
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    gc.set_threshold(50_000)
    try:
        serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
    except OSError:
        os._exit(0)  # whoever asked is gone
    os._exit(0)


if __name__ == "__main__":
    main()
