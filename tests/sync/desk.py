"""One store and what is in it, for the sync tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.sync.shelf import Shelf
from tui_desk.config.schema import Account, Settings
from tui_desk.config.schema import Sync as SyncSettings
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store
from tui_desk.sync.engine import Engine
from tui_desk.transport.base import Mailbox

DESK = Account(address="desk@desk.test", imap="memory:")


def message(n: int, body: str = "Bonjour") -> bytes:
    """A mail that is unlike every other number's."""
    return f"From: c{n}@example.org\r\nTo: desk@desk.test\r\nSubject: n {n}\r\nMessage-ID: <m{n}@x>\r\n\r\n{body}\r\n".encode()


class Place:
    """A store with a shelf, and engines on it."""

    def __init__(self, folder: Path, account: Account = DESK, window: int = 400) -> None:
        self.store = Store.open(folder / "desk.db")
        self.shelf = Shelf(self.store)
        self.settings = Settings(account=account, sync=SyncSettings(window=window))

    def engine(self, mailbox: Mailbox, **more: Any) -> Engine:
        """An engine that does not really sleep."""
        return Engine(self.store, mailbox, self.shelf, self.settings, sleep=lambda _seconds: None, **more)

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
        self.shelf.close()
        self.store.close()
