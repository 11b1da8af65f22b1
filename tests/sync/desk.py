"""One store and what is in it, for the sync tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.sync.shelf import Shelf
from tui_desk.config.schema import Account, Settings
from tui_desk.config.schema import Sync as SyncSettings
from tui_desk.desk.fold import Policy
from tui_desk.desk.hours import BusinessCalendar
from tui_desk.desk.sla import Targets
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store
from tui_desk.store.ingest import Ingest
from tui_desk.sync.engine import Engine
from tui_desk.transport.base import Mailbox

DESK = Account(address="desk@desk.test", imap="memory:")


def message(n: int, body: str = "Bonjour") -> bytes:
    """A mail that is unlike every other number's."""
    return f"From: c{n}@example.org\r\nTo: desk@desk.test\r\nSubject: n {n}\r\nMessage-ID: <m{n}@x>\r\n\r\n{body}\r\n".encode()


def ingest(store: Store, settings: Settings) -> Ingest:
    """The real door of the store."""
    calendar = settings.calendar
    hours = BusinessCalendar(calendar.timezone, calendar.hours, calendar.holidays, calendar.closed)
    return Ingest(store, settings, Policy(hours, Targets.from_settings(settings.sla)))


class Place:
    """A store, and engines on it: with a shelf, or (`real`) with the store's own ingest."""

    def __init__(
        self, folder: Path, account: Account = DESK, window: int = 400, *, real: bool = False, first_days: int = 90
    ) -> None:
        self.store = Store.open(folder / "desk.db")
        self.settings = Settings(account=account, sync=SyncSettings(window=window, first_days=first_days))
        self.shelf = Shelf(self.store)
        self.ingest = ingest(self.store, self.settings) if real else None

    def engine(self, mailbox: Mailbox, **more: Any) -> Engine:
        """An engine that does not really sleep."""
        return Engine(self.store, mailbox, self.ingest or self.shelf, self.settings, sleep=lambda _seconds: None, **more)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Whatever the store says."""
        con = connect(self.store.path, write=False)
        try:
            return con.execute(sql, values).fetchall()
        finally:
            con.close()

    def ledger(self, folder: str = "INBOX") -> dict[int, tuple[str, ...]]:
        """UID to flags of what stands on the server, by our books."""
        rows = self.rows(
            "SELECT uid, flags FROM ledger JOIN folder ON folder.id = folder_id AND folder.uidvalidity = ledger.uidvalidity"
            " WHERE name = ? AND gone = 0",
            folder,
        )
        return {uid: tuple(flags.split()) for uid, flags in rows}

    def mails(self) -> int:
        """How many different mails are held."""
        return int(self.rows("SELECT count(*) FROM mail")[0][0])

    def close(self) -> None:
        """Let go of the files."""
        if self.ingest is not None:
            self.ingest.close()
        self.shelf.close()
        self.store.close()
