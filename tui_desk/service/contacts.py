"""People with several addresses: listed, merged, parted again. Each is an entry of the log; nothing else changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.desk import people
from tui_desk.desk.events import Event, new_id
from tui_desk.errors import NotFoundError, RefusedError
from tui_desk.i18n import _
from tui_desk.store import contacts
from tui_desk.store.contacts import Person
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


class Contacts:
    """Who writes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def list(self, words: str = "", limit: int = 50, *, merged: bool = False) -> list[Person]:
        """People whose address or name holds `words`, who wrote last first; with `merged`, those with several addresses."""
        return contacts.listed(self._desk.reader.con, words, limit, merged=merged)

    def merge(self, primary: str, others: Iterable[str], cause: str = "") -> Person:
        """`others` are further addresses of the person of `primary`. Raises NotFoundError, RefusedError (an address of ours)."""
        con = self._desk.reader.con
        known = contacts.pointers(con)
        first = people.head(self._known(primary).email, known)
        heads = {people.head(self._known(other).email, known): None for other in others}
        now, batch = clock.now(), new_id()
        self._desk.append(
            Event(new_id(), now, self._desk.agent, people.key(other), "joined", {"to": first, "batch": batch}, cause)
            for other in heads
            if other != first
        )
        return self._known(first)

    def unmerge(self, email: str, cause: str = "") -> Person:
        """`email` is a person of its own again, with the addresses that were merged into it before. Raises RefusedError."""
        email = email.lower()
        known = contacts.pointers(self._desk.reader.con)
        if email not in known:
            members = [other for other in people.addresses(email, known)[1:] if known.get(other) == email]
            hint = _("Merged into it: %(addresses)s.") % {"addresses": ", ".join(one_line(m) for m in members)} if members else ""
            raise RefusedError(_("%(address)s is not merged into another address.") % {"address": one_line(email)}, hint)
        self._desk.append([Event(new_id(), clock.now(), self._desk.agent, people.key(email), "joined", {"to": ""}, cause)])
        return self._known(email)

    def _known(self, email: str) -> Person:
        email = email.strip().lower()
        if email in self._desk.settings.own_addresses:
            raise RefusedError(_("%(address)s is an address of ours.") % {"address": one_line(email)})
        found = contacts.find(self._desk.reader.con, email)
        if found is None:
            raise NotFoundError(_("Nobody with the address %(email)s has written yet.") % {"email": one_line(email)})
        return found
