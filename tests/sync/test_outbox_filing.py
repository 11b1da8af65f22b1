"""Filing in Sent over a line that is cut, against Dovecot: wherever the cut is, one copy lies there in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.support.dovecot import Dovecot
from tests.support.proxy import Fault, FaultProxy
from tests.support.smtp import Stub
from tests.sync import crash
from tests.sync.sending import Sending
from tui_desk.sync import filing
from tui_desk.transport.imap import ImapMailbox

ANSWERS = 12
"""A pass that files one mail waits for fewer tagged answers than this."""


def test_a_cut_before_any_answer_files_one_copy(sending: Callable[..., Sending], stub: Stub, dovecot: Dovecot) -> None:
    """Also the answer to APPEND: the server has stored the copy, and nobody was told."""
    faults: list[Fault] = []
    account = dovecot.account()
    with FaultProxy(dovecot.port, lambda _n: faults.pop() if faults else Fault()) as proxy:
        desk = sending(stub.port, imap=f"imap://localhost:{proxy.port}", user=account.user)
        desk.open_mailbox = lambda: ImapMailbox(desk.settings.account, "pw")
        put_off = 0
        for n in range(1, ANSWERS + 1):
            faults.append(Fault(cut_before_answer=n - 1))
            desk.queue(n)
            desk.deliver()
            put_off += desk.job(n).state == "accepted"
            faults.clear()
            desk.deliver(later=filing.FILE_AGAIN)
        assert desk.states() == ["filed"] * ANSWERS
        assert 3 <= put_off < ANSWERS
    mailbox = crash.mailbox(replace(desk.settings, account=account))
    mailbox.connect()
    try:
        assert [len(mailbox.find("Sent", f"out{n}@desk.test")) for n in range(1, ANSWERS + 1)] == [1] * ANSWERS
    finally:
        mailbox.close()
    assert len(stub.taken) == ANSWERS
