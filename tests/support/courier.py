"""A private Courier on a free loopback port, from unpacked Debian packages, run as root or as anybody.

Its login daemon keeps its socket at a place compiled in, so the login is ours: then imapd takes the socket itself over.
"""

from __future__ import annotations

import base64
import contextlib
import getpass
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import ACCENTED, PASSWORD
from tests.support.loopback import free_port, in_a_folder
from tests.support.unpacked import Unavailable, environment, unpacked, version
from tui_desk.config.schema import Account

PACKAGES = ("courier-imap", "courier-base", "courier-authlib", "gamin")
PASSWORDS = {"desk": PASSWORD, "agent": PASSWORD, "customer": PASSWORD, "müller": ACCENTED}
CAPABILITY = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN"
FOLDERS = ("Sent", "Drafts", "Trash", "Junk")
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|([^ ]+)')
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")


class Courier:
    """A running server. `root` is its folder; every mailbox is empty at first and made by its first login."""

    accented = "müller"
    tls_port = 0
    ca_file = ""

    def __init__(self, root: Path, *, capability: str = CAPABILITY, idle_seconds: int = 60) -> None:
        self.root = root
        self._place = unpacked("courier", PACKAGES)
        self.version = f"Courier {version(self._place, 'courier-imap')}"
        self._capability, self._idle_seconds = capability, idle_seconds
        who = pwd.getpwnam("mail" if os.getuid() == 0 else getpass.getuser())
        self._ids = (who.pw_uid, who.pw_gid)
        self._sessions: dict[subprocess.Popen[bytes], str] = {}
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._watcher: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self._env = {**environment(self._place), "GAM_CLIENT_ID": f"desk-{self.port}"}

    def start(self) -> None:
        """Begin to listen."""
        self.root.mkdir(parents=True, exist_ok=True)
        self._watcher = self._popen("libexec/gam_server", "--notimeout", self._env["GAM_CLIENT_ID"], cwd=self.root, env=self._env)
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        """End every session, and listen no more."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self._end(None)
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.wait()
            self._watcher = None

    def account(self, user: str = "desk", scheme: str = "imap") -> Account:
        """The settings of `user`'s mailbox."""
        return Account(address=f"{user}@desk.test", imap=f"{scheme}://localhost:{self.port}", user=user)

    def empty(self, user: str = "desk") -> None:
        """Throw the user's mailbox away; the next login makes it again."""
        self._end(user)
        shutil.rmtree(self.root / _home(user), ignore_errors=True)

    def renumber(self, folder: str = "INBOX", user: str = "desk", uidvalidity: int = 0) -> None:
        """Another UIDVALIDITY (lower by one where none is given), every UID as it was."""
        place = self.root / _home(user) / "Maildir" / ("" if folder.upper() == "INBOX" else folder.removeprefix("INBOX"))
        books = place / "courierimapuiddb"
        first, _, rest = books.read_text().partition("\n")
        form, validity, following = first.split(" ")
        books.write_text(f"{form} {uidvalidity or int(validity) - 1} {following}\n{rest}")

    # ---------------------------------------------------------------------------------------------------- sessions

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client, contextlib.suppress(OSError, EOFError, ValueError):
            client.sendall(b"* OK [CAPABILITY %s] Courier ready\r\n" % self._capability.encode())
            tag, user = self._log_in(client)
            self._hand_over(client, tag, user)

    def _log_in(self, client: socket.socket) -> tuple[bytes, str]:
        """The tag and the user of the first LOGIN or AUTHENTICATE with the right password. Raises EOFError."""
        while True:
            line = _line(client)
            tag, _, rest = line.partition(b" ")
            command, _, words = rest.partition(b" ")
            match command.upper():
                case b"CAPABILITY":
                    client.sendall(b"* CAPABILITY %s\r\n%s OK done\r\n" % (self._capability.encode(), tag))
                case b"NOOP":
                    client.sendall(tag + b" OK done\r\n")
                case b"LOGIN" | b"AUTHENTICATE":
                    user, password = _sasl(client, words) if command.upper() == b"AUTHENTICATE" else _words(client, words)
                    if PASSWORDS.get(user) == password:
                        return tag, user
                    client.sendall(tag + b" NO Login failed.\r\n")
                case b"LOGOUT":
                    client.sendall(b"* BYE Courier shutting down\r\n" + tag + b" OK done\r\n")
                    raise EOFError
                case _:
                    client.sendall(tag + b" BAD Log in first\r\n")

    def _hand_over(self, client: socket.socket, tag: bytes, user: str) -> None:
        home = self._make(user)
        env = {**self._env, **_SETTINGS, "AUTHENTICATED": _home(user), "IMAPLOGINTAG": tag.decode(), "HOME": str(home)}
        env |= {"IMAP_CAPABILITY": self._capability, "IMAP_IDLE_TIMEOUT": str(self._idle_seconds)}
        with self._lock:
            session = self._popen("bin/imapd", "Maildir", cwd=home, env=env, line=client.fileno())
            self._sessions[session] = user
        session.wait()
        with self._lock:
            self._sessions.pop(session, None)

    def _make(self, user: str) -> Path:
        home = self.root / _home(user)
        with self._lock:
            if not (home / "Maildir").is_dir():
                home.mkdir(exist_ok=True)
                os.chown(home, *self._ids)
                for words in ([], *(["-f", name] for name in FOLDERS)):
                    made = self._popen("bin/maildirmake.courier", *words, "Maildir", cwd=home, env=self._env)
                    if made.wait():
                        raise OSError(f"maildirmake: exit {made.returncode}")
        return home

    def _popen(
        self, program: str, *words: str, cwd: Path, env: dict[str, str], line: int | None = None
    ) -> subprocess.Popen[bytes]:
        user, group, groups = (*self._ids, ()) if os.getuid() == 0 else (None, None, None)
        with (self.root / "log").open("ab") as log:
            return subprocess.Popen(
                [self._place / "usr" / program, *words],
                cwd=cwd, env=env, stdin=line, stdout=line, stderr=log, user=user, group=group, extra_groups=groups,
            )  # fmt: skip

    def _end(self, user: str | None) -> None:
        with self._lock:
            sessions = [session for session, whose in self._sessions.items() if user in (None, whose)]
        for session in sessions:
            with contextlib.suppress(ProcessLookupError):
                session.send_signal(signal.SIGKILL)
            session.wait()


_SETTINGS = {
    "IMAP_KEYWORDS": "1",
    "IMAP_ACL": "0",
    "IMAP_ENHANCEDIDLE": "0",
    "IMAP_USELOCKS": "1",
    "IMAP_UMASK": "022",
    "IMAP_CHECK_ALL_FOLDERS": "0",
    "IMAP_MAILBOX_SANITY_CHECK": "0",
    "IMAP_TRASHFOLDERNAME": "Trash",
    "IMAP_EMPTYTRASH": "",
    "IMAP_MOVE_EXPUNGE_TO_TRASH": "0",
    "IMAP_DISABLETHREADSORT": "0",
    "IMAP_OBSOLETE_CLIENT": "0",
    "IMAP_STARTTLS": "NO",
    "IMAP_TLS_REQUIRED": "0",
    "MAILDIRPATH": "Maildir",
    "PROTOCOL": "IMAP",
    "TCPREMOTEIP": "127.0.0.1",
    "TCPREMOTEPORT": "1",
}


def _home(user: str) -> str:
    """A folder's name for the user, in ASCII."""
    return user.encode("punycode").decode().strip("-")


def _line(client: socket.socket) -> bytes:
    """One command's line, byte by byte: what follows belongs to imapd. Raises EOFError."""
    line = b""
    while not line.endswith(b"\r\n"):
        byte = client.recv(1)
        if not byte or len(line) > 4096:
            raise EOFError
        line += byte
    return line.removesuffix(b"\r\n")


def _sasl(client: socket.socket, words: bytes) -> tuple[str, str]:
    mechanism, _, initial = words.partition(b" ")
    if mechanism.upper() != b"PLAIN":
        return "", ""
    if not initial:
        client.sendall(b"+ \r\n")
        initial = _line(client)
    _as, user, password = base64.b64decode(initial).decode().split("\0")
    return user, password


def _words(client: socket.socket, words: bytes) -> tuple[str, str]:
    """User and password of LOGIN: atoms, quoted or literals."""
    found: list[bytes] = []
    while len(found) < 2:
        word = _WORD.match(words)
        if word is None:
            raise EOFError
        text = re.sub(rb"\\(.)", rb"\1", word[1]) if word[1] is not None else word[2]
        words = words[word.end() :].lstrip(b" ")
        if word[2] is not None and (literal := _LITERAL.match(text + b"\r\n")):
            client.sendall(b"+ go on\r\n")
            text = b""
            while len(text) < int(literal[1]):
                text += client.recv(int(literal[1]) - len(text))
            words = _line(client).lstrip(b" ")
        found.append(text)
    return found[0].decode(), found[1].decode()


def running(**how: object) -> Iterator[Courier]:
    """A server for as long as the generator lives; skips the test where its packages cannot be had."""
    try:
        yield from in_a_folder("desk-courier-", lambda root: Courier(root, **how))  # type: ignore[arg-type]
    except Unavailable as error:
        pytest.skip(f"no Courier here: {error}")
