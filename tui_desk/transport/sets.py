"""Sets of UIDs as IMAP writes them (RFC 9051 sequence-set): ranges, in pieces that keep a command line under 4 KB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MAX_SET = 3500
"""Characters of one set: with the rest of the command the line stays under 4,096 bytes, which every server takes."""


def ranges(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The runs of consecutive numbers in `uids`, ascending."""
    first = last = -1
    for uid in sorted(set(uids)):
        if uid != last + 1 or first < 0:
            if first >= 0:
                yield first, last
            first = uid
        last = uid
    if first >= 0:
        yield first, last


def batches(uids: Iterable[int], most: int = 0) -> Iterator[tuple[bytes, set[int]]]:
    """`uids` as sets of at most MAX_SET characters and `most` numbers each (0: no limit), with the numbers in each."""
    words: list[str] = []
    members: set[int] = set()
    length = 0
    for first, last in _split(ranges(uids), most):
        word = f"{first}:{last}" if last > first else str(first)
        if words and (length + len(word) >= MAX_SET or (most and len(members) + last - first >= most)):
            yield ",".join(words).encode(), members
            words, members, length = [], set(), 0
        words.append(word)
        members.update(range(first, last + 1))
        length += len(word) + 1
    if words:
        yield ",".join(words).encode(), members


def _split(runs: Iterable[tuple[int, int]], most: int) -> Iterator[tuple[int, int]]:
    for first, last in runs:
        while most and last - first >= most:
            yield first, first + most - 1
            first += most
        yield first, last


def expand(text: bytes, most: int = 10_000_000) -> list[int] | None:
    """The numbers of a set that a server sent, ascending; None when they are more than `most`. Raises ValueError."""
    pairs: list[tuple[int, int]] = []
    total = 0
    for word in text.split(b","):
        first, _colon, last = word.partition(b":")
        low, high = sorted((int(first), int(last or first)))
        total += high - low + 1
        pairs.append((low, high))
    if total > most:
        return None
    return sorted({uid for low, high in pairs for uid in range(low, high + 1)})
