"""How the mailbox stands, in words: true, short, and with what happens next."""

from __future__ import annotations

import pytest

from tui_desk.service.standing import standing
from tui_desk.service.types import MailboxState, Progress

NOW = 1_790_000_000


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MailboxState("never"), ["no mail fetched yet"]),
        (MailboxState("syncing"), ["fetching mail"]),
        (MailboxState("syncing", progress=Progress(1200, 10_000)), ["fetching mail", "1,200 of 10,000"]),
        (MailboxState("watching", NOW - 4), ["watching", "checked 4 s ago"]),
        (MailboxState("watching", NOW - 600), ["watching", "mail as of 10m ago"]),
        (
            MailboxState("watching", NOW - 2, progress=Progress(3200, 98_000, older=True), to_come=94_800),
            ["watching", "checked 2 s ago", "older mail 3,200 of 98,000"],
        ),
        (MailboxState("watching", NOW, to_come=1), ["watching", "checked 0 s ago", "1 older mail to come"]),
        (
            MailboxState("watching", NOW, to_come=94_800, paused=True),
            ["watching", "checked 0 s ago", "94,800 older mails to come (paused)"],
        ),
        (
            MailboxState("offline", NOW - 300, "No such\x1b[31m host", NOW + 12, since=NOW - 250, to_come=9),
            ["offline for 4 min", "mail as of 5m ago", "tries again in 12 s", "No such�[31m host"],
        ),
        (MailboxState("offline", 0, "No host", NOW - 1, since=NOW - 5), ["offline", "trying again", "No host"]),
        (
            MailboxState("refused", NOW - 7200, "lapsed", NOW + 240, since=NOW - 7200),
            ["not let in for 2 h", "mail as of 2h ago", "tries again in 4m", "lapsed"],
        ),
        (MailboxState("idle", NOW - 30, to_come=5), ["idle", "checked 30 s ago", "5 older mails to come"]),
    ],
)
def test_it_says_how_things_are(state: MailboxState, said: list[str]) -> None:
    assert [piece.text for piece in standing(state, NOW)] == said


def test_a_clock_that_went_back_makes_no_nonsense() -> None:
    state = MailboxState("watching", NOW + 100)
    assert [piece.text for piece in standing(state, NOW)] == ["watching", "checked 0 s ago"]
