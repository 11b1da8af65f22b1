"""Write-back that is killed (SIGKILL) at each of its steps, on a real Dovecot: the next pass makes up for it."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.sync.desk import message
from tests.sync.killed_marking import STEPS, WITHOUT
from tests.sync.marking import Marking, shown
from tui_desk.transport.imap import ImapMailbox

AT = 1_700_000_000


@pytest.mark.parametrize(("mode", "step"), [(mode, step) for mode, steps in STEPS.items() for step in steps])
def test_killed_and_done_again(mode: str, step: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """Mail 1 is delivered twice: no copy of it may get lost or be made on the way."""
    account = dovecot.account()

    def session(more: str = "full") -> ImapMailbox:
        return ImapMailbox(account, "pw", without=WITHOUT[more])

    with closing(session()) as colleague:
        colleague.connect()
        for n in (1, 2, 3, 4, 1):
            colleague.append("INBOX", message(n), at=AT + n)
        colleague.append("INBOX", b"Received: by another way\r\n" + message(1), at=AT + 9)
    with closing(Marking(tmp_path, account)) as desk:
        desk.sync(session(mode))
        desk.status(1, "solved")
        desk.status(2, "open")
        desk.status(3, "solved")
    _killed(tmp_path, account.imap, mode, step)
    with closing(Marking(tmp_path, account)) as desk:
        for _ in range(2):
            desk.sync(session(mode))
        assert desk.waiting() == 0
        inbox = [(n, flags) for n, flags in shown(session(), "INBOX").values() if "\\Deleted" not in flags]
        assert mode == "marks" or len(inbox) == len(shown(session(), "INBOX")), "nothing is left behind, marked as deleted"
        assert inbox == [(2, ("\\Seen", "desk-open")), (4, ())]
        solved = shown(session(), "Desk/Solved")
        assert sorted(n for n, _flags in solved.values()) == [1, 1, 1, 3]
        assert {flags for _n, flags in solved.values()} == {("\\Seen", "desk-solved")}
        assert all(audit.clean for audit in desk.audit(session(mode)))
        assert desk.ledger("Desk/Solved") == {uid: flags for uid, (_n, flags) in solved.items()}
        assert desk.place.rows("SELECT count(*) FROM ticket")[0][0] == 4
        assert {row[2] for row in desk.rows().values()} == {"\\Seen desk-solved", "\\Seen desk-open"}, "ours to take off again"


def _killed(folder: Path, imap: str, mode: str, step: str) -> None:
    command = [sys.executable, "-m", "tests.sync.killed_marking", str(folder), imap, mode, step]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, f"the step {step!r} was never reached: {done.stderr}"
