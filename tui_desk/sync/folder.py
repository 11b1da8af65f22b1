"""One pass over one folder: new mail, flags, expunges, and a check that both sides count alike (sync.md, receiving).

A folder that is new here begins with its newest mail; what is older comes by `fill`, step by step (ADR 11).
"""

from __future__ import annotations

from tui_desk import clock
from tui_desk.desk.states import FAR_FUTURE
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.sync import rekey
from tui_desk.sync.plan import Differences, Plan, differences, newest, plan, reach, windows
from tui_desk.sync.taking import Taking
from tui_desk.sync.types import Stop
from tui_desk.transport.base import Mailbox, Refused, Selected
from tui_desk.values import dataclass, replace


def _never() -> bool:
    return False


@dataclass(slots=True)
class FolderPass:
    """The parts of a pass, and what it works with. `first_days`: what comes first of a folder that is new; 0: all of it."""

    mailbox: Mailbox
    ledger: Ledger
    taking: Taking
    window: int
    first_days: int = 0

    def run(self) -> Selected:
        """Do the whole pass; returns what EXAMINE said. When `stop` asks for it, ends early at a good place."""
        state = self.state
        selected = self.mailbox.examine(state.name, state.uidvalidity, state.modseq)
        todo = plan(state, selected)
        if todo.restart:
            self._restart(todo, selected)
        if self._new_mail(todo) and (self.state.history < FAR_FUTURE or self._fill()):
            self._changes(todo, selected)
            self._check(selected)
            self.ledger.advance(self.state.id, high_water=selected.uidnext - 1, at=clock.now())
        return selected

    def fill(self, enough: Stop = _never) -> bool:
        """One step back into the folder's history, newest mail first. False where it ended early, or the folder is another."""
        if self.mailbox.examine(self.state.name).uidvalidity != self.state.uidvalidity:
            return False
        return self._fill(enough)

    @property
    def state(self) -> FolderState:
        """How far the folder has been read."""
        return self.taking.folder

    # ---------------------------------------------------------------------------------------------------- new mail

    def _restart(self, todo: Plan, selected: Selected) -> None:
        """All that is there becomes history, of which nothing is here yet; new is what comes from now on."""
        found = self.mailbox.uids() if selected.exists else []
        if todo.rekey:
            rekey.recognise(self.mailbox, self.ledger, self.state, selected.uidvalidity)
        high_water = max(selected.uidnext - 1, *found[-1:], 0)
        history = FAR_FUTURE if found else 0
        self.ledger.restart(self.state.id, selected.uidvalidity, high_water=high_water, history=history, to_come=len(found))
        self.taking.folder = replace(
            self.state, uidvalidity=selected.uidvalidity, high_water=high_water, modseq=0, history=history, to_come=len(found)
        )

    def _new_mail(self, todo: Plan) -> bool:
        """Fetch from the high-water mark on. False when stopped before the end."""
        if not todo.search_from:
            return not self.taking.stop()
        found = self.mailbox.uids(todo.search_from)
        entered = set(self.ledger.uids(self.state.id, self.state.uidvalidity, gone=None, first=todo.search_from))
        fresh = [uid for uid in found if uid not in entered]

        def advance(window: tuple[int, ...]) -> None:
            self.ledger.advance(self.state.id, high_water=window[-1])

        return self.taking.take(windows(fresh, self.window), len(fresh), advance)

    # ----------------------------------------------------------------------------------------------------- history

    def _fill(self, enough: Stop = _never) -> bool:
        """One step back. What a window is, the ledger knows once it is here: a step that is cut off goes on from there."""
        known = self.state
        entered = set(self.ledger.uids(known.id, known.uidvalidity, gone=None))
        missing = [uid for uid in self.mailbox.uids() if uid <= known.high_water and uid not in entered]
        since = reach(known.history, clock.now(), self.first_days)
        wanted = self._wanted(missing, since)
        left = [len(missing)]

        def after(window: tuple[int, ...]) -> None:
            left[0] -= len(window)
            self._filled(known.history, left[0])

        cut_off: list[bool] = []

        def cut() -> bool:
            if enough():
                cut_off.append(True)
            return bool(cut_off)

        if not self.taking.take(newest(wanted, self.window), len(wanted), after, cut) or cut_off:
            return False
        self._filled(since if left[0] > 0 else 0, max(left[0], 0))
        return True

    def _wanted(self, missing: list[int], since: int) -> list[int]:
        if not since or not missing:
            return missing
        try:
            recent = set(self.mailbox.since(since))
        except Refused:  # a server that knows no dates: everything is as new as everything else
            return missing
        return [uid for uid in missing if uid in recent]

    def _filled(self, history: int, to_come: int) -> None:
        self.ledger.filled(self.state.id, history, to_come)
        self.taking.folder = replace(self.state, history=history, to_come=to_come)

    # ------------------------------------------------------------------------------------------- flags and expunges

    def _changes(self, todo: Plan, selected: Selected) -> None:
        """Flags and expunges; they and the MODSEQ of this EXAMINE go into one transaction."""
        match todo.changes:
            case "told":
                vanished = selected.vanished or ()
                self._apply(selected, selected.changed or {}, () if selected.exists == 0 else vanished)
            case "since":
                flags = self.mailbox.flags(self.state.modseq)
                self._apply(selected, flags, self._compare(self.mailbox.uids()).gone)
            case "all":
                flags = self.mailbox.flags()
                self._apply(selected, flags, self._compare(list(flags)).gone)
            case "none":
                self._apply(selected, {})

    def _apply(self, selected: Selected, flags: dict[int, tuple[str, ...]], gone: tuple[int, ...] = ()) -> None:
        if flags or gone or selected.modseq != self.state.modseq:
            changed, left = self.ledger.apply(self.state, flags=flags, gone=gone, modseq=selected.modseq)
            self.taking.tally.flags += changed
            self.taking.tally.gone += left

    def _check(self, selected: Selected) -> None:
        """EXISTS must equal our count, else the UID sets are compared and healed. While history is to come, they differ."""
        if self.state.history or selected.exists == 0:
            return
        if self.ledger.count(self.state.id, self.state.uidvalidity) == selected.exists:
            return
        differs = self._compare(self.mailbox.uids())
        if differs.missing:
            missing = list(differs.missing)
            self.taking.take(windows(missing, self.window), len(missing))
        if differs.gone or differs.back:
            self.taking.tally.gone += self.ledger.apply(self.state, gone=differs.gone, back=differs.back)[1]

    def _compare(self, server: list[int]) -> Differences:
        place = (self.state.id, self.state.uidvalidity)
        return differences(server, self.ledger.uids(*place), self.ledger.uids(*place, gone=True))
