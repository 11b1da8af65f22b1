"""Changing tickets from the shell: each verb does it, says it, is idempotent and can be undone."""

from __future__ import annotations

import pytest

from tests.e2e.shell import Shell


@pytest.fixture
def number(desk: Shell) -> str:
    """An open ticket that nobody holds."""
    return desk.lines("list", "is:open", "is:unassigned", "status:new", "--ids", "-n", "1")[0]


VERBS = [
    (["take"], "assignee", "nadia"),
    (["assign", "theo"], "assignee", "theo"),
    (["status", "pending"], "status", "pending"),
    (["solve"], "status", "solved"),
    (["close"], "status", "closed"),
    (["priority", "urgent"], "priority", "urgent"),
    (["type", "bug"], "type", "bug"),
    (["spam"], "status", "spam"),
]


@pytest.mark.parametrize(("words", "field", "value"), VERBS, ids=lambda v: v[0] if isinstance(v, list) else "")
def test_a_verb_changes_is_idempotent_and_is_undone(desk: Shell, number: str, words: list[str], field: str, value: str) -> None:
    before = desk.json("show", number)["ticket"][field]
    assert before != value
    assert desk.lines(*words, number)[0].split("\t")[1] == "done"
    assert desk.json("show", number)["ticket"][field] == value
    assert desk.lines(*words, number)[0].split("\t")[1] == "unchanged"
    desk.run("undo")
    assert desk.json("show", number)["ticket"][field] == before


def test_tags_are_added_and_removed(desk: Shell, number: str) -> None:
    desk.run("tag", number, "--add", "Éco,vip")
    assert {"éco", "vip"} <= set(desk.json("show", number)["ticket"]["tags"])
    desk.run("tag", number, "--remove", "vip")
    assert "vip" not in desk.json("show", number)["ticket"]["tags"]
    desk.run("tag", number, "--add", "two words", code=2)


def test_snooze_takes_it_out_of_the_queue_and_wake_brings_it_back(desk: Shell, number: str) -> None:
    desk.run("snooze", "2d", number)
    assert number in desk.lines("list", "view:snoozed", "--ids", "-n", "0")
    desk.run("snooze", "wake", number)
    assert number not in desk.lines("list", "view:snoozed", "--ids", "-n", "0")
    desk.run("snooze", "whenever", number, code=2)


def test_a_note_is_in_the_thread_and_in_no_mail(desk: Shell, number: str) -> None:
    desk.run("note", number, stdin="appeler après 14 h\n")
    thread = desk.json("show", number)["ticket"]["thread"]
    assert [m["text"].strip() for m in thread if m["kind"] == "note"] == ["appeler après 14 h"]


def test_reopen_opens_a_solved_ticket(desk: Shell) -> None:
    number = desk.lines("list", "is:solved", "--ids", "-n", "1")[0]
    desk.run("reopen", number)
    assert desk.json("show", number)["ticket"]["status"] == "open"


DRY = [["solve"], ["assign", "theo"], ["snooze", "demain 9h"], ["status", "pending"], ["tag", "--add", "vip"], ["spam"]]


@pytest.mark.parametrize("words", DRY, ids=lambda words: words[0])
def test_a_dry_run_says_what_the_real_run_says_and_touches_nothing(desk: Shell, number: str, words: list[str]) -> None:
    before = desk.run("show", number, "--json").stdout
    dry = desk.run(*words, number, "ZZZZ", "--dry-run", code=3)
    assert desk.run("show", number, "--json").stdout == before
    assert desk.run(*words, number, "ZZZZ", code=3).stdout == dry.stdout
    assert desk.lines(*words, number, "--dry-run")[0].split("\t")[1] == "unchanged"


@pytest.mark.parametrize("when", ["2020-01-01", "hier", "whenever"])
def test_a_time_gone_by_is_refused_in_a_dry_run_too(desk: Shell, number: str, when: str) -> None:
    assert when in desk.run("snooze", when, number, "--dry-run", code=2).stderr


@pytest.mark.parametrize(
    "when", ["2h", "3j", "demain", "demain 14h", "lundi", "lundi prochain", "1 semaine", "mardi 14h30", "ce soir"]
)
def test_snooze_understands_french_words_and_says_until_when(
    number: str, when: str, demo_copy: None, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui_desk.cli.main import main

    assert main(["snooze", when, number]) == 0
    assert "snoozed until 20" in capsys.readouterr().out


def test_merged_is_no_status_to_set(desk: Shell, number: str) -> None:
    assert "merged" not in desk.run("status", "merged", number, code=2).stderr.partition("One of")[2]


def test_an_agent_that_nobody_knows_is_told_and_assigned_all_the_same(desk: Shell, number: str) -> None:
    assert "Did you mean nadia?" in desk.run("assign", "nadja", number).stderr
    assert desk.run("assign", "theo", number).stderr == ""


def test_many_at_once_need_a_yes_where_nobody_can_be_asked(desk: Shell) -> None:
    ids = desk.lines("list", "is:open", "--ids", "-n", "4")
    refused = desk.run("solve", *ids, code=1)
    assert "--yes" in refused.stderr
    assert desk.lines("list", "is:open", "--ids", "-n", "4") == ids
    desk.run("solve", *ids, "--yes")
    desk.run("undo")
    assert desk.lines("list", "is:open", "--ids", "-n", "4") == ids, "one undo takes the whole act back"


def test_some_that_fail_are_3_and_all_that_fail_are_1(desk: Shell, number: str) -> None:
    done = desk.run("solve", number, "ZZZZ", code=3)
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["done", "failed"]
    desk.run("solve", "ZZZZ", code=1)


def test_numbers_and_a_query_are_not_mixed(desk: Shell, number: str) -> None:
    desk.run("solve", number, "tag:vip", code=2)
