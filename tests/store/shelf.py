"""Mails and stores for the tests of the store."""

from __future__ import annotations

import email.policy
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from tui_desk.config.schema import Account, Settings
from tui_desk.desk.fold import Policy
from tui_desk.store.admin import export
from tui_desk.store.arrivals import Arrival, Source, Verdict
from tui_desk.store.engine import Store
from tui_desk.store.ingest import Ingest
from tui_desk.store.read import Reader

DESK = "support@desk.example"
SETTINGS = Settings(account=Account(address=DESK, aliases=("help@desk.example",)))
POLICY = Policy.from_settings(SETTINGS)
NOW = 1_750_000_000


def mail(
    subject: str = "Where is my parcel?",
    body: str = "Hello, it has not come yet.",
    *,
    from_: str = "Alice Roux <alice@customer.example>",
    to: str = DESK,
    id: str = "",
    references: Sequence[str] = (),
    in_reply_to: str = "",
    at: int = NOW - 3600,
    headers: Sequence[tuple[str, str]] = (),
    files: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """The bytes of a mail."""
    message = EmailMessage(policy=email.policy.default.clone(max_line_length=900))
    message["From"], message["To"], message["Subject"] = from_, to, subject
    message["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    if id:
        message["Message-ID"] = f"<{id}>"
    if references:
        message["References"] = " ".join(f"<{i}>" for i in references)
    if in_reply_to:
        message["In-Reply-To"] = f"<{in_reply_to}>"
    for name, value in headers:
        message[name] = value
    message.set_content(body)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


class Desk:
    """A store with its door and its reader."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder / "desk.db")
        self.ingest = Ingest(self.store, SETTINGS, POLICY)
        self.uid = 0

    def add(self, *raws: bytes, source: Source = "inbox", at: int = NOW) -> list[Verdict]:
        """Take mails in, in one call."""
        return self.ingest.add([Arrival(raw, at, source) for raw in raws])

    def one(self, raw: bytes, source: Source = "inbox", at: int = NOW) -> Verdict:
        """Take one mail in."""
        [verdict] = self.add(raw, source=source, at=at)
        return verdict

    @property
    def reader(self) -> Reader:
        """A fresh reading connection."""
        if not hasattr(self, "_reader"):
            self._reader = Reader(self.store.path)
        return self._reader

    def exported(self) -> str:
        """All there is, as JSON Lines."""
        target = self.store.path.with_suffix(".jsonl")
        export(self.reader, target)
        return target.read_text("utf-8")

    def close(self) -> None:
        """Let go of it."""
        if hasattr(self, "_reader"):
            self._reader.close()
        self.ingest.close()
        self.store.close()
