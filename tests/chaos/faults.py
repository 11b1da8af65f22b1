"""Which fault a connection gets: drawn from all kinds, at places both early and late in a session."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from tests.support.proxy import Fault

SHARE = 0.75
_SILENCE = 1.2
"""Seconds: a process waits longer than this for an answer, so the line is cut then."""


class Storm:
    """Asked by a proxy for each connection's fault. Quiet until `on` is set; then `share` of them are struck, others spared."""

    def __init__(self, rng: random.Random, *, tls: bool, share: float = SHARE) -> None:
        self._rng = rng
        self._share = share
        self._kinds = [_cut, _cut_up, _silent, _slices, _slow, _refused, *((_flip, _garbage) if tls else PLAIN)]
        self._most = 300_000
        self.on = False

    def __call__(self, _number: int) -> Fault:
        """The next connection's."""
        if not self.on:
            return Fault(name="quiet")
        if self._rng.random() >= self._share:
            return Fault(name="spared")
        return self._rng.choice(self._kinds)(self._rng, self._place())

    def _place(self) -> int:
        """Bytes from the start: as often below a thousand as between ten and a hundred thousand."""
        return int(math.exp(self._rng.uniform(math.log(30), math.log(self._most))))


def _cut(rng: random.Random, at: int) -> Fault:
    return Fault(name="cut", cut_after=at, polite=rng.random() < 0.3)


def _cut_up(rng: random.Random, _at: int) -> Fault:
    return Fault(name="cut upwards", cut_up_after=rng.randrange(1, 1500), polite=rng.random() < 0.3)


def _silent(_rng: random.Random, at: int) -> Fault:
    return Fault(name="silence", silent_after=at, silent_for=_SILENCE)


def _slices(rng: random.Random, at: int) -> Fault:
    piece = rng.randrange(1, 60)
    return Fault(name="slices", piece=piece, cut_after=min(at, piece * 2000))


def _slow(rng: random.Random, _at: int) -> Fault:
    return Fault(name="delays", delay=rng.uniform(0.001, 0.02))


def _refused(_rng: random.Random, _at: int) -> Fault:
    return Fault(name="refused", refuse=True)


def _flip(_rng: random.Random, at: int) -> Fault:
    return Fault(name="flip", flip_at=at)


def _garbage(rng: random.Random, at: int) -> Fault:
    foreign = rng.choice([b"\x00\xff* GARBAGE {99\r\n", b"\x00\x00", b"* 7 FETCH (UID 7)\r\n", rng.randbytes(200)])
    return Fault(name="injected", inject_at=at, inject=foreign)


def _foreign(rng: random.Random, at: int) -> Fault:
    """On a plain line only what no server says: a well-formed lie in the right place cannot be told from the truth."""
    return Fault(name="injected", inject_at=at, inject=rng.choice([b"\x00\xff* GARBAGE {99\r\n", b"\x00\x00", b"\r\r\n"]))


def _in_literal(rng: random.Random, _at: int) -> Fault:
    return Fault(name="cut in a literal", cut_in_literal=rng.randrange(25))


def _answer(rng: random.Random, _at: int) -> Fault:
    return Fault(name="answer lost", cut_before_answer=rng.randrange(12))


def _goodbye(_rng: random.Random, at: int) -> Fault:
    return Fault(name="goodbye", goodbye_after=at, polite=True)


PLAIN: tuple[Callable[[random.Random, int], Fault], ...] = (_foreign, _in_literal, _answer, _goodbye)
"""What needs to see the lines."""
