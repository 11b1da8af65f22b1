"""The cheapest question to an IMAP server: do these folders still stand as they stood? One round trip after the greeting.

It imports next to nothing (no dataclasses, no imapclient, `socket` and `ssl` for a secure line only), because `desk sync`
runs from timers. It never says yes by mistake: whatever it does not expect to the letter is a no, and the real sync finds
out why.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _socket
    import ssl

SECONDS = 15.0
MOST = 65_536
"""Bytes that the answers to a few STATUS commands can have at most."""


def unchanged(
    server: tuple[str, int, str, str],
    login: tuple[bytes, bytes],
    folders: list[tuple[bytes, frozenset[bytes]]],
    kept: list[tuple[_socket.socket, bytes]] | None = None,
) -> bool | None:
    """True when every folder's STATUS is what it was, None when the password was refused.

    `server` is host, port, "tls" or "plain", and the ca_file; a folder is its name as sent and words like b"UIDNEXT 7".
    `kept`: where it says no, the line on which it was let in is put here, with the capabilities told, to be gone on with.
    """
    user, password = (quoted(word) for word in login)
    if not user or not password or not folders:
        return False
    asked = [b"Q%d STATUS %s (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)\r\n" % (n, f) for n, (f, _words) in enumerate(folders)]
    try:
        sock = _connect(*server)
    except (OSError, ValueError):
        return False
    goes_on = False
    try:
        heard = _until(sock, b"", b"\r\n")
        if not heard.startswith(b"* OK") or b"LOGINDISABLED" in heard:
            return False
        sock.sendall(b"QL LOGIN %s %s\r\n%s" % (user, password, b"".join(asked)))
        heard = _until(sock, heard, b"\r\nQ%d " % (len(folders) - 1), b"\r\n")
        if b"\r\nQL NO" in heard:
            return None
        lines = [line for line in heard.split(b"\r\n") if line.startswith((b"* STATUS ", b"Q"))]
        if not lines or not lines[0].startswith(b"QL OK"):
            return False
        if len(lines) >= 2 * len(folders) + 1 and _same(lines[1:], folders):
            sock.sendall(b"QX LOGOUT\r\n")
            return True
        if kept is not None and heard.endswith(b"\r\n") and lines[-1].startswith(b"Q%d " % (len(folders) - 1)):
            kept.append((sock, capabilities(lines[0])))
            goes_on = True
    except (OSError, ValueError):
        return False
    finally:
        if not goes_on:
            sock.close()
    return False


def _same(lines: list[bytes], folders: list[tuple[bytes, frozenset[bytes]]]) -> bool:
    """Each folder is answered with its numbers, then with OK, in the order asked."""
    for n, (_folder, words) in enumerate(folders):
        told, done = lines[2 * n], lines[2 * n + 1]
        start = told.rfind(b"(")
        numbers = told[start + 1 :].rstrip(b") ").split(b" ")
        pairs = {b" ".join(pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)}
        if not told.startswith(b"* STATUS ") or not done.startswith(b"Q%d OK" % n) or pairs != words:
            return False
    return True


def _connect(host: str, port: int, security: str, ca_file: str) -> _socket.socket:
    if security == "plain":
        return _connect_plain(host, port)
    import ssl

    folder = ssl.get_default_verify_paths().capath
    if folder or ca_file:
        try:
            # Reading all authorities takes longer than all else here; in their folder only the one that is met is read.
            return _secured(host, port, ssl.create_default_context(cafile=ca_file or None, capath=folder))
        except ssl.SSLCertVerificationError:
            pass  # not every system has them in a folder
    context = ssl.create_default_context()  # as transport.tls makes it, less the sentences: errors end in a no here
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return _secured(host, port, context)


def _secured(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    import socket

    sock = socket.create_connection((host, port), timeout=SECONDS)
    try:
        return context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise


def _connect_plain(host: str, port: int) -> _socket.socket:
    """socket.create_connection without `socket`: it makes enums of some hundred constants, a seventh of the whole run."""
    import _socket

    trouble = OSError("no address")
    for family, kind, protocol, _name, address in _socket.getaddrinfo(plain(host), port, 0, _socket.SOCK_STREAM):
        try:
            sock = _socket.socket(family, kind, protocol)
        except OSError as error:
            trouble = error
            continue
        try:
            sock.settimeout(SECONDS)
            sock.connect(address)
        except OSError as error:
            sock.close()
            trouble = error
        else:
            return sock
    raise trouble


def plain(host: str) -> str | bytes:
    """A host's name as it is looked up: for text the codec of international names is loaded, which is a tenth of a run."""
    return host.encode("ascii") if host.isascii() else host


def _until(sock: _socket.socket, heard: bytes, *ends: bytes) -> bytes:
    """What is heard until each of `ends` has come, one after the other."""
    at = 0
    for end in ends:
        while (found := heard.find(end, at)) < 0:
            more = sock.recv(16_384)
            if not more or len(heard) > MOST:
                raise ValueError
            heard += more
        at = found + len(end)
    return heard


def quoted(word: bytes) -> bytes:
    """A quoted string; b"" for what only a literal or AUTHENTICATE can carry."""
    if not word or not word.isascii() or any(byte < 32 for byte in word):
        return b""
    return b'"' + word.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def capabilities(line: bytes) -> bytes:
    """What a greeting or an answer tells of capabilities in passing (RFC 9051 7.1), in upper case; b"" where it tells nothing."""
    told = line.upper().partition(b"[CAPABILITY ")[2].partition(b"]")[0]
    return told.strip()
