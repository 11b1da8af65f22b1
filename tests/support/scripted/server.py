"""The scripted server on loopback: one interface with the starters of real ones, and words for what goes wrong."""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import trustme

from tests.support.dovecot import ACCENTED, PASSWORD
from tests.support.loopback import free_port, in_a_folder
from tests.support.scripted.behaviour import PRESETS, Behaviour, Trouble
from tests.support.scripted.mailstore import Account as Mailboxes
from tests.support.scripted.mailstore import Folder
from tests.support.scripted.session import Session
from tui_desk.config.schema import Account

_FIRST_VALIDITY = 1_600_000_000


class Scripted:
    """A running server. Set `troubled` and the behaviour's troubles come; on `quiet_port` there are none, nor limits."""

    accented = "müller"

    def __init__(self, root: Path, does: Behaviour) -> None:
        self.root, self.does = root, does
        self.version = f"scripted, as {does.name}"
        self.port, self.tls_port, self.quiet_port = free_port(), free_port(), free_port()
        self.ca_file = root / "ca.pem"
        self.passwords = {"desk": PASSWORD, "agent": PASSWORD, "customer": PASSWORD, self.accented: ACCENTED}
        self.accounts: dict[str, Mailboxes] = {}
        self.troubled = False
        self.met: Counter[str] = Counter()
        """How often each trouble came."""
        self.poisoned: set[int] = set()
        """UIDs of messages that it cannot read: whoever asks for one gets NO, after the others."""
        self._chance = random.Random(does.name)
        self._forgotten: set[tuple[int, int]] = set()
        self._lock = threading.Lock()
        self._listeners: list[socket.socket] = []
        self._open: set[socket.socket] = set()
        self._validity = _FIRST_VALIDITY

    def start(self) -> None:
        """Begin to listen."""
        for user in self.passwords:
            self._fresh(user)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        for port, tls in ((self.port, None), (self.quiet_port, None), (self.tls_port, context)):
            listener = socket.create_server(("127.0.0.1", port), backlog=64)
            self._listeners.append(listener)
            threading.Thread(target=self._accept, args=(listener, tls, port == self.quiet_port), daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and drop everybody."""
        for listener in self._listeners:
            _end(listener)
        self.drop()

    def drop(self) -> None:
        """Cut every line there is."""
        with self._lock:
            lines = list(self._open)
        for line in lines:
            _end(line)

    def account(self, user: str = "desk", scheme: str = "imap") -> Account:
        """The settings of `user`'s mailbox; the certificate is trusted."""
        port = self.tls_port if scheme == "imaps" else self.port
        return Account(address=f"{user}@desk.test", imap=f"{scheme}://localhost:{port}", user=user, ca_file=str(self.ca_file))

    def empty(self, user: str = "desk") -> None:
        """Throw the user's mailbox away."""
        self.drop()
        self._fresh(user)

    def renumber(self, folder: str = "INBOX", user: str = "desk") -> None:
        """A smaller UIDVALIDITY; the UIDs begin at 1 again, without gaps."""
        account = self.accounts[user]
        with account.lock:
            there = account.folders[folder]
            there.uidvalidity -= 1_000
            there.messages = dict(enumerate(there.messages.values(), 1))
            there.uidnext, there.gone = len(there.messages) + 1, {}
            for message in there.messages.values():
                message.modseq = there.touch()
            account.lock.notify_all()

    def reassign(self, folder: str = "INBOX", user: str = "desk", share: float = 0.3, seed: int = 0) -> int:
        """Some messages get other UIDs under the same UIDVALIDITY, as if they had gone and come; returns how many."""
        account, chance, moved = self.accounts[user], random.Random(seed), 0
        with account.lock:
            there = account.folders[folder]
            for uid in list(there.messages):
                if chance.random() < share:
                    message = there.messages[uid]
                    there.remove(uid)
                    there.add(message.raw, message.flags, message.at)
                    moved += 1
            account.lock.notify_all()
        return moved

    def trouble(self, command: str) -> Trouble | None:
        """What this command meets."""
        if not self.troubled:
            return None
        with self._lock:
            for trouble in self.does.troubles:
                if trouble.command == command and self._chance.random() < 1 / trouble.every:
                    self.met[f"{command}: {(trouble.answer or b'BYE ' + trouble.bye).decode()}"] += 1
                    return trouble
        return None

    def forgets(self, folder: Folder, uid: int) -> bool:
        """Whether this body is left out of an answer: every so often, and never twice."""
        if not self.troubled or not self.does.forgets or uid % self.does.forgets:
            return False
        with self._lock:
            if (folder.uidvalidity, uid) in self._forgotten:
                return False
            self._forgotten.add((folder.uidvalidity, uid))
            self.met["forgotten"] += 1
            return True

    def _fresh(self, user: str) -> None:
        self._validity += 100
        self.accounts[user] = Mailboxes(self.does.folders, self._validity)

    def _accept(self, listener: socket.socket, tls: ssl.SSLContext | None, quiet: bool) -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line, tls, quiet), daemon=True).start()

    def _serve(self, line: socket.socket, tls: ssl.SSLContext | None, quiet: bool) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with contextlib.suppress(OSError):
            sock = tls.wrap_socket(line, server_side=True) if tls is not None else line
            with self._lock:
                self._open.add(sock)
            try:
                Session(self, sock, quiet=quiet).run()
            finally:
                with self._lock:
                    self._open.discard(sock)
                _end(sock)


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def running(preset: str) -> Iterator[Scripted]:
    """A server that behaves like `preset`, for as long as the generator lives."""
    yield from in_a_folder("desk-scripted-", lambda root: Scripted(root, PRESETS[preset]))
