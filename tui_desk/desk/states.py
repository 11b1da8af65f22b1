"""The words that tickets are described with: statuses, priorities, channels, types. No classes: the fast commands read them."""

from __future__ import annotations

from typing import Literal

FAR_FUTURE = 1 << 40
"""`due_at` of a ticket that owes nothing (a sentinel, so that the index column is never NULL)."""

STATUSES = ("new", "open", "in_progress", "pending", "on_hold", "solved", "closed", "spam", "merged", "deleted")
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "web", "phone", "chat", "social", "import", "cli")
TYPES = ("question", "incident", "bug", "feature", "refund")

StateType = Literal["open", "waiting", "done", "excluded"]

STATE_TYPES: dict[str, StateType] = {
    "new": "open",
    "open": "open",
    "in_progress": "open",
    "pending": "waiting",
    "on_hold": "waiting",
    "solved": "done",
    "closed": "done",
    "spam": "excluded",
    "merged": "excluded",
    "deleted": "excluded",
}

MessageKind = Literal["inbound", "outbound", "note", "call", "system"]
