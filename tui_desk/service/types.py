"""What the faces and the service hand each other, beside the rows of `store.rows`."""

from __future__ import annotations

from typing import Literal

from tui_desk.record import Record, fresh
from tui_desk.sync.types import Audit, MailboxState, OnProgress, Progress, Stop, SyncReport

__all__ = [
    "Audit",
    "BulkLine",
    "Concern",
    "Draft",
    "DraftFile",
    "Finding",
    "History",
    "MacroView",
    "MailboxState",
    "Mode",
    "OnProgress",
    "Outcome",
    "Progress",
    "Rendered",
    "Sent",
    "Stop",
    "SyncReport",
]

Mode = Literal["reply", "reply_all", "forward", "note", "new"]


class History(Record):
    """Older mail that a store which began with the newest has not fetched yet."""

    to_come: int = 0
    since: int = 0
    """What the server took from then on is here (epoch seconds); 0: not known, or all of it is."""
    paused: bool = False


class Outcome(Record):
    """What a verb did to one ticket. `events` are the ids to undo it by."""

    number: str
    result: Literal["done", "unchanged", "failed", "refused", "would"]
    text: str
    """One line for people, translated."""
    events: tuple[str, ...] = ()


class DraftFile(Record):
    """An attachment of a draft: a file of the agent's, or a stored attachment (by sha256) that is forwarded."""

    name: str
    path: str = ""
    sha256: str = ""
    content_type: str = "application/octet-stream"


class Draft(Record):
    """What an agent is writing. Frozen: the composer replaces it as it is typed."""

    ticket: str
    """The ticket's number, "" for mode new."""
    mode: Mode
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    """Markdown, without signature and quote: they are added when it is sent."""
    answered: int | None = None
    """The message (MessageView.id) that is answered."""
    seen: int | None = None
    """The newest public message when the draft was begun: what came after it stops the send. None: the answered one."""
    files: tuple[DraftFile, ...] = ()
    macros: tuple[str, ...] = ()
    """Ids of the macros inserted."""
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    """Addresses beyond, and left out of, the plain answer: shown on top."""
    status_after: str | None = None
    """None: the setting's."""
    from_email: str = ""
    """Which of our addresses it is from; "": the one that was written to."""


class Concern(Record):
    """A preflight finding (behaviour 8.2). `stops`: it must be looked at (and overridden by `force`) before the send."""

    id: Literal[
        "placeholder",
        "attachment",
        "on_server",
        "language",
        "outsider",
        "note_text",
        "newer_message",
        "answer_waiting",
        "no_recipient",
        "sender",
        "failing",
        "empty",
    ]
    text: str
    stops: bool = False


class Sent(Record):
    """A reply that is queued: `outbox` is the id to take it back by until `until` (epoch seconds)."""

    outbox: int
    number: str
    until: int


class MacroView(Record):
    """A canned response, as shown; `score` orders it for the ticket in hand."""

    id: str
    title: str
    language: str
    tags: tuple[str, ...]
    body: str
    state: str = "approved"
    owner: str = ""
    actions: dict[str, str] = fresh(default_factory=dict)
    score: float = 0.0
    used: int = 0


class Rendered(Record):
    """A macro filled for a ticket. `missing` names the placeholders that could not be: they block the send."""

    text: str
    actions: dict[str, str]
    missing: tuple[str, ...] = ()


class BulkLine(Record):
    """One line of a bulk run, the same in a dry run and the real one."""

    number: str
    action: str
    """reply, status, tag, assign."""
    text: str
    """What is (or would be) done, in one line."""
    result: Literal["would", "done", "already", "unchanged", "failed"]
    error: str = ""


class Finding(Record):
    """One line of `doctor`: ok, warning or error, and the next step."""

    level: Literal["ok", "warning", "error"]
    what: str
    hint: str = ""
