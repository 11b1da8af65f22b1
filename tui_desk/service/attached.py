"""Attachments of stored mail, saved for a person: out of the store, or from the server where they stayed (ADR 8)."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.errors import Interrupted, NotFoundError
from tui_desk.i18n import _
from tui_desk.service.saving import save
from tui_desk.store.places import ROLE
from tui_desk.store.rows import AttachmentView, Place

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.sync.parts import Away
    from tui_desk.sync.types import OnProgress, Stop
    from tui_desk.transport.letters import Letter


def save_attachment(desk: Desk, message_id: int, ordinal: int, folder: Path, on_progress: OnProgress, stop: Stop) -> Path:
    """Save one under a safe name in `folder`, never over another file; returns where.

    One on the server is fetched: then it raises NetworkError offline, NotFoundError where the message is gone, AuthError,
    Interrupted when `stop` says so. Nothing but the whole file ever bears the name.
    """
    from tui_desk.mail.filename import safe_filename

    view = desk.reader.attachment(message_id, ordinal)
    pieces = (
        _fetched(desk, message_id, view, on_progress, stop)
        if view.on_server
        else [stored(desk, message_id, view.name, view.sha256)]
    )
    return save(pieces, folder, safe_filename(view.name))


def stored(desk: Desk, message_id: int, name: str, sha256: str) -> bytes:
    """The bytes of an attachment of a stored message, out of the message. Raises NotFoundError."""
    from tui_desk.mail.parse import parse

    raw = desk.reader.raw(message_id)
    for partial in (False, True):  # True: a skeleton, of a message whose large parts are on the server
        for found in parse(raw, partial=partial, headers_too=False).attachments:
            if found.on_server is None and hashlib.sha256(found.data).hexdigest() == sha256:
                return found.data
    raise _not_there(name)


def _not_there(name: str) -> NotFoundError:
    return NotFoundError(
        _("The attachment “%(name)s” is not in the store.") % {"name": name},
        _("Run `desk rebuild` to read the message again."),
    )


def _fetched(desk: Desk, message_id: int, view: AttachmentView, on_progress: OnProgress, stop: Stop) -> Iterator[bytes]:
    from tui_desk.mail.decoding import decoded
    from tui_desk.mail.parse import parse
    from tui_desk.sync.parts import Away

    raw = desk.reader.raw(message_id)
    found = parse(raw, partial=True).attachments
    at = found[view.ordinal].on_server if view.ordinal < len(found) else None
    if at is None:
        raise _not_there(view.name)
    where = desk.reader.places(message_id)
    away = Away(raw, at, [place for place in where if place.role != ROLE], view.name)
    for place in where:
        letter = _in_file(place, raw, at.section) if place.role == ROLE else None
        if letter is not None:
            yield from decoded(_read(letter, at.section, away, on_progress, stop), at.encoding)
            return
    if where and not away.places:
        raise NotFoundError(
            _("“%(name)s” stayed in %(file)s, and is no longer there.") % {"name": view.name, "file": where[0].folder},
            _("Put the file back where it was, and try again."),
        )
    yield from decoded(_from_a_server(desk, away, on_progress, stop), at.encoding)


def _from_a_server(desk: Desk, away: Away, on_progress: OnProgress, stop: Stop) -> Iterator[bytes]:
    """From the account that the message lies in; where it is there no more, from the next."""
    from tui_desk.sync.parts import pieces

    accounts, everywhere = desk.settings.mailboxes, away.places
    if len(accounts) == 1:
        yield from pieces(desk.open_mailbox, away, on_progress, stop)
        return
    names = [name for name, account in accounts.items() if any(place.account == account.address for place in everywhere)]
    *others, last = names or accounts
    for name in (*others, last):
        away.places = [place for place in everywhere if place.account == accounts[name].address]
        with contextlib.nullcontext() if name == last else contextlib.suppress(NotFoundError):
            yield from pieces(functools.partial(desk.open_mailbox, name), away, on_progress, stop)
            return


def _in_file(place: Place, raw: bytes, section: str) -> Letter | None:
    """The message in the file that it was imported from; None where that has another now: not the same id, not the same part."""
    from tui_desk.errors import ProtocolError
    from tui_desk.mail import skeleton
    from tui_desk.transport.files import again
    from tui_desk.transport.message import message_id_of
    from tui_desk.transport.onfile import part_head
    from tui_desk.transport.streams import UNREADABLE

    try:
        letter = again(Path(place.folder), place.uid)
    except (*UNREADABLE, ProtocolError):
        return None
    if letter is None or letter.file is None:
        return None
    letter.file.seek(0)
    same = message_id_of(letter.file.read(skeleton.HEAD)) == message_id_of(raw)
    if same and (not section or skeleton.names_of(part_head(letter.file, letter.size, section)) == skeleton.names(raw, section)):
        return letter
    letter.file.close()
    return None


def _read(letter: Letter, section: str, away: Away, on_progress: OnProgress, stop: Stop) -> Iterator[bytes]:
    """The part's bytes out of the file, as they lie there."""
    from tui_desk.transport.onfile import part

    if letter.file is None:
        return
    done = 0
    with letter.file as file:
        for piece in part(file, letter.size, section):
            if stop():
                raise Interrupted(_("Stopped."), _("Nothing was saved."))
            done += len(piece)
            on_progress(away.progress(done))
            yield piece
