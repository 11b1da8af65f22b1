"""Acknowledgements: whom, how often, in which words; and that two desks and an echo bot come to rest (behaviour 5)."""

from __future__ import annotations

import email
import email.policy
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from tui_desk import clock
from tui_desk.config.schema import Account, Ack, Agent, Settings
from tui_desk.paths import Profile
from tui_desk.service import Desk
from tui_desk.store import outbox
from tui_desk.transport.memory import MemoryServer

START = 1_763_977_800
"""Monday 24 November 2025, 10:50 in Paris."""


class World:
    """The clock, and mail servers that know each other."""

    def __init__(self) -> None:
        self.now = START
        self.sent: list[tuple[str, list[str], EmailMessage]] = []

    def desk(self, folder: Path, address: str, *, enabled: bool = True) -> Desk:
        server = MemoryServer()
        server.on_sent(self._keep)
        profile = Profile("t", folder, folder)
        settings = Settings(account=Account(address=address, name="Help", imap="memory:", smtp="memory:"), agent=Agent(id="bob"))
        settings = replace(settings, ack=Ack(enabled=enabled), language="en")
        desk = Desk(profile, settings, open_mailbox=server.mailbox, open_sender=server.sender)
        desk.server = server  # type: ignore[attr-defined]
        return desk

    def _keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        self.sent.append((sender, recipients, email.message_from_bytes(raw, policy=email.policy.default)))

    def mail(
        self, sender: str, to: str, subject: str = "Help", body: str = "Hello, it is broken, can you help?", **headers: str
    ) -> bytes:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, to, subject
        message["Date"] = format_datetime(datetime.fromtimestamp(self.now, UTC))
        message["Message-ID"] = f"<{os.urandom(8).hex()}@{sender.rpartition('@')[2].strip('>')}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(body)
        return message.as_bytes()

    def write(self, desk: Desk, sender: str = "Zoé Roux <zoe@shop.example>", **more: str) -> None:
        """A customer writes, and the desk looks."""
        server: MemoryServer = desk.server  # type: ignore[attr-defined]
        server.deliver(self.mail(sender, desk.settings.account.address, **more), at=self.now)
        desk.mailbox.sync()


@pytest.fixture
def world() -> Iterator[World]:
    there = World()
    before = clock.use(lambda: there.now)
    yield there
    clock.use(before)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Iterator[Desk]:
    made = world.desk(tmp_path / "a", "support@desk.example")
    made.mailbox.sync()
    yield made
    made.close()


def why(desk: Desk) -> list[str]:
    """What each ticket tells about acknowledging, oldest first."""
    rows = desk.queue.rows(desk.queue.ids(""))
    found = []
    for row in sorted(rows, key=lambda row: row.id):
        found += [line for line in desk.tickets.why(row.id) if "acknowledged" in line]
    return found


def test_a_new_ticket_is_acknowledged_once(world: World, desk: Desk) -> None:
    world.write(desk)
    desk.mailbox.sync()
    [(sender, to, mail)] = world.sent
    assert (sender, to) == ("support@desk.example", ["zoe@shop.example"])
    row = desk.queue.rows(desk.queue.ids(""))[0]
    assert mail["Subject"] == "Re: Help"
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["Precedence"]) == ("auto-replied", "All", "auto_reply")
    thread = desk.tickets.thread(row.id)
    asked = next(m for m in thread if m.kind == "inbound")
    assert mail["In-Reply-To"] == f"<{asked.message_id}>"
    assert f"<{asked.message_id}>" in mail["References"]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"#{row.number}" in text
    assert "Tuesday 25 November, 10:50 CET" in " ".join(text.split())  # eight business hours
    assert [line.partition(": ")[2] for line in why(desk)] == ["acknowledged to zoe@shop.example (acknowledgement)"]
    view = desk.tickets.view(row.id)
    assert (view.row.status, view.first_reply_at) == ("new", None)
    assert row.due_at < 1 << 40


def test_a_french_customer_reads_french(world: World, desk: Desk) -> None:
    world.write(desk, subject="Facture", body="Bonjour, ma facture est fausse, pouvez-vous m'aider ? Merci d'avance.")
    text = world.sent[0][2].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.startswith("Bonjour Zoé,")
    assert "le mardi 25 novembre à 10:50" in " ".join(text.split())


def test_off_is_off_and_switching_on_looks_forward_only(world: World, tmp_path: Path) -> None:
    off = world.desk(tmp_path / "b", "support@desk.example", enabled=False)
    world.write(off)
    off.settings = replace(off.settings, ack=Ack(enabled=True))
    off.mailbox.sync()
    world.now += 60
    off.mailbox.sync()
    assert world.sent == []
    world.write(off, subject="Another")
    assert len(world.sent) == 1
    off.close()


def test_a_first_sync_acknowledges_nothing(world: World, tmp_path: Path) -> None:
    made = world.desk(tmp_path / "b", "support@desk.example")
    for _ in range(5):
        made.server.deliver(world.mail("zoe@shop.example", "support@desk.example"), at=world.now - 3600)  # type: ignore[attr-defined]
    made.mailbox.sync()
    made.mailbox.sync()
    assert world.sent == []
    made.server.deliver(world.mail("zoe@shop.example", "support@desk.example", subject="old"), at=world.now - 7200)  # type: ignore[attr-defined]
    made.mailbox.sync()
    assert world.sent == []
    assert any("before acknowledging was switched on" in line for line in why(made))
    made.close()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"Auto_Submitted": "auto-generated"}, "a machine wrote it"),
        ({"Precedence": "bulk"}, "a machine wrote it"),
        ({"X_Loop": "support@desk.example"}, "a machine wrote it"),
        ({"sender": "no-reply@shop.example"}, "a machine wrote it"),
        ({"sender": "MAILER-DAEMON@shop.example"}, "a machine wrote it"),
        ({"sender": "support@desk.example"}, "opened it"),
    ],
)
def test_refusals_are_written_down(world: World, desk: Desk, more: dict[str, str], reason: str) -> None:
    world.write(desk, **more)
    assert world.sent == []
    [line] = why(desk)
    assert "not acknowledged: " in line
    assert reason in line


def test_a_mail_that_went_round_is_a_loop(world: World, desk: Desk) -> None:
    raw = world.mail("zoe@shop.example", "support@desk.example")
    desk.server.deliver(b"Received: from a by b; x\n" * 30 + raw, at=world.now)  # type: ignore[attr-defined]
    desk.mailbox.sync()
    assert world.sent == []
    assert "through too many servers" in why(desk)[0]


def test_three_an_hour_and_ten_a_day_to_one_address(world: World, desk: Desk) -> None:
    for hour in range(6):
        for n in range(4):
            world.now = START + hour * 3700 + n
            world.write(desk, subject=f"Question {hour} {n}")
    assert len(world.sent) == 10
    told = why(desk)
    assert len([line for line in told if "three within an hour" in line]) == 3
    assert len([line for line in told if "ten within a day" in line]) == 11


def test_sixty_in_an_hour_open_the_breaker_which_says_so(world: World, desk: Desk) -> None:
    server: MemoryServer = desk.server  # type: ignore[attr-defined]
    for n in range(65):
        server.deliver(world.mail(f"c{n}@shop{n}.example", "support@desk.example", subject=f"Question {n}"), at=world.now)
    desk.mailbox.sync()
    assert len(world.sent) == 60
    assert len([line for line in why(desk) if "stopped for an hour" in line]) == 5
    warned = [f for f in desk.admin.doctor(online=False) if f.level == "warning"]
    assert any("stopped until 11:50" in f.what for f in warned)
    world.now += 1800
    world.write(desk, sender="late@shop.example")
    assert len(world.sent) == 60
    world.now += 1801
    world.write(desk, sender="later@shop.example")
    assert len(world.sent) == 61


def test_a_dry_run_tells_and_writes_nothing(world: World, desk: Desk) -> None:
    desk.server.deliver(world.mail("zoe@shop.example", "support@desk.example"), at=world.now)  # type: ignore[attr-defined]
    desk.mailbox.engine().run(lambda _p: None, lambda: False)
    [would] = desk.acknowledge(dry_run=True)
    assert (would.to, would.why) == ("zoe@shop.example", "")
    assert "reference number" in would.text
    assert desk.outbox.list() == []
    assert why(desk) == []


def test_a_template_of_ones_own(world: World, desk: Desk) -> None:
    folder = desk.profile.config_dir / "macros" / "acknowledgement"
    folder.mkdir(parents=True)
    (folder / "en.md").write_text('+++\ntitle = "Ours"\nlanguage = "en"\n+++\n\nGot it: #{{ number }}.\n', "utf-8")
    world.write(desk)
    assert "Got it: #" in world.sent[0][2].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (folder / "en.md").write_text("no front matter", "utf-8")
    assert any(f.level == "error" for f in desk.admin.doctor(online=False))
    world.write(desk, subject="Second")
    assert len(world.sent) == 1
    assert "text could not be made" in why(desk)[1]


# ------------------------------------------------------------------------------------------------------------- coming to rest


def carry(world: World, desks: list[Desk]) -> int:
    """What was sent arrives; returns how many mails."""
    sent, world.sent = world.sent, []
    for _sender, recipients, message in sent:
        for desk in desks:
            if desk.settings.account.address in recipients:
                desk.server.deliver(message.as_bytes(), at=world.now)  # type: ignore[attr-defined]
    for desk in desks:
        desk.mailbox.sync()
    return len(sent)


def test_two_desks_wired_to_each_other_come_to_rest(world: World, tmp_path: Path) -> None:
    desks = [world.desk(tmp_path / name, f"support@{name}.example") for name in ("a", "b")]
    for desk in desks:
        desk.mailbox.sync()
    world.write(desks[0], sender="support@b.example")
    rounds = []
    for _ in range(6):
        world.now += 5
        rounds.append(carry(world, desks))
    assert sum(rounds) == 1
    assert rounds[-1] == 0
    for desk in desks:
        desk.close()


@pytest.mark.parametrize("threaded", [True, False], ids=["answers", "writes anew"])
def test_an_echo_bot_that_knows_no_rules_comes_to_rest(world: World, desk: Desk, threaded: bool) -> None:
    """It sends everything back, as an answer or as a new mail, without a word in the headers."""
    world.write(desk, sender="echo@bot.example")
    sent = 0
    for _ in range(30):
        world.now += 20
        back, world.sent = world.sent, []
        sent += len(back)
        for _sender, _to, message in back:
            more = {"In_Reply_To": str(message["Message-ID"])} if threaded else {}
            body = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            world.write(desk, sender="echo@bot.example", subject=str(message["Subject"]), body=body, **more)
    assert sent == 1
    assert world.sent == []


def test_a_bot_that_only_says_hello_is_held_by_the_limits(world: World, desk: Desk) -> None:
    world.write(desk, sender="hello@bot.example")
    sent = 0
    for minute in range(24 * 60 // 10):
        world.now = START + minute * 600
        back, world.sent = world.sent, []
        sent += len(back)
        for _ in back:
            world.write(desk, sender="hello@bot.example", subject=f"Hello {minute}", body="Hello, how are you today?")
    assert sent <= 10


# ------------------------------------------------------------------------------------------------------- crash, two at once


def _decide(folder: str, now: int, ready: object, hold: float) -> None:
    """Another process on the same store."""
    clock.use(lambda: now)
    other = World().desk(Path(folder), "support@desk.example")
    ready.wait()  # type: ignore[attr-defined]
    other.acknowledge()
    time.sleep(hold)


def test_two_processes_make_one_acknowledgement(world: World, desk: Desk) -> None:
    server: MemoryServer = desk.server  # type: ignore[attr-defined]
    for n in range(8):
        server.deliver(world.mail(f"c{n}@shop.example", "support@desk.example", subject=f"Question {n}"), at=world.now)
    desk.mailbox.engine().run(lambda _p: None, lambda: False)
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(3)
    running = [context.Process(target=_decide, args=(str(desk.profile.data_dir), world.now, ready, 0.0)) for _ in range(3)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
        assert process.exitcode == 0
    queued = outbox.jobs(desk.store, "queued")
    assert sorted(job.recipients[0] for job in queued) == [f"c{n}@shop.example" for n in range(8)]
    assert len(why(desk)) == 8


def test_killed_at_any_moment_it_is_sent_once(world: World, desk: Desk) -> None:
    server: MemoryServer = desk.server  # type: ignore[attr-defined]
    for n in range(8):
        server.deliver(world.mail(f"c{n}@shop.example", "support@desk.example", subject=f"Question {n}"), at=world.now)
    desk.mailbox.engine().run(lambda _p: None, lambda: False)
    context = multiprocessing.get_context("spawn")
    for tried in range(6):
        ready = context.Barrier(2)
        process = context.Process(target=_decide, args=(str(desk.profile.data_dir), world.now, ready, 30.0))
        process.start()
        ready.wait(60)
        time.sleep(0.02 * tried)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(60)
    desk.mailbox.sync()
    assert sorted(to[0] for _sender, to, _mail in world.sent) == [f"c{n}@shop.example" for n in range(8)]
    assert len(why(desk)) == 8


def test_an_answer_to_older_mail_that_is_still_to_come_is_no_new_ticket(world: World, tmp_path: Path) -> None:
    desk = world.desk(tmp_path / "new", "support@desk.example")
    server: MemoryServer = desk.server  # type: ignore[attr-defined]
    asked = world.mail("zoe@shop.example", "support@desk.example")
    server.deliver(asked, at=world.now - 200 * 86_400)
    desk.mailbox.sync(recent=True)
    asked_id = str(email.message_from_bytes(asked)["Message-ID"])
    server.deliver(world.mail("zoe@shop.example", "support@desk.example", In_Reply_To=asked_id), at=world.now)
    desk.mailbox.sync(recent=True)
    assert world.sent == []
    assert ["not acknowledged" in line and "older mail" in line for line in why(desk)] == [True]
    desk.mailbox.sync()
    assert len(desk.queue.ids("")) == 1, "the older mail is its beginning"
    world.write(desk, "Ann <ann@shop.example>", In_Reply_To="<of@another.program>")
    assert len(world.sent) == 1, "once all is here, what answers a stranger's mail is new"
    desk.close()
