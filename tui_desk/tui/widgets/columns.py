"""The queue's columns: which of them fit a width, and one ticket drawn in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment

from tui_desk import text
from tui_desk.i18n import _
from tui_desk.service.words import brief_ago
from tui_desk.store.rows import QueueRow
from tui_desk.tui.widgets import tokens
from tui_desk.tui.widgets.tokens import Inks

DONE = frozenset({"solved", "closed", "spam", "merged", "deleted"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of each column, 0 where it does not fit. The subject takes what is left."""

    mark: int
    status: int
    clock: int
    number: int
    requester: int
    priority: int
    subject: int
    attached: int
    messages: int
    tags: int
    queue: int
    word: int
    assignee: int
    age: int


@lru_cache(maxsize=64)
def layout(width: int, *, queues: bool = False) -> Columns:
    """The columns of a queue `width` cells wide; with `queues` they say which basket a ticket is in."""
    fixed = {
        "mark": 2,
        "status": 2,
        "clock": 7 if width >= 50 else 0,
        "number": 6 if width >= 66 else 0,
        "requester": max(10, min(width * 18 // 100, 26)),
        "priority": 2,
        "attached": 2 if width >= 76 else 0,
        "messages": 3 if width >= 92 else 0,
        "tags": min(width * 14 // 100, 30) if width >= 104 else 0,
        "queue": 10 if queues and width >= 88 else 0,
        "word": 10 if width >= 136 else 0,
        "assignee": 8 if width >= 84 else 0,
        "age": 5 if width >= 40 else 0,
    }
    return Columns(subject=max(width - sum(fixed.values()), 4), **fixed)


def fit(words: str, cells: int, *, right: bool = False) -> str:
    """`words` in exactly `cells` cells."""
    words = text.cut(words, cells)
    blank = " " * (cells - text.width(words))
    return blank + words if right else words + blank


def heading(columns: Columns, inks: Inks, width: int) -> list[Segment]:
    """The line above the rows."""
    c = columns
    parts = [
        " " * (c.mark + c.status),
        fit(_("SLA"), c.clock - 1, right=True) + " " if c.clock else "",
        fit("#", c.number),
        fit(_("From"), c.requester),
        " " * c.priority,
        fit(_("Subject"), c.subject),
        " " * (c.attached + c.messages),
        fit(_("Tags"), c.tags),
        fit(_("Queue"), c.queue),
        fit(_("Status"), c.word),
        fit(_("Agent"), c.assignee),
        fit(_("Age"), c.age - 1, right=True) + " " if c.age else "",
    ]
    return [Segment(fit("".join(parts), width), inks.ink("muted", "panel"))]


def line(row: QueueRow, columns: Columns, inks: Inks, now: int, *, cursor: bool, picked: bool, focused: bool) -> list[Segment]:
    """One ticket."""
    ground = ("cursor" if focused else "cursor-blurred") if cursor else "selection" if picked else ""
    done = row.status in DONE
    ink = inks.ink

    def cell(words: str, color: str, *, bold: bool = False) -> Segment:
        return Segment(words, ink(color, ground, bold=bold))

    c = columns
    mark = ("▌" if cursor else " ") + ("✓" if picked else " ")
    sign, color = tokens.sign_of_status(row.status)
    if row.snoozed_until:
        sign, color = tokens.SNOOZED, "accent"
    due, due_color = ("", "faint") if done else tokens.clock_of(row.due_at, now)
    urgency, urgency_color = tokens.sign_of_priority(row.priority)
    fresh = row.status == "new" and not done
    quiet = done or row.status in ("pending", "on_hold")
    main = "faint" if done else "muted" if quiet else "foreground"
    parts = [cell(mark, "primary" if cursor or not picked else "accent", bold=True), cell(sign + " ", color)]
    if c.clock:
        parts.append(cell(fit(due, c.clock - 1, right=True) + " ", due_color))
    if c.number:
        parts.append(cell(fit(row.number, c.number), "muted" if cursor else "faint"))
    who = text.one_line(row.requester_name or row.requester) or _("no sender")
    parts.append(cell(fit(who, c.requester - 1) + " ", main if quiet else "secondary", bold=fresh))
    parts.append(cell(urgency + " ", urgency_color, bold=True))
    parts.append(cell(fit(text.one_line(row.subject) or _("(no subject)"), c.subject - 1) + " ", main, bold=fresh or cursor))
    if c.attached:
        parts.append(cell((tokens.ATTACHED if row.attachments else " ") + " ", "muted"))
    if c.messages:
        parts.append(cell(fit(str(row.messages) if row.messages > 1 else "", c.messages - 1, right=True) + " ", "faint"))
    if c.tags:
        parts.append(
            cell(fit(" ".join("#" + text.one_line(t) for t in row.tags), c.tags - 1) + " ", "accent" if not done else "faint")
        )
    if c.queue:
        parts.append(cell(fit(text.one_line(row.queue), c.queue - 1) + " ", "faint" if quiet else "muted"))
    if c.word:
        parts.append(cell(fit(tokens.word_of_status(row.status), c.word), color))
    if c.assignee:
        parts.append(cell(fit(text.one_line(row.assignee) or "—", c.assignee - 1) + " ", "muted" if row.assignee else "faint"))
    if c.age:
        parts.append(cell(fit(brief_ago(row.updated_at, now), c.age - 1, right=True) + " ", "faint" if quiet else "muted"))
    return parts
