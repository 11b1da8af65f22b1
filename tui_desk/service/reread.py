"""Stored mail read again from its bytes: in a charset that a person names, or for all that there is to see in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui_desk.errors import NotFoundError, UsageError
from tui_desk.i18n import _
from tui_desk.mail.charset import codec
from tui_desk.mail.parse import parse
from tui_desk.mail.record import of_mail
from tui_desk.store.rows import MessageView
from tui_desk.text import clean, one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


def in_charset(desk: Desk, thread: Sequence[MessageView], charset: str) -> list[MessageView]:
    """The thread with subjects and texts decoded in `charset`; nothing is stored. Raises UsageError for an unknown one."""
    known(charset)
    return [_read(desk, message, charset) for message in thread]


def record(desk: Desk, message_id: int, charset: str | None = None) -> dict[str, Any]:
    """What is read of a message's bytes (mail.record), not cleaned: for JSON. Raises NotFoundError for a note."""
    if charset is not None:
        known(charset)
    return {"message": message_id, **of_mail(parse(desk.reader.raw(message_id), charset=charset, partial=True))}


def known(charset: str) -> None:
    """Raises UsageError for a name that is no charset's."""
    if codec(charset) is None:
        raise UsageError(
            _("There is no charset %(name)s.") % {"name": one_line(charset)},
            _("For example: utf-8, windows-1252, koi8-r, gb18030, shift_jis."),
        )


def _read(desk: Desk, message: MessageView, charset: str) -> MessageView:
    if message.kind not in ("inbound", "outbound"):
        return message
    try:
        raw = desk.reader.raw(message.id)
    except NotFoundError:  # a call, or a mail of ours that is still in the outbox
        return message
    mail = parse(raw, charset=charset, partial=True)
    return message._replace(subject=one_line(mail.subject), text=clean(mail.text), author_name=one_line(mail.from_.name))
