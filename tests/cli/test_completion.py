"""Completion: its table is Typer's own, its scripts are what shells accept, its candidates come from the store."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.cli.typer_table import table
from tui_desk.cli.completion import SCRIPTS
from tui_desk.cli.main import main
from tui_desk.cli.options import OPTIONS, SUBVERBS


def test_the_table_of_options_is_typers_own() -> None:
    options, subverbs = table()
    assert options == OPTIONS, "run: python -m tests.cli.typer_table > tui_desk/cli/options.py"
    assert subverbs == SUBVERBS


@pytest.mark.parametrize("shell", sorted(SCRIPTS))
def test_the_scripts_are_syntax_that_the_shell_takes(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed (apt-get install {shell})")
    done = subprocess.run([shell, "-n"], input=SCRIPTS[shell], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_verbs_subverbs_and_options_are_completed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["_complete", "so"])
    assert capsys.readouterr().out.startswith("solve\t")
    main(["_complete", "config", "c"])
    assert capsys.readouterr().out.split() == ["check"]
    main(["_complete", "bulk", "reply", "--mac"])
    assert capsys.readouterr().out.split() == ["--macro"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["list", "is:op"], "is:open"),
        (["list", "-tag:out"], "-tag:outage"),
        (["list", "is:open assignee:nad"], "is:open assignee:nadia"),
        (["bulk", "reply", "--query", "priority:ur"], "priority:urgent"),
        (["export", "--format", "mb"], "mbox"),
        (["kpi", "--by", "ch"], "channel"),
    ],
    ids=str,
)
def test_queries_and_values_are_completed(words: list[str], wanted: str, demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    main(["_complete", *words])
    assert [line.partition("\t")[0] for line in capsys.readouterr().out.splitlines()] == [wanted]
