"""Replies and bulk replies from the shell on the seeded desk: what is refused, what a dry run says, where text comes from."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.support.terminal import Terminal
from tui_desk.cli.main import main

LINE = ["--body", "Bonjour, voici la réponse.", "--yes"]


@pytest.fixture
def number(desk: Shell) -> str:
    """A ticket to answer."""
    return desk.lines("next", "--ids")[0]


@pytest.fixture
def run(demo_copy: None, capsys: pytest.CaptureFixture[str]) -> object:
    """main([...]) on the copy: (code, stdout, stderr)."""

    def call(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["real", "dry"])
def test_what_stops_a_reply_stops_its_dry_run(run, number: str, tmp_path: Path, dry: list[str]) -> None:  # type: ignore[no-untyped-def]
    off = [
        (["--attach", str(tmp_path / "none.pdf")], 2, "none.pdf"),
        (["--attach", str(tmp_path)], 2, "folder"),
        (["--status", "pendng"], 2, "Did you mean pending?"),
        (["--cc", "not an address"], 1, "Mend it first."),
        (["--cc", "not an address", "--force"], 1, "Mend it first."),
    ]
    for words, expected, told in off:
        code, out, err = run("reply", number, *LINE, *words, *dry)
        assert (code, out) == (expected, "")
        assert told in err
        assert len([line for line in err.splitlines() if not line.startswith("Note:")]) <= 2
    assert run("outbox", "--ids")[1] == ""


def test_a_dry_run_shows_the_mail_with_its_attachments_and_sends_nothing(run, number: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "devis.txt").write_text("42")
    code, out, err = run("reply", number, *LINE, "--attach", str(tmp_path / "devis.txt"), "--dry-run")
    assert code == 0
    assert "Attachment: devis.txt" in out
    assert "voici la réponse" in out
    assert "Dry run" in err
    assert run("outbox", "--all", "--ids")[1] == ""


def test_a_file_that_is_no_text_is_told(run, number: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.bin").write_bytes(b"\xff\xfe\x00")
    code, _out, err = run("reply", number, "--file", str(tmp_path / "x.bin"), "--yes")
    assert code == 2
    assert "--attach" in err


def test_a_mail_that_never_was_is_not_said_to_have_left(run) -> None:  # type: ignore[no-untyped-def]
    for words in (["undo", "99"], ["retry", "99"], ["resolve", "99", "--sent"]):
        code, _out, err = run("outbox", *words)
        assert code == 1
        assert "99" in err


def test_a_reply_is_queued_and_taken_back(run, number: str) -> None:  # type: ignore[no-untyped-def]
    code, out, _err = run("reply", number, *LINE, "--json")
    mail = json.loads(out)
    assert (code, mail["state"]) == (0, "queued")
    assert run("outbox", "undo", str(mail["outbox"]))[0] == 0
    assert run("outbox", "--ids")[1] == ""
    code, _out, err = run("outbox", "undo", str(mail["outbox"]))
    assert (code, "taken back already" in err, "has left" in err) == (1, True, False)


def test_bulk_dry_run_prints_the_lines_of_the_real_run(desk: Shell) -> None:
    ids = "\n".join(desk.lines("list", "is:open", "--ids", "-n", "3"))
    words = ("bulk", "reply", "--macro", "outage", "--queue")
    dry = desk.run(*words, "--dry-run", stdin=ids)
    assert "Dry run" in dry.stderr
    assert desk.lines("outbox", "--ids") == []
    assert desk.run(*words, "--yes", stdin=ids).stdout == dry.stdout
    assert len(desk.lines("outbox", "--ids")) == 3


@pytest.mark.parametrize("words", [["status", "pending"], ["tag", "seen"], ["assign", "theo"]], ids=lambda w: w[0])
def test_bulk_changes_have_a_dry_run_too(desk: Shell, words: list[str]) -> None:
    ids = "\n".join(desk.lines("list", "is:open", "--ids", "-n", "3"))
    dry = desk.run("bulk", *words, "--dry-run", stdin=ids).stdout
    assert desk.run("bulk", *words, "--yes", stdin=ids).stdout == dry


def test_a_tag_is_taken_away_without_ceremony(run) -> None:  # type: ignore[no-untyped-def]
    ids = run("list", "is:open", "--ids", "-n", "2")[1].split()
    assert run("bulk", "tag", "qed hq", *ids)[0] == 0
    for words in (
        ["-qed", *ids, "--dry-run"],
        ["--dry-run", "-qed", *ids],
        ["-qed", "--dry-run", "--query", "tag:qed"],
        ["-qed", "-q", "tag:qed", "--dry-run"],
        ["--dry-run", "--", "-qed", *ids],
    ):
        code, out, err = run("bulk", "tag", *words)
        assert (code, "Dry run" in err) == (0, True), words
        assert sorted(out.splitlines()) == sorted(f"{number}\tdone\t-qed" for number in ids)
    assert run("bulk", "tag", "-hq", "-y", "-q", "-tag:nothing tag:qed")[1].count("-hq") == 2
    assert run("bulk", "tag", "-qed,new", *ids)[1].count("+new -qed") == 2
    assert run("list", "tag:new -tag:qed -tag:hq", "--ids")[1].split() == ids
    assert "Usage" in run("bulk", "tag", "-h")[1]
    assert run("bulk", "tag", "--hurry", *ids)[0] == 2
    assert run("bulk", "tag", "-x", *ids)[0] == 2


def test_on_a_terminal_the_editor_writes_and_a_question_is_asked(desk: Shell, number: str, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "Bonjour, écrit dans un éditeur." > "$1"\n')
    editor.chmod(0o755)
    env = {**desk.env, "EDITOR": str(editor)}
    with Terminal(desk.command("reply", number), env=env) as term:
        term.wait(r"Send to .*\? \[y/N\]")
        term.send("n\r")
        assert term.end() == 130
        assert "Nothing was sent" in term.text
    assert desk.lines("outbox", "--ids") == []
    editor.write_text('#!/bin/sh\ngrep -q "écrit dans un éditeur" "$1"\n')  # What was written is still there.
    with Terminal(desk.command("reply", number), env=env) as term:
        term.wait(r"Send to .*\? \[y/N\]")
        term.send("y\r")
        assert term.end() == 0
    assert len(desk.lines("outbox", "--ids")) == 1


def test_an_editor_that_fails_sends_nothing(desk: Shell, number: str) -> None:
    with Terminal(desk.command("reply", number), env={**desk.env, "EDITOR": "false"}) as term:
        assert term.end() == 130
        assert "nothing was sent" in term.text
    with Terminal(desk.command("reply", number), env={**desk.env, "EDITOR": "no-such-editor"}) as term:
        assert term.end() == 2
        assert "no-such-editor" in term.text
        assert "Traceback" not in term.text


def test_a_text_given_twice_is_refused_and_none_of_it_is_lost(run, number: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.md").write_text("from the file")
    for words in (["reply", number, *LINE], ["note", number, "some", "words"]):
        code, out, err = run(*words, "--file", str(tmp_path / "x.md"))
        assert (code, out) == (2, "")
        assert "once" in err
        assert "--file" in err
    assert run("outbox", "--all", "--ids")[1] == ""


def test_what_a_file_says_follows_the_macro(run, number: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.md").write_text("from the file")
    code, out, _err = run("reply", number, "--macro", "outage", "--file", str(tmp_path / "x.md"), "--dry-run", "--json")
    assert code == 0
    assert json.loads(out)["would"]["body"].endswith("\n\nfrom the file")


def test_what_cannot_be_is_said_before_a_question_is(run, number: str) -> None:  # type: ignore[no-untyped-def]
    for words, code, told in (
        (["reply", number, "--macro", "outtage"], 1, "Did you mean outage"),
        (["status", "pendng", number], 2, "not a status"),
    ):
        found, out, err = run("bulk", *words)
        assert (found, out) == (code, "")
        assert told in err
        assert "--yes" not in err


def test_both_answers_to_an_uncertain_mail_are_named(run) -> None:  # type: ignore[no-untyped-def]
    code, _out, err = run("outbox", "resolve", "1")
    assert code == 2
    assert "--sent, --not-sent" in err


def test_a_new_desk_s_macros_need_no_mending(run) -> None:  # type: ignore[no-untyped-def]
    assert run("macros", "lint") == (0, "", "There is nothing to mend.\n")


def test_what_a_killed_program_left_is_a_matter_of_the_log_not_of_the_terminal(desk: Shell, number: str) -> None:
    desk.run("reply", number, *LINE)
    (store,) = desk.home.rglob("desk.db")
    with closing(sqlite3.connect(store)) as con, con:
        con.execute("UPDATE outbox SET state = 'sending'")
    told = desk.run("sync").stderr
    assert "left in state" not in told
    log = store.with_name("desk.log")
    assert "was left in state sending" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_dash_is_standard_input_and_never_a_text(desk: Shell, number: str) -> None:
    told = desk.run("reply", number, "--body", "-", "--dry-run", "--json", stdin="Bonjour, lu dans le tube.\n").stdout
    assert json.loads(told)["would"]["body"] == "Bonjour, lu dans le tube.\n"
    desk.run("note", number, "-", stdin="from a pipe")
    assert any("from a pipe" in line for line in desk.lines("show", number))
    assert "nothing written" in desk.run("reply", number, "--body", "-", "--yes", code=1).stderr
