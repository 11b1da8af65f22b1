"""The settings file as `init` writes it and `config set` changes it."""

from __future__ import annotations

import stat
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tui_desk.config.load import check, load
from tui_desk.config.manual import manual
from tui_desk.config.schema import Account, Agent, Replies, Settings
from tui_desk.config.write import create, render, set_key
from tui_desk.errors import ConfigError, UsageError
from tui_desk.paths import Profile

SETTINGS = Settings(
    account=Account(
        address="support@acme.test",
        name='L\'équipe "ACME"\\',
        aliases=("help@acme.test", "aide@acme.test"),
        imap="imaps://mail.acme.test",
        smtp="smtps://mail.acme.test",
        save_sent=False,
    ),
    agent=Agent(id="zoe", name="Zoé", team=("max",)),
    replies=Replies(signature="-- \nZoé\n\n**ACME** 日本"),
    views={"vip": "tag:vip is:open", "à lire": "is:new"},
    keys={"ticket.solve": "e"},
)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile("test", tmp_path / "deep" / "config", tmp_path)


def test_what_is_written_is_read_again(profile: Profile) -> None:
    create(profile, SETTINGS)
    assert load(profile, {}) == SETTINGS
    assert check(profile, {}) == []


def test_the_file_is_private(profile: Profile) -> None:
    path = create(profile, SETTINGS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"]


def test_defaults_stand_as_comments_under_their_manual() -> None:
    text = render(Settings())
    assert tomllib.loads(text) == {name: {} for name in _tables()}
    lines = text.splitlines()
    for section in manual():
        for entry in section.entries:
            assert any(line.startswith(f"# {entry.name} = ") for line in lines), entry.key
            assert entry.text.split()[0] in text, entry.key


def test_every_comment_can_be_taken_away() -> None:
    import re

    text = re.sub(r"^# (\w+ = )", r"\1", render(Settings()), flags=re.MULTILINE)
    table = tomllib.loads(text)
    assert {name: set(table[name]) for name in _tables()} == {
        s.name: {e.name for e in s.entries} for s in manual() if s.name and "." not in s.name
    }


def test_every_setting_has_its_manual() -> None:
    entries = {e.key for s in manual() for e in s.entries}
    assert {
        f"{s}.{f.name}" for s in _tables() if not s.endswith(("views", "keys", "queues")) for f in fields(getattr(Settings(), s))
    } <= entries
    assert all(e.text.endswith((".", '".', ")")) or e.text for s in manual() for e in s.entries)
    assert all(s.text for s in manual() if s.name)


def test_setting_a_key_keeps_everything_else(profile: Profile) -> None:
    profile.config_dir.mkdir(parents=True)
    profile.settings.write_text('# mine\nlanguage = "fr"  # because\n\n[account]\naddress = "a@b.c" # us\n# the end\n')
    set_key(profile, "account.address", "support@acme.test")
    set_key(profile, "account.aliases", "x@acme.test, y@acme.test")
    set_key(profile, "replies.undo_seconds", "30")
    set_key(profile, "views.vip", "tag:vip")
    set_key(profile, "close_after_days", "0")
    text = profile.settings.read_text()
    assert text.startswith("# mine\n")
    assert 'language = "fr"  # because' in text
    assert 'address = "support@acme.test" # us' in text
    assert "# the end" in text
    settings = load(profile, {})
    assert settings.account.aliases == ("x@acme.test", "y@acme.test")
    assert (settings.replies.undo_seconds, settings.views, settings.close_after_days) == (30, {"vip": "tag:vip"}, 0)


def test_setting_a_default_takes_its_comment_away(profile: Profile) -> None:
    create(profile, SETTINGS)
    before = profile.settings.read_text().splitlines()
    set_key(profile, "console.theme", "desk-light")
    set_key(profile, "language", "fr")
    set_key(profile, "replies.quote", "no")
    after = profile.settings.read_text().splitlines()
    changed = [line for line in after if line not in before]
    assert changed == ['language = "fr"', "quote = false", 'theme = "desk-light"']
    assert len(before) == len(after)
    assert load(profile, {}).console.theme == "desk-light"


def test_a_wrong_value_is_not_written(profile: Profile) -> None:
    create(profile, SETTINGS)
    before = profile.settings.read_bytes()
    for key, said in (
        ("language", "de"),
        ("replies.undo_seconds", "soon"),
        ("account.imap", "imap://10.0.0.1"),
        ("calendar.timezone", "Mars/Base"),
    ):
        with pytest.raises(ConfigError, match=key.replace(".", r"\.")):
            set_key(profile, key, said)
    for key in ("account.adress", "theme", "nothing.at.all", "views"):
        with pytest.raises(UsageError):
            set_key(profile, key, "x")
    assert profile.settings.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        create(Profile("x", tmp_path / "file" / "config", tmp_path), SETTINGS)


def _tables() -> list[str]:
    """Sections that stand in every file."""
    return [f.name for f in fields(Settings) if f.name not in ("language", "close_after_days", "accounts", "oauths")]
