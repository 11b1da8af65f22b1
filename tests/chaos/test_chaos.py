"""A few rounds of chaos on a real server, and that the check of them finds what it is there to find.

More of them: `python -m bench chaos --rounds 200 --server dovecot-maildir`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.books import Books
from tests.chaos.desk import Subject
from tests.chaos.hand import Hand
from tests.chaos.mails import Letters
from tests.chaos.rounds import CAP, Life, RoundError, Tally
from tests.chaos.servers import Server, serving

BOX = "Books"


@pytest.fixture(scope="module", params=["dovecot-sdbox", "dovecot-plain"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with serving(request.param) as running:
        yield running


def test_four_rounds_of_each_of_two_servers(server: Server, tmp_path: Path) -> None:
    tally = Tally()
    Life(server, 11, 0, tmp_path, tally).run(4)
    assert tally.rounds == tally.audits == 4
    assert tally.checked
    assert tally.rebuilt == 1


WRONGS = {
    "missing": "DELETE FROM ledger WHERE uid = 2",
    "taken for expunged": "UPDATE ledger SET gone = 1 WHERE uid = 2",
    "flags": "UPDATE ledger SET flags = 'Wrong' WHERE uid = 2",
    "not on the server": "UPDATE ledger SET uid = 99 WHERE uid = 2",
    "corrupt": "UPDATE ledger SET mail_id = (SELECT min(id) FROM mail), verdict = 'ticket' WHERE uid IN (1, 2)",
    "no mail": "UPDATE ledger SET mail_id = NULL WHERE uid = 2",
    "not what they were": "UPDATE raw SET data = (SELECT data FROM raw WHERE mail_id = 1) WHERE mail_id IN (1, 2)",
    "UIDVALIDITY": "UPDATE folder SET uidvalidity = uidvalidity + 1",
    "cards that are not searched": "INSERT INTO search (search) VALUES ('delete-all')",
    "tickets without a card": "DELETE FROM message WHERE id = (SELECT min(id) FROM message)",
    "mails without bytes": "DELETE FROM raw WHERE mail_id = 2",
    "lost": "UPDATE mail SET sha256 = 'x' WHERE id = 2",
    "threads": "UPDATE message SET ticket_id = (SELECT min(ticket_id) FROM message);"
    "DELETE FROM ticket WHERE id NOT IN (SELECT ticket_id FROM message)",
}


@pytest.fixture(scope="module")
def synced(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hand, Subject, Path]]:
    """Some mail, fetched once; the store's path."""
    import random

    home = tmp_path_factory.mktemp("chaos")
    hand = Hand(server, random.Random(1), Letters(random.Random(1)))
    hand.make(BOX)
    hand.deliver(BOX, 6)
    subject = Subject(home, server, server.port, False, BOX, "Sent", 400, 90)
    subject.sync(must=True)
    yield hand, subject, subject.profile.store
    hand.close()


def wrongs(synced: tuple[Hand, Subject, Path], store: Path) -> list[str]:
    books = Books.of(synced[0].server, CAP)
    try:
        first = books.differences(synced[2], [BOX])
        return first or books.differences(store, [BOX])
    finally:
        books.close()


def test_books_that_are_right(synced: tuple[Hand, Subject, Path]) -> None:
    assert wrongs(synced, synced[2]) == []


@pytest.mark.parametrize("word", WRONGS)
def test_books_that_are_wrong(word: str, synced: tuple[Hand, Subject, Path], tmp_path: Path) -> None:
    store = tmp_path / "desk.db"
    with closing(sqlite3.connect(synced[2])) as good, closing(sqlite3.connect(store)) as con:
        good.backup(con)
        con.executescript(WRONGS[word])
        con.commit()
    found = wrongs(synced, store)
    assert any(word in told for told in found), found


def test_a_round_that_goes_wrong_says_how_to_run_it_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Books, "_folder", lambda _books, _con, folder: iter([f"{folder} 5: missing"]))
    with pytest.raises(RoundError, match=r"seed 3, dovecot-\w+, life 2, round 1 .*\n.* 5: missing") as told:
        Life(server, 3, 2, tmp_path, Tally(), share=0).run(1)
    assert str(tmp_path) in str(told.value)
    assert list(tmp_path.glob("*-3-2/chaos/desk.db"))
