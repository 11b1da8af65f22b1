"""What a setting's value must be beyond its type: choices, ranges, addresses, server URLs, times.

Each rule takes the value and the whole [section] and returns what is wrong in a sentence, or "".
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Mapping
from typing import Any

from tui_desk.config import url
from tui_desk.errors import ConfigError
from tui_desk.i18n import _

Rule = Callable[[Any, Mapping[str, Any]], str]

# Patterns are compiled when a key is there to be looked at: the fast commands read this.
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = r"(?P<days>[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3})*)\s+(?P<a>\d\d?:\d\d)-(?P<b>\d\d?:\d\d)"
_DURATION = r"(?:\d+(?:\.\d+)?\s*[mhd]\s*)+"
_ADDRESS = r"[^\s@<>,;\"]+@[^\s@<>,;\"]+"
_HOLIDAYS = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"


def choice(*options: str) -> Rule:
    """One of `options`."""

    def rule(value: Any, section: Mapping[str, Any]) -> str:
        if value in options:
            return ""
        shown = ", ".join(o or '""' for o in options)
        return _("“%(value)s” is not one of %(options)s.") % {"value": value, "options": shown}

    return rule


def at_least(lowest: int) -> Rule:
    """A number not under `lowest`."""

    def rule(value: Any, section: Mapping[str, Any]) -> str:
        return "" if value >= lowest else _("%(value)s is too small: at least %(lowest)s.") % {"value": value, "lowest": lowest}

    return rule


def within(lowest: int, highest: int) -> Rule:
    """A number from `lowest` to `highest`."""

    def rule(value: Any, section: Mapping[str, Any]) -> str:
        words = {"value": value, "lowest": lowest, "highest": highest}
        return "" if lowest <= value <= highest else _("%(value)s is not from %(lowest)s to %(highest)s.") % words

    return rule


def address(value: Any, section: Mapping[str, Any]) -> str:
    """One mail address, or several in a list."""
    for one in (value,) if isinstance(value, str) else value:
        if one and not re.fullmatch(_ADDRESS, one):
            return _("“%(value)s” is not a mail address.") % {"value": one}
    return ""


def server(kind: Any) -> Rule:
    """A server URL; plain only on loopback, unless the section says allow_plaintext."""

    def rule(value: Any, section: Mapping[str, Any]) -> str:
        if not value:
            return ""
        try:
            url.parse(value, kind, allow_plaintext=section.get("allow_plaintext") is True)
        except ConfigError as error:
            return f"{error.message} {error.hint}".strip()
        return ""

    return rule


def timezone(value: Any, section: Mapping[str, Any]) -> str:
    """An IANA time zone. The system's own file is looked for first: importing zoneinfo costs more than all the rest."""
    if re.fullmatch(r"[A-Za-z][\w+-]*(/[\w+-]+)*", value):
        if os.path.isfile(f"/usr/share/zoneinfo/{value}"):
            return ""
        import zoneinfo

        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return ""
    near = _near_zone(value)
    said = _("“%(value)s” is not an IANA time zone.") % {"value": value}
    return f"{said} " + _("Did you mean %(near)s?") % {"near": near} if near else said


def _near_zone(value: str) -> str:
    import difflib
    import zoneinfo

    by_fold = {zone.casefold(): zone for zone in zoneinfo.available_timezones()}
    near = difflib.get_close_matches(value.casefold(), by_fold, 1, 0.75)
    return by_fold[near[0]] if near else ""


def hours(value: Any, section: Mapping[str, Any]) -> str:
    """Windows like "mon-fri 09:00-12:30", each ending after it begins."""
    for window in value:
        match = re.fullmatch(_HOURS, window.strip(), re.IGNORECASE)
        days = re.split("[-,]", match["days"].lower()) if match else []
        if match is None or any(day not in DAYS for day in days):
            return _("“%(value)s” is not a window like “mon-fri 09:00-17:00”.") % {"value": window}
        begin, end = _minutes(match["a"]), _minutes(match["b"])
        if begin is None or end is None:
            return _("“%(value)s” holds a time that no clock shows.") % {"value": window}
        if end <= begin:
            return _("“%(value)s” ends before it begins.") % {"value": window}
    return ""


def _minutes(time: str) -> int | None:
    hour, minute = map(int, time.split(":"))
    return hour * 60 + minute if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def duration(value: Any, section: Mapping[str, Any]) -> str:
    """ "30m", "4h", "2d", or empty for no promise."""
    if not value or re.fullmatch(_DURATION, value, re.IGNORECASE):
        return ""
    return _("“%(value)s” is not a duration like 30m, 4h or 2d.") % {"value": value}


def holidays(value: Any, section: Mapping[str, Any]) -> str:
    """A country (ISO 3166-1), with a region after a dash where there is one."""
    if not value or re.fullmatch(_HOLIDAYS, value):
        return ""
    return _("“%(value)s” is not a country code like FR, or CH-GE with its region.") % {"value": value}


def dates(value: Any, section: Mapping[str, Any]) -> str:
    """Days like "2026-12-24"."""
    import datetime

    for day in value:
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            return _("“%(value)s” is not a date like 2026-12-24.") % {"value": day}
    return ""


def patterns(value: Any, section: Mapping[str, Any]) -> str:
    """Regular expressions that no subject can make slow."""
    from tui_desk.config.patterns import PatternError, compiled

    try:
        for text in value:
            compiled(text)
    except PatternError as error:
        return str(error)
    return ""


def senders(value: Any, section: Mapping[str, Any]) -> str:
    """Mail addresses, or domains with their sign."""
    for one in value:
        if not re.fullmatch(_ADDRESS, one if one[:1] != "@" else f"x{one}"):
            return _("“%(value)s” is neither a mail address nor a domain like @tracker.example.") % {"value": one}
    return ""


def word(value: Any, section: Mapping[str, Any]) -> str:
    """A name that queries can say."""
    if re.fullmatch(r"[\w.+-]*", value):
        return ""
    return _("“%(value)s” is not a name like billing: letters, digits, dots and dashes.") % {"value": value}


def queues(value: Any, section: Mapping[str, Any]) -> str:
    """Queues with their addresses."""
    if wrong := next(filter(None, (word(name, section) for name in value)), ""):
        return wrong
    return next(filter(None, (senders([a.strip() for a in text.split(",")], section) for text in value.values())), "")


STATUSES = ("new", "open", "in_progress", "pending", "on_hold", "solved", "closed", "spam")
_KEYWORD = r"[!#$&'+\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+"


def keywords(value: Any, section: Mapping[str, Any]) -> str:
    """ "status=keyword"; a keyword is an atom of IMAP."""
    for pair in value:
        status, sign, name = (part.strip() for part in pair.partition("="))
        if not sign or (name and not re.fullmatch(_KEYWORD, name)):
            return _("“%(value)s” is not a status and a keyword like “solved=desk-solved”.") % {"value": pair}
        if status not in STATUSES:
            return _("“%(value)s” is not one of %(options)s.") % {"value": status, "options": ", ".join(STATUSES)}
    return ""


def folders(value: Any, section: Mapping[str, Any]) -> str:
    """ "status=folder"."""
    for pair in value:
        status, sign, name = (part.strip() for part in pair.partition("="))
        if not sign or name.upper() == "INBOX" or any(ord(c) < 32 for c in name):
            return _("“%(value)s” is not a status and a folder like “solved=Archive/Solved”.") % {"value": pair}
        if status not in STATUSES:
            return _("“%(value)s” is not one of %(options)s.") % {"value": status, "options": ", ".join(STATUSES)}
        if status == "spam" and section.get("junk"):
            return _("spam goes to the Junk folder, because junk is on: leave “%(value)s” out.") % {"value": pair}
    return ""


def tenant(value: Any, section: Mapping[str, Any]) -> str:
    """A word that stands in Microsoft's URLs: an id or a domain."""
    return "" if re.fullmatch(r"[\w.-]+", value) else _("“%(value)s” is no tenant: an id or a domain.") % {"value": value}


def secure_url(value: Any, section: Mapping[str, Any]) -> str:
    """An https:// URL; http:// on loopback only. Tokens travel there."""
    if not value or url.is_secure(value):
        return ""
    return _("“%(value)s” is not an https:// address.") % {"value": value}


RULES: dict[str, Rule] = {
    "language": choice("auto", "en", "fr"),
    "close_after_days": at_least(0),
    "account.address": address,
    "account.aliases": senders,
    "queues": queues,
    "account.imap": server("imap"),
    "account.smtp": server("smtp"),
    "account.queue": word,
    "account.auth": choice("password", "oauth"),
    "oauth.provider": choice("google", "microsoft", ""),
    "oauth.tenant": tenant,
    "oauth.flow": choice("browser", "device", ""),
    "oauth.authorize_url": secure_url,
    "oauth.token_url": secure_url,
    "oauth.device_url": secure_url,
    "oauth.revoke_url": secure_url,
    "replies.undo_seconds": at_least(0),
    "replies.bulk_per_minute": at_least(1),
    "ack.language": choice("en", "fr", ""),
    "replies.status_after": choice("pending", "solved", "open", ""),
    "calendar.timezone": timezone,
    "calendar.hours": hours,
    "calendar.holidays": holidays,
    "calendar.closed": dates,
    "sla.first_reply": duration,
    "sla.next_reply": duration,
    "sla.first_reply_urgent": duration,
    "sla.first_reply_high": duration,
    "sla.first_reply_low": duration,
    "console.after_action": choice("next", "stay", "list"),
    "sync.poll_seconds": at_least(1),
    "sync.window": at_least(1),
    "sync.size_cap_mb": at_least(1),
    "sync.first_days": at_least(0),
    "sync.connections": within(1, 2),
    "threading.external_ref": patterns,
    "threading.external_ref_from": senders,
    "writeback.keywords": keywords,
    "writeback.folders": folders,
}
