"""Copies of what the desk sends, as they come back: our Bcc in the inbox, the server's own in Sent, renamed and altered.

A copy proves that its mail left, whenever it comes; it is never a message of its own; answers to its name find the ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.smtp import Stub
from tests.sync.sending import Sending, copies
from tui_desk.store import outbox, outmark
from tui_desk.store.rebuild import rebuild
from tui_desk.sync import filing
from tui_desk.sync.engine import Engine
from tui_desk.sync.outbox import ingesting, resolve

THEIRS = "0100018f-aaaa@email.provider.test"


def sync(desk: Sending) -> None:
    """One pass over the mailbox with the store's own door."""
    with ingesting(desk.store, desk.settings, None) as ingest:
        engine = Engine(desk.store, desk.open_mailbox(), ingest, desk.settings)
        engine.run()
        engine.close()


def renamed(mime: bytes, n: int = 1) -> bytes:
    """What a provider makes of a mail: another Message-ID, a trace, a line under the text."""
    other = mime.replace(f"<out{n}@desk.test>".encode(), f"<{THEIRS}>".encode())
    assert other != mime
    return b"Received: from somewhere by elsewhere; Sat, 21 Nov 2026 10:00:09 +0000\r\n" + other + b"-- \r\nSent securely\r\n"


def thread(desk: Sending) -> list[Any]:
    """Kind and author of every card, oldest first."""
    return desk.rows("SELECT kind, author FROM message ORDER BY at, id")


def replies(desk: Sending) -> int:
    return int(desk.rows("SELECT count(*) FROM event WHERE type = 'replied'")[0][0])


AS_IT_LEFT = pytest.param(lambda mime: b"Received: from x by y\r\n" + mime, id="as it left")
RENAMED = pytest.param(renamed, id="renamed and altered")


@pytest.mark.parametrize("copy", [AS_IT_LEFT, RENAMED])
@pytest.mark.parametrize("folder", ["INBOX", "Sent"])
def test_a_copy_that_comes_after_hours_settles_an_uncertain_mail(
    desk: Sending, stub: Stub, folder: str, copy: Callable[[bytes], bytes]
) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    desk.deliver(later=filing.LOOK_SECONDS + 1)
    assert desk.states() == ["uncertain"]
    desk.now += 7200
    desk.server.deliver(copy(desk.job().mime), folder)
    sync(desk)
    assert thread(desk) == []
    assert desk.deliver() == [1]
    assert (desk.states(), len(stub.taken), replies(desk)) == (["filed"], 1, 1)
    assert thread(desk) == [("outbound", "zoe")]
    assert len(desk.filed()) == 1
    sync(desk)
    assert len(thread(desk)) == 1


def test_a_copy_met_while_the_mail_leaves_settles_it_after_a_crash(desk: Sending, stub: Stub) -> None:
    """Another process syncs the Bcc between the dot and the death of the process that sent it."""
    desk.queue(1)
    assert outbox.claim(desk.store, desk.now)
    assert outbox.move(desk.store, 1, "sending", "dot", desk.now)
    desk.server.deliver(desk.job().mime)
    sync(desk)
    assert desk.states() == ["dot"]
    desk.deliver()
    assert (desk.states(), stub.taken, thread(desk)) == (["filed"], [], [("outbound", "zoe")])


def test_what_is_to_be_sent_again_is_not_when_its_copy_comes(desk: Sending, stub: Stub) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    resolve(desk.store, desk.settings, 1, False, desk.now)
    desk.server.deliver(desk.job().mime)
    sync(desk)
    desk.deliver()
    assert (desk.states(), copies(stub.taken), replies(desk)) == (["filed"], {"c1@customer.test": 1}, 1)


@pytest.mark.parametrize(("said", "state"), [("451 timeout", "queued"), ("554 no", "failed")])
def test_a_server_that_said_no_and_delivered_all_the_same(desk: Sending, stub: Stub, said: str, state: str) -> None:
    """Some say 451 when their answer comes too late for themselves: the retry would be the second mail."""
    stub.dots = [said]
    desk.queue(1)
    desk.deliver()
    assert desk.states() == [state]
    desk.server.deliver(desk.job().mime)
    sync(desk)
    desk.deliver(later=3600)
    assert (desk.states(), copies(stub.taken)) == (["filed"], {"c1@customer.test": 1})


def test_a_copy_that_comes_while_it_is_tried_again_stops_it_before_the_dot(desk: Sending, stub: Stub) -> None:
    stub.dots = ["451 timeout"]
    desk.queue(1)
    desk.deliver()
    assert outbox.claim(desk.store, desk.now + 3600)
    desk.server.deliver(desk.job().mime)
    sync(desk)
    assert not outbox.move(desk.store, 1, "sending", "dot", desk.now)
    desk.deliver()
    assert (desk.states(), len(stub.taken)) == (["filed"], 1)


@pytest.mark.parametrize("copy", [AS_IT_LEFT, RENAMED])
def test_the_copies_of_a_mail_that_was_filed_are_no_messages(desk: Sending, copy: Callable[[bytes], bytes]) -> None:
    desk.queue(1)
    desk.deliver()
    desk.server.deliver(copy(desk.job().mime))
    desk.server.deliver(copy(desk.job().mime), "Sent")
    sync(desk)
    assert thread(desk) == [("outbound", "zoe")]
    verdicts = [row[0] for row in desk.rows("SELECT verdict FROM ledger")]
    assert verdicts == ["delivery_copy"] * 3
    assert len(desk.rows("SELECT 1 FROM ticket")) == 1


ANSWER = (
    "From: c1@customer.test\r\nTo: desk@desk.test\r\nSubject: quite another subject\r\nMessage-ID: <a1@customer.test>\r\n"
    "Date: Sat, 21 Nov 2026 11:00:00 +0000\r\nIn-Reply-To: <%s>\r\n\r\nThat helped.\r\n"
)


@pytest.mark.parametrize("first", ["copy", "answer", "together"])
def test_an_answer_to_the_name_a_provider_gave_finds_its_ticket(desk: Sending, first: str) -> None:
    desk.queue(1)
    desk.deliver()
    answer, copy = (ANSWER % THEIRS).encode(), renamed(desk.job().mime)
    steps = {"copy": [(copy, "Sent"), (answer, "INBOX")], "answer": [(answer, "INBOX"), (copy, "Sent")]}
    for raw, folder in steps.get(first, [(answer, "INBOX"), (copy, "INBOX")]):
        desk.server.deliver(raw, folder)
        if first != "together":
            sync(desk)
    sync(desk)
    desk.deliver()
    assert together(desk)
    with ingesting(desk.store, desk.settings, None) as ingest:
        rebuild(desk.store, desk.settings, ingest.rules.policy)
    assert together(desk)


def test_an_answer_may_come_before_it_is_known_that_the_mail_left(desk: Sending, stub: Stub) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    desk.server.deliver(renamed(desk.job().mime))
    desk.server.deliver((ANSWER % THEIRS).encode())
    sync(desk)
    desk.deliver()
    assert desk.states() == ["filed"]
    assert together(desk)


def together(desk: Sending) -> bool:
    """Whether the mail and its answer are one thread."""
    cards = desk.rows(
        "SELECT count(*), count(DISTINCT ticket_id), sum(kind = 'outbound'), min(ticket.merged_into) FROM message"
        " JOIN ticket ON ticket.id = ticket_id"
    )
    return bool(cards == [(2, 1, 1, "")])


def test_a_colleagues_desk_marks_its_mails_too(desk: Sending) -> None:
    """A mark that this outbox never gave is a mail like any other: it is shown."""
    foreign = outmark.marked(
        b"From: desk@desk.test\r\nTo: c9@customer.test\r\nSubject: x\r\nMessage-ID: <f@x>\r\n\r\nfrom the other desk\r\n"
    )
    desk.server.deliver(foreign, "Sent")
    sync(desk)
    assert thread(desk) == [("outbound", "desk@desk.test")]


def test_a_stranger_who_copies_the_mark_is_read_as_any_stranger(desk: Sending, stub: Stub) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    forged = desk.job().mime.replace(b"From: Support <desk@desk.test>", b"From: eve@evil.test")
    desk.server.deliver(forged)
    sync(desk)
    desk.deliver(later=filing.LOOK_SECONDS + 1)
    assert thread(desk) == [("inbound", "eve@evil.test")]
    assert desk.states() == ["uncertain"]
