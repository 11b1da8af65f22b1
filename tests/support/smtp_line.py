"""A line between a client and a real SMTP server that fails at the step it is told to: what is lost, and who knows of it."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Literal

from tests.support.loopback import listening

Fault = Literal[
    "",
    "cut in data",  # after half of the mail: the server has none
    "dot lost",  # the dot does not come through, and the line is cut: the server has none
    "250 lost",  # the server took the mail; the line is cut before its answer is through
    "silent",  # the server took the mail, and nothing more is heard
    "451 at rcpt",
    "451 at dot",  # the server has none, and says so
]
FAULTS: tuple[Fault, ...] = ("cut in data", "dot lost", "250 lost", "silent", "451 at rcpt", "451 at dot")
ARRIVES = frozenset({"", "250 lost", "silent"})
"""Faults with which the mail arrives."""


@dataclass(slots=True)
class Line:
    """`fault` is asked for each mail, with its first recipient; `struck` counts what was answered."""

    server: int
    fault: Callable[[str], Fault]
    port: int = 0
    struck: dict[str, int] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Cut(Exception):
    """The line is gone."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        line: Line = self.server.line  # type: ignore[attr-defined]
        with contextlib.suppress(_Cut, OSError), socket.create_connection(("127.0.0.1", line.server)) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._session(line, server, server.makefile("rb"))

    def _session(self, line: Line, server: socket.socket, answers: IO[bytes]) -> None:
        self._pass(answers)
        fault: Fault = ""
        asked = False
        while command := self.rfile.readline():
            verb = command[:4].upper()
            asked = asked and verb != b"MAIL"
            if verb == b"RCPT" and not asked:
                asked, fault = True, line.fault(command.decode("utf-8", "replace").split("<")[1].split(">")[0])
                self._count(line, fault)
                if fault == "451 at rcpt":
                    fault = ""
                    self.wfile.write(b"451 4.7.1 greylisted, come again\r\n")
                    continue
            if verb == b"DATA" and fault == "451 at dot":
                self._refuse(server, answers)
                fault = ""
                continue
            server.sendall(command)
            if self._pass(answers).startswith(b"354"):
                self._mail(line, server, answers, fault)
                fault = ""

    def _mail(self, line: Line, server: socket.socket, answers: IO[bytes], fault: Fault) -> None:
        lines: list[bytes] = []
        while (one := self.rfile.readline()) and one != b".\r\n":
            lines.append(one)
            if fault == "cut in data" and len(lines) > 8:
                self._cut()
        server.sendall(b"".join(lines))
        if not one or fault == "dot lost":
            self._cut()
        server.sendall(one)
        if fault in ("250 lost", "silent"):
            answers.readline()
            if fault == "silent":
                line.over.wait(60)
            self._cut()
        self._pass(answers)

    def _refuse(self, server: socket.socket, answers: IO[bytes]) -> None:
        """Take the mail as the server would, and say no at its end; the server forgets who was to have it."""
        self.wfile.write(b"354 go ahead\r\n")
        while (one := self.rfile.readline()) and one != b".\r\n":
            pass
        server.sendall(b"RSET\r\n")
        answers.readline()
        self.wfile.write(b"451 4.3.0 no room just now\r\n")

    def _pass(self, answers: IO[bytes]) -> bytes:
        """Hand one answer on; its last line."""
        while answer := answers.readline():
            self.wfile.write(answer)
            if answer[3:4] != b"-":
                return answer
        raise _Cut

    def _cut(self) -> None:
        """RST, not FIN: what a dying server or a NAT box does."""
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raise _Cut

    def _count(self, line: Line, fault: Fault) -> None:
        with line.lock:
            line.struck[fault] = line.struck.get(fault, 0) + 1


@contextlib.contextmanager
def smtp_line(server: int, fault: Callable[[str], Fault]) -> Iterator[Line]:
    """A running line to `server` on loopback; `fault` is asked with the first recipient of each mail."""
    line = Line(server, fault)
    with listening(_Handler, line=line) as line.port:
        try:
            yield line
        finally:
            line.over.set()
