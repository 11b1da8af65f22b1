"""The servers that chaos runs on, by name: those of tests.support, and Dovecot with less to offer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.support import courier, dovecot, servers
from tests.support.dovecot import PASSWORD
from tests.support.servers import MAILDIR, MailServer

_PLAINER: dict[str, Callable[[], Iterator[MailServer]]] = {
    "dovecot-condstore": lambda: dovecot.running(
        "imap_capability = IMAP4rev1 LITERAL+ IDLE UIDPLUS ENABLE CONDSTORE SPECIAL-USE NAMESPACE\n"
    ),
    "dovecot-plain": lambda: dovecot.running(MAILDIR + "imap_capability = IMAP4rev1\n"),
}
NAMES = (*servers.SERVERS, *_PLAINER)


@dataclass(frozen=True, slots=True)
class Server:
    """A running mail server and its user. `tls_port` 0: a plain line only."""

    name: str
    version: str
    port: int
    tls_port: int
    ca_file: str
    renumber: Callable[[str], None]
    """Gives a folder a UIDVALIDITY that it never had; its messages stay."""
    straight: int
    """Where no trouble comes."""
    trouble: Callable[[bool], None]
    """Switches on what a scripted server itself does wrong."""
    user: str = "desk"
    password: str = PASSWORD


@contextmanager
def serving(name: str) -> Iterator[Server]:
    """The server called `name`, for as long as the context lasts. Skips (pytest) where its programs are not there."""
    plainer = contextmanager(_PLAINER[name])() if name in _PLAINER else servers.serving(name)
    with plainer as running:
        straight, trouble = getattr(running, "quiet_port", running.port), partial(setattr, running, "troubled")
        ports = running.port, running.tls_port
        yield Server(name, running.version, *ports, str(running.ca_file), _renumber(running), straight, trouble)


def _renumber(running: MailServer) -> Callable[[str], None]:
    lower = itertools.count(2_000_000_000, -7)  # it may shrink

    def renumber(folder: str) -> None:
        if isinstance(running, dovecot.Dovecot | courier.Courier):
            running.renumber(folder, uidvalidity=next(lower))
        else:
            running.renumber(folder)

    return renumber
