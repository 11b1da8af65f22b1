"""The list of providers is well-formed, and found by address."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import tui_desk.config
from tui_desk.config import url
from tui_desk.config.providers import HINTS, every, files_itself, find


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("zoe@gmail.com", "gmail"),
        (" Zoe@GMail.com ", "gmail"),
        ("zoe@hotmail.fr", "outlook"),
        ("support@acme.onmicrosoft.com", "office365"),
        ("zoe@wanadoo.fr", "orange"),
        ("zoe@gmx.fr", "gmx"),
        ("zoe@gmx.net", "gmx-de"),
        ("zoe@pm.me", "proton"),
    ],
)
def test_an_address_has_its_provider(address: str, name: str) -> None:
    provider = find(address)
    assert provider is not None
    assert provider.id == name


@pytest.mark.parametrize("address", ["support@acme.test", "zoe", "", "zoe@notgmail.com", "zoe@gmail.com.evil.test"])
def test_others_have_none(address: str) -> None:
    assert find(address) is None


def test_every_server_is_private_and_can_be_read() -> None:
    assert len(every()) >= 25
    for provider in every():
        for kind, text in (("imap", provider.imap), ("smtp", provider.smtp)):
            server = url.parse(text, kind)  # type: ignore[arg-type]
            assert server.security in ("tls", "starttls"), provider.id
            assert server.loopback == (provider.id == "proton")


def test_no_domain_has_two_providers_and_every_hint_is_used() -> None:
    domains = [domain for provider in every() for domain in provider.domains]
    assert len(domains) == len(set(domains))
    text = Path(tui_desk.config.__file__).with_name("providers.toml").read_text(encoding="utf-8")
    used = {words.get("hint", "") for words in tomllib.loads(text).values()}
    assert used == set(HINTS)


def test_who_files_what_it_sends_is_known_by_the_server_that_sends() -> None:
    assert files_itself("smtp+starttls://smtp.gmail.com:587")
    assert files_itself("smtps://SMTP.gmail.com:465")
    assert files_itself("smtp+starttls://smtp.office365.com:587")
    assert not files_itself("smtp+starttls://smtp.mail.me.com:587")
    assert not files_itself("smtp+starttls://127.0.0.1:1025")  # Proton's Bridge, or anything else
    assert not files_itself("")
