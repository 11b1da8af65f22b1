"""Reading from the shell: formats, pipes, queries, and the fast path that must say what Typer says."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.shell import Shell
from tests.support.terminal import Terminal
from tui_desk import clock, text
from tui_desk.cli import fast
from tui_desk.cli.globals import Globals
from tui_desk.cli.group import run as typer_run
from tui_desk.cli.main import main
from tui_desk.service import Desk
from tui_desk.service.words import first_reply
from tui_desk.tui.widgets.ticket import Portrait, draw

LINES = [
    ["list"],
    ["list", "is:open", "tag:delivery"],
    ["list", "is:open", "-tag:delivery", "--ids"],
    ["list", "--json", "-n", "3"],
    ["list", "is:solved", "--jsonl", "--limit", "2"],
    ["count", "is:open"],
    ["count", "is:open", "--json"],
    ["next", "--ids"],
    ["views", "--jsonl"],
    ["search", "colis", "--ids"],
    ["search", "colis", "bonjour"],
]


@pytest.mark.parametrize("words", LINES, ids=" ".join)
def test_the_fast_path_says_what_typer_says(
    words: list[str], seeded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(seeded))
    monkeypatch.setenv("TUI_DESK_PROFILE", "demo")
    assert fast.run(Globals(), words) == 0
    quick = capsys.readouterr().out
    assert typer_run(words) == 0
    assert capsys.readouterr().out == quick
    assert quick


def test_list_prints_tabs_and_whole_fields_when_piped(desk: Shell) -> None:
    lines = desk.lines("list")
    assert all(line.count("\t") == lines[0].count("\t") >= 7 for line in lines)
    assert all("…" not in line and "\x1b" not in line for line in lines)


@pytest.mark.parametrize("form", [(), ("--ids",), ("--json",), ("--jsonl",)], ids=" ".join)
@pytest.mark.parametrize("verb", [("list", "-status:merged"), ("search", "bonjour")], ids=" ".join)
def test_a_pipe_gets_all_and_a_part_only_where_that_is_asked_for(
    demo: None, capsys: pytest.CaptureFixture[str], verb: tuple[str, ...], form: tuple[str, ...]
) -> None:
    def told(*words: str) -> str:
        assert main([*verb, *form, *words]) == 0
        return capsys.readouterr().out

    whole = told("--limit", "0")
    assert told() == whole
    assert len(whole.splitlines()) > 51
    assert len(told("--limit", "50")) < len(whole)


@pytest.mark.parametrize(("verb", "said"), [(("list", "-status:merged"), "50 of "), (("search", "bonjour"), "The newest 50;")])
def test_a_person_gets_a_page_and_is_told_of_the_rest(desk: Shell, verb: tuple[str, ...], said: str) -> None:
    with Terminal(desk.command(*verb), env={**desk.env, "PAGER": "cat"}) as term:
        term.wait(f"{said}.*--limit 0 for all")
        assert term.end() == 0


def test_views_are_counted_to_the_end(demo: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open() as desk:
        assert any(view.capped for view in desk.queue.views(cap=5))
        most = max(view.count for view in desk.queue.views(cap=1 << 31))
    monkeypatch.setattr("tui_desk.service.queue.Queue.views.__defaults__", (5,))
    assert main(["views", "--json"]) == 0
    views = json.loads(capsys.readouterr().out)["views"]
    assert not any(view["capped"] for view in views)
    assert max(view["count"] for view in views) == most > 5


@pytest.mark.parametrize(
    "words",
    [["list"], ["list", "--jsonl"], ["views"], ["macros"], ["kpi"], ["kpi", "--json"], ["config", "show"], ["export"]],
    ids=" ".join,
)
def test_a_reader_that_went_away_is_no_error(desk: Shell, words: list[str]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            desk.command(*words),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
            env=desk.env,
            timeout=120,
        )
    finally:
        os.close(theirs)
    assert (done.returncode, done.stderr) == (0, "")


def test_show_tells_times_on_the_clock_of_the_desk_wherever_its_machine_stands(desk: Shell) -> None:
    number = desk.lines("list", "--ids", "-n", "1")[0]
    at = desk.json("show", number)["ticket"]["thread"][0]["at"]
    here = datetime.fromisoformat(at).astimezone(ZoneInfo("Europe/Paris")).strftime("%Y-%m-%d %H:%M")
    for zone in ("UTC", "Pacific/Auckland"):
        desk.env["TZ"] = zone
        assert any(here in line for line in desk.lines("show", number))


@pytest.mark.parametrize(
    ("cal", "biz", "said"),
    [
        (90 * 60, 90 * 60, ("1h30", "")),
        (65 * 3600, 120 * 60, ("2d", "2h business time")),
        (50 * 60, 0, ("50m", "0m business time")),
    ],
)
def test_a_first_reply_on_both_clocks(cal: int, biz: int, said: tuple[str, str]) -> None:
    assert first_reply(cal, biz) == said


def test_show_and_the_side_bar_say_the_same_of_the_first_reply(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    with Desk.open() as desk:
        tickets = [desk.tickets.view(ticket) for ticket in desk.queue.ids("-is:merged")]
        for alike in (True, False):
            found = next(
                t for t in tickets if t.first_response_biz is not None and (t.first_response_biz == t.first_response_cal) is alike
            )
            assert main(["show", found.row.number]) == 0
            (shown,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("First reply after ")]
            for width in (30, 60):
                bar = draw(Portrait(found, desk.tickets.contact(found.row.requester)), clock.now(), width).plain.splitlines()
                at = next(n for n, line in enumerate(bar) if line.startswith("1st reply"))
                said = bar[at][10:] if alike or width == 60 else f"{bar[at][10:]} ({bar[at + 1].strip()})"
                assert shown == f"First reply {said}."
                assert max(len(line) for line in bar[at : at + 2]) <= width


def test_ids_are_what_other_verbs_take(desk: Shell) -> None:
    ids = desk.lines("list", "is:open", "--ids", "-n", "5")
    told = desk.lines("tag", "-", "--add", "seen", "--yes", stdin="\n".join(ids))
    assert [line.split("\t")[:2] for line in told] == [[number, "done"] for number in ids]
    assert sorted(desk.lines("list", "tag:seen", "--ids")) == sorted(ids)
    again = desk.lines("tag", *ids, "--add", "seen", "--yes")
    assert {line.split("\t")[1] for line in again} == {"unchanged"}


def test_json_has_a_version_and_stable_names(desk: Shell) -> None:
    found = desk.json("list", "-n", "1")
    assert found["version"] == 1
    (ticket,) = found["tickets"]
    assert {"number", "status", "priority", "assignee", "requester", "subject", "tags", "created_at", "due_at"} <= set(ticket)
    assert ticket["created_at"].endswith("+00:00")


def test_count_is_exact_and_agrees_with_list(desk: Shell) -> None:
    assert int(desk.lines("count", "is:open")[0]) == len(desk.lines("list", "is:open", "--ids", "-n", "0"))


def test_show_prints_the_thread_and_raw_gives_the_bytes(desk: Shell) -> None:
    number = desk.lines("list", "has:attachment", "--ids", "-n", "1")[0]
    ticket = desk.json("show", number)["ticket"]
    assert ticket["subject"] in desk.run("show", number).stdout
    message = next(m for m in ticket["thread"] if m["kind"] == "inbound")
    raw = desk.run("show", number, "--raw", str(message["id"])).stdout
    assert "Message-ID:" in raw


def test_attachments_are_saved_inside_the_folder(desk: Shell, tmp_path: Path) -> None:
    number = desk.lines("list", "has:attachment", "--ids", "-n", "1")[0]
    saved = [Path(line) for line in desk.lines("show", number, "--save", str(tmp_path / "out"))]
    assert saved
    assert all(path.parent == tmp_path / "out" and path.stat().st_size for path in saved)


def test_why_names_the_rule_that_threaded(desk: Shell) -> None:
    number = desk.lines("next", "--ids")[0]
    assert any("opened" in line for line in desk.lines("why", number))


def test_why_tells_what_was_set(desk: Shell) -> None:
    number = desk.lines("list", "--ids", "-n", "1")[0]
    desk.run("type", "refund", number)
    for on, told in (("both", "2031-01-02 09:30 or a reply"), ("time", "2031-01-02 09:30, whatever comes")):
        desk.run("snooze", "2031-01-02 09:30", number, "--on", on)
        assert f": snoozed until {told} (shell)" in desk.lines("why", number)[-1]
    desk.run("snooze", "wake", number)
    lines = desk.lines("why", number)
    assert lines[-1].endswith(": woken (shell)")
    assert any(line.endswith(": type: refund (shell)") for line in lines)


def test_a_query_that_is_off_says_where(desk: Shell) -> None:
    done = desk.run("list", "asignee:me", code=2)
    assert "assignee" in done.stderr


def test_a_ticket_that_is_not_there_is_1(desk: Shell) -> None:
    assert "ZZZZ" in desk.run("show", "ZZZZ", code=1).stderr


def test_french_is_spoken_where_it_is_asked_for(desk: Shell) -> None:
    assert "ticket" in desk.run("--lang", "fr", "show", "ZZZZ", code=1).stderr
    assert desk.run("--lang", "fr", "list", "--help").stdout != desk.run("list", "--help").stdout


def test_a_doubtful_sender_is_told(desk: Shell) -> None:
    number = desk.run("list", "from:qui.sait@louche.example", "--ids").stdout.strip()
    shown = desk.run("show", number).stdout
    assert "▲ DMARC fails: the sender may not be who the address says." in shown
    assert "▲ An answer goes to caisse@plus-louche.example." in shown
    told = json.loads(desk.run("show", number, "--json").stdout)["ticket"]["thread"][0]["doubts"]
    assert len(told) == 2


def test_most_senders_are_not_doubtful(desk: Shell) -> None:
    for number in desk.run("list", "--ids", "--limit", "20").stdout.split():
        told = json.loads(desk.run("show", number, "--json").stdout)["ticket"]
        if "louche" not in told["requester"]:
            assert [message["doubts"] for message in told["thread"] if message["doubts"]] == []


@pytest.mark.parametrize("words", ["comptable", "deux", "remboursement"])
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_hit_is_seen_however_narrow_the_terminal_is(desk: Shell, columns: int, words: str) -> None:
    hits = desk.json("search", words, "--limit", "10")["hits"]
    assert hits
    env = desk.env | {"PAGER": "cat"}
    with Terminal(desk.command("search", words, "--limit", "10"), columns=columns, env=env) as term:
        term.wait(hits[-1]["number"])
        assert term.end() == 0
        lines = [line for line in term.text.splitlines() if line.startswith(tuple(hit["number"] for hit in hits))]
    assert len(lines) == len(hits)
    assert all(words in line.lower() for line in lines), lines
    assert all(text.width(line) <= columns for line in lines), lines


@pytest.mark.parametrize(("words", "said"), [(["search", "zzyzx"], "Nothing found for"), (["outbox"], "Nothing is on its way")])
def test_an_empty_list_says_so_to_a_person_and_nothing_to_a_pipe(desk: Shell, words: list[str], said: str) -> None:
    done = desk.run(*words)
    assert (done.stdout, done.stderr) == ("", "")
    with Terminal(desk.command(*words), env=desk.env) as term:
        term.wait(said)
        assert term.end() == 0
