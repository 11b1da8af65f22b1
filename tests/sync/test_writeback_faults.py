"""Write-back over a line that breaks all the time, on a real Dovecot: in the end every mail is where it belongs, once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.proxy import Fault, FaultProxy
from tests.sync.desk import message
from tests.sync.marking import Marking, shown
from tui_desk import clock
from tui_desk.errors import NetworkError
from tui_desk.transport.imap import ImapMailbox

MAILS = 60
AT = 1_700_000_000
WITHOUT = {"full": frozenset[str](), "copies": frozenset({"MOVE"}), "plain": frozenset({"QRESYNC", "CONDSTORE", "ENABLE"})}
KEYWORDS = {"open": {"desk-open"}, "pending": {"desk-waiting"}, "solved": {"desk-solved"}}


def fault(chance: random.Random) -> Fault:
    """Three lines of four break: after so many bytes either way, or when something is done and nobody says so."""
    match chance.randrange(4):
        case 0:
            return Fault(cut_after=chance.randrange(800, 9000))
        case 1:
            return Fault(cut_up_after=chance.randrange(150, 1800))
        case 2:
            return Fault(cut_before_answer=chance.randrange(4, 22))
        case _:
            return Fault()


@pytest.fixture
def moment() -> Iterator[list[int]]:
    """A clock that is put forward by hand: nothing waits for a back-off."""
    hands = [clock.now()]
    before = clock.use(lambda: hands[0])
    yield hands
    clock.use(before)


@pytest.mark.parametrize("mode", WITHOUT)
def test_a_line_that_breaks_all_the_time(mode: str, dovecot: Dovecot, tmp_path: Path, moment: list[int]) -> None:
    def session() -> ImapMailbox:
        return ImapMailbox(dovecot.account(), "pw", without=WITHOUT[mode])

    with closing(session()) as colleague:
        colleague.connect()
        colleague.create("Junk")
        for n in range(MAILS):
            colleague.append("INBOX", message(n), at=AT + n)
    chance = random.Random(mode)
    status: dict[int, str] = {}
    with closing(Marking(tmp_path, dovecot.account())) as desk, FaultProxy(dovecot.port, lambda _n: fault(chance)) as proxy:
        desk.sync(session())
        bad = replace(dovecot.account(), imap=f"imap://127.0.0.1:{proxy.port}")
        for _ in range(20):
            for n in chance.sample(range(MAILS), 8):
                status[n] = chance.choice([to for to in ("open", "pending", "solved", "spam") if to != status.get(n)])
                desk.status(n, status[n])
            moment[0] += 4000
            with suppress(NetworkError):
                desk.sync(ImapMailbox(bad, "pw", read_seconds=1, without=WITHOUT[mode]))
        assert proxy.struck >= 10
        for _ in range(3):
            moment[0] += 4000
            desk.sync(session())
        assert desk.waiting() == 0, desk.rows()
        assert all(audit.clean for audit in desk.audit(session()))
    places = {"solved": "Desk/Solved", "spam": "Junk"}
    seen: Counter[int] = Counter()
    for folder in ("INBOX", "Desk/Solved", "Junk"):
        for n, flags in shown(session(), folder).values():
            seen[n] += 1
            assert folder == places.get(status.get(n, ""), "INBOX")
            assert ("\\Seen" in flags) == (n in status)
            assert {flag for flag in flags if flag.startswith("desk-")} == KEYWORDS.get(status.get(n, ""), set())
    assert seen == Counter(range(MAILS)), "none lost, none doubled"
