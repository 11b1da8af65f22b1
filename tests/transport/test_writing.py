"""What write-back asks of a mailbox: STORE, COPY, MOVE, UID EXPUNGE, held by the memory mailbox and by real servers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.backends import Backend
from tui_desk.transport import answers
from tui_desk.transport.base import Mailbox, Refused, Selected
from tui_desk.transport.framing import Response

AT = 1_700_000_000


@pytest.fixture
def mailbox(backend: Backend) -> Iterator[Mailbox]:
    with closing(backend.session()) as opened:
        opened.connect()
        for n in range(1, 6):
            opened.append("INBOX", b"Message-ID: <m%d@x>\r\n\r\nx\r\n" % n, ("\\Flagged",) if n == 2 else (), at=AT + n)
        yield opened


def test_select_tells_what_is_kept(mailbox: Mailbox, backend: Backend) -> None:
    info = mailbox.select("INBOX")
    assert (info.exists, info.read_only) == (5, False)
    assert info.takes("\\Seen")
    assert info.takes("desk-solved") == backend.keywords
    with pytest.raises(Refused):
        mailbox.select("Nowhere")


def test_flags_are_added_and_taken_off(mailbox: Mailbox, backend: Backend) -> None:
    own, junk = (("desk-open",), ("$Junk",)) if backend.keywords else ((), ())
    mailbox.select("INBOX")
    told = mailbox.store([1, 2], ("\\Seen", "desk-open"))
    assert told.flags == {1: ("\\Seen", *own), 2: ("\\Flagged", "\\Seen", *own)}
    told = mailbox.store([2, 3], ("$Junk",), ("desk-open",))
    assert told.flags == {2: (*junk, "\\Flagged", "\\Seen"), 3: junk}
    assert mailbox.store([1], ("\\Seen",)).modified == frozenset()
    mailbox.examine("INBOX")
    flags = mailbox.flags()
    assert (flags[1], flags[2], flags[4]) == (("\\Seen", *own), (*junk, "\\Flagged", "\\Seen"), ())


def test_what_somebody_changed_meanwhile_is_left_alone(mailbox: Mailbox, backend: Backend) -> None:
    info = mailbox.select("INBOX")
    if not info.modseq:
        pytest.skip("no CONDSTORE here")
    with closing(backend.session()) as other:
        other.connect()
        other.select("INBOX")
        other.store([2], ("\\Answered",))
    told = mailbox.store([1, 2, 3], ("\\Seen",), ("\\Flagged",), unchanged_since=info.modseq)
    assert told.modified == {2}
    mailbox.examine("INBOX")
    flags = mailbox.flags()
    assert (flags[1], flags[2], flags[3]) == (("\\Seen",), ("\\Answered", "\\Flagged"), ("\\Seen",))


def test_what_is_gone_is_left_out(mailbox: Mailbox, backend: Backend) -> None:
    mailbox.select("INBOX")
    with closing(backend.session()) as other:
        other.connect()
        other.select("INBOX")
        other.store([2], ("\\Deleted",))
        if not other.expunges:
            pytest.skip("no UIDPLUS here")
        other.expunge([2])
    mailbox.noop()
    assert sorted(mailbox.store([2, 3, 99], ("\\Seen",)).flags) == [3]
    assert mailbox.store([99], ("\\Seen",)).flags == {}
    away = backend.folder("Away")
    mailbox.create(away)
    assert mailbox.copy([2, 99], away).uids == {}
    if mailbox.moves:
        assert mailbox.move([2, 99], away).uids == {}
    assert mailbox.examine(away).exists == 0


def test_mail_is_put_into_another_folder(mailbox: Mailbox, backend: Backend) -> None:
    target = backend.folder("Desk/Été & Cie")
    mailbox.create(target)
    with pytest.raises(Refused):
        mailbox.create(target)
    mailbox.select("INBOX")
    mailbox.store([2, 4], ("desk-solved",))
    if mailbox.moves:
        went = mailbox.move([2, 4], target)
    else:
        went = mailbox.copy([2, 4], target)
        if not backend.uidplus:
            assert (went.uids, mailbox.expunges, mailbox.examine(target).exists) == ({}, False, 2)
            return
        mailbox.store([2, 4, 5], ("\\Deleted",))
        mailbox.expunge([2, 4])
    assert went.uids == {2: 1, 4: 2}
    left = mailbox.examine("INBOX")
    assert mailbox.uids() == [1, 3, 5], "others' deleted mail stays"
    there = mailbox.examine(target)
    assert (left.exists, there.exists, there.uidvalidity) == (3, 2, went.uidvalidity)
    got = {item.uid: item for item in mailbox.fetch([1, 2])}
    assert [got[uid].internaldate for uid in (1, 2)] == [AT + 2, AT + 4]
    assert got[1].flags == (("\\Flagged", "desk-solved") if backend.keywords else ("\\Flagged",))


def test_a_folder_that_is_not_there_is_refused(mailbox: Mailbox) -> None:
    mailbox.select("INBOX")
    with pytest.raises(Refused):
        mailbox.copy([1], "Nowhere")
    assert mailbox.examine("INBOX").exists == 5


def test_what_a_server_says_of_its_flags() -> None:
    def selected(*lines: bytes) -> Selected:
        return answers.selected("INBOX", [Response((line,)) for line in lines], False)

    few = selected(b"* OK [PERMANENTFLAGS (\\Answered \\Seen $Junk)] Flags.", b"D1 OK [READ-WRITE] done")
    assert [few.takes(f) for f in ("\\Seen", "$junk", "desk-open", "\\Flagged")] == [True, True, False, False]
    assert selected(b"* 3 EXISTS").takes("desk-open"), "no word about it: all are kept (RFC 9051 7.1)"
    closed = selected(b"* OK [PERMANENTFLAGS (\\Seen \\*)] Flags.", b"D1 OK [READ-ONLY] done")
    assert not closed.takes("\\Seen")


def test_copyuid_pairs_place_by_place() -> None:
    told = answers.copied([Response((b"D3 OK [COPYUID 38505 304,319:320 3956:3958] Done",))])
    assert (told.uidvalidity, told.uids) == (38505, {304: 3956, 319: 3957, 320: 3958})
    told = answers.copied([Response((b"* OK [COPYUID 9 7,3 12,11]",)), Response((b"* 3 EXPUNGE",)), Response((b"D3 OK Done",))])
    assert told.uids == {7: 12, 3: 11}
    assert answers.copied([Response((b"D3 OK [COPYUID 9 1:3 4] odd",))]).uids == {}
    assert answers.modified(b"D4 OK [MODIFIED 7,9:10] Conditional STORE failed") == {7, 9, 10}
