"""What a ticket can fill a macro with. Every value is text from outside: one safe line, and never template code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from tui_desk.i18n import N_, _
from tui_desk.text import one_line

PLACEHOLDERS = {
    "greeting": N_("a greeting with the first name where it is known: Hello Camille,"),
    "requester": N_("the requester's full name"),
    "first_name": N_("the requester's first name"),
    "email": N_("the requester's address"),
    "number": N_("the ticket's number"),
    "subject": N_("the ticket's subject"),
    "agent": N_("your name"),
    "agent_first_name": N_("your first name"),
    "desk": N_("the desk's name"),
    "desk_email": N_("the desk's address"),
    "today": N_("today's date in words"),
    "opened_on": N_("the date the ticket was opened, in words"),
    "days_open": N_("for how many days the ticket has been open"),
    "in_days": N_("a date some days from now: in_days(7)"),
}
_SETTINGS = {"desk": "account.name", "agent": "agent.name", "agent_first_name": "agent.name"}
_DAY = 86_400
_GREETINGS = {"fr": ("Bonjour,", "Bonjour {},"), "en": ("Hello,", "Hello {},")}
_DATE_LOCALES = {"fr": "fr", "en": "en_GB"}
"""28 November 2026: the order that both sides of the ocean read alike."""
_HONORIFICS = frozenset(
    ("m", "mr", "mrs", "ms", "miss", "mme", "mlle", "monsieur", "madame", "dr", "pr", "prof", "sir", "me", "maître")
)

Value = str | int | Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Facts:
    """The ticket in hand, as macros may speak of it. Times are epoch seconds, UTC."""

    number: str
    subject: str
    requester_email: str
    now: int
    created_at: int
    requester_name: str = ""
    agent_name: str = ""
    desk_name: str = ""
    desk_email: str = ""
    timezone: str = "Europe/Paris"


def lacking(names: Iterable[str]) -> str:
    """`names` of placeholders for a sentence, each with the setting that would fill it."""
    told = _("%(name)s (%(setting)s in the settings)")
    return ", ".join(told % {"name": name, "setting": _SETTINGS[name]} if name in _SETTINGS else name for name in names)


def values(facts: Facts, language: str) -> dict[str, Value]:
    """Each placeholder's value in `language`; what the ticket does not know is left out, so that it counts as missing."""
    language = language if language in _GREETINGS else "en"
    first = first_name(facts.requester_name)
    bare, named = _GREETINGS[language]
    known: dict[str, Value] = {
        "greeting": named.format(first) if first else bare,
        "requester": one_line(facts.requester_name),
        "first_name": first,
        "email": one_line(facts.requester_email),
        "number": facts.number,
        "subject": one_line(facts.subject),
        "agent": one_line(facts.agent_name),
        "agent_first_name": first_name(facts.agent_name),
        "desk": one_line(facts.desk_name),
        "desk_email": facts.desk_email,
        "today": _date(facts.now, facts.timezone, language),
        "opened_on": _date(facts.created_at, facts.timezone, language),
        "days_open": max(facts.now - facts.created_at, 0) // _DAY,
        "in_days": partial(_in_days, facts.now, facts.timezone, language),
    }
    return {name: inert(value) if isinstance(value, str) else value for name, value in known.items() if value != ""}


def inert(value: str) -> str:
    """`value` with template marks taken apart: no later pass over the text can take them for code."""
    return re.sub(r"\{(?=[{%#])", "{ ", value)


def first_name(name: str) -> str:
    """The name to greet by, "" where it would be a guess: "Roux, Amélie" and "Amélie ROUX" are both Amélie."""
    name = one_line(name).strip("\"'")
    if not name or re.search(r"[@\d/()|]", name):
        return ""
    last, comma, given = name.partition(",")
    words = (given if comma else last).split()
    if not words or words[0].rstrip(".").casefold() in _HONORIFICS:
        return ""
    if len(words) > 1 and words[0].isupper() and not words[-1].isupper():
        words.reverse()
    return words[0].title() if words[0].isupper() or words[0].islower() else words[0]


def _in_days(now: int, timezone: str, language: str, days: int) -> str:
    return _date(now + int(days) * _DAY, timezone, language)


def _date(at: int, timezone: str, language: str) -> str:
    from zoneinfo import ZoneInfo

    from babel.dates import format_date

    day = datetime.fromtimestamp(0, UTC) + timedelta(seconds=at)
    return format_date(day.astimezone(ZoneInfo(timezone)), "long", locale=_DATE_LOCALES[language])
