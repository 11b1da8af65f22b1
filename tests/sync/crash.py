"""A process that sends the outbox and kills itself (SIGKILL) at a step.

`python -m tests.sync.crash STORE SMTP_PORT IMAP_URL CA_FILE STEP`
"""

from __future__ import annotations

import itertools
import smtplib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.sync.kills import Kill, die, put
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


def _moved(to: str) -> Callable[..., bool]:
    return lambda *words: words[3] == to


KILLS = {
    "queued": Kill(outbox, "enqueue"),
    "claimed": Kill(outbox, "claim"),
    "connected": Kill(SmtpSender, "connect"),
    "before_dot": Kill(outbox, "move", _moved("dot"), first=True),
    "dot_committed": Kill(outbox, "move", _moved("dot")),
    "dot_sent": Kill(smtplib.SMTP, "send", lambda *words: words[1] == b".\r\n"),
    "answered": Kill(Ingest, "add_outgoing", first=True),
    "in_accept": Kill(outbox, "move_in", _moved("accepted")),
    "accepted": Kill(Ingest, "add_outgoing"),
    "before_append": Kill(filing._Folders, "append", first=True),
    "appended": Kill(filing._Folders, "append"),
    "before_filed": Kill(outbox, "move", _moved("filed"), first=True),
    "filed": Kill(outbox, "move", _moved("filed")),
}


def arm(step: str, at: int = 1) -> None:
    """Put the kill at `step`, of the `at`-th mail that comes there; "never" is no step."""
    if step == "in_data":
        _half_of_data(at)
    elif step != "never":
        put(KILLS[step], at)


def _half_of_data(at: int) -> None:
    real: Any = smtplib.SMTP.send
    seen = itertools.count(1)

    def armed(smtp: smtplib.SMTP, data: Any) -> None:
        if len(data) > 500 and next(seen) == at:
            real(smtp, data[: len(data) // 2])
            die()
        real(smtp, data)

    smtplib.SMTP.send = armed  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    place, port, imap_url, ca, crash_step = sys.argv[1:]
    arm(crash_step)
    deliver(Store.open(Path(place)), settings(int(port), imap_url, ca))
