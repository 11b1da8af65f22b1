"""The choices a ticket asks for: who, which status, how urgent, which tags, until when. Each function makes a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tui_desk.desk import when
from tui_desk.desk.ticket import PRIORITIES, TYPES
from tui_desk.i18n import _, ngettext
from tui_desk.service.words import priority_name, status_name
from tui_desk.store.contacts import Person
from tui_desk.store.rows import MessageView, QueueRow, TicketView, ViewCount
from tui_desk.text import one_line
from tui_desk.tui.screens.confirm import ConfirmScreen
from tui_desk.tui.screens.picker import Choice, PickScreen
from tui_desk.tui.spoken import moment
from tui_desk.tui.widgets import tokens

_STATUS_KEYS = {"open": "o", "in_progress": "i", "pending": "p", "on_hold": "h", "solved": "s", "closed": "c", "spam": "!"}
_PRIORITY_KEYS = {"low": "l", "normal": "n", "high": "h", "urgent": "u"}
_SNOOZE_KEYS = {"hour": "1", "hours": "3", "afternoon": "a", "tomorrow": "t", "monday": "m", "week": "w"}


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags to put on and to take off."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until when a ticket is put off (epoch seconds, UTC); None wakes it now."""

    until: int | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An attachment, to be opened or to be saved."""

    message: int
    ordinal: int
    open: bool


def _first(values: list[str]) -> str:
    return values[0] if values else ""


def _on(title: str, count: int) -> str:
    """The title, and on how many tickets where they are several."""
    return title if count == 1 else ngettext("%(title)s · %(n)s ticket", "%(title)s · %(n)s tickets", count) % {
        "title": title, "n": count,
    }  # fmt: skip


def assign(agents: Sequence[str], me: str, current: str, count: int = 1) -> PickScreen[str]:
    """Who: me first, then the others, then nobody ("")."""
    mine = Choice(me, me, sign="@", hint=_("me"))
    others = [Choice(agent, agent, sign="@") for agent in agents if agent != me]
    nobody = Choice("", _("nobody"), sign="–", hint=_("unassigned"))
    return PickScreen(_on(_("Assign to"), count), [mine, *others, nobody], _first, chosen=[current])


def status(current: str, count: int = 1) -> PickScreen[str]:
    """Which status, one letter each."""
    choices = []
    for name, key in _STATUS_KEYS.items():
        sign, style = tokens.sign_of_status(name)
        choices.append(Choice(name, status_name(name), sign=sign, key=key, style=f"${style}"))
    return PickScreen(_on(_("Status"), count), choices, _first, chosen=[current])


def priority(current: str, count: int = 1) -> PickScreen[str]:
    """How urgent, one letter each, the most urgent first."""
    choices = []
    for name in reversed(PRIORITIES):
        sign, style = tokens.sign_of_priority(name)
        choices.append(Choice(name, priority_name(name), sign=sign or " ", key=_PRIORITY_KEYS[name], style=f"${style}"))
    return PickScreen(_on(_("Priority"), count), choices, _first, chosen=[current])


def type_(current: str, count: int = 1) -> PickScreen[str]:
    """Which type; another word may be typed."""
    names = [*TYPES, *([current] if current and current not in TYPES else [])]
    return PickScreen(_on(_("Type"), count), [Choice(n, n) for n in names], _first, free=True, chosen=[current])


def tags(known: Sequence[str | tuple[str, int]], current: Sequence[str], count: int = 1) -> PickScreen[TagChange]:
    """Several tags; those the ticket has are marked, and a new word makes a new tag."""
    used = dict((tag, 0) if isinstance(tag, str) else tag for tag in known)
    names = dict.fromkeys((*current, *used))
    choices = [Choice(tag, tag, sign="#", hint=str(used[tag]) if used.get(tag) else "") for tag in names]

    def change(values: list[str]) -> TagChange:
        cleaned = ["-".join(value.lower().split()) for value in values]
        return TagChange(tuple(t for t in cleaned if t not in current), tuple(t for t in current if t not in cleaned))

    title = _on(_("Tags"), count)
    return PickScreen(title, choices, change, many=True, free=True, chosen=list(current), placeholder=_("Find or add a tag"))


def snooze(now: int, timezone: str, current: int | None = None, count: int = 1) -> PickScreen[Snooze]:
    """Until when: the usual moments by one key, or `/` and a date in words."""
    usual = when.choices(now, timezone)
    moments = {name: at for name, _words, at in usual}
    choices = [Choice(name, words, hint=moment(at, timezone), key=_SNOOZE_KEYS[name]) for name, words, at in usual]
    if current is not None:
        choices.append(Choice("wake", _("Wake it now"), key="0"))

    def check(words: str) -> str:
        at = when.parse(words, now, timezone)
        return moment(at, timezone) if at is not None else ""

    def answer(values: list[str]) -> Snooze:
        value = _first(values)
        return Snooze(None if value == "wake" else moments.get(value) or when.parse(value, now, timezone))

    hint = _("2h, tomorrow 9:00, monday, 2026-12-01")
    return PickScreen(_on(_("Snooze until"), count), choices, answer, free=True, check=check, placeholder=hint)


def theme(names: Sequence[str], current: str, on_preview: Callable[[str], object] | None = None) -> PickScreen[str]:
    """A theme, shown live as the cursor goes over it; `on_preview("")` takes the preview back."""
    choices = [Choice(name, name) for name in names]
    return PickScreen(_("Theme"), choices, _first, chosen=[current], preview=on_preview)


def views(found: Sequence[ViewCount]) -> PickScreen[str]:
    """A view by name."""
    choices = [Choice(v.id, v.title, hint=f"{v.count}{'+' if v.capped else ''}") for v in found]
    return PickScreen(_("Go to view"), choices, _first)


def attachments(messages: Sequence[MessageView], *, save: bool = False) -> PickScreen[Chosen]:
    """An attachment of the thread, the newest message's first; enter opens it (with `save`: keeps it)."""
    choices = []
    for message in reversed(messages):
        for file in message.attachments:
            who = one_line(message.author_name or message.author)
            hint = f"{tokens.attached(file)} · {who}"
            choices.append(Choice(f"{message.id}:{file.ordinal}", one_line(file.name), sign="▤", hint=hint))

    def answer(values: list[str]) -> Chosen:
        message, _colon, ordinal = _first(values).partition(":")
        return Chosen(int(message), int(ordinal), not save)

    return PickScreen(_("Save an attachment") if save else _("Open an attachment"), choices, answer)


def yank(ticket: TicketView) -> PickScreen[str]:
    """What to copy, one key each."""
    row = ticket.row
    choices = [
        Choice(f"#{row.number}", _("Number"), hint=f"#{row.number}", key="n"),
        Choice(row.requester, _("Address"), hint=row.requester, key="a"),
        Choice(row.subject, _("Subject"), hint=row.subject, key="s"),
        Choice(f"{row.requester_name} <{row.requester}>", _("Name and address"), hint=row.requester_name, key="w"),
    ]
    return PickScreen(_("Copy"), choices, _first)


def merge(rows: Sequence[QueueRow]) -> PickScreen[str]:
    """The ticket to merge into; another number may be typed."""
    choices = [
        Choice(r.number, f"#{r.number} {one_line(r.subject)}", hint=one_line(r.requester_name or r.requester)) for r in rows
    ]
    return PickScreen(_("Merge into"), choices, _first, free=True)


def person(first: Person, others: Sequence[Person], part: str) -> PickScreen[str]:
    """Who else `first` is: an address (another may be typed), or `part` and one of theirs that is to be parted."""
    mine = [Choice(f"{part}{email}", one_line(email), sign="✂", hint=_("part again"), style="$warning") for email in first.others]
    known = [
        Choice(other.email, one_line(other.email), sign="@", hint=one_line(other.name))
        for other in others
        if other.email != first.email
    ]
    title = _("%(who)s is the same person as") % {"who": one_line(first.name or first.email)}

    def check(words: str) -> str:
        return words.strip() if "@" in words.strip()[1:-1] else ""

    return PickScreen(title, [*mine, *known], _first, free=True, check=check, placeholder=_("Find or type an address"))


def ask(title: str, text: str = "", yes: str = "") -> ConfirmScreen:
    """A question with yes and no."""
    return ConfirmScreen(title, yes=yes, lines=text.splitlines())
