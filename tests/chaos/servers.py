"""The servers that chaos runs on, by name."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.dovecot import PASSWORD, Dovecot, running


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server with an empty mailbox for `user`. `tls_port` 0: a plain line only."""

    name: str
    version: str
    port: int
    tls_port: int
    ca_file: str
    user: str = "desk"
    password: str = PASSWORD
    renumber: Callable[[str], None] | None = None
    """Gives a folder another UIDVALIDITY and nothing else, where the server can."""


_DOVECOT = {
    "dovecot-sdbox": "",
    "dovecot-maildir": "mail_location = maildir:%h/maildir\n",
    "dovecot-condstore": "imap_capability = IMAP4rev1 LITERAL+ IDLE UIDPLUS ENABLE CONDSTORE SPECIAL-USE NAMESPACE\n",
    "dovecot-plain": "mail_location = maildir:%h/maildir\nimap_capability = IMAP4rev1\n",
}
NAMES = (*_DOVECOT,)


@contextmanager
def serving(name: str) -> Iterator[Server]:
    """The server called `name`, for as long as the context lasts. Skips (pytest) where its programs are not there."""
    with contextlib.closing(running(_DOVECOT[name])) as started:  # type: ignore[type-var]
        yield _dovecot(name, next(started))


def _dovecot(name: str, server: Dovecot) -> Server:
    version = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=False).stdout.split(" ")[0].strip()
    last = [2_000_000_000]

    def renumber(folder: str) -> None:
        last[0] -= 7  # it may shrink
        server.doveadm("mailbox", "update", "-u", "desk", "--uid-validity", str(last[0]), folder)

    return Server(name, f"Dovecot {version}", server.port, server.tls_port, str(server.ca_file), renumber=renumber)
