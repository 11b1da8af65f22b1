"""A mail server that fails in every way, in any order, for a long time: nobody gets a mail twice, and `filed` means sent."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.smtp import Stub
from tests.sync.sending import Sending, copies
from tui_desk.errors import NetworkError

FAULTS: tuple[dict[str, Any], ...] = (
    {},
    {"greeting": "cut"},
    {"greeting": "421 busy"},
    {"mail": "cut"},
    {"rcpt": "450 greylisted"},
    {"data": "cut"},
    {"cut_after": 20},
    {"speak_in_data": "421 going down"},
    {"dot": "cut", "takes": True},
    {"dot": "cut", "takes": False},
    {"dot": "hang", "takes": True},
    {"dot": "451 not now", "takes": False},
    {"dot": "nonsense", "takes": True},
)
FIELDS = ("greeting", "mail", "rcpt", "data", "dot", "cut_after", "speak_in_data", "takes")


@pytest.mark.parametrize("seed", range(2))
def test_a_bad_line_for_a_long_time(seed: int, sending: Callable[..., Sending], stub: Stub) -> None:
    desk = sending(stub.port)
    chance = random.Random(seed)
    for n in range(1, 61):
        desk.queue(n)
        behave(stub, chance.choice(FAULTS))
        with contextlib.suppress(NetworkError):
            desk.deliver(later=chance.randrange(1, 2000))
        check(desk, stub)
    behave(stub, {})
    for _ in range(3):
        desk.deliver(later=4000)
    check(desk, stub)
    assert set(desk.states()) == {"filed", "uncertain"}


def behave(stub: Stub, fault: dict[str, Any]) -> None:
    """Fail so from now on, and in no other way."""
    good = Stub()
    for name in FIELDS:
        setattr(stub, name, fault.get(name, getattr(good, name)))


def check(desk: Sending, stub: Stub) -> None:
    """What holds after every pass."""
    got = copies(stub.taken)
    for outbox_id, state in enumerate(desk.states(), 1):
        copied = got.get(f"c{outbox_id}@customer.test", 0)
        match state:
            case "filed" | "accepted":
                assert copied == 1
            case "queued" | "failed":
                assert copied == 0
            case _:
                assert copied <= 1
    assert len(desk.filed()) == desk.states().count("filed")
