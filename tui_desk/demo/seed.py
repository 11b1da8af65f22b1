"""Fills an empty mailbox with a month of a small company's mail, the same for the same seed and moment."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Protocol

from tui_desk.demo import oddities
from tui_desk.demo.letters import stories
from tui_desk.demo.plan import Act, Posted, lay_out


class Receives(Protocol):
    """What the seed needs of a mailbox: `transport.memory.MemoryServer` has it."""

    def deliver(self, raw: bytes, folder: str = "INBOX", flags: tuple[str, ...] = (), at: int | None = None) -> int:
        """A mail arrives."""


def seed(mailbox: Receives, now: int, seed: int = 1) -> int:
    """Put the month before `now` (epoch seconds) into `mailbox`, oldest first; returns the number of mails."""
    mails, _ = _month(now, seed)
    for posted in mails:
        mailbox.deliver(posted.raw, posted.folder, posted.flags, posted.at)
    return len(mails)


def acts(now: int, seed: int = 1) -> list[Act]:
    """What the agents did in that month, oldest first."""
    return list(_month(now, seed)[1])


@lru_cache(maxsize=2)
def _month(now: int, seed: int) -> tuple[tuple[Posted, ...], tuple[Act, ...]]:
    rng = random.Random(seed)  # noqa: S311 - a play, not a secret
    told = [*stories("fr"), *stories("en"), *stories("short")]
    mails: list[Posted] = []
    done: list[Act] = []
    for posted, acted in lay_out(told, now, rng):
        mails += posted
        done += acted
    odd_mails, odd_acts = oddities.mails(now, rng, mails)
    mails += odd_mails
    done += odd_acts
    return tuple(sorted(mails, key=lambda posted: posted.at)), tuple(sorted(done, key=lambda act: act.at))
