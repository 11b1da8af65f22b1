"""Signed S/MIME envelopes are opened; encrypted and broken ones stay files."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import smime
from tui_desk.mail.parse import parse

SIGNED, DATA, ENVELOPED = "06092a864886f70d010702", "06092a864886f70d010701", "06092a864886f70d010703"
INNER = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    + "Réclamation".encode()
    + b"\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\npdf\r\n--b--\r\n"
)


def element(tag: int, content: bytes, *, endless: bool = False) -> bytes:
    if endless:
        return bytes((tag, 0x80)) + content + b"\0\0"
    size = len(content)
    length = bytes((size,)) if size < 128 else bytes((0x84,)) + size.to_bytes(4)
    return bytes((tag,)) + length + content


def envelope(data: bytes | None, *, endless: bool = False, kind: str = SIGNED) -> bytes:
    octets = b""
    if data is not None and endless:
        pieces = b"".join(element(0x04, data[at : at + 50]) for at in range(0, len(data), 50))
        octets = element(0xA0, element(0x24, pieces, endless=True), endless=True)
    elif data is not None:
        octets = element(0xA0, element(0x04, data))
    inner = element(0x30, bytes.fromhex(DATA) + octets, endless=endless)
    signed = element(0x30, element(0x02, b"\1") + element(0x31, element(0x30, b"")) + inner, endless=endless)
    return element(0x30, bytes.fromhex(kind) + element(0xA0, signed, endless=endless), endless=endless)


def mail(data: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m") -> bytes:
    head = f"From: a@x.test\nSubject: signed\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\n".encode()
    return head + base64.encodebytes(data)


@pytest.mark.parametrize("endless", [False, True])
def test_the_mail_in_a_signed_envelope_is_read(endless: bool) -> None:
    found = parse(mail(envelope(INNER, endless=endless)))
    assert (found.subject, found.text.strip()) == ("signed", "Réclamation")
    assert [(a.name, a.data) for a in found.attachments] == [("a.pdf", b"pdf")]


def test_an_envelope_in_an_envelope() -> None:
    assert parse(mail(envelope(mail(envelope(INNER))))).text.strip() == "Réclamation"


@pytest.mark.parametrize(
    "data", [envelope(INNER, kind=ENVELOPED), envelope(None), b"", b"0", envelope(INNER)[:40], b"\x30\x80" * 50]
)
def test_what_cannot_be_opened_stays_a_file(data: bytes) -> None:
    found = parse(mail(data))
    if smime.content(data) is None:
        assert [(a.name, a.data) for a in found.attachments] == [("smime.p7m", data)]


def test_envelopes_are_opened_so_deep() -> None:
    data = INNER
    for _ in range(6):
        data = mail(envelope(data))
    assert [a.name for a in parse(data).attachments] == ["smime.p7m"]


@given(st.integers(0, 400), st.binary(max_size=8))
def test_broken_envelopes_never_raise(at: int, noise: bytes) -> None:
    data = envelope(INNER, endless=True)
    parse(mail(data[:at] + noise + data[at + len(noise) :]))
