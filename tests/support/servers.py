"""The mail servers that tests run on, by name, all with one interface."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from tests.support import courier, cyrus, dovecot
from tests.support.scripted import server as scripted
from tests.support.scripted.behaviour import PRESETS
from tui_desk.config.schema import Account


class MailServer(Protocol):
    """A running server on loopback. The password of `desk`, `agent` and `customer` is dovecot.PASSWORD."""

    version: str
    accented: str
    """A user whose password is dovecot.ACCENTED."""
    port: int
    tls_port: int
    """0: a plain line only."""

    @property
    def ca_file(self) -> Path | str:
        """Who signed its certificate; "" for a plain line."""

    def start(self) -> None:
        """Returns when it answers."""

    def stop(self) -> None:
        """End it, and every session."""

    def account(self, user: str = "desk", scheme: str = "imap") -> Account:
        """The settings of `user`'s mailbox."""

    def empty(self, user: str = "desk") -> None:
        """Throw the user's mailbox away."""

    def renumber(self, folder: str = "INBOX", user: str = "desk") -> None:
        """Another UIDVALIDITY, and the same messages."""


MAILDIR = "mail_location = maildir:%h/maildir\n"
SERVERS: dict[str, Callable[[], Iterator[MailServer]]] = {
    "dovecot-sdbox": dovecot.running,
    "dovecot-maildir": lambda: dovecot.running(MAILDIR),
    "cyrus": cyrus.running,
    "courier": courier.running,
    **{f"as-{name}": partial(scripted.running, name) for name in PRESETS},
}


@contextlib.contextmanager
def serving(name: str) -> Iterator[MailServer]:
    """The server called `name`, as long as the context lasts. Skips (pytest) where its programs cannot be had."""
    yield from SERVERS[name]()


MailServers = Callable[[str], MailServer]
"""The server of a name; each is started once."""


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[MailServers]:
    """Servers by name, started when they are first asked for, for the whole run."""
    with contextlib.ExitStack() as stack:
        started: dict[str, MailServer] = {}

        def get(name: str) -> MailServer:
            if name not in started:
                started[name] = stack.enter_context(serving(name))
            return started[name]

        yield get
