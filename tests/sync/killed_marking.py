"""A pass with write-back that kills itself (SIGKILL) at a step: `python -m tests.sync.killed_marking FOLDER URL MODE STEP`."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from tests.sync.kills import Kill, put
from tests.sync.marking import Marking
from tui_desk.config.schema import Account
from tui_desk.store import marks, wishes
from tui_desk.store.ledger import Ledger
from tui_desk.sync import kept, writeback
from tui_desk.transport.imap import ImapMailbox

WITHOUT = {
    "full": frozenset[str](),
    "copies": frozenset({"MOVE"}),
    "marks": frozenset({"MOVE", "UIDPLUS"}),
    "plain": frozenset({"QRESYNC", "CONDSTORE", "ENABLE", "ESEARCH"}),
}
STEPS = {
    "full": (
        "noted",
        "begun",
        "created",
        "looked",
        "intended",
        "stored",
        "flags_entered",
        "moved",
        "entered",
        "marked",
        "finished",
    ),
    "copies": ("intended", "stored", "copied", "entered", "deleted", "expunged", "gone_entered", "finished"),
    "marks": ("copied", "entered", "deleted", "looked_again", "finished"),
    "plain": ("stored", "moved", "entered"),
}


armed = [False]
"""Ledger.apply is used by receiving too: only what follows the first STORE is write-back's."""


def _armed(*_words: object) -> bool:
    return armed[0]


KILLS = {
    "noted": Kill(wishes, "note"),
    "begun": Kill(marks, "begin"),
    "created": Kill(ImapMailbox, "create"),
    "looked": Kill(kept, "look"),
    "intended": Kill(marks, "intend"),
    "stored": Kill(ImapMailbox, "store"),
    "flags_entered": Kill(Ledger, "apply", _armed),
    "moved": Kill(ImapMailbox, "move"),
    "copied": Kill(ImapMailbox, "copy"),
    "entered": Kill(writeback, "enter"),
    "deleted": Kill(ImapMailbox, "store", lambda *words: words[2] == ("\\Deleted",)),
    "expunged": Kill(ImapMailbox, "expunge"),
    "gone_entered": Kill(Ledger, "apply", _armed),
    "looked_again": Kill(writeback._Pass, "_move"),
    "marked": Kill(marks, "finish", first=True),
    "finished": Kill(marks, "finish"),
}


def _arm_after(name: str) -> None:
    real = getattr(ImapMailbox, name)

    def then(*words: object, **more: object) -> object:
        armed[0] = True
        return real(*words, **more)

    setattr(ImapMailbox, name, then)


def main() -> None:
    """Sync once."""
    folder, imap, mode, step = sys.argv[1:]
    account = Account(address="desk@desk.test", imap=imap, user="desk")
    _arm_after("expunge" if step == "gone_entered" else "store")
    put(KILLS[step])
    with closing(Marking(Path(folder), account)) as desk:
        desk.sync(ImapMailbox(account, "pw", without=WITHOUT[mode]))


if __name__ == "__main__":
    main()
