"""winmail.dat: what Outlook packed is unpacked; what is cut or no TNEF gives nothing worse than nothing."""

from __future__ import annotations

import base64
import struct

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.parse import parse
from tui_desk.mail.tnef import unpack


def attribute(level: int, code: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, code, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def unicode_property(tag: int, text: str) -> bytes:
    data = (text + "\0").encode("utf-16-le")
    return struct.pack("<HHII", 0x1F, tag, 1, len(data)) + data + bytes(-len(data) % 4)


def named_property(text: str) -> bytes:
    name = (text + "\0").encode("utf-16-le")
    return (
        struct.pack("<HH", 0x03, 0x8001)
        + bytes(16)
        + struct.pack("<II", 1, len(name))
        + name
        + bytes(-len(name) % 4)
        + struct.pack("<I", 7)
    )


PROPERTIES = (
    struct.pack("<I", 3)
    + named_property("odd")
    + unicode_property(0x3707, "facture été.pdf")
    + unicode_property(0x370E, "application/pdf")
)
WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + attribute(1, 0x8008, b"IPM.Note\0")
    + attribute(2, 0x9002, bytes(14))
    + attribute(2, 0x8010, b"FACTUR~1.PDF\0")
    + attribute(2, 0x800F, b"%PDF data")
    + attribute(2, 0x9005, PROPERTIES)
    + attribute(2, 0x9002, bytes(14))
    + attribute(2, 0x8010, b"b.txt\0")
    + attribute(2, 0x800F, b"second")
)


def test_files_are_unpacked_under_their_long_names() -> None:
    assert [(file.name, file.content_type, file.data) for file in unpack(WINMAIL)] == [
        ("facture été.pdf", "application/pdf", b"%PDF data"),
        ("b.txt", "application/octet-stream", b"second"),
    ]


def test_winmail_in_a_mail() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    raw += b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(WINMAIL) + b"--x--\n"
    mail = parse(raw)
    assert mail.text == "text"
    assert [file.name for file in mail.attachments] == ["facture été.pdf", "b.txt"]


def test_winmail_that_cannot_be_read_stays_an_attachment() -> None:
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\n\nno tnef"
    assert [(file.name, file.data) for file in parse(raw).attachments] == [("winmail.dat", b"no tnef")]


@given(st.integers(0, len(WINMAIL)), st.binary(max_size=30))
def test_cut_and_broken_files_never_raise(at: int, noise: bytes) -> None:
    unpack(WINMAIL[:at])
    unpack(WINMAIL[:at] + noise + WINMAIL[at + len(noise) :])
