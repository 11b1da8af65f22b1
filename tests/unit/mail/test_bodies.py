"""Which parts are the body and which are files, for mail of all kinds of senders."""

from __future__ import annotations

import base64

import pytest

from tui_desk.mail.parse import parse
from tui_desk.mail.types import Address

HEAD = "From: a@x.test\nMessage-ID: <1@x>\nDate: Mon, 01 Jan 2024 10:00:00 +0100\n"


def mail(kind: str, *parts: str) -> bytes:
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=b\n\n{body}--b--\n".encode()


def part(kind: str, body: str, more: str = "") -> str:
    return f"Content-Type: {kind}\n{more}\n{body}"


def test_the_first_text_is_the_body_even_with_a_name() -> None:
    raw = mail("mixed", part('text/plain; name="message.txt"', "hello"), part('text/plain; name="log.txt"', "a log"))
    found = parse(raw)
    assert found.text == "hello"
    assert [(a.name, a.data) for a in found.attachments] == [("log.txt", b"a log")]


def test_a_first_text_that_is_called_an_attachment_is_one() -> None:
    raw = mail(
        "mixed", part("text/plain", "a log", "Content-Disposition: attachment; filename=log.txt\n"), part("text/plain", "hi")
    )
    found = parse(raw)
    assert (found.text, [a.name for a in found.attachments]) == ("hi", ["log.txt"])


def test_alternatives_with_names_are_still_the_body() -> None:
    raw = mail("alternative", part('text/plain; name="a.txt"', "hello"), part('text/html; name="a.html"', "<p>hello</p>"))
    found = parse(raw)
    assert (found.text.strip(), found.html, found.attachments) == ("hello", "<p>hello</p>", ())


@pytest.mark.parametrize("kind", ["text/x-amp-html", "text/watch-html", "text/enriched"])
def test_alternatives_for_other_readers_are_left_out(kind: str) -> None:
    raw = mail("alternative", part("text/plain", "hello"), part(kind, "<b>hello</b>"), part("text/html", "<p>hello</p>"))
    found = parse(raw)
    assert (found.text.strip(), found.html, found.attachments) == ("hello", "<p>hello</p>", ())


def test_enriched_text_alone_is_read_without_its_commands() -> None:
    raw = f"{HEAD}Content-Type: text/enriched\n\n<bold>Now</bold> a <<b> <color><param>red</param>word</color>\n"
    assert parse(raw.encode()).text == "Now a <b> word\n"


@pytest.mark.parametrize("kind", ["text/x-patch", "text/csv", "text/calendar", "text/x-log", "text/vcard"])
def test_texts_for_programs_are_files(kind: str) -> None:
    found = parse(mail("mixed", part("text/plain", "hello"), part(kind, "data")))
    assert (found.text, [(a.content_type, a.data) for a in found.attachments]) == ("hello", [(kind, b"data")])


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
def test_an_enclosed_message_in_any_encoding_opens(encoding: str) -> None:
    inner = "Subject: =?utf-8?Q?R=C3=A9clamation?=\nFrom: b@x.test\n\nthe inner = text\n"
    match encoding:
        case "base64":
            body = base64.encodebytes(inner.encode()).decode()
        case "quoted-printable":
            body = inner.replace("=", "=3D")
        case _:
            body = inner
    found = parse(
        mail("mixed", part("text/plain", "see"), part("message/rfc822", body, f"Content-Transfer-Encoding: {encoding}\n"))
    )
    (enclosed,) = found.attachments
    assert enclosed.name == "Réclamation.eml"
    opened = parse(enclosed.data)
    assert (opened.subject, opened.from_.email, opened.text.strip()) == ("Réclamation", "b@x.test", "the inner = text")


def test_an_enclosed_message_that_is_only_called_encoded() -> None:
    raw = mail("mixed", part("message/rfc822", "Subject: in\nFrom: b@x.test\n\nhello", "Content-Transfer-Encoding: base64\n"))
    assert parse(parse(raw).attachments[0].data).text.strip() == "hello"


def test_a_mailbox_files_mark_is_taken_away_where_the_mail_came_from_one() -> None:
    body = "hello\n>From here on\n> From a quote\n"
    assert parse(f"{HEAD}\n{body}".encode()).text == body
    found = parse(f"From a@x.test Mon Jan  1 10:00:00 2024\n{HEAD}\n{body}".encode())
    assert (found.text, found.from_.email) == ("hello\nFrom here on\n> From a quote\n", "a@x.test")


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("Reply-To: Bob <bob@x.test>\n", Address("bob@x.test", "Bob")),
        ("From: Eve <>\nReply-To: bob@x.test\n", Address("bob@x.test")),
        ("From: Eve <>\nSender: list@x.test\n", Address("list@x.test")),
        ("Return-Path: <bounce@x.test>\n", Address("bounce@x.test")),
        ("From: Eve <>\nReturn-Path: <>\n", Address("", "Eve")),
        ("From: MAILER-DAEMON\n", Address("mailer-daemon")),
        ("From: Bob <bob@x.test>\nReply-To: eve@x.test\n", Address("bob@x.test", "Bob")),
    ],
)
def test_who_wrote_where_from_holds_no_address(head: str, author: Address) -> None:
    assert parse(f"{head}Subject: s\n\nx".encode()).from_ == author


@pytest.mark.parametrize(
    ("sent", "email"),
    [
        ("<john . doe @ x.test>", "john.doe@x.test"),
        ("<john.\n doe@x.test>", "john.doe@x.test"),
        ("<two words@x.test>", "two words@x.test"),
    ],
)
def test_blanks_in_addresses(sent: str, email: str) -> None:
    assert parse(f"From: Bob {sent}\n\nx".encode()).from_.email == email


def test_a_name_of_a_file_keeps_its_blanks_and_loses_controls() -> None:
    raw = mail("mixed", part("application/pdf", "x", 'Content-Disposition: attachment; filename="a  b\x01c.pdf"\n'))
    assert parse(raw).attachments[0].name == "a  b c.pdf"


def test_nothing_of_a_mail_holds_a_nul_or_a_surrogate() -> None:
    raw = (
        b'Subject: a\0b =?utf-8?Q?=00=ED=A0=80?=\nFrom: "\0\xff" <a@x.test>\nContent-Type: multipart/mixed; boundary=b\n\n'
        b'--b\n\nnul\0 \xed\xa0\x80 here\n--b\nContent-Type: image/png; name="a\0\xed\xa0\x80.png"\n\nx\n--b--\n'
    )
    found = parse(raw)
    for text in (found.subject, found.from_.name, found.text, found.attachments[0].name, *[v for _, v in found.headers]):
        assert "\0" not in text
        text.encode()
