"""A store with an outbox, a mail server that sends and a mailbox, for the tests of sending."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.support.smtp import Taken
from tui_desk.config.schema import Account, Settings
from tui_desk.store import outbox
from tui_desk.store.engine import Store
from tui_desk.sync.outbox import deliver_due
from tui_desk.transport.base import Mailbox
from tui_desk.transport.memory import MemoryServer
from tui_desk.transport.smtp import SmtpSender

NOW = 1_790_000_000


def mail(n: int, body: str = "Bonjour") -> bytes:
    """A reply that is unlike every other number's."""
    return (
        f"From: Support <desk@desk.test>\r\nTo: c{n}@customer.test\r\nSubject: Re: n {n}\r\nMessage-ID: <out{n}@desk.test>\r\n"
        f"Date: Sat, 21 Nov 2026 10:00:{n % 60:02} +0000\r\n\r\n{body} {n}\r\n"
    ).encode()


class Sending:
    """One desk's outbox. `mailbox` opens a session with the mailbox that holds Sent; time is `now`."""

    def __init__(self, folder: Path, port: int, mailbox: Callable[[], Mailbox] | None = None, **account: Any) -> None:
        self.server = MemoryServer()
        self.open_mailbox = mailbox or self.server.mailbox
        self.settings = Settings(
            account=replace(Account(address="desk@desk.test", imap="memory:", smtp=f"smtp://127.0.0.1:{port}"), **account)
        )
        self.store = Store.open(folder / "desk.db")
        self.now = NOW
        self.opened = 0

    def sender(self) -> SmtpSender:
        """A session with the server that sends; short of patience."""
        self.opened += 1
        return SmtpSender(self.settings, "pw", connect_seconds=5, command_seconds=5, answer_seconds=0.5)

    def queue(self, n: int = 1, *, delay: int = 0, key: str | None = None, body: str = "Bonjour", proof: bool = False) -> int:
        """Queue mail `n`; `proof`: with a Bcc to the desk."""
        return outbox.enqueue(
            self.store,
            message_id=f"out{n}@desk.test",
            ticket="",
            agent="zoe",
            sender="desk@desk.test",
            recipients=[f"c{n}@customer.test", *(["desk@desk.test"] if proof else [])],
            mime=mail(n, body),
            now=self.now,
            not_before=self.now + delay,
            data={"macros": ["hello"]},
            idempotency_key=key,
        )

    def deliver(self, later: int = 0) -> list[int]:
        """One pass, `later` seconds after the last."""
        self.now += later
        return deliver_due(self.store, self.sender, self.open_mailbox, self.settings, self.now)

    def job(self, outbox_id: int = 1) -> outbox.Job:
        """A mail as it stands."""
        return outbox.job(self.store, outbox_id)

    def states(self) -> list[str]:
        """The state of every mail, by id."""
        return [row[0] for row in self.rows("SELECT state FROM outbox ORDER BY id")]

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Whatever the store says."""
        con = sqlite3.connect(self.store.path)
        try:
            return con.execute(sql, values).fetchall()
        finally:
            con.close()

    def filed(self, folder: str = "Sent") -> list[bytes]:
        """What lies in a folder of the memory mailbox."""
        return [stored.raw for stored in self.server.folders[folder].messages.values()]


def copies(taken: list[Taken]) -> dict[str, int]:
    """How many mails each customer got."""
    counted: dict[str, int] = {}
    for one in taken:
        for recipient in one.recipients:
            counted[recipient] = counted.get(recipient, 0) + 1
    return counted
