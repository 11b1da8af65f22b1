"""Tables on a terminal of any width: aligned, cut to it, empty columns left out; colours where they are wanted."""

from __future__ import annotations

import io
import subprocess
from contextlib import redirect_stdout

import pytest

from tests.e2e.shell import Shell
from tui_desk.cli import output
from tui_desk.cli.bar import Bar
from tui_desk.cli.main import main
from tui_desk.cli.output import Column
from tui_desk.service.types import Progress
from tui_desk.text import width

COLUMNS = [
    Column("#", "number"),
    Column("From", "who", grows=True),
    Column("Subject", "subject", grows=True),
    Column("Status", "status", rank=1),
    Column("Assignee", "assignee", rank=2),
    Column("Age", "age", right=True, rank=5),
]
ROWS = [
    {
        "number": "6H3N",
        "who": "Jérôme O'Brien",
        "subject": "注文582746について " * 4,
        "status": "new",
        "assignee": "",
        "age": "2 d",
    },
    {"number": "XX75", "who": "Zoé", "subject": "e\u0301te\u0301 " * 12, "status": "on hold", "assignee": "", "age": "12 d"},
]


class Terminal(io.StringIO):
    """A stdout that says it is one."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("PAGER", "")
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal()


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_a_table_fits_the_terminal_and_its_columns_stand_in_line(
    columns: int, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    with redirect_stdout(terminal):
        output.records(ROWS, COLUMNS, "table", "tickets")
    head, first, second = terminal.getvalue().splitlines()
    assert all(width(line) <= columns for line in (head, first, second))
    assert "Assignee" not in head, "nothing stands in that column"
    at = width(head.partition("Subject")[0])
    assert width(first.partition("注文")[0]) == width(second.partition("e\u0301t")[0]) == at


def test_what_matters_least_gives_way_first(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "52")
    with redirect_stdout(terminal):
        output.records(ROWS, COLUMNS, "table", "tickets")
    head = terminal.getvalue().splitlines()[0]
    assert "Status" in head
    assert "Age" not in head


def test_a_wide_field_gives_to_a_narrow_one(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with redirect_stdout(terminal):
        output.records(ROWS, COLUMNS, "table", "tickets")
    assert "Jérôme O'Brien" in terminal.getvalue(), "the long subject is cut, not the short name"


def test_a_column_keeps_its_room_while_another_can_give_way(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    kept = [column._replace(keeps=len("Jérôme O'Brien")) if column.field == "who" else column for column in COLUMNS]
    with redirect_stdout(terminal):
        output.records(ROWS, kept, "table", "tickets")
    lines = terminal.getvalue().splitlines()
    assert "Jérôme O'Brien" in lines[1]
    assert all(width(line) <= 40 for line in lines)


def test_piped_a_ticket_gives_the_address_and_colours_only_when_told_always(
    demo: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["list", "-n", "3"]) == 0
    plain = capsys.readouterr().out
    assert all("@" in line.split("\t")[2] for line in plain.splitlines())
    assert "\x1b" not in plain
    assert main(["list", "-n", "3", "--color", "always"]) == 0
    assert "\x1b[" in capsys.readouterr().out


def test_long_lines_of_a_mail_are_broken_at_spaces_on_a_terminal_only(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    link = "https://example.org/" + "x" * 60
    text = "Bonjour, " + "depuis la dernière mise à jour " * 4 + f"\n\n> {'注文 ' * 30}\n{link}\ncourt"
    with redirect_stdout(terminal):
        lines = output.wrapped(text, 2)
    assert all(width(line) <= 38 for line in lines if line != link)
    assert link in lines
    assert all(line.startswith("> ") for line in lines if "注" in line)
    assert " ".join(" ".join(lines).replace("> ", "").split()) == " ".join(text.replace("> ", "").split())
    assert output.wrapped(text, 2) == text.splitlines()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", [["list"], ["kpi"], ["outbox", "--json"]], ids=" ".join)
def test_a_stream_that_is_closed_stops_nothing(desk: Shell, words: list[str], closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *desk.command(*words)],
        env=desk.env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_where_nothing_can_be_printed_no_change_is_denied(desk: Shell) -> None:
    number = desk.lines("list", "--ids", "-n", "1")[0]
    for words in (("bulk", "tag", "qed", number, "--yes"), ("list",)):
        with open("/dev/full", "w") as full:
            done = subprocess.run(desk.command(*words), env=desk.env, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert done.returncode == 1
        assert "cut off" in done.stderr
        assert "nothing was changed" not in done.stderr
        assert len(done.stderr.splitlines()) == 2
    assert desk.lines("list", "tag:qed", "--ids") == [number]


@pytest.mark.parametrize("columns", [30, 60, 80, 200])
def test_the_bar_of_a_long_fetch_stays_on_its_line(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    bar = Bar()
    for done in (0, 3_400, 12_872):
        bar(Progress(done, 12_872, "INBOX/Ein ziemlich langer Name eines Ordners/2019", older=True))
    drawn = capsys.readouterr().err.split("\r\x1b[K")[1:]
    assert drawn
    assert all(width(line) < columns for line in drawn)
    assert all(("━" in line or "╌" in line) is (columns > 30) for line in drawn)
