"""The crash matrix of sending: kill -9 at every step and every way of losing an answer, then the next passes, against a stub
and against Postfix; each customer has one mail, or it is `uncertain`.

Copies are counted at the customer: what the stub took, or what Postfix handed to Dovecot by LMTP.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.post_office import PostOffice, post_office
from tests.support.smtp import stub_smtp, until
from tests.support.smtp_line import ARRIVES, FAULTS, Fault, smtp_line
from tests.sync import crash
from tests.sync.sending import Sending, copies, mail
from tui_desk.config.schema import Account, Settings
from tui_desk.errors import NetworkError
from tui_desk.store import outbox
from tui_desk.store.engine import Store

ROOT = Path(__file__).parents[2]

MATRIX = {
    # step: (copies at the customer, state after the next passes, copies in Sent)
    "claimed": (1, "filed", 1),
    "connected": (1, "filed", 1),
    "in_data": (1, "filed", 1),
    "before_dot": (1, "filed", 1),
    "dot_committed": (0, "uncertain", 0),
    "dot_sent": (1, "uncertain", 0),
    "waiting": (1, "uncertain", 0),
    "answered": (1, "uncertain", 0),
    "in_accept": (1, "uncertain", 0),
    "accepted": (1, "filed", 1),
    "before_append": (1, "filed", 1),
    "appended": (1, "filed", 1),
    "before_filed": (1, "filed", 1),
    "filed": (1, "filed", 1),
}
LOST: dict[Fault, tuple[int, str, int]] = {
    "cut in data": (1, "filed", 1),
    "dot lost": (0, "uncertain", 0),
    "250 lost": (1, "uncertain", 0),
    "silent": (1, "uncertain", 0),
    "451 at rcpt": (1, "filed", 1),
    "451 at dot": (1, "filed", 1),
}


@dataclass
class Front:
    """A server that sends, and the desk's mailbox."""

    port: int
    account: Account
    copies: Callable[[], dict[str, int]]


@pytest.fixture(scope="module")
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


@pytest.fixture(params=["stub", "postfix"])
def front(request: pytest.FixtureRequest) -> Iterator[Front]:
    if request.param == "postfix":
        office: PostOffice = request.getfixturevalue("office")
        office.empty()
        yield Front(office.port, office.account(), office.copies)
        return
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    with stub_smtp() as stub:
        yield Front(stub.port, dovecot.account(), lambda: copies(stub.taken))


def test_the_matrix_names_every_step() -> None:
    assert tuple(step for step in MATRIX if step != "waiting") == crash.CRASH_STEPS
    assert tuple(LOST) == FAULTS


@pytest.mark.parametrize("step", crash.CRASH_STEPS)
def test_killed_at_each_step(step: str, tmp_path: Path, front: Front) -> None:
    store = Store.open(tmp_path / "desk.db")
    queue(store, 1)
    queue(store, 2)
    killed = subprocess.run(program(store, front.port, front, step), cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    if step == "dot_sent":
        assert until(lambda: len(front.copies()) == 1)
    check(store, front, MATRIX[step])


def test_killed_while_a_silent_server_is_waited_for(tmp_path: Path, front: Front) -> None:
    """The mail arrived, the answer never came, and nobody is left who waits for it."""
    store = Store.open(tmp_path / "desk.db")
    queue(store, 1)
    queue(store, 2)
    with smtp_line(front.port, lambda to: "silent" if to.startswith("c1@") else "") as line:
        sending = subprocess.Popen(program(store, line.port, front, "never"), cwd=ROOT)
        try:
            assert until(lambda: front.copies() == {"c1@customer.test": 1})
        finally:
            sending.kill()
            sending.wait(60)
    check(store, front, MATRIX["waiting"])


@pytest.mark.parametrize("proof", [False, True], ids=["no proof", "proof by Bcc"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_way_of_losing_an_answer(fault: Fault, proof: bool, sending: Callable[..., Sending], office: PostOffice) -> None:
    """With a Bcc to the desk only the mail that did not arrive stays a question."""
    office.empty()
    account = office.account()
    faults = {"c1@customer.test": fault}
    with smtp_line(office.port, lambda to: faults.pop(to, "")) as line:
        words = {"imap": account.imap, "user": account.user, "ca_file": account.ca_file}
        desk = sending(line.port, **words)
        desk.open_mailbox = lambda: crash.mailbox(desk.settings)
        desk.queue(1, proof=proof, body="Bonjour\r\n" * 50)
        desk.queue(2, proof=proof)
        for _ in range(4):
            try:
                desk.deliver(later=30)
            except NetworkError:
                assert fault == "cut in data"
            office.settle()
    expected, state, in_sent = LOST[fault]
    if fault == "cut in data" and desk.states()[0] == "uncertain":
        expected, state, in_sent = 0, "uncertain", 0  # the whole mail was on its way before the cut came through
    if proof and fault in ARRIVES:
        state, in_sent = "filed", 1
    assert desk.states() == [state, "filed"]
    assert office.copies() == {**({"c1@customer.test": expected} if expected else {}), "c2@customer.test": 1}
    assert sent(desk.settings) == {"out1@desk.test": in_sent, "out2@desk.test": 1}
    assert not [header for header in office.headers("customer", "INBOX") if b"\nbcc:" in header.lower()]


def program(store: Store, port: int, front: Front, step: str) -> list[str]:
    """A process that sends and is killed at `step`."""
    account = front.account
    return [sys.executable, "-m", "tests.sync.crash", str(store.path), str(port), account.imap, account.ca_file, step]


def check(store: Store, front: Front, row: tuple[int, str, int]) -> None:
    """After three more passes: what each customer has, what the outbox says, what lies in Sent, what the ticket shows."""
    desk = crash.settings(front.port, front.account.imap, front.account.ca_file)
    for _ in range(3):
        crash.deliver(store, desk)
    expected, state, in_sent = row
    jobs = outbox.jobs(store, *outbox.NEXT)
    assert [job.state for job in jobs] == [state, "filed"]
    assert front.copies() == {**({"c1@customer.test": expected} if expected else {}), "c2@customer.test": 1}
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
