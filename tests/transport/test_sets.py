"""UID sets: short, whole, and read back as they were."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.transport.sets import MAX_SET, batches, expand

UIDS = st.sets(st.integers(1, 4_294_967_295) | st.integers(1, 300), max_size=400)


@given(UIDS, st.sampled_from([0, 1, 7, 100]))
def test_batches_hold_every_uid_once(uids: set[int], most: int) -> None:
    made = list(batches(uids, most))
    assert sorted(uid for _words, members in made for uid in members) == sorted(uids)
    for words, members in made:
        assert len(words) <= MAX_SET
        assert set(expand(words) or ()) == members
        assert not most or len(members) <= most


def test_a_whole_mailbox_is_one_word() -> None:
    assert [words for words, _members in batches(range(1, 100_001))] == [b"1:100000"]


def test_scattered_uids_stay_under_a_line() -> None:
    made = list(batches(range(1, 40_000, 2)))
    assert len(made) > 10
    assert all(len(words) < 4000 for words, _members in made)


def test_a_set_that_is_too_large_to_be_true() -> None:
    assert expand(b"1:4294967295") is None
    assert expand(b"5:3,9") == [3, 4, 5, 9]
