"""winmail.dat: what Outlook packed is unpacked; what is cut or no TNEF gives nothing worse than nothing."""

from __future__ import annotations

import base64
import struct

from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import rtf
from tui_desk.mail.parse import parse
from tui_desk.mail.tnef import unpack
from tui_desk.mail.types import Mail


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
    assert [(file.name, file.content_type, file.data) for file in unpack(WINMAIL).files] == [
        ("facture été.pdf", "application/pdf", b"%PDF data"),
        ("b.txt", "application/octet-stream", b"second"),
    ]


def test_winmail_in_a_mail() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\nContent-Type: application/ms-tnef; name=winmail.dat\n"
    raw += b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(WINMAIL) + b"--x--\n"
    mail = parse(raw)
    assert mail.text == "text"
    assert [file.name for file in mail.attachments] == ["facture été.pdf", "b.txt"]


def binary_property(tag: int, data: bytes, kind: int = 0x102) -> bytes:
    return struct.pack("<HHII", kind, tag, 1, len(data)) + data + bytes(-len(data) % 4)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def properties(*found: bytes) -> bytes:
    return struct.pack("<I", len(found)) + b"".join(found)


def in_a_mail(data: bytes, text: str = "") -> Mail:
    head = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\n" + text.encode()
    head += b"\n--x\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    return parse(head + base64.encodebytes(data) + b"--x--\n")


def test_the_text_inside_is_the_body_where_there_is_no_other() -> None:
    data = winmail(attribute(1, 0x9003, properties(binary_property(0x1013, "<p>Réclamation</p>".encode()))))
    mail = in_a_mail(data)
    assert (mail.text.strip(), mail.html, mail.attachments) == ("Réclamation", "<p>Réclamation</p>", ())
    assert in_a_mail(data, "sent beside").text.strip() == "sent beside"
    plain = winmail(attribute(1, 0x9007, struct.pack("<II", 1251, 0)), attribute(1, 0x800C, "Привет, мир\r\n".encode("cp1251")))
    assert in_a_mail(plain).text.strip() == "Привет, мир"


def test_names_are_in_the_code_page_of_the_message() -> None:
    data = winmail(
        attribute(1, 0x9007, struct.pack("<II", 932, 0)), attribute(2, 0x9002, bytes(14)),
        attribute(2, 0x8010, "見積書.pdf".encode("cp932") + b"\0"), attribute(2, 0x800F, b"data"),
    )  # fmt: skip
    assert [file.name for file in unpack(data).files] == ["見積書.pdf"]


def test_a_message_in_the_message() -> None:
    inner = winmail(
        attribute(1, 0x800C, b"the inner text"), attribute(2, 0x9002, bytes(14)),
        attribute(2, 0x8010, b"a.txt\0"), attribute(2, 0x800F, b"inner data"),
    )  # fmt: skip
    held = properties(unicode_property(0x3707, "Fwd"), binary_property(0x3701, bytes(16) + inner, kind=0x0D))
    data = winmail(attribute(2, 0x9002, bytes(14)), attribute(2, 0x9005, held))
    assert [(file.name, file.data) for file in unpack(data).files] == [("Fwd.txt", b"the inner text"), ("a.txt", b"inner data")]


def test_rich_text_alone_is_kept_as_a_file() -> None:
    packed = struct.pack("<II4sI", 15, 3, b"MELA", 0) + b"abc"
    data = winmail(attribute(1, 0x9003, properties(binary_property(0x1009, packed))))
    assert [(file.name, file.content_type) for file in unpack(data).files] == [("message.rtf", "application/rtf")]


def test_compressed_rich_text() -> None:
    # Literals, a run from the known beginning, a run into itself, the end mark.
    known = len(rtf._KNOWN)
    text = b"{\\rtf1\\ansi" + b"abc" + b"abcabcabc"

    def reference(offset: int, length: int) -> bytes:
        return struct.pack(">H", offset << 4 | length - 2)

    first = bytes([0b00110001]) + reference(0, 11) + b"abc" + reference(known + 11, 9) + reference(known + 11 + 3 + 9, 2)
    data = struct.pack("<II4sI", len(first) + 12, len(text), b"LZFu", 0) + first
    assert rtf.uncompressed(data) == text
    assert rtf.uncompressed(struct.pack("<II4sI", 15, 3, b"MELA", 0) + b"abc") == b"abc"
    assert rtf.uncompressed(b"short") == b"short"


@given(st.binary(max_size=200))
def test_any_rich_text_ends(data: bytes) -> None:
    rtf.uncompressed(struct.pack("<II4sI", len(data), 1 << 31, b"LZFu", 0) + data)


def test_winmail_that_cannot_be_read_stays_an_attachment() -> None:
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\n\nno tnef"
    assert [(file.name, file.data) for file in parse(raw).attachments] == [("winmail.dat", b"no tnef")]


@given(st.integers(0, len(WINMAIL)), st.binary(max_size=30))
def test_cut_and_broken_files_never_raise(at: int, noise: bytes) -> None:
    unpack(WINMAIL[:at])
    unpack(WINMAIL[:at] + noise + WINMAIL[at + len(noise) :])
