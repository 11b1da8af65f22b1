"""Two mailboxes in one desk: one ticket for a mail that came to both, each answer from where it was asked, one account down."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import box, put
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.smtp import RealSmtp, real_smtp
from tests.support.terminal import Terminal

BOTH = "Support <desk@desk.test>, Billing <billing@desk.test>"


def letter(number: int, to: str, *, subject: str = "Une question", cc: str = "", sender: str = "zoe@customer.test") -> bytes:
    """A customer's mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = f"Zoé <{sender}>", to, subject, f"<l{number}@customer.test>"
    mail["Date"] = "Mon, 16 Nov 2026 09:00:00 +0100"
    if cc:
        mail["Cc"] = cc
    mail.set_content(f"Bonjour, voici la question {number}. Merci d'avance pour votre aide.")
    return mail.as_bytes()


@pytest.fixture
def two(desk: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp, secret: Path) -> Shell:
    """The desk with a second mailbox, which sends by a server of its own."""
    desk.run(
        *("init", "--add", "billing", "--address", "billing@desk.test", "--name", "Billing", "--user", "agent"),
        *("--imap", f"imaps://localhost:{dovecot.tls_port}", "--ca-file", str(dovecot.ca_file)),
        *("--smtp", f"smtp://127.0.0.1:{billing_smtp.port}", "--password-command", f"cat {secret}"),
        *("--alias", "refunds@desk.test", "--alias", "@acme.test"),
    )
    return desk


@pytest.fixture
def billing_smtp() -> Iterator[RealSmtp]:
    """The mail server of the second account."""
    with real_smtp() as server:
        yield server


def numbers(desk: Shell, *query: str) -> list[str]:
    return desk.lines("list", "--ids", *query)


def sent(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    return box(dovecot, user, "Sent")


def test_a_mail_that_came_to_both_is_one_ticket_answered_once(
    two: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp
) -> None:
    raw = letter(1, "Billing <billing@desk.test>, Support <desk@desk.test>")
    put(dovecot, "desk", b"Delivered-To: desk@desk.test\r\n" + raw)
    put(dovecot, "agent", b"Delivered-To: billing@desk.test\r\n" + raw)
    report = two.json("sync")
    assert [(a["address"], a["new"], a["error"]) for a in report["accounts"]] == [
        ("desk@desk.test", 1, None),
        ("billing@desk.test", 0, None),
    ]
    (number,) = numbers(two)
    assert numbers(two, "queue:billing") == [number]
    audit = two.json("sync", "--audit")["folders"]
    assert [(a["account"], a["folder"], a["on_server"], a["gaps"], a["doubles"]) for a in audit if a["on_server"]] == [
        ("desk@desk.test", "INBOX", 1, [], []),
        ("billing@desk.test", "INBOX", 1, [], []),
    ]
    two.run("reply", number, "--body", "Voici la réponse.", "--all", "--now", "--yes")
    assert not smtp.taken
    (left,) = billing_smtp.taken
    assert left.sender == "billing@desk.test"
    assert left.recipients == ("zoe@customer.test",)
    (filed,) = sent(dovecot, "agent")
    assert filed["From"] == "Billing <billing@desk.test>"
    assert sent(dovecot, "desk") == []


def test_each_question_is_answered_from_where_it_was_asked(
    two: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp
) -> None:
    put(dovecot, "desk", letter(1, "desk@desk.test"))
    put(dovecot, "agent", letter(2, "bob@x.test", cc="refunds+x@desk.test", sender="yan@customer.test"))
    two.run("sync")
    (first,) = numbers(two, "queue:desk")
    (second,) = numbers(two, "queue:billing")
    two.run("reply", first, "--body", "Un.", "--now", "--yes")
    two.run("reply", second, "--body", "Deux.", "--now", "--yes")
    assert [t.sender for t in smtp.taken] == ["desk@desk.test"]
    assert [t.sender for t in billing_smtp.taken] == ["refunds@desk.test"]
    assert [m["From"] for m in sent(dovecot, "desk")] == ["Support <desk@desk.test>"]
    assert [m["From"] for m in sent(dovecot, "agent")] == ["Billing <refunds@desk.test>"]
    preview = two.run("reply", first, "--body", "Trois.", "--from", "billing", "--dry-run").stdout
    assert preview.startswith("From: billing@desk.test\n")
    two.run("reply", first, "--body", "Trois.", "--from", "billing", "--now", "--yes")
    assert billing_smtp.taken[-1].sender == "billing@desk.test"
    refused = two.run("reply", first, "--body", "Quatre.", "--from", "boss@bank.test", "--now", "--yes", code=2)
    assert "not an address of this desk" in refused.stderr
    two.run("sync")
    assert len(numbers(two, "is:active")) == 2, "our own copies are no tickets"
    listed = {row["number"]: row["queue"] for row in two.json("list", "is:active")["tickets"]}
    assert listed == {first: "desk", second: "billing"}
    views = {view["view"]: view["count"] for view in two.json("views")["views"]}
    assert "queue-billing" in views


def test_bulk_answers_each_from_its_own_address(two: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp) -> None:
    put(dovecot, "desk", letter(1, "desk@desk.test"))
    put(dovecot, "agent", letter(2, "billing@desk.test", sender="yan@customer.test"))
    two.run("sync")
    two.run("config", "set", "replies.undo_seconds", "0")
    two.run("config", "set", "replies.bulk_per_minute", "6000")
    macros = Path(two.home, "e2e", "macros")
    macros.mkdir()
    text = "Bonjour, ici {{ desk }} ({{ desk_email }}) : c'est fait."
    macros.joinpath("done.md").write_text(f'+++\ntitle = "Fait"\nlanguage = "fr"\nstate = "approved"\n+++\n{text}\n')
    two.run("bulk", "reply", "--query", "is:open", "--macro", "done", "--deliver", "--yes")
    assert [t.sender for t in smtp.taken] == ["desk@desk.test"]
    assert [t.sender for t in billing_smtp.taken] == ["billing@desk.test"]
    assert b"ici Support (desk@desk.test)" in smtp.taken[0].raw
    assert b"ici Billing (billing@desk.test)" in billing_smtp.taken[0].raw


def test_one_account_down_stops_no_other(
    two: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp, tmp_path: Path
) -> None:
    put(dovecot, "agent", letter(2, "billing@desk.test"))
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password\n")
    two.run("config", "set", "account.password_command", f"cat {wrong}")
    told = two.run("sync", code=77)
    assert "1 new message" in told.stderr
    assert "desk@desk.test: " in told.stderr
    (number,) = numbers(two, "queue:billing")
    two.run("reply", number, "--body", "Tout va bien.", "--now", "--yes")
    assert [t.sender for t in billing_smtp.taken] == ["billing@desk.test"]
    assert len(sent(dovecot, "agent")) == 1
    two.run("sync", "--account", "billing")
    two.run("sync", "--account", "billing@desk.test")
    two.run("sync", "--account", "main", code=77)
    two.run("sync", "--account", "nobody", code=1)
    audit = two.run("sync", "--audit", code=77)
    assert "billing@desk.test INBOX\t1\t1\t0 gaps\t0 doubles" in audit.stdout
    two.run("config", "set", "account.imap", "imaps://localhost:9")
    told = two.run("sync", code=75)
    assert "desk@desk.test: " in told.stderr
    findings = two.run("doctor", code=1).stdout
    assert "billing@desk.test: Mail is read" in findings


def test_two_addresses_of_ours_that_write_to_each_other_come_to_rest(
    two: Shell, dovecot: Dovecot, smtp: RealSmtp, billing_smtp: RealSmtp
) -> None:
    two.run("config", "set", "ack.enabled", "true")
    two.run("sync")

    def route(_sender: str, recipients: list[str], raw: bytes) -> None:
        for user in ("desk", "other"):
            if f"{user}@desk.test" in recipients:
                put(dovecot, user, raw)

    smtp.routes.append(route)
    billing_smtp.routes.append(route)
    time.sleep(1.1)
    put(dovecot, "agent", letter(1, "billing@desk.test", sender="desk@desk.test"))
    fresh = letter(2, BOTH).replace(b"Date: Mon, 16 Nov 2026 09:00:00 +0100\n", b"")
    put(dovecot, "desk", b"Delivered-To: desk@desk.test\r\n" + fresh)
    put(dovecot, "agent", b"Delivered-To: billing@desk.test\r\n" + fresh)
    for _ in range(4):
        two.run("sync")
    acknowledged = [t.recipients for t in (*smtp.taken, *billing_smtp.taken)]
    assert acknowledged == [("zoe@customer.test",)]


def test_a_watch_follows_both(two: Shell, dovecot: Dovecot) -> None:
    with two.start("sync", "--watch") as watch:
        put(dovecot, "desk", letter(1, "desk@desk.test"))
        put(dovecot, "agent", letter(2, "billing@desk.test", sender="yan@customer.test"))
        end = time.monotonic() + 60
        while len(numbers(two)) < 2 and time.monotonic() < end:
            time.sleep(0.3)
        put(dovecot, "agent", letter(3, "billing@desk.test", sender="xe@customer.test"))
        while len(numbers(two)) < 3 and time.monotonic() < end:
            time.sleep(0.3)
        assert len(numbers(two)) == 3
        assert watch.end(signal.SIGTERM) == 0


def test_accounts_are_listed_tried_and_taken_out(two: Shell, dovecot: Dovecot) -> None:
    listed = two.json("accounts", "list")["accounts"]
    assert [(a["account"], a["address"], a["queue"]) for a in listed] == [
        ("main", "desk@desk.test", "desk"),
        ("billing", "billing@desk.test", "billing"),
    ]
    assert listed[1]["aliases"] == ["refunds@desk.test", "@acme.test"]
    assert "ok" in two.run("accounts", "test", "billing").stdout
    put(dovecot, "agent", letter(2, "billing@desk.test"))
    two.run("sync")
    two.run("accounts", "remove", "billing", "--yes")
    assert len(two.json("accounts", "list")["accounts"]) == 1
    assert len(numbers(two)) == 1, "what came stays"
    two.run("accounts", "remove", "main", "--yes", code=2)
    two.run("sync")
    assert PASSWORD not in Path(two.home, "e2e", "settings.toml").read_text()


def test_the_wizard_adds_one_and_keeps_its_password_in_the_keyring(
    desk: Shell, dovecot: Dovecot, smtp: RealSmtp, tmp_path: Path
) -> None:
    desk.env |= {
        "PYTHON_KEYRING_BACKEND": "tests.support.ring.FileRing",
        "RING_FILE": str(tmp_path / "ring.json"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    before = Path(desk.home, "e2e", "settings.toml").read_text()
    with Terminal(desk.command("init", "--add", "billing"), env=desk.env, columns=100, rows=30) as term:
        for question, answer in (
            ("desk's address:", "billing@desk.test"),
            ("Where mail is read", f"imap://127.0.0.1:{dovecot.port}"),
            ("Where mail is sent", f"smtp://127.0.0.1:{smtp.port}"),
            ("Login", "agent"),
            ("Name in replies", "Billing"),
            ("Other addresses that are yours", "@pay.test"),
            ("Password", PASSWORD),
        ):
            term.wait(question)
            term.send(f"{answer}\r")
        term.wait("Settings written")
        assert term.end() == 0
        assert "short name" not in term.text
    settings = Path(desk.home, "e2e", "settings.toml").read_text()
    assert [line for line in before.splitlines() if line not in settings.splitlines()] == [], "all else is as it was"
    assert PASSWORD not in settings
    assert json.loads(Path(desk.env["RING_FILE"]).read_text()) == {"tui-desk/agent@127.0.0.1": PASSWORD}
    put(dovecot, "agent", letter(1, "billing@desk.test"))
    desk.run("sync")
    assert len(numbers(desk, "queue:billing")) == 1
    assert "already" in desk.run("init", "--add", "billing", "--address", "x@desk.test", code=1).stderr
    assert "[account]" in desk.run("init", "--add", "main", "--address", "x@desk.test", code=78).stderr
    desk.run("accounts", "remove", "billing", "--yes")
    assert json.loads(Path(desk.env["RING_FILE"]).read_text()) == {}, "its password is forgotten with it"
