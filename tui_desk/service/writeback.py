"""Write-back, for people: what would be written, what waits and why, and taking it all off again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tui_desk.config.schema import Settings
from tui_desk.desk.marks import DELETED, JUNK, Ours, Rules, Wanted, change
from tui_desk.errors import RefusedError
from tui_desk.i18n import _, ngettext
from tui_desk.record import Record
from tui_desk.service.types import Finding
from tui_desk.store import marks, places, wishes
from tui_desk.store.marks import Waiting

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


class Marking(Record):
    """What is to be done to a mail where it lies. `to`: the folder it is moved to; `error`: what the server said lately."""

    number: str
    account: str
    folder: str
    uid: int
    add: tuple[str, ...]
    remove: tuple[str, ...]
    to: str
    error: str = ""


def on(desk: Desk) -> bool:
    """Anything is switched on."""
    return Rules.of(desk.settings.writeback).on


def plan(desk: Desk, *, everything: bool = False, undoing: bool = False) -> list[Marking]:
    """What the next pass would write, by what is known here; nothing is asked of the server and nothing is written."""
    rules = Rules.of(desk.settings.writeback)
    found: list[Marking] = []
    for settings in _accounts(desk):
        found += _markings(desk, settings, rules, _rows(desk, settings, rules, everything=everything, undoing=undoing))
    return found


def _rows(desk: Desk, settings: Settings, rules: Rules, *, everything: bool, undoing: bool) -> Iterable[Waiting]:
    con, account = desk.reader.con, settings.account.address
    known = {row.mail_id: row for row in marks.marked(con, account)}
    if undoing:
        return [Waiting(r.mail_id, r.message_id, r.size, Wanted(), r.ours, r.home, 0, r.error) for r in known.values()]
    rows = {row.mail_id: row for row in marks.due(con, account, _ALWAYS, undoing=not rules.on, most=-1)}
    for planned in wishes.planned(con, account, rules, everything=everything) if rules.on else ():
        was = known.get(planned.mail_id)
        ours, home = (was.ours, was.home) if was is not None else (Ours(), "")
        rows[planned.mail_id] = Waiting(planned.mail_id, "", 0, planned.wanted, ours, home, 0)
    return rows.values()


def _markings(desk: Desk, settings: Settings, rules: Rules, rows: Iterable[Waiting]) -> Iterator[Marking]:
    con, account = desk.reader.con, settings.account.address
    by_id = {row.mail_id: row for row in rows}
    for place in marks.places(con, account, by_id):
        row = by_id[place.mail_id]
        if DELETED in place.flags:
            continue
        todo = change(rules, row.wanted, row.ours, place.flags)
        folder = row.wanted.folder or row.home
        to = settings.writeback.junk_folder or folder if folder == JUNK else folder
        if todo or to not in ("", place.folder):
            number = places.filed(con, place.mail_id)
            moved = "" if to == place.folder else to
            yield Marking(number, account, place.folder, place.uid, todo.add, todo.remove, moved, row.error)


_ALWAYS = 1 << 62
"""Whatever its back-off."""


def note_everything(desk: Desk) -> None:
    """Let the next pass mark the mail of every ticket, not of those alone that change. Raises RefusedError while all is off."""
    rules = Rules.of(desk.settings.writeback)
    if not rules.on:
        raise RefusedError(_("Write-back is switched off."), _("Say in the settings, under [writeback], what is to be written."))
    for settings in _accounts(desk):
        wishes.note(desk.store, settings.account.address, rules, everything=True)


def undo(desk: Desk) -> int:
    """Let the next pass take off what was written and move back what was moved; of how many mails. While on: RefusedError."""
    if on(desk):
        raise RefusedError(
            _("Write-back is switched on: what is taken off now would soon be written again."),
            _("Switch off what stands under [writeback] in the settings, then try again."),
        )
    return sum(wishes.undo(desk.store, settings.account.address) for settings in _accounts(desk))


def waiting(desk: Desk) -> list[tuple[int, str]]:
    """How many mails wait to be marked, by what the server said ("": not tried yet)."""
    return [held for settings in _accounts(desk) for held in marks.held_back(desk.reader.con, settings.account.address)]


def findings(desk: Desk) -> Iterator[Finding]:
    """For `doctor`: what waits, why, and what the server cannot do."""
    held = waiting(desk)
    if not on(desk) and not held:
        return
    for n, error in held:
        text = ngettext("Write-back: %(n)s mail waits to be marked.", "Write-back: %(n)s mails wait to be marked.", n) % {"n": n}
        if error:
            yield Finding("warning", f"{text} {error}", _("It is tried again; `desk writeback --dry-run` lists them."))
        else:
            yield Finding("ok", text)
    said = [text for s in _accounts(desk) for text in marks.told(desk.reader.con, s.account.address).values()] if on(desk) else []
    for text in said:
        yield Finding("warning", text, _("What else is switched on under [writeback] is written."))
    if not held and not said:
        yield Finding("ok", _("Write-back: everything is written."))


def _accounts(desk: Desk) -> Iterator[Settings]:
    return (desk.settings.at(name) for name in desk.settings.mailboxes)
