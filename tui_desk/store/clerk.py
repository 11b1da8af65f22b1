"""The clerk: a process beside ours that reads mails while we write those it read before. First syncs use the second core.

Asked over its stdin (a count, then each mail with its length), it answers over stdout (marshal of Flat readings). It knows
nothing of the store. When we are gone, kill -9 included, it meets the end of its stdin and ends.
"""

from __future__ import annotations

import marshal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from tui_desk.store.reading import Flat, flat

if TYPE_CHECKING:
    from subprocess import Popen

_SIZE = 8
"""Bytes of a number on the line."""
_READY = b"desk1"


class ClerkError(Exception):
    """There is no clerk, or it could not do what it was asked to."""


class ClerkGoneError(ClerkError):
    """The clerk ended while it read."""


class Clerk:
    """Our side. One question at a time; `close` may come from another thread, or use it as a context manager."""

    def __init__(self) -> None:
        self._process: Popen[bytes] | None = None

    def __enter__(self) -> Clerk:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process where there is none; returns when it answers. Raises ClerkError."""
        if self._process is not None:
            return
        import subprocess

        # -P: what lies in the current folder is never imported. A group of its own: ctrl-c is ours to hear.
        command = [sys.executable, "-P", "-m", __name__]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=1 << 16,
                process_group=0,
            )
        except OSError as error:
            raise ClerkError(str(error)) from error
        try:
            ready = self._heard(len(_READY)) == _READY
        except ClerkGoneError:
            ready = False
        if not ready:
            self.close()
            raise ClerkError("it does not start")

    def read(self, raws: Sequence[bytes]) -> list[Flat]:
        """The reading of each mail. Raises ClerkError, ClerkGoneError: then the next question starts a new process."""
        self.start()
        process = self._process
        if process is None or process.stdin is None:
            raise ClerkError("closed")
        try:
            process.stdin.write(_number(len(raws)))
            for raw in raws:
                process.stdin.write(_number(len(raw)))
                process.stdin.write(raw)
            process.stdin.flush()
        except (OSError, ValueError) as error:
            self.close()
            raise ClerkGoneError(str(error)) from error
        return list(marshal.loads(self._heard(int.from_bytes(self._heard(_SIZE), "big"))))  # noqa: S302 - our own program's

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except (OSError, ValueError):
                continue  # what was still to be written has no reader

    def _heard(self, size: int) -> bytes:
        process = self._process
        try:
            said = process.stdout.read(size) if process is not None and process.stdout is not None else b""
        except (OSError, ValueError):
            said = b""
        if len(said) != size:
            self.close()
            raise ClerkGoneError("the clerk ended")
        return said


def _number(value: int) -> bytes:
    return value.to_bytes(_SIZE, "big")


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """The clerk's side: answer until nobody asks."""
    answers.write(_READY)
    answers.flush()
    while len(head := asked.read(_SIZE)) == _SIZE:
        found: list[Flat] = []
        for _ in range(int.from_bytes(head, "big")):
            size = int.from_bytes(asked.read(_SIZE), "big")
            raw = asked.read(size)
            if len(raw) != size:
                return
            found.append(flat(raw))
        answer = marshal.dumps(found)
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
        serve(sys.stdin.buffer, sys.stdout.buffer)
    except OSError:
        os._exit(0)  # whoever asked is gone
    os._exit(0)


if __name__ == "__main__":
    main()
