"""Passwords: from a command or the keyring, and never in an error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from tui_desk.config import secrets
from tui_desk.config.schema import Account, Settings
from tui_desk.errors import AuthError, ConfigError, DeskError

SECRET = "s3cret naïve 日本"


def desk(command: str = "", **more: str) -> Settings:
    account = {"address": "support@acme.test", "imap": "imaps://imap.acme.test", "smtp": "smtps://smtp.acme.test:465", **more}
    return Settings(account=Account(password_command=command, **account))  # type: ignore[arg-type]


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory: keyring's own protocol, our own drawer."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked(SECRET)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    ours = Ring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def no_ring() -> Iterator[None]:
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    yield
    keyring.set_keyring(before)


def python(code: str) -> str:
    return f'{sys.executable} -c "{code}"'


def test_the_first_line_of_the_command_is_the_password(tmp_path: Path) -> None:
    (tmp_path / "a secret").write_text(f"{SECRET}\r\nnotes: nothing\n", encoding="utf-8")
    settings = desk(f"cat '{tmp_path}/a secret'")
    assert secrets.password(settings) == SECRET
    assert secrets.password(settings, "smtp") == SECRET


def test_the_home_folder_may_be_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    assert secrets.password(desk("cat ~/secret")) == SECRET


@pytest.mark.parametrize(
    ("command", "error", "words"),
    [
        (python(f"import sys; print('{SECRET}'); print('{SECRET}', file=sys.stderr); sys.exit(3)"), AuthError, "exit code 3"),
        (python("pass"), AuthError, "printed nothing"),
        (python("import sys; sys.stdout.buffer.write(bytes([255, 254]))"), AuthError, "not text"),
        (python("import time; time.sleep(60)"), AuthError, "no answer in 1 seconds"),
        ("no-such-program-at-all --token abc123", ConfigError, "no program “no-such-program-at-all”"),
        ("cat 'never closed", ConfigError, "never closed"),
        ("   ", ConfigError, "blank"),
        ("/", ConfigError, "cannot be run"),
    ],
)
def test_a_command_that_fails_is_told_without_the_secret(
    command: str, error: type[DeskError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(error) as caught:
        secrets.password(desk(command), timeout=1.0)
    chain = [caught.value.message, caught.value.hint, str(caught.value.__cause__), caplog.text]
    assert words in caught.value.message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert not any(secret in text for text in chain for secret in (SECRET, "abc123"))


def test_the_command_cannot_wait_for_the_terminal() -> None:
    assert secrets.password(desk(python("import sys; print(repr(sys.stdin.read()))"))) == "''"


def test_the_keyring_keeps_one_a_login_and_host(ring: Ring) -> None:
    settings = desk(user="zoe")
    secrets.remember(settings, SECRET)
    assert ring.kept == {("tui-desk", "zoe@imap.acme.test"): SECRET}
    assert secrets.password(settings) == SECRET
    assert secrets.password(settings, "smtp") == SECRET
    secrets.remember(settings, "other", "smtp")
    assert secrets.password(settings, "smtp") == "other"
    assert secrets.forget(settings)
    assert not secrets.forget(settings)
    with pytest.raises(AuthError) as caught:
        secrets.password(settings)
    assert "zoe@imap.acme.test" in caught.value.message
    assert "password_command" in caught.value.hint


def test_a_command_comes_before_the_keyring(ring: Ring, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the command")
    settings = desk(f"cat {tmp_path}/secret")
    secrets.remember(settings, "from the keyring")
    assert secrets.password(settings) == "from the command"


def test_without_a_keyring_the_next_step_is_told(no_ring: None) -> None:
    assert not secrets.keyring_works()
    for act in (lambda: secrets.password(desk()), lambda: secrets.remember(desk(), SECRET)):
        with pytest.raises(ConfigError) as caught:
            act()
        assert "no keyring" in caught.value.message
        assert "password_command" in caught.value.hint


def test_a_locked_keyring_is_told_without_its_words(ring: Ring) -> None:
    assert secrets.keyring_works()
    ring.locked = True
    with pytest.raises(AuthError, match="locked") as caught:
        secrets.password(desk())
    assert SECRET not in str(caught.value)


def test_the_environment_is_not_read(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_DESK_PASSWORD", SECRET)
    monkeypatch.setenv("TUI_DESK_ACCOUNT_PASSWORD", SECRET)
    with pytest.raises(AuthError):
        secrets.password(desk())


def test_the_demo_needs_none(no_ring: None) -> None:
    assert secrets.password(desk(imap="memory:", smtp="memory:")) == ""
