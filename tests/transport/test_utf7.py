"""Folder names as servers write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import imap_utf7

from tui_desk.transport.utf7 import decode, encode

NAMES = {
    "INBOX": b"INBOX",
    "Éléments envoyés": b"&AMk-l&AOk-ments envoy&AOk-s",
    "R&D": b"R&-D",
    "&": b"&-",
    "&&é": b"&-&-&AOk-",
    "~peter/mail/台北/日本語": b"~peter/mail/&U,BTFw-/&ZeVnLIqe-",
    "Boîte 📬": b"Bo&AO4-te &2D3c7A-",
    "tab\there": b"tab&AAk-here",
    "": b"",
}


@pytest.mark.parametrize(("name", "raw"), NAMES.items(), ids=repr)
def test_both_ways(name: str, raw: bytes) -> None:
    assert encode(name).encode("ascii") == raw
    assert decode(raw) == name


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("&-,+/ é"), max_size=30))
def test_as_another_library_has_it(name: str) -> None:
    raw = encode(name).encode("ascii")
    assert raw == imap_utf7.encode(name)
    assert decode(raw) == imap_utf7.decode(raw) == name


def test_what_makes_no_sense() -> None:
    with pytest.raises(ValueError):
        decode(b"&\xff-")


def test_half_of_a_pair_has_no_name() -> None:
    with pytest.raises(ValueError):
        encode("\ud83d")
