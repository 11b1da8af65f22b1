"""desk writeback: tells, writes, says what waits, and takes it off again; on a desk with a mailbox in memory."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sync.desk import message
from tui_desk.cli.main import main
from tui_desk.config.schema import Account, Agent, Settings, WriteBack
from tui_desk.paths import Profile
from tui_desk.service import Desk
from tui_desk.transport.memory import MemoryServer

AT = 1_700_000_000
ON = WriteBack(seen=True, keywords=("solved=desk-solved",), folders=("solved=Done",))


class Office:
    """A profile whose mailbox lives in this process: each command opens a desk of its own on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.server = MemoryServer()
        for n in range(1, 4):
            self.server.deliver(message(n), at=AT + n)
        self.account = Account(address="desk@desk.test", imap="memory:", smtp="memory:")
        self.settings = Settings(account=self.account, agent=Agent(id="ann"), writeback=ON, language="en")
        monkeypatch.setattr(Desk, "open", lambda *_: self.desk())
        with self.desk() as desk:
            desk.mailbox.sync()

    def desk(self) -> Desk:
        return Desk(
            Profile("t", self.folder, self.folder),
            self.settings,
            open_mailbox=self.server.mailbox,
            open_sender=self.server.sender,
        )

    def solve(self, n: int) -> str:
        """Solve the ticket of message n; its number."""
        with self.desk() as desk:
            (number,) = desk.queue.numbers(f"from:c{n}@example.org")
            desk.tickets.solve([number], cause="test")
            return number

    def flags(self, folder: str = "INBOX") -> dict[int, tuple[str, ...]]:
        where = self.server.folders.get(folder)
        return {uid: stored.flags for uid, stored in where.messages.items()} if where else {}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("TUI_DESK_LANGUAGE", "en")
    return Office(tmp_path, monkeypatch)


def test_a_dry_run_tells_and_writes_nothing(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    number = office.solve(1)
    assert main(["writeback", "--dry-run", "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)["writeback"]
    assert line == {
        "number": number, "account": "desk@desk.test", "folder": "INBOX", "uid": 1, "flags": ["+\\Seen", "+desk-solved"],
        "to": "Done", "error": "",
    }  # fmt: skip
    assert office.flags() == {1: (), 2: (), 3: ()}
    assert "Done" not in office.server.folders
    assert main(["writeback"]) == 0
    assert "Everything is written." in capsys.readouterr().err
    assert office.flags() == {2: (), 3: ()}
    assert office.flags("Done") == {1: ("\\Seen", "desk-solved")}
    assert main(["writeback", "--dry-run", "--jsonl"]) == 0
    assert capsys.readouterr().out == ""


def test_all_and_undo(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.settings = replace(office.settings, writeback=WriteBack())
    with office.desk() as desk:
        desk.mailbox.sync()
    office.solve(2)
    assert main(["writeback"]) == 0
    assert "switched off" in capsys.readouterr().err
    assert main(["writeback", "--all"]) != 0
    office.settings = replace(office.settings, writeback=ON)
    assert main(["writeback"]) == 0
    assert office.flags() == {1: (), 2: (), 3: ()}, "from now on"
    assert main(["writeback", "--all", "--dry-run", "--jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["writeback", "--all"]) == 0
    assert office.flags("Done") == {1: ("\\Seen", "desk-solved")}
    assert main(["writeback", "--undo"]) != 0
    assert "switched on" in capsys.readouterr().err
    office.settings = replace(office.settings, writeback=WriteBack())
    assert main(["writeback", "--undo", "--dry-run", "--jsonl"]) == 0
    assert json.loads(capsys.readouterr().out)["to"] == "INBOX"
    assert main(["writeback", "--undo"]) == 0
    assert "Everything is taken off." in capsys.readouterr().err
    assert office.flags() == {1: (), 3: (), 4: ()}
    assert office.flags("Done") == {}
    assert main(["writeback", "--all", "--undo"]) == 2


def test_doctor_says_what_waits_and_what_cannot_be_done(office: Office) -> None:
    def said() -> list[tuple[str, str]]:
        with office.desk() as desk:
            return [(f.level, f.what) for f in desk.admin.doctor(online=False) if "rite-back" in f.what or "keeps no" in f.what]

    assert said() == [("ok", "Write-back: everything is written.")]
    office.solve(3)
    office.server.keywords = False
    assert main(["writeback"]) == 0
    assert said() == [("warning", "INBOX keeps no such flags: desk-solved.")]
    office.settings = replace(office.settings, writeback=WriteBack())
    assert said() == []
