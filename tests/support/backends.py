"""Kinds of mail server for the conformance suites, each with what another mail client does there.

Cyrus and Courier take part where CONFORMANCE is set (`make conformance`): they are downloaded.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import imapclient
import pytest

from tests.support.dovecot import PASSWORD
from tests.support.scripted.behaviour import PRESETS
from tests.support.scripted.server import Scripted
from tests.support.servers import MailServer, MailServers
from tui_desk.config.schema import Account
from tui_desk.transport.base import Mailbox
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.memory import MemoryServer

MODES = {
    "qresync": frozenset[str](),
    "condstore": frozenset({"QRESYNC"}),
    "plain": frozenset({"QRESYNC", "CONDSTORE", "ENABLE", "ESEARCH", "LITERAL+", "IDLE", "SPECIAL-USE", "MOVE"}),
}
"""What is hidden of a server that has all of it."""
_EVERYWHERE = {"dovecot-sdbox": (*MODES,), "dovecot-maildir": ("qresync", "plain")}
_DOWNLOADED = {"cyrus": (*MODES,), "courier": ("natural",)}
_SCRIPTED = {f"as-{name}": ("natural",) for name in PRESETS}
SERVERS = _EVERYWHERE | _SCRIPTED | (_DOWNLOADED if os.environ.get("CONFORMANCE") else {})
KINDS = [f"{name}/{mode}" for name, modes in SERVERS.items() for mode in modes]


@dataclass
class Backend:
    """A kind of server. `mode` is what it can do: qresync, condstore, plain."""

    mode: str
    account: Account
    session: Callable[[], Mailbox]
    set_flags: Callable[[int, tuple[str, ...]], None]
    expunge: Callable[[list[int]], None]
    renumber: Callable[[], None]
    """Another UIDVALIDITY; the UIDs may change as well."""
    truth: Callable[[str], dict[int, tuple[str, ...]]]
    """Every UID of a folder with its flags, as another client sees them."""
    sent: str = "Sent"
    prefix: str = ""
    """What the name of a new folder begins with."""
    delimiter: str = "/"
    tells_uidnext: bool = True
    keywords: bool = True
    """Flags of one's own can be set."""
    uidplus: bool = True
    size_error: int = 0
    """By which RFC822.SIZE is wrong."""

    def folder(self, path: str) -> str:
        """The name of a folder of one's own there; `path` with slashes."""
        return self.prefix + path.replace("/", self.delimiter)


def memory(mode: str) -> Iterator[Backend]:
    """The mailbox that the demo has."""
    server = MemoryServer(condstore=mode != "plain", qresync=mode == "qresync", moves=mode != "plain")
    yield Backend(
        mode,
        Account(address="desk@desk.test", imap="memory:"),
        server.mailbox,
        server.set_flags,
        server.expunge,
        server.renumber,
        lambda folder: {uid: stored.flags for uid, stored in server.folders[folder].messages.items()},
    )


def real(server: MailServer, mode: str) -> Iterator[Backend]:
    """`desk`'s mailbox there, empty."""
    server.empty()
    with contextlib.closing(Other(server)) as other:
        hidden = MODES.get(mode, frozenset())
        yield Backend(
            mode=_mode(other.capabilities - hidden),
            account=server.account(),
            session=lambda: ImapMailbox(server.account(), PASSWORD, poll_seconds=0.3, without=hidden),
            set_flags=other.set_flags,
            expunge=other.expunge,
            renumber=lambda: other.renumber(server),
            truth=other.truth,
            sent=other.sent,
            prefix=other.prefix,
            delimiter=other.delimiter,
            tells_uidnext=other.tells_uidnext,
            keywords=other.keywords,
            uidplus="UIDPLUS" in other.capabilities,
            size_error=server.does.size_error if isinstance(server, Scripted) else 0,
        )


class Other:
    """Another mail client of the same mailbox."""

    def __init__(self, server: MailServer) -> None:
        self._port = server.quiet_port if isinstance(server, Scripted) else server.port
        self._client: imapclient.IMAPClient
        self._connect()
        self.capabilities = {name.decode().upper() for name in self._client.capabilities()}
        names = [(flags, name) for flags, _delimiter, name in self._client.list_folders()]
        marked = [name for flags, name in names if b"\\sent" in {flag.lower() for flag in flags}]
        self.sent = marked[0] if marked else next(name for _flags, name in names if "sent" in name.lower())
        self.prefix, self.delimiter = ("INBOX.", ".") if self.sent.startswith("INBOX.") else ("", "/")

    def _connect(self) -> None:
        self._client = imapclient.IMAPClient("localhost", self._port, ssl=False)
        self._client.login("desk", PASSWORD)
        told = self._client.select_folder("INBOX")
        self.tells_uidnext = b"UIDNEXT" in told
        self.keywords = b"\\*" in told[b"PERMANENTFLAGS"]

    def set_flags(self, uid: int, flags: tuple[str, ...]) -> None:
        """Exactly these flags."""
        self._client.select_folder("INBOX")
        self._client.set_flags([uid], flags)

    def expunge(self, uids: list[int]) -> None:
        """Gone for good."""
        self._client.select_folder("INBOX")
        self._client.add_flags(uids, [imapclient.DELETED])
        self._client.expunge(uids if "UIDPLUS" in self.capabilities else None)

    def truth(self, folder: str) -> dict[int, tuple[str, ...]]:
        """UID to flags."""
        self._client.select_folder(folder, readonly=True)
        uids = self._client.search()
        found = self._client.get_flags(uids) if uids else {}
        self._client.select_folder("INBOX")
        return {uid: tuple(sorted(f.decode() for f in flags if f.lower() != b"\\recent")) for uid, flags in found.items()}

    def renumber(self, server: MailServer) -> None:
        """Another UIDVALIDITY, while nobody is there."""
        self.close()
        server.renumber()
        self._connect()

    def close(self) -> None:
        """Log out."""
        with contextlib.suppress(OSError, imapclient.exceptions.IMAPClientError):
            self._client.logout()


def _mode(capabilities: set[str]) -> str:
    return next((name for name in ("qresync", "condstore") if name.upper() in capabilities), "plain")


@pytest.fixture(params=[*(f"memory/{mode}" for mode in MODES), *KINDS])
def backend(request: pytest.FixtureRequest, mail_servers: MailServers) -> Iterator[Backend]:
    """Every kind of server in turn, the memory mailbox first."""
    kind, _, mode = request.param.partition("/")
    yield from memory(mode) if kind == "memory" else real(mail_servers(kind), mode)
