"""A message as a card: who and when, the body with quotes and signature folded, attachments as chips."""

from __future__ import annotations

import re
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_desk.i18n import _, ngettext
from tui_desk.mail.flowed import reflowed
from tui_desk.mail.quote import segments
from tui_desk.mail.types import Segment
from tui_desk.service.unseen import left_out
from tui_desk.service.words import brief_ago, delivery_name
from tui_desk.store.rows import AttachmentView, MessageView
from tui_desk.text import clean, one_line, width
from tui_desk.tui.spoken import moment
from tui_desk.tui.widgets import tokens

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
DELIVERY = {
    "queued": "◔",
    "sending": "◑",
    "dot": "◕",
    "accepted": "✓",
    "filed": "✓",
    "failed": "✗",
    "uncertain": "?",
    "bounced": "✗",
    "delayed": "◔",
    "complained": "!",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message and its body's segments: made in a worker, drawn on the screen."""

    message: MessageView
    segments: tuple[Segment, ...]
    when: str = ""
    """The moment in words."""
    doubts: tuple[str, ...] = ()
    """What makes the sender doubtful, in sentences."""
    left_out: str = ""
    """What of the mail is not shown, in a sentence."""

    @property
    def kind(self) -> str:
        """The kind of card: the message's, or "automatic"."""
        return "automatic" if self.message.automatic else self.message.kind

    @property
    def folds(self) -> bool:
        """Something in it can be opened."""
        return any(segment.folded for segment in self.segments)


def sheet(message: MessageView, timezone: str, doubts: tuple[str, ...] = ()) -> Sheet:
    """The message ready to be drawn."""
    body = reflowed(clean(message.text))
    parts = (Segment("text", body),) if message.kind == "note" else segments(body, sender=message.author_name)
    return Sheet(message, parts, moment(message.at, timezone), doubts, left_out(message.flags))


def _head(sheet: Sheet, now: int, room: int) -> Content:
    """Who and when; the address where there is room for it."""
    m = sheet.message
    sign, color, word = tokens.CARD.get(sheet.kind, tokens.CARD["system"])
    name = one_line(m.author_name or m.author) or _("no sender")
    parts: list[tuple[str, str]] = [(f"{sign} {name}", f"bold ${color}")]
    if sheet.kind in ("note", "call", "automatic", "system"):
        parts.append((f" {_(word)}", f"${color}"))
    tail: list[tuple[str, str]] = [(f"  {brief_ago(m.at, now)}", "$muted")]
    if m.delivery:
        style = "$error bold" if m.delivery in ("failed", "uncertain", "bounced") else "$faint"
        tail.append((f"  {DELIVERY.get(m.delivery, '·')} {delivery_name(m.delivery)}", style))
    extras: list[tuple[int, tuple[str, str]]] = []
    if sheet.when:
        extras.append((1, (f" · {sheet.when}", "$faint")))
    if m.kind == "inbound" and m.author_name and m.author != m.author_name:
        # Of a doubtful sender the address is what tells: it comes before the moment where there is room for one only.
        extras.insert(0 if sheet.doubts else 1, (0, (f"  {one_line(m.author)}", "$faint")))
    left = room - sum(width(words) for words, _style in parts + tail)
    for place, part in extras:
        if width(part[0]) <= left:
            left -= width(part[0])
            (parts if place == 0 else tail).insert(len(parts) if place == 0 else 1, part)
    return Content.assemble(*parts, *tail)


def _body(segment: Segment, opened: bool) -> Content:
    words = segment.text.strip("\n")
    if not segment.folded:
        return _linked(Content(words))
    if opened:
        return _linked(Content.styled(words, "$muted"))
    return Content.styled(f"┄ {_folded(segment, words.count(chr(10)) + 1)}", "$faint")


def _folded(segment: Segment, lines: int) -> str:
    match segment.kind:
        case "signature":
            return ngettext("signature, %(n)s line", "signature, %(n)s lines", lines) % {"n": lines}
        case "forward":
            return ngettext("forwarded, %(n)s line", "forwarded, %(n)s lines", lines) % {"n": lines}
        case _:
            return ngettext("%(n)s quoted line", "%(n)s quoted lines", lines) % {"n": lines}


def _linked(content: Content) -> Content:
    for found in LINK.finditer(content.plain):
        content = content.stylize("$primary underline", found.start(), found.end())
    return content


def _chip(file: AttachmentView) -> Content:
    label = f" {tokens.ATTACHED} {one_line(file.name)} {tokens.attached(file)} "
    return Content.styled(label, "$chip-text on $chip")


def _merged(parts: tuple[Segment, ...]) -> list[Segment]:
    """An attribution line folds with the quote below it; a closing is read on from the words above it."""
    out: list[Segment] = []
    for part in parts:
        if out and part.kind == "closing" and out[-1].kind == "text":
            out[-1] = Segment("text", out[-1].text + part.text)
        elif out and out[-1].kind == "attribution" and part.kind == "quote":
            out[-1] = Segment("quote", out[-1].text + part.text)
        elif part.text.strip():
            out.append(part)
    return out


def draw(sheet: Sheet, now: int, room: int, *, opened: bool, hits: re.Pattern[str] | None = None) -> Content:
    """The whole card, its head in `room` cells. What `hits` matches is marked; a fold that hides some is opened."""
    bodies = [
        _body(part, opened or (hits is not None and hits.search(part.text) is not None)) for part in _merged(sheet.segments)
    ] or [Content.styled(_("(no text)"), "$faint")]
    body = Content("\n").join(bodies)
    if hits is not None:
        body = body.highlight_regex(hits, style="bold reverse")
    warnings = [Content.styled(f"{tokens.DOUBT} {one_line(doubt)}", "$warning") for doubt in sheet.doubts]
    parts = [_head(sheet, now, room), *warnings, body]
    files = [file for file in sheet.message.attachments if not file.inline] or list(sheet.message.attachments)
    if files:
        parts.append(Content(" ").join([_chip(file) for file in files]))
    if sheet.left_out:
        parts.append(Content.styled(f"{tokens.LEFT_OUT} {sheet.left_out}", "$faint"))
    return Content("\n").join(parts)


class MessageCard(Static):
    """One message of the thread."""

    class Picked(Message):
        """The card was clicked."""

        def __init__(self, card: MessageCard) -> None:
            super().__init__()
            self.card = card

    def __init__(self, sheet: Sheet, now: int, room: int, hits: re.Pattern[str] | None = None) -> None:
        super().__init__(draw(sheet, now, room, opened=False, hits=hits), markup=False, classes=f"-{sheet.kind}")
        self.sheet = sheet
        self.opened = False
        self.hits = hits
        """What is marked in it."""

    def redraw(self, now: int, room: int) -> None:
        """Draw it again: time went on, or the width is another."""
        self.update(draw(self.sheet, now, room, opened=self.opened, hits=self.hits))

    def line_of_hit(self) -> int:
        """The line of the card that shows the first hit, 0 for the top; 0 where nothing is marked."""
        hits = self.hits
        lines = range(self.size.height) if hits is not None else ()
        return next((y for y in lines if hits is not None and hits.search(self.render_line(y).text)), 0)

    def fold(self, now: int, room: int) -> None:
        """Open what is folded, or fold it again."""
        self.opened = not self.opened
        self.redraw(now, room)

    def on_click(self) -> None:
        """Tell the thread."""
        self.post_message(self.Picked(self))
