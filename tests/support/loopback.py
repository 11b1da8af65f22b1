"""Servers on loopback: their ports, their threads, their folders."""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import socketserver
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

_CHANCE = random.SystemRandom()


def free_port() -> int:
    """A port that nobody listens on; none of those that a system gives away unasked, which another might get meanwhile."""
    while True:
        port = _CHANCE.randrange(10_240, 32_768)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def until_answers(port: int, greeting: bytes = b"", seconds: float = 60) -> None:
    """Returns when somebody listens there, and begins with `greeting`. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            if not greeting or line.recv(len(greeting)) == greeting:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody answers on port {port}")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextlib.contextmanager
def listening(handler: type[socketserver.BaseRequestHandler], **known: object) -> Iterator[int]:
    """The port on which `handler` answers, a thread for each line; `known` are attributes of its `self.server`."""
    with _Server(("127.0.0.1", 0), handler) as server:
        for name, value in known.items():
            setattr(server, name, value)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(10)


class Server(Protocol):
    """What is started and stopped."""

    def start(self) -> None:
        """Returns when it answers."""

    def stop(self) -> None:
        """End it."""


S = TypeVar("S", bound=Server)


def in_a_folder(prefix: str, make: Callable[[Path], S]) -> Iterator[S]:
    """The server that `make` makes in a folder of its own, running for as long as the generator lives."""
    root = Path(tempfile.mkdtemp(prefix=prefix))  # short: sockets lie in there (108 characters at most)
    root.chmod(0o755)
    try:
        server = make(root)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root, ignore_errors=True)
