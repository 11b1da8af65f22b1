"""A mail as a card of a thread: its texts made terminal-safe once, when it is stored, so that reading is cheap."""

from __future__ import annotations

from tui_desk.mail.opening import opening
from tui_desk.mail.quote import own_text, says_thanks
from tui_desk.mail.types import Address, Mail
from tui_desk.store import search
from tui_desk.text import clean, cut, one_line, width
from tui_desk.values import dataclass

SAMPLE = 8000
"""Characters of a body that snippet and thanks are looked for in."""
SNIPPET = 160
"""Cells."""
SHORT = 600
"""Characters: thanks alone, greeting and signature included, is never longer."""


@dataclass(frozen=True, slots=True)
class AttachmentCard:
    """An attachment without its bytes."""

    name: str
    content_type: str
    size: int
    inline: bool
    content_id: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is stored of a mail beside its bytes."""

    subject: str
    recipients: str
    people: str
    """Names and addresses, for search."""
    text: str
    snippet: str
    thanks: bool
    automatic: str
    automatic_rule: str
    attachments: tuple[AttachmentCard, ...]
    indexed: tuple[str, str, str]
    """What search knows of it (search.texts)."""


def card(mail: Mail) -> Card:
    """The card of `mail`."""
    text = clean(mail.text)
    line = one_line(opening(text))
    brief = width(line) <= SNIPPET
    own = own_text(text[:SAMPLE]) if brief else ""
    automatic = mail.automatic
    to = (*mail.to, *mail.cc)
    subject = one_line(mail.subject)
    people = one_line(" ".join(str(a) for a in (mail.from_, *mail.reply_to, *to)))
    attachments = tuple(
        [
            AttachmentCard(one_line(a.name), one_line(a.content_type), a.size, a.inline, one_line(a.content_id))
            for a in mail.attachments
        ]
    )
    return Card(
        subject=subject,
        recipients=", ".join(dict.fromkeys(address(a) for a in to)),
        people=people,
        text=text,
        snippet=cut(one_line(own[: SNIPPET * 6] or text[: SNIPPET * 6]) if brief else line, SNIPPET),
        thanks=brief and automatic is None and len(own) < SHORT and says_thanks(own),
        automatic=automatic.kind if automatic is not None else "",
        automatic_rule=one_line(automatic.rule).replace(",", ";") if automatic is not None else "",
        attachments=attachments,
        indexed=search.texts(subject, people, f"{text} {' '.join(a.name for a in attachments)}"),
    )


def address(who: Address) -> str:
    """An address as it is stored: safe, and without the comma and space that part a list of them."""
    return one_line(who.email).replace(", ", ",")
