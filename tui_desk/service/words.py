"""What a person calls statuses, priorities, types of event and channels."""

from __future__ import annotations

from tui_desk.i18n import N_, _, language

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
    "delayed": N_("delayed"),
    "complained": N_("marked as junk"),
}
_RESULT = {
    "done": N_("done"),
    "unchanged": N_("unchanged"),
    "failed": N_("failed"),
    "refused": N_("refused"),
    "would": N_("would be done"),
    "already": N_("already done"),
}


_EVENT = {
    "status": N_("status"),
    "assign": N_("assignment"),
    "priority": N_("priority"),
    "type": N_("type"),
    "tag": N_("tags"),
    "snooze": N_("snooze"),
    "subject": N_("subject"),
    "note": N_("note"),
    "joined": N_("one person with another address"),
}


def number(value: float) -> str:
    """A count in the manner of the language: 12,872."""
    shown = f"{value:,.0f}"
    return shown.replace(",", "\u202f") if language() == "fr" else shown


def event_name(kind: str) -> str:
    """A type of event in words."""
    return _(_EVENT.get(kind, kind))


def status_name(status: str) -> str:
    """A status in words."""
    return _(_STATUS.get(status, status))


def priority_name(priority: str) -> str:
    """A priority in words."""
    return _(_PRIORITY.get(priority, priority))


def delivery_name(state: str) -> str:
    """The state of an outgoing mail in words."""
    return _(_OUTBOX.get(state, state))


def result_name(result: str) -> str:
    """What became of one ticket in a bulk act, in words."""
    return _(_RESULT.get(result, result))


def span(seconds: int) -> str:
    """A duration in one short word: "45 s", "12 min", "3 h", "5 d"."""
    if seconds < 60:
        return _("%(n)s s") % {"n": max(seconds, 0)}
    if seconds < 3600:
        return _("%(n)s min") % {"n": seconds // 60}
    if seconds < 48 * 3600:
        return _("%(n)s h") % {"n": seconds // 3600}
    return _("%(n)s d") % {"n": seconds // 86_400}


def brief(seconds: int) -> str:
    """A stretch of time in few cells: "12m", "3h05", "4d"."""
    minutes = max(seconds, 0) // 60
    if minutes < 60:
        return _("%(n)dm") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 10 and minutes:
        return _("%(h)dh%(m)02d") % {"h": hours, "m": minutes}
    if hours < 48:
        return _("%(n)dh") % {"n": hours}
    days = hours // 24
    return _("%(n)dd") % {"n": days} if days < 365 else _("%(n)dy") % {"n": days // 365}


def brief_ago(at: int, now: int) -> str:
    """How long ago `at` was, in few cells."""
    seconds = now - at
    return _("now") if seconds < 60 else brief(seconds)


def first_reply(cal: int, biz: int) -> tuple[str, str]:
    """After how long (seconds) the first reply came: by the calendar, and in business time; "" where both read alike."""
    by_calendar, in_business = brief(cal), brief(biz)
    return by_calendar, "" if in_business == by_calendar else _("%(time)s business time") % {"time": in_business}


def size(count: int) -> str:
    """Bytes in words: "820 B", "12 kB", "3.4 MB"."""
    if count < 1000:
        return _("%(n)d B") % {"n": count}
    if count < 1_000_000:
        return _("%(n)d kB") % {"n": round(count / 1000)}
    return _("%(n).1f MB") % {"n": count / 1_000_000}


def stamp(at: int, timezone: str) -> str:
    """2026-12-01 09:00, on the desk's own clock."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(at, ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def ago(seconds: int) -> str:
    """How long ago, in one short word; the future is now."""
    return _("now") if seconds < 60 else span(seconds)
