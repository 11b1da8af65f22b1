"""Rounds: changes on the server, syncs over a bad line, kills; then one good pass, and the books are compared.

Some rounds make a life: one store from its first sync on. A life depends on nothing but seed, server and its number.
"""

from __future__ import annotations

import random
import shutil
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.books import Books
from tests.chaos.desk import Subject, WrongError
from tests.chaos.faults import SHARE, Storm
from tests.chaos.hand import Hand
from tests.chaos.mails import Letters
from tests.chaos.servers import Server
from tests.support.proxy import FaultProxy

CAP = 1024 * 1024
LIFE = 10
"""Rounds of one store."""


@dataclass(slots=True)
class Tally:
    """What was done and found, over all rounds."""

    rounds: int = 0
    connections: int = 0
    checked: int = 0
    """Messages compared, each round anew."""
    seconds: float = 0.0
    did: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    rebuilt: int = 0
    audits: int = 0


class RoundError(AssertionError):
    """A round went wrong: which, what differs, and where its folder is."""

    def __init__(self, seed: int, server: str, life: int, turn: int, folder: Path, wrong: list[str]) -> None:
        more = f"\n... and {len(wrong) - 20} more" if len(wrong) > 20 else ""
        super().__init__(f"seed {seed}, {server}, life {life}, round {turn} (left in {folder}):\n" + "\n".join(wrong[:20]) + more)


class Life:
    """One store from its first sync on."""

    def __init__(self, server: Server, seed: int, number: int, work: Path, tally: Tally, *, share: float = SHARE) -> None:
        self.server, self.seed, self.number, self.tally = server, seed, number, tally
        self.home = work / f"{server.name}-{seed}-{number}"
        shutil.rmtree(self.home, ignore_errors=True)
        self.rng = random.Random(f"{seed} {server.name} {number}")
        self.tls = bool(server.tls_port) and self.rng.random() < 0.5
        self.storm = Storm(random.Random(self.rng.random()), tls=self.tls, share=share)
        self.proxy = FaultProxy(server.tls_port if self.tls else server.port, self.storm)
        self.hand = Hand(server, random.Random(self.rng.random()), Letters(random.Random(self.rng.random())))
        self.inbox = "INBOX" if self.rng.random() < 0.4 else self.hand.named("Support")
        self.sent = self.hand.named("Answers")
        window, days = self.rng.choice([3, 10, 40, 400]), self.rng.choice([0, 7, 90])
        self.subject = Subject(self.home, server, self.proxy.port, self.tls, self.inbox, self.sent, window, days)

    def run(self, rounds: int) -> None:
        """Live. Raises RoundError."""
        turn = 0
        began = time.monotonic()
        books = Books.of(self.server, CAP)
        try:
            with self.proxy:
                for folder in (self.inbox, self.sent):
                    self.hand.make(folder)
                for turn in range(1, rounds + 1):
                    self._round(books, last=turn == rounds)
            shutil.rmtree(self.home)
        except Exception as error:  # whatever it is: it is told, and the other lives go on
            wrong = error.args[0] if isinstance(error, Differ) else traceback.format_exception(error)[-3:]
            raise RoundError(self.seed, self.server.name, self.number, turn, self.home, wrong) from error
        finally:
            self._count(books, time.monotonic() - began)
            self.hand.close()
            books.close()

    # ------------------------------------------------------------------------------------------------------- a round

    def _round(self, books: Books, *, last: bool) -> None:
        self.hand.act(self.inbox)
        if self.rng.random() < 0.5:
            self.hand.act(self.sent, ours=True, most=4)
        self.storm.on = True
        self.server.trouble(True)
        for _ in range(self.rng.randint(1, 3)):
            self._attempt()
        self.storm.on = False
        self.server.trouble(False)
        as_program = last or self.rng.random() < 0.25
        if as_program:
            self.subject.program("sync", must=True)
        else:
            self.subject.sync(must=True)
        self._check(books, as_program=as_program, last=last)
        self.tally.rounds += 1

    def _attempt(self) -> None:
        """One sync over the bad line: here or as a program, killed or not, and now and then while the mailbox changes."""
        with ThreadPoolExecutor(1) as others:
            meanwhile = others.submit(self.hand.act, self.inbox, most=3) if self.rng.random() < 0.3 else None
            how = self.rng.random()
            if how < 0.35:
                self.tally.did["kills"] += self.subject.killed(self.rng, lambda: self.proxy.passed, "sync")
            elif how < 0.4:
                self.tally.did["kills"] += self.subject.killed(self.rng, lambda: self.proxy.passed, "sync", "--watch")
            elif how < 0.45:
                self.subject.program("sync")
            else:
                self.subject.sync()
        if meanwhile is not None:
            meanwhile.result()

    def _check(self, books: Books, *, as_program: bool, last: bool) -> None:
        if last:
            books.forget()
        wrong = books.differences(self.subject.profile.store, [self.inbox, self.sent])
        if as_program:
            self.subject.program("sync", "--audit", must=True)
        else:
            with closing(self.subject.open()) as desk:
                wrong += [f"audit: {audit}" for audit in desk.mailbox.audit() if not audit.clean]
        self.tally.audits += 1
        if last and not wrong:
            wrong += self._rebuilt()
        if wrong:
            raise Differ(wrong)

    def _rebuilt(self) -> list[str]:
        """`desk rebuild` makes the same again."""
        before, after = self.home / "before.jsonl", self.home / "after.jsonl"
        self.subject.program("export", str(before), must=True)
        self.subject.program("rebuild", must=True)
        self.subject.program("export", str(after), must=True)
        self.tally.rebuilt += 1
        return [] if before.read_bytes() == after.read_bytes() else ["`desk rebuild` makes another export"]

    def _count(self, books: Books, seconds: float) -> None:
        tally = self.tally
        tally.seconds += seconds
        tally.checked += books.checked
        tally.connections += self.proxy.connections
        tally.did.update(self.hand.did)
        tally.given.update(self.proxy.given)
        tally.hits.update(self.proxy.hits)
        tally.codes.update(self.subject.codes)


class Differ(WrongError):
    """The books differ; the first argument is the list."""


def lives(
    server: Server, *, rounds: int, seed: int, work: Path, first: int = 0, share: float = SHARE, tally: Tally | None = None
) -> Tally:
    """`rounds` rounds on a running server, in lives of `LIFE`. Raises RoundError at the first that goes wrong."""
    tally = Tally() if tally is None else tally
    for number, start in enumerate(range(0, rounds, LIFE), first):
        Life(server, seed, number, work, tally, share=share).run(min(LIFE, rounds - start))
    return tally
