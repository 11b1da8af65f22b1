"""One mail read to the end: what decides on it, its card and its files. Done here, or by the clerk in a process of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from tui_desk.mail.parse import parse
from tui_desk.mail.types import Address, Automatic, Bounce, Mail
from tui_desk.store.cards import AttachmentCard, Card, card
from tui_desk.store.packing import names
from tui_desk.text import one_line
from tui_desk.values import dataclass

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail without its texts and bytes (the card has the texts), or the cause why it could not be read."""

    mail: Mail | None = None
    card: Card | None = None
    files: tuple[str, ...] = ()
    """The SHA-256 of each attachment; "" for what is on the server."""
    cause: str = ""


Flat = tuple[Any, ...]
"""A Reading of plain values: what goes between processes at little cost (marshal)."""


def flat(raw: bytes, *, partial: bool = False) -> Flat:
    """Read `raw` (`partial`: a skeleton). A mail that cannot be read gives (cause,)."""
    try:
        mail = parse(raw, partial=partial, headers_too=False)
        made = card(mail)
    except Exception as error:  # a poison message never stops the next (behaviour 1.3)
        log.exception("a mail could not be read")
        return (one_line(f"{type(error).__name__}: {error}") or "?",)
    return _mail_values(mail), _card_values(made), names(mail.attachments)


def reading(values: Flat) -> Reading:
    """The Reading that `flat` made flat."""
    if len(values) == 1:
        return Reading(cause=values[0])
    mail, made, files = values
    return Reading(_mail(mail), _card(made), files)


def _mail_values(mail: Mail) -> Flat:
    automatic, bounce, sender = mail.automatic, mail.bounce, mail.sender
    return (
        mail.message_id,
        mail.subject,
        (mail.from_.email, mail.from_.name),
        _people_values(mail.to),
        _people_values(mail.cc),
        _people_values(mail.reply_to),
        (sender.email, sender.name) if sender is not None else None,
        mail.date,
        mail.in_reply_to,
        mail.references,
        mail.thread_index,
        mail.content_hash,
        (automatic.kind, automatic.rule) if automatic is not None else None,
        _bounce_values(bounce) if bounce is not None else None,
        (mail.pixels, mail.hidden, mail.delivered, mail.tagged, mail.mark),
    )


def _mail(values: Flat) -> Mail:
    message_id, subject, from_, to, cc, reply_to, sender, date, answers, references, index, digest, automatic, bounce, more = (
        values
    )
    pixels, hidden, delivered, tagged, mark = more
    return Mail(
        message_id=message_id,
        subject=subject,
        from_=Address(*from_),
        to=tuple([Address(*a) for a in to]),
        cc=tuple([Address(*a) for a in cc]),
        reply_to=tuple([Address(*a) for a in reply_to]),
        sender=Address(*sender) if sender is not None else None,
        date=date,
        in_reply_to=answers,
        references=references,
        thread_index=index,
        content_hash=digest,
        automatic=Automatic(*automatic) if automatic is not None else None,
        bounce=Bounce(*bounce) if bounce is not None else None,
        pixels=pixels,
        hidden=hidden,
        delivered=delivered,
        tagged=tagged,
        mark=mark,
    )


def _bounce_values(bounce: Bounce) -> Flat:
    said = (bounce.recipients, bounce.status, bounce.action, bounce.diagnostic, bounce.original_message_id)
    return (*said, bounce.reason, bounce.returned_ids, bounce.mark, bounce.each)


def _people_values(people: Sequence[Address]) -> Flat:
    return tuple([(a.email, a.name) for a in people])


def _card_values(made: Card) -> Flat:
    files = tuple([(a.name, a.content_type, a.size, a.inline, a.content_id) for a in made.attachments])
    return (
        made.subject,
        made.recipients,
        made.people,
        made.text,
        made.snippet,
        made.thanks,
        made.automatic,
        made.automatic_rule,
        files,
        made.indexed,
    )


def _card(values: Flat) -> Card:
    subject, recipients, people, text, snippet, thanks, automatic, rule, files, indexed = values
    attachments = tuple([AttachmentCard(*file) for file in files])
    return Card(subject, recipients, people, text, snippet, thanks, automatic, rule, attachments, indexed)
