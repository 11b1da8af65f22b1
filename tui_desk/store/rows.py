"""What reads return: small frozen rows, their text already terminal-safe. No SQL, no SQLAlchemy in here.

Named tuples, for the shell's sake: making a frozen dataclass takes a millisecond at every start, a named tuple a seventh of it.
"""

from __future__ import annotations

from typing import NamedTuple

from tui_desk.record import Record


class QueueRow(NamedTuple):
    """One line of the queue."""

    id: int
    number: str
    subject: str
    requester: str
    requester_name: str
    status: str
    priority: str
    type: str
    assignee: str
    tags: tuple[str, ...]
    created_at: int
    updated_at: int
    due_at: int
    waiting_since: int | None
    snoozed_until: int | None
    messages: int
    """Inbound and outbound together."""
    attachments: int
    thanks: bool = False
    queue: str = ""


class TicketView(NamedTuple):
    """A whole ticket, for the side bar and `desk show`."""

    row: QueueRow
    key: str
    channel: str
    first_reply_at: int | None
    first_solved_at: int | None
    solved_at: int | None
    first_due_at: int | None
    last_inbound_at: int | None
    last_outbound_at: int | None
    messages_in: int
    messages_out: int
    notes: int
    reopens: int
    historical: bool
    merged_into: str
    first_response_cal: int | None
    first_response_biz: int | None
    full_resolution_cal: int | None
    full_resolution_biz: int | None
    wake_on: str = ""


class AttachmentView(NamedTuple):
    """A chip under a message."""

    ordinal: int
    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool

    @property
    def on_server(self) -> bool:
        """Its bytes are not in the store: too large, they are fetched when they are asked for."""
        return not self.sha256


class Place(NamedTuple):
    """Where a mailbox showed a message."""

    folder: str
    role: str
    uidvalidity: int
    uid: int
    account: str = ""
    """The address of the account that the folder is of."""


class MessageView(NamedTuple):
    """One card of a thread, body and all."""

    id: int
    at: int
    kind: str
    author: str
    author_name: str
    recipients: str
    subject: str
    message_id: str
    text: str
    snippet: str
    automatic: str
    rule: str
    flags: tuple[str, ...]
    attachments: tuple[AttachmentView, ...]
    delivery: str = ""
    """For outbound mail of ours: the outbox's state."""
    desk: str = ""
    """The address of ours that it was written to, "" where that cannot be told."""


class EventView(NamedTuple):
    """One entry of a ticket's log, for `why` and the history pane."""

    id: str
    at: int
    agent: str
    type: str
    data: str
    """JSON, terminal-safe."""
    cause: str
    undone: bool


class ViewCount(Record):
    """A view with its count; `capped` when there are more than were counted."""

    id: str
    title: str
    query: str
    count: int
    capped: bool = False


class ContactView(NamedTuple):
    """The requester and what else there is of them."""

    email: str
    name: str
    first_seen: int
    last_seen: int
    tickets: int
    recent: tuple[QueueRow, ...]
    others: tuple[str, ...] = ()
    """Further addresses of the same person."""


class OutboxView(NamedTuple):
    """A mail on its way, as shown."""

    id: int
    number: str
    """The ticket's number."""
    subject: str
    recipients: tuple[str, ...]
    state: str
    agent: str
    not_before: int
    attempts: int
    error: str
    created_at: int
    updated_at: int
    message_id: str
    came: bool = False
    """A copy of it was met in the mailbox: it has left, and the next pass says so."""


class SearchHit(NamedTuple):
    """A ticket with the words around a hit."""

    ticket_id: int
    message_id: int
    at: int
    snippet: str
    found: str = ""
    """What was found, as it stands in the snippet; "" where it stands in none."""
