"""Which charset bytes are in: undeclared, wrongly declared, mixed; short subjects as well as whole bodies."""

from __future__ import annotations

import pytest

from tui_desk.mail import charset, iso2022, letters, mime
from tui_desk.mail.parse import parse

SENT = [
    ("Problème de connexion à mon compte", "cp1252 mac-roman"),
    ("Réclamation commande n° 4512", "latin-1"),
    ("Rückfrage zur Bestellung", "cp1252"),
    ("Información sobre la factura", "latin-1"),
    ("Reclamação sobre a encomenda", "latin-1"),
    ("Spørgsmål til levering", "latin-1"),
    ("Błąd podczas logowania", "iso8859-2 cp1250"),
    ("Problém s přihlášením", "iso8859-2 cp1250"),
    ("Hibás számla, kérem küldjék újra", "iso8859-2 cp1250"),
    ("Otázka k objednávke, ďakujem", "iso8859-2 cp1250"),
    ("Не могу войти в личный кабинет", "cp1251 koi8-r iso8859-5 cp866"),
    ("Питання щодо замовлення", "cp1251 koi8-u"),
    ("Проблем с поръчката", "cp1251"),
    ("Πρόβλημα με την παραγγελία", "iso8859-7 cp1253"),
    ("Sipariş hakkında bilgi, teşekkürler", "cp1254"),
    ("בעיה בהתחברות לחשבון", "cp1255"),
    ("مشكلة في تسجيل الدخول", "cp1256"),
    ("ปัญหาการเข้าสู่ระบบ", "tis-620"),
    ("注文についての問い合わせ", "shift_jis euc-jp iso2022-jp"),
    ("領収書の再発行", "shift_jis euc-jp"),
    ("订单问题咨询", "gb2312 gb18030"),
    ("无法登录", "gb2312"),
    ("訂單問題諮詢", "big5"),
    ("無法登入", "big5"),
    ("주문 관련 문의", "euc-kr iso2022-kr"),
    ("환불해 주세요", "euc-kr"),
    ("Küsimus tellimuse kohta", "cp1257"),
]
CASES = [(text, name) for text, names in SENT for name in names.split()]


@pytest.mark.parametrize(("text", "name"), CASES)
def test_a_raw_subject_of_unknown_charset(text: str, name: str) -> None:
    mail = parse(b"From: a@x.test\nSubject: Re: " + text.encode(name) + b"\n\nhello\n")
    assert mail.subject == "Re: " + text


WORDS = [
    ("Žąsų", "cp1257", "lt"),
    ("Šiandien žiūrėsiu", "cp1257", "lt"),
    ("Müşteri", "cp1254", "tr"),
    ("Mulţumesc şi bună seara", "cp1250", "ro"),
    ("Zwrot łóżka", "iso8859-2", "pl"),
    ("שלום", "cp1255", "il"),
    ("Χαίρετε", "iso8859-7", "gr"),
    ("ขอบคุณ", "tis-620", "th"),
    ("Счёт", "koi8-r", "ru"),
    ("Рахунок", "cp1251", "ua"),
    ("返品", "shift_jis", "jp"),
    ("發票", "big5", "tw"),
    ("发票", "gb2312", "cn"),
    ("환불", "euc-kr", "kr"),
    ("Übergröße", "latin-1", "de"),
    ("réglé", "latin-1", "fr"),
]


@pytest.mark.parametrize(("text", "name", "country"), WORDS)
def test_a_word_from_a_country(text: str, name: str, country: str) -> None:
    mail = parse(f"From: a@shop.{country}\nMessage-ID: <1@x.test>\n".encode() + b"Subject: " + text.encode(name) + b"\n\nhello\n")
    assert mail.subject == text
    mail = parse(
        f"Received: by mx.desk.example\nFrom: <a@mail.shop.{country}>\nTo: d@desk.example\n\n".encode() + text.encode(name)
    )
    assert mail.text == text


@pytest.mark.parametrize(("text", "name"), CASES)
def test_another_country_changes_no_sentence(text: str, name: str) -> None:
    for country in ("pl", "ru", "jp", "tr", "fr"):
        assert parse(f"From: a@x.{country}\n\n".encode() + text.encode(name)).text == text


@pytest.mark.parametrize("address", ["a@x.lt.example", "a@lt", "lt@x.example", "a@x.lt-x.example"])
def test_no_country(address: str) -> None:
    assert mime.Named(f"From: {address}\nTo: b@y.lt\n\n".encode())() == ()


@pytest.mark.parametrize(("text", "name"), CASES)
def test_a_body_that_names_no_charset_or_a_wrong_one(text: str, name: str) -> None:
    for claim in (b"", b"Content-Type: text/plain; charset=foo\n", b"Content-Type: text/plain; charset=utf-8\n"):
        assert parse(b"From: a@x.test\n" + claim + b"\n" + text.encode(name)).text == text


@pytest.mark.parametrize("name", ["cp1251", "koi8-r", "gb2312", "shift_jis", "euc-kr", "cp1253"])
def test_foreign_letters_that_are_called_western(name: str) -> None:
    text = next(text for text, names in SENT if name in names.split())
    mail = parse(b"Content-Type: text/plain; charset=iso-8859-1\n\n" + text.encode(name))
    assert mail.text == text
    assert "charset does not fit" in mail.defects


@pytest.mark.parametrize("claimed", ["iso-8859-1", "windows-1252", "us-ascii"])
def test_utf_8_that_is_called_western(claimed: str) -> None:
    assert parse(f"Content-Type: text/plain; charset={claimed}\n\nCafé à 12 €".encode()).text == "Café à 12 €"


@pytest.mark.parametrize("claimed", ["gb2312", "koi8-r", "windows-1251", "shift_jis"])
def test_utf_8_that_is_called_something_else(claimed: str) -> None:
    text = "Заказ не пришёл, 订单没有收到"
    assert parse(f"Content-Type: text/plain; charset={claimed}\n\n{text}".encode()).text == text


def test_what_is_declared_and_makes_sense_is_believed() -> None:
    for text, name in CASES:
        if not name.startswith("iso2022"):
            assert charset.decode(text.encode(name), name)[0] == text
    assert charset.decode(b"\xc0\xc1", "cp1251")[0] == "АБ"
    assert charset.decode("Ã©".encode("cp1251", "replace"), "koi8-r", sure=True)[1] == "koi8-r"


@pytest.mark.parametrize("charset_", ["iso-8859-1", "iso-8859-15", "windows-1252"])
def test_a_row_of_umlauts_is_believed(charset_: str) -> None:
    text = "test äöüßÄÖÜß"
    word = "".join(f"={byte:02X}" for byte in text.encode(charset_))
    mail = parse(
        f"Subject: =?{charset_}?Q?{word}?=\nContent-Type: text/plain; charset={charset_}\n\n".encode() + text.encode(charset_)
    )
    assert (mail.subject, mail.text) == (text, text)
    assert parse(b"Subject: " + text.encode("latin-1") + b"\n\n=?iso-8859-1?q?=E4?=").subject == text


def test_what_the_mail_names_elsewhere_is_evidence() -> None:
    raw = b"Subject: =?big5?B?tc6yvA==?=\nFrom: " + "發票".encode("big5") + b" <a@x.test>\n\nhi"
    assert parse(raw).from_.name == "發票"
    part = b'--x\nContent-Disposition: attachment; filename="' + "绩效.xls".encode("gbk") + b'"\n\nd\n--x--\n'
    raw = b'Content-Type: multipart/mixed; boundary=x; charset="GB2312"\n\n' + part
    assert parse(raw).attachments[0].name == "绩效.xls"


def test_japanese_words_that_are_called_by_another_japanese_charset() -> None:
    raw = b"Content-Type: text/plain; charset=iso-2022-jp\nSubject: " + "見積".encode("cp932") + b"\n\n" + "領収".encode("euc-jp")
    assert (parse(raw).subject, parse(raw).text) == ("見積", "領収")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("订单问题咨询和退款", "gb2312"),
        ("訂單問題諮詢和退款", "big5"),
        ("注文についての問い合わせ", "shift_jis"),
        ("주문 관련 문의입니다", "euc-kr"),
    ],
)
def test_a_text_that_is_cut_in_the_middle_of_a_sign(text: str, name: str) -> None:
    data = text.encode(name)[:-1]
    for claim in (b"", b"Content-Type: text/plain; charset=" + name.encode() + b"\n"):
        mail = parse(b"Subject: " + data + b"\n" + claim + b"\n" + data)
        assert mail.subject.rstrip("\ufffd") == mail.text.rstrip("\ufffd") == text[:-1]


def test_utf_8_that_is_cut_in_the_middle_of_a_letter() -> None:
    data = "Réclamation déçu".encode()
    assert parse(b"Subject: " + data[:-2] + b"\n\n" + data[:-2]).subject == "Réclamation dé"


@pytest.mark.parametrize(
    ("text", "windows", "claimed"),
    [
        ("l’été œuvre €", "cp1252", "iso-8859-1"),
        ("l’été œuvre", "cp1252", "us-ascii"),
        ("Žluťoučký kůň šel „domů“", "cp1250", "iso-8859-2"),
        ("„Κανένα“ πρόβλημα…", "cp1253", "iso-8859-7"),
        ("“Şifre” değişti", "cp1254", "iso-8859-9"),
    ],
)
def test_windows_letters_under_the_name_of_iso_8859(text: str, windows: str, claimed: str) -> None:
    mail = parse(f"Content-Type: text/plain; charset={claimed}\n\n".encode() + text.encode(windows))
    assert mail.text == text


@pytest.mark.parametrize("claimed", ["windows-1252", "iso-8859-1", "utf-8", ""])
def test_a_byte_that_the_code_page_does_not_define(claimed: str) -> None:
    data = "L’été à la plage, très déçu".encode("cp1252") + b" \x9d"
    mail = parse(f"Content-Type: text/plain; charset={claimed}\n\n".encode() + data)
    assert mail.text == "L’été à la plage, très déçu \ufffd"


def test_a_footer_in_another_charset() -> None:
    text = "Réponse à votre question".encode() + "\n\nPièce jointe vérifiée".encode("cp1252")
    assert (
        parse(b"Content-Type: text/plain; charset=utf-8\n\n" + text).text == "Réponse à votre question\n\nPièce jointe vérifiée"
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B-!CmJ8\x1b(B", "①注文"),
        ("注文ｱｲｳ abc".encode("iso2022_jp_ext"), "注文ｱｲｳ abc"),
        (b"\x1b$BCmJ8\nCmJ8\x1b(B", "注文\n注文"),
        (b"\x1b$BCmJ8", "注文"),
        ("주문 문의".encode("iso2022_kr"), "주문 문의"),
        ("주문".encode("iso2022_kr")[4:], "주문"),
        (b"\x1b$)A\x0e6)5%\x0f", "订单"),
    ],
)
def test_iso_2022_as_it_is_sent(data: bytes, text: str) -> None:
    assert iso2022.decode(data) == text
    assert charset.decode(data, "iso-2022-jp")[0] == text


def test_iso_2022_that_is_not_declared() -> None:
    assert charset.decode(b"\x1b$BCmJ8\x1b(B", "us-ascii")[0] == "注文"
    assert charset.decode(b"\x1b[1mbold\x1b[0m")[0] == "\x1b[1mbold\x1b[0m"
    assert iso2022.decode(b"plain") is None


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_that_is_not_declared(name: str) -> None:
    for claimed in ("", "utf-8", "us-ascii"):
        assert charset.decode("Where is my order?".encode(name), claimed)[0] == "Where is my order?"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("iso-gb2312", "gb18030"),
        ("x-windows-1251", "cp1251"),
        ("csISO2022JP", "iso2022_jp"),
        ("utf-8 format=flowed", "utf-8"),
        ('"UTF-8";', "utf-8"),
        ("ISO_8859-1:1987", "iso8859-1"),
        ("win-1251", "cp1251"),
        ("DOS-862", "cp862"),
        ("unicode_escape", None),
        ("", None),
    ],
)
def test_names_of_charsets(name: str, codec: str | None) -> None:
    assert charset.codec(name) == codec


def test_a_long_text_costs_no_more_than_its_first_letters() -> None:
    text = "Здравствуйте, не могу войти. " * 40_000
    assert letters.detect(text.encode("cp1251"))[0] == text
    assert len(letters._telling(b"x" * 100_000 + b"\n" + text.encode("cp1251"))) < 10_000


def test_a_mail_is_guessed_at_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def detect(data: bytes, named: tuple[str, ...] = ()) -> tuple[str, str]:
        asked.append(data)
        return data.decode("cp1252"), "cp1252"

    monkeypatch.setattr(letters, "detect", detect)
    words = b" x".join(b"=?utf-8?q?=E9%d?=" % number for number in range(5000))
    parse(b"Subject: " + words + b"\nTo: " + b", ".join(b"=?utf-8?q?=E9%d?= <a@x.test>" % n for n in range(5000)) + b"\n\nx")
    assert len(asked) == 300
    parse(b"Subject: =?utf-8?q?=E9?=\n\nx")
    assert len(asked) > 300  # the next mail has a budget of its own
