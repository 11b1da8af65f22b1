"""A process that sends the outbox and kills itself (SIGKILL) at a step.

`python -m tests.sync.crash STORE SMTP_PORT IMAP_URL CA_FILE STEP`
"""

from __future__ import annotations

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from tui_desk.config.schema import Account, Settings
from tui_desk.store import outbox
from tui_desk.store.engine import Store
from tui_desk.store.ingest import Ingest
from tui_desk.sync import filing
from tui_desk.sync.outbox import deliver_due
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.smtp import SmtpSender

CRASH_STEPS = (
    "claimed", "connected", "in_data", "before_dot", "dot_committed", "dot_sent", "answered", "in_accept", "accepted",
    "before_append", "appended", "before_filed", "filed",
)  # fmt: skip


def settings(smtp_port: int, imap: str, ca_file: str) -> Settings:
    """The desk of the crash tests."""
    return Settings(
        account=Account(address="desk@desk.test", imap=imap, smtp=f"smtp://127.0.0.1:{smtp_port}", user="desk", ca_file=ca_file)
    )


def mailbox(desk: Settings) -> ImapMailbox:
    """A session with the mailbox, not yet connected."""
    return ImapMailbox(desk.account, "pw")


def deliver(store: Store, desk: Settings) -> list[int]:
    """One pass with a real sender and a real mailbox."""
    return deliver_due(store, lambda: SmtpSender(desk, "pw", answer_seconds=5), lambda: mailbox(desk), desk)


def die(*_: object) -> NoReturn:
    """As power cuts do: no handler, no flush."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def arm(step: str, at: int = 1) -> None:
    """Put the kill at `step`, of the `at`-th mail that comes there."""
    global _countdown
    _countdown = at
    match step:
        case "queued":
            _after(outbox, "enqueue", lambda *_: True)
        case "claimed":
            _after(outbox, "claim", lambda *_: True)
        case "connected":
            _after(SmtpSender, "connect", lambda *_: True)
        case "in_data":
            _half_of_data()
        case "before_dot":
            _before(outbox, "move", lambda *words: words[3] == "dot")
        case "dot_committed":
            _after(outbox, "move", lambda *words: words[3] == "dot")
        case "dot_sent":
            _after(smtplib.SMTP, "send", lambda *words: words[1] == b".\r\n")
        case "answered":
            _before(Ingest, "add_outgoing", lambda *_: True)
        case "in_accept":
            _after(outbox, "move_in", lambda *words: words[3] == "accepted")
        case "accepted":
            _after(Ingest, "add_outgoing", lambda *_: True)
        case "before_append":
            _before(filing._Folders, "append", lambda *_: True)
        case "appended":
            _after(filing._Folders, "append", lambda *_: True)
        case "before_filed":
            _before(outbox, "move", lambda *words: words[3] == "filed")
        case "filed":
            _after(outbox, "move", lambda *words: words[3] == "filed")
        case "never":
            pass
        case _:
            raise ValueError(step)


_countdown = 1


def _now() -> bool:
    global _countdown
    _countdown -= 1
    return _countdown == 0


def _before(where: Any, name: str, when: Callable[..., bool]) -> None:
    real = getattr(where, name)
    setattr(where, name, lambda *words, **more: die() if when(*words) and _now() else real(*words, **more))


def _after(where: Any, name: str, when: Callable[..., bool]) -> None:
    real = getattr(where, name)

    def armed(*words: Any, **more: Any) -> Any:
        result = real(*words, **more)
        return die() if when(*words) and _now() else result

    setattr(where, name, armed)


def _half_of_data() -> None:
    real: Any = smtplib.SMTP.send

    def armed(smtp: smtplib.SMTP, data: Any) -> None:
        if len(data) > 500 and _now():
            real(smtp, data[: len(data) // 2])
            die()
        real(smtp, data)

    smtplib.SMTP.send = armed  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    place, port, imap_url, ca, crash_step = sys.argv[1:]
    arm(crash_step)
    deliver(Store.open(Path(place)), settings(int(port), imap_url, ca))
