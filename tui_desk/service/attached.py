"""Attachments of stored mail, saved for a person: out of the store, or from the server where they stayed (ADR 8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.errors import NotFoundError
from tui_desk.i18n import _
from tui_desk.service.saving import save
from tui_desk.store.rows import AttachmentView

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.sync.types import OnProgress, Stop

CHUNK = 1 << 20


def save_attachment(desk: Desk, message_id: int, ordinal: int, folder: Path, on_progress: OnProgress, stop: Stop) -> Path:
    """Save one under a safe name in `folder`, never over another file; returns where.

    One on the server is fetched: then it raises NetworkError offline, NotFoundError where the message is gone, AuthError,
    Interrupted when `stop` says so. Nothing but the whole file ever bears the name.
    """
    from tui_desk.mail.compose import safe_filename

    view = desk.reader.attachment(message_id, ordinal)
    pieces = _fetched(desk, message_id, view, on_progress, stop) if view.on_server else _stored(desk, view)
    return save(pieces, folder, safe_filename(view.name))


def _stored(desk: Desk, view: AttachmentView) -> Iterator[bytes]:
    try:
        file = (desk.profile.attachments / view.sha256).open("rb")
    except FileNotFoundError:
        raise NotFoundError(
            _("The attachment “%(name)s” is not in the store.") % {"name": view.name},
            _("Run `desk rebuild` to unpack it again from the message."),
        ) from None
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _fetched(desk: Desk, message_id: int, view: AttachmentView, on_progress: OnProgress, stop: Stop) -> Iterator[bytes]:
    from tui_desk.mail.decoding import decoded
    from tui_desk.mail.parse import parse
    from tui_desk.sync.parts import Away, pieces

    raw = desk.reader.raw(message_id)
    found = parse(raw, partial=True).attachments
    at = found[view.ordinal].on_server if view.ordinal < len(found) else None
    if at is None:
        raise NotFoundError(
            _("The attachment “%(name)s” is not in the store.") % {"name": view.name},
            _("Run `desk rebuild` to unpack it again from the message."),
        )
    away = Away(raw, at, desk.reader.places(message_id), view.name)
    yield from decoded(pieces(desk.open_mailbox, away, on_progress, stop), at.encoding)
