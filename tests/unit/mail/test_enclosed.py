"""Files inside texts: uuencode and yEnc become attachments; what only looks like one stays in the text."""

from __future__ import annotations

import binascii
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import enclosed, mime
from tui_desk.mail.parse import parse

DATA = bytes(range(256)) * 3


def uu(data: bytes, name: str = "a.bin", *, backtick: bool = True, stripped: bool = False) -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=backtick).rstrip(b"\n") for at in range(0, len(data), 45)]
    lines = [line.rstrip(b" ") if stripped else line for line in lines]
    return b"begin 644 " + name.encode() + b"\n" + b"".join(line + b"\n" for line in lines) + b"`\nend\n"


def yenc(data: bytes, name: str = "a.bin") -> bytes:
    out = bytearray()
    for byte in data:
        sign = (byte + 42) & 0xFF
        out += bytes((0x3D, (sign + 64) & 0xFF)) if sign in (0, 10, 13, 0x3D) else bytes((sign,))
        if len(out) % 130 > 127 and out[-1] != 0x3D:
            out += b"\r\n"
    crc = b"%08x" % zlib.crc32(data)
    return b"=ybegin line=128 size=%d name=%s\r\n%s\r\n=yend size=%d crc32=%s\r\n" % (
        len(data), name.encode(), bytes(out), len(data), crc,
    )  # fmt: skip


@pytest.mark.parametrize("how", [{}, {"backtick": False}, {"backtick": False, "stripped": True}])
def test_uuencode_in_a_text(how: dict[str, bool]) -> None:
    mail = parse(b"From: a@x.test\n\nsee below\n\n" + uu(DATA, "report one.csv", **how) + b"\nregards\n")
    assert mail.text == "see below\n\n\nregards\n"
    assert [(a.name, a.data) for a in mail.attachments] == [("report one.csv", DATA)]


def test_yenc_in_a_text() -> None:
    mail = parse(b"From: a@x.test\r\n\r\nsee below\r\n" + yenc(DATA, "photo.png") + b"bye\r\n")
    assert mail.text == "see below\nbye\n"
    assert [(a.name, a.data) for a in mail.attachments] == [("photo.png", DATA)]


@given(st.binary(max_size=400))
def test_any_file_comes_back(data: bytes) -> None:
    assert enclosed.taken_out(uu(data)) == (b"", [enclosed.File(b"a.bin", data)])
    assert enclosed.taken_out(yenc(data)) == (b"", [enclosed.File(b"a.bin", data)])
    raw = b"Content-Type: image/png\nContent-Transfer-Encoding: x-uuencode\n\n"
    assert mime.tree(raw + uu(data), []).body() == data
    assert mime.tree(raw.replace(b"x-uuencode", b"x-yenc") + yenc(data), []).body() == data


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 x\nand it never ends\n",
        "begin 644 of the story\nno encoded line\nend\n",
        "we begin 644 things\nend\n",
        "=ybegin is a word\n",
        "=ybegin line=128 size=3 name=x\nabc\n",
        "end\nbegin\n",
    ],
)
def test_what_only_looks_like_a_file_stays(text: str) -> None:
    mail = parse(b"From: a@x.test\n\n" + text.encode())
    assert (mail.text, mail.attachments) == (text, ())


def test_many_beginnings_are_looked_into_only_so_often() -> None:
    text = b"begin 644 x\nhello\n" * 20_000 + b"end\n"
    assert enclosed.taken_out(text) == (text, [])
