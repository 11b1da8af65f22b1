"""What leaves: it reads back the same, nothing can be injected, every line is legal."""

from __future__ import annotations

import email
import email.policy
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.errors import UsageError
from tui_desk.mail import markdown, twice
from tui_desk.mail.compose import compose, forward_subject, reply_subject
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Address, Attachment, Outgoing

US = Address("support@desk.example", "Desk Support")
THEM = Address("zoe@mail.example", "Zoé")


def outgoing(subject: str = "Hello", body: str = "Hi", **more: object) -> Outgoing:
    given: dict[str, object] = {
        "from_": US,
        "to": (THEM,),
        "subject": subject,
        "body": body,
        "message_id": "1@desk.example",
        "date": 1_700_000_000,
    }
    return Outgoing(**{**given, **more})  # type: ignore[arg-type]


def squeezed(text: str) -> str:
    """What a header can keep of `text`: one line, no control characters."""
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).split())


def legal(raw: bytes) -> None:
    lines = raw.split(b"\r\n")
    assert raw.endswith(b"\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any(b"\n" in line or b"\r" in line or b"\0" in line for line in lines)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 78 or b" " not in line.strip() for line in head.split(b"\r\n"))


def stays(text: str) -> bool:
    """Not all letters that went through a wrong charset twice: those are mended when they are read."""
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f]+", "", text)
    return all(twice.line(each) == each == twice.body(each) for each in (text, squeezed(text), plain))


WORDS = st.text(st.characters(codec="utf-8"), max_size=120).filter(stays)
NAMES = st.text(st.characters(codec="utf-8"), max_size=70).filter(stays)
EMAILS = st.builds(
    "{}@{}.test".format,
    st.text(st.sampled_from("abcXYZ019._+-'="), min_size=1, max_size=20).filter(lambda s: s.strip(".") == s),
    st.sampled_from(["mail", "a-b", "x1"]),
)
ADDRESSES = st.builds(Address, EMAILS.map(str.lower), NAMES)
ATTACHMENTS = st.builds(
    Attachment,
    NAMES.filter(lambda name: len(squeezed(name)) > 0),
    st.sampled_from(["application/pdf", "image/png", "text/plain"]),
    st.binary(max_size=400),
)


@given(WORDS, WORDS, st.lists(ADDRESSES, min_size=1, max_size=5), st.lists(ATTACHMENTS, max_size=3), ADDRESSES)
def test_what_is_composed_reads_back_the_same(
    subject: str, body: str, to: list[Address], attachments: list[Attachment], sender: Address
) -> None:
    raw = compose(outgoing(subject, body, from_=sender, to=tuple(to), attachments=tuple(attachments)))
    legal(raw)
    mail = parse(raw)
    assert squeezed(mail.subject) == squeezed(subject)
    assert mail.from_.email == sender.email
    assert [address.email for address in mail.to] == [address.email for address in to]
    assert [squeezed(address.name).strip("'\" ") for address in mail.to] == [
        squeezed(address.name).strip("'\" ") for address in to
    ]
    assert mail.text.rstrip() == body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip()
    assert [(squeezed(a.name), a.content_type, a.data) for a in mail.attachments] == [
        (squeezed(a.name)[:255], a.content_type, a.data) for a in attachments
    ]
    assert mail.defects == ()


@given(WORDS)
def test_the_standard_library_reads_the_same_subject(subject: str) -> None:
    raw = compose(outgoing(subject))
    read = str(email.message_from_bytes(raw, policy=email.policy.default)["subject"])
    assert "".join(read.split()) == "".join(squeezed(subject).split())


@given(st.text(), st.text(), st.text())
def test_any_unicode_is_safe(subject: str, body: str, name: str) -> None:
    raw = compose(
        outgoing(subject, body, to=(Address("a@x.test", name),), quoted=body, attachments=(Attachment(name, subject, b"x"),))
    )
    legal(raw)
    assert parse(raw).defects == ()


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: evil@x.test", "x\nBcc: evil@x.test", "x\rBcc: evil@x.test", "x\u2028Bcc: evil@x.test", "x\x85Bcc: e@x"]
)
def test_headers_cannot_be_injected(evil: str) -> None:
    raw = compose(
        outgoing(evil, to=(Address("a@x.test", evil),), headers=(("X-Note", evil),), attachments=(Attachment(evil, evil, b"x"),))
    )
    names = [name.lower() for name, _ in parse(raw).headers]
    assert "bcc" not in names
    assert len(names) == len(
        parse(compose(outgoing(headers=(("X-Note", "x"),), attachments=(Attachment("x", "x/x", b"x"),)))).headers
    )
    for mail in (
        outgoing(to=(Address(f"a@x.test{evil}"),)),
        outgoing(from_=Address(evil)),
        outgoing(headers=((evil, "x"),)),
        outgoing(message_id=evil),
    ):
        with pytest.raises(UsageError):
            compose(mail)
    assert b"evil" not in compose(outgoing(references=(evil,), in_reply_to=evil))


def test_a_broken_message_id_does_not_stop_the_answer() -> None:
    mail = parse(compose(outgoing(in_reply_to="é é", references=("a@x", "0123@synthetic.invalid"))))
    assert (mail.in_reply_to, mail.references) == ((), ("a@x",))


@pytest.mark.parametrize(
    "address",
    ["", "no at", "a@", "@x.test", "a b@x.test", "a@x..test", "a@-x.test", "é@x.test", "a@x.test, b@x.test", "a@x.test>"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        compose(outgoing(to=(Address(address),)))


@pytest.mark.parametrize("name", ["Bcc", "bcc", "Subject", "Content-Type", "Resent-Bcc", "", "X Y", "X:Y"])
def test_headers_that_are_ours_cannot_be_set(name: str) -> None:
    with pytest.raises(UsageError):
        compose(outgoing(headers=((name, "x"),)))


def test_bcc_is_never_in_the_bytes() -> None:
    assert b"secret" not in compose(outgoing(bcc=(Address("secret@x.test", "secret"),)))


def test_threading_headers() -> None:
    mail = parse(compose(outgoing(in_reply_to="c@x", references=("a@x", "b@x"), headers=(("Auto-Submitted", "auto-replied"),))))
    assert mail.in_reply_to == ("c@x",)
    assert mail.references == ("a@x", "b@x", "c@x")
    assert (mail.message_id, mail.date) == ("1@desk.example", 1_700_000_000)
    assert mail.automatic is not None
    long = parse(compose(outgoing(in_reply_to="last@x", references=tuple(f"{n}@x" for n in range(300)))))
    assert (long.references[0], long.references[-1], len(long.references)) == ("0@x", "last@x", 40)


def test_text_and_html_are_alternatives() -> None:
    mail = parse(
        compose(
            outgoing(
                body="Bonjour **Zoé**,\n\n- un\n- deux\n\n<script>alert(1)</script>\n\n[lien](javascript:alert(1)) ![x](http://t.test/p.gif)"
            )
        )
    )
    assert mail.text.startswith("Bonjour **Zoé**,\n")
    assert "<strong>Zoé</strong>" in mail.html
    assert "<li>un</li>" in mail.html
    assert "<script" not in mail.html
    assert 'href="javascript' not in mail.html
    assert "<img" not in mail.html


def test_the_quote_stands_below_the_answer() -> None:
    mail = parse(compose(outgoing(body="Answer", quoted="Le 1 janvier, Zoé a écrit :\n> <b>old</b>\n>> older")))
    assert mail.text == "Answer\n\nLe 1 janvier, Zoé a écrit :\n> <b>old</b>\n>> older\n"
    assert "<blockquote" in mail.html
    assert "&lt;b&gt;old" in mail.html
    assert parse(compose(outgoing(body="Answer", quoted="raw\n\ntext"))).text == "Answer\n\n> raw\n>\n> text\n"


def test_an_enclosed_message_stays_one() -> None:
    inner = compose(outgoing("Inner é", "x" * 2000))
    raw = compose(outgoing(attachments=(Attachment("a.eml", "message/rfc822", inner),)))
    legal(raw)
    (attachment,) = parse(raw).attachments
    assert attachment.content_type == "message/rfc822"
    assert parse(attachment.data).subject == "Inner é"
    (long,) = parse(
        compose(outgoing(attachments=(Attachment("b.eml", "message/rfc822", b"Subject: x\n\n" + b"y" * 2000),)))
    ).attachments
    assert long.content_type == "application/octet-stream"


def test_inline_images_keep_their_id() -> None:
    (image,) = parse(compose(outgoing(attachments=(Attachment("a.png", "image/png", b"png", "1@x", True),)))).attachments
    assert (image.content_id, image.inline) == ("1@x", True)


def test_international_domains() -> None:
    assert b"zoe@xn--caf-dma.test" in compose(outgoing(to=(Address("zoe@café.test"),)))


def test_lines_that_mailboxes_and_smtp_would_change() -> None:
    body = "From here\n.\n..\ntrailing  \n" + "x" * 3000
    raw = compose(outgoing(body=body))
    assert b"\r\nFrom " not in raw.partition(b"\r\n\r\n")[2]
    assert parse(raw).text == body + "\n"


@pytest.mark.parametrize(
    ("subject", "reply", "forward"),
    [
        ("Hello", "Re: Hello", "Fwd: Hello"),
        ("RE: TR: Hello", "Re: Hello", "Fwd: Hello"),
        ("", "Re: ", "Fwd: "),
        ("Aw: Réf : x", "Re: x", "Fwd: x"),
    ],
)
def test_subjects_of_answers(subject: str, reply: str, forward: str) -> None:
    assert (reply_subject(subject), forward_subject(subject)) == (reply, forward)


def test_markdown_keeps_line_ends_and_tables() -> None:
    assert markdown.to_html("a\nb") == "<p>a<br />\nb</p>\n"
    assert "<table>" in markdown.to_html("| a | b |\n|---|---|\n| 1 | 2 |")
