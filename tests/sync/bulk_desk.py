"""A desk with questions in it, for bulk runs; as a program (`python -m tests.sync.bulk_desk ACT KILL_AT`) one that kills itself.

ACT is `run` (queue) or `deliver`; KILL_AT counts the mails queued, or dots written down, before the SIGKILL; 0 never.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.sync.kills import Kill, put
from tui_desk.config.schema import Account, Agent, Replies, Settings
from tui_desk.config.write import create
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk
from tui_desk.store import outbox
from tui_desk.store.arrivals import Arrival
from tui_desk.store.ingest import Ingest

ASKED_AT = 1_790_000_000

MACRO = """\
+++
title = "We look into it"
language = "en"
state = "approved"

[actions]
status = "pending"
tag = "looked-at"
+++

{{ greeting }}

Ticket {{ number }} is in good hands.
"""


NAMES = ("", "Camille", "Max", "Yasmine", "Zoé", "Aïcha", "Jean-Luc")


def question(n: int, text: str = "It does not work. What can I do?") -> bytes:
    """Customer `n` asks."""
    return (
        f"From: {NAMES[n % len(NAMES)]} Martin <c{n}@customer.test>\r\nTo: desk@desk.test\r\nSubject: Question {n}\r\n"
        f"Message-ID: <q{n}.{len(text)}@customer.test>\r\nDate: Mon, 21 Sep 2026 14:13:{n % 60:02} +0000\r\n\r\n{text}\r\n"
    ).encode()


def make(home: Path, port: int, questions: int, *, proof: bool = False, **mailbox: Any) -> list[str]:
    """Set a profile up under `home` with `questions` tickets and a macro; returns their numbers.

    Nothing is filed in Sent, but for a `mailbox` (fields of [account]). `proof`: with a Bcc to the desk.
    """
    profile = Profile("default", home / "default", home / "default")
    (home / "macros").mkdir(parents=True)
    (home / "macros" / "looking.md").write_text(MACRO)
    words = {"imap": "imap://127.0.0.1:1", "save_sent": False, **mailbox}
    account = Account(address="desk@desk.test", smtp=f"smtp://127.0.0.1:{port}", password_command="echo pw", **words)
    replies = Replies(undo_seconds=0, bcc_self=proof)
    create(profile, Settings(account=account, agent=Agent(id="zoe", name="Zoé"), replies=replies))
    with Desk.open() as desk:
        return ask(desk, range(1, questions + 1))


def ask(desk: Desk, customers: range, text: str = "It does not work. What can I do?") -> list[str]:
    """These customers write; the numbers of their tickets."""
    arrivals = [Arrival(question(n, text), ASKED_AT + n) for n in customers]
    with Ingest(desk.store, desk.settings, desk.policy) as ingest:
        return [verdict.number for verdict in ingest.add(arrivals)]


if __name__ == "__main__":
    act, kill_at = sys.argv[1], int(sys.argv[2])
    put(Kill(outbox, "enqueue", lambda *_: act == "run"), kill_at)
    put(Kill(outbox, "move", lambda *words: act == "deliver" and words[3] == "dot"), kill_at)
    with Desk.open() as the_desk:
        if act == "run":
            for line in the_desk.bulk.run(sys.stdin.read().split(), "reply", "looking", run=None, per_minute=60_000):
                print(line.number, line.result, flush=True)
        else:
            the_desk.outbox.deliver(wait=True)
