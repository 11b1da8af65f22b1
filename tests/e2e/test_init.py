"""Setting a desk up: by options, by questions on a terminal; nothing is written before both servers take the login."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.smtp import RealSmtp
from tests.support.terminal import Terminal


@pytest.fixture
def bare(tmp_path: Path) -> Shell:
    """A home with nothing in it, and a keyring."""
    shell = Shell(tmp_path / "home")
    root = str(Path(__file__).parents[2])
    shell.env |= {
        "PYTHON_KEYRING_BACKEND": "tests.support.ring.FileRing",
        "RING_FILE": str(tmp_path / "ring.json"),
        "PYTHONPATH": root,
    }
    return shell


def options(dovecot: Dovecot, smtp: RealSmtp, *more: str) -> list[str]:
    urls = ["--imap", f"imap://127.0.0.1:{dovecot.port}", "--smtp", f"smtp://127.0.0.1:{smtp.port}"]
    return ["init", "--address", "desk@desk.test", *urls, "--user", "desk", *more]


def written(shell: Shell) -> list[Path]:
    return [path for path in shell.home.rglob("*") if path.is_file()]


def test_a_password_that_is_refused_writes_nothing_and_speaks_plainly(bare: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    told = bare.run(*options(dovecot, smtp, "--password-command", "echo wrong"), code=77).stderr
    assert "b'" not in told
    assert len(told.splitlines()) == 2
    assert "wrong" not in told
    assert written(bare) == []


@pytest.mark.parametrize(("option", "value"), [("--timezone", "Mars/Olympus"), ("--language", "xx"), ("--imap", "mail.x.test")])
def test_a_setting_that_cannot_be_is_refused_before_anything_is_written(
    bare: Shell, dovecot: Dovecot, smtp: RealSmtp, option: str, value: str
) -> None:
    told = bare.run(*options(dovecot, smtp, "--password-command", f"echo {PASSWORD}", option, value), code=78).stderr
    assert value in told
    assert written(bare) == []


def test_without_a_terminal_what_is_missing_is_named(bare: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    told = bare.run("init", "--address", "desk@desk.test", code=2).stderr
    assert "--imap, --password-command" in told
    assert "--address" not in told


def test_the_next_step_names_the_profile_that_was_set_up(bare: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    said = bare.run(*options(dovecot, smtp, "--password-command", f"echo {PASSWORD}")).stderr
    assert f"Now: `desk --profile {bare.profile} sync` fetches the mail, then `desk --profile {bare.profile}` opens" in said


def test_a_desk_that_is_set_up_says_so_before_it_asks_or_logs_in(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    before = {path: path.read_bytes() for path in written(desk)}
    told = desk.run(*options(dovecot, smtp, "--password-command", "exit 9"), code=1).stderr
    assert "set up already" in told
    assert {path: path.read_bytes() for path in written(desk)} == before


def test_the_wizard_asks_again_and_keeps_the_password_in_the_keyring(bare: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    with Terminal(bare.command("init"), env=bare.env, columns=100, rows=30) as term:
        term.wait("desk's address:")
        term.send("desk.test\r")
        term.wait("is not a mail address")
        term.send("desk@desk.test\r")
        term.wait(r"Where mail is read \[imaps://imap.desk.test:993\]")
        term.send("mail.desk.test\r")
        term.wait("is not a server address")
        term.send(f"imap://127.0.0.1:{dovecot.port}\r")
        term.wait("Where mail is sent")
        term.send(f"smtp://127.0.0.1:{smtp.port}\r")
        term.wait("Login")
        term.send("desk\r")
        term.wait("Name in replies")
        term.send("\r")
        term.wait("(?s)is an answer and no customer.*@desk.test stands for everybody.*Other addresses that are yours")
        term.send("help@desk.test, paul\r")
        term.wait("neither a mail address")
        term.send("help@desk.test, @desk.test\r")
        term.wait("Your short name")
        term.send("alice\r")
        term.wait("Password")
        term.send("wrong\r")
        term.wait(r"(?s)refused the password.*app password here.*Password \(kept")
        assert written(bare) == []
        term.send(f"{PASSWORD}\r")
        term.wait("Settings written")
        assert term.end() == 0
        assert "wrong" not in term.text
        assert "Traceback" not in term.text
    kept = json.loads(Path(bare.env["RING_FILE"]).read_text())
    assert kept == {"tui-desk/desk@127.0.0.1": PASSWORD}
    assert bare.lines("config", "get", "account.aliases") == ["help@desk.test, @desk.test"]
    bare.run("sync")


def test_a_known_provider_fills_in_its_servers_and_ctrl_d_writes_nothing(bare: Shell) -> None:
    with Terminal(bare.command("init"), env=bare.env, columns=100, rows=30) as term:
        term.wait("desk's address:")
        term.send("someone@gmail.com\r")
        term.wait("app password")
        term.wait(r"\[imaps://imap.gmail.com:993\]")
        term.send("\x04")
        assert term.end() == 130
        assert "Nothing was written" in term.text
    assert written(bare) == []


def test_without_a_keyring_the_next_step_is_told_before_a_password_is_asked(
    bare: Shell, dovecot: Dovecot, smtp: RealSmtp
) -> None:
    bare.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    with Terminal(bare.command(*options(dovecot, smtp)), env=bare.env, columns=120, rows=30) as term:
        assert term.end() == 78
        assert "--password-command" in term.text
        assert "Password (" not in term.text
    assert written(bare) == []
