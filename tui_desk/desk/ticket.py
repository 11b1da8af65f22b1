"""A ticket: the fold of its events and messages. Times are epoch seconds UTC, durations seconds."""

from __future__ import annotations

from tui_desk.desk.states import (
    CHANNELS,
    FAR_FUTURE,
    PRIORITIES,
    STATE_TYPES,
    STATUSES,
    TYPES,
    MessageKind,
    StateType,
)
from tui_desk.values import dataclass, field

__all__ = [
    "CHANNELS",
    "FAR_FUTURE",
    "PRIORITIES",
    "STATE_TYPES",
    "STATUSES",
    "TYPES",
    "Cycle",
    "FoldMessage",
    "MessageKind",
    "Span",
    "StateType",
    "Ticket",
]


@dataclass(frozen=True, slots=True)
class FoldMessage:
    """What the fold needs to know of a mail in the ticket."""

    at: int
    kind: MessageKind
    message_id: str
    content_hash: str
    author: str
    """Lower-case address for inbound; agent id (or address) for outbound."""
    author_name: str = ""
    to_requester: bool = True
    automatic: bool = False
    thanks: bool = False
    subject: str = ""
    channel: str = "email"
    historical: bool = False
    recipient: str = ""
    """Lower-case first To address of an outbound mail: the requester of a ticket that an agent begins."""
    arrived_at: int = 0
    """When the server received it (INTERNALDATE); 0: when it was written."""
    desk: str = ""
    """The address of ours that it was written to, lower case; "" where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A customer's question and its answer (kpi 2). `answered_at` None: still waiting, or dropped (`dropped`)."""

    asked_at: int
    answered_at: int | None
    agent: str = ""
    cal: int | None = None
    biz: int | None = None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in one status; `ended_at` is FAR_FUTURE while it lasts."""

    status: str
    began_at: int
    ended_at: int = FAR_FUTURE


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it stands after a fold."""

    key: str
    number: str
    subject: str = ""
    status: str = "new"
    priority: str = "normal"
    type: str = ""
    channel: str = "email"
    assignee: str = ""
    requester: str = ""
    """Lower-case address."""
    requester_name: str = ""
    tags: tuple[str, ...] = ()
    """Sorted."""
    created_at: int = 0
    updated_at: int = 0
    """The last message or event."""
    last_inbound_at: int | None = None
    last_outbound_at: int | None = None
    waiting_since: int | None = None
    """The oldest unanswered customer message."""
    snoozed_until: int | None = None
    wake_on: str = ""
    first_reply_at: int | None = None
    first_reply_agent: str = ""
    first_solved_at: int | None = None
    solved_at: int | None = None
    """The last solve, if it stands."""
    solved_by: str = ""
    """The agent of the last public message at the solve, else who solved it."""
    closed_by_clock: bool = False
    opened_by: MessageKind = "inbound"
    historical: bool = False
    thanks: bool = False
    messages_in: int = 0
    messages_out: int = 0
    """Public agent messages only (kpi's definition), the one that began the ticket not counted: it answers nothing."""
    notes: int = 0
    reopens: int = 0
    """Raw."""
    real_reopens: int = 0
    closed_without_reply: int = 0
    due_at: int = FAR_FUTURE
    """When the next reply (or the first) is owed by the SLA; FAR_FUTURE where nothing is."""
    first_due_at: int | None = None
    """When the first reply was, or is, owed."""
    first_response_cal: int | None = None
    first_response_biz: int | None = None
    first_resolution_cal: int | None = None
    first_resolution_biz: int | None = None
    full_resolution_cal: int | None = None
    full_resolution_biz: int | None = None
    net_resolution_cal: int | None = None
    net_resolution_biz: int | None = None
    cycles: tuple[Cycle, ...] = field(default=(), repr=False)
    spans: tuple[Span, ...] = field(default=(), repr=False)
    merged_into: str = ""
    queue: str = ""
    """The routing basket: by the address of ours that the first mail was written to."""

    @property
    def state_type(self) -> StateType:
        """What the status means for clocks, figures and views."""
        return STATE_TYPES.get(self.status, "open")

    @property
    def active(self) -> bool:
        """Open or waiting: in the queue's partial indexes."""
        return self.state_type in ("open", "waiting")

    @property
    def one_touch(self) -> bool:
        """Solved with at most one public agent message (kpi 5)."""
        return self.solved_at is not None and self.messages_out <= 1

    @property
    def fcr(self) -> bool:
        """Solved with exactly one, and not really reopened (kpi 5)."""
        return self.solved_at is not None and self.messages_out == 1 and self.real_reopens == 0 and not self.closed_by_clock
