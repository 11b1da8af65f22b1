"""Replies in bulk on a bad day: every customer has exactly one mail, or the mail is `uncertain`; nobody ever has two.

The mark is the same with 1,000: `python -m tests.sync.many 1000`, and `--proof` for a Bcc to the desk.
"""

from __future__ import annotations

import os

import pytest

from tests.sync.many import run

COUNT = int(os.environ.get("DESK_MANY", "60"))


@pytest.mark.parametrize("proof", [False, True], ids=["no proof", "proof by Bcc"])
def test_every_customer_has_one_mail_or_it_is_uncertain(proof: bool) -> None:
    outcome = run(COUNT, proof=proof)
    # With a Bcc that came back, what arrived is known to have arrived: only what did not stays a question.
    allowed = {(1, "filed"), (0, "uncertain")} | (set() if proof else {(1, "uncertain")})
    assert set(outcome.table) <= allowed
    assert sum(outcome.table.values()) == COUNT
    assert outcome.kills.total() >= 5
    assert outcome.faults.total() >= COUNT // 10
    filed = sum(n for (_copies, state), n in outcome.table.items() if state == "filed")
    uncertain = COUNT - filed
    assert outcome.in_sent == {("filed", 1): filed, **({("uncertain", 0): uncertain} if uncertain else {})}
    assert outcome.told == {"": filed, **({"uncertain": uncertain} if uncertain else {})}
    assert outcome.cards == {1: filed, **({0: uncertain} if uncertain else {})}
