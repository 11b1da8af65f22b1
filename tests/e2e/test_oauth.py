"""A desk that logs in by OAuth, as a person has it: set up, worked with, lapsed, logged in again; nothing lost, nothing told."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import ask, box
from tests.support.dovecot import USERS, Dovecot, running
from tests.support.oauth import CLIENT, CLIENT_SECRET, SCOPES, AuthServer, OAuthSmtp, auth_server, dovecot_words, oauth_smtp
from tests.support.smtp import Certificates
from tests.support.terminal import Terminal
from tests.support.visit import visit

ROOT = Path(__file__).resolve().parents[2]
BROWSER = f"{sys.executable} {ROOT / 'tests' / 'support' / 'visit.py'} %s"


@pytest.fixture(scope="module")
def _provider() -> Iterator[AuthServer]:
    with auth_server() as server:
        yield server


@pytest.fixture(scope="module")
def _imap(_provider: AuthServer) -> Iterator[Dovecot]:
    with dovecot_words(_provider) as words:
        yield from running(words)


@pytest.fixture
def imap(_imap: Dovecot) -> Dovecot:
    for user in USERS:
        _imap.empty(user)
    return _imap


@pytest.fixture
def oauth(_provider: AuthServer) -> AuthServer:
    """As it is at first: people consent at once."""
    fresh = AuthServer(base=_provider.base)
    for name, value in vars(fresh).items():
        setattr(_provider, name, value)
    return _provider


@pytest.fixture
def smtp(oauth: AuthServer) -> Iterator[OAuthSmtp]:
    with oauth_smtp(oauth) as server:
        yield server


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A home with nothing in it, a keyring, and a browser that consents."""
    shell = Shell(tmp_path / "home")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        shell.env.pop(name, None)
    shell.env |= {
        "PYTHON_KEYRING_BACKEND": "tests.support.ring.FileRing",
        "RING_FILE": str(tmp_path / "ring.json"),
        "PYTHONPATH": str(ROOT),
        "BROWSER": BROWSER,
    }
    return shell


def words(oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, *more: str) -> list[str]:
    """`desk init` for a script."""
    return [
        *("init", "--address", "desk@desk.test", "--user", "desk", "--agent", "alice", "--auth", "oauth"),
        *("--imap", f"imaps://localhost:{imap.tls_port}", "--ca-file", str(imap.ca_file)),
        *("--smtp", f"smtp://127.0.0.1:{smtp.port}", "--client-id", CLIENT, "--client-secret-command", f"echo {CLIENT_SECRET}"),
        *("--token-url", f"{oauth.base}/token", "--authorize-url", f"{oauth.base}/authorize"),
        *(word for scope in SCOPES for word in ("--scope", scope)),
        *more,
    ]


@pytest.fixture
def desk(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> Shell:
    """A desk that is set up."""
    told = bare.run(*words(oauth, imap, smtp)).stderr
    assert "Logged in" in told
    return bare


def files(shell: Shell) -> list[Path]:
    return [path for path in shell.home.rglob("*") if path.is_file()]


def ensure_no_secret(shell: Shell, oauth: AuthServer, *texts: str) -> None:
    """In no file of ours and in no word, is anything that the provider gave."""
    given = [secret.encode() for secret in oauth.secrets_given]
    assert given
    for path in files(shell):
        data = path.read_bytes()
        assert not [secret for secret in given if secret in data], path
    assert not [secret for secret in given for text in texts if secret in text.encode()]


def access_tokens(shell: Shell) -> dict[str, object]:
    kept = json.loads(Path(shell.env["RING_FILE"]).read_text())
    found: dict[str, object] = json.loads(kept["tui-desk/desk@localhost oauth"])
    return found


# --------------------------------------------------------------------------------------------------------------- setting up


def test_set_up_by_a_script_and_a_whole_day(desk: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    ask(imap, 1)
    synced = desk.run("sync").stderr
    (number,) = desk.lines("list", "--ids")
    desk.run("reply", number, "--body", "Voilà.", "--now", "--yes")
    desk.run("sync")
    assert [mail.recipients for mail in smtp.taken] == [("customer@desk.test",)]
    assert len(box(imap, "desk", "Sent")) == 1
    (asked,) = [form for path, form in oauth.asked if path == "/authorize"]
    assert asked["login_hint"] == "desk"
    assert asked["code_challenge_method"] == "S256"
    ensure_no_secret(desk, oauth, synced)
    settings = (desk.home / "e2e" / "settings.toml").read_text()
    assert 'auth = "oauth"' in settings
    assert f'client_id = "{CLIENT}"' in settings


def test_set_up_by_a_device_code(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    oauth.consent = "later"
    oauth.device_answers = ["authorization_pending"]
    timer = threading.Timer(2.0, oauth.settle)
    timer.start()
    told = bare.run(*words(oauth, imap, smtp, "--device-url", f"{oauth.base}/devicecode", "--flow", "device")).stderr
    timer.join()
    assert f"{oauth.base}/device" in told
    assert re.search(r"code [0-9A-F]{8}", told)
    ensure_no_secret(bare, oauth, told)
    bare.run("sync")


@pytest.mark.parametrize("flow", ["browser", "device"])
def test_a_consent_that_is_refused_writes_nothing(
    bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, flow: str
) -> None:
    oauth.consent = "deny"
    oauth.device_answers = ["access_denied"]
    more = ("--device-url", f"{oauth.base}/devicecode", "--flow", flow)
    told = bare.run(*words(oauth, imap, smtp, *more), code=77).stderr
    assert "refused" in told
    assert not (bare.home / "e2e").exists()
    assert not Path(bare.env["RING_FILE"]).exists()


def test_a_consent_to_less_than_all_is_told(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    oauth.consent = "narrow"
    told = bare.run(*words(oauth, imap, smtp), code=77).stderr
    assert SCOPES[1] in told
    assert not Path(bare.env["RING_FILE"]).exists()


def test_a_consent_of_somebody_else_is_told_by_the_server(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    oauth.user = "agent"
    told = bare.run(*words(oauth, imap, smtp), code=77).stderr
    assert "consent as that user" in told
    assert not (bare.home / "e2e").exists()
    ensure_no_secret(bare, oauth, told)


def test_a_client_that_the_provider_does_not_know(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    told = bare.run(*words(oauth, imap, smtp, "--client-secret-command", "echo wrong-secret-value"), code=78).stderr
    assert "invalid_client" in told
    assert "wrong-secret" not in told


def test_without_a_keyring_nobody_is_asked(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    bare.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    told = bare.run(*words(oauth, imap, smtp), code=78).stderr
    assert "--token-command" in told
    assert oauth.asked == []


def test_a_provider_over_tls_is_believed_with_its_certificate_only(
    bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, tmp_path: Path
) -> None:
    certificates = Certificates.make(tmp_path, "localhost")
    bare.env["VISIT_CA"] = str(certificates.ca_file)
    both = tmp_path / "both.pem"
    both.write_bytes(certificates.ca_file.read_bytes() + imap.ca_file.read_bytes())
    with auth_server(certificates.context, oauth):
        private = ("--token-url", f"{oauth.doors[0]}/token", "--authorize-url", f"{oauth.doors[0]}/authorize")
        told = bare.run(*words(oauth, imap, smtp, *private), code=78).stderr
        assert "certificate" in told
        assert oauth.grants_of("authorization_code") == []
        bare.run(*words(oauth, imap, smtp, *private, "--ca-file", str(both)))
        oauth.lapse()
        bare.run("sync")
    assert len(oauth.grants_of("refresh_token")) == 1


def test_what_is_missing_is_named(bare: Shell) -> None:
    told = bare.run("init", "--address", "someone@gmail.com", "--auth", "oauth", code=2).stderr
    assert "--client-id" in told
    assert "--imap" not in told, "a provider's servers are known"


def test_a_token_command_needs_no_keyring(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, tmp_path: Path) -> None:
    bare.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    file = tmp_path / "token"
    file.write_text(str(oauth._tokens(oauth._grant("mail"))["access_token"]))
    where = ("--imap", f"imap://127.0.0.1:{imap.port}", "--smtp", f"smtp://127.0.0.1:{smtp.port}", "--user", "desk")
    bare.run("init", "--address", "desk@desk.test", *where, "--token-command", f"cat {file}")
    ask(imap, 1)
    bare.run("sync")
    assert bare.lines("auth", "status") == ["login\tdesk", "way\taccount.token_command"]
    oauth.lapse()
    told = bare.run("sync", code=77).stderr
    assert "account.token_command" in told
    ensure_no_secret(bare, oauth, told)
    file.write_text(str(oauth._tokens(oauth._grant("mail"))["access_token"]))
    bare.run("sync")


# ----------------------------------------------------------------------------------------------------------- the browser


def test_without_a_browser_the_address_is_printed(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    del bare.env["BROWSER"]
    with bare.start(*words(oauth, imap, smtp)) as init:
        status, page = visit(init.heard("http").strip())
        assert (status, "close this page" in page) == (200, True)
        assert init.end() == 0, init.err


def test_an_answer_to_another_question_is_waited_past(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    del bare.env["BROWSER"]
    with bare.start(*words(oauth, imap, smtp)) as init:
        address = init.heard("http").strip()
        oauth.consent = "other"
        status, page = visit(address)
        assert (status, "not the answer" in page) == (400, True)
        port = re.search(r"redirect_uri=http%3A%2F%2F127.0.0.1%3A(\d+)", address)
        assert port
        assert visit(f"http://127.0.0.1:{port[1]}/favicon.ico")[0] == 404
        assert visit(f"http://127.0.0.1:{port[1]}/?code=stolen")[0] == 400
        assert oauth.grants_of("authorization_code") == []
        oauth.consent = "allow"
        assert visit(address)[0] == 200
        assert init.end() == 0, init.err
    assert "another question" in init.err
    assert len(oauth.grants_of("authorization_code")) == 1


@pytest.mark.parametrize(("flow", "asked"), [("browser", "http"), ("device", "ctrl-c")])
def test_ctrl_c_changes_nothing(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, flow: str, asked: str) -> None:
    del bare.env["BROWSER"]
    oauth.consent = "later"
    with bare.start(*words(oauth, imap, smtp, "--device-url", f"{oauth.base}/devicecode", "--flow", flow)) as init:
        init.heard(asked)
        assert init.end(signal.SIGINT) == 130, init.err
    assert "Traceback" not in init.err
    assert not (bare.home / "e2e").exists()
    assert not Path(bare.env["RING_FILE"]).exists()


def test_the_wizard_asks_and_an_address_can_be_pasted(bare: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    """A person on a machine far away: the browser ends at an address that nobody answers, and it is pasted."""
    del bare.env["BROWSER"]
    typed = [word for word in words(oauth, imap, smtp) if word not in ("--client-id", CLIENT, "--agent", "alice")]
    at = typed.index("--client-secret-command")
    with Terminal(bare.command(*typed[:at], *typed[at + 2 :]), env=bare.env, columns=600, rows=60) as term:
        term.wait("Name in replies")
        term.send("\r")
        term.wait("Other addresses that are yours")
        term.send("\r")
        term.wait("Your short name")
        term.send("alice\r")
        term.wait("Client id")
        term.send("\r")
        term.wait("needed")
        term.send(f"{CLIENT}\r")
        term.wait("application's secret")
        term.send(f"{CLIENT_SECRET}\r")
        term.wait("paste here")
        found = re.search(r"https?://\S+/authorize\?\S+", term.text)
        assert found
        there, _status = oauth.authorize(dict(_query(found[0])))
        term.send(f"{there}\r")
        term.wait("Settings written")
        assert term.end() == 0
        assert CLIENT_SECRET not in term.text
    kept = json.loads(Path(bare.env["RING_FILE"]).read_text())
    assert kept[f"tui-desk/{CLIENT} oauth client"] == CLIENT_SECRET
    bare.run("sync")


def test_the_wizard_knows_what_a_provider_wants(bare: Shell) -> None:
    with Terminal(bare.command("init"), env=bare.env, columns=160, rows=40) as term:
        term.wait("desk's address:")
        term.send("someone@outlook.com\r")
        term.wait("most accounts want OAuth")
        for words_ in (
            "Where mail is read",
            "Where mail is sent",
            "Login",
            "Name in replies",
            "Other addresses",
            "Your short name",
        ):
            term.wait(words_)
            term.send("\r")
        term.wait(r"password or oauth \[oauth\]")
        term.send("certificate\r")
        term.wait("One of the two words")
        term.send("\r")
        term.wait("Register an application in Microsoft Entra")
        term.wait("Client id")
        term.send("\x04")
        assert term.end() == 130
    assert not (bare.home / "e2e").exists()


def test_the_wizard_asks_whose_servers_a_domain_has(bare: Shell) -> None:
    with Terminal(bare.command("init", "--auth", "oauth"), env=bare.env, columns=160, rows=40) as term:
        term.wait("desk's address:")
        term.send("support@acme.test\r")
        term.wait("Provider")
        term.send("yahoo\r")
        term.wait("--token-url")
        term.send("google\r")
        term.wait("Login")
        assert "Where mail is read" not in term.text, "the servers are Google's"
        term.send("\x04")
        assert term.end() == 130


def _query(address: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl, urlsplit

    return parse_qsl(urlsplit(address).query)


# ------------------------------------------------------------------------------------------------------ lapsing and going on


def test_a_lapsed_login_is_told_with_the_next_step_and_all_goes_on_after_it(
    desk: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp
) -> None:
    ask(imap, 1)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    oauth.revoke_all()
    told = [desk.run("reply", number, "--body", "Bientôt.", "--now", "--yes", code=77).stderr]
    ask(imap, 2)
    told.append(desk.run("sync", code=77).stderr)
    told.append(subprocess.run(desk.command("sync", "--debug"), env=desk.env, capture_output=True, text=True, check=False).stderr)
    for words_said in told:
        assert "desk auth login" in words_said
        assert "outbox" in words_said
    assert "Traceback" in told[2]
    assert smtp.taken == []
    assert [mail["state"] for mail in desk.json("outbox", "list")["outbox"]] == ["queued"]
    assert desk.run("auth", "status").returncode == 0
    ensure_no_secret(desk, oauth, *told)
    logged_in = desk.run("auth", "login").stderr
    assert "Logged in as desk" in logged_in
    assert "1 mail that waited" in logged_in
    desk.run("sync")
    assert len(smtp.taken) == 1
    (another,) = desk.lines("list", "--ids")
    assert another != number, "what came meanwhile is here; what was answered waits for the customer"
    desk.run("sync")
    desk.run("sync", "--audit")
    assert len(smtp.taken) == 1
    ensure_no_secret(desk, oauth, logged_in)


def test_an_access_token_that_lapses_is_replaced_and_nobody_notices(desk: Shell, oauth: AuthServer, imap: Dovecot) -> None:
    before = access_tokens(desk)
    oauth.lapse()
    ask(imap, 1)
    desk.run("sync")
    after = access_tokens(desk)
    assert after["access"] != before["access"]
    assert after["refresh"] != before["refresh"]
    assert len(desk.lines("list", "--ids")) == 1


def test_two_processes_with_a_lapsed_token(desk: Shell, oauth: AuthServer, imap: Dovecot) -> None:
    """A refresh token that is used twice would end the login."""
    ask(imap, 1)
    oauth.lapse()
    oauth.slow = 0.3
    running = [desk.start("doctor") for _ in range(3)]
    assert [doctor.end() for doctor in running] == [0, 0, 0], [doctor.said for doctor in running]
    assert len(oauth.grants_of("refresh_token")) == 1
    desk.run("sync")


def test_a_provider_that_is_away_is_temporary(desk: Shell, oauth: AuthServer) -> None:
    oauth.lapse()
    oauth.trouble = ["cut"] * 10
    told = desk.run("sync", code=75).stderr
    assert "127.0.0.1" in told
    oauth.trouble = []
    desk.run("sync")


def test_watching_goes_on_over_lapsed_tokens_and_lapsed_logins(desk: Shell, oauth: AuthServer, imap: Dovecot) -> None:
    with desk.start("sync", "--watch") as watch:
        watch.heard("watching")
        oauth.lapse()
        imap.doveadm("kick", "desk")
        ask(imap, 1)
        watch.heard("Facture", "out")
        assert "not let in" not in watch.err
        oauth.revoke_all()
        imap.doveadm("kick", "desk")
        assert "desk auth login" in watch.heard("not let in")
        ask(imap, 2)
        desk.run("auth", "login")
        watch.heard("Facture", "out")
        assert watch.end(signal.SIGTERM) == 0


def test_sending_that_is_refused_while_reading_goes_on(desk: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> None:
    """The session that reads was let in before: only the mail that leaves meets the refusal, and it leaves after the login."""
    ask(imap, 1)
    desk.run("sync")
    desk.run("config", "set", "replies.undo_seconds", "0")
    (number,) = desk.lines("list", "--ids")
    with desk.start("sync", "--watch") as watch:
        watch.heard("watching")
        oauth.revoke_all()
        desk.run("reply", number, "--body", "Voilà.", "--yes")
        assert "desk auth login" in watch.heard("lapsed")
        assert smtp.taken == []
        desk.run("auth", "login")
        end = time.monotonic() + 60
        while not smtp.taken and time.monotonic() < end:
            time.sleep(0.05)
        assert watch.end(signal.SIGTERM) == 0
    assert len(smtp.taken) == 1


@pytest.mark.parametrize("columns", [80, 120])
def test_the_console_is_red_within_a_cycle_and_goes_on_after_the_login(
    desk: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp, columns: int
) -> None:
    ask(imap, 1)
    desk.run("sync")
    env = {**desk.env, "LANG": "C.UTF-8"}
    del env["NO_COLOR"]
    with Terminal(desk.command(), env=env, columns=columns, rows=30) as term:
        term.wait("watching")
        oauth.lapse()
        imap.doveadm("kick", "desk")
        ask(imap, 2)
        term.wait(r"All open · 2\b")
        oauth.revoke_all()
        imap.doveadm("kick", "desk")
        term.wait("✗ not let in")
        term.wait("run `desk auth login`")
        assert _ink(term, "✗ not let in") == "red"
        assert _ink(term, "The login has lapsed") == "red"
        ask(imap, 3)
        desk.run("auth", "login")
        term.wait("● watching")
        term.wait(r"All open · 3\b")
        assert "✗ not let in" not in term.text
        term.send("\x11")
        assert term.end() == 0
        shown = term.raw.decode("utf-8", "replace")
    assert "Traceback" not in shown
    ensure_no_secret(desk, oauth, shown)


def _ink(term: Terminal, words: str) -> str:
    """The colour of `words` on the screen."""
    row = next(n for n, line in enumerate(term.screen.display) if words in line)
    ink = str(term.screen.buffer[row][term.screen.display[row].index(words)].fg)
    red, green, blue = (int(ink[n : n + 2], 16) for n in (0, 2, 4)) if len(ink) == 6 else (0, 0, 0)
    return "red" if red > 1.3 * max(green, blue) else ink


# ------------------------------------------------------------------------------------------------------------- the verbs


def test_status_and_logout(desk: Shell, oauth: AuthServer) -> None:
    rows = dict(line.split("\t") for line in desk.lines("auth", "status"))
    assert rows["login"] == "desk"
    assert rows["client_id"] == CLIENT
    assert rows["renewed"] == "by itself"
    told = desk.json("auth", "status")
    assert told["logged_in"]
    ensure_no_secret(desk, oauth, json.dumps(told), str(rows))
    desk.run("config", "set", "oauth.revoke_url", f"{oauth.base}/revoke")
    assert "forgotten" in desk.run("auth", "logout").stderr
    assert not any(grant.alive for grant in oauth.grants)
    assert desk.run("auth", "status", code=77).stdout
    assert "desk auth login" in desk.run("sync", code=77).stderr
    assert "nothing to forget" in desk.run("auth", "logout").stderr
    desk.run("auth", "login", "--browser")
    desk.run("sync")


def test_logout_forgets_even_where_the_provider_is_away(desk: Shell, oauth: AuthServer) -> None:
    desk.run("config", "set", "oauth.revoke_url", "http://127.0.0.1:9/revoke")
    told = desk.run("auth", "logout").stderr
    assert "could not be told" in told
    assert "forgotten" in told


def test_a_desk_with_a_password_says_how_to_change(bare: Shell, imap: Dovecot) -> None:
    where = ("--imap", f"imap://127.0.0.1:{imap.port}", "--user", "desk", "--password-command", "echo pw")
    bare.run("init", "--address", "desk@desk.test", *where)
    told = bare.run("auth", "login", code=1).stderr
    assert "account.auth oauth" in told
    assert bare.lines("auth", "status") == ["login\tdesk", "way\tpassword"]


def test_a_keyring_that_keeps_nothing_is_told_before_anybody_consents(desk: Shell, oauth: AuthServer) -> None:
    asked = len(oauth.asked)
    desk.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    assert "keyring" in desk.run("auth", "login", code=78).stderr
    assert len(oauth.asked) == asked


def test_google_wants_a_secret_and_a_script_is_told_before_anybody_consents(bare: Shell) -> None:
    told = bare.run("init", "--address", "someone@gmail.com", "--auth", "oauth", "--client-id", "x", code=2).stderr
    assert "--client-secret-command" in told


def test_two_ways_at_once_are_a_usage_error(desk: Shell) -> None:
    assert "Choose one" in desk.run("auth", "login", "--browser", "--device", code=2).stderr


@pytest.mark.parametrize("command", [("list",), ("sync",), ("doctor",), ("auth", "status")])
def test_a_password_loads_nothing_of_oauth(bare: Shell, imap: Dovecot, command: tuple[str, ...]) -> None:
    where = ("--imap", f"imap://127.0.0.1:{imap.port}", "--user", "desk", "--password-command", "echo pw")
    bare.run("init", "--address", "desk@desk.test", *where)
    code = (
        "import sys; from tui_desk.cli.main import main; main(sys.argv[1:])\n"
        "ours = 'transport.bearer transport.loopback transport.oauth transport.sasl transport.web config.tokens config.issuers'\n"
        "ours += '' if sys.argv[1] == 'auth' else ' service.auth cli.auth'\n"
        "print('LOADED', *({'http.server', 'webbrowser', *('tui_desk.' + n for n in ours.split())} & set(sys.modules)))"
    )
    env = bare.env | {"TUI_DESK_PROFILE": "e2e"}
    done = subprocess.run([sys.executable, "-c", code, *command], env=env, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "LOADED", done.stderr
