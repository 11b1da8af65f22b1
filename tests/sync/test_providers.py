"""Servers that throttle, forget, renumber and hang up, each in its provider's way: the books equal them in the end."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.backends import Backend, real
from tests.support.scripted.behaviour import PRESETS
from tests.support.scripted.server import Scripted, running
from tests.sync.desk import Place, message
from tui_desk.errors import AuthError, NetworkError, PauseError, ProtocolError
from tui_desk.sync.engine import Engine
from tui_desk.transport.base import Refused
from tui_desk.transport.imap import ImapMailbox

AT = 1_700_000_000


@pytest.fixture(params=PRESETS)
def server(request: pytest.FixtureRequest) -> Iterator[Scripted]:
    yield from running(request.param)


@pytest.fixture
def backend(server: Scripted) -> Iterator[Backend]:
    yield from real(server, "natural")


@pytest.fixture
def place(tmp_path: Path, backend: Backend) -> Iterator[Place]:
    made = Place(tmp_path, backend.account, window=40, real=True)
    yield made
    made.close()


def deliver(server: Scripted, numbers: range, folder: str = "INBOX") -> None:
    account = server.accounts["desk"]
    with account.lock:
        for n in numbers:
            account.folders[folder].add(message(n), ("\\Seen",) if n % 3 == 0 else (), AT + n)
        account.lock.notify_all()


def until_done(engine: Engine) -> int:
    """Passes until one is complete; how many were broken off."""
    for broken in range(40):
        try:
            engine.run()
        except AuthError:
            raise
        except (NetworkError, ProtocolError):
            continue
        return broken
    raise AssertionError("it never comes to an end")


def test_whatever_it_does_the_books_equal_it(server: Scripted, backend: Backend, place: Place) -> None:
    chance = random.Random(server.does.name)
    folders = server.accounts["desk"].folders
    given = 160
    deliver(server, range(given))
    deliver(server, range(1000, 1004), backend.sent)
    server.troubled = True
    with closing(place.engine(ImapMailbox(backend.account, "pw"))) as engine:
        for turn in range(12):
            until_done(engine)
            match turn % 4:
                case 0:
                    deliver(server, range(given, given + 7))
                    given += 7
                case 1:
                    server.reassign(share=0.1, seed=turn)
                case 2:
                    server.renumber()
                case _:
                    with server.accounts["desk"].lock:
                        for uid in chance.sample(sorted(folders["INBOX"].messages), 9):
                            folders["INBOX"].remove(uid)
        until_done(engine)
        server.troubled = False
        engine.run()
        engine.run()
        for folder in ("INBOX", backend.sent):
            assert place.ledger(folder) == backend.truth(folder)
        assert all(audit.clean for audit in engine.audit())
    assert sum(server.met.values()) > 2 * len(server.does.troubles)
    assert place.mails() == given + 4
    assert place.rows("SELECT count(*), count(DISTINCT mail_id) FROM message") == [(given + 4, given + 4)]
    assert place.rows("SELECT count(*) FROM ticket") == [(given + 4,)]


def test_a_delivery_is_noticed_whatever_its_idle_says(server: Scripted, backend: Backend, place: Place) -> None:
    with closing(place.engine(ImapMailbox(backend.account, "pw", poll_seconds=0.3))) as engine:
        for n in range(3):
            engine.run()
            engine.rest()
            deliver(server, range(n, n + 1))
            began = time.monotonic()
            assert engine.wait(20, lambda: False)
            assert time.monotonic() - began < 10
        assert engine.run().new == 1
    assert place.mails() == 3


def test_one_that_the_server_cannot_read_keeps_no_other_back(server: Scripted, backend: Backend, place: Place) -> None:
    deliver(server, range(90))
    server.poisoned |= {7, 50, 51}
    with closing(place.engine(ImapMailbox(backend.account, "pw"))) as engine:
        engine.run()
        assert place.mails() == 87
        deliver(server, range(90, 95))
        engine.run()
        assert place.mails() == 92
        assert [audit.gaps for audit in engine.audit()] == [(7, 50, 51), ()], "it is told of"
        server.poisoned.clear()
        engine.run()
        assert place.mails() == 95
        assert all(audit.clean for audit in engine.audit())


def test_where_nothing_can_be_read_nothing_is_taken_as_read(server: Scripted, backend: Backend, place: Place) -> None:
    deliver(server, range(60))
    server.poisoned |= set(range(1, 61))
    with closing(place.engine(ImapMailbox(backend.account, "pw"))) as engine:
        with pytest.raises(Refused):
            engine.run()
        server.poisoned.clear()
        engine.run()
        assert place.mails() == 60


def test_how_long_a_server_wants_to_be_left_alone_is_told() -> None:
    for server in running("exchange"):
        server.does = replace(server.does, troubles=(replace(server.does.troubles[0], every=1),))
        deliver(server, range(3))
        server.troubled = True
        with closing(ImapMailbox(server.account(), "pw")) as mailbox:
            mailbox.connect()
            mailbox.examine("INBOX")
            with pytest.raises(PauseError) as caught:
                list(mailbox.fetch([1, 2, 3]))
        assert caught.value.seconds == 0.9
