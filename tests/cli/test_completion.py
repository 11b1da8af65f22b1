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


def test_bash_completes_for_real() -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed (apt-get install bash)")
    script = SCRIPTS["bash"] + "COMP_WORDS=(desk sol) COMP_CWORD=1; _desk; echo ${COMPREPLY[@]}"
    import sys
    from pathlib import Path

    path = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env={"PATH": f"{path}:/usr/bin:/bin"}
    )
    assert done.stdout.split() == ["solve"]
