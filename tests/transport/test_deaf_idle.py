"""Servers whose IDLE says nothing: they are asked more often, as long as it is so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.support.servers import MailServers
from tui_desk.transport.imap import DEAF_SECONDS, ImapMailbox

RAW = b"From: a@example.org\r\nSubject: one\r\nMessage-ID: <%d@example.org>\r\n\r\nText.\r\n"
POLL = 10.0


class Hasty(ImapMailbox):
    """Notes how long it would idle, and idles no longer than until the server has spoken, or not at all."""

    def __init__(self, *words: object, **named: object) -> None:
        super().__init__(*words, **named)  # type: ignore[arg-type]
        self.idled: list[float] = []
        self.hears = False

    def _idle(self, seconds: float, stop: Callable[[], bool]) -> bool:
        self.idled.append(seconds)
        return super()._idle(60 if self.hears else 0, stop)


@pytest.fixture(params=["as-icloud", "as-modern"])
def watching(request: pytest.FixtureRequest, mail_servers: MailServers) -> Iterator[tuple[Hasty, ImapMailbox]]:
    server = mail_servers(request.param)
    server.empty()
    with closing(Hasty(server.account(), "pw", poll_seconds=POLL)) as here, closing(ImapMailbox(server.account(), "pw")) as other:
        here.connect()
        here.examine("INBOX")
        other.connect()
        yield here, other


def told(watching: tuple[Hasty, ImapMailbox], n: int) -> float:
    """How long it would have idled first, with a mail waiting."""
    here, other = watching
    here.idled.clear()
    other.append("INBOX", RAW % n)
    assert here.wait(60, lambda: False)
    return here.idled[0]


def test_it_is_asked_more_often_once_its_idle_said_nothing(watching: tuple[Hasty, ImapMailbox]) -> None:
    assert told(watching, 1) == POLL
    assert told(watching, 2) == DEAF_SECONDS
    assert told(watching, 3) == DEAF_SECONDS


def test_nothing_new_teaches_nothing(watching: tuple[Hasty, ImapMailbox]) -> None:
    here, _other = watching
    assert not here.wait(0.3, lambda: False)
    assert told(watching, 1) == POLL


def test_an_idle_that_speaks_is_believed_again(mail_servers: MailServers) -> None:
    server = mail_servers("as-modern")
    server.empty()
    with closing(Hasty(server.account(), "pw", poll_seconds=POLL)) as here, closing(ImapMailbox(server.account(), "pw")) as other:
        here.connect()
        here.examine("INBOX")
        other.connect()
        assert told((here, other), 1) == POLL
        assert told((here, other), 2) == DEAF_SECONDS
        here.hears = True
        asked: list[int] = []

        def deliver() -> bool:
            if here.idled and not asked:  # it idles
                asked.append(3)
                other.append("INBOX", RAW % 3)
            return False

        here.idled.clear()
        assert here.wait(60, deliver)
        here.hears = False
        assert told((here, other), 4) == POLL
