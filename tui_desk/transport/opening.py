"""Opening a session the usual way, a password over a plain or TLS line, by our own hand: greeting, LOGIN, no library loaded.

Whatever is unusual (STARTTLS, LOGIN switched off, words that need a literal, another greeting) is left to `auth`.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Any, NamedTuple

from tui_desk.transport import probe
from tui_desk.transport.endpoint import Endpoint

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0
MOST = 65_536
"""Bytes that a greeting and the answer to a login can have at most."""


class Opened(NamedTuple):
    """A line on which the server let us in."""

    sock: socket.socket
    capabilities: bytes
    """As told with the answer to the login; b"" where they are to be asked for."""
    leftover: bytes
    """What has come after that answer."""


def open_plainly(at: Endpoint, user: str, password: str, ca_file: str = "") -> Opened | None:
    """A session, or None where `auth` has to open it. Raises AuthError, NetworkError, CertificateError, ConfigError."""
    login = _login(user, password)
    if not login or at.security not in ("plain", "tls"):
        return None
    sock = None
    try:
        sock = _connect(at, ca_file)
        opened = _let_in(sock, login)
        if isinstance(opened, str):
            from tui_desk.transport.failures import refused_login

            raise refused_login(opened, at, user)
    except BaseException as error:
        if sock is not None:
            _close(sock)
        if isinstance(error, (OSError, EOFError)):
            from tui_desk.transport.failures import explain

            raise explain(error, at) from error
        raise
    if opened is None:
        _close(sock)
    return opened


def taken_over(sock: Any, capabilities: bytes) -> Opened:
    """The session that the probe began, to go on with."""
    with contextlib.suppress(OSError):  # whether the line still stands is found out by what is said on it
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Opened(sock, capabilities, b"")


def _login(user: str, password: str) -> bytes:
    """The command; b"" where a quoted string cannot carry the words."""
    words = [probe.quoted(word.encode()) for word in (user, password)]
    return b"L LOGIN %s %s\r\n" % (words[0], words[1]) if all(words) else b""


def _connect(at: Endpoint, ca_file: str) -> socket.socket:
    if at.security == "plain":
        context = None
    else:
        from tui_desk.transport.tls import tls_context

        context = tls_context(ca_file)  # first: settings that cannot be used are told before the network is asked
    where: Any = (probe.plain(at.host), at.port)
    sock = socket.create_connection(where, timeout=CONNECT_SECONDS)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            sock = context.wrap_socket(sock, server_hostname=at.host)
        sock.settimeout(READ_SECONDS)
    except BaseException:
        _close(sock)
        raise
    return sock


def _let_in(sock: socket.socket, login: bytes) -> Opened | str | None:
    """The session, the words with which the password was refused, or None for what is not usual."""
    greeting, heard = _line(sock, b"")
    if not greeting.startswith(b"* OK") or heard:
        return None
    told = probe.capabilities(greeting)
    if not told:
        told, heard = _asked(sock)
    if not told or heard or b"LOGINDISABLED" in told.split():
        return None
    sock.sendall(login)
    while True:
        line, heard = _line(sock, heard)
        if line.startswith(b"L "):
            break
        if not line.startswith(b"* ") or line[:5].upper() == b"* BYE":
            raise EOFError
    status, _space, words = line[2:].partition(b" ")
    if status.upper() != b"OK":
        return words.decode("utf-8", "replace")
    return Opened(sock, probe.capabilities(line), heard)


def _asked(sock: socket.socket) -> tuple[bytes, bytes]:
    """CAPABILITY; b"" where it is not answered as it should be."""
    sock.sendall(b"C CAPABILITY\r\n")
    line, heard = _line(sock, b"")
    done, heard = _line(sock, heard)
    usual = line[:13].upper() == b"* CAPABILITY " and done[:4].upper() == b"C OK"
    return (line[13:].upper() if usual else b""), heard


def _line(sock: socket.socket, heard: bytes) -> tuple[bytes, bytes]:
    """The next line, and what came after it. Raises EOFError."""
    while b"\r\n" not in heard:
        more = sock.recv(16_384)
        if not more or len(heard) > MOST:
            raise EOFError
        heard += more
    line, _end, heard = heard.partition(b"\r\n")
    return line, heard


def _close(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.close()
