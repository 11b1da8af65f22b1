"""What a word of the query language can say: the leaves of the tree.

Times are half-open [begin, end) in epoch seconds, ages and times left in seconds; `store` makes SQL out of them.
"""

from __future__ import annotations

from typing import Literal

from tui_desk.record import Record

Moment = Literal["created", "updated", "solved", "first_solved", "replied", "answered", "received", "sent", "promised", "due"]
Aged = Literal["created", "updated", "solved", "replied", "waiting"]
Op = Literal["<", "<=", ">", ">=", "="]
ME = "me"
"""The agent who asks, in `Equals` of assignee, replier and solver."""

STATES = (
    *(
        "open",
        "active",
        "waiting",
        "done",
        "new",
        "in_progress",
        "pending",
        "on_hold",
        "solved",
        "closed",
        "spam",
        "merged",
        "deleted",
    ),
    *("snoozed", "assigned", "unassigned", "mine", "unanswered", "breached", "thanks", "reopened", "historical"),
    *("in_time", "late"),
)
HAS = ("attachment", "note", "reply", "tag")


class State(Record):
    """`is:`. open: new, open and in_progress; waiting: pending and on_hold; active: both; done: solved and closed.

    snoozed: snoozed_until is ahead. unanswered: a customer waits. breached: due_at is past. reopened: really (kpi 6).
    in_time: first_reply_at <= first_due_at. late: first_reply_at > first_due_at, or none and first_due_at is past.
    """

    name: str


class Equals(Record):
    """One of `values`, exactly: status, priority, type, channel, assignee ("" for nobody, ME), tag, number (upper case).

    opened is `opened_by`: inbound, outbound or system. replier and solver are first_reply_agent and solved_by. queue is in
    small letters.
    """

    field: Literal["status", "priority", "type", "channel", "assignee", "tag", "number", "opened", "replier", "solver", "queue"]
    values: tuple[str, ...]


class Requester(Record):
    """`from:`. how: address (all of it), domain (what follows the @), part (of address or name; folded)."""

    how: Literal["address", "domain", "part"]
    text: str


class Subject(Record):
    """The subject holds `text`, folded."""

    text: str


class Has(Record):
    """The ticket has an attachment, a note, a public reply, a tag."""

    what: str


class When(Record):
    """A moment in [begin, end); None is without bound. replied: the first reply. answered: any cycle's answered_at.

    received, sent: any message of a customer, or to one, automatic mail not counted.
    promised: when it was known whether the first reply is in time, the earlier of first_reply_at and first_due_at.
    """

    field: Moment
    begin: int | None
    end: int | None


class Age(Record):
    """How many seconds ago it was: now - moment, compared with `seconds`. waiting: since the oldest unanswered message."""

    field: Aged
    op: Op
    seconds: int


class Due(Record):
    """The time left until an answer is owed: due_at - now, compared with `seconds`. Breached is < 0."""

    op: Op
    seconds: int


class Count(Record):
    """How many: replies (public, of agents), messages (of the customer), reopens (real ones)."""

    field: Literal["replies", "messages", "reopens"]
    op: Op
    n: int


class Words(Record):
    """For the full-text search, folded. A phrase keeps its order; `prefix` matches beginnings of the last word (`word*`)."""

    text: str
    phrase: bool = False
    prefix: bool = False


Leaf = State | Equals | Requester | Subject | Has | When | Age | Due | Count | Words
