"""Tokens: asked for, refreshed under a lock, told apart when they are refused; and never in a word of ours."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.oauth import CLIENT, CLIENT_SECRET, SCOPES, AuthServer, auth_server
from tests.support.ring import FileRing
from tests.support.smtp import Certificates
from tui_desk import clock
from tui_desk.config import tokens as drawer
from tui_desk.config.issuers import GOOGLE, MICROSOFT, issuer, provider
from tui_desk.config.schema import Account, OAuth, Settings
from tui_desk.config.tokens import Tokens
from tui_desk.errors import AuthError, BusyError, CertificateError, ConfigError, DeskError, NetworkError
from tui_desk.transport import oauth
from tui_desk.transport.bearer import CommandBearer, bearer, client, locked
from tui_desk.transport.web import post

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server() -> Iterator[AuthServer]:
    with auth_server() as running:
        yield running


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A keyring in a file that other processes see too."""
    import keyring

    monkeypatch.setenv("RING_FILE", str(tmp_path / "ring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileRing())  # type: ignore[no-untyped-call]
    yield tmp_path / "ring.json"
    keyring.set_keyring(before)


def settings_for(server: AuthServer, **more: Any) -> Settings:
    account = Account(address="desk@desk.test", user="desk", imap="imap://127.0.0.1:1", auth="oauth")
    ours = OAuth(
        client_id=CLIENT,
        token_url=f"{server.base}/token",
        device_url=f"{server.base}/devicecode",
        authorize_url=f"{server.base}/authorize",
        revoke_url=f"{server.base}/revoke",
        scopes=SCOPES,
        **more,
    )
    return Settings(account=account, oauth=ours)


@pytest.fixture
def settings(server: AuthServer, ring: Path) -> Settings:
    """Somebody has logged in."""
    made = settings_for(server)
    drawer.keep_client_secret(made, CLIENT_SECRET)
    given = server._tokens(server._grant(" ".join(SCOPES)))
    now = clock.now()
    drawer.save(made, Tokens(given["access_token"], given["refresh_token"], now, now + 3600))
    return made


def lapsed(settings: Settings) -> Tokens:
    """As after an hour."""
    held = drawer.load(settings)
    assert held is not None
    made = replace(held, given_at=clock.now() - 3600, lapses_at=clock.now() - 1)
    drawer.save(settings, made)
    return made


def test_a_fresh_token_asks_nobody(settings: Settings, server: AuthServer) -> None:
    assert server.valid(bearer(settings).token())
    assert server.asked == []


def test_before_it_lapses_it_is_refreshed_and_what_rotates_is_kept(settings: Settings, server: AuthServer) -> None:
    before = lapsed(settings)
    token = bearer(settings).token()
    held = drawer.load(settings)
    assert server.valid(token)
    assert held is not None
    assert held.access == token
    assert held.refresh not in ("", before.refresh)
    lapsed(settings)
    assert server.valid(bearer(settings).token()), "with the refresh token that was kept"


def test_a_refresh_token_that_is_not_replaced_stays(settings: Settings, server: AuthServer) -> None:
    server.rotate = False
    before = lapsed(settings)
    bearer(settings).token()
    held = drawer.load(settings)
    assert held is not None
    assert held.refresh == before.refresh


@pytest.mark.parametrize(("left", "asks"), [(301, False), (299, True), (0, True)])
def test_it_is_refreshed_five_minutes_early(settings: Settings, server: AuthServer, left: int, asks: bool) -> None:
    held = drawer.load(settings)
    assert held is not None
    drawer.save(settings, replace(held, given_at=clock.now() - 3600 + left, lapses_at=clock.now() + left))
    bearer(settings).token()
    assert bool(server.asked) == asks


def test_a_clock_that_went_back_is_not_believed(settings: Settings, server: AuthServer) -> None:
    held = drawer.load(settings)
    assert held is not None
    drawer.save(settings, replace(held, given_at=clock.now() + 86_400, lapses_at=clock.now() + 90_000))
    assert server.valid(bearer(settings).token())
    assert len(server.grants_of("refresh_token")) == 1


def test_a_token_that_a_server_refuses_is_replaced_whatever_the_clock_says(settings: Settings, server: AuthServer) -> None:
    source = bearer(settings)
    token = source.token()
    server.lapse()
    assert server.valid(source.renew(token))
    other = bearer(settings).renew(token)
    assert server.valid(other)
    assert len(server.grants_of("refresh_token")) == 1, "the second found what the first had got"


def test_without_an_end_a_token_holds_until_it_is_refused(settings: Settings, server: AuthServer) -> None:
    server.expires_in = None
    lapsed(settings)
    token = bearer(settings).token()
    assert bearer(settings).token() == token
    assert server.valid(bearer(settings).renew(token))


def test_threads_that_refresh_at_once_refresh_once(settings: Settings, server: AuthServer) -> None:
    server.slow = 0.2
    lapsed(settings)
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(bearer(settings).token())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 6
    assert len(set(got)) == 1
    assert len(server.grants_of("refresh_token")) == 1


def test_processes_that_refresh_at_once_refresh_once(settings: Settings, server: AuthServer, ring: Path) -> None:
    server.slow = 0.3
    lapsed(settings)
    code = (
        "import sys, json, keyring\n"
        "from tests.support.ring import FileRing\n"
        "keyring.set_keyring(FileRing())\n"
        "from tui_desk.config.load import from_table\n"
        "from tui_desk.transport.bearer import bearer\n"
        "print(bearer(from_table(json.loads(sys.argv[1]))).token())\n"
    )
    ours = settings.oauth
    table = {
        "account": {"address": "desk@desk.test", "user": "desk", "imap": "imap://127.0.0.1:1", "auth": "oauth"},
        "oauth": {"client_id": CLIENT, "token_url": ours.token_url, "scopes": list(SCOPES)},
    }
    running = [
        subprocess.Popen([sys.executable, "-c", code, json.dumps(table)], cwd=ROOT, stdout=subprocess.PIPE, env=os.environ)
        for _ in range(4)
    ]
    printed = {process.communicate(timeout=60)[0] for process in running}
    assert len(printed) == 1
    assert server.valid(printed.pop().decode().strip())
    assert len(server.grants_of("refresh_token")) == 1


def test_a_lock_that_is_held_for_ever_is_told(settings: Settings) -> None:
    with locked(settings), pytest.raises(BusyError), locked(settings, seconds=0.1):
        pass


def test_another_homes_login_is_found_when_ours_is_refused(settings: Settings, server: AuthServer, ring: Path) -> None:
    """Two homes have two locks and one keyring: the tokens were replaced while we asked."""
    lapsed(settings)
    given = server._tokens(server._grant("mail"))

    def meanwhile() -> None:
        now = clock.now()
        drawer.save(settings, Tokens(given["access_token"], given["refresh_token"], now, now + 3600))

    server.revoke_all()
    server.grants[-1].alive = True
    server.slow = 0.4
    timer = threading.Timer(0.2, meanwhile)
    timer.start()
    assert bearer(settings).token() == given["access_token"]
    timer.join()


TROUBLE: list[tuple[Any, type[DeskError], int]] = [
    ((400, {"error": "invalid_grant", "error_description": "revoked"}), AuthError, 77),
    ((400, {"error": "interaction_required"}), AuthError, 77),
    ((401, {"error": "invalid_client"}), ConfigError, 78),
    ((400, {"error": "unauthorized_client"}), ConfigError, 78),
    ((400, {"error": "invalid_scope"}), ConfigError, 78),
    ((404, {}), ConfigError, 78),
    ((302, {}), ConfigError, 78),
    ((503, {"error": "temporarily_unavailable"}), NetworkError, 75),
    ((400, {"error": "server_error"}), NetworkError, 75),
    ((429, {}), NetworkError, 75),
    ((500, {}), NetworkError, 75),
    ("cut", NetworkError, 75),
    ("garbage", NetworkError, 75),
    ((200, {"access_token": "two words"}), NetworkError, 75),
    ((200, {"access_token": "line\r\nA2 LOGOUT"}), NetworkError, 75),
    ((200, {"access_token": 7}), NetworkError, 75),
    ((200, {"error": "invalid_grant"}), AuthError, 77),
]


@pytest.mark.parametrize(("trouble", "kind", "code"), TROUBLE)
def test_what_a_provider_says_is_lapsed_or_wrong_or_for_now(
    settings: Settings, server: AuthServer, trouble: Any, kind: type[DeskError], code: int
) -> None:
    before = lapsed(settings)
    server.trouble = [trouble]
    with pytest.raises(kind) as told:
        bearer(settings).token()
    assert told.value.exit_code == code
    assert drawer.load(settings) == before, "nothing is thrown away"
    if kind is AuthError:
        assert "desk auth login" in told.value.message
    assert server.valid(bearer(settings).token()), "and the next time it may do"


def test_a_provider_that_is_away_leaves_the_last_minutes(settings: Settings, server: AuthServer) -> None:
    held = drawer.load(settings)
    assert held is not None
    drawer.save(settings, replace(held, given_at=clock.now() - 3500, lapses_at=clock.now() + 100))
    server.trouble = ["cut"]
    assert bearer(settings).token() == held.access
    assert len(server.asked) == 1
    server.trouble = [(400, {"error": "invalid_grant"})]
    with pytest.raises(AuthError):
        bearer(settings).token()


def test_nobody_listens_at_the_provider(settings: Settings) -> None:
    lapsed(settings)
    away = replace(settings, oauth=replace(settings.oauth, token_url="http://127.0.0.1:9/token"))
    with pytest.raises(NetworkError) as told:
        bearer(away).token()
    assert "127.0.0.1" in told.value.message


def test_without_a_refresh_token_the_login_ends_with_the_access_token(settings: Settings) -> None:
    drawer.save(settings, replace(lapsed(settings), refresh=""))
    with pytest.raises(AuthError, match="desk auth login"):
        bearer(settings).token()


def test_nobody_has_logged_in(server: AuthServer, ring: Path) -> None:
    with pytest.raises(AuthError, match="desk auth login"):
        bearer(settings_for(server)).token()
    ring.write_text(json.dumps({f"tui-desk/{drawer.entry(settings_for(server))}": "not json"}))
    with pytest.raises(AuthError, match="desk auth login"):
        bearer(settings_for(server)).token()


@pytest.mark.parametrize(
    "trouble", [None, "cut", (400, {"error": "invalid_grant"}), (500, {}), (401, {"error": "invalid_client"})]
)
def test_no_word_of_ours_has_a_secret_in_it(
    settings: Settings, server: AuthServer, trouble: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The server repeats what it is told: neither the error, nor its traceback, nor a log shows it."""
    caplog.set_level(logging.DEBUG)
    lapsed(settings)
    server.revoke_all()
    server.trouble = [] if trouble is None else [trouble]
    with pytest.raises(DeskError) as told:
        bearer(settings).token()
    words = "".join(traceback.format_exception(told.value)) + told.value.message + told.value.hint + caplog.text
    words += repr(drawer.load(settings)) + repr(client(settings)) + repr(bearer(settings))
    assert not [secret for secret in (*server.secrets_given, CLIENT_SECRET) if secret in words]


def test_the_secret_that_a_wrong_client_sends_is_not_repeated(settings: Settings, server: AuthServer) -> None:
    lapsed(settings)
    drawer.keep_client_secret(settings, "another-s3cret-value")
    with pytest.raises(ConfigError) as told:
        bearer(settings).token()
    assert "invalid_client" in told.value.message
    assert "s3cret" not in told.value.message


def test_the_secret_may_come_from_a_command(settings: Settings, server: AuthServer) -> None:
    lapsed(settings)
    by_command = replace(settings, oauth=replace(settings.oauth, client_secret_command=f"echo {CLIENT_SECRET}"))
    drawer.keep_client_secret(settings, "wrong-in-the-keyring")
    assert server.valid(bearer(by_command).token())


# ----------------------------------------------------------------------------------------------------------- commands


def test_a_token_command_is_run_for_every_login(tmp_path: Path) -> None:
    file = tmp_path / "token"
    source = bearer(Settings(account=Account(token_command=f"cat {file}", auth="oauth")))
    assert isinstance(source, CommandBearer)
    file.write_text("one\n")
    assert source.token() == "one"
    file.write_text("two\n")
    assert source.renew("one") == "two"
    with pytest.raises(AuthError, match="token_command"):
        source.renew("two")


# ------------------------------------------------------------------------------------------------------------ devices


class Naps:
    """A clock that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return sum(self.slept)


@pytest.fixture
def asks(settings: Settings) -> oauth.Client:
    return client(settings)


def test_a_device_waits_as_it_is_told(asks: oauth.Client, server: AuthServer) -> None:
    naps = Naps()
    wanted = oauth.device(asks)
    assert wanted.url == f"{server.base}/device"
    assert len(wanted.user_code) == 8
    server.device_answers = ["authorization_pending", "slow_down", "authorization_pending", "slow_down"]
    made = oauth.for_device(asks, wanted, sleep=naps.sleep, monotonic=naps.now)
    assert server.valid(made.access)
    assert naps.slept == [1, 1, 6, 6, 11]


def test_a_cut_line_is_no_answer(asks: oauth.Client, server: AuthServer) -> None:
    naps = Naps()
    wanted = oauth.device(asks)
    server.trouble = ["cut", (503, {})]
    assert server.valid(oauth.for_device(asks, wanted, sleep=naps.sleep, monotonic=naps.now).access)
    assert naps.slept == [1, 2, 4]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (["access_denied"], "refused"),
        (["authorization_declined"], "refused"),
        (["expired_token"], "lapsed"),
        (["authorization_pending"] * 60, "lapsed"),
        (["authorization_pending", "invalid_grant"], "invalid_grant"),
    ],
)
def test_no_consent_is_told(asks: oauth.Client, server: AuthServer, answers: list[str], words: str) -> None:
    naps = Naps()
    wanted = oauth.device(asks)
    server.device_answers = answers
    with pytest.raises(AuthError) as told:
        oauth.for_device(asks, wanted, sleep=naps.sleep, monotonic=naps.now)
    assert words in told.value.message
    assert naps.now() <= 31
    assert wanted.code not in told.value.message + repr(wanted)


def test_a_provider_without_devices_is_told(asks: oauth.Client) -> None:
    with pytest.raises(ConfigError):
        oauth.device(replace(asks, issuer=replace(asks.issuer, device_url="")))


@pytest.mark.parametrize("answer", [{}, {"device_code": 1, "user_code": "x", "verification_uri": "y"}, {"user_code": "x"}])
def test_nonsense_instead_of_a_code(
    asks: oauth.Client, answer: dict[str, Any], monkeypatch: pytest.MonkeyPatch, server: AuthServer
) -> None:
    monkeypatch.setattr(server, "device", lambda _form: (200, answer))
    with pytest.raises(NetworkError):
        oauth.device(asks)


def test_a_devices_words_are_safe_for_a_terminal(asks: oauth.Client, server: AuthServer, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = {"device_code": "c", "user_code": "A\x1b]52;c;x\x07", "verification_uri": "https://x\x1b[2J", "interval": "soon"}
    monkeypatch.setattr(server, "device", lambda _form: (200, evil))
    wanted = oauth.device(asks)
    assert "\x1b" not in wanted.user_code + wanted.url
    assert (wanted.interval, wanted.seconds) == (5, 900)


# ---------------------------------------------------------------------------------------------------------------- web


def test_tls_is_verified(tmp_path: Path) -> None:
    certificates = Certificates.make(tmp_path)
    with auth_server(certificates.context) as server:
        form = {"client_id": "x"}
        status, said = post(f"{server.base}/token", form, str(certificates.ca_file))
        assert (status, said["error"]) == (401, "invalid_client")
        with pytest.raises(CertificateError):
            post(f"{server.base}/token", form)
    other = Certificates.make(tmp_path, "other.test")
    with auth_server(other.context) as server, pytest.raises(CertificateError):
        post(f"{server.base}/token", form, str(other.ca_file))


@pytest.mark.parametrize(
    "address", ["http://example.org/token", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/"]
)
def test_nothing_is_sent_in_the_clear(address: str) -> None:
    with pytest.raises(ConfigError):
        post(address, {"secret": "x"})


def test_a_redirect_is_not_followed(server: AuthServer) -> None:
    server.trouble = [(307, {}), (302, {})]
    for status in (307, 302):
        assert post(f"{server.base}/token", {"refresh_token": "x"})[0] == status
    assert len(server.asked) == 2


def test_a_server_that_falls_silent(server: AuthServer) -> None:
    server.slow = 5
    with pytest.raises(NetworkError):
        post(f"{server.base}/token", {}, seconds=0.2)


# ------------------------------------------------------------------------------------------------------------ issuers


@pytest.mark.parametrize(
    ("imap", "ours", "name"),
    [
        ("imaps://imap.gmail.com:993", OAuth(), "google"),
        ("imaps://outlook.office365.com:993", OAuth(), "microsoft"),
        ("imaps://mail.acme.test", OAuth(provider="google"), "google"),
        ("imaps://imap.gmail.com", OAuth(token_url="https://id.acme.test/token"), ""),
    ],
)
def test_who_is_asked(imap: str, ours: OAuth, name: str) -> None:
    assert provider(Settings(account=Account(imap=imap), oauth=ours)) == name


def test_the_issuers_are_complete() -> None:
    account = Account(imap="imaps://outlook.office365.com:993")
    found = issuer(Settings(account=account, oauth=OAuth(tenant="acme.test")))
    assert found.token_url == "https://login.microsoftonline.com/acme.test/oauth2/v2.0/token"
    assert found.redirect_host == "localhost"
    assert found.scopes == MICROSOFT.scopes
    assert dict(GOOGLE.extra)["access_type"] == "offline"
    with pytest.raises(ConfigError):
        issuer(Settings(account=Account(imap="imaps://mail.acme.test")))
    with pytest.raises(ConfigError, match="client id"):
        client(Settings(account=account))
