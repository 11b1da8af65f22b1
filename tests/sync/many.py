"""Many replies in bulk on a bad day: kill -9 at every step, lost answers, cut lines, servers that say later; who got what.

`python -m tests.sync.many COUNT [--proof] [--seed N]` prints the table: replies to COUNT customers through a line that fails
for a quarter of the mails, to Postfix, which hands them to Dovecot by LMTP; the process that sends is killed every few mails.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.post_office import PostOffice, post_office
from tests.support.smtp_line import FAULTS, Fault, Line, smtp_line
from tests.sync import crash
from tests.sync.bulk_desk import make
from tui_desk import clock
from tui_desk.errors import DeskError
from tui_desk.service.desk import Desk
from tui_desk.transport.smtp import SmtpSender

ROOT = Path(__file__).parents[2]
SHARE = 0.25
"""Of the mails whose line fails."""
LATER = 4000
"""Seconds of the clock between two processes: every pause of the outbox is over."""
ANSWER_SECONDS = 0.3
MOST_AT_ONCE = 12
"""A process is killed at the latest when so many of its mails have come to the step."""
SURE_STEPS = ("claimed", "dot_committed", "accepted")
"""Those that first are killed at: while most mails wait, enough come there. Later a process may end with its mails."""


@dataclass
class Outcome:
    """What became of the replies. `table` counts customers by (copies they got, state of the mail)."""

    replies: int
    processes: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    table: Counter[tuple[int, str]] = field(default_factory=Counter)
    in_sent: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By the state of the mail: copies of it in Sent."""
    cards: Counter[int] = field(default_factory=Counter)
    """Outgoing messages a ticket shows."""
    told: Counter[str] = field(default_factory=Counter)
    """What the ticket says of mails that are not known to have left."""
    seconds: float = 0.0


def run(count: int, *, proof: bool, seed: int = 1, office: PostOffice | None = None) -> Outcome:
    """Answer `count` customers in bulk on a bad day. `proof`: with a Bcc to the desk, and a sync at the end."""
    began, chance = time.monotonic(), random.Random(seed)
    with contextlib.ExitStack() as held:
        office = office or held.enter_context(post_office())
        office.empty()
        line = held.enter_context(smtp_line(office.port, lambda _to: _fault(chance)))
        home = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="desk-many-")))
        held.enter_context(_at_home(home))
        box = office.account()
        numbers = make(home, line.port, count, proof=proof, imap=box.imap, user=box.user, ca_file=box.ca_file, save_sent=True)
        outcome = _bad_day(Outcome(count), numbers, chance)
        _count(outcome, office, line, numbers)
    outcome.seconds = time.monotonic() - began
    return outcome


def _bad_day(outcome: Outcome, numbers: list[str], chance: random.Random) -> Outcome:
    """Queue and send, process after process, until nothing waits any more."""
    share = max(len(numbers) // 5, 2)
    for at in [*(chance.randrange(1, share) for _ in range(3)), 0]:
        _process(outcome, "run", "queued" if at else "never", at, numbers)
    for step in SURE_STEPS:
        _process(outcome, "deliver", step, chance.randrange(1, min(share, MOST_AT_ONCE)), numbers)
    steps = list(crash.CRASH_STEPS)
    while _waiting():
        if not steps:
            steps = list(crash.CRASH_STEPS)
        step = steps.pop(chance.randrange(len(steps))) if chance.random() < 0.9 else "any moment"
        _process(outcome, "deliver", step, chance.randrange(1, MOST_AT_ONCE), numbers, chance.uniform(0.6, 1.6))
    _process(outcome, "sync", "never", 0, numbers)
    return outcome


def _process(outcome: Outcome, act: str, step: str, at: int, numbers: list[str], seconds: float = 0.0) -> None:
    """One process, killed at `step` or after `seconds`."""
    command = [sys.executable, "-m", "tests.sync.many", "child", act, step, str(at), str(outcome.processes * LATER)]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)
    outcome.processes += 1
    assert child.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write("\n".join(numbers))
        child.stdin.close()
    if step == "any moment":
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        child.kill()
    code = child.wait(3600)
    assert code in (0, -signal.SIGKILL), f"{act} {step} ended with {code}"
    if code:
        outcome.kills[step] += 1


def _waiting() -> int:
    """Mails that are to be sent or filed yet."""
    with Desk.open() as desk:
        return len(desk.outbox.list(("queued", "sending", "dot", "accepted")))


def _count(outcome: Outcome, office: PostOffice, line: Line, numbers: list[str]) -> None:
    """Who got what, and what the desk says of it."""
    got = office.copies()
    sent = office.customers("desk", "Sent")
    with Desk.open() as desk:
        for mail in desk.outbox.list():
            customer = mail.recipients[0]
            outcome.table[got.get(customer, 0), mail.state] += 1
            outcome.in_sent[mail.state, sent.get(customer, 0)] += 1
        for number in numbers:
            cards = desk.tickets.thread(desk.tickets.find(number))
            outcome.cards[sum(card.kind == "outbound" for card in cards)] += 1
            told = [mail.state for mail in desk.outbox.stuck(desk.tickets.by_number(number).key)]
            outcome.told[" ".join(told)] += 1
    outcome.faults.update({name: n for name, n in line.struck.items() if name})


def _fault(chance: random.Random) -> Fault:
    return chance.choice(FAULTS) if chance.random() < SHARE else ""


@contextlib.contextmanager
def _at_home(home: Path) -> Iterator[None]:
    before = os.environ.get("TUI_DESK_HOME")
    os.environ["TUI_DESK_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TUI_DESK_HOME"]
        else:
            os.environ["TUI_DESK_HOME"] = before


def child(act: str, step: str, at: int, later: int) -> None:
    """What one process does, `later` seconds after the first, until it is killed."""
    shift = [later]
    clock.use(lambda: time.time() + shift[0])
    defaults = SmtpSender.__init__.__kwdefaults__
    assert defaults is not None
    defaults["answer_seconds"] = ANSWER_SECONDS
    numbers = sys.stdin.read().split()
    crash.arm("never" if step == "any moment" else step, at)
    with Desk.open() as desk:
        if act == "run":
            for _line in desk.bulk.run(numbers, "reply", "looking", run="bad-day", per_minute=60_000):
                pass
            return
        for _ in range(100 if act == "deliver" else 1):
            try:
                desk.mailbox.sync() if act == "sync" else desk.outbox.deliver(wait=True)
            except DeskError as error:
                if not desk.outbox.list(("queued", "sending", "dot", "accepted")):
                    raise
                print(f"  {error.message}", file=sys.stderr) if os.environ.get("DESK_MANY_TALK") else None
                shift[0] += 20
            else:
                break


def report(outcome: Outcome) -> str:
    """The table."""
    killed = ", ".join(f"{step} {n}" for step, n in sorted(outcome.kills.items()))
    struck = ", ".join(f"{name} {n}" for name, n in sorted(outcome.faults.items()))
    rows = [f"| {copies} | {state} | {n} |" for (copies, state), n in sorted(outcome.table.items())]
    return "\n".join(
        [
            f"{outcome.replies} replies, {outcome.processes} processes, {outcome.seconds:.0f} s",
            f"kill -9: {sum(outcome.kills.values())} ({killed})",
            f"faults of the line: {sum(outcome.faults.values())} ({struck})",
            "| copies at the customer | state | customers |",
            "|---|---|---|",
            *rows,
            f"two mails: {sum(n for (copies, _state), n in outcome.table.items() if copies > 1)}",
            f"copies in Sent: {dict(sorted(outcome.in_sent.items()))}",
            f"outgoing messages a ticket: {dict(sorted(outcome.cards.items()))}",
            f"told on the ticket: {dict(sorted(outcome.told.items()))}",
        ]
    )


if __name__ == "__main__":
    if sys.argv[1] == "child":
        child(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        the_seed = int(sys.argv[sys.argv.index("--seed") + 1]) if "--seed" in sys.argv else 1
        print(report(run(int(sys.argv[1]), proof="--proof" in sys.argv, seed=the_seed)))
