"""The keys of the query language, and how each reads its value into a typed leaf of `terms`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from tui_desk.desk.states import CHANNELS, PRIORITIES, STATUSES, TYPES
from tui_desk.desk.terms import (
    HAS,
    ME,
    STATES,
    Age,
    Aged,
    Count,
    Due,
    Equals,
    Has,
    Leaf,
    Moment,
    Op,
    Requester,
    State,
    Subject,
    When,
)
from tui_desk.i18n import _
from tui_desk.text import fold

if TYPE_CHECKING:
    from datetime import date

# Compiled by the terms that hold them: most queries hold none.
_OP = r"(?s)(<=|>=|<|>|=)?(.*)"
_DURATION = r"([0-9]{1,6})([smhdwySMHDWY])"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_DATE = r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?"


class TermError(ValueError):
    """A value that its key does not take; `choices` are those it does."""

    def __init__(self, message: str, choices: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.choices = choices


def _one_of(value: str, choices: tuple[str, ...]) -> str:
    word = value.lower().replace("-", "_")
    if word not in choices:
        raise TermError(_("%(value)s is not one of %(choices)s") % {"value": value, "choices": ", ".join(choices)}, choices)
    return word


def _state(value: str, zone: str) -> Leaf:
    name = _one_of(value, STATES)
    return Equals("assignee", (ME,)) if name == "mine" else State(name)


def _listed(field: Literal["status", "priority", "channel", "opened"], choices: tuple[str, ...]) -> Callable[[str, str], Leaf]:
    return lambda value, zone: Equals(field, tuple(_one_of(each, choices) for each in _each(value)))


def _each(value: str) -> list[str]:
    return [part for part in value.split(",") if part] or [value]


def _type(value: str, zone: str) -> Leaf:
    return Equals("type", tuple("" if each == "none" else each for each in _each(value.lower())))


def _agent(field: Literal["assignee", "replier", "solver"]) -> Callable[[str, str], Leaf]:
    return lambda value, zone: Equals(field, tuple("" if each in ("none", "nobody") else each for each in _each(value.lower())))


def _tag(value: str, zone: str) -> Leaf:
    return Equals("tag", tuple(each.lstrip("#") for each in _each(value.lower())))


def _number(value: str, zone: str) -> Leaf:
    return Equals("number", tuple(each.lstrip("#").upper() for each in _each(value)))


def _requester(value: str, zone: str) -> Leaf:
    if value.startswith("@") and len(value) > 1:
        return Requester("domain", value[1:].lower())
    if "@" in value[1:-1]:
        return Requester("address", value.lower())
    return Requester("part", fold(value))


def _moment(field: Moment) -> Callable[[str, str], Leaf]:
    """`created:2025-05`, `created:2025-05-01..2025-05-15`, `created:>=2025-05-01`, `created:3d` (in the last three days)."""

    def read(value: str, zone: str) -> Leaf:
        op, rest = _split(value)
        duration = re.fullmatch(_DURATION, rest)
        if duration and field == "due":
            return Due(op or "<", _seconds(duration))
        if duration and field in _AGED:
            return Age(_AGED[field], op or "<", _seconds(duration))
        if op is None and ".." in rest:
            first, _dots, last = rest.partition("..")
            return When(field, _span(first, zone)[0] if first else None, _span(last, zone)[1] if last else None)
        begin, end = _span(rest, zone)
        match op:
            case "<":
                return When(field, None, begin)
            case "<=":
                return When(field, None, end)
            case ">":
                return When(field, end, None)
            case ">=":
                return When(field, begin, None)
            case _:
                return When(field, begin, end)

    return read


_AGED: dict[str, Aged] = {
    "created": "created",
    "updated": "updated",
    "solved": "solved",
    "replied": "replied",
}


def _aged(field: Literal["created", "waiting"], default: Op) -> Callable[[str, str], Leaf]:
    def read(value: str, zone: str) -> Leaf:
        op, rest = _split(value)
        duration = re.fullmatch(_DURATION, rest)
        if duration is None:
            raise TermError(_("%(value)s is not a time such as 30m, 4h, 3d or 2w") % {"value": value})
        return Age(field, op or default, _seconds(duration))

    return read


def _sla(value: str, zone: str) -> Leaf:
    if value.lower() == "breached":
        return Due("<", 0)
    if value.lower() == "ok":
        return Due(">=", 0)
    op, rest = _split(value)
    duration = re.fullmatch(_DURATION, rest)
    if duration is None:
        raise TermError(_("%(value)s is not a time left such as <1h, or breached, or ok") % {"value": value}, ("breached", "ok"))
    return Due(op or "<", _seconds(duration))


def _count(field: Literal["replies", "messages", "reopens"]) -> Callable[[str, str], Leaf]:
    def read(value: str, zone: str) -> Leaf:
        op, rest = _split(value)
        if not re.fullmatch(r"[0-9]{1,6}", rest):
            raise TermError(_("%(value)s is not a number such as 1 or >2") % {"value": value})
        return Count(field, op or "=", int(rest))

    return read


def _split(value: str) -> tuple[Op | None, str]:
    match = re.fullmatch(_OP, value)
    assert match is not None
    return cast(Op | None, match[1]), match[2].strip()


def _seconds(match: re.Match[str]) -> int:
    return int(match[1]) * _UNITS[match[2].lower()]


def _span(text: str, zone: str) -> tuple[int, int]:
    """A year, month or day of a zone as [begin, end)."""
    from datetime import date

    match = re.fullmatch(_DATE, text)
    try:
        if match is None or not 1970 <= int(match[1]) <= 2200:
            raise ValueError(text)
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        begin = date(year, month, day)
        if match[3]:
            end = date.fromordinal(begin.toordinal() + 1)
        elif match[2]:
            end = date(year + month // 12, month % 12 + 1, 1)
        else:
            end = date(year + 1, 1, 1)
    except ValueError as error:
        raise TermError(_("%(value)s is not a date such as 2025, 2025-05 or 2025-05-31") % {"value": text}) from error
    return _midnight(begin, zone), _midnight(end, zone)


def _midnight(day: date, zone: str) -> int:
    # Here and not above: most queries hold no date, and zoneinfo is a good part of a fast command's start.
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


KEYS: dict[str, Callable[[str, str], Leaf]] = {
    "is": _state,
    "status": _listed("status", STATUSES),
    "priority": _listed("priority", PRIORITIES),
    "channel": _listed("channel", CHANNELS),
    "type": _type,
    "assignee": _agent("assignee"),
    "tag": _tag,
    "queue": lambda value, zone: Equals("queue", tuple(_each(value.lower()))),
    "number": _number,
    "from": _requester,
    "requester": _requester,
    "subject": lambda value, zone: Subject(fold(value)),
    "has": lambda value, zone: Has(_one_of(value, HAS)),
    "created": _moment("created"),
    "updated": _moment("updated"),
    "solved": _moment("solved"),
    "first_solved": _moment("first_solved"),
    "replied": _moment("replied"),
    "answered": _moment("answered"),
    "received": _moment("received"),
    "sent": _moment("sent"),
    "promised": _moment("promised"),
    "due": _moment("due"),
    "opened": _listed("opened", ("inbound", "outbound", "system")),
    "replier": _agent("replier"),
    "solver": _agent("solver"),
    "older": _aged("created", ">"),
    "newer": _aged("created", "<"),
    "waiting": _aged("waiting", ">"),
    "sla": _sla,
    "replies": _count("replies"),
    "messages": _count("messages"),
    "reopens": _count("reopens"),
}
"""Every key and how its value is read."""

VALUES: dict[str, tuple[str, ...]] = {
    "is": STATES,
    "status": STATUSES,
    "priority": PRIORITIES,
    "channel": CHANNELS,
    "type": (*TYPES, "none"),
    "assignee": (ME, "none"),
    "opened": ("inbound", "outbound", "system"),
    "replier": (ME,),
    "solver": (ME,),
    "has": HAS,
    "sla": ("<1h", "breached", "ok"),
    "older": ("1d", "3d", "7d"),
    "newer": ("1d", "3d", "7d"),
    "waiting": ("1h", "4h", "1d"),
}
"""What completion offers after a key."""
