"""The count of what stands on the server is kept as the ledger changes, by whatever hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tui_desk.store.connect import Connection, connect
from tui_desk.store.engine import Store
from tui_desk.store.ledger import FolderState, Ledger

SQL = """
    INSERT INTO ledger (folder_id, uidvalidity, uid, verdict, rule, flags, internaldate, gone)
    VALUES (?, ?, ?, 'message', '', '', 0, ?) ON CONFLICT DO NOTHING
"""


class Place:
    """A folder of UIDVALIDITY 7 with the UIDs 1 to 5, of which 5 is gone."""

    def __init__(self, ledger: Ledger, con: Connection) -> None:
        self.ledger, self.con = ledger, con
        self.folder = ledger.folder("desk@desk.test", "INBOX", "inbox")
        ledger.restart(self.folder.id, 7)
        self.enter(*((7, uid, uid == 5) for uid in range(1, 6)))

    def enter(self, *rows: tuple[int, int, bool]) -> None:
        """Rows of UIDVALIDITY, UID and whether it is gone."""
        self.con.executemany(SQL, [(self.folder.id, *row) for row in rows])

    @property
    def state(self) -> FolderState:
        """As it is now."""
        [state] = self.ledger.folders("desk@desk.test")
        return state

    def counts(self) -> tuple[int, int]:
        """As it is kept, and as it is when the rows are counted."""
        uidvalidity = self.state.uidvalidity
        return self.ledger.count(self.folder.id, uidvalidity), len(self.ledger.uids(self.folder.id, uidvalidity))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    path = tmp_path / "desk.db"
    Store.open(path).close()
    with closing(Ledger(path)) as ledger, closing(connect(path)) as con:
        yield Place(ledger, con)


def test_what_is_entered_counts_once(place: Place) -> None:
    assert place.counts() == (4, 4)
    place.enter((7, 4, False), (7, 5, False), (7, 6, False), (7, 7, True))
    assert place.counts() == (5, 5), "what was entered before changes nothing"


def test_what_goes_and_comes_back_counts_once(place: Place) -> None:
    assert place.ledger.apply(place.state, gone=[1, 2, 5], flags={3: ["\\Seen"]}) == (1, 2)
    assert place.counts() == (2, 2)
    place.ledger.apply(place.state, gone=[1], back=[2, 3, 5])
    assert place.counts() == (4, 4)


def test_rows_that_are_taken_out_do_not_count(place: Place) -> None:
    place.con.execute("DELETE FROM ledger WHERE uid IN (3, 5)")
    assert place.counts() == (3, 3)


def test_a_transaction_that_is_undone_leaves_the_count(place: Place) -> None:
    place.con.execute("BEGIN IMMEDIATE")
    place.enter((7, 8, False))
    place.con.execute("ROLLBACK")
    assert place.counts() == (4, 4)


def test_another_uidvalidity_counts_what_was_entered_under_it(place: Place) -> None:
    place.enter((3, 1, False), (3, 2, True), (3, 3, False))
    assert place.counts() == (4, 4)
    place.ledger.restart(place.folder.id, 3)
    assert place.counts() == (2, 2)
    place.enter((7, 9, False))
    place.con.execute("UPDATE ledger SET gone = 1 WHERE uidvalidity = 7")
    assert place.counts() == (2, 2)
    assert place.ledger.count(place.folder.id, 7) == 0, "that is not this folder any more"
    place.ledger.restart(place.folder.id, 3)
    assert place.counts() == (2, 2), "to begin anew under the same changes no count"


def test_each_folder_counts_its_own(place: Place) -> None:
    other = place.ledger.folder("desk@desk.test", "Sent", "sent")
    place.ledger.restart(other.id, 7)
    place.con.execute(SQL, (other.id, 7, 1, False))
    assert (place.ledger.count(place.folder.id, 7), place.ledger.count(other.id, 7)) == (4, 1)
