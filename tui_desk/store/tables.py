"""The tables (SQLModel). Facts are never dropped; what is derived, `rebuild` makes again from facts.

Times are BIGINT epoch seconds UTC; keys are integers; a uuid7 only on events. The migrations in migrations/ are what
makes them; a test holds the two equal. FTS5 and the partial indexes are made there too.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tui_desk.desk.ticket import FAR_FUTURE

# ------------------------------------------------------------------------------------------------------------- facts


class Meta(SQLModel, table=True):
    """One value a key: store version of the program, HMAC secret, replica id."""

    key: str = Field(primary_key=True)
    value: str


class Folder(SQLModel, table=True):
    """A followed folder and how far it has been read."""

    __table_args__ = (UniqueConstraint("account", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    account: str
    name: str
    role: str = ""
    uidvalidity: int = Field(default=0, sa_type=BigInteger)
    high_water: int = Field(default=0, sa_type=BigInteger)
    modseq: int = Field(default=0, sa_type=BigInteger)
    synced_at: int = Field(default=0, sa_type=BigInteger)
    history: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """Of the UIDs up to `high_water`, what the server took before this time is still to come (ADR 11). 0: all is here."""
    to_come: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """How many those were when they were last counted."""
    here: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    """How many of the ledger's UIDs still stand on the server; triggers of the ledger keep it."""


class Mail(SQLModel, table=True):
    """One message as bytes (a fact). `event_mark` is the log's last `seq` when it came: rebuild replays that very order."""

    __table_args__ = (Index("mail_content_hash", "content_hash"), Index("mail_message_id", "message_id"))

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(unique=True)
    content_hash: str
    message_id: str
    size: int = Field(sa_type=BigInteger)
    internaldate: int = Field(sa_type=BigInteger)
    seen_at: int = Field(default=0, sa_type=BigInteger)
    """When it came into this store: a Date beyond it is not believed, and rebuild must not believe it either."""
    source: str
    """Where it came from: inbox, sent, outbox, import."""
    event_mark: int = Field(default=0, sa_type=BigInteger)
    truncated: bool = False
    """`raw` holds its skeleton (mail.skeleton); `size` is that of the whole message."""
    quarantine: str = ""
    """The cause, where it could not be understood; "" for a mail that is well."""


class Raw(SQLModel, table=True):
    """The bytes of a mail, zlib."""

    mail_id: int = Field(primary_key=True, foreign_key="mail.id")
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Ledger(SQLModel, table=True):
    """One row for every UID that a server showed (behaviour 1.1), with its verdict."""

    __table_args__ = (Index("ledger_mail", "mail_id"),)

    folder_id: int = Field(primary_key=True, foreign_key="folder.id")
    uidvalidity: int = Field(primary_key=True, sa_type=BigInteger)
    uid: int = Field(primary_key=True, sa_type=BigInteger)
    mail_id: int | None = Field(default=None, foreign_key="mail.id")
    verdict: str
    """ticket, message, duplicate, delivery_copy, ignored or quarantined."""
    rule: str = ""
    flags: str = ""
    """Space-separated, sorted."""
    internaldate: int = Field(default=0, sa_type=BigInteger)
    gone: bool = False
    """Expunged on the server; the mail is kept."""
    delivered: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Where the mail's To and Cc name no address of ours: whom this copy was delivered to, by the headers that servers write."""


class EventRow(SQLModel, table=True):
    """The append-only log (desk.events)."""

    __tablename__ = "event"
    __table_args__ = (
        Index("event_ticket", "ticket"),
        Index("event_agent", "agent", "seq", sqlite_where=text("agent <> 'system'")),
        Index("event_replied", "seq", sqlite_where=text("type = 'replied'")),
    )

    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    at: int = Field(sa_type=BigInteger)
    agent: str
    ticket: str
    type: str
    data: str = Field(sa_column=Column(Text, nullable=False))
    """JSON."""
    cause: str = ""
    v: int = 1


class Outbox(SQLModel, table=True):
    """A mail on its way (sync.md, sending)."""

    __table_args__ = (
        Index("outbox_state", "state", "not_before"),
        Index("outbox_answers", "in_reply_to", "state", "agent", sqlite_where=text("in_reply_to <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: str = Field(unique=True)
    ticket: str
    """The ticket's key."""
    agent: str
    state: str = "queued"
    """queued, sending, dot, accepted, filed, failed, uncertain, cancelled."""
    sender: str
    recipients: str
    """JSON list of envelope addresses."""
    mime: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    in_reply_to: str = ""
    data: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    """JSON: what happens to the ticket when it is accepted (macro, status_after, ...)."""
    idempotency_key: str | None = Field(default=None, unique=True)
    not_before: int = Field(default=0, sa_type=BigInteger)
    """The end of the undo window, or of a back-off."""
    attempts: int = 0
    error: str = ""
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)


class Draft(SQLModel, table=True):
    """What an agent is writing, saved as it is typed: one a ticket, agent and mode."""

    __table_args__ = (UniqueConstraint("ticket", "agent", "mode"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket: str
    agent: str
    mode: str
    """reply, reply_all, forward, note or new."""
    data: str = Field(sa_column=Column(Text, nullable=False))
    """JSON: to, cc, subject, body, answered, attachments, macros."""
    saved_at: int = Field(sa_type=BigInteger)


class WriteBackRow(SQLModel, table=True):
    """What the desk has marked, or is to mark, of a mail on the server (desk.marks): done only where `done` equals `wanted`."""

    __tablename__ = "writeback"
    __table_args__ = (Index("writeback_waiting", "account", "not_before", sqlite_where=text("wanted <> done")),)

    account: str = Field(primary_key=True)
    mail_id: int = Field(primary_key=True, foreign_key="mail.id")
    wanted: str = Field(default="", sa_column=Column(Text, nullable=False))
    """JSON of desk.marks.Wanted; "": as it was found."""
    done: str = Field(default="", sa_column=Column(Text, nullable=False))
    added: str = ""
    """Flags that are there by our doing, space-separated: put down before they are written."""
    taken: str = ""
    """Flags that we took off though they were not ours."""
    home: str = ""
    """The folder it came to, while it lies in another by our doing."""
    tries: int = 0
    not_before: int = Field(default=0, sa_type=BigInteger)
    """The end of a back-off."""
    error: str = ""
    """What the server said."""


# ----------------------------------------------------------------------------------------------------------- derived


class TicketRow(SQLModel, table=True):
    """desk.ticket.Ticket, flat; written by `store.write` from a fold and by nothing else."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_due", "due_at", "id", sqlite_where=text("active = 1")),
        Index("ticket_assignee_due", "assignee", "due_at", "id", sqlite_where=text("active = 1")),
        Index("ticket_status_due", "status", "due_at", "id", sqlite_where=text("active = 1")),
        Index("ticket_queue_due", "queue", "due_at", "id", sqlite_where=text("active = 1")),
        Index("ticket_requester", "requester", "created_at"),
        Index("ticket_done", "updated_at", "id", "status", sqlite_where=text("active = 0")),
        # The figures read a period from these; what they leave out is in the index, so that counting months opens no row.
        Index("ticket_created", "created_at", "historical", "status"),
        Index("ticket_solved", "solved_at", "historical", "status", sqlite_where=text("solved_at IS NOT NULL")),
        Index("ticket_first_reply", "first_reply_at", sqlite_where=text("first_reply_at IS NOT NULL")),
        Index("ticket_first_due", "first_due_at", sqlite_where=text("first_due_at IS NOT NULL")),
        Index("ticket_snoozed", "snoozed_until", sqlite_where=text("snoozed_until IS NOT NULL")),
        Index("ticket_merged", "merged_into", sqlite_where=text("merged_into <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    number: str = Field(unique=True)
    subject: str
    status: str
    active: int
    """1: open or waiting."""
    priority: str
    type: str = ""
    channel: str = "email"
    assignee: str = ""
    requester: str = ""
    requester_name: str = ""
    tags: str = ""
    """Space-separated, sorted."""
    created_at: int = Field(sa_type=BigInteger)
    updated_at: int = Field(sa_type=BigInteger)
    last_inbound_at: int | None = Field(default=None, sa_type=BigInteger)
    last_outbound_at: int | None = Field(default=None, sa_type=BigInteger)
    waiting_since: int | None = Field(default=None, sa_type=BigInteger)
    snoozed_until: int | None = Field(default=None, sa_type=BigInteger)
    wake_on: str = ""
    first_reply_at: int | None = Field(default=None, sa_type=BigInteger)
    first_reply_agent: str = ""
    first_solved_at: int | None = Field(default=None, sa_type=BigInteger)
    solved_at: int | None = Field(default=None, sa_type=BigInteger)
    solved_by: str = ""
    closed_by_clock: bool = False
    opened_by: str = "inbound"
    historical: bool = False
    thanks: bool = False
    messages_in: int = 0
    messages_out: int = 0
    notes: int = 0
    attachments: int = 0
    reopens: int = 0
    real_reopens: int = 0
    closed_without_reply: int = 0
    due_at: int = Field(default=FAR_FUTURE, sa_type=BigInteger)
    first_due_at: int | None = Field(default=None, sa_type=BigInteger)
    first_response_cal: int | None = None
    first_response_biz: int | None = None
    first_resolution_cal: int | None = None
    first_resolution_biz: int | None = None
    full_resolution_cal: int | None = None
    full_resolution_biz: int | None = None
    net_resolution_cal: int | None = None
    net_resolution_biz: int | None = None
    merged_into: str = ""
    queue: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """By the address of ours that its first mail was written to."""
    version: int = 1
    """Grows with every fold; the console asks for what changed."""


class TicketTag(SQLModel, table=True):
    """A ticket's tag, with what the partial index needs."""

    __tablename__ = "ticket_tag"
    __table_args__ = (Index("ticket_tag_due", "tag", "due_at", "ticket_id", sqlite_where=text("active = 1")),)

    ticket_id: int = Field(primary_key=True)
    tag: str = Field(primary_key=True)
    active: int
    due_at: int = Field(sa_type=BigInteger)


class CycleRow(SQLModel, table=True):
    """desk.ticket.Cycle (kpi 2)."""

    __tablename__ = "cycle"
    __table_args__ = (Index("cycle_answered", "answered_at"),)

    ticket_id: int = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    asked_at: int = Field(sa_type=BigInteger)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    agent: str = ""
    cal: int | None = None
    biz: int | None = None
    dropped: bool = False


class StatusSpan(SQLModel, table=True):
    """A stretch of time a ticket spent in a status: the backlog at any moment, and why a clock paused."""

    __tablename__ = "status_span"
    __table_args__ = (Index("status_span_time", "began_at", "ended_at"),)

    ticket_id: int = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    status: str
    state_type: str
    began_at: int = Field(sa_type=BigInteger)
    ended_at: int = Field(sa_type=BigInteger)
    """FAR_FUTURE while it lasts."""


class Message(SQLModel, table=True):
    """One card of a thread: a mail (mail_id) or a note (event_id)."""

    __table_args__ = (
        Index("message_ticket", "ticket_id", "at"),
        Index("message_message_id", "message_id"),
        Index("message_author", "author"),
        Index("message_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int
    mail_id: int | None = Field(default=None, unique=True)
    event_id: str | None = Field(default=None, unique=True)
    at: int = Field(sa_type=BigInteger)
    kind: str
    author: str
    author_name: str = ""
    recipients: str = ""
    """As shown: "To" and "Cc" addresses, comma separated."""
    subject: str = ""
    message_id: str = ""
    snippet: str = ""
    """The first 160 characters that are the author's own."""
    attachments: int = 0
    automatic: str = ""
    """The kind of automatic mail; "" for a person."""
    rule: str = ""
    """What threaded it (behaviour 3), and what took it for automatic, comma separated."""
    flags: str = ""
    """msgid_reused, truncated, thanks, warned; pixels:N and hidden:N for what its text leaves out; space separated."""
    desk: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The address of ours that it was written to (or from, where we wrote it); "" for none that can be told."""


class Body(SQLModel, table=True):
    """What a person reads of a message; never trimmed, never joined to draw a list."""

    message_id: int = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))


class AttachmentRow(SQLModel, table=True):
    """An attachment; its bytes are in the mail."""

    __tablename__ = "attachment"

    message_id: int = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    name: str
    content_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    inline: bool = False
    content_id: str = ""


class Reference(SQLModel, table=True):
    """Every Message-ID that a ticket's mails bear or speak of: how the next mail finds its ticket."""

    __table_args__ = (Index("reference_ticket", "ticket_id"),)

    message_id: str = Field(primary_key=True)
    ticket_id: int
    own: bool = False
    """Borne by a mail that is here (else only spoken of)."""


class Contact(SQLModel, table=True):
    """A person, by address."""

    email: str = Field(primary_key=True)
    name: str = ""
    first_seen: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)
    tickets: int = 0


class Counter(SQLModel, table=True):
    """How many tickets have each status: views of closed and of all never count rows."""

    status: str = Field(primary_key=True)
    tickets: int = 0


class Rollup(SQLModel, table=True):
    """Day x agent sums and log-histograms of the measures, kept in the transaction that changes a ticket."""

    day: int = Field(primary_key=True)
    """Days since 1970-01-01 in the reporting time zone."""
    agent: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    bucket: int = Field(primary_key=True)
    """0 for the sum row; else 1 + the log bucket."""
    n: int = 0
    total: int = Field(default=0, sa_type=BigInteger)


class Change(SQLModel, table=True):
    """What changed lately, for consoles that watch: a ticket id a row."""

    seq: int | None = Field(default=None, primary_key=True)
    ticket_id: int


FACTS = (Meta, Folder, Mail, Raw, Ledger, EventRow, Outbox, Draft, WriteBackRow)
DERIVED = (
    TicketRow,
    TicketTag,
    CycleRow,
    StatusSpan,
    Message,
    Body,
    AttachmentRow,
    Reference,
    Contact,
    Counter,
    Rollup,
    Change,
)
