"""Bulk acts: the dry run tells what is done, each customer has one mail, and a run that was killed is run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.support.smtp import Stub
from tests.sync.bulk_desk import NAMES, ask, make
from tests.sync.sending import copies
from tui_desk import clock
from tui_desk.errors import NotFoundError, PreflightError, UsageError
from tui_desk.service.desk import Desk

ROOT = Path(__file__).parents[2]


@pytest.fixture
def numbers(tmp_path: Path, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    return make(tmp_path, stub.port, 6)


@pytest.fixture
def desk(numbers: list[str]) -> Iterator[Desk]:
    with Desk.open() as opened:
        yield opened


class Clock:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1_790_100_000.0
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def time() -> Iterator[Clock]:
    ours = Clock()
    before = clock.use(lambda: ours.now)
    yield ours
    clock.use(before)


def test_a_dry_run_tells_what_the_run_does(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    planned = list(desk.bulk.plan(numbers, "reply", "looking"))
    assert [line.result for line in planned] == ["would"] * 6
    assert desk.outbox.list() == []
    done = list(desk.bulk.run(numbers, "reply", "looking"))
    assert [(a.number, a.action, a.text) for a in planned] == [(b.number, b.action, b.text) for b in done]
    assert [line.result for line in done] == ["done"] * 6
    assert [line.result for line in desk.bulk.plan(numbers, "reply", "looking")] == ["already"] * 6


def test_each_customer_gets_a_mail_of_their_own(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    list(desk.bulk.run(numbers, "reply", "looking"))
    moved = desk.outbox.deliver(wait=True, sleep=time.sleep)
    assert {mail.state for mail in moved} == {"filed"}
    assert copies(stub.taken) == {f"c{n}@customer.test": 1 for n in range(1, 7)}
    for n, taken in enumerate(stub.taken, 1):
        mail = message_from_bytes(taken.raw, policy=policy.default)
        assert mail["In-Reply-To"] == f"<q{n}.32@customer.test>"
        body = mail.get_body(("plain",))
        assert body is not None
        assert f"Hello {NAMES[n]}," in body.get_content()
        assert f"Ticket {numbers[n - 1]} is in good hands." in body.get_content()
    view = desk.tickets.by_number(numbers[0])
    assert (view.row.status, view.row.tags, view.row.assignee, view.messages_out) == ("pending", ("looked-at",), "zoe", 1)
    assert desk.macros.library.macros
    assert desk.reader.macro_use() == {"looking": 6}


def test_run_again_nothing_happens(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    list(desk.bulk.run(numbers, "reply", "looking"))
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    for ticket in numbers:
        desk.tickets.status([ticket], "open")
    assert [line.result for line in desk.bulk.run(numbers[::-1], "reply", "looking")] == ["already"] * 6
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    assert len(stub.taken) == 6
    assert desk.tickets.by_number(numbers[0]).row.status == "open"


def test_a_follow_up_may_go_to_those_who_were_answered(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    list(desk.bulk.run(numbers, "reply", "looking"))
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    time.now += 86_400
    assert [line.result for line in desk.bulk.run(numbers, "reply", "looking", run="second")] == ["done"] * 6
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    assert copies(stub.taken) == {f"c{n}@customer.test": 2 for n in range(1, 7)}


def test_a_reply_by_hand_may_follow_and_a_message_in_between_stops_it(desk: Desk, numbers: list[str], time: Clock) -> None:
    list(desk.bulk.run(numbers[:1], "reply", "looking"))
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    follow_up = replace(desk.replies.fresh(numbers[0], "reply"), body="One more word from us.")
    assert [concern for concern in desk.replies.preflight(follow_up) if concern.stops] == []
    time.now += 60
    other = replace(desk.replies.fresh(numbers[0], "reply"), body="Another hand was faster.")
    desk.replies.send(other, undo_seconds=0)
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    with pytest.raises(PreflightError, match="has written since"):
        desk.replies.send(follow_up)


def test_a_customer_who_wrote_again_is_answered_again_but_not_in_a_named_run(
    desk: Desk, numbers: list[str], stub: Stub, time: Clock
) -> None:
    list(desk.bulk.run(numbers, "reply", "looking"))
    list(desk.bulk.run(numbers, "reply", "looking", run="monday"))
    answer = "And now it is worse, thank you very much?"
    with_number = [n for n in ask(desk, range(1, 3), answer) if n]
    assert len(with_number) == 2
    for number in with_number:
        assert [line.result for line in desk.bulk.run([number], "reply", "looking", run="tuesday")] == ["done"]
        assert [line.result for line in desk.bulk.run([number], "reply", "looking", run="tuesday")] == ["already"]
    assert len(desk.outbox.list()) == 14


def test_mails_leave_at_the_pace_asked_for(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    list(desk.bulk.run(numbers[:3], "reply", "looking", per_minute=6))
    list(desk.bulk.run(numbers, "reply", "looking", per_minute=6))
    start = int(time.now)
    times = [mail.not_before - start for mail in reversed(desk.outbox.list())]
    assert times == [0, 10, 20, 30, 40, 50]
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    assert len(stub.taken) == 6
    assert 50 <= time.slept <= 60
    with pytest.raises(UsageError):
        list(desk.bulk.run(numbers, "reply", "looking", per_minute=0))


def test_what_fails_is_a_line_and_stops_no_other(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    lines = list(desk.bulk.run([numbers[0], "ZZZZ", numbers[1]], "reply", "looking"))
    assert [line.result for line in lines] == ["done", "failed", "done"]
    assert "ZZZZ" in lines[1].error


def test_a_macro_that_cannot_be_filled_sends_nothing(desk: Desk, numbers: list[str], tmp_path: Path, time: Clock) -> None:
    (tmp_path / "macros" / "gaps.md").write_text('+++\ntitle = "Gaps"\nask = ["version"]\n+++\nFixed in {{ version }}.\n')
    lines = list(desk.bulk.run(numbers, "reply", "gaps"))
    assert {line.result for line in lines} == {"failed"}
    assert "version" in lines[0].error
    assert desk.outbox.list() == []
    assert desk.tickets.by_number(numbers[0]).row.tags == ()


def test_no_such_macro_stops_before_the_first(desk: Desk, numbers: list[str]) -> None:
    with pytest.raises(NotFoundError) as caught:
        list(desk.bulk.run(numbers, "reply", "lookin"))
    assert "looking" in caught.value.hint


def test_what_i_am_writing_by_hand_stays(desk: Desk, numbers: list[str], time: Clock) -> None:
    mine = replace(desk.replies.draft(numbers[0], "reply"), body="half a thought")
    desk.replies.save(mine)
    list(desk.bulk.run(numbers, "reply", "looking"))
    assert desk.replies.draft(numbers[0], "reply").body == "half a thought"


def test_what_was_taken_back_can_be_sent_again(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    list(desk.bulk.run(numbers[:1], "reply", "looking"))
    desk.replies.take_back(desk.outbox.list()[0].id)
    assert [line.result for line in desk.bulk.run(numbers[:1], "reply", "looking")] == ["done"]
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    assert len(stub.taken) == 1


def test_a_mail_that_the_server_refused_is_told_again(desk: Desk, numbers: list[str], stub: Stub, time: Clock) -> None:
    stub.rcpt = "550 5.1.1 no such user"
    list(desk.bulk.run(numbers[:1], "reply", "looking"))
    desk.outbox.deliver(wait=True, sleep=time.sleep)
    [line] = desk.bulk.run(numbers[:1], "reply", "looking")
    assert line.result == "failed"
    assert "no such user" in line.error


@pytest.mark.parametrize(
    ("action", "value", "text"),
    [("status", "solved", "new → solved"), ("tag", "vip -old", "+vip -old"), ("assign", "max", "nobody → max")],
)
def test_other_acts_tell_the_same_and_are_undone_at_once(
    desk: Desk, numbers: list[str], action: str, value: str, text: str
) -> None:
    before = desk.reader.rows(list(desk.queue.ids("")))
    planned = list(desk.bulk.plan(numbers, action, value))
    done = list(desk.bulk.run(numbers, action, value))
    assert {(line.text, line.result) for line in planned} == {(text, "would")}
    assert {(line.text, line.result) for line in done} == {(text, "done")}
    assert {line.result for line in desk.bulk.run(numbers, action, value)} == {"unchanged"}
    assert {line.result for line in desk.bulk.plan(numbers, action, value)} == {"unchanged"}
    assert len(desk.tickets.undo()) == 6
    after = {row.number: (row.status, row.tags, row.assignee) for row in desk.reader.rows(list(desk.queue.ids("")))}
    assert after == {row.number: (row.status, row.tags, row.assignee) for row in before}


@pytest.mark.parametrize(("action", "value"), [("status", "done"), ("tag", ""), ("tag", "-"), ("dance", "x")])
def test_words_that_are_off_are_told_before_anything_is_done(desk: Desk, numbers: list[str], action: str, value: str) -> None:
    with pytest.raises(UsageError):
        list(desk.bulk.plan(numbers, action, value))
    with pytest.raises(UsageError):
        list(desk.bulk.run(numbers, action, value))


def test_tickets_are_selected_once_each(desk: Desk, numbers: list[str]) -> None:
    assert desk.bulk.select([f"#{numbers[1]}", numbers[0].lower(), numbers[1]], None) == [numbers[1], numbers[0]]
    assert sorted(desk.bulk.select(None, "is:open")) == sorted(numbers)
    with pytest.raises(NotFoundError):
        desk.bulk.select(["nope"], None)


def test_killed_in_the_middle_and_run_again(numbers: list[str], stub: Stub) -> None:
    """Killed twice while it queues, twice while it sends: each customer has one mail, or it is uncertain and said so."""
    for act, at, killed in (("run", 2, 9), ("run", 1, 9), ("deliver", 1, 9), ("run", 2, 9), ("deliver", 2, 9), ("run", 0, 0)):
        done = program(act, at, numbers)
        assert done.returncode == (-signal.SIGKILL if killed else 0), done.stderr
    assert program("deliver", 0, numbers).returncode == 0
    with Desk.open() as desk:
        states = sorted(mail.state for mail in desk.outbox.list())
        lost = [mail.recipients[0] for mail in desk.outbox.list(("uncertain",))]
    assert states == ["filed"] * 4 + ["uncertain"] * 2
    assert copies(stub.taken) == {f"c{n}@customer.test": 1 for n in range(1, 7) if f"c{n}@customer.test" not in lost}


def test_a_pass_with_nothing_to_do_loads_nothing_heavy(numbers: list[str]) -> None:
    code = (
        "import sys; from tui_desk.service.desk import Desk\nwith Desk.open() as desk: assert desk.outbox.deliver() == []\n"
        "print([m for m in ('sqlalchemy', 'smtplib', 'imapclient', 'tui_desk.store.ingest', 'tomlkit') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"


def program(act: str, kill_at: int, numbers: list[str]) -> subprocess.CompletedProcess[str]:
    """A process of its own that does `act`, killed at the count."""
    return subprocess.run(
        [sys.executable, "-m", "tests.sync.bulk_desk", act, str(kill_at)],
        cwd=ROOT,
        input="\n".join(numbers),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
