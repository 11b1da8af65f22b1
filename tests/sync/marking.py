"""A desk that writes back, for tests: a store, a mailbox of any kind, and what agents do."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.sync.desk import DESK, Place, message
from tui_desk import clock
from tui_desk.config.schema import Account, WriteBack
from tui_desk.desk.events import Event, new_id
from tui_desk.desk.fold import Policy
from tui_desk.store.write import append
from tui_desk.sync.types import Audit
from tui_desk.transport.base import Mailbox

EVERYTHING = WriteBack(
    seen=True,
    answered=True,
    keywords=("open=desk-open", "pending=desk-waiting", "solved=desk-solved"),
    folders=("solved=Desk/Solved",),
    junk=True,
)


class Marking:
    """One store; `settings` may be changed between passes."""

    def __init__(self, folder: Path, account: Account = DESK, settings: WriteBack = EVERYTHING) -> None:
        self.place = Place(folder, account, real=True)
        self.write_back(settings)

    def write_back(self, settings: WriteBack) -> None:
        """These settings from now on."""
        self.place.settings = replace(self.place.settings, writeback=settings)

    def sync(self, mailbox: Mailbox) -> None:
        """One pass over a session of its own."""
        with closing(self.place.engine(mailbox, wait_for_lock=10)) as engine:
            engine.run()

    def audit(self, mailbox: Mailbox) -> list[Audit]:
        """Every followed folder and every one that mail is moved to."""
        with closing(self.place.engine(mailbox)) as engine:
            return engine.audit()

    def key(self, n: int) -> str:
        """The ticket of the n-th message of tests.sync.desk."""
        sql = "SELECT ticket.key FROM message JOIN ticket ON ticket.id = message.ticket_id WHERE message.message_id = ?"
        return str(self.place.rows(sql, f"m{n}@x")[0][0])

    def act(self, n: int, kind: str = "status", agent: str = "ann", **data: Any) -> None:
        """An agent does something to the ticket of message n, a minute ago: a customer's mail that comes now is later."""
        event = Event(new_id(), clock.now() - 60, agent, self.key(n), kind, data)
        append(self.place.store, [event], Policy.from_settings(self.place.settings))

    def status(self, n: int, to: str) -> None:
        """The ticket's status."""
        self.act(n, to=to)

    def rows(self) -> dict[int, tuple[str, str, str, str]]:
        """Of write-back: wanted, done, added and error by mail."""
        rows = self.place.rows("SELECT mail_id, wanted, done, added, error FROM writeback ORDER BY mail_id")
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}

    def waiting(self) -> int:
        """How many mails wait to be marked."""
        return int(self.place.rows("SELECT count(*) FROM writeback WHERE wanted <> done")[0][0])

    def ledger(self, folder: str) -> dict[int, tuple[str, ...]]:
        """UID to flags, by our books."""
        return self.place.ledger(folder)

    def close(self) -> None:
        """Let go of the files."""
        self.place.close()


def shown(mailbox: Mailbox, folder: str) -> dict[int, tuple[int, tuple[str, ...]]]:
    """What another client sees in a folder: the number of the message and its flags, by UID. {} where there is no such folder."""
    from tui_desk.transport.base import Refused

    with closing(mailbox):
        mailbox.connect()
        try:
            if not mailbox.examine(folder).exists:
                return {}
        except Refused:
            return {}
        found = mailbox.headers(mailbox.uids(), ("Message-ID",))
        return {item.uid: (int(item.raw.split(b"<m")[1].split(b"@")[0]), item.flags) for item in found}


__all__ = ["EVERYTHING", "Marking", "message", "shown"]
