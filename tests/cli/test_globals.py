"""The options that stand anywhere, and what becomes of a line that is off."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.support.terminal import Terminal
from tui_desk import __version__
from tui_desk.cli.globals import take
from tui_desk.cli.main import main
from tui_desk.errors import UsageError


def test_global_options_stand_before_and_after_the_verb() -> None:
    options, rest = take(["--profile", "shop", "list", "is:open", "--color=never", "--debug"])
    assert (options.profile, options.color, options.debug) == ("shop", "never", True)
    assert rest == ["list", "is:open"]


def test_what_follows_a_double_dash_is_left_alone() -> None:
    assert take(["note", "4F2K", "--", "--profile", "x"])[1] == ["note", "4F2K", "--", "--profile", "x"]


@pytest.mark.parametrize("words", [["--profile"], ["--color", "pink"], ["--lang", "de"], ["--profile", "../x"], ["--profile="]])
def test_a_global_option_that_is_off_is_a_usage_error(words: list[str]) -> None:
    with pytest.raises(UsageError):
        take(words)


def test_a_profile_that_is_not_set_up_names_the_ones_that_are(desk: Shell) -> None:
    there = desk.profile
    desk.profile = "othr"
    told = desk.run("list", code=78).stderr
    assert "“othr”" in told
    assert f"Set up here: {there}. " in told


@pytest.mark.parametrize("columns", [30, 50, 79])
def test_what_is_said_on_a_terminal_is_broken_between_words(desk: Shell, columns: int) -> None:
    desk.profile = "othr"
    whole = desk.run("list", code=78).stderr
    assert len(whole.splitlines()) == 2
    with Terminal(desk.command("list"), env=desk.env, columns=columns, rows=30) as term:
        term.wait(r"DESK_PROFILE\.")
        assert term.text.split() == whole.split()
        assert term.text.startswith("desk: No desk")
        assert all(line.startswith(" " * 6) for line in term.text.strip().splitlines()[1:])


def test_the_console_needs_the_stream_that_it_draws_on(desk: Shell, tmp_path: Path) -> None:
    line = f"{shlex.join(desk.command())} 2>{shlex.quote(str(tmp_path / 'err'))}"
    with Terminal(["sh", "-c", line], env=desk.env, rows=100) as term:
        term.wait("Usage: desk VERB")
        assert term.end() == 0
    assert (tmp_path / "err").read_text() == ""


def test_version_is_printed_without_a_desk() -> None:
    done = subprocess.run([sys.executable, "-m", "tui_desk", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"tui-desk {__version__}\n"


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lst"]) == 2
    told = capsys.readouterr()
    assert "list" in told.err
    assert told.out == ""


def test_a_desk_that_is_not_set_up_says_what_to_do(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    assert main(["list"]) == 78
    assert "desk init" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["list", "--json", "--ids"], ["tag", "4F2K"], ["bulk", "reply", "4F2K"], ["show"], ["kpi", "--nope"]]
)
def test_words_that_are_off_exit_2_with_a_next_step(
    words: list[str], tmp_path: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_DESK_HOME", str(tmp_path))
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("desk: ")


def test_help_shows_every_verb_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    from tui_desk.cli.verbs import VERBS

    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in VERBS)
    assert "75" in text
