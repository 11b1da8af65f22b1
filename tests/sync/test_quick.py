"""The stamp: it says "nothing new" only while that is so, and it says it without importing anything to speak of."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.sync.desk import Place, message
from tui_desk import clock
from tui_desk.cli import group
from tui_desk.cli.main import main
from tui_desk.config.schema import Settings
from tui_desk.config.url import Server
from tui_desk.paths import Profile, profile
from tui_desk.store.connect import connect
from tui_desk.sync import quick, stamp
from tui_desk.sync.quick import nothing_new
from tui_desk.transport import opening
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.opening import Opened

HEAVY = {"typer", "rich", "textual", "sqlalchemy", "alembic", "sqlmodel", "jinja2", "babel", "keyring", "email.policy"}
WITHOUT_MODSEQ = frozenset({"QRESYNC", "CONDSTORE", "ENABLE"})


class Synced:
    """A desk that has just been synced and closed."""

    def __init__(self, home: Path, dovecot: Dovecot, scheme: str = "imap") -> None:
        self.dovecot = dovecot
        self.profile: Profile = profile()
        self.profile.data_dir.mkdir(parents=True)
        self.profile.settings.write_text("[account]\n")
        account = replace(dovecot.account(scheme=scheme), password_command="printf 'pw\\n'")
        self.settings = Settings(account=account)

    def sync(self, without: frozenset[str] = frozenset()) -> bool:
        place = Place(self.profile.data_dir, self.settings.account, real=True)
        with closing(place.engine(ImapMailbox(self.settings.account, "pw", without=without))) as engine:
            engine.run()
        place.close()
        return stamp.leave(self.profile, self.settings, engine.selected)

    def settle(self) -> None:
        """Write the settings that a command reads."""
        account = self.settings.account
        self.profile.settings.write_text(
            f'[account]\naddress = "{account.address}"\nimap = "{account.imap}"\nuser = "{account.user}"\n'
            f'password_command = "echo pw"\nca_file = "{account.ca_file}"\n[agent]\nid = "nina"\n'
        )

    def uids(self) -> list[int]:
        """The UIDs of the inbox that are here."""
        with closing(connect(self.profile.store)) as con:
            sql = "SELECT uid FROM ledger JOIN folder ON folder.id = folder_id WHERE name = 'INBOX' ORDER BY uid"
            return [uid for (uid,) in con.execute(sql)]

    def other(self) -> ImapMailbox:
        client = ImapMailbox(self.dovecot.account(), "pw")
        client.connect()
        return client


@pytest.fixture
def synced(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Synced:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    desk = Synced(tmp_path, dovecot)
    with closing(desk.other()) as client:
        client.append("INBOX", message(1))
        client.append("INBOX", message(2))
    assert desk.sync()
    return desk


@pytest.fixture(autouse=True)
def _nobody_goes_on() -> Iterator[None]:
    yield
    quick.drop()


def test_nothing_new(synced: Synced) -> None:
    assert nothing_new(["sync"]) == "Nothing new."
    assert nothing_new(["sync", "--quiet"]) == ""
    assert (synced.profile.data_dir / quick.NAME).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("words", [["sync", "--audit"], ["sync", "--json"], ["list"], []])
def test_only_the_plain_word(synced: Synced, words: list[str]) -> None:
    assert nothing_new(words) is None


@pytest.mark.parametrize("folder", ["INBOX", "Sent"])
def test_a_new_mail(synced: Synced, folder: str) -> None:
    with closing(synced.other()) as client:
        client.append(folder, message(3))
    assert nothing_new(["sync"]) is None
    assert synced.sync()
    assert nothing_new(["sync"]) == "Nothing new."


@pytest.mark.parametrize(
    "command",
    [
        ("flags", "add", "-u", "desk", "\\Seen", "mailbox", "INBOX", "1"),
        ("expunge", "-u", "desk", "mailbox", "INBOX", "1"),
        ("mailbox", "update", "-u", "desk", "--uid-validity", "5", "INBOX"),
    ],
)
def test_what_another_client_does(synced: Synced, command: tuple[str, ...]) -> None:
    synced.dovecot.doveadm(*command)
    assert nothing_new(["sync"]) is None
    assert synced.sync()
    assert nothing_new(["sync"]) == "Nothing new."


def test_a_store_that_is_not_what_it_was(synced: Synced) -> None:
    con = connect(synced.profile.store)
    con.execute("UPDATE folder SET high_water = 1")
    assert nothing_new(["sync"]) is None, "while it is written to"
    con.close()
    assert nothing_new(["sync"]) is None, "and after"
    synced.profile.store.unlink()
    assert nothing_new(["sync"]) is None


def test_settings_and_environment_that_changed(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as french:
        french.setenv("LC_ALL", "fr_FR.UTF-8")
        assert nothing_new(["sync"]) is None
    assert nothing_new(["sync"]) == "Nothing new."
    synced.profile.settings.write_text("[account]\n# more\n")
    assert nothing_new(["sync"]) is None


def test_mail_that_waits_to_leave_leaves_no_stamp(synced: Synced) -> None:
    con = connect(synced.profile.store)
    con.execute(
        "INSERT INTO outbox (message_id, ticket, agent, state, sender, recipients, mime, in_reply_to, data, not_before, attempts,"
        " error, created_at, updated_at) VALUES ('a@b', 't', 'x', 'queued', 's', '[]', x'', '', '{}', 0, 0, '', 0, 0)"
    )
    con.close()
    assert not synced.sync()
    assert nothing_new(["sync"]) is None


def test_a_clock_that_is_due(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    con = connect(synced.profile.store)
    con.execute("UPDATE ticket SET status = 'solved', solved_at = ?", (clock.now() - 6 * stamp.DAY,))
    con.close()
    assert synced.sync()
    assert nothing_new(["sync"]) == "Nothing new."
    later = clock.now() + stamp.DAY + 10
    monkeypatch.setattr(quick, "_now", lambda: later)
    assert nothing_new(["sync"]) is None


def test_a_server_without_mod_sequences_leaves_no_stamp(synced: Synced) -> None:
    with closing(synced.other()) as client:
        client.append("INBOX", message(3))
    assert not synced.sync(WITHOUT_MODSEQ)
    assert nothing_new(["sync"]) is None


def test_a_refused_password_is_not_tried_again(synced: Synced) -> None:
    path = synced.profile.data_dir / quick.NAME
    path.write_text(path.read_text().replace("pw", "wrong"))
    assert nothing_new(["sync"]) is None
    assert not path.exists()


def test_a_server_that_is_away_is_for_the_real_sync_to_tell(synced: Synced) -> None:
    path = synced.profile.data_dir / quick.NAME
    path.write_text(path.read_text().replace(str(synced.dovecot.port), "1"))
    assert nothing_new(["sync"]) is None


def test_on_a_secure_line(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    desk = Synced(tmp_path, dovecot, "imaps")
    assert desk.sync()
    assert nothing_new(["sync"]) == "Nothing new."
    path = desk.profile.data_dir / quick.NAME
    path.write_text(path.read_text().replace(str(dovecot.ca_file), ""))
    assert nothing_new(["sync"]) is None, "a certificate that is not trusted"


@pytest.mark.parametrize("where", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_authorities_of_the_system(dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """In one file or in a folder with hashed names: a system has one or the other, or both."""
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    desk = Synced(tmp_path, dovecot, "imaps")
    assert desk.sync()
    path = desk.profile.data_dir / quick.NAME
    path.write_text(path.read_text().replace(str(dovecot.ca_file), ""))
    folder = tmp_path / "certs"
    folder.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    assert nothing_new(["sync"]) is None
    if where == "SSL_CERT_FILE":
        monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.ca_file))
    elif shutil.which("openssl") is None:
        pytest.skip("no openssl to name a certificate by its hash")
    else:
        command = ["openssl", "x509", "-hash", "-noout", "-in", str(dovecot.ca_file)]
        name = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        (folder / f"{name}.0").write_bytes(dovecot.ca_file.read_bytes())
    assert nothing_new(["sync"]) == "Nothing new."


def test_it_imports_nothing_to_speak_of(synced: Synced) -> None:
    code = (
        "import sys; from tui_desk.sync.quick import nothing_new; assert nothing_new(['sync']) == 'Nothing new.'\n"
        "heavy = {'dataclasses', 'sqlite3', 'subprocess', 'tomllib', 'imapclient', 'sqlalchemy', 'ssl', 'pathlib'}\n"
        "print(*heavy & set(sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=root, env=os.environ, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""


def test_a_pass_loads_nothing_heavy(synced: Synced) -> None:
    """`desk sync` from a timer: where something is new, it is fetched by the libraries that are needed for it, and no others."""
    synced.settle()
    with closing(synced.other()) as client:
        client.append("INBOX", message(3))
    code = (
        "import sys; from tui_desk.cli.main import main; assert main(['sync', '--json']) == 0\n"
        f"print('loaded', *{HEAVY} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, check=True, timeout=60)
    told, _word, heavy = said.stdout.partition("loaded")
    assert json.loads(told)["new"] == 1
    assert heavy.strip() == ""


def test_both_ways_to_a_pass_say_the_same(synced: Synced, capfd: pytest.CaptureFixture[str]) -> None:
    synced.settle()
    said = []
    for n, run in ((3, main), (4, group.run)):
        with closing(synced.other()) as client:
            client.append("INBOX", message(n))
        assert run(["sync"]) == 0
        said.append(capfd.readouterr().err.rpartition(",")[0])
    assert said[0] == said[1] != ""


@pytest.fixture
def logins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who was logged in the long way, in their order."""
    found: list[str] = []
    really = opening.open_plainly

    def noted(at: Server, user: str, password: str, ca_file: str = "") -> Opened | None:
        found.append(user)
        return really(at, user, password, ca_file)

    monkeypatch.setattr(opening, "open_plainly", noted)
    return found


@pytest.mark.parametrize("scheme", ["imap", "imaps"])
def test_the_pass_goes_on_with_the_line_that_was_asked(
    dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logins: list[str], scheme: str
) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    desk = Synced(tmp_path, dovecot, scheme)
    desk.settle()
    assert main(["sync"]) == 0
    with closing(desk.other()) as client:
        client.append("INBOX", message(3))
    logins.clear()
    assert main(["sync", "--quiet"]) == 0
    assert not quick.left
    assert logins == []
    assert desk.uids() == [1]
    assert nothing_new(["sync"]) == "Nothing new."


def test_a_line_that_was_cut_meanwhile_is_opened_anew(synced: Synced, logins: list[str]) -> None:
    synced.settle()
    assert main(["sync"]) == 0
    with closing(synced.other()) as client:
        client.append("INBOX", message(3))
    assert nothing_new(["sync"]) is None
    [(sock, _capabilities, _password)] = quick.left
    sock.shutdown(socket.SHUT_RDWR)
    logins.clear()
    assert group.run(["sync"]) == 0
    assert logins == ["desk"]
    assert synced.uids() == [1, 2, 3]


def test_nothing_is_left_of_a_line_that_said_no_change(synced: Synced) -> None:
    assert nothing_new(["sync"]) == "Nothing new."
    assert not quick.left
