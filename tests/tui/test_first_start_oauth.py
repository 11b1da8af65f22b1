"""The console's first start with OAuth: the form, a consent in the browser or by a code, and a desk that fetches."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.support.dovecot import Dovecot, running
from tests.support.oauth import CLIENT, CLIENT_SECRET, SCOPES, AuthServer, auth_server, dovecot_words
from tests.support.ring import FileRing
from tests.support.tui import until
from tui_desk import paths
from tui_desk.config import issuers
from tui_desk.tui.app import DeskApp
from tui_desk.tui.screens.first_start import FirstStart

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def _world() -> Iterator[tuple[AuthServer, Dovecot]]:
    with auth_server() as oauth, dovecot_words(oauth) as words:
        for imap in running(words):
            yield oauth, imap


@pytest.fixture
def world(
    _world: tuple[AuthServer, Dovecot], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[AuthServer, Dovecot]]:
    """Our authorization server stands where Google does."""
    oauth, imap = _world
    for name, value in vars(AuthServer(base=oauth.base)).items():
        setattr(oauth, name, value)
    ours = replace(
        issuers.GOOGLE, authorize_url=f"{oauth.base}/authorize", token_url=f"{oauth.base}/token", scopes=SCOPES, revoke_url=""
    )
    monkeypatch.setattr(issuers, "GOOGLE", ours)
    monkeypatch.setitem(issuers.HOSTS, "127.0.0.1", "google")
    monkeypatch.setenv("RING_FILE", str(tmp_path / "ring.json"))
    monkeypatch.setenv("BROWSER", f"{sys.executable} {ROOT / 'tests' / 'support' / 'visit.py'} %s")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(FileRing())  # type: ignore[no-untyped-call]
    yield oauth, imap
    keyring.set_keyring(before)


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    return str(screen.query_one("#first-state", Static).content) if isinstance(screen, FirstStart) else type(screen).__name__


async def fill(pilot: Pilot[int], imap: Dovecot) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, FirstStart))
    await pilot.press("n")
    values = {"address": "desk@desk.test", "imap": f"imap://127.0.0.1:{imap.port}", "user": "desk", "agent": "alice"}
    for name, value in {**values, "client_id": CLIENT, "client_secret": CLIENT_SECRET}.items():
        pilot.app.screen.query_one(f"#first-{name}", Input).value = value


async def test_a_consent_in_the_browser_opens_the_desk(world: tuple[AuthServer, Dovecot], tmp_path: Path) -> None:
    oauth, imap = world
    app = DeskApp(None)
    async with app.run_test(size=(100, 34)) as pilot:
        await fill(pilot, imap)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, FirstStart))
        await until(pilot, lambda: app.mailbox_state.state == "watching")
    app.desk.close()
    text = paths.profile().settings.read_text()
    assert 'auth = "oauth"' in text
    kept = json.loads((tmp_path / "ring.json").read_text())
    assert kept[f"tui-desk/{CLIENT} oauth client"] == CLIENT_SECRET
    assert not [secret for secret in (*oauth.secrets_given, CLIENT_SECRET) if secret in text]


async def test_a_refusal_is_told_in_the_form(world: tuple[AuthServer, Dovecot]) -> None:
    oauth, imap = world
    oauth.consent = "deny"
    app = DeskApp(None)
    async with app.run_test(size=(100, 34)) as pilot:
        await fill(pilot, imap)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "refused" in said(pilot))
    assert not paths.profile().settings.exists()


async def test_escape_ends_the_wait_and_the_address_was_shown(
    world: tuple[AuthServer, Dovecot], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    oauth, imap = world
    monkeypatch.delenv("BROWSER")
    app = DeskApp(None)
    async with app.run_test(size=(100, 34)) as pilot:
        await fill(pilot, imap)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: f"{oauth.base}/authorize?" in said(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "Stopped" in said(pilot))
    assert not paths.profile().settings.exists()
    assert not (tmp_path / "ring.json").exists()
