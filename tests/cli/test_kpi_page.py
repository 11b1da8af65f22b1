"""The page of figures fits the terminal in both languages, and cuts no figure."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

from tests.e2e.shell import Shell
from tui_desk.cli.main import main
from tui_desk.text import width


class Screen(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_page_fits_the_terminal(demo: None, monkeypatch: pytest.MonkeyPatch, columns: int, language: str) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("PAGER", "")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TUI_DESK_LANGUAGE", language)
    screen = Screen()
    with redirect_stdout(screen):
        assert main(["kpi", "90d"]) == 0
    lines = screen.getvalue().splitlines()
    assert len(lines) > 30
    assert [line for line in lines if width(line) > columns] == []


def test_piped_nothing_is_cut(demo: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["kpi", "90d"]) == 0
    assert "…" not in capsys.readouterr().out


def test_counts_are_whole_numbers_in_csv_and_json(desk: Shell) -> None:
    rows = [line.split(",") for line in desk.lines("kpi", "all", "--csv")]
    created = next(row for row in rows if row[:3] == ["", "", "created"])
    assert created[3].isdigit()
    assert isinstance(desk.json("kpi", "all")["figures"]["created"]["value"], int)
