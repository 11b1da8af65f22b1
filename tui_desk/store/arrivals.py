"""What comes to the store's door, and what became of it."""

from __future__ import annotations

from typing import Literal

from tui_desk.values import dataclass, field

Source = Literal["inbox", "sent", "outbox", "import", "import_sent"]
HISTORICAL = frozenset({"import", "import_sent"})
OURS = frozenset({"sent", "outbox", "import_sent"})
"""Sources of mail that we sent."""
VerdictKind = Literal["ticket", "message", "duplicate", "delivery_copy", "ignored", "quarantined"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as a server or a file gave it. `folder_id` 0: it stands in no ledger (imports, our own outgoing mail)."""

    raw: bytes = field(repr=False)
    internaldate: int
    """Epoch seconds: when the server received it."""
    source: Source = "inbox"
    """sent: it lies in the Sent folder and is ours. import, import_sent: the same of history (behaviour 1.8)."""
    folder_id: int = 0
    uidvalidity: int = 0
    uid: int = 0
    flags: tuple[str, ...] = ()
    truncated: bool = False
    """Over the size cap: `raw` is a skeleton (mail.skeleton), the large parts are still on the server."""
    size: int = 0
    """Bytes on the server; 0: those of `raw`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an arrival (behaviour 1.1). `rule` is the rule or cause; `ticket` the ticket's key, "" for none."""

    uid: int
    kind: VerdictKind
    rule: str = ""
    ticket: str = ""
    number: str = ""
    mail_id: int | None = None
    message_id: int | None = None
    """The thread card made of it (MessageView.id)."""
