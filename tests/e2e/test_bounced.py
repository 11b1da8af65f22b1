"""A reply that comes back, from the sending to what the next reply is told (behaviour 4.3)."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tui_desk.config.schema import Account, Agent, Replies, Settings
from tui_desk.paths import Profile
from tui_desk.service import Desk
from tui_desk.transport.memory import MemoryServer

QUESTION = (
    b"From: Zoe Roux <zoe@shop.example>\nTo: support@desk.example\nSubject: Help\nMessage-ID: <q@shop.example>\n\nIt is broken."
)

NOTICE = """From: MAILER-DAEMON@mx.example
To: {sender}
Subject: failure notice
Message-ID: <b{count}@mx>

Hi. I wasn't able to deliver your message.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

X-Desk-Outbox: {mark}
Message-ID: <changed@relay.example>
Subject: x

body
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose mail all comes back in words, as qmail says it, with another Message-ID than it had."""
    server = MemoryServer()

    def comes_back(sender: str, recipients: list[str], raw: bytes) -> None:
        head = email.message_from_bytes(raw, policy=email.policy.default)
        count = len(server.folders["INBOX"].messages)
        server.deliver(NOTICE.format(sender=sender, to=recipients[0], mark=head["X-Desk-Outbox"], count=count).encode())

    server.on_sent(comes_back)
    account = Account(address="support@desk.example", imap="memory:", smtp="memory:")
    settings = Settings(language="en", account=account, agent=Agent(id="bob"), replies=Replies(undo_seconds=0))
    made = Desk(Profile("t", tmp_path, tmp_path), settings, open_mailbox=server.mailbox, open_sender=server.sender)
    server.deliver(QUESTION)
    made.mailbox.sync()
    yield made
    made.close()


def answer(desk: Desk) -> int:
    """Bob answers; returns the ticket."""
    ticket = desk.queue.ids("")[0]
    draft = desk.replies.fresh(desk.tickets.view(ticket).row.number, "reply")
    desk.replies.send(replace(draft, body="Try again."))
    desk.outbox.deliver()
    return ticket


def test_a_reply_that_comes_back_is_told_wherever_it_matters(desk: Desk) -> None:
    ticket = answer(desk)
    assert desk.tickets.view(ticket).row.status == "pending"
    desk.mailbox.sync()
    view = desk.tickets.view(ticket)
    assert view.row.status == "open"
    assert view.row.assignee == "bob"
    thread = desk.tickets.thread(ticket)
    assert [m.delivery for m in thread if m.kind == "outbound"] == ["bounced"]
    assert len(desk.queue.ids("")) == 1
    assert any("a mail to zoe@shop.example came back: no such mailbox" in line for line in desk.tickets.why(ticket))
    sentence = "Mail to zoe@shop.example came back: no such mailbox."
    assert desk.tickets.failing(["zoe@shop.example", "max@shop.example"]) == [sentence]
    asked = next(m for m in thread if m.kind == "inbound" and not m.automatic)
    assert sentence in desk.tickets.doubts(thread)[asked.id]
    draft = replace(desk.replies.fresh(view.row.number, "reply"), body="Once more.")
    concerns = {c.id: c for c in desk.replies.preflight(draft)}
    assert concerns["failing"].text == sentence
    assert not concerns["failing"].stops
    note = replace(desk.replies.fresh(view.row.number, "note"), body="zoe is gone")
    assert "failing" not in {c.id for c in desk.replies.preflight(note)}
