"""The list of providers is well-formed, and found by address."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import tui_desk.config
from tui_desk.config import url
from tui_desk.config.providers import HINTS, every, find


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
