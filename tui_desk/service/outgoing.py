"""The mail that a draft becomes: its headers and thread, the signature, what it quotes and what it takes along."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.config.schema import Settings
from tui_desk.errors import NotFoundError
from tui_desk.i18n import _
from tui_desk.mail.types import Address, Attachment, Mail, Outgoing
from tui_desk.service.attached import stored
from tui_desk.service.recipients import read_address
from tui_desk.service.senders import answering, with_name
from tui_desk.service.types import Draft, DraftFile
from tui_desk.store.rows import MessageView

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


def outgoing(desk: Desk, draft: Draft, key: str, answered: MessageView | None, mail: Mail | None, now: int) -> Outgoing:
    """The mail of `draft` in the ticket `key` ("" for none yet); `mail` is the one of the message it answers."""
    from tui_desk.mail.thread import sign

    settings = desk.settings
    from_ = with_name(settings, draft.from_email or answering(settings, mail, answered.desk if answered is not None else ""))
    account = settings.mailboxes[settings.account_of(from_.email)]
    domain = account.address.partition("@")[2] or "desk.invalid"
    references: tuple[str, ...] = ()
    if mail is not None:
        references = (*mail.references, *(i for i in mail.in_reply_to if i not in mail.references), mail.message_id)
    return Outgoing(
        from_=from_,
        to=tuple(read_address(a) for a in draft.to),
        cc=tuple(read_address(a) for a in draft.cc),
        bcc=(Address(account.address),) if desk.settings.replies.bcc_self else (),
        reply_to=answers_to(desk, key, from_) if draft.mode != "forward" else (),
        subject=draft.subject,
        body=_with_signature(draft.body, desk.settings.replies.signature),
        message_id=sign(desk.store.secret, key, domain),
        date=now,
        in_reply_to=mail.message_id if mail is not None and draft.mode != "forward" else "",
        references=references if draft.mode != "forward" else (),
        attachments=tuple(_attached(desk, draft)),
        quoted=_quoted(desk.settings, draft, answered),
    )


def answers_to(desk: Desk, key: str, from_: Address) -> tuple[Address, ...]:
    """The Reply-To of a mail in the ticket `key`, where the settings ask for one: `from_` with the ticket's token."""
    if not desk.settings.threading.plus_address:
        return ()
    from tui_desk.mail.thread import plus_address

    tagged = plus_address(desk.store.secret, key, from_.email)
    return (Address(tagged, from_.name),) if tagged else ()


def _quoted(settings: Settings, draft: Draft, answered: MessageView | None) -> str:
    if answered is None:
        return ""
    if draft.mode != "forward" and not settings.replies.quote:
        return ""
    from tui_desk.mail.attribution import quote
    from tui_desk.mail.language import guess

    language = guess(answered.text) or "en"
    who = str(Address(answered.author, answered.author_name))
    return quote(answered.text, who=who, date=_moment(answered.at, language, settings), language=language)


def _attached(desk: Desk, draft: Draft) -> Iterable[Attachment]:
    for file in draft.files:
        data = _bytes(desk, draft, file)
        kind = file.content_type
        if kind == "application/octet-stream":
            kind = mimetypes.guess_type(file.name)[0] or kind
        yield Attachment(file.name, kind, data)


def _bytes(desk: Desk, draft: Draft, file: DraftFile) -> bytes:
    if file.sha256:
        return stored(desk, draft.answered or 0, file.name, file.sha256)
    try:
        return Path(file.path).expanduser().read_bytes()
    except OSError as error:
        raise NotFoundError(
            _("The attachment %(path)s cannot be read: %(why)s.") % {"path": file.path, "why": error.strerror},
            _("Take it off the reply, or put the file back."),
        ) from error


def _moment(at: int, language: str, settings: Settings) -> str:
    """A moment in words of the customer's language, in the desk's time zone."""
    from zoneinfo import ZoneInfo

    from babel.dates import format_datetime

    zone = ZoneInfo(settings.calendar.timezone)
    return format_datetime(datetime.fromtimestamp(at, zone), "d MMMM y HH:mm", locale=language)


def _with_signature(body: str, signature: str) -> str:
    return f"{body.rstrip()}\n\n-- \n{signature.strip()}\n" if signature.strip() else body
