"""Words that are off, or short: what the shell makes of them. In this process: no desk is needed."""

from __future__ import annotations

import pytest

from tui_desk.cli.group import run
from tui_desk.cli.main import main

OFF = [
    (["bulk", "repl"], "Did you mean reply?"),
    (["bulk", "nope"], "desk bulk --help"),
    (["kpi", "--jsn"], "--json"),
    (["bulk"], "reply, status, tag, assign"),
    (["list", "-n", "x"], "whole number"),
    (["list", "-n", "-3"], "whole number"),
    (["bulk", "reply", "4F2K", "--per-minute", "0"], "from 1 on"),
    (["show", "a", "b"], "a word too many: b"),
    (["demo", "--seed-only"], "--seed-only needs a value"),
    (["list", "--nope"], "no option --nope"),
    (["list", "is:open", "--jso"], "Did you mean --json"),
    (["search", "--nope", "colis"], "no option --nope"),
    (["count", "--idz"], "no option --idz"),
]


@pytest.mark.parametrize(("words", "told"), OFF, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_a_word_that_is_off_is_told_with_what_was_meant(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    assert main(words) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert len(said.err.splitlines()) <= 2
    assert said.out == ""


@pytest.mark.parametrize("words", [["help", "sync"], ["help", "bulk", "reply"], ["help"]], ids=" ".join)
def test_help_is_a_word_too(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 0
    told = capsys.readouterr().out
    assert run([*words[1:], "--help"]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize("verb", ["macros", "outbox"])
def test_a_noun_alone_lists_and_takes_the_options_of_its_list(verb: str, demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--json"]) == 0
    short = capsys.readouterr().out
    assert main([verb, "list", "--json"]) == 0
    assert capsys.readouterr().out == short
    assert short.startswith("{")


@pytest.mark.parametrize("verb", [["list"], ["reply"], ["bulk", "reply"], ["init"], ["kpi"], ["export"]], ids=" ".join)
def test_help_names_values_in_words(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*verb, "--help"]) == 0
    assert "<" not in capsys.readouterr().out.partition("Options:")[2]
