"""What must hold for any bytes: on the seeds, on mutations of them, on noise."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import DICTIONARY, MAILS
from tests.fuzz.targets import TARGETS

pytestmark = pytest.mark.parametrize("name", TARGETS)


@pytest.mark.parametrize("seed", MAILS)
def test_holds_for_the_seeds_cut_anywhere(name: str, seed: bytes) -> None:
    TARGETS[name](seed)
    for at in range(0, len(seed), max(len(seed) // 40, 1)):
        TARGETS[name](seed[:at])
        TARGETS[name](seed[at:])


def test_holds_for_mutations(name: str) -> None:
    chance = random.Random(20260105)
    for _ in range(400):
        data = bytearray(chance.choice(MAILS))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(4):
                case 0:
                    data[at:at] = chance.choice(DICTIONARY)
                case 1:
                    del data[at : at + chance.randint(1, 30)]
                case 2:
                    data[at:at] = chance.randbytes(chance.randint(1, 6))
                case _:
                    other = chance.choice(MAILS)
                    cut = chance.randrange(len(other))
                    data[at:at] = other[cut : cut + 200]
        TARGETS[name](bytes(data))


@given(
    pieces=st.lists(
        st.one_of(st.sampled_from(DICTIONARY), st.binary(max_size=20), st.just(b"\r\n"), st.just(b"\n\n")), max_size=60
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_holds_for_noise(name: str, pieces: list[bytes]) -> None:
    TARGETS[name](b"".join(pieces))
