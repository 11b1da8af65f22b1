"""The folders that write-back moves mail to: which they are, what the ledger knows of them, and that they are there."""

from __future__ import annotations

import logging

from tui_desk.config.schema import Settings
from tui_desk.desk.marks import JUNK, Rules
from tui_desk.i18n import _
from tui_desk.store import marks
from tui_desk.store.engine import Store
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.sync import kept
from tui_desk.transport.base import Mailbox, Refused
from tui_desk.values import dataclass, field

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Targets:
    """Those of one account, in one pass."""

    mailbox: Mailbox
    ledger: Ledger
    store: Store
    settings: Settings
    rules: Rules
    states: dict[str, FolderState] = field(default_factory=dict)
    """As they were looked at."""
    missing: dict[str, Refused] = field(default_factory=dict)
    """Those that are not there and could not be made."""
    told: dict[str, str] = field(default_factory=dict)
    """What the server cannot do, for `doctor`."""
    _junk: str | None = None

    @property
    def account(self) -> str:
        """Whose."""
        return self.settings.account.address

    def look_at_all(self) -> None:
        """Before anything is written."""
        for name in self._names():
            self.look(name)

    def _names(self) -> list[str]:
        """Where mail is moved to, and was moved to."""
        wanted = [self.junk() if name == JUNK else name for name in self.rules.targets]
        there = [state.name for state in self.ledger.folders(self.account) if state.role == marks.ROLE]
        return [name for name in dict.fromkeys([*wanted, *there]) if name]

    def junk(self) -> str:
        """The Junk folder; "" where there is none."""
        if self._junk is None:
            named = self.settings.writeback.junk_folder
            self._junk = named or next((f.name for f in self.mailbox.folders() if f.role == "junk"), "")
            none = _("The server names no Junk folder: spam is marked, not moved. Set writeback.junk_folder.")
            self.told["junk"] = "" if self._junk else none
        return self._junk

    def look(self, name: str) -> FolderState | None:
        """Learn what lies in the folder; None where it is not there, or not to be looked at."""
        try:
            state = kept.look(self.mailbox, self.ledger, self.store, self.account, name)
        except Refused as error:
            log.warning("write-back: %s", error)  # receiving must not suffer; what is to go there waits
            return None
        if state is not None:
            self.states[name] = state
        return state

    def make(self, target: str, source: str) -> None:
        """Know the folder that is moved to before `source` is selected: make it where it is not there."""
        if target == source or target in self.states or target in self.missing or self.look(target) is not None:
            return
        try:
            self.mailbox.create(target)
        except Refused as error:
            self.missing[target] = error
        if self.look(target) is not None:
            self.missing.pop(target, None)  # somebody else made it
