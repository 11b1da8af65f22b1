"""Write-back on every kind of server that can be had: what other clients see follows the tickets, and can be taken off again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.backends import KINDS, Backend, real
from tests.support.servers import MailServers
from tests.sync.desk import message
from tests.sync.marking import EVERYTHING, Marking, shown
from tui_desk.config.schema import WriteBack
from tui_desk.store import wishes
from tui_desk.transport.base import Refused

AT = 1_700_000_000


@pytest.fixture(params=KINDS)
def backend(request: pytest.FixtureRequest, mail_servers: MailServers) -> Iterator[Backend]:
    kind, _, mode = request.param.partition("/")
    yield from real(mail_servers(kind), mode)


@pytest.fixture
def desk(tmp_path: Path, backend: Backend) -> Iterator[Marking]:
    """A desk on a mailbox of five mails."""
    settings = replace(EVERYTHING, folders=(f"solved={backend.folder('Desk/Solved')}",), junk_folder=backend.folder("Rubbish"))
    with closing(backend.session()) as colleague:
        colleague.connect()
        with suppress(Refused):
            colleague.create(backend.folder("Desk"))  # some servers want the parent first
        for n in range(1, 6):
            colleague.append("INBOX", message(n), ("\\Flagged",) if n == 5 else (), AT + n)
    made = Marking(tmp_path, backend.account, settings)
    yield made
    made.close()


def see(backend: Backend, folder: str = "INBOX") -> dict[int, set[str]]:
    """The flags of each mail in a folder, by its number; what is \\Deleted is not seen."""
    return {n: set(flags) for n, flags in shown(backend.session(), folder).values() if "\\Deleted" not in flags}


def test_the_mailbox_follows_the_tickets_and_is_left_as_it_was(desk: Marking, backend: Backend) -> None:
    def kept(*flags: str) -> set[str]:
        return {flag for flag in flags if backend.keywords or flag.startswith("\\")}

    solved, junk = backend.folder("Desk/Solved"), backend.folder("Rubbish")
    desk.sync(backend.session())
    before = see(backend)
    assert before == {1: set(), 2: set(), 3: set(), 4: set(), 5: {"\\Flagged"}}
    for n, status in ((1, "solved"), (2, "pending"), (3, "spam")):
        desk.status(n, status)
    desk.act(5, "note", text="seen")
    desk.sync(backend.session())
    assert desk.waiting() == 0, desk.rows()
    assert see(backend) == {2: kept("\\Seen", "desk-waiting"), 4: set(), 5: {"\\Flagged", "\\Seen"}}
    assert see(backend, solved) == {1: kept("\\Seen", "desk-solved")}
    assert see(backend, junk) == {3: kept("\\Seen", "$Junk")}
    desk.status(1, "open")
    desk.status(3, "open")
    desk.sync(backend.session())
    assert see(backend)[1] == kept("\\Seen", "desk-open")
    assert see(backend)[3] == kept("\\Seen", "desk-open", "$NotJunk")
    desk.status(4, "solved")
    for _ in range(2):
        desk.sync(backend.session())
    assert all(audit.clean for audit in desk.audit(backend.session())), desk.audit(backend.session())
    desk.write_back(WriteBack())
    wishes.undo(desk.place.store, desk.place.settings.account.address)
    desk.sync(backend.session())
    assert see(backend) == before
    assert see(backend, solved) == see(backend, junk) == {}
    assert desk.rows() == {}
    desk.sync(backend.session())
    assert desk.place.mails() == desk.place.rows("SELECT count(*) FROM ticket")[0][0] == 5, "nothing came twice"


def test_a_colleague_who_does_the_same_at_once(desk: Marking, backend: Backend) -> None:
    desk.sync(backend.session())
    for n, status in ((1, "open"), (2, "solved"), (3, "solved"), (4, "solved")):
        desk.status(n, status)
    backend.set_flags(1, ("\\Seen", "\\Flagged"))
    backend.expunge([2])
    for _ in range(2):
        desk.sync(backend.session())
    assert desk.waiting() == 0, desk.rows()
    assert see(backend)[1] >= {"\\Seen", "\\Flagged"}
    assert set(see(backend)) == {1, 5}
    assert set(see(backend, backend.folder("Desk/Solved"))) == {3, 4}
    backend.renumber()
    desk.status(5, "open")
    desk.status(3, "open")
    for _ in range(2):
        desk.sync(backend.session())
    assert "\\Seen" in see(backend)[5]
    assert set(see(backend)) == {1, 3, 5}
    assert desk.waiting() == 0, desk.rows()
    assert all(audit.clean for audit in desk.audit(backend.session()))
