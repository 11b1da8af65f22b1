"""The lexer: the same responses however the bytes are cut, and nothing that is not IMAP gets through."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.errors import ProtocolError
from tui_desk.transport.answers import epoch, fetch_data
from tui_desk.transport.framing import Framer, Response, quote, tokens

LINE = st.binary(max_size=60).map(lambda raw: raw.translate(None, b"\r\n\0{}"))
LITERAL = st.binary(max_size=200)


def read(data: bytes, cuts: list[int], tags: tuple[bytes, ...] = (b"D1",)) -> list[tuple[bytes, ...]]:
    framer = Framer(tags)
    found: list[tuple[bytes, ...]] = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for begin, end in itertools.pairwise(edges):
        framer.feed(data[begin:end])
        while (response := framer.next()) is not None:
            found.append(response.parts)
    return found


@given(st.lists(st.tuples(LINE, st.lists(LITERAL, max_size=3)), max_size=6), st.lists(st.integers(0, 10_000), max_size=12))
def test_responses_come_whole_however_the_bytes_are_cut(responses: list[tuple[bytes, list[bytes]]], cuts: list[int]) -> None:
    data = b""
    expected: list[tuple[bytes, ...]] = []
    for line, literals in responses:
        parts = [b"* " + line]
        for literal in literals:
            parts[-1] += b" {%d}" % len(literal)
            parts += [literal, b" next"]
        data += b"".join(part if n % 2 else part + b"\r\n" for n, part in enumerate(parts))
        expected.append(tuple(parts))
    assert read(data + b"D1 OK done\r\n", cuts) == [*expected, (b"D1 OK done",)]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_are_read_or_refused(data: bytes, cuts: list[int]) -> None:
    try:
        found = read(data, cuts)
    except ProtocolError:
        return
    assert all(parts[0].startswith((b"* ", b"+", b"D1 ")) for parts in found)


@pytest.mark.parametrize(
    "data",
    [
        b"GARBAGE\r\n",
        b"*GARBAGE\r\n",
        b"D2 OK not our tag\r\n",
        b"D1 WHAT\r\n",
        b"* bare newline\n",
        b"* a NUL \0\r\n",
        b"* carriage\rreturn\r\n",
        b"* 1 FETCH (BODY[] {3}\r\nabcGARBAGE)\r\n",
        b"* 1 FETCH (BODY[] {3}\r\nabc* 2 EXISTS\r\n",
        b"\x00\xff* GARBAGE {99\r\n",
        b"X",
        b"* 1 FETCH (BODY[] {999999999999}\r\n",
    ],
)
def test_what_is_not_imap_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data, [])


def test_words_of_a_response() -> None:
    response = Response((b"* 1 FETCH (FLAGS (\\Seen $x) BODY[HEADER.FIELDS (A B)] {3}", b"raw", b' "a \\"q\\"" NIL)'))
    assert tokens(response.parts, 10) == [[b"FLAGS", [b"\\Seen", b"$x"], b"BODY[HEADER.FIELDS (A B)]", b"raw", b'a "q"', b"NIL"]]


@pytest.mark.parametrize("line", [b"(a", b"a)", b'"open', b"((a)"])
def test_unbalanced_words_are_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        tokens((line,))


@given(st.text(max_size=40).filter(lambda text: not set(text) & set("\r\n\0")))
def test_a_quoted_string_is_read_back(text: str) -> None:
    quoted = quote(text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    assert tokens((quoted,)) == [text.encode("utf-8", "replace").decode().encode()]


def test_a_fetch_that_was_tampered_with_is_refused() -> None:
    with pytest.raises(ProtocolError):
        fetch_data(Response((b"* 1 FETCH (UID 5 FLAGS",)))
    with pytest.raises(ProtocolError):
        fetch_data(Response((b"* 1 FETCH (UID five FLAGS ())",)))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (b"17-Jul-1996 02:44:25 -0700", 837596665),
        (b" 7-Jul-1996 02:44:25 +0000", 836707465),
        (b"01-Jan-1970 00:00:00 +0000", 0),
        (b"01-Jan-1970 05:30:00 +0530", 0),
    ],
)
def test_internaldate(date: bytes, expected: int) -> None:
    assert epoch(date) == expected


@pytest.mark.parametrize("date", [b"", b"17-Foo-1996 02:44:25 -0700", b"yesterday"])
def test_a_date_that_is_none(date: bytes) -> None:
    with pytest.raises(ValueError):
        epoch(date)
