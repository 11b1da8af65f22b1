"""docs/commands.md says what the commands say of themselves."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands_page import page


def test_the_page_of_commands_is_what_typer_knows() -> None:
    path = Path(__file__).parents[2] / "docs" / "commands.md"
    assert path.read_text(encoding="utf-8") == page(), "run: python -m tests.cli.commands_page > docs/commands.md"
