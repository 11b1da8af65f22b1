"""The mbox splitter: whatever the messages, what was written is what is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_desk.errors import ProtocolError
from tui_desk.transport import letters, mbox
from tui_desk.transport.mbox import Entry, date_of, split

LINE = b"From alice@x.example Mon Jan  1 10:00:00 2024\n"
AT = 1704103200

words = st.sampled_from(
    [
        *(b"Hello", b"", b"From ", b"From here on", b">From a", b">>From b", b">>>From c", b"> From d", b"FROM e", b" From f"),
        *(b"From bob@x.example Tue Jan  2 10:00:00 2024", b"Subject: inside", b"caf\xe9", b"\r", b"x" * 90, b"Content-Length: 3"),
    ]
)
bodies = st.lists(words, max_size=12).map(b"\n".join)
messages = st.lists(st.tuples(st.sampled_from([b"Subject: a", b"From: x@y\nSubject: b\nX-Y: z"]), bodies), min_size=1, max_size=6)


def raws(made: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """Messages, each ending with a line end."""
    return [head + b"\n\n" + body + (b"" if body.endswith(b"\n") else b"\n") for head, body in made]


def crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def rd(raw: bytes) -> bytes:
    """As mboxrd quotes."""
    return LINE + re.sub(rb"(?m)^(>*From )", rb">\1", raw) + b"\n"


def cl2(raw: bytes) -> bytes:
    """As mboxcl2 has it: nothing quoted, the length told."""
    head, _blank, body = raw.partition(b"\n\n")
    return LINE + head + b"\nContent-Length: %d\n\n" % len(body) + body + b"\n"


def read(data: bytes, cap: int = 1 << 20) -> list[Entry]:
    return list(split(io.BytesIO(data), cap))


def bytes_of(entry: Entry) -> bytes:
    if entry.letter.file is None:
        return entry.letter.raw
    with entry.letter.file as file:
        file.seek(0)
        return file.read()


@settings(deadline=None, max_examples=300)
@given(messages, st.integers(1, 40), st.sampled_from([1, 30, 1 << 20]))
def test_mboxrd_there_and_back(made: list[tuple[bytes, bytes]], piece: int, cap: int) -> None:
    wanted = raws(made)
    with (
        mock.patch.object(mbox, "PIECE", piece),
        mock.patch.object(letters, "PIECE", piece + 20),
        mock.patch.object(mbox, "_LOOK", 64),
    ):
        found = read(b"".join(map(rd, wanted)), cap)
        assert [bytes_of(entry) for entry in found] == [crlf(raw) for raw in wanted]
    assert {entry.at for entry in found} == {AT}


@settings(deadline=None, max_examples=300)
@given(messages, st.integers(1, 40))
def test_mboxcl2_there_and_back(made: list[tuple[bytes, bytes]], piece: int) -> None:
    # Where no line of a body begins with "From ", nothing tells mboxcl2 from mboxcl, which quotes.
    wanted = [raw if b"\nFrom " in raw else re.sub(rb"(?m)^>+From ", b"From ", raw) for raw in raws(made)]
    with mock.patch.object(mbox, "PIECE", piece), mock.patch.object(mbox, "_LOOK", 64):
        found = read(b"".join(map(cl2, wanted)))
    said = [re.sub(rb"\r\nContent-Length: \d+(?=\r\n\r\n)", b"", entry.letter.raw, count=1) for entry in found]
    assert said == [crlf(raw) for raw in wanted]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=400).map(lambda tail: LINE + tail), st.integers(1, 64))
def test_whatever_the_bytes_all_of_them_come(data: bytes, piece: int) -> None:
    with mock.patch.object(mbox, "PIECE", piece), mock.patch.object(mbox, "_LOOK", 64):
        found = read(data)
    assert sum(len(entry.letter.raw.replace(b"\r\n", b"\n")) for entry in found) <= len(data)
    assert [entry.offset for entry in found] == sorted({entry.offset for entry in found})
    assert all(data[entry.offset :].startswith(b"From ") for entry in found)
    assert found == [] or found[0].offset == 0


def test_a_wrong_content_length_is_not_believed() -> None:
    one = LINE + b"Subject: 1\nContent-Length: 9999\n\none\n\n"
    two = LINE + b"Subject: 2\nContent-Length: 1\n\ntwo\n\n"
    three = LINE + b"Subject: 3\nContent-Length: 99999999999999\n\nthree\n"
    assert [entry.letter.raw.split(b"\r\n\r\n")[1] for entry in read(one + two + three)] == [b"one\r\n", b"two\r\n", b"three\r\n"]


def test_a_line_in_a_body_that_looks_nearly_like_a_separator() -> None:
    body = b"Dear all,\n\nFrom now on we write to you.\n\nFrom bob@x.example Tue Jan  2 10:00:00 2024\nhe wrote no header.\n"
    [entry] = read(LINE + b"Subject: a\n\n" + body)
    assert entry.letter.raw == crlf(b"Subject: a\n\n" + body)


def test_a_forwarded_mailbox_with_its_length_told() -> None:
    inner = LINE + b"Subject: inner\n\nText\n\n"
    body = b"See below.\n\n" + inner + inner + b"Bye\n"
    found = read(cl2(b"Subject: outer\n\n" + body) + rd(b"Subject: next\n\nx\n"))
    assert [entry.letter.raw.split(b"\r\n")[0] for entry in found] == [b"Subject: outer", b"Subject: next"]
    assert found[0].letter.raw.endswith(crlf(body))


def test_separators_without_dates() -> None:
    data = b"From nobody\nSubject: 1\n\nFrom here\non.\n\nFrom nobody\nSubject: 2\n\ntwo\n"
    assert [entry.letter.raw[:10] for entry in read(data)] == [b"Subject: 1", b"Subject: 2"]


def test_messages_that_no_empty_line_parts() -> None:
    found = read(LINE + b"Subject: 1\n\none\n" + LINE + b"Subject: 2\n\ntwo\n")
    assert [entry.letter.raw[-5:] for entry in found] == [b"one\r\n", b"two\r\n"]


def test_a_file_with_crlf() -> None:
    made = crlf(rd(b"Subject: 1\n\nFrom a\n") + rd(b"Subject: 2\n\n>From b\n"))
    assert [entry.letter.raw for entry in read(made)] == [b"Subject: 1\r\n\r\nFrom a\r\n", b"Subject: 2\r\n\r\n>From b\r\n"]


def test_nothing_and_what_is_no_mailbox() -> None:
    assert read(b"") == read(b"\n\n") == []
    with pytest.raises(ProtocolError):
        read(b"Subject: one message\n\nx\n")


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (b"From a@b Mon Jan  1 10:00:00 2024", AT),
        (b"From - Mon Jan  1 10:00:00 2024", AT),
        (b"From 1786544@xxx Mon Jan 01 10:00:00 +0000 2024", AT),
        (b"From MAILER DAEMON Mon Jan  1 10:00 2024", AT),
        (b"From a@b Mon Jan  1 10:00:00 CET 2024", AT),
        (b"From a@b Mon Jan  1 12:00:00 2024 +0200", AT),
        (b"From a@b Mon, 1 Jan 2024 11:00:00 +0100", AT),
        (b"From a@b Mon Jan  1 10:00:00 2024 remote from host", AT),
        (b"From the desk of Monday", None),
        (b"From Mon Jan 40 10:00:00 2024", None),
        (b"From a@b Mon Jan  1 99:00:00 2024", None),
    ],
)
def test_dates_of_separators(line: bytes, at: int | None) -> None:
    assert date_of(line) == at
