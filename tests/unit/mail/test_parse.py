"""Mail as it is really sent: charsets, headers, addresses, dates, attachments, the hash; and bytes that are no mail."""

from __future__ import annotations

import base64
import tracemalloc
from email.message import EmailMessage
from email.utils import mktime_tz, parsedate_tz

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import addresses, charset, headers
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Address

HEAD = """From: Zoé <zoe@mail.example>
To: support@desk.example
Subject: Hello
Date: Mon, 01 Jan 2024 10:00:00 +0100
Message-ID: <1@x>
""".encode()


def plain(body: bytes, content_type: str = "text/plain", more: bytes = b"") -> bytes:
    return HEAD + b"Content-Type: " + content_type.encode() + b"\n" + more + b"\n" + body


FRENCH = "Réclamation : reçu « café » à l’œil, 12 €"
ALIKE = "Reçu à l'école, café, garçon"
CHARSETS = [
    ("utf-8", FRENCH),
    ("iso-8859-1", ALIKE),
    ("iso-8859-15", "Reçu à l'école, 12 €"),
    ("windows-1252", FRENCH),
    ("macintosh", ALIKE),
    ("iso-8859-2", "Příliš žluťoučký kůň"),
    ("windows-1250", "Zażółć gęślą jaźń"),
    ("koi8-r", "Не могу войти"),
    ("windows-1251", "Не могу войти"),
    ("iso-8859-7", "Καλημέρα"),
    ("windows-1255", "שלום"),
    ("windows-1256", "مرحبا"),
    ("iso-2022-jp", "注文の件、日本語"),
    ("shift_jis", "注文の件、日本語"),
    ("euc-jp", "注文の件、日本語"),
    ("gb2312", "订单问题"),
    ("gbk", "订单問題"),
    ("gb18030", "订单问题㐀"),
    ("big5", "訂單問題"),
    ("euc-kr", "주문 문의"),
    ("ks_c_5601-1987", "주문 문의"),
    ("utf-16", FRENCH),
    ("utf-16le", FRENCH),
    ("utf-7", FRENCH),
]


@pytest.mark.parametrize(("name", "text"), CHARSETS)
def test_every_charset_of_the_chain(name: str, text: str) -> None:
    codec = {"macintosh": "mac-roman", "ks_c_5601-1987": "euc-kr"}.get(name, name)
    encoded = base64.encodebytes(text.encode(codec))
    mail = parse(plain(encoded, f'text/plain; charset="{name}"', b"Content-Transfer-Encoding: base64\n"))
    assert mail.text == text
    assert mail.defects == ()


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (FRENCH.encode(), "text/plain", FRENCH),
        (FRENCH.encode(), "text/plain; charset=us-ascii", FRENCH),
        (FRENCH.encode(), "text/plain; charset=foo", FRENCH),
        (FRENCH.encode(), 'text/plain; charset=""', FRENCH),
        (FRENCH.encode("cp1252"), "text/plain; charset=utf-8", FRENCH),
        (FRENCH.encode("cp1252"), "text/plain; charset=iso-8859-1", FRENCH),
        (ALIKE.encode("latin-1"), "text/plain; charset=us-ascii", ALIKE),
        (b"\xff\xfe" + FRENCH.encode("utf-16le"), "text/plain", FRENCH),
        (b"\xef\xbb\xbfwith a mark", "text/plain; charset=utf-8", "with a mark"),
        (b"nul \0 byte", "text/plain", "nul  byte"),
        (b"C:\\new \\u0041", "text/plain; charset=unicode_escape", "C:\\new \\u0041"),
        (b"uryyb", "text/plain; charset=rot13", "uryyb"),
        (b"a\r\nb\rc\n", "text/plain", "a\nb\nc\n"),
    ],
)
def test_the_charset_chain(body: bytes, content_type: str, text: str) -> None:
    assert parse(plain(body, content_type)).text == text


def test_unknown_charset_is_told() -> None:
    assert "charset foo" in parse(plain(FRENCH.encode(), "text/plain; charset=foo")).defects


def test_html_meta_charset() -> None:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><p>Не могу войти</p></html>'
    )
    assert parse(plain(page.encode("cp1251"), "text/html")).text == "Не могу войти\n"


def test_undeclared_cyrillic_is_detected() -> None:
    text = "Здравствуйте, не могу войти в личный кабинет, помогите пожалуйста. Спасибо большое за ответ." * 3
    assert parse(plain(text.encode("cp1251"))).text == text


def test_a_charset_asked_for_is_used() -> None:
    assert parse(plain("é".encode("cp1252"), "text/plain; charset=koi8-r"), charset="cp1252").text == "é"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?R=C3=A9clamation_n=C2=B0_4?=", "Réclamation n° 4"),
        ("=?UTF-8?B?UsOpY2xh?= =?UTF-8?B?bWF0aW9u?=", "Réclamation"),
        ("=?utf-8?B?w4k=?= and =?iso-8859-1*fr?Q?=E9?=", "É and é"),
        ("=?utf-8?Q?caf=C3?=\n =?utf-8?Q?=A9?=", "café"),
        ("=?iso-2022-jp?B?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?gb2312?B?tqm1pQ==?=", "订单"),
        ("=?foo?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?utf-8?B?w4k?=", "É"),
        ("=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        ("=?utf-7?Q?+2AA-?=", "+2AA-"),
        ("=?utf-8?Q?a=00b?=", "ab"),
        ("folded\n over\n\tlines", "folded over lines"),
        ("[/bold] \x1b]52;c;eA==\x07 \u202eevil", "[/bold] \x1b]52;c;eA==\x07 \u202eevil"),
    ],
)
def test_subjects(sent: str, read: str) -> None:
    assert parse(b"Subject: " + sent.encode() + b"\n\n").subject == read


@pytest.mark.parametrize("name", ["utf-8", "latin-1", "cp1252"])
def test_raw_8bit_headers(name: str) -> None:
    mail = parse("Subject: Réclamation très urgente\nFrom: Zoé <zoe@x.test>\n\nx".encode(name))
    assert (mail.subject, mail.from_) == ("Réclamation très urgente", Address("zoe@x.test", "Zoé"))


def test_raw_header_in_the_charset_of_the_body() -> None:
    raw = "Subject: 订单问题\nContent-Type: text/plain; charset=gbk\n\n您好".encode("gbk")
    assert (parse(raw).subject, parse(raw).text) == ("订单问题", "您好")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@b.test", [("a@b.test", "")]),
        ("<A@B.Test>", [("a@b.test", "")]),
        ('"" <a@b.test>', [("a@b.test", "")]),
        ('"Durand, Inès" <i@d.test>, Bob <b@d.test>', [("i@d.test", "Durand, Inès"), ("b@d.test", "Bob")]),
        ("=?utf-8?Q?Durand,_In=C3=A8s?= <i@d.test>", [("i@d.test", "Durand, Inès")]),
        ("bob@x.test (Bob the (old) one)", [("bob@x.test", "Bob the (old) one")]),
        ("=?iso-8859-2?Q?Namedy=F1ski?= (hans@x.test)", [("hans@x.test", "Namedyński")]),
        ("Team: a@x.test, B <b@x.test>;, c@x.test", [("a@x.test", ""), ("b@x.test", "B"), ("c@x.test", "")]),
        ("undisclosed-recipients:;", []),
        ("nobody", []),
        ("'Bob' <b@x.test>", [("b@x.test", "Bob")]),
        ('"a\\"b" <c@x.test>', [("c@x.test", 'a"b')]),
        ("a@x.test; b@x.test", [("a@x.test", ""), ("b@x.test", "")]),
        ("Bob <b@x.test", [("b@x.test", "Bob")]),
        ('"odd local"@x.test', [('"odd local"@x.test', "")]),
        ("<@relay.test:a@x.test>", [("a@x.test", "")]),
        ("café@dé.test", [("café@dé.test", "")]),
        ("Bob(a fine \\) man) <bob(his box)@x.test(his (old) host)>", [("bob@x.test", "Bob")]),
        ("bob@x  . test", [("bob@x.test", "")]),
        ("bob @ x.test", [("bob@x.test", "")]),
        ("Bob Q. Public bob@x.test", [("bob@x.test", "Bob Q. Public")]),
        ("=?utf-8?Q?Bob_=3Cbob=40x=2Etest=3E?=", [("bob@x.test", "Bob")]),
        ("=?utf-8?Q?bob?=@x.test", [("bob@x.test", "")]),
        ("Bob [bob@x.test]", [("bob@x.test", "Bob")]),
        ("bob@[192.0.2.1]", [("bob@[192.0.2.1]", "")]),
        ("<<bob@x.test>>", [("bob@x.test", "")]),
        ('"<" <bob@x.test>', [("bob@x.test", "<")]),
    ],
)
def test_addresses(value: str, found: list[tuple[str, str]]) -> None:
    assert [(address.email, address.name) for address in addresses.parse(value)] == found


def test_from_reply_to_and_sender_are_kept_apart() -> None:
    mail = parse(b"From: a@x.test\nReply-To: b@x.test\nSender: c@x.test\nCc: d@x.test\n\n")
    assert (mail.from_.email, mail.reply_to, mail.sender) == ("a@x.test", (Address("b@x.test"),), Address("c@x.test"))
    assert mail.cc == (Address("d@x.test"),)


def test_of_two_from_headers_the_one_with_an_address() -> None:
    assert parse(b"From: [???]\nFrom: Bob <b@x.test>\n\n").from_ == Address("b@x.test", "Bob")
    nobody = parse(b"Subject: x\n\n")
    assert nobody.from_ == Address("")
    assert "no From" in nobody.defects


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 01 Jan 2024 17:04:36 +0200",
        "1 Jan 2024 17:04 -0530",
        "Tue, 29 Feb 2000 23:59:60 GMT",
        "Fri, 21 Nov 97 09:55:06 -0600",
        "Sat, 1 Jan 2050 00:00:00 EST",
        "Wed Apr 19 20:56:33 2017",
        "Thu, 13 Feb 1969 23:32:54 -0330 (Newfoundland Time)",
    ],
)
def test_dates(value: str) -> None:
    parsed = parsedate_tz(value)
    assert parsed is not None
    assert headers.date(value) == mktime_tz(parsed)


@pytest.mark.parametrize(
    "value",
    [
        *("", "yesterday", "Mon, 99 Foo 2024 99:99:99 +0000", "32 Jan 2024 10:00 +0000", "0", "Mon, , ,"),
        "Mon, 5 Jan 2026 10:2222222222222222222222222200:00 +0100",
    ],
)
def test_bad_dates_are_none(value: str) -> None:
    assert headers.date(value) is None


NINE = 1_767_603_600
"""2026-01-05 09:00 UTC."""


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 5 Jan 2026 10:00:00 CET",
        "Mon, 5 Jan 2026 11:00:00 CEST",
        "Mon, 05 Jan 26 10:00:00 MEZ",
        "Mon Jan 5 10:00:00 CET 2026",
        "Mon, 5 Jan 2026 10:00:00 GMT+1",
        "Mon, 5 Jan 2026 18:00:00 JST",
        "Mon, 5 Jan 2026 12:00:00 MSK",
        "Mon, 5 Jan 2026 09:00:00 XYZ",
        "Monday, January 5, 2026 10:00:00 AM +0100",
        "January 5th, 2026 9:00 am",
        "lun. 5 janv. 2026 10:00:00 +0100",
        "Mo, 5 Jän 2026 10:00:00 +0100",
        "lun, 5 ene 2026 10:00:00 +0100",
        "Lunedì 5 Gen 2026 10:00:00 +0100",
        "ma, 5 tammi 2026 11:00:00 +0200",
        "Paz, 5 Oca 2026 12:00:00 +0300",
        "понедельник, 5 янв 2026 12:00:00 +0300",
        "2026-01-05T09:00:00Z",
        "2026-01-05 10:00:00.123 +0100",
        "2026/01/05 18:00:00 +0900",
        "2026年1月5日 18:00:00 +0900",
        "2026. 1. 5. 18:00:00 +0900",
    ],
)
def test_dates_as_programs_write_them(value: str) -> None:
    assert headers.date(value) == NINE


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("mar. 6 janv. 2026 10:00:00 +0100", "Tue, 6 Jan 2026 09:00:00 +0000"),
        ("mardi 6 mars 2026 10:00:00 +0100", "Fri, 6 Mar 2026 09:00:00 +0000"),
        ("January 5, 2026 10:00 PM", "Mon, 5 Jan 2026 22:00:00 +0000"),
        ("January 5, 2026 12:30 AM", "Mon, 5 Jan 2026 00:30:00 +0000"),
        ("Mon, 5 Jan 2026 22:00:00 PM +0000", "Mon, 5 Jan 2026 22:00:00 +0000"),
    ],
)
def test_days_and_halves_of_the_day(value: str, written: str) -> None:
    assert headers.date(value) == headers.date(written)


@pytest.mark.parametrize("value", ["05/01/2026 10:00:00", "mardi 06/01/2026 10:00", "2026-13-05 10:00:00", "5 Foo 2026 10:00 Z"])
def test_what_may_be_two_days_is_none(value: str) -> None:
    assert headers.date(value) is None


@given(st.integers(-2_000_000_000, 30_000_000_000), st.integers(-14 * 60, 14 * 60))
def test_dates_of_all_years(at: int, offset: int) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    moment = datetime.fromtimestamp(at, UTC).astimezone(timezone(timedelta(minutes=offset)))
    assert headers.date(moment.strftime("%a, %d %b %Y %H:%M:%S %z")) == at


@given(st.text())
def test_dates_never_raise(value: str) -> None:
    headers.date(value)


def test_message_ids() -> None:
    mail = parse(
        b"Message-ID: <a@x>\nIn-Reply-To: Your mail of today <b@x>\nReferences: <c@x>\n <d@x> <c@x>\nThread-Index: "
        + base64.b64encode(bytes(range(32)))
        + b"\n\n"
    )
    assert (mail.message_id, mail.in_reply_to, mail.references) == ("a@x", ("b@x",), ("c@x", "d@x"))
    assert mail.thread_index == bytes(range(22)).hex()
    assert parse(b"In-Reply-To: bare@x\nThread-Index: AAAA\n\n").in_reply_to == ("bare@x",)
    assert parse(b"Thread-Index: AAAA\n\n").thread_index == ""


def test_synthetic_ids_come_from_the_content() -> None:
    one, same, other = (
        parse(b"From: a@x.test\n%s\n\nbody%s" % (trace, more)) for trace, more in ((b"", b""), (b"X-Trace: 1", b""), (b"", b"2"))
    )
    assert one.message_id == same.message_id == f"{one.content_hash}@synthetic.invalid"
    assert other.message_id != one.message_id


def test_the_hash_is_of_the_content_not_of_its_way() -> None:
    text = "Réclamation\n\nBonjour " * 20
    first = plain(text.encode(), "text/plain; charset=utf-8", b"Received: from a\nX-Spam: no\n")
    second = plain(
        base64.encodebytes(text.encode("cp1252")), "text/plain; charset=cp1252", b"Content-Transfer-Encoding: base64\n"
    )
    again = b"DKIM-Signature: x\nARC-Seal: y\n" + second.replace(b"\n", b"\r\n")
    hashes = {parse(raw).content_hash for raw in (first, second, again)}
    assert len(hashes) == 1
    for changed in (
        first.replace(b"Hello", b"Hullo"),
        first.replace(b"zoe@", b"moe@"),
        first.replace(b"10:00", b"10:01"),
        first + b"x",
    ):
        assert parse(changed).content_hash not in hashes


def test_the_hash_covers_attachments() -> None:
    def with_attachment(data: bytes) -> str:
        mail = EmailMessage()
        mail.set_content("same")
        mail.add_attachment(data, maintype="application", subtype="pdf", filename="a.pdf")
        return parse(mail.as_bytes()).content_hash

    assert with_attachment(b"1") != with_attachment(b"2")


def test_plain_beside_html_and_inline_images() -> None:
    mail = EmailMessage()
    mail["From"] = "a@x.test"
    mail.set_content("the text")
    mail.add_alternative('<p>the <b>text</b> <img src="cid:1@x"></p>', subtype="html")
    mail.get_payload()[1].add_related(b"png", "image", "png", cid="<1@x>", filename="Capture d’écran.png")  # type: ignore[union-attr,index]
    mail.add_attachment("a;b\n", subtype="csv", filename="../../x")
    found = parse(mail.as_bytes())
    assert found.text == "the text\n"
    assert "<b>text</b>" in found.html
    image, table = found.attachments
    assert (image.name, image.content_id, image.inline, image.data) == ("Capture d’écran.png", "1@x", True, b"png")
    assert (table.name, table.inline) == ("../../x", False)


def test_html_alone_and_empty_plain_text() -> None:
    assert parse(plain(b"<p>only</p>", "text/html")).text == "only\n"
    mail = EmailMessage()
    mail.set_content("\n")
    mail.add_alternative("<p>in HTML only</p>", subtype="html")
    assert parse(mail.as_bytes()).text == "in HTML only\n"


def test_texts_of_a_mixed_mail_are_one_body() -> None:
    raw = plain(
        b"--x\n\nfirst\n--x\nContent-Type: image/png; name=a.png\n\npng\n--x\n\nlist footer\n--x\n"
        b"Content-Disposition: attachment\n\nnote\n--x--\n",
        "multipart/mixed; boundary=x",
    )
    mail = parse(raw)
    assert mail.text == "first\nlist footer"
    assert [(a.name, a.data) for a in mail.attachments] == [("a.png", b"png"), ("text-2.txt", b"note")]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=plain.pdf", "plain.pdf"),
        ("attachment; filename*=utf-8''facture%20n%C2%B04.pdf", "facture n°4.pdf"),
        ("attachment; filename*0*=iso-8859-1'fr'%E9t; filename*1=e.pdf", "éte.pdf"),
        ('attachment; filename="=?utf-8?Q?=C3=A9t=C3=A9.pdf?="', "été.pdf"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="été.pdf"', "été.pdf"),
        ('attachment; filename="unclosed.pdf', "unclosed.pdf"),
    ],
)
def test_names_of_attachments(header: str, name: str) -> None:
    raw = plain(f"--x\nContent-Disposition: {header}\n\ndata\n--x--\n".encode(), "multipart/mixed; boundary=x")
    assert [a.name for a in parse(raw).attachments] == [name]


@pytest.mark.parametrize(("charset", "name"), [("iso-8859-1", "café.pdf"), ("utf-8", "café.pdf"), ("foo", "café.pdf")])
def test_a_name_that_should_be_percent_encoded_and_is_not(charset: str, name: str) -> None:
    header = f"attachment; filename*={charset}''caf".encode() + b"\xe9.pdf"
    raw = b"--x\nContent-Disposition: " + header + b"\n\ndata\n--x--\n"
    assert [a.name for a in parse(plain(raw, "multipart/mixed; boundary=x")).attachments] == [name]


def test_an_enclosed_message_is_an_attachment_and_opens() -> None:
    inner = EmailMessage()
    inner["From"] = "b@x.test"
    inner["Subject"] = "Réclamation"
    inner.set_content("the inner text")
    outer = EmailMessage()
    outer["From"] = "a@x.test"
    outer.set_content("see below")
    outer.add_attachment(inner)
    mail = parse(outer.as_bytes())
    assert mail.text == "see below\n"
    (attachment,) = mail.attachments
    assert (attachment.name, attachment.content_type) == ("Réclamation.eml", "message/rfc822")
    opened = parse(attachment.data)
    assert (opened.subject, opened.from_.email, opened.text) == ("Réclamation", "b@x.test", "the inner text\n")


def test_sixty_megabytes_are_bounded() -> None:
    raw = plain(base64.encodebytes(b"x" * 33_000_000), "text/plain", b"Content-Transfer-Encoding: base64\n")
    assert len(raw) > 44_000_000
    tracemalloc.start()
    mail = parse(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(mail.text) == 2 << 20
    assert mail.attachments[0].size == 33_000_000
    assert peak < 2.5 * len(raw)


HOSTILE = [
    b"",
    b"\0" * 1000,
    b"\n\n\n",
    b"\xff" * 5000,
    b":" * 5000,
    b"Subject",
    b"Subject: \xed\xa0\x80 surrogate\n\n\xed\xa0\x80",
    b"Content-Type: ; ; ;=\n\nx",
    b"Content-Type: text/plain; charset=\0\n\n\xe9",
    b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: \0\n\n\xe9",
    b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx',
    b"Content-Type: multipart/mixed; boundary=\xff\n\n--\xff\n\nbody\n--\xff--",
    b"From: " + b"(" * 50_000 + b"\nTo: " + b'"' * 50_001 + b"\n\n",
    b"From: " + b"<" * 50_000 + b"\nTo: " + b"a@b.test," * 50_000 + b"\n\n",
    b"Subject: " + b"=?utf-8?Q?" * 20_000 + b"\n\n",
    b"References: " + b"<" * 100_000 + b"\nIn-Reply-To: " + b"<a" * 50_000 + b"\n\n",
    b"Content-Type: text/plain" + b";a*0=b" * 20_000 + b"\n\n",
    b"Content-Disposition: attachment; filename*99999*=x; filename*0*=''%\n\n",
    b"Date: " + b"1 " * 50_000 + b"\n\n",
    b"Content-Type: text/html\n\n" + b"<div>" * 50_000,
    b"Subject: " + b"=?utf-8?Q?x" * 30_000 + b"\nTo: " + b"=?utf-8?Q?x?= " * 30_000 + b"\n\n",
    b"From: a" + b" " * 200_000 + b"b\nTo: " + b"a" * 200_000 + b"@\nCc: " + b"=" * 200_000 + b"\n\n",
    b"References: <a" + b" " * 200_000 + b"b\nMessage-ID: <" + b" " * 200_000 + b">\n\n",
    b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\nx",
    b"Content-Transfer-Encoding: base64\n\n" + b"=" * 100_000,
    b"Content-Transfer-Encoding: uuencode\n\n\xff\xff\n",
    b"Content-Type: multipart/report\nX-Failed-Recipients: a@b\n\n",
    b"Content-Type: message/delivery-status\n\n\xff:\xff\n\n:::",
    b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\x00\x00\x02\x05\x90\x06\x00\xff\xff\xff\x7f",
]


def whole(raw: bytes) -> None:
    """Parse, and look at everything that comes out."""
    mail = parse(raw)
    texts = [
        mail.message_id,
        mail.subject,
        mail.text,
        mail.html,
        mail.from_.name,
        mail.from_.email,
        *mail.references,
        *mail.in_reply_to,
    ]
    texts += (
        [text for pair in mail.headers for text in pair]
        + [a.name for a in mail.attachments]
        + [a.content_type for a in mail.attachments]
    )
    texts += [part for address in (*mail.to, *mail.cc, *mail.reply_to) for part in (address.email, address.name)]
    texts += [*mail.defects, mail.bounce.diagnostic if mail.bounce else ""]
    "".join(texts).encode()  # a surrogate would raise
    assert len(mail.content_hash) == 64
    assert mail.message_id


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bytes(raw: bytes) -> None:
    whole(raw)


@given(st.binary(max_size=600))
def test_arbitrary_bytes_never_raise(raw: bytes) -> None:
    whole(raw)


SEEDS = [
    plain(b"body\xe9", "text/plain; charset=utf-8"),
    plain(
        b"--x\nContent-Type: text/html\n\n<p>a</p>\n--x\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n--x--\n",
        "multipart/mixed; boundary=x",
    ),
    plain(
        b"--x\n\ntext\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        b"Final-Recipient: rfc822; a@b\nStatus: 5.1.1\n--x--\n",
        "multipart/report; boundary=x",
        b"References: <a@b> <c@d>\nThread-Index: AdpQ\nSubject: =?utf-8?B?w4k=?= =?iso-8859-1?Q?=E9?=\n",
    ),
    plain(
        base64.encodebytes(b"\x78\x9f\x3e\x22" + bytes(60)),
        "application/ms-tnef; name=winmail.dat",
        b"Content-Transfer-Encoding: base64\n",
    ),
]
TOKENS = [
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b";",
    b'"',
    b"=?utf-8?B?",
    b"?=",
    b"--x",
    b"charset=utf-7",
    b"boundary=",
    b"<",
    b"(",
    b"*0*=",
    b": ",
    b"\x1b[",
]


@given(st.data(), st.sampled_from(SEEDS))
def test_mutated_mails_never_raise(data: st.DataObject, raw: bytes) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(at, min(at + 12, len(raw))))
        raw = raw[:at] + data.draw(st.sampled_from(TOKENS) | st.binary(max_size=3)) + raw[end:]
    whole(raw)


@given(
    st.binary(max_size=200),
    st.sampled_from([*dict(CHARSETS), "foo", "hz", "utf-32", "cp037", "idna", "punycode", "base64", "undefined"]),
)
def test_no_charset_gives_surrogates_or_raises(data: bytes, name: str) -> None:
    charset.decode(data, name)[0].encode()
    charset.decode(data, name, html=True)[0].encode()


def test_a_mail_behind_a_byte_order_mark() -> None:
    mail = parse(b"\xef\xbb\xbfFrom: Zoe <zoe@x.test>\nSubject: s\n\nHello")
    assert (mail.from_.email, mail.subject, mail.text) == ("zoe@x.test", "s", "Hello")


def test_bare_addresses_that_blanks_part() -> None:
    mail = parse(b"From: a@x.test\nTo: b@y.test c@y.test\n d@y.test; e@y.test\nCc: Jo b@y.test\n\nx")
    assert [to.email for to in mail.to] == ["b@y.test", "c@y.test", "d@y.test", "e@y.test"]
    assert mail.cc == (Address("b@y.test", "Jo"),)


def test_a_page_that_is_called_plain_text() -> None:
    page = b"<!DOCTYPE html>\n<html><body><p>Hello<script>x</script> Zoe</p></body></html>\n"
    assert parse(b"From: a@x.test\n\n" + page).text == "Hello Zoe\n"
    assert parse(b"From: a@x.test\n\nWhy does this not work?\n" + page).text.endswith("</html>\n")
