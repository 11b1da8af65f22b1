"""A TCP proxy that misbehaves on purpose, between a client and a real server: delays, cuts, silence, foreign bytes."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

_LITERAL = re.compile(rb"\{(\d+)\}\r\n")
_ANSWER = re.compile(rb"(?:\A|\r\n)[A-Za-z]+\d+ OK")
_GOODBYE = b"* BYE this server is going down\r\n"


@dataclass(frozen=True)
class Fault:
    """What happens to one connection, counted in bytes from server to client. Nothing by default."""

    cut_after: int | None = None
    """Reset both sides after so many bytes."""
    cut_up_after: int | None = None
    """The same, counted in bytes from client to server."""
    cut_in_literal: int | None = None
    """Cut in the middle of the n-th literal (0: the first)."""
    cut_before_answer: int | None = None
    """Cut just before the n-th tagged OK: what was asked for is done, and nobody says so. (A plain line.)"""
    goodbye_after: int | None = None
    """A BYE at the end of the line after so many bytes, then the end. (A plain line.)"""
    polite: bool = False
    """Cuts end the line (FIN), they do not reset it."""
    silent_after: int | None = None
    """Forward nothing more, and keep the line open."""
    silent_for: float | None = None
    """Seconds of silence after which the line is reset all the same."""
    inject_at: int | None = None
    inject: bytes = b"\x00\xff* GARBAGE {99\r\n"
    """Bytes of nobody's, put in at `inject_at`."""
    flip_at: int | None = None
    """One bit of this byte is another. (A line with TLS: on a plain one nobody can tell.)"""
    delay: float = 0.0
    """Seconds that every piece waits."""
    piece: int = 65536
    """Forward in pieces of so many bytes."""
    refuse: bool = False
    name: str = ""
    """What `given` and `hits` count it as."""


class FaultProxy:
    """Listens on `port`; `faults` is asked for the fault of each new connection."""

    def __init__(self, target: int, faults: Callable[[int], Fault] = lambda _n: Fault()) -> None:
        self.target = target
        self.faults = faults
        self.connections = 0
        self.struck = 0
        """Connections that were cut."""
        self.given: Counter[str] = Counter()
        """Connections by the name of the fault they were given."""
        self.hits: Counter[str] = Counter()
        """Those of them on which it came to pass."""
        self.passed = 0
        """Bytes forwarded to clients."""
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        _end(self._listener)
        self.cut_all()
        self._thread.join(5)

    def cut_all(self) -> None:
        """Reset every connection there is."""
        with self._lock:
            for sock in self._open:
                _reset(sock)
            self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            fault = self.faults(self.connections)
            self.connections += 1
            self.given[fault.name] += 1
            try:
                server = None if fault.refuse else socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                server = None
            if server is None:
                self.hits[fault.name] += 1
                _reset(client)
                continue
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {client, server}
            up = Fault(cut_after=fault.cut_up_after, polite=fault.polite, name=fault.name)
            threading.Thread(target=self._pump, args=(client, server, up, False), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, fault, True), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, fault: Fault, down: bool) -> None:
        stream = _Stream(fault)
        silence: threading.Timer | None = None
        try:
            while data := source.recv(fault.piece):
                if fault.delay:
                    time.sleep(fault.delay)
                out, cut = stream.take(data)
                sink.sendall(out)
                self.passed += len(out) if down else 0
                if cut:
                    self.struck += 1
                    break
                if stream.silent and silence is None and fault.silent_for is not None:
                    silence = threading.Timer(fault.silent_for, self._drop, (source, sink))
                    silence.start()
        except OSError:
            pass
        finally:
            if silence is not None:
                silence.cancel()
            with self._lock:
                self.hits[fault.name] += stream.hit
            self._drop(source, sink, hard=stream.cut and not fault.polite)

    def _drop(self, *socks: socket.socket, hard: bool = True) -> None:
        for sock in socks:
            _reset(sock) if hard else _end(sock)
        with self._lock:
            self._open -= {*socks}


class _Stream:
    """The bytes of one direction, and what a fault makes of them."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.passed = 0
        self.literals = 0
        self.answers = 0
        self.cut = False
        self.silent = False
        self.hit = fault.delay > 0 or fault.piece < 65536

    def take(self, data: bytes) -> tuple[bytes, bool]:
        """What goes on of `data`, and whether the line is cut after it."""
        fault, begin = self.fault, self.passed
        self.passed += len(data)
        if fault.inject_at is not None and begin <= fault.inject_at < self.passed:
            at, self.hit = fault.inject_at - begin, True
            data = data[:at] + fault.inject + data[at:]
        if fault.flip_at is not None and begin <= fault.flip_at < self.passed:
            at, self.hit = fault.flip_at - begin, True
            data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        if fault.silent_after is not None and self.passed > fault.silent_after:
            self.silent = self.hit = True
            return data[: max(0, fault.silent_after - begin)], False
        stop = self._cut_at(data, begin)
        if stop is not None:
            self.cut = self.hit = True
            return data[:stop] + (_GOODBYE if fault.goodbye_after is not None else b""), True
        return data, False

    def _cut_at(self, data: bytes, begin: int) -> int | None:
        fault = self.fault
        if fault.cut_after is not None and self.passed > fault.cut_after:
            return max(0, fault.cut_after - begin)
        if fault.goodbye_after is not None and self.passed > fault.goodbye_after:
            end = data.find(b"\r\n", max(0, fault.goodbye_after - begin))
            return end + 2 if end >= 0 else None
        if fault.cut_before_answer is not None:
            for found in _ANSWER.finditer(data):
                if self.answers == fault.cut_before_answer:
                    return found.start() + (2 if found.group()[:1] == b"\r" else 0)
                self.answers += 1
        if fault.cut_in_literal is not None:
            for found in _LITERAL.finditer(data):
                if self.literals == fault.cut_in_literal:
                    return min(len(data), found.end() + int(found.group(1)) // 2)
                self.literals += 1
        return None


def sometimes(seed: int, share: float = 0.75, up_to: int = 60_000) -> Callable[[int], Fault]:
    """Faults on `share` of the connections, of every kind, at random places: the same for the same seed."""
    rng = random.Random(seed)

    def choose(_n: int) -> Fault:
        if rng.random() > share:
            return Fault()
        at = rng.randrange(1, up_to)
        return rng.choice(
            [Fault(cut_after=at), Fault(cut_in_literal=rng.randrange(30)), Fault(inject_at=at), Fault(piece=7, cut_after=at)]
        )

    return choose


def _reset(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    _end(sock)


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
