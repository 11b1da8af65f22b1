"""A provider that gives every mail another Message-ID (Outlook and SES do), played by Postfix: our X-Desk-Outbox and the copy
that our Bcc brings home keep mail, copies and answers together."""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest

from tests.support.post_office import PostOffice, post_office
from tests.support.smtp_line import smtp_line
from tests.sync.bulk_desk import make
from tui_desk import clock
from tui_desk.service.desk import Desk
from tui_desk.store.rows import MessageView
from tui_desk.transport import smtp

RENAME = "/^Message-ID: <desk[^>]*\\.([a-z2-7]{26})@/ REPLACE Message-ID: <0100018f-$1@email.provider.test>\n"
_ID = re.compile(rb"^Message-ID:\s*<(.+?)>", re.MULTILINE | re.IGNORECASE)


@pytest.fixture(scope="module")
def running() -> Iterator[PostOffice]:
    with post_office(RENAME) as office:
        yield office


@pytest.fixture
def office(running: PostOffice) -> PostOffice:
    running.empty()
    return running


def profile(home: Path, port: int, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A desk at the office with one question in it."""
    monkeypatch.setenv("TUI_DESK_HOME", str(home))
    box = office.account()
    return make(home, port, 1, proof=True, imap=box.imap, user=box.user, ca_file=box.ca_file, save_sent=True)


def reply(desk: Desk, number: str) -> int:
    """Answer by hand; the mail's id."""
    draft = desk.replies.fresh(number, "reply")
    return desk.replies.send(replace(draft, body="Try it once more, please."), undo_seconds=0).outbox


def answer(office: PostOffice, to_id: str) -> None:
    """The customer answers with nothing but In-Reply-To to tell by, a minute from now: that is when it counts as written."""
    now = time.time()
    clock.use(lambda: now + 120)
    with smtplib.SMTP("127.0.0.1", office.port) as line:
        line.sendmail(
            "c1@customer.test",
            ["desk@desk.test"],
            "From: c1@customer.test\r\nTo: desk@desk.test\r\nSubject: quite another matter\r\nMessage-ID: <a1@customer.test>\r\n"
            f"Date: {formatdate(now + 60)}\r\nIn-Reply-To: <{to_id}>\r\n\r\nIt works now.\r\n",
        )
    office.settle()


def at_the_customer(office: PostOffice) -> str:
    """The Message-ID under which the one mail came."""
    office.settle()
    [header] = office.headers("customer", "INBOX")
    assert b"\nbcc:" not in header.lower()
    found = _ID.search(header)
    assert found is not None
    assert found[1].startswith(b"0100018f-"), "the provider gave it another name"
    return found[1].decode()


def cards(desk: Desk, number: str) -> list[MessageView]:
    return desk.tickets.thread(desk.tickets.find(number))


def test_the_answer_to_the_providers_name_comes_into_the_ticket(
    office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [number] = profile(tmp_path, office.port, office, monkeypatch)
    with Desk.open() as desk:
        reply(desk, number)
        assert [mail.state for mail in desk.outbox.deliver(wait=True)] == ["filed"]
        theirs = at_the_customer(office)
        desk.mailbox.sync()
        assert [(card.kind, card.author) for card in cards(desk, number)] == [
            ("inbound", "c1@customer.test"),
            ("outbound", "zoe"),
        ]
        answer(office, theirs)
        desk.mailbox.sync()
        assert [card.kind for card in cards(desk, number)] == ["inbound", "outbound", "inbound"]
        assert len(list(desk.queue.ids(""))) == 1
        assert office.customers("desk", "Sent") == {"c1@customer.test": 1}
        desk.admin.rebuild()
        assert [card.kind for card in cards(desk, number)] == ["inbound", "outbound", "inbound"]


@pytest.mark.parametrize("late", [False, True], ids=["at once", "by a later sync"])
def test_a_lost_answer_is_settled_by_the_copy_under_its_other_name(
    office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: bool
) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 2.0)
    faults = ["250 lost"]
    with smtp_line(office.port, lambda _to: "250 lost" if faults and faults.pop() else "") as line:
        [number] = profile(tmp_path, line.port, office, monkeypatch)
        with Desk.open() as desk:
            mail = reply(desk, number)
            if late:
                monkeypatch.setattr("tui_desk.sync.filing.LOOK_SECONDS", -1)
                monkeypatch.setattr("tui_desk.service.outbox.LOOK_SECONDS", -1)
            desk.outbox.deliver(wait=True)
            theirs = at_the_customer(office)
            state = {shown.id: shown.state for shown in desk.outbox.list()}
            assert state[mail] == "uncertain" or not late
            desk.mailbox.sync()
            assert {shown.id: shown.state for shown in desk.outbox.list()} == {mail: "filed"}
            answer(office, theirs)
            desk.mailbox.sync()
            assert [card.kind for card in cards(desk, number)] == ["inbound", "outbound", "inbound"]
            assert office.customers("customer", "INBOX") == office.customers("desk", "Sent") == {"c1@customer.test": 1}
