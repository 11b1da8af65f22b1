"""Write-back: after a pass, mark on the server what changed here (docs/sync.md). Off unless [writeback] says otherwise.

Nothing is written to a UID before its folder is selected, its UIDVALIDITY is the ledger's, and the server has shown under it the
mail that we mean. What is done twice changes nothing, so a pass that was killed is simply done again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import TypeVar

from tui_desk import clock
from tui_desk.config.schema import Settings
from tui_desk.desk.marks import DELETED, JUNK, Change, Ours, Rules, after, change
from tui_desk.i18n import _
from tui_desk.store import marks, wishes
from tui_desk.store.arrivals import Source
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store
from tui_desk.store.kept import Entry, enter
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.store.marks import Place, Waiting
from tui_desk.sync import kept
from tui_desk.sync.targets import Targets
from tui_desk.sync.task import Task, same
from tui_desk.sync.types import Stop
from tui_desk.transport.base import Copied, Mailbox, Refused, Selected
from tui_desk.values import dataclass, field, replace

log = logging.getLogger(__name__)

T = TypeVar("T")


def run(mailbox: Mailbox, ledger: Ledger, store: Store, settings: Settings, stop: Stop) -> None:
    """Note what is to be marked, and mark it. What the server refuses waits with its words; NetworkError is raised."""
    account, rules = settings.account.address, Rules.of(settings.writeback)
    with closing(connect(store.path, write=False)) as con:
        if not rules.on and wishes.idle(con, account):
            return
        behind = wishes.behind(con, account)
    if not rules.on:
        wishes.switched_off(store, account)
    elif behind:
        wishes.note(store, account, rules)
    _Pass(mailbox, ledger, store, account, rules, stop, Targets(mailbox, ledger, store, settings, rules)).run()


def kept_folders(ledger: Ledger, settings: Settings) -> list[tuple[str, str, Source]]:
    """The folders that mail is moved to, while that is switched on: an audit covers them too."""
    if not Rules.of(settings.writeback).on:
        return []
    states = [state for state in ledger.folders(settings.account.address) if state.role == marks.ROLE]
    return [(s.name, s.role, "inbox") for s in states if ledger.count(s.id, s.uidvalidity)]


@dataclass(slots=True)
class _Pass:
    mailbox: Mailbox
    ledger: Ledger
    store: Store
    account: str
    rules: Rules
    stop: Stop
    targets: Targets
    failed: set[int] = field(default_factory=set)
    renumbered: bool = False
    intents: dict[int, tuple[Ours, str]] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    """Mails of which something was written in this pass."""

    def run(self) -> None:
        self.targets.look_at_all()
        while not self.stop() and not self.renumbered and (rows := self._read(self._due)):
            self.failed = set()
            marks.begin(self.store, self.account, rows, clock.now())
            if not self._round(rows):
                return
            marks.finish(self.store, self.account, [row for row in rows if row.mail_id not in self.failed])
        if self.targets.told:
            marks.tell(self.store, self.account, self.targets.told)

    def _due(self, con: sqlite3.Connection) -> list[Waiting]:
        return marks.due(con, self.account, clock.now(), undoing=not self.rules.on)

    def _round(self, rows: list[Waiting]) -> bool:
        """Folder by folder; False when stopped on the way."""
        by_id = {row.mail_id: row for row in rows}
        places = self._read(lambda con: marks.places(con, self.account, by_id))
        flags: dict[int, set[str]] = defaultdict(set)
        for place in places:
            flags[place.mail_id].update(place.flags if DELETED not in place.flags else ())
            self.targets.make(self._target(by_id[place.mail_id], place), place.folder)
        for name in dict.fromkeys(place.folder for place in places):
            if self.stop():
                return False
            here = [place for place in places if place.folder == name]
            try:
                self._folder(name, here, by_id, flags)
            except Refused as error:
                self._refuse((place.mail_id for place in here), error)
        return True

    # ---------------------------------------------------------------------------------------------------- one folder

    def _folder(self, name: str, places: list[Place], rows: dict[int, Waiting], flags: dict[int, set[str]]) -> None:
        selected = self.mailbox.select(name)
        if selected.uidvalidity != places[0].uidvalidity:
            self.renumbered = True  # the next pass learns the new UIDs first
            self.failed.update(place.mail_id for place in places)
            return
        if selected.read_only:
            raise Refused(f"SELECT {name}", "[READ-ONLY]")
        tasks = list(self._tasks(selected, places, rows))
        if any(task.change.add for task in tasks):
            self.targets.told.setdefault(f"flags {name}", "")
        self._intend(name, tasks, rows, flags)
        self._store(selected, tasks)
        self._move(name, [task for task in tasks if task.row.mail_id not in self.failed])

    def _tasks(self, selected: Selected, places: list[Place], rows: dict[int, Waiting]) -> Iterator[Task]:
        """What is to be done to each UID, from what the server shows of it now. What is gone is dropped."""
        shown = {item.uid: item for item in self.mailbox.headers([place.uid for place in places], ("Message-ID",))}
        gone = [place.uid for place in places if place.uid not in shown]
        if gone:
            self.ledger.apply(self._state(places[0]), gone=gone)
        halfway = [p for p in places if p.uid in shown and DELETED in rows[p.mail_id].ours.added.intersection(shown[p.uid].flags)]
        self._finish_away([place for place in halfway if same(rows[place.mail_id], place, shown[place.uid])])
        for place in places:
            item, row = shown.get(place.uid), rows[place.mail_id]
            if item is None or DELETED in item.flags:
                continue  # somebody wants it away: it is theirs
            if not same(row, place, item):
                self.failed.add(row.mail_id)
                marks.fail(self.store, self.account, [row.mail_id], _("another mail stands under its UID"))
                continue
            todo = change(self.rules, row.wanted, row.ours, item.flags)
            yield Task(row, place, item, self._possible(selected, todo), self._target(row, place))

    def _possible(self, selected: Selected, todo: Change) -> Change:
        """Without the flags that the server would not keep; told of once."""
        lost = [flag for flag in todo.add if not selected.takes(flag)]
        if lost:
            self.targets.told[f"flags {selected.name}"] = _("%(folder)s keeps no such flags: %(flags)s.") % {
                "folder": selected.name,
                "flags": " ".join(lost),
            }
        return replace(todo, add=tuple(flag for flag in todo.add if flag not in lost))

    def _target(self, row: Waiting, place: Place) -> str:
        """The folder the mail is to lie in; the one it lies in where nothing is to be moved."""
        folder = self.targets.junk() if row.wanted.folder == JUNK else row.wanted.folder or row.home
        return folder or place.folder

    def _intend(self, name: str, tasks: list[Task], rows: dict[int, Waiting], flags: dict[int, set[str]]) -> None:
        """Put down what will be ours: what was there already, in any folder, is not."""
        intents: dict[int, tuple[Ours, str]] = {}
        for task in tasks:
            row = rows[task.row.mail_id]
            there = {flag.lower() for flag in flags[row.mail_id]}
            new = replace(task.change, add=tuple(flag for flag in task.change.add if flag.lower() not in there))
            moves = task.target != name and bool(row.wanted.folder)
            home = row.home or (name if moves else "")
            ours = after(row.ours, new)
            if task.change or task.target != name:
                intents[row.mail_id] = (ours, home)
                rows[row.mail_id] = replace(row, ours=ours, home=home)
        self.intents |= intents
        if intents:
            marks.intend(self.store, self.account, intents)

    def _store(self, selected: Selected, tasks: list[Task]) -> None:
        groups: dict[Change, list[Task]] = defaultdict(list)
        for task in tasks:
            if task.change:
                groups[task.change].append(task)
        for todo, members in groups.items():
            try:
                said = self.mailbox.store([t.place.uid for t in members], todo.add, todo.remove, selected.modseq)
            except Refused as error:
                self._refuse((t.row.mail_id for t in members), error)
                continue
            self.ledger.apply(self._state(members[0].place), flags=said.flags)
            self.written.update(t.row.mail_id for t in members if t.place.uid not in said.modified)
            again = {t.row.mail_id: (t.row.ours, t.row.home) for t in members if t.place.uid in said.modified}
            self.failed.update(again)
            # What is there now may be a colleague's doing: it is looked at again before it is called ours.
            marks.intend(self.store, self.account, {i: was for i, was in again.items() if i not in self.written})

    # -------------------------------------------------------------------------------------------------------- moving

    def _move(self, name: str, tasks: list[Task]) -> None:
        groups: dict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            if task.target != name:
                groups[task.target].append(task)
        unseen: list[str] = []
        for target, members in groups.items():
            try:
                if target in self.targets.missing:
                    raise self.targets.missing[target]
                if not self._moved(target, members):
                    unseen.append(target)
            except Refused as error:
                self._refuse((t.row.mail_id for t in members), error)
        for target in unseen:
            if (state := self.targets.look(target)) is not None and state.role != marks.ROLE:
                kept.adopt(self.mailbox, self.ledger, self.store, state)

    def _moved(self, target: str, tasks: list[Task]) -> bool:
        """Move them; False where the server did not tell all of the new UIDs."""
        state = self.targets.states[target]
        by_uid = {task.place.uid: task for task in tasks}
        copies = self._copied_before(state, tasks)
        rest = {uid: task for uid, task in by_uid.items() if uid not in copies}
        if self.mailbox.moves:
            went = self.mailbox.move(rest, target) if rest else Copied()
            self._entered(state, went, rest, gone=True)
            self._away({uid: by_uid[uid] for uid in copies})  # a server's MOVE may be a copy and an expunge, cut in between
        else:
            went = self.mailbox.copy(rest, target) if rest else Copied()
            self._entered(state, went, rest, gone=False)
            self._away(by_uid)
        return went.uids.keys() >= rest.keys()

    def _away(self, tasks: dict[int, Task]) -> None:
        """Take off what lies in the other folder by now."""
        if not tasks:
            return
        ours = {task.row.mail_id: self.intents[task.row.mail_id] for task in tasks.values()}
        marks.intend(self.store, self.account, {i: (_deleting(was), home) for i, (was, home) in ours.items()})
        self.mailbox.store(tasks, (DELETED,))
        if self.mailbox.expunges:
            self.mailbox.expunge(tasks)
            self.ledger.apply(self._state(next(iter(tasks.values())).place), gone=tasks)
        else:
            self.targets.told["expunge"] = _(
                "The server can expunge everything or nothing: what was copied stays, marked as deleted."
            )

    def _finish_away(self, places: list[Place]) -> None:
        """What we marked \\Deleted before a cut: it goes, where the mail lies somewhere else."""
        if not places or not self.mailbox.expunges:
            return
        lying = self._read(lambda con: marks.places(con, self.account, {place.mail_id for place in places}))
        safe = {place.mail_id for place in lying if DELETED not in place.flags and place not in places}
        uids = [place.uid for place in places if place.mail_id in safe]
        if uids:
            self.mailbox.expunge(uids)
            self.ledger.apply(self._state(places[0]), gone=uids)

    def _copied_before(self, state: FolderState, tasks: list[Task]) -> set[int]:
        """Of mails that an earlier pass began to copy: the UIDs whose copy lies in the target already."""
        again = [task for task in tasks if task.row.tries > 0]
        lying = self._read(lambda con: marks.places(con, self.account, {task.row.mail_id for task in again}))
        free = [(place.mail_id, place.internaldate) for place in lying if place.folder_id == state.id]
        found: set[int] = set()
        for task in again:
            key = (task.row.mail_id, task.shown.internaldate)
            if key in free:
                free.remove(key)
                found.add(task.place.uid)
        return found

    def _entered(self, state: FolderState, went: Copied, tasks: dict[int, Task], *, gone: bool) -> None:
        """Into the ledger, with the UIDs they have there, in one transaction with their leaving here."""
        if not tasks:
            return
        known = {uid: new for uid, new in went.uids.items() if uid in tasks and went.uidvalidity == state.uidvalidity}
        entries = [
            Entry(new, tasks[uid].row.mail_id, tasks[uid].flags, tasks[uid].shown.internaldate) for uid, new in known.items()
        ]
        place = next(iter(tasks.values())).place
        left = (place.folder_id, place.uidvalidity, tasks) if gone else None
        enter(self.store, state.id, state.uidvalidity, entries, left)

    def _state(self, place: Place) -> FolderState:
        return FolderState(place.folder_id, self.account, place.folder, "", place.uidvalidity, 0, 0, 0)

    def _refuse(self, mail_ids: Iterable[int], error: Refused) -> None:
        ids = list(mail_ids)
        log.warning("write-back: %s", error)
        self.failed.update(ids)
        marks.fail(self.store, self.account, ids, error.message)

    def _read(self, what: Callable[[sqlite3.Connection], T]) -> T:
        with closing(connect(self.store.path, write=False)) as con:
            return what(con)


def _deleting(ours: Ours) -> Ours:
    return replace(ours, added=ours.added | {DELETED})
