"""SmtpSender against the mail server that most others are: Postfix."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.postfix import postfix
from tests.support.smtp import RealSmtp, real_smtp, until
from tui_desk.config.schema import Account, Settings
from tui_desk.errors import RefusedError
from tui_desk.transport.smtp import SmtpSender

RAW = b"From: desk@desk.test\r\nTo: zoe@customer.test\r\nSubject: x\r\nMessage-ID: <%d@desk.test>\r\n\r\n%b"


@pytest.fixture(scope="module")
def customer() -> Iterator[RealSmtp]:
    with real_smtp() as server:
        yield server


@pytest.fixture(scope="module")
def port(customer: RealSmtp) -> Iterator[int]:
    with postfix(customer.port, size_limit=200_000) as running:
        yield running.port


@pytest.fixture
def sender(port: int, customer: RealSmtp) -> Iterator[SmtpSender]:
    customer.taken.clear()
    opened = SmtpSender(
        Settings(account=Account(address="desk@desk.test", smtp=f"smtp://127.0.0.1:{port}")), "no password is asked"
    )
    yield opened
    opened.close()


def send(sender: SmtpSender, raw: bytes) -> str:
    return sender.send("desk@desk.test", ["zoe@customer.test"], raw, lambda: None)


def test_a_mail_comes_through_as_it_was_written(sender: SmtpSender, customer: RealSmtp) -> None:
    body = "Bonjour Zoé,\r\n.\r\n..dots\r\n日本\r\n".encode()
    assert "queued as" in send(sender, RAW % (1, body))
    assert until(lambda: len(customer.taken) == 1)
    assert customer.taken[0].raw.partition(b"\r\n\r\n")[2] == body


def test_bare_line_ends_smuggle_nothing(sender: SmtpSender, customer: RealSmtp) -> None:
    """Postfix refuses bare newlines; ours never sends one."""
    assert "queued as" in send(sender, RAW % (2, b"one\n.\nMAIL FROM:<evil@x.test>\nRCPT TO:<zoe@x.test>\nDATA\n\ntwo\r.\r\n"))
    assert until(lambda: len(customer.taken) == 1)
    assert customer.taken[0].recipients == ("zoe@customer.test",)
    assert b"MAIL FROM:<evil@x.test>" in customer.taken[0].raw


def test_what_is_too_large_is_refused_before_it_is_sent_and_the_session_goes_on(sender: SmtpSender, customer: RealSmtp) -> None:
    with pytest.raises(RefusedError, match="too large"):
        send(sender, RAW % (3, b"x" * 300_000))
    assert "queued as" in send(sender, RAW % (4, b"small\r\n"))


def test_a_hundred_mails_in_one_session(sender: SmtpSender, customer: RealSmtp) -> None:
    for n in range(100, 200):
        send(sender, RAW % (n, b"Hello\r\n"))
    assert until(lambda: len(numbers(customer)) >= 100, 60)
    assert sorted(numbers(customer)) == list(range(100, 200))


def numbers(customer: RealSmtp) -> list[int]:
    """Which mails of the hundred have come."""
    found = [int(t.raw.partition(b"Message-ID: <")[2].partition(b"@")[0]) for t in list(customer.taken)]
    return [n for n in found if n >= 100]
