"""Servers that deal with so many messages at once: all of it is asked for, and no part is taken for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.scripted.server import Scripted, running
from tui_desk.errors import ProtocolError
from tui_desk.transport import limits
from tui_desk.transport.imap import ImapMailbox

AT = 1_700_000_000


@pytest.fixture(scope="module")
def yahoo() -> Iterator[Scripted]:
    yield from running("yahoo")


@pytest.fixture
def mailbox(yahoo: Scripted) -> Iterator[ImapMailbox]:
    yahoo.empty()
    with closing(ImapMailbox(yahoo.account(), "pw")) as opened:
        opened.connect()
        for n in range(1, 91):
            opened.append("INBOX", b"Message-ID: <m%d@x>\r\n\r\nx\r\n" % n, at=AT + n * 86_400)
        opened.examine("INBOX")
        yield opened


def test_nothing_is_left_out(mailbox: ImapMailbox) -> None:
    everything = list(range(1, 91))
    assert mailbox.uids() == everything
    assert mailbox.uids(30) == everything[29:]
    assert mailbox.uids(66) == everything[65:]
    assert mailbox.uids(91) == []
    assert sorted(mailbox.flags()) == everything
    assert sorted(mailbox.flags(5)) == sorted(uid for uid in mailbox.flags(1) if uid > 4)
    assert set(everything[40:]) <= set(mailbox.since(AT + 41 * 86_400)) <= set(everything[38:])
    assert mailbox.find("INBOX", "m1@x") == [1]
    assert sorted(item.uid for item in mailbox.fetch(everything, size_cap=20)) == everything
    assert sorted(item.uid for item in mailbox.headers(everything, ("Message-ID",))) == everything


def test_and_everything_is_written(mailbox: ImapMailbox) -> None:
    mailbox.select("INBOX")
    assert len(mailbox.store(range(1, 91), ("\\Seen",)).flags) == 90
    mailbox.create("Away")
    assert len(mailbox.copy(range(1, 91), "Away").uids) == 90
    assert len(mailbox.move(range(1, 91), "Trash").uids) == 90
    assert (mailbox.examine("INBOX").exists, mailbox.examine("Trash").exists, mailbox.examine("Away").exists) == (0, 90, 90)


def test_how_many_at_once() -> None:
    assert limits.at_once({"IMAP4REV1", "MESSAGELIMIT=1000"}) == 1000
    assert limits.at_once({"IMAP4REV1"}) == limits.at_once({"MESSAGELIMIT=many"}) == 0


def test_an_answer_that_leads_nowhere_is_not_believed() -> None:
    assert limits.lowest(b"D1 OK SEARCH completed") == 0
    assert limits.lowest(b"D1 OK [MESSAGELIMIT 1000 23221] FETCH completed with 1000 partial results") == 23221
    with pytest.raises(ProtocolError):
        limits.lowest(b"D1 OK [MESSAGELIMIT 1000] done")
    asked: list[bytes] = []

    def stuck(uids: bytes) -> bytes:
        asked.append(uids)
        return b"D1 OK [MESSAGELIMIT 10 50] done"

    with pytest.raises(ProtocolError):
        limits.downwards(stuck)
    assert asked == [b"1:*", b"1:49"]
