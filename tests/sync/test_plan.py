"""The pure parts: what a pass has to do, set differences, windows, recognising, pauses."""

from __future__ import annotations

import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.store.ledger import FolderState, Known
from tui_desk.sync.backoff import delays
from tui_desk.sync.plan import Plan, differences, plan, windows
from tui_desk.sync.rekey import match
from tui_desk.transport.base import Fetched, Selected

UIDS = st.sets(st.integers(1, 60))


def known(uidvalidity: int = 5, high_water: int = 10, modseq: int = 0) -> FolderState:
    return FolderState(1, "a", "INBOX", "inbox", uidvalidity, high_water, modseq, 0)


def selected(uidvalidity: int = 5, exists: int = 10, uidnext: int = 11, modseq: int = 0, *, told: bool = False) -> Selected:
    return Selected("INBOX", uidvalidity, exists, uidnext, modseq, {} if told else None, () if told else None)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (known(0, 0), selected(), Plan(restart=True, rekey=False, search_from=0, changes="none")),
        (known(0, 0), selected(exists=0, uidnext=1), Plan(restart=True, rekey=False, search_from=0, changes="none")),
        (known(9), selected(), Plan(restart=True, rekey=True, search_from=0, changes="none")),
        (known(), selected(), Plan(restart=False, rekey=False, search_from=0, changes="all")),
        (known(), selected(uidnext=12), Plan(restart=False, rekey=False, search_from=11, changes="all")),
        (known(), selected(uidnext=0), Plan(restart=False, rekey=False, search_from=11, changes="all")),
        (known(modseq=7), selected(modseq=7), Plan(restart=False, rekey=False, search_from=0, changes="none")),
        (known(modseq=7), selected(modseq=8), Plan(restart=False, rekey=False, search_from=0, changes="since")),
        (known(modseq=7), selected(modseq=8, told=True), Plan(restart=False, rekey=False, search_from=0, changes="told")),
        (known(modseq=0), selected(modseq=8), Plan(restart=False, rekey=False, search_from=0, changes="all")),
    ],
)
def test_what_is_to_be_done(ours: FolderState, theirs: Selected, expected: Plan) -> None:
    assert plan(ours, theirs) == expected


@given(UIDS, UIDS, UIDS)
def test_differences_make_both_sides_equal(server: set[int], present: set[int], gone: set[int]) -> None:
    gone -= present
    differs = differences(server, present, gone)
    if server:
        assert (present | set(differs.missing) | set(differs.back)) - set(differs.gone) == server
    else:
        assert differs == differences((), (), ())


@given(st.lists(st.integers(), max_size=50), st.integers(1, 9))
def test_windows_keep_order_and_lose_nothing(uids: list[int], size: int) -> None:
    made = list(windows(uids, size))
    assert [uid for window in made for uid in window] == uids
    assert all(0 < len(window) <= size for window in made)


def test_only_what_is_surely_the_same_is_recognised() -> None:
    held = [Known(1, "a@x", 10, 5, "ticket", ""), Known(2, "b@x", 10, 5, "ticket", ""), Known(3, "b@x", 10, 5, "message", "")]
    found = [
        Fetched(uid, (), at, size, b"Message-ID: <%s@x>\r\n\r\n" % name if name else b"\r\n")
        for uid, name, size, at in [(1, b"a", 10, 5), (2, b"b", 10, 5), (3, b"a", 11, 5), (4, b"a", 10, 6), (5, b"", 10, 5)]
    ]
    assert {uid: mail.mail_id for uid, mail in match(held, found).items()} == {1: 1}
    assert match(held, [*found, Fetched(9, (), 5, 10, b"Message-ID: <a@x>\r\n\r\n")]) == {}


def test_pauses_grow_to_a_limit_and_are_never_alike() -> None:
    made = list(islice(delays(1, 60, random.Random(1)), 12))
    assert all(min(2**n, 60) / 2 <= pause <= min(2**n, 60) for n, pause in enumerate(made))
    assert list(islice(delays(1, 60, random.Random(2)), 12)) != made
