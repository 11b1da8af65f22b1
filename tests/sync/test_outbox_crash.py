"""The crash matrix of sending: kill -9 at every step, then the next pass; each customer has one mail, or it is `uncertain`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.smtp import Stub, stub_smtp, until
from tests.sync import crash
from tests.sync.sending import copies, mail
from tui_desk.config.schema import Settings
from tui_desk.store import outbox
from tui_desk.store.engine import Store

ROOT = Path(__file__).parents[2]

MATRIX = {
    # step: (copies at the customer, state after the next pass, copies in Sent)
    "claimed": (1, "filed", 1),
    "connected": (1, "filed", 1),
    "in_data": (1, "filed", 1),
    "before_dot": (1, "filed", 1),
    "dot_committed": (0, "uncertain", 0),
    "dot_sent": (1, "uncertain", 0),
    "answered": (1, "uncertain", 0),
    "in_accept": (1, "uncertain", 0),
    "accepted": (1, "filed", 1),
    "before_append": (1, "filed", 1),
    "appended": (1, "filed", 1),
    "before_filed": (1, "filed", 1),
    "filed": (1, "filed", 1),
}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stub_smtp() as server:
        yield server


def test_the_matrix_names_every_step() -> None:
    assert tuple(MATRIX) == crash.CRASH_STEPS


@pytest.mark.parametrize("step", crash.CRASH_STEPS)
def test_killed_at_each_step(step: str, tmp_path: Path, stub: Stub, dovecot: Dovecot) -> None:
    account = dovecot.account()
    desk = crash.settings(stub.port, account.imap, account.ca_file)
    store = Store.open(tmp_path / "desk.db")
    queue(store, 1)
    queue(store, 2)

    killed = subprocess.run(
        [sys.executable, "-m", "tests.sync.crash", str(store.path), str(stub.port), account.imap, account.ca_file, step],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if step == "dot_sent":
        assert until(lambda: len(stub.taken) == 1)

    for _ in range(3):
        crash.deliver(store, desk)
    expected, state, in_sent = MATRIX[step]
    jobs = outbox.jobs(store, *outbox.NEXT)
    assert [job.state for job in jobs] == [state, "filed"]
    assert copies(stub.taken) == {**({"c1@customer.test": expected} if expected else {}), "c2@customer.test": 1}
    assert sent(desk) == {"out1@desk.test": in_sent, "out2@desk.test": 1}
    with store.begin() as con:
        replied = con.execute("SELECT count(*) FROM event WHERE type = 'replied'").scalar_one()
        cards = con.execute("SELECT count(*) FROM message WHERE kind = 'outbound'").scalar_one()
    assert replied == cards == (1 if state == "uncertain" else 2)
    store.close()


def queue(store: Store, n: int) -> None:
    """A mail of some size for customer `n`."""
    outbox.enqueue(
        store,
        message_id=f"out{n}@desk.test",
        ticket="",
        agent="zoe",
        sender="desk@desk.test",
        recipients=[f"c{n}@customer.test"],
        mime=mail(n, "Bonjour\r\n" * 200),
        now=1,
        not_before=1,
    )


def sent(desk: Settings) -> dict[str, int]:
    """How often each mail lies in Sent on the server."""
    mailbox = crash.mailbox(desk)
    mailbox.connect()
    try:
        return {name: len(mailbox.find("Sent", name)) for name in ("out1@desk.test", "out2@desk.test")}
    finally:
        mailbox.close()
