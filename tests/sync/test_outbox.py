"""The outbox: every way of a mail from queued to filed, against a real SMTP server, with its copies counted at the customer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.loopback import free_port
from tests.support.smtp import Stub, real_smtp
from tests.sync.sending import Sending, copies
from tui_desk.errors import AuthError, BusyError, DiskFullError, NetworkError, NotFoundError, RefusedError
from tui_desk.store import outbox, outmark
from tui_desk.store.connect import Connection
from tui_desk.store.ingest import Ingest
from tui_desk.sync import filing
from tui_desk.sync.outbox import deliver_due, resolve
from tui_desk.transport.base import FolderInfo, Mailbox
from tui_desk.transport.memory import MemoryMailbox, MemoryServer


def test_a_mail_leaves_is_a_fact_of_its_ticket_and_lies_in_sent(desk: Sending, stub: Stub) -> None:
    desk.queue(1)
    assert desk.deliver() == [1]
    assert desk.states() == ["filed"]
    assert copies(stub.taken) == {"c1@customer.test": 1}
    assert desk.filed() == [stub.taken[0].raw] == [desk.job().mime]
    assert desk.rows("SELECT kind, author, message_id FROM message") == [("outbound", "zoe", "out1@desk.test")]
    [(agent, data)] = desk.rows("SELECT agent, data FROM event WHERE type = 'replied'")
    assert agent == "zoe"
    assert '"macro":"hello"' in data
    assert '"to":["c1@customer.test"]' in data
    assert desk.deliver(later=3600) == []
    assert len(stub.taken) == len(desk.filed()) == 1


def test_the_undo_window_is_kept(desk: Sending, stub: Stub) -> None:
    desk.queue(1, delay=15)
    assert desk.deliver(later=14) == []
    assert desk.deliver(later=1) == [1]
    assert len(stub.taken) == 1


def test_what_was_taken_back_does_not_leave(desk: Sending, stub: Stub) -> None:
    outbox_id = desk.queue(1, delay=15, key="k")
    assert outbox.cancel(desk.store, outbox_id, desk.now) == {"macros": ["hello"]}
    assert outbox.cancel(desk.store, outbox_id, desk.now) is None
    desk.deliver(later=3600)
    assert (desk.states(), stub.taken) == (["cancelled"], [])
    assert desk.queue(2, key="k") != outbox_id


def test_what_has_left_cannot_be_taken_back(desk: Sending) -> None:
    outbox_id = desk.queue(1)
    assert outbox.claim(desk.store, desk.now) is not None
    assert outbox.cancel(desk.store, outbox_id, desk.now) is None


def test_what_the_server_refused_can_be_taken_back(desk: Sending, stub: Stub) -> None:
    stub.rcpt = "550 5.1.1 no such user"
    outbox_id = desk.queue(1)
    desk.deliver()
    assert desk.states() == ["failed"]
    assert outbox.cancel(desk.store, outbox_id, desk.now) == {"macros": ["hello"]}
    stub.rcpt = "250 ok"
    desk.deliver(later=3600)
    assert (desk.states(), stub.taken) == (["cancelled"], [])


def test_one_idempotency_key_is_one_mail(desk: Sending, stub: Stub) -> None:
    done: list[int] = []
    first = desk.queue(1, key="run:1")
    again = outbox.enqueue(
        desk.store,
        message_id="other@desk.test",
        ticket="",
        agent="zoe",
        sender="desk@desk.test",
        recipients=["c1@customer.test"],
        mime=b"Subject: x\r\n\r\nx",
        now=desk.now,
        not_before=desk.now,
        idempotency_key="run:1",
        also=lambda _con: done.append(1),
    )
    assert (again, done) == (first, [])
    assert outbox.known(desk.store, ["run:1", "run:2"]) == {"run:1": outbox.Known(first, "queued", desk.now, "")}
    desk.deliver()
    assert len(stub.taken) == 1


def test_many_mails_leave_in_order_through_one_session(desk: Sending, stub: Stub) -> None:
    for n in range(1, 21):
        desk.queue(n)
    assert desk.deliver() == list(range(1, 21))
    assert [t.recipients[0] for t in stub.taken] == [f"c{n}@customer.test" for n in range(1, 21)]
    assert (stub.sessions, desk.opened, len(desk.filed())) == (1, 1, 20)


def test_later_is_tried_again_with_longer_pauses(desk: Sending, stub: Stub) -> None:
    stub.rcpt = "450 4.2.0 greylisted"
    desk.queue(1)
    pauses = []
    for _ in range(8):
        desk.deliver(later=max(desk.job().not_before - desk.now, 0))
        pauses.append(desk.job().not_before - desk.now)
        assert desk.states() == ["queued"]
        assert "greylisted" in desk.job().error
    steps = [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert all(step <= pause <= step * 5 // 4 for step, pause in zip(steps, pauses, strict=True))
    assert pauses != steps
    assert desk.deliver(later=1) == []
    stub.rcpt = "250 ok"
    desk.deliver(later=4500)
    assert (desk.states(), copies(stub.taken)) == (["filed"], {"c1@customer.test": 1})


def test_what_a_server_put_off_together_does_not_come_back_together(desk: Sending, stub: Stub) -> None:
    stub.rcpt = "450 4.2.0 too many from you"
    for n in range(1, 31):
        desk.queue(n)
    desk.deliver()
    assert len({desk.job(n).not_before for n in range(1, 31)}) > 5


def test_later_for_two_days_is_never(desk: Sending, stub: Stub) -> None:
    stub.dot, stub.takes = "452 4.2.2 mailbox full", False
    desk.queue(1)
    for _ in range(60):
        desk.deliver(later=4500)
    assert desk.states() == ["failed"]
    assert "mailbox full" in desk.job().error
    assert desk.job().attempts >= 10


def test_no_is_told_with_the_servers_words_and_stops_no_other(desk: Sending, stub: Stub) -> None:
    stub.dots, stub.takes = ["554 5.7.1 looks like spam"], False
    desk.queue(1)
    desk.deliver()
    stub.takes = True
    desk.queue(2)
    desk.deliver()
    assert desk.states() == ["failed", "filed"]
    assert "554 5.7.1 looks like spam" in desk.job(1).error
    outbox.retry(desk.store, 1, desk.now)
    desk.deliver()
    assert (desk.states(), copies(stub.taken)) == (["filed", "filed"], {"c1@customer.test": 1, "c2@customer.test": 1})


@pytest.mark.parametrize("lost", ["cut", "hang", "what?"])
def test_a_lost_answer_is_uncertain_and_never_sent_again(desk: Sending, stub: Stub, lost: str) -> None:
    stub.dots = [lost]
    desk.queue(1)
    desk.queue(2)
    desk.deliver()
    assert desk.states() == ["uncertain", "filed"]
    for _ in range(30):
        desk.deliver(later=60)
    assert desk.states() == ["uncertain", "filed"]
    assert copies(stub.taken) == {"c1@customer.test": 1, "c2@customer.test": 1}
    assert len(desk.rows("SELECT 1 FROM event WHERE type = 'replied'")) == 1
    with pytest.raises(RefusedError, match="twice"):
        outbox.retry(desk.store, 1, desk.now)


@pytest.mark.parametrize("folder", ["Sent", "INBOX"])
@pytest.mark.parametrize("rewritten", [False, True], ids=["same id", "other id"])
def test_an_uncertain_mail_is_found_where_a_copy_lies(desk: Sending, stub: Stub, folder: str, rewritten: bool) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    copy = desk.job().mime.replace(b"<out1@desk.test>", b"<rewritten@outlook.test>") if rewritten else desk.job().mime
    desk.deliver(later=30)
    assert desk.states() == ["uncertain"]
    desk.server.deliver(copy, folder)
    desk.deliver(later=30)
    assert desk.states() == ["filed"]
    assert len(desk.filed()) == 1
    assert len(desk.rows("SELECT 1 FROM event WHERE type = 'replied'")) == 1
    assert len(stub.taken) == 1


def test_after_five_minutes_a_person_is_asked(desk: Sending, stub: Stub) -> None:
    stub.dots = ["cut"]
    desk.queue(1)
    desk.deliver()
    desk.deliver(later=filing.LOOK_SECONDS + 1)
    desk.server.deliver(desk.job().mime, "Sent")
    desk.deliver(later=1)
    assert desk.states() == ["uncertain"]
    resolve(desk.store, desk.settings, 1, True, desk.now)
    assert desk.states() == ["accepted"]
    desk.deliver()
    assert (desk.states(), len(desk.filed()), len(stub.taken)) == (["filed"], 1, 1)
    assert len(desk.rows("SELECT 1 FROM event WHERE type = 'replied'")) == 1


def test_a_person_says_that_it_did_not_arrive(desk: Sending, stub: Stub) -> None:
    stub.dots, stub.takes = ["cut"], False
    desk.queue(1)
    desk.deliver()
    stub.takes = True
    resolve(desk.store, desk.settings, 1, False, desk.now)
    desk.deliver()
    assert (desk.states(), copies(stub.taken)) == (["filed"], {"c1@customer.test": 1})
    with pytest.raises(RefusedError):
        resolve(desk.store, desk.settings, 1, False, desk.now)
    with pytest.raises(NotFoundError):
        resolve(desk.store, desk.settings, 99, True, desk.now)
    with pytest.raises(NotFoundError):
        outbox.retry(desk.store, 99, desk.now)


def test_a_line_cut_inside_data_is_tried_again(desk: Sending, stub: Stub) -> None:
    stub.cut_after = 50_000
    desk.queue(1, body=("x" * 998 + "\r\n") * 10_000)
    with pytest.raises(NetworkError):
        desk.deliver()
    assert (desk.states(), stub.taken) == (["queued"], [])
    stub.cut_after = None
    desk.deliver(later=60)
    assert (desk.states(), copies(stub.taken)) == (["filed"], {"c1@customer.test": 1})


def test_no_server_puts_everything_off_and_says_so(sending: Callable[..., Sending]) -> None:
    desk = sending(free_port())
    desk.queue(1)
    desk.queue(2)
    with pytest.raises(NetworkError):
        desk.deliver()
    assert desk.states() == ["queued", "queued"]
    assert [desk.job(1).attempts, desk.job(2).attempts] == [1, 0]
    assert "refused the connection" in desk.job(1).error


def test_a_wrong_password_is_told_and_not_tried_at_once_again(sending: Callable[..., Sending]) -> None:
    with real_smtp(users={"desk@desk.test": "other"}) as server:
        desk = sending(server.port)
        desk.queue(1)
        with pytest.raises(AuthError):
            desk.deliver()
        assert desk.states() == ["queued"]
        assert desk.deliver() == []
        assert len(server.logins) == 1
        server.users["desk@desk.test"] = "pw"
        desk.deliver(later=60)
        assert (desk.states(), len(server.taken)) == (["filed"], 1)


def test_two_processes_send_each_mail_once(desk: Sending, stub: Stub) -> None:
    for n in range(1, 31):
        desk.queue(n)
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        for _ in range(3):
            deliver_due(desk.store, desk.sender, desk.open_mailbox, desk.settings, desk.now)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.deliver()
    assert copies(stub.taken) == {f"c{n}@customer.test": 1 for n in range(1, 31)}
    assert set(desk.states()) == {"filed"}
    assert len(desk.filed()) == 30


def test_two_claims_never_get_the_same_mail(desk: Sending) -> None:
    for n in range(1, 41):
        desk.queue(n)
    got: list[int] = []

    def claim() -> None:
        while job := outbox.claim(desk.store, desk.now):
            got.append(job.id)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 41))


def test_a_mail_that_somebody_took_over_is_not_sent(desk: Sending, stub: Stub) -> None:
    """The state is looked at once more in the transaction that says the dot is next."""
    desk.queue(1)

    class Slow(type(desk.sender())):  # type: ignore[misc]
        def connect(self) -> None:
            super().connect()
            outbox.move(desk.store, 1, "sending", "queued", desk.now, not_before=desk.now + 60)

    deliver_due(desk.store, lambda: Slow(desk.settings, "pw"), desk.open_mailbox, desk.settings, desk.now)
    assert (desk.states(), stub.taken) == (["queued"], [])


class Offline(MemoryMailbox):
    """A mailbox that cannot be reached."""

    def connect(self) -> None:
        raise NetworkError("no mailbox")


def test_a_copy_that_cannot_be_filed_is_tried_again_on_its_own(sending: Callable[..., Sending], stub: Stub) -> None:
    desk = sending(stub.port)
    online = desk.open_mailbox
    desk.open_mailbox = lambda: Offline(desk.server)
    desk.queue(1)
    desk.deliver()
    assert desk.states() == ["accepted"]
    assert "no mailbox" in desk.job().error
    desk.open_mailbox = online
    assert desk.deliver(later=1) == []
    desk.deliver(later=filing.FILE_AGAIN)
    assert (desk.states(), len(desk.filed()), len(stub.taken)) == (["filed"], 1, 1)
    assert desk.job().error == ""


def test_a_copy_that_the_server_filed_is_not_filed_twice(desk: Sending, stub: Stub) -> None:
    desk.queue(1)
    desk.server.deliver(desk.job().mime.replace(b"<out1@desk.test>", b"<rewritten@gmail.test>"), "Sent")
    desk.deliver()
    assert (desk.states(), len(desk.filed())) == (["filed"], 1)


def test_no_copy_is_filed_where_the_server_does_it(sending: Callable[..., Sending], stub: Stub) -> None:
    desk = sending(stub.port, save_sent=False)
    desk.queue(1)
    desk.open_mailbox = lambda: Offline(desk.server)
    desk.deliver()
    assert (desk.states(), desk.filed(), len(stub.taken)) == (["filed"], [], 1)


@pytest.fixture
def files_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is one of those that put what they send into Sent, though the settings say nothing of it."""
    monkeypatch.setattr(filing, "files_itself", lambda _smtp: True)


@pytest.mark.usefixtures("files_itself")
@pytest.mark.parametrize("name", ["<out1@desk.test>", "<CAF+other@mail.gmail.test>"], ids=["same id", "other id"])
def test_a_copy_that_the_server_files_a_little_later_is_waited_for(desk: Sending, name: str) -> None:
    desk.queue(1)
    desk.deliver()
    assert (desk.states(), desk.filed()) == (["accepted"], [])
    assert desk.deliver(later=1) == []
    desk.server.deliver(desk.job().mime.replace(b"<out1@desk.test>", name.encode()), "Sent")
    desk.deliver(later=filing.OWN_COPY_EVERY)
    assert (desk.states(), len(desk.filed())) == (["filed"], 1)


@pytest.mark.usefixtures("files_itself")
def test_a_copy_that_the_server_does_not_file_after_all_is_filed(desk: Sending, stub: Stub) -> None:
    desk.queue(1)
    for _ in range(filing.OWN_COPY_SECONDS // filing.OWN_COPY_EVERY):
        desk.deliver(later=filing.OWN_COPY_EVERY)
        assert desk.states() == ["accepted"]
    desk.deliver(later=filing.OWN_COPY_EVERY)
    assert (desk.states(), len(desk.filed()), len(stub.taken)) == (["filed"], 1, 1)


def test_a_mailbox_without_a_sent_folder_is_told(sending: Callable[..., Sending], stub: Stub) -> None:
    class NoSent(MemoryMailbox):
        def folders(self) -> list[FolderInfo]:
            return [FolderInfo("INBOX", "inbox")]

    desk = sending(stub.port)
    server = MemoryServer()

    def open_mailbox() -> Mailbox:
        return NoSent(server)

    desk.open_mailbox = open_mailbox
    desk.queue(1)
    desk.deliver()
    assert desk.states() == ["accepted"]
    assert "no Sent folder" in desk.job().error
    assert len(stub.taken) == 1


def test_the_mark_is_read_from_the_header_only() -> None:
    marked = outmark.marked(b"Subject: x\r\n\r\nX-Desk-Outbox: 0123456789abcdef\r\n")
    assert outmark.mark_of(marked)
    assert outmark.mark_of(marked) != "0123456789abcdef"
    assert outmark.marked(marked) == marked
    assert outmark.mark_of(b"X-Desk-Outbox: 0123456789abcdef\n\nx") == "0123456789abcdef"
    assert outmark.mark_of(b"Subject: x\n\nX-Desk-Outbox: 0123456789abcdef\n") == ""


def test_the_dot_is_on_the_disk_before_it_leaves(desk: Sending, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite in WAL mode fsyncs a commit only with synchronous = FULL (2)."""
    synced: dict[str, int] = {}
    real = outbox.move_in

    def spy(con: Connection, outbox_id: int, before: str, after: str, now: int, **more: Any) -> bool:
        synced[after] = con.execute("PRAGMA synchronous").scalar_one()
        return real(con, outbox_id, before, after, now, **more)

    monkeypatch.setattr(outbox, "move_in", spy)
    desk.queue(1)
    desk.deliver()
    assert desk.states() == ["filed"]
    assert synced["dot"] == 2


def test_a_busy_store_leaves_no_riddle(desk: Sending, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = iter([True, True])
    real = Ingest.add_outgoing

    def sometimes(ingest: Ingest, *words: Any, **more: Any) -> Any:
        if next(busy, False):
            raise BusyError("busy")
        return real(ingest, *words, **more)

    monkeypatch.setattr(Ingest, "add_outgoing", sometimes)
    desk.queue(1)
    desk.deliver()
    assert (desk.states(), len(stub.taken)) == (["filed"], 1)


def test_a_full_disk_stops_the_mail_before_the_dot(desk: Sending, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    real = outbox.move_in

    def full(con: Connection, outbox_id: int, before: str, after: str, now: int, **more: Any) -> bool:
        if after == "dot":
            raise DiskFullError("no room")
        return real(con, outbox_id, before, after, now, **more)

    desk.queue(1)
    monkeypatch.setattr(outbox, "move_in", full)
    with pytest.raises(DiskFullError):
        desk.deliver()
    monkeypatch.setattr(outbox, "move_in", real)
    assert (desk.states(), stub.taken) == (["sending"], [])
    desk.deliver()
    assert (desk.states(), copies(stub.taken)) == (["filed"], {"c1@customer.test": 1})


def test_no_step_can_be_skipped(desk: Sending) -> None:
    desk.queue(1)
    with pytest.raises(ValueError, match="no way"):
        outbox.move(desk.store, 1, "queued", "filed", desk.now)
    assert not outbox.move(desk.store, 1, "sending", "dot", desk.now)
    assert desk.states() == ["queued"]
