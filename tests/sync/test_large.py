"""Large mail on demand: what stays on the server, what comes when it is asked for, and what is told where it cannot come."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.large import PNG, blob, large
from tests.support.proxy import Fault, FaultProxy
from tui_desk.config.schema import Account, Settings
from tui_desk.config.schema import Sync as SyncSettings
from tui_desk.errors import DiskFullError, Interrupted, NetworkError, NotFoundError, RefusedError
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.ingest import Ingest
from tui_desk.store.rows import MessageView
from tui_desk.sync.types import Progress
from tui_desk.transport.base import Mailbox
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.memory import MemoryServer

SIZE = 3_000_000


@dataclass
class World:
    """A desk, its mailbox, and what other mail clients do there."""

    desk: Desk
    session: Callable[[], Mailbox]
    server: MemoryServer | None = None

    def put(self, *raws: bytes, folder: str = "INBOX") -> None:
        with closing(self.session()) as mailbox:
            mailbox.connect()
            for raw in raws:
                mailbox.append(folder, raw, at=1_700_000_000)

    def sync(self) -> list[MessageView]:
        """Fetch; every message of every ticket, oldest first."""
        self.desk.mailbox.sync()
        return self.messages()

    def messages(self) -> list[MessageView]:
        found = [m for i in self.desk.queue.ids("view:all") for m in self.desk.tickets.thread(i)]
        return sorted(found, key=lambda m: m.id)

    def export(self, folder: Path) -> bytes:
        self.desk.admin.export(folder / "out.jsonl", "jsonl")
        return (folder / "out.jsonl").read_bytes()


def desk_on(folder: Path, account: Account, session: Callable[[], Mailbox], cap: int = 1) -> Desk:
    settings = Settings(account=account, sync=SyncSettings(size_cap_mb=cap))
    return Desk(Profile("large", folder, folder), settings, open_mailbox=session)


@pytest.fixture(params=["memory", "dovecot"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    server = None
    if request.param == "memory":
        server = MemoryServer()
        account = Account(address="desk@desk.test", imap="memory:")
    else:
        account = request.getfixturevalue("dovecot").account()

    def session() -> Mailbox:
        return server.mailbox() if server is not None else ImapMailbox(account, "pw")

    with desk_on(tmp_path / "desk", account, session) as desk:
        yield World(desk, session, server)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[World]:
    server = MemoryServer()
    account = Account(address="desk@desk.test", imap="memory:")
    with desk_on(tmp_path / "desk", account, server.mailbox) as desk:
        yield World(desk, server.mailbox, server)


def save(world: World, message: MessageView, folder: Path, ordinal: int = 0, **more: object) -> Path:
    return world.desk.tickets.attachment(message.id, ordinal, folder, **more)  # type: ignore[arg-type]


class TestSync:
    def test_the_text_behind_a_large_attachment_is_here_and_the_attachment_is_not(self, world: World, tmp_path: Path) -> None:
        world.put(large(SIZE))
        [message] = world.sync()
        assert message.text.split() == ["Bonjour,", "le", "journal", "est", "joint.", "Merci,", "Zoé"]
        assert "truncated" in message.flags
        assert [(a.name, a.size, a.on_server) for a in message.attachments] == [
            ("journal.bin", SIZE, True),
            ("logo.png", len(PNG), False),
        ]
        assert (world.desk.profile.store).stat().st_size < 1_000_000
        assert save(world, message, tmp_path / "out", 1).read_bytes() == PNG
        assert save(world, message, tmp_path / "out", 0).read_bytes() == blob(SIZE)

    def test_its_words_are_found(self, world: World) -> None:
        world.put(large(SIZE))
        world.sync()
        assert [hit.snippet for hit in world.desk.queue.search("journal")]

    def test_the_same_message_delivered_twice_is_one(self, world: World) -> None:
        raw = large(SIZE)
        world.put(raw, b"Received: by another.example.org; Thu, 19 Nov 2026 10:00:01 +0000\r\n" + raw)
        assert len(world.sync()) == 1
        assert world.desk.mailbox.audit()[0].clean

    def test_another_file_of_the_same_name_is_another_message(self, world: World) -> None:
        world.put(large(SIZE), large(SIZE + 100))
        assert ["msgid_reused" in message.flags for message in world.sync()].count(True) == 1

    def test_a_rebuild_changes_nothing(self, world: World, tmp_path: Path) -> None:
        world.put(large(SIZE, 1), large(SIZE, 2))
        world.sync()
        before = world.export(tmp_path)
        world.desk.admin.rebuild()
        assert world.export(tmp_path) == before
        save(world, world.messages()[0], tmp_path / "out")
        world.desk.admin.rebuild()
        assert world.export(tmp_path) == before

    def test_the_doctor_misses_nothing(self, world: World) -> None:
        world.put(large(SIZE))
        world.sync()
        assert [f.what for f in world.desk.admin.doctor(online=False) if f.level == "error"] == []

    def test_skeletons_come_in_batches_of_their_own(self, memory: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """One among hundreds must not keep the clerk from reading them."""
        small = b"From: a@example.org\r\nMessage-ID: <small%d@example.org>\r\n\r\n%d\r\n"
        memory.put(small % (1, 1), large(SIZE, 1), small % (2, 2), large(SIZE, 2), small % (3, 3))
        seen: list[list[bool]] = []
        take = Ingest.take

        def watched(self: Ingest, batches: Iterable[Sequence[Arrival]]) -> Generator[list[Verdict]]:
            def each() -> Iterator[Sequence[Arrival]]:
                for batch in batches:
                    seen.append([arrival.truncated for arrival in batch])
                    yield batch

            return take(self, each())

        monkeypatch.setattr(Ingest, "take", watched)
        assert len(memory.sync()) == 5
        assert sorted(flag for batch in seen for flag in batch) == [False] * 3 + [True] * 2
        assert all(len(set(batch)) == 1 for batch in seen)

    def test_a_stranger_cannot_pretend(self, memory: World, tmp_path: Path) -> None:
        forged = large(2000).replace(b"Content-Disposition", b"X-Desk-On-Server: section=2; octets=9\r\nContent-Disposition")
        memory.put(
            forged,
            large(SIZE, 2).replace(b"Content-Disposition", b"x-desk-on-SERVER: section=9; octets=9\r\nContent-Disposition"),
        )
        small, big = memory.sync()
        assert [(a.name, a.on_server) for a in small.attachments] == [("journal.bin", False), ("logo.png", False)]
        assert [(a.name, a.on_server) for a in big.attachments] == [("journal.bin", True), ("logo.png", False)]
        assert save(memory, big, tmp_path).read_bytes() == blob(SIZE)

    def test_a_forward_takes_what_is_here(self, memory: World) -> None:
        memory.put(large(SIZE))
        memory.sync()
        [row] = memory.desk.queue.page("view:all")
        draft = memory.desk.replies.fresh(row.number, "forward")
        assert [file.name for file in draft.files] == ["logo.png"]
        assert "on_server" in [concern.id for concern in memory.desk.replies.preflight(draft)]

    def test_after_a_new_uidvalidity_nothing_is_fetched_again(self, memory: World) -> None:
        memory.put(large(SIZE))
        memory.sync()
        assert memory.server is not None
        memory.server.renumber()
        assert memory.desk.mailbox.sync().bytes == 0
        assert len(memory.messages()) == 1


class TestSaving:
    def test_names_are_safe_and_nothing_is_written_over(self, memory: World, tmp_path: Path) -> None:
        memory.put(large(SIZE, name="../../évil.bin"), large(SIZE + 3, 2, name="../../évil.bin", seed=2))
        first, second = memory.sync()
        there = tmp_path / "out"
        paths = [save(memory, first, there), save(memory, second, there), save(memory, first, there)]
        assert [path.name for path in paths] == ["évil.bin", "évil-2.bin", "évil-3.bin"]
        assert [path.read_bytes() for path in paths] == [blob(SIZE), blob(SIZE + 3, 2), blob(SIZE)]
        assert sorted(path.name for path in there.iterdir()) == sorted(path.name for path in paths)

    def test_progress_is_told(self, world: World, tmp_path: Path) -> None:
        world.put(large(SIZE))
        told: list[Progress] = []
        save(world, world.sync()[0], tmp_path, on_progress=told.append)
        assert (told[0].done, told[0].what) == (0, "journal.bin")
        assert told[-1].done == told[-1].total == SIZE
        assert len(told) > 5

    def test_it_can_be_stopped_and_leaves_nothing(self, world: World, tmp_path: Path) -> None:
        world.put(large(SIZE))
        told: list[Progress] = []
        [message] = world.sync()
        with pytest.raises(Interrupted):
            save(world, message, tmp_path / "out", on_progress=told.append, stop=lambda: len(told) > 2)
        assert list((tmp_path / "out").iterdir()) == []
        assert save(world, message, tmp_path / "out").read_bytes() == blob(SIZE)

    def test_offline_says_where_the_file_is(self, memory: World, tmp_path: Path) -> None:
        memory.put(large(SIZE))
        [message] = memory.sync()

        def offline() -> Mailbox:
            return ImapMailbox(Account(address="desk@desk.test", imap="imap://localhost:1"), "pw")

        memory.desk.connect_to(offline, memory.desk.open_sender)
        with pytest.raises(NetworkError) as caught:
            save(memory, message, tmp_path / "out")
        assert "journal.bin" in caught.value.hint
        assert not list((tmp_path / "out").glob("*"))

    @pytest.mark.parametrize("fault", [Fault(cut_after=1_500_000), Fault(inject_at=1_500_000)], ids=["cut", "foreign bytes"])
    def test_a_line_that_breaks_is_taken_up_where_it_broke(self, dovecot: Dovecot, tmp_path: Path, fault: Fault) -> None:
        size = 6_000_000
        account = dovecot.account()
        with FaultProxy(dovecot.port, lambda _n: fault) as proxy:

            def faulty() -> Mailbox:
                return ImapMailbox(replace(account, imap=f"imap://localhost:{proxy.port}"), "pw")

            def session() -> Mailbox:
                return ImapMailbox(account, "pw")

            with desk_on(tmp_path / "desk", account, session) as desk:
                world = World(desk, session)
                world.put(large(size))
                [message] = world.sync()
                desk.connect_to(faulty, desk.open_sender)
                told: list[Progress] = []
                assert save(world, message, tmp_path, on_progress=told.append).read_bytes() == blob(size)
                assert proxy.connections > 3
                assert [p.done for p in told] == sorted(p.done for p in told)

    def test_a_moved_message_is_found_again(self, world: World, tmp_path: Path) -> None:
        raw = large(SIZE)
        world.put(raw)
        [message] = world.sync()
        self._expunge(world)
        world.put(b"From: a@example.org\r\nMessage-ID: <other@example.org>\r\n\r\nx\r\n")
        world.put(raw, folder="Sent")
        assert save(world, message, tmp_path).read_bytes() == blob(SIZE)

    def test_under_another_uidvalidity_it_is_found_again(self, memory: World, tmp_path: Path) -> None:
        memory.put(b"From: a@example.org\r\nMessage-ID: <first@example.org>\r\n\r\nx\r\n", large(SIZE))
        message = memory.sync()[-1]
        assert memory.server is not None
        memory.server.expunge([1])
        memory.server.renumber()
        memory.put(large(SIZE + 50, 7, seed=7))
        assert save(memory, message, tmp_path).read_bytes() == blob(SIZE)
        memory.desk.mailbox.sync()
        assert len(memory.messages()) == 3
        assert save(memory, message, tmp_path).read_bytes() == blob(SIZE)

    def test_a_stranger_under_its_message_id_is_not_taken_for_it(self, memory: World, tmp_path: Path) -> None:
        memory.put(large(SIZE))
        [message] = memory.sync()
        self._expunge(memory)
        memory.put(large(SIZE, name="malware.bin", seed=9))
        with pytest.raises(NotFoundError):
            save(memory, message, tmp_path)

    def test_what_is_gone_is_told(self, world: World, tmp_path: Path) -> None:
        world.put(large(SIZE))
        [message] = world.sync()
        self._expunge(world)
        with pytest.raises(NotFoundError) as caught:
            save(world, message, tmp_path / "out")
        assert "journal.bin" in caught.value.message
        assert caught.value.hint
        assert not list((tmp_path / "out").glob("*"))

    def test_a_folder_that_cannot_be_written_is_told(self, memory: World, tmp_path: Path) -> None:
        memory.put(large(SIZE))
        [message] = memory.sync()
        (tmp_path / "file").write_text("")
        with pytest.raises(RefusedError):
            save(memory, message, tmp_path / "file")

    def test_a_full_disk_is_told(self, memory: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        memory.put(large(SIZE))
        [message] = memory.sync()

        def full(_file: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(DiskFullError):
            save(memory, message, tmp_path / "out")
        assert list((tmp_path / "out").iterdir()) == []

    @staticmethod
    def _expunge(world: World) -> None:
        """Another client deletes all of the inbox."""
        if world.server is not None:
            world.server.expunge(list(world.server.folders["INBOX"].messages))
            return
        import imapclient

        account = world.desk.settings.account
        with imapclient.IMAPClient("localhost", int(account.imap.rpartition(":")[2]), ssl=False) as client:
            client.login("desk", "pw")
            client.select_folder("INBOX")
            client.delete_messages(client.search())
            client.expunge()
