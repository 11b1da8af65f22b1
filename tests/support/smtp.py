"""Real SMTP servers for tests, on loopback: aiosmtpd in a thread (auth, TLS), and one that misbehaves where it is told to."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.support.loopback import free_port, listening

Route = Callable[[str, list[str], bytes], None]
"""Called with envelope sender, recipients and bytes of every mail that is taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that a server has taken."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(slots=True)
class Certificates:
    """An authority of the tests' own, and a server's certificate for localhost and 127.0.0.1."""

    ca_file: Path
    context: ssl.SSLContext

    @classmethod
    def make(cls, folder: Path, *names: str) -> Certificates:
        """A fresh authority in `folder`."""
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*(names or ("localhost", "127.0.0.1"))).configure_cert(context)
        ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        return cls(ca_file, context)


@dataclass(slots=True)
class RealSmtp:
    """An aiosmtpd server; `taken` is what it has taken, `refuse` are answers by recipient."""

    taken: list[Taken] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """250, or what `refuse` says."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail."""
        raw = envelope.original_content
        self.taken.append(Taken(envelope.mail_from, tuple(envelope.rcpt_tos), raw))
        for route in self.routes:
            route(envelope.mail_from, list(envelope.rcpt_tos), raw)
        return f"250 2.0.0 Ok: queued as {len(self.taken):06X}"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        """The password of `users`."""
        assert isinstance(data, LoginPassword)
        user = data.login.decode()
        self.logins.append(user)
        return AuthResult(success=self.users.get(user) == data.password.decode(), handled=False)


class _TlsController(Controller):
    """A controller that speaks STARTTLS, and greets once it listens whatever the line."""

    def __init__(self, handler: RealSmtp, starttls: ssl.SSLContext | None, **kwargs: Any) -> None:
        self._starttls = starttls
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), **kwargs)

    def factory(self) -> SMTP:
        handler: RealSmtp = self.handler
        return SMTP(
            handler,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=self._starttls,
            require_starttls=self._starttls is not None,
            authenticator=handler.authenticate if handler.users else None,
            # aiosmtpd counts STARTTLS as TLS, and a line that was TLS from the start not.
            auth_required=bool(handler.users) and self._starttls is not None,
            auth_require_tls=self._starttls is not None,
            auth_exclude_mechanism=() if handler.users else ("PLAIN", "LOGIN"),
            data_size_limit=33_554_432,
        )


@contextlib.contextmanager
def real_smtp(
    *, users: dict[str, str] | None = None, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[RealSmtp]:
    """A running aiosmtpd server."""
    server = RealSmtp(users=users or {})
    controller = _TlsController(server, starttls, ssl_context=tls, ready_timeout=30.0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


@dataclass(slots=True)
class Stub:
    """A server that does as its fields say. An answer of "cut" hangs up, "hang" says nothing until the test is over.

    `greeting`, `ehlo`, `mail`, `rcpt`, `data`, `dot` are the answers at these steps; `cut_after` hangs up once so many bytes of
    a mail have come; `speak_after` is said in the middle of the mail. A mail whose dot came is in `taken`, whatever is answered.
    """

    greeting: str = "220 stub ESMTP"
    ehlo: str = "250 stub"
    mail: str = "250 ok"
    rcpt: str = "250 ok"
    data: str = "354 go ahead"
    dot: str = "250 taken"
    cut_after: int | None = None
    speak_in_data: str = ""
    takes: bool = True
    """Whether a mail counts as delivered when its dot has come."""
    taken: list[Taken] = field(default_factory=list)
    sessions: int = 0
    port: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    dots: list[str] = field(default_factory=list)
    """Answers to the next dots, before `dot` holds again."""


class _Cut(Exception):
    """Hang up."""


class _StubHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        stub: Stub = self.server.stub  # type: ignore[attr-defined]
        stub.sessions += 1
        with contextlib.suppress(_Cut, OSError):
            self._session(stub)

    def _session(self, stub: Stub) -> None:
        self._say(stub, stub.greeting)
        sender, recipients = "", list[str]()
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb in (b"EHLO", b"HELO"):
                self._say(stub, stub.ehlo)
            elif verb == b"MAIL":
                sender, recipients = line.decode().split("<")[1].split(">")[0], []
                self._say(stub, stub.mail)
            elif verb == b"RCPT":
                recipients.append(line.decode().split("<")[1].split(">")[0])
                self._say(stub, stub.rcpt)
            elif verb == b"DATA":
                self._say(stub, stub.data)
                if stub.data.startswith("354"):
                    self._mail(stub, sender, recipients)
            elif verb == b"QUIT":
                self._say(stub, "221 bye")
                return
            else:
                self._say(stub, "250 ok")

    def _mail(self, stub: Stub, sender: str, recipients: list[str]) -> None:
        raw = bytearray()
        if stub.speak_in_data:
            self._say(stub, stub.speak_in_data)
            raise _Cut
        while line := self.rfile.readline():
            if line == b".\r\n":
                if stub.takes:
                    stub.taken.append(Taken(sender, tuple(recipients), bytes(raw)))
                self._say(stub, stub.dots.pop(0) if stub.dots else stub.dot)
                return
            raw += line.removeprefix(b".") if line.startswith(b"..") else line
            if stub.cut_after is not None and len(raw) >= stub.cut_after:
                raise _Cut
        raise _Cut

    def _say(self, stub: Stub, answer: str) -> None:
        if answer == "hang":
            stub.over.wait(60)
            raise _Cut
        if answer == "cut":
            # RST, not FIN: what a dying server or a NAT box does.
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raise _Cut
        self.wfile.write(answer.encode() + b"\r\n")


@contextlib.contextmanager
def stub_smtp(stub: Stub | None = None) -> Iterator[Stub]:
    """A running `Stub`."""
    stub = stub or Stub()
    with listening(_StubHandler, stub=stub) as stub.port:
        try:
            yield stub
        finally:
            stub.over.set()


def until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait for `condition`; False when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
