"""Subjects, ticket numbers and signed Message-IDs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.thread import Signature, normal_subject, numbers_in, plus_address, sign, verify

SECRET = b"a secret of the desk"
KEY = "00112233445566778899aabbccddeeff"


PREFIXES = """
    Re RE re Re[3] RE(2) Re^2 Re2 Fwd FW Fw FWD TR Tr Réf Réf. Ref Rép Réponse Transf AW Aw WG Wtr Antw Antwort SV Sv VS Vs VB
    VL Doorst Odp PD YNT Ynt İLT ilt YML ATB Bls Trs RES Res ENC Enc RV Rv REENV R RIF Rif I Inoltro Odg Ats FS Vá VÁ Tov ΑΠ
    ΣΧΕΤ ΠΡΘ Отв Ответ Отг Пересл Відп HA На השב תגובה הועבר رد پاسخ 回复 回覆 答复 转发 轉寄 返信 転送 답장 회신 전달 ตอบกลับ ส่งต่อ
"""


@pytest.mark.parametrize("prefix", PREFIXES.split())
@pytest.mark.parametrize("form", ["{}: a", "{}:a", "{} : a", "{}\xa0: a", "{}： a", "Re: {}: a", "{}: Fwd: {}: a", "  {}:\t a"])
def test_prefixes_of_every_language(prefix: str, form: str) -> None:
    assert normal_subject(form.format(prefix, prefix)) == "a"


@pytest.mark.parametrize(
    ("subject", "normal"),
    [
        ("Fwd: TR: RE[3]: Réf: Facture", "Facture"),
        ("RE: RE [12] : Re(3): a", "a"),
        ("Re （2）：a", "a"),
        ("Trả lời: Chuyển tiếp: a", "a"),
        ("إعادة توجيه: a", "a"),
        ("Automatic reply: Réponse automatique : a", "a"),
        ("[EXTERNAL] Re: [EXT] AW: a", "a"),
        ("[Fwd: Re: a]", "a"),
        ("Re: [TR: a]", "a"),
        ("  spaces   within  ", "spaces within"),
        ("Re:", "Re:"),
        ("[EXT]", "[EXT]"),
        ("Report: monthly", "Report: monthly"),
        ("Trésorerie: solde", "Trésorerie: solde"),
        ("PC: broken", "PC: broken"),
        ("Research: Re", "Research: Re"),
        ("[list] Re: a", "[list] Re: a"),
        ("10:30 meeting", "10:30 meeting"),
        ("Re 2024: results", "Re 2024: results"),
        ("[Re: a] b", "[Re: a] b"),
    ],
)
def test_normal_subjects(subject: str, normal: str) -> None:
    assert normal_subject(subject) == normal


@given(st.text())
def test_normal_twice_is_normal_once(subject: str) -> None:
    assert normal_subject(normal_subject(subject)) == normal_subject(subject)


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [#4F2K] x", ("4F2K",)),
        ("Re: #4f2k x", ("4F2K",)),
        ("#1234 and [#4F2K]", ("4F2K", "1234")),
        ("[#ZZZZ] #4F2K [#zzzz]", ("ZZZZ", "4F2K")),
        ("(#4F2KX9)", ("4F2KX9",)),
        ("＃4F2K", ()),
        ("#abc", ()),
        ("no number", ()),
        ("#HELLO", ()),
        ("x#4F2K", ()),
        ("&#1234;", ()),
        ("#4F2K-7", ()),
        ("[#4F2]", ()),
        ("", ()),
    ],
)
def test_numbers_in_subjects(subject: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(subject) == numbers


def test_signed_ids_are_ours() -> None:
    one, other = sign(SECRET, "01H-key_7", "desk.example"), sign(SECRET, "01H-key_7", "desk.example")
    assert one != other
    assert one.endswith("@desk.example")
    found = verify(SECRET, f"<{one}>")
    assert (found.state, found.ticket_key) == ("valid", "01H-key_7")
    assert sign(SECRET, "k", "d", nonce="abcdefgh") == sign(SECRET, "k", "d", nonce="abcdefgh")


def test_wrong_signatures_are_no_match() -> None:
    ours = sign(SECRET, "key1", "desk.example")
    assert verify(b"another", ours).state == "wrong"
    assert verify(SECRET, ours.replace("key1", "key2")).state == "wrong"
    assert verify(SECRET, ours.replace("key1", "key2")).ticket_key == ""
    assert verify(SECRET, "random@x.test").state == "none"
    assert verify(SECRET, "").state == "none"


def test_plus_addresses() -> None:
    address = plus_address(SECRET, KEY, "support@desk.example")
    local, _, domain = address.partition("@")
    assert (local[:12], len(local), domain) == ("support+desk", 54, "desk.example")
    for form in (address, address.upper(), f"<{address}>", f"support+sales+{local.partition('+')[2]}@elsewhere.example"):
        assert verify(SECRET, form) == Signature("valid", KEY)


def test_tags_that_are_not_ours() -> None:
    address = plus_address(SECRET, KEY, "support@desk.example")
    assert verify(b"another", address) == Signature("wrong")
    for at in range(12, 54):  # any letter of key or HMAC changed
        other = "b" if address[at] == "a" else "a"
        assert verify(SECRET, address[:at] + other + address[at + 1 :]).state != "valid", at
    for local in ("support+sales", "support+desk", "support+desktop", "support+", address[:-14], address[:30]):
        assert verify(SECRET, f"{local}@desk.example").state == "none", local
    assert verify(SECRET, address.partition("+")[2]).state == "none"


def test_a_tag_has_its_place_or_there_is_none() -> None:
    assert plus_address(SECRET, KEY, f"{'a' * 17}@desk.example") != ""
    assert plus_address(SECRET, KEY, f"{'a' * 18}@desk.example") == ""
    assert plus_address(SECRET, "a note's key", "support@desk.example") == ""
    assert plus_address(SECRET, KEY, "") == ""


def test_keys_that_cannot_be_in_an_id_are_refused() -> None:
    with pytest.raises(ValueError):
        sign(SECRET, "a b", "desk.example")


@given(st.text(max_size=60))
def test_verify_never_raises(message_id: str) -> None:
    assert verify(SECRET, message_id).state in ("none", "wrong")
