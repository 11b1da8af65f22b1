"""The settings of OAuth, the providers that have it, and when a token still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_desk.config.issuers import HOSTS, issuer, provider
from tui_desk.config.load import check, load
from tui_desk.config.providers import every, find, servers_of
from tui_desk.config.schema import Account, OAuth, Settings
from tui_desk.config.tokens import Tokens
from tui_desk.config.url import is_secure
from tui_desk.paths import Profile

GOOD = '[account]\naddress = "a@b.test"\nimap = "imaps://b.test"\nsmtp = "smtps://b.test"\n'


def wrong(folder: Path, text: str) -> str:
    profile = Profile("x", folder, folder)
    profile.settings.write_text(GOOD + text)
    return " ".join(str(problem) for problem in check(profile, {}))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('auth = "oauth1"\n', "account.auth"),
        ('[oauth]\nprovider = "yahoo"\n', "oauth.provider"),
        ('[oauth]\ntoken_url = "http://id.acme.test/token"\n', "oauth.token_url"),
        ('[oauth]\nauthorize_url = "id.acme.test"\n', "oauth.authorize_url"),
        ('[oauth]\ndevice_url = "https://"\n', "oauth.device_url"),
        ('[oauth]\nrevoke_url = "javascript:alert(1)"\n', "oauth.revoke_url"),
        ('[oauth]\ntenant = "common/../evil"\n', "oauth.tenant"),
        ('[oauth]\nflow = "carrier pigeon"\n', "oauth.flow"),
        ("[oauth]\nclient_secret = 's3cret'\n", "oauth.client_secret"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, text: str, key: str) -> None:
    assert key in wrong(tmp_path, text)


def test_a_good_file(tmp_path: Path) -> None:
    text = 'auth = "oauth"\n[oauth]\nclient_id = "x"\ntenant = "acme.onmicrosoft.com"\nscopes = ["a", "b"]\n'
    assert wrong(tmp_path, text) == ""
    environ = {"TUI_DESK_OAUTH_CLIENT_ID": "y", "TUI_DESK_OAUTH_SCOPES": "c, d"}
    settings = load(Profile("x", tmp_path, tmp_path), environ)
    assert (settings.oauth.client_id, settings.oauth.scopes) == ("y", ("c", "d"))


@pytest.mark.parametrize(
    ("address", "holds"),
    [
        ("https://id.acme.test/token", True),
        ("HTTPS://id.acme.test:8443/a?b=c", True),
        ("http://127.0.0.1:8000/token", True),
        ("http://localhost/token", True),
        ("http://[::1]:80/token", True),
        ("http://id.acme.test/token", False),
        ("http://127.0.0.1.acme.test/", False),
        ("http://localhost@acme.test/", False),
        ("http://localhost:80@acme.test/", False),
        ("https://id.acme.test/to ken", False),
        ("https://id.acme.test/token\n", False),
        ("https://id.acme.test:99999/token", False),
        ("https://id.acme.test:0/token", False),
        ("https://id.acme.test/jéton", False),
        ("", False),
    ],
)
def test_where_a_token_may_travel(address: str, holds: bool) -> None:
    assert is_secure(address) == holds


@pytest.mark.parametrize(
    ("given", "lapses", "now", "holds"),
    [
        (1000, 4600, 1000, True),
        (1000, 4600, 4299, True),
        (1000, 4600, 4300, False),
        (1000, 4600, 999, False),
        (1000, 1010, 1007, True),
        (1000, 1010, 1008, False),
        (1000, 0, 9_999_999, True),
    ],
)
def test_when_a_token_holds(given: int, lapses: int, now: int, holds: bool) -> None:
    assert Tokens("x", "", given, lapses).fresh(now) == holds
    assert not Tokens("", "", given, lapses).fresh(now)


def test_a_token_does_not_show_itself() -> None:
    assert "s3cret" not in repr(Tokens("s3cret-a", "s3cret-b"))


def test_providers_and_issuers_know_each_other() -> None:
    for known in every():
        if known.oauth:
            settings = Settings(account=Account(imap=known.imap))
            assert provider(settings) == known.oauth
            assert is_secure(issuer(settings).token_url)
            assert "--auth oauth" in known.hint
    assert {known.oauth for known in every()} == {"", *HOSTS.values()}
    for name in set(HOSTS.values()):
        servers = servers_of(name)
        assert servers is not None
        assert servers.oauth == name
    assert servers_of("") is None
    gmail = find("zoe@gmail.com")
    assert gmail is not None
    assert gmail.oauth == "google"


def test_settings_change_what_a_provider_is_asked() -> None:
    ours = OAuth(scopes=("mine",), device_url="https://id.acme.test/device")
    found = issuer(Settings(account=Account(imap="imaps://imap.gmail.com"), oauth=ours))
    assert found.scopes == ("mine",)
    assert found.device_url == "https://id.acme.test/device"
    assert found.name == "Google"
