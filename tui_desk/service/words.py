"""What a person calls statuses, priorities, types of event and channels."""

from __future__ import annotations

from tui_desk.i18n import N_, _

_STATUS = {
    "new": N_("new"),
    "open": N_("open"),
    "in_progress": N_("in progress"),
    "pending": N_("pending"),
    "on_hold": N_("on hold"),
    "solved": N_("solved"),
    "closed": N_("closed"),
    "spam": N_("spam"),
    "merged": N_("merged"),
    "deleted": N_("deleted"),
}
_PRIORITY = {"low": N_("low"), "normal": N_("normal"), "high": N_("high"), "urgent": N_("urgent")}
_OUTBOX = {
    "queued": N_("queued"),
    "sending": N_("sending"),
    "dot": N_("sending"),
    "accepted": N_("sent"),
    "filed": N_("sent"),
    "failed": N_("failed"),
    "uncertain": N_("uncertain"),
    "cancelled": N_("taken back"),
    "bounced": N_("bounced"),
}


def status_name(status: str) -> str:
    """A status in words."""
    return _(_STATUS.get(status, status))


def priority_name(priority: str) -> str:
    """A priority in words."""
    return _(_PRIORITY.get(priority, priority))


def delivery_name(state: str) -> str:
    """The state of an outgoing mail in words."""
    return _(_OUTBOX.get(state, state))
