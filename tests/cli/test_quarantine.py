"""The quarantine from the shell: looked at, tried again; what it says and the codes it exits with."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.shell import Shell
from tests.store.shelf import mail
from tests.support.terminal import Terminal
from tui_desk.cli.main import main
from tui_desk.mail.parse import parse
from tui_desk.service import Desk
from tui_desk.store import reading
from tui_desk.store.arrivals import Arrival
from tui_desk.store.crew import Crew
from tui_desk.store.ingest import Ingest

Run = Callable[..., tuple[int, str, str]]
EVIL = "=?utf-8?q?Help_=1B]52=3Bc=3BZXZpbA=3D=3D=07_me?="
AT = 1_750_000_000


@pytest.fixture
def run(demo_copy: None, capsys: pytest.CaptureFixture[str]) -> Run:
    """`main([...])` on the copy, where two mails are kept: (code, stdout, stderr)."""

    def explode(raw: bytes, **more: Any) -> object:
        if b"poison" in raw:
            raise RecursionError("10,000 parts\x1b[31m")
        return parse(raw, **more)

    with pytest.MonkeyPatch.context() as patch, Desk.open() as desk:
        patch.setattr(reading, "parse", explode)
        ingest = Ingest(desk.store, desk.settings, desk.policy)
        ingest.add(
            Arrival(mail(subject, f"poison {subject} \x1b[31m", id=f"{n}@x"), AT + n) for n, subject in enumerate(("One", EVIL))
        )
        ingest.close()

    def call(*words: str) -> tuple[int, str, str]:
        code = main(list(words))
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def names(run: Run) -> list[str]:
    return run("quarantine", "list", "--ids")[1].split()


def test_what_is_kept_is_listed(run: Run) -> None:
    code, out, _err = run("quarantine")
    assert code == 0
    assert [line.split("\t")[3] for line in out.splitlines()] == ["One", "Help �]52;c;ZXZpbA==� me"]
    listed = json.loads(run("quarantine", "list", "--json")[1])["quarantine"]
    lines = [json.loads(line) for line in run("quarantine", "list", "--jsonl")[1].splitlines()]
    assert listed == lines
    first = listed[0]
    assert (first["id"], first["received_at"]) == (names(run)[0], "2025-06-15T15:06:40+00:00")
    assert (first["from"], first["subject"], first["source"]) == ("Alice Roux <alice@customer.example>", "One", "inbox")
    assert first["cause"] == "RecursionError: 10,000 parts�[31m"
    assert run("quarantine", "list", "--ids", "--json")[0] == 2


def test_one_mail_is_shown_with_its_cause_and_headers(run: Run) -> None:
    one, two = names(run)
    code, out, _err = run("quarantine", "show", two)
    assert code == 0
    assert "Kept aside: RecursionError: 10,000 parts" in out
    assert "Subject: Help" in out
    assert "\x1b" not in out
    told = json.loads(run("quarantine", "show", one[:6], "--json")[1])["mail"]
    assert {"name": "Subject", "value": "One"} in told["headers"]


def test_the_bytes_go_to_a_pipe_and_no_sequence_to_a_terminal(run: Run, desk: Shell) -> None:
    one = names(run)[0]
    piped = subprocess.run(desk.command("quarantine", "show", one, "--raw"), env=desk.env, capture_output=True, check=True)
    assert piped.stdout == mail("One", "poison One \x1b[31m", id="0@x")
    with Terminal(desk.command("quarantine", "show", one, "--raw"), env={**desk.env, "PAGER": "cat"}) as shown:
        shown.wait("poison One")
        assert shown.end() == 0
    assert b"\x1b[31m" not in shown.raw


def test_all_come_out_and_a_second_try_finds_nothing(run: Run) -> None:
    kept = names(run)
    dry = run("quarantine", "retry", "--all", "--dry-run")
    assert names(run) == kept
    code, out, _err = run("quarantine", "retry", "--all")
    assert (code, out) == (0, dry[1])
    assert [line.split("\t")[:2] for line in out.splitlines()] == [[name, "done"] for name in kept]
    assert "opened #" in out
    number = out.splitlines()[0].rpartition("#")[2]
    assert json.loads(run("show", number, "--json")[1])["ticket"]["subject"] == "One"
    assert run("quarantine", "retry", "--all") == (0, "", "The quarantine is empty.\n")
    assert run("quarantine", "list", "--fail-empty")[0] == 1
    code, out, _err = run("quarantine", "retry", *kept, "--json")
    told = json.loads(out)["outcomes"]
    assert (code, [each["result"] for each in told], told[0]["number"]) == (0, ["unchanged"] * 2, number)
    code, _out, err = run("quarantine", "show", kept[0])
    assert (code, number in err) == (1, True)


@pytest.mark.parametrize(("bad", "code"), [(("One",), 3), (("One", "=?"), 1)])
def test_what_stays_is_told_and_counted(run: Run, monkeypatch: pytest.MonkeyPatch, bad: tuple[str, ...], code: int) -> None:
    real = Crew.singly

    def some(self: Crew, arrivals: list[Arrival]) -> list[reading.Flat]:
        wrong = [any(f"poison {word}".encode() in a.raw for word in bad) for a in arrivals]
        return [("ValueError: odd",) if w else real(self, [a])[0] for a, w in zip(arrivals, wrong, strict=True)]

    monkeypatch.setattr(Crew, "singly", some)
    before = names(run)
    done, out, err = run("quarantine", "retry", "--all", "--jsonl")
    assert done == code
    results = [json.loads(line)["result"] for line in out.splitlines()]
    assert results.count("failed") == len(bad)
    assert "Their bytes are kept" in err
    assert names(run) == before[: len(bad)]
    assert "ValueError: odd" in run("quarantine", "show", before[0])[1]


def test_ids_come_from_a_pipe(run: Run, desk: Shell) -> None:
    assert len(desk.lines("quarantine", "retry", "-", stdin="\n".join(names(run)))) == 2
    assert names(run) == []


@pytest.mark.parametrize("words", [(), ("--all", "abcd")])
def test_ids_or_all(run: Run, words: tuple[str, ...]) -> None:
    code, _out, err = run("quarantine", "retry", *words)
    assert (code, "desk quarantine list" in err) == (2, True)


def test_a_name_that_is_nowhere_stops_all(run: Run) -> None:
    code, out, err = run("quarantine", "retry", *names(run), "feedbeef")
    assert (code, out) == (1, "")
    assert "feedbeef" in err
    assert len(names(run)) == 2


def test_doctor_and_completion_know_of_it(run: Run) -> None:
    assert "`desk quarantine list`" in run("doctor", "--offline")[1]
    assert set(names(run)) <= set(run("_complete", "quarantine", "retry", "")[1].split())
    assert os.environ["TUI_DESK_LANGUAGE"] == "en"
