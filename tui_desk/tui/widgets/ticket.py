"""The side bar: whose ticket it is, what is owed, its tags, and what else there is of the requester."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_desk import clock, text
from tui_desk.desk.ticket import FAR_FUTURE
from tui_desk.i18n import _, ngettext
from tui_desk.service.words import brief, brief_ago, delivery_name, first_reply
from tui_desk.store.rows import ContactView, OutboxView, QueueRow, TicketView
from tui_desk.tui.widgets import tokens
from tui_desk.tui.widgets.columns import fit
from tui_desk.tui.widgets.panes import Pane

Part = str | tuple[str, str]
_MAIL = {"uncertain": ("?", "$warning"), "failed": ("✗", "$error")}
NAME = 10
"""Cells of a field's name."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the side bar shows of a ticket."""

    ticket: TicketView
    contact: ContactView
    doubts: tuple[str, ...] = ()
    """What is doubtful of the requester's address, in sentences."""
    queue: str = ""
    """Where there are several."""
    mails: tuple[OutboxView, ...] = ()
    """Its mails that did not leave, or of which nobody knows whether they did."""


def _line(*parts: Part) -> Content:
    return Content.assemble(*parts)


def _field(name: str, value: str, style: str = "$foreground") -> Content:
    return _line((fit(name, NAME), "$faint"), (value, style))


def _title(words: str) -> list[Content]:
    return [Content(""), _line((words, "bold $secondary"))]


def _state(row: QueueRow, now: int, queue: str) -> list[Content]:
    sign, color = tokens.sign_of_status(row.status)
    urgency, urgent_color = tokens.sign_of_priority(row.priority)
    lines = [
        _line((text.one_line(row.subject) or _("(no subject)"), "bold")),
        Content(""),
        _field(_("Status"), f"{sign} {tokens.word_of_status(row.status)}", f"${color}"),
        _field(_("Priority"), f"{urgency.strip()} {tokens.word_of_priority(row.priority)}".strip(), f"${urgent_color}"),
        _field(_("Agent"), text.one_line(row.assignee) or _("nobody"), "$foreground" if row.assignee else "$warning"),
    ]
    if queue:
        lines.append(_field(_("Queue"), text.one_line(queue)))
    if row.type:
        lines.append(_field(_("Type"), text.one_line(row.type)))
    if row.snoozed_until:
        lines.append(_field(_("Snoozed"), f"{tokens.SNOOZED} {brief(row.snoozed_until - now)}", "$accent"))
    if row.tags:
        chips = Content(" ").join([_line((f" #{text.one_line(tag)} ", "$chip-text on $chip")) for tag in row.tags])
        lines.append(_line((fit(_("Tags"), NAME), "$faint")) + chips)
    return lines


def _mails(portrait: Portrait, width: int) -> list[Content]:
    """Answers that the thread does not have: refused, put off, or nobody knows whether they arrived."""
    lines = _title(_("On its way")) if portrait.mails else []
    for mail in portrait.mails:
        sign, color = _MAIL.get(mail.state, ("◷", "$primary"))
        lines.append(_line((f"{sign} {delivery_name(mail.state)}", f"{color} bold")))
        lines.append(_line((text.cut(text.one_line(", ".join(mail.recipients)), width), "$muted")))
        lines.append(_line((text.one_line(mail.error), "$muted")))
    return lines


def _clocks(ticket: TicketView, now: int, width: int) -> list[Content]:
    row = ticket.row
    lines = _title(_("Clocks"))
    due, color = tokens.clock_of(row.due_at, now)
    if due:
        name = _("Reply in") if row.due_at >= now else _("Late by")
        lines.append(_field(name, due, f"bold ${color}"))
    elif row.due_at >= FAR_FUTURE:
        lines.append(_field(_("Reply"), _("nothing owed"), "$muted"))
    if row.waiting_since:
        lines.append(_field(_("Waiting"), brief(now - row.waiting_since)))
    lines += _replied(ticket, width)
    lines.append(_field(_("Opened"), brief_ago(row.created_at, now), "$muted"))
    counts = _("%(in)s in, %(out)s out") % {"in": ticket.messages_in, "out": ticket.messages_out}
    lines.append(_field(_("Mails"), counts, "$muted"))
    if ticket.reopens:
        lines.append(_field(_("Reopened"), str(ticket.reopens), "$warning"))
    return lines


def _replied(ticket: TicketView, width: int) -> list[Content]:
    """When the first reply came, on both clocks; in a narrow side bar one below the other."""
    if ticket.first_response_cal is None:
        return []
    took, business = first_reply(ticket.first_response_cal, ticket.first_response_biz or 0)
    after = _("after %(time)s") % {"time": took}
    whole = f"{after} ({business})" if business else after
    if text.width(whole) + NAME <= width or not business:
        return [_field(_("1st reply"), whole, "$muted")]
    return [_field(_("1st reply"), after, "$muted"), _field("", business, "$muted")]


def _address(email: str, width: int) -> list[Content]:
    """An address; one too long for a line breaks before its @."""
    name, at, place = email.rpartition("@")
    whole = not at or text.width(email) <= width
    return [_line((text.cut(part, width), "$primary")) for part in ([email] if whole else [name, at + place])]


def _requester(portrait: Portrait, now: int, width: int) -> list[Content]:
    contact, row = portrait.contact, portrait.ticket.row
    lines = _title(_("Requester"))
    if name := text.one_line(contact.name or row.requester_name):
        lines.append(_line((name, "$foreground")))
    lines += _address(text.one_line(row.requester), width)
    lines += [_line((text.cut(text.one_line(other), width), "$muted")) for other in contact.others[:3]]
    lines += [_line((f"{tokens.DOUBT} {text.one_line(doubt)}", "$warning")) for doubt in portrait.doubts]
    if contact.first_seen:
        words = ngettext("%(n)s ticket", "%(n)s tickets", contact.tickets) % {"n": contact.tickets}
        since = _("known for %(time)s") % {"time": brief(now - contact.first_seen)}
        lines.append(_line((f"{words}, {since}", "$muted")))
    return lines


def _others(portrait: Portrait, now: int, width: int) -> list[Content]:
    others = [row for row in portrait.contact.recent if row.id != portrait.ticket.row.id][:6]
    if not others:
        return []
    lines = _title(_("Other tickets"))
    for row in others:
        sign, color = tokens.sign_of_status(row.status)
        age = brief_ago(row.updated_at, now)
        subject = fit(text.one_line(row.subject), max(width - 8 - len(age), 8))
        lines.append(_line((f"{sign} ", f"${color}"), (f"{row.number} ", "$faint"), (subject, "$muted"), (f" {age}", "$faint")))
    return lines


def draw(portrait: Portrait, now: int, width: int) -> Content:
    """The whole side bar."""
    parts = [
        *_state(portrait.ticket.row, now, portrait.queue),
        *_mails(portrait, width),
        *_requester(portrait, now, width),
        *_clocks(portrait.ticket, now, width),
        *_others(portrait, now, width),
    ]
    return Content("\n").join(parts)


class TicketPane(VerticalScroll, Pane, can_focus=True):
    """The side bar."""

    def __init__(self, **kwargs: Any) -> None:
        self.sheet = Static("", markup=False)
        super().__init__(self.sheet, **kwargs)
        self.portrait: Portrait | None = None
        self._doubted: tuple[int, tuple[str, ...]] = (0, ())
        """A ticket, and what makes its sender doubtful."""

    def show(self, portrait: Portrait | None) -> None:
        """Draw a ticket; None for nothing."""
        if portrait != self.portrait:
            self.portrait = portrait
            self.age()

    def doubt(self, ticket: int, doubts: tuple[str, ...]) -> None:
        """Say of the sender of `ticket` what makes them doubtful; it may be drawn already, or come."""
        if (ticket, doubts) != self._doubted:
            self._doubted = ticket, doubts
            self.age()

    def age(self) -> None:
        """Draw it again: time went on, or the width is another."""
        width = self.scrollable_content_region.width or 30
        portrait = self.portrait
        if portrait is not None and portrait.ticket.row.id == self._doubted[0]:
            said = dict.fromkeys((*self._doubted[1], *portrait.doubts))
            portrait = replace(portrait, doubts=tuple(said))
        self.sheet.update(draw(portrait, clock.now(), width) if portrait else Content(""))

    def on_resize(self) -> None:
        """Lines are cut to the width."""
        self.age()

    def move(self, lines: int) -> None:
        """Scroll."""
        self.scroll_relative(y=lines, animate=False)
