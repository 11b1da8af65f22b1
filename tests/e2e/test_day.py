"""A working day on a real IMAP server and a real SMTP server: mail comes in, is triaged, answered, counted."""

from __future__ import annotations

import time
from pathlib import Path

from tests.e2e.shell import Shell
from tests.e2e.world import ask, box, put
from tests.support.dovecot import Dovecot
from tests.support.smtp import RealSmtp


def test_a_day_from_mail_to_figures(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    shown = desk.json("show", number)["ticket"]
    assert shown["subject"] == "Facture numéro 42 [/bold]"
    assert shown["requester"] == "customer@desk.test"
    assert "\x1b" not in shown["thread"][0]["text"]

    desk.run("take", number)
    desk.run("tag", number, "--add", "facture")
    desk.run("note", number, "rappelée à midi: SECRET")
    desk.run("reply", number, "--body", "Bonjour, **voici** la facture corrigée.", "--status", "solved", "--now", "--yes")

    (answer,) = box(dovecot, "customer")
    assert answer["In-Reply-To"] == "<q1@customer.test>"
    assert "<q1@customer.test>" in answer["References"]
    assert answer["From"].addresses[0].addr_spec == "desk@desk.test"
    assert "SECRET" not in answer.as_string()
    assert "<strong>voici</strong>" in answer.get_body(("html",)).get_content()  # type: ignore[union-attr]
    (filed,) = box(dovecot, "desk", "Sent")
    assert filed["Message-ID"] == answer["Message-ID"]

    desk.run("sync")
    ticket = desk.json("show", number)["ticket"]
    assert sorted(m["kind"] for m in ticket["thread"]) == ["inbound", "note", "outbound"]
    assert (ticket["status"], ticket["assignee"], ticket["tags"]) == ("solved", "alice", ["facture"])
    assert ticket["first_response_seconds"] is not None

    reply = f"From: customer@desk.test\r\nTo: desk@desk.test\r\nSubject: Re: Facture\r\nIn-Reply-To: {answer['Message-ID']}\r\n"
    time.sleep(1.1)  # an answer comes after what it answers, and mail has no finer time than a second
    put(dovecot, "desk", f"{reply}Message-ID: <q1b@customer.test>\r\n\r\nIl manque encore une ligne, non ?\r\n".encode())
    desk.run("sync")
    again = desk.json("show", number)["ticket"]
    assert again["status"] == "open"
    assert len(again["thread"]) == 4

    figures = desk.json("kpi", "all")["figures"]
    assert figures["created"]["value"] == 1
    assert figures["first_response"]["cal"]["n"] == 1
    desk.run("sync", "--audit")
    assert len(smtp.taken) == 1


def test_bulk_reply_dry_run_then_for_real_then_again(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    ask(dovecot, *range(1, 6))
    desk.run("sync")
    ids = "\n".join(desk.lines("list", "--ids")) + "\n"
    assert len(ids.split()) == 5
    dry = desk.lines("bulk", "reply", "-", "--macro", "facture-copie", "--dry-run", stdin=ids)
    assert smtp.taken == []
    real = desk.lines("bulk", "reply", "-", "--macro", "facture-copie", "--yes", "--per-minute", "60000", stdin=ids)
    assert [line.split("\t")[0] for line in dry] == [line.split("\t")[0] for line in real]
    assert [line.split("\t")[2] for line in dry] == [line.split("\t")[2] for line in real]
    assert len(smtp.taken) == 5
    desk.run("bulk", "reply", "-", "--macro", "facture-copie", "--yes", stdin=ids)
    assert len(smtp.taken) == 5, "a run of the same name writes to nobody twice"


def test_a_wrong_password_is_77_and_changes_nothing(desk: Shell, dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("wrong\n")
    done = desk.run("sync", code=77)
    assert "password" in done.stderr.lower()
    assert "wrong" not in done.stderr.replace("is wrong", "")


def test_undo_send_takes_the_reply_back(desk: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    ask(dovecot, 7)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    sent = desk.json("reply", number, "--body", "Trop vite !", "--yes")
    desk.run("outbox", "undo", str(sent["outbox"]))
    desk.run("sync")
    assert smtp.taken == []
    assert desk.json("show", number)["ticket"]["status"] == "new"
    desk.run("outbox", "undo", str(sent["outbox"]), code=1)


def test_export_is_the_same_before_and_after_a_rebuild(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, *range(1, 9))
    desk.run("sync")
    first = desk.lines("list", "--ids")[0]
    desk.run("tag", first, "--add", "vip")
    desk.run("note", first, "une note")
    before = desk.run("export").stdout
    desk.run("rebuild")
    assert desk.run("export").stdout == before
    assert before.count("\n") == 8


def test_a_query_that_selects_nothing_is_a_usage_error(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    desk.run("solve", "tag:nowhere", code=2)
    desk.run("bulk", "status", "solved", "--query", "tag:nowhere", code=2)
    assert desk.run("list", "tag:nowhere").stdout == ""
    desk.run("list", "tag:nowhere", "--fail-empty", code=1)


def test_the_audit_lists_each_gap(desk: Shell, dovecot: Dovecot) -> None:
    ask(dovecot, 1)
    desk.run("sync")
    assert [line.split("\t")[3:] for line in desk.lines("sync", "--audit")] == [["0 gaps", "0 doubles"]] * 2
    ask(dovecot, 2, 3)
    told = desk.run("sync", "--audit", code=1)
    assert "INBOX\t2\tnot in the ledger" in told.stdout.splitlines()
    assert "2 differences" in told.stderr
