"""A post office: Postfix that takes mail and hands it by LMTP to Dovecot (Debian: postfix, dovecot-lmtpd; needs root).

Mail to `c7@customer.test`, or to anybody of that domain, comes into one mailbox and is counted by its To; mail to the desk's
own address comes into the desk's inbox: our Bcc, and the customers' answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import imapclient
import pytest

from tests.support.dovecot import PASSWORD, Dovecot, running
from tests.support.loopback import free_port
from tests.support.postfix import Postfix, postfix
from tests.support.smtp import until
from tui_desk.config.schema import Account

LMTP = Path("/usr/lib/dovecot/lmtp")
_TO = re.compile(rb"^To: .*?([\w.+-]+@customer\.test)", re.MULTILINE | re.IGNORECASE)
_ALIASES = "/@customer\\.test$/ customer@customer.test\n"
_EXTRA = """
protocols = imap lmtp
auth_username_format = %%n
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %d
  }
}
"""


class PostOffice:
    """Where mail is sent and where it comes to. `port` is Postfix's."""

    def __init__(self, dovecot: Dovecot, mta: Postfix) -> None:
        self._dovecot = dovecot
        self._mta = mta
        self.port = mta.port

    def account(self) -> Account:
        """The desk's mailbox."""
        return self._dovecot.account()

    def empty(self) -> None:
        """Throw away what came, on every side."""
        self.settle()
        for user in ("desk", "customer"):
            self._dovecot.empty(user)

    def settle(self, seconds: float = 120.0) -> None:
        """Wait until Postfix has delivered all that it took."""
        assert until(self._mta.idle, seconds), "Postfix keeps mail back"

    def copies(self) -> dict[str, int]:
        """How many mails each customer got, once Postfix has delivered all that it took."""
        self.settle()
        return self.customers("customer", "INBOX")

    def customers(self, user: str, folder: str) -> dict[str, int]:
        """How many mails to each customer lie in a folder."""
        found = (_TO.search(header) for header in self.headers(user, folder))
        return dict(Counter(to[1].decode().lower() for to in found if to is not None))

    def headers(self, user: str, folder: str) -> list[bytes]:
        """The header of every mail in a folder."""
        with imapclient.IMAPClient("127.0.0.1", self._dovecot.port, ssl=False) as client:
            client.login(user, PASSWORD)
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            uids = client.search("ALL")
            return [row[b"BODY[HEADER]"] for row in client.fetch(uids, ["BODY.PEEK[HEADER]"]).values()] if uids else []


@contextmanager
def post_office(headers: str = "") -> Iterator[PostOffice]:
    """A running post office; skips where there is none. `headers`: what Postfix does to them (header_checks(5))."""
    if not LMTP.exists():
        pytest.skip("no LMTP here: apt-get install dovecot-lmtpd")
    lmtp = free_port()
    servers = running(_EXTRA % lmtp)
    dovecot = next(servers)
    try:
        with postfix(lmtp, transport="lmtp", aliases=_ALIASES, headers=headers) as mta:
            yield PostOffice(dovecot, mta)
    finally:
        servers.close()  # type: ignore[attr-defined]
