"""The quarantine: mails that could not be understood. They wait with their bytes until a better program reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from tui_desk.errors import NotFoundError, UsageError
from tui_desk.i18n import _
from tui_desk.record import Record
from tui_desk.store import quarantine
from tui_desk.store.connect import explained
from tui_desk.store.quarantine import Gone, Kept
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.store.arrivals import Verdict

__all__ = ["Gone", "Kept", "Quarantine", "Retried"]

Mails = list[Kept]


class Retried(Record):
    """What became of one mail that was tried again. unchanged: it had left the quarantine before."""

    id: str
    result: Literal["done", "unchanged", "failed"]
    verdict: str
    """As the ledger has it: ticket, message, duplicate, delivery_copy or quarantined; "" where nothing was done."""
    number: str
    text: str
    """One line for people, translated."""


class Quarantine:
    """Looking at what is kept, and trying it again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self) -> Mails:
        """The mails that are kept, in the order in which they came."""
        with explained(self._desk.profile.store):
            return quarantine.listed(self._desk.reader.con)

    def find(self, name: str) -> Kept | Gone:
        """The mail whose name begins so. Raises NotFoundError, UsageError where two do."""
        with explained(self._desk.profile.store):
            found = quarantine.find(self._desk.reader.con, name)
        if not found:
            told = _("There is no mail “%(id)s” in the quarantine.") % {"id": one_line(name)}
            raise NotFoundError(told, _("`desk quarantine list` shows what is there."))
        if len(found) > 1:
            raise UsageError(_("Two mails begin with “%(id)s”.") % {"id": one_line(name)}, _("Give more of its digits."))
        return found[0]

    def kept(self, name: str) -> Kept:
        """As `find`, of those that are still kept. Raises NotFoundError for one that has left."""
        mail = self.find(name)
        if isinstance(mail, Gone):
            raise NotFoundError(_("The mail %(id)s is no longer in the quarantine.") % {"id": mail.id}, _shown(mail.number))
        return mail

    def headers(self, mail: Kept) -> Sequence[tuple[str, str]]:
        """Its headers as far as they can be read, safe to show."""
        with explained(self._desk.profile.store):
            return quarantine.heading(self._desk.reader.con, mail.mail_id)

    def raw(self, mail: Kept) -> bytes:
        """Its bytes, as they came."""
        with explained(self._desk.profile.store):
            return quarantine.raw(self._desk.reader.con, mail.mail_id)

    def retry(self, names: Sequence[str] | None, *, rehearse: bool = False) -> Iterator[Retried]:
        """Read mails again with today's code (None: all of them) and file them, each in a transaction of its own.

        `rehearse`: tell the same and change nothing. Raises NotFoundError, UsageError before anything is done.
        """
        found = self.list() if names is None else [self.find(name) for name in names]
        for mail in dict.fromkeys(found):
            if isinstance(mail, Gone):
                yield Retried(mail.id, "unchanged", "", mail.number, _("it had left the quarantine before"))
        waiting = {mail.mail_id: mail for mail in found if isinstance(mail, Kept)}
        if not waiting:
            return
        from tui_desk.store import retry

        desk = self._desk
        run = retry.rehearse if rehearse else retry.retry
        for mail_id, verdict in run(desk.store, desk.settings, desk.policy, list(waiting)):
            yield self._told(waiting[mail_id], verdict)

    def _told(self, mail: Kept, verdict: Verdict) -> Retried:
        number = verdict.number or self._number(verdict.ticket)
        match verdict.kind:
            case "quarantined":
                return Retried(mail.id, "failed", verdict.kind, "", one_line(verdict.rule))
            case "ticket":
                text = _("opened #%(number)s") % {"number": number}
            case "message":
                text = _("added to #%(number)s") % {"number": number}
            case "delivery_copy":
                text = _("a copy of a mail of ours")
            case _:
                text = _("another delivery of a mail that is here")
        return Retried(mail.id, "done", verdict.kind, number, text)

    def _number(self, key: str) -> str:
        row = self._desk.reader.con.execute("SELECT number FROM ticket WHERE key = ?", (key,)).fetchone() if key else None
        return str(row[0]) if row else ""


def _shown(number: str) -> str:
    return _("`desk show %(number)s` shows its ticket.") % {"number": number} if number else ""
