"""The MIME walk gives what the standard library gives on well-formed mail, and stays bounded on mail that is not."""

from __future__ import annotations

import base64
import email
import email.message
import email.policy
import random
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import head, mime

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200).map(lambda text: text.replace("\u2028", " "))
LINES = st.lists(TEXTS, max_size=6).map("\n".join)


@st.composite
def leaves(draw: st.DrawFn) -> email.message.Message:
    match draw(st.sampled_from(["utf-8", "us-ascii", "bytes", "quoted"])):
        case "utf-8":
            return MIMEText(draw(LINES), "plain", "utf-8")
        case "us-ascii":
            return MIMEText(draw(st.text(st.sampled_from("ab =-\n."), max_size=80)), "html", "us-ascii")
        case "quoted":
            part = MIMEText("", "plain", "us-ascii")
            from email.encoders import encode_quopri

            part.set_payload(draw(LINES).encode())
            del part["Content-Transfer-Encoding"]
            encode_quopri(part)
            return part
    file = MIMEBase("application", "pdf")
    file.set_payload(draw(st.binary(max_size=300)))
    from email.encoders import encode_base64

    encode_base64(file)
    file.add_header("Content-Disposition", "attachment", filename=draw(st.text(st.sampled_from('abcé ."'), max_size=9)))
    return file


def multipart(children: list[email.message.Message]) -> email.message.Message:
    whole = MIMEMultipart(random.Random(len(children)).choice(["mixed", "alternative", "related"]))
    for child in children:
        whole.attach(child)
    return whole


MESSAGES = st.recursive(leaves(), lambda inner: st.lists(inner, min_size=1, max_size=4).map(multipart), max_leaves=8)


def theirs(raw: bytes) -> list[tuple[str, bytes]]:
    leaves = [part for part in email.message_from_bytes(raw).walk() if not part.is_multipart()]
    return [(part.get_content_type(), decoded(part)) for part in leaves]


def decoded(leaf: email.message.Message) -> bytes:
    payload = leaf.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def ours(raw: bytes) -> list[tuple[str, bytes]]:
    return [(part.content_type, part.body()) for part in mime.tree(raw, []).walk() if not part.children]


@given(MESSAGES, st.booleans())
def test_equal_to_the_standard_library(message: email.message.Message, crlf: bool) -> None:
    raw = message.as_bytes(policy=email.policy.compat32.clone(linesep="\r\n" if crlf else "\n"))
    # Where no encoding keeps them, line ends are those of the way that the mail came by: ours are \n.
    assert [(kind, data.replace(b"\r\n", b"\n")) for kind, data in ours(raw)] == [
        (kind, data.replace(b"\r\n", b"\n")) for kind, data in theirs(raw)
    ]


def test_line_ends_of_the_way_are_no_part_of_a_file() -> None:
    head = b"Content-Type: application/octet-stream\nContent-Transfer-Encoding: "
    assert mime.tree(head + b"7bit\n\na\r\nb\r\n", []).body() == b"a\nb\n"
    assert mime.tree(head + b"binary\n\na\r\nb\r\n", []).body() == b"a\r\nb\r\n"
    assert mime.tree(head + b"base64\n\nYQ0KYg==\n", []).body() == b"a\r\nb"
    assert mime.tree(b"Content-Transfer-Encoding: quoted-printable\n\na=0D=0Ab\r\nc", []).body() == b"a\r\nb\nc"


@given(MESSAGES)
def test_headers_are_those_of_the_standard_library(message: email.message.Message) -> None:
    message["Subject"] = "one  two"
    message["X-Long"] = "word " * 40
    raw = message.as_bytes()
    found = [(name, " ".join(value.split())) for name, value in mime.tree(raw, []).headers]
    assert found == [(name, " ".join(str(value).split())) for name, value in email.message_from_bytes(raw).items()]


@pytest.mark.parametrize(
    ("raw", "leaf_types", "defect"),
    [
        (b"Content-Type: multipart/mixed\n\n--x\n\nbody\n--x--\n", ["text/plain"], "no boundary"),
        (b"Content-Type: multipart/mixed\n\nno parts at all\n", ["text/plain"], "no boundary"),
        (b"Content-Type: multipart/mixed; boundary=x\n\nnothing\n", ["text/plain"], "boundary never used"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n--y\n\nbody\n--y--\n", ["text/plain"], "boundary never used"),
        (b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo", ["text/plain"] * 2, "unterminated multipart"),
    ],
)
def test_broken_multiparts(raw: bytes, leaf_types: list[str], defect: str) -> None:
    defects: list[str] = []
    assert [part.content_type for part in mime.tree(raw, defects).walk() if not part.children] == leaf_types
    assert defect in defects


INNER = b"Content-Type: text/plain\n\none\n--%s\nContent-Type: text/html\n\n<p>two</p>\n--%s--\n"


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (b"multipart/alternative", b"abc"),
        (b"multipart/alternative; boundary=", b"abc"),
        (b"multipart/alternative; boundary=other", b"abc"),
        (b'multipart/alternative; boundary="ab c"', b"abc"),
        (b"multipart/alternative; boundary=a--b", b"--=_x.1"),
        (b"multipart", b"abc"),
    ],
)
def test_the_boundary_that_is_used_counts(declared: bytes, used: bytes) -> None:
    raw = b"Content-Type: " + declared + b"\n\nThis is MIME.\n--" + used + b"\n" + INNER % (used, used)
    assert [kind for kind, _ in ours(raw)] == ["text/plain", "text/html"]


def test_a_signature_is_no_boundary() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\nhello\n\n--\nBob\n--sales\nand more\n"
    assert mime.tree(raw, []).content_type == "text/plain"


def test_a_multipart_with_the_boundary_of_the_one_around_it() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/alternative; boundary=x\n\n"
        b"--x\nContent-Type: text/plain\n\none\n--x\nContent-Type: text/html\n\n<p>one</p>\n--x--\n"
    )
    tree = mime.tree(raw, [])
    assert [part.content_type for part in tree.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "kind", "charset"),
    [
        ("text/html charset=utf-8", "text/html", ""),
        ("text/html (a page); charset=utf-8", "text/html", "utf-8"),
        ("text/html,text/plain", "text/html", ""),
        ("TEXT/HTML; CHARSET = 'UTF-8'", "text/html", "'UTF-8'"),
        ("text", "text/plain", ""),
        ("/html", "text/plain", ""),
    ],
)
def test_odd_content_types(value: str, kind: str, charset: str) -> None:
    part = mime.tree(f"Content-Type: {value}\n\nx".encode(), [])
    assert (part.content_type, part.parameters.get("charset", "")) == (kind, charset)


@pytest.mark.parametrize("name", ["base64", '"base64"', "base64 (comment)", "Base64;", "base-64"])
def test_odd_transfer_encodings(name: str) -> None:
    assert mime.tree(f"Content-Transfer-Encoding: {name}\n\naGVsbG8=".encode(), []).body() == b"hello"


def test_a_text_that_is_called_base64_and_is_not() -> None:
    raw = b"Content-Transfer-Encoding: base64\n\nThis is plain text, as anybody sees.\n"
    assert mime.tree(raw, []).body() == b"This is plain text, as anybody sees.\n"


def test_a_footer_behind_base64() -> None:
    raw = b"Content-Transfer-Encoding: base64\n\naGVsbG8gYWxsIG9mIHlvdQ==\n_______\nthe list, list@x.test\n"
    assert mime.tree(raw, []).body() == b"hello all of you\n_______\nthe list, list@x.test\n"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_multipart_that_was_encoded_as_a_whole(encoding: str) -> None:
    inner = b"--b\nContent-Type: text/plain\n\none\n--b\nContent-Type: image/png\n\npng\n--b--\n"
    body = base64.encodebytes(inner) if encoding == "base64" else inner.replace(b"--b", b"=2D-b")
    raw = f"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body
    assert ours(raw) == [("text/plain", b"one"), ("image/png", b"png")]


def test_quoted_printable_with_blanks_behind_soft_line_ends() -> None:
    assert mime.tree(b"Content-Transfer-Encoding: quoted-printable\n\none= \ntwo=\t\r\nthree", []).body() == b"onetwothree"


def test_a_boundary_that_begins_like_another_does_not_end_a_part() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n"
        b"--xy\n\nin --x the text\n--xy--\n--x\n\nlast\n--x--\n"
    )
    assert [body for _, body in ours(raw)] == [b"in --x the text", b"last"] == [body for _, body in theirs(raw)]


def test_ten_thousand_parts_are_bounded_and_told() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nbody\n" * 10_000 + b"--x--\n"
    defects: list[str] = []
    assert len(list(mime.tree(raw, defects).walk())) == mime.MAX_PARTS + 1
    assert defects == ["more than 1000 parts"]


def test_a_hundred_levels_are_bounded_and_told() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(100)) + b"\nlast\n"
    defects: list[str] = []
    assert len(list(mime.tree(raw, defects).walk())) == mime.MAX_DEPTH + 1
    assert "more than 60 levels" in defects


def test_a_million_headers_are_bounded() -> None:
    assert len(mime.tree(b"a: b\n" * 1_000_000 + b"\nbody", []).headers) == head.MAX_HEADERS


def test_lines_without_a_colon() -> None:
    ends = mime.tree(b"Subject: x\nthis is the body\nand more\n", [])
    assert ends.body() == b"this is the body\nand more\n"
    goes_on = mime.tree(b"X-Spam: yes\ntests=lost its blank\nSubject: kept\n\nbody", [])
    assert goes_on.first["subject"] == "kept"
    assert goes_on.body() == b"body"


@pytest.mark.parametrize(
    ("encoded", "plain"),
    [
        (b"aGVsbG8", b"hello"),
        (b"aGVs\nbG8=\n", b"hello"),
        (b"aGVs*!bG8=", b"hello"),
        (b"aGVsbG8=\naGVsbG8=\n", b"hellohello"),
        (b"a", b""),
        (b"====", b""),
    ],
)
def test_damaged_base64(encoded: bytes, plain: bytes) -> None:
    assert mime.tree(b"Content-Transfer-Encoding: base64\n\n" + encoded, []).body() == plain


def test_uuencoded() -> None:
    raw = b"Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n%:&5L;&\\\n`\nend\n"
    assert mime.tree(raw, []).body() == b"hello"
