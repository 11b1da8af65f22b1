"""The append-only log's vocabulary. A ticket changes by an event and by nothing else.

`data` by type (all values are JSON):

| type          | data                                                              | what it does |
|---------------|-------------------------------------------------------------------|--------------|
| opened        | number, root (content hash), historical                           | names the ticket; its first event |
| status        | to                                                                | status of `ticket.STATUSES` |
| assign        | to (agent id or null)                                             | |
| priority      | to                                                                | |
| type          | to                                                                | |
| tag           | add: [..], remove: [..]                                           | |
| snooze        | until (epoch seconds or null), on: "reply" / "time" / "both"      | until null wakes |
| subject       | to                                                                | the title shown, not the mails' |
| note          | text                                                              | an internal message |
| replied       | message_id, to: [..], macro, automatic                            | who wrote an outbound mail of ours |
| delivery      | message_id, state (bounced, delayed, complained), reason, why, to | a bounced one ends a snooze |
| acknowledged  | sent, to, message_id; or why, detail                              | a decision of service.ack; nothing |
| joined        | to (address, or "" for none any more)                             | of an address: one person with `to` |
| failing       | why, said, ticket                                                 | of an address (desk.people) |
| undo          | event (id)                                                        | that event is as if it had never been |
"""

from __future__ import annotations

import os
import time
from typing import Any, Literal

from tui_desk.values import dataclass, field

EventType = Literal[
    "opened",
    "status",
    "assign",
    "priority",
    "type",
    "tag",
    "snooze",
    "subject",
    "note",
    "replied",
    "delivery",
    "failing",
    "joined",
    "acknowledged",
    "undo",
]

UNDOABLE: frozenset[str] = frozenset({"status", "assign", "priority", "type", "tag", "snooze", "subject", "note", "joined"})
SYSTEM = "system"
"""The actor of what no person did."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `ticket` is the ticket's key; `cause` says what led to it ("key e", "desk bulk", "rule vip")."""

    id: str
    at: int
    agent: str
    ticket: str
    type: str
    data: dict[str, Any] = field(default_factory=dict)
    cause: str = ""
    v: int = 1


def new_id() -> str:
    """A uuid7 (RFC 9562 5.7): sorts by the time it was made."""
    stamp = time.time_ns() // 1_000_000
    rand = int.from_bytes(os.urandom(10), "big")
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (rand >> 68 & 0xFFF) << 64 | 0b10 << 62 | rand & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
