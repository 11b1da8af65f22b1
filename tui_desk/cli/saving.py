"""show --save: every attachment of a ticket into a folder; what stayed on the server comes with a bar, ctrl-c is safe."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_desk.cli.bar import Bar
from tui_desk.cli.talk import complain
from tui_desk.errors import Interrupted, NotFoundError, PartialError, TemporaryError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.words import size
from tui_desk.store.rows import AttachmentView


def save(ref: str, folder: Path) -> int:
    """Save the attachments of ticket `ref`, the path of each on a line. One that cannot come does not stop the others."""
    failed: list[NotFoundError | TemporaryError] = []
    with Desk.open() as desk:
        for message in desk.tickets.thread(desk.tickets.find(ref)):
            for attachment in message.attachments:
                try:
                    print(_saved(desk, message.id, attachment, folder), flush=True)
                except (NotFoundError, TemporaryError) as error:
                    failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    if failed:
        for each in failed:
            complain(each)
        text = ngettext("%(n)s attachment was not saved.", "%(n)s attachments were not saved.", len(failed))
        raise PartialError(text % {"n": len(failed)}, _("The others are in %(folder)s.") % {"folder": folder})
    return 0


def _saved(desk: Desk, message: int, attachment: AttachmentView, folder: Path) -> Path:
    bar = Bar(amount=size) if attachment.on_server and sys.stderr.isatty() else None
    try:
        return desk.tickets.attachment(message, attachment.ordinal, folder, on_progress=bar)
    except KeyboardInterrupt:
        raise Interrupted(_("Stopped."), _("What was saved before is whole; the rest is still there to be saved.")) from None
    finally:
        if bar:
            bar.close()
