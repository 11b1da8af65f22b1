"""A pass with write-back that kills itself (SIGKILL) at a step: `python -m tests.sync.killed_marking FOLDER URL MODE STEP`."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from tests.sync.crash import _after, _before
from tests.sync.marking import Marking
from tui_desk.config.schema import Account
from tui_desk.store import marks
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


def arm(step: str) -> None:
    """Put the kill at `step`."""
    match step:
        case "noted":
            _after(marks, "note", lambda *_: True)
        case "begun":
            _after(marks, "begin", lambda *_: True)
        case "created":
            _after(ImapMailbox, "create", lambda *_: True)
        case "looked":
            _after(kept, "look", lambda *_: True)
        case "intended":
            _after(marks, "intend", lambda *_: True)
        case "stored":
            _after(ImapMailbox, "store", lambda *_: True)
        case "flags_entered":
            _after(Ledger, "apply", lambda *_: armed[0])
        case "moved":
            _after(ImapMailbox, "move", lambda *_: True)
        case "copied":
            _after(ImapMailbox, "copy", lambda *_: True)
        case "entered":
            _after(writeback, "enter", lambda *_: True)
        case "deleted":
            _after(ImapMailbox, "store", lambda *words: words[2] == ("\\Deleted",))
        case "expunged":
            _after(ImapMailbox, "expunge", lambda *_: True)
        case "gone_entered":
            _after(Ledger, "apply", lambda *_: armed[0])
        case "looked_again":
            _after(writeback._Pass, "_move", lambda *_: True)
        case "marked":
            _before(marks, "finish", lambda *_: True)
        case "finished":
            _after(marks, "finish", lambda *_: True)
        case _:
            raise ValueError(step)


armed = [False]
"""Ledger.apply is used by receiving too: only what follows the first STORE is write-back's."""


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
    arm(step)
    with closing(Marking(Path(folder), account)) as desk:
        desk.sync(ImapMailbox(account, "pw", without=WITHOUT[mode]))


if __name__ == "__main__":
    main()
