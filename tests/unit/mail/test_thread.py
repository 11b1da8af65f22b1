"""Subjects, ticket numbers and signed Message-IDs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.thread import normal_subject, numbers_in, plus_address, sign, verify

SECRET = b"a secret of the desk"


@pytest.mark.parametrize(
    ("subject", "normal"),
    [
        ("Fwd: TR: RE[3]: Réf: Facture", "Facture"),
        ("Re: Re: Re: a", "a"),
        ("RE : a", "a"),
        ("AW: WG: a", "a"),
        ("SV: VS: Antw: a", "a"),
        ("RES: ENC: RV: a", "a"),
        ("R: I: a", "a"),
        ("回复：转发: a", "a"),
        ("Отв: a", "a"),
        ("Re (2): a", "a"),
        ("Re^2: a", "a"),
        ("YNT: İLT: a", "a"),
        ("  spaces   within  ", "spaces within"),
        ("Re:", "Re:"),
        ("Report: monthly", "Report: monthly"),
        ("Trésorerie: solde", "Trésorerie: solde"),
        ("PC: broken", "PC: broken"),
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
    address = plus_address(SECRET, "key1", "support@desk.example")
    assert address.startswith("support+desk.key1.")
    assert verify(SECRET, address).ticket_key == "key1"
    assert verify(SECRET, "support+sales@desk.example").state == "none"


def test_keys_that_cannot_be_in_an_id_are_refused() -> None:
    with pytest.raises(ValueError):
        sign(SECRET, "a b", "desk.example")


@given(st.text(max_size=60))
def test_verify_never_raises(message_id: str) -> None:
    assert verify(SECRET, message_id).state in ("none", "wrong")
