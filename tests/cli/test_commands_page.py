"""docs/commands.md says what the commands say of themselves."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import manual_page
from tests.cli.commands_page import page


def test_the_page_of_commands_is_what_typer_knows() -> None:
    path = Path(__file__).parents[2] / "docs" / "commands.md"
    assert path.read_text(encoding="utf-8") == page(), "run: python -m tests.cli.commands_page > docs/commands.md"


MANUAL = Path(__file__).parents[2] / "docs" / "desk.1"


def test_the_manual_page_is_what_typer_knows() -> None:
    assert MANUAL.read_text(encoding="utf-8") == manual_page.page(), "run: python -m tests.cli.manual_page > docs/desk.1"


def test_the_manual_page_is_set_without_a_warning() -> None:
    if shutil.which("groff") is None:
        pytest.skip("groff is not installed (apt-get install groff-base)")
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", str(MANUAL)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
