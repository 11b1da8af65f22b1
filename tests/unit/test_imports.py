"""Importing, below the shell: what is kept aside, what comes from a mailbox too, and two imports at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui_desk.config.schema import Account, Settings
from tui_desk.mail.parse import parse as read_mail
from tui_desk.mail.types import Mail
from tui_desk.paths import Profile
from tui_desk.service.desk import Desk
from tui_desk.service.imports import Imported, Tally, Wanted
from tui_desk.store import reading
from tui_desk.transport.memory import MemoryServer
from tui_desk.transport.sources import Problem

LINE = b"From a@b Mon Jan  1 10:00:00 2024\n"
DATE = "Mon, 01 Jan 2024 10:00:00 +0000"


def letter(n: int, text: str = "Hello", sender: str = "c@example.org") -> bytes:
    return (f"From: {sender}\nTo: desk@desk.test\nSubject: Case {n}\nMessage-ID: <{n}@x>\nDate: {DATE}\n\n{text}\n").encode()


def mbox(path: Path, *raws: bytes) -> str:
    path.write_bytes(b"".join(LINE + raw + b"\n" for raw in raws))
    return str(path)


@pytest.fixture
def server() -> MemoryServer:
    return MemoryServer()


@pytest.fixture
def desk(tmp_path: Path, server: MemoryServer) -> Iterator[Desk]:
    """A desk on a mailbox in memory."""
    settings = Settings(account=Account(address="desk@desk.test", imap="memory:"))
    made = Desk(
        Profile("t", tmp_path / "home", tmp_path / "home"), settings, open_mailbox=server.mailbox, open_sender=server.sender
    )
    with made:
        yield made


def take(desk: Desk, *paths: str, **how: Any) -> tuple[Tally, list[Imported], list[Problem]]:
    """Import, and what was told of it."""
    made: list[Imported] = []
    problems: list[Problem] = []
    tallies = desk.imports.run(list(paths), Wanted(**how), on_problem=problems.append, on_message=made.append)
    return tallies[0], made, problems


def test_a_message_that_cannot_be_read_is_kept_aside_with_its_place(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = mbox(tmp_path / "m", letter(1), letter(2, "poison"), letter(3))
    right = read_mail

    def parse(raw: bytes, **how: Any) -> Mail:
        if b"poison" in raw:
            raise ValueError("too much")
        return right(raw, **how)

    monkeypatch.setattr(reading, "parse", parse)
    offset = len(LINE + letter(1)) + 1
    for _run in range(2):
        tally, made, problems = take(desk, file)
        assert (tally.messages, tally.quarantined) == (3, 1)
        assert [(p.where, p.why, p.failed) for p in problems] == [(f"{file}:{offset}", "ValueError: too much", True)]
    assert [each.result for each in made] == ["unchanged", "quarantined", "unchanged"]
    [kept] = desk.quarantine.list()
    assert kept.folder == file
    monkeypatch.undo()
    assert [each.verdict for each in desk.quarantine.retry(None)] == ["ticket"]
    assert [each.result for each in take(desk, file)[1]] == ["unchanged"] * 3
    assert desk.queue.count("is:historical") == (3, False)


@pytest.mark.parametrize("first", ["import", "sync"])
def test_imported_and_synced_is_one_message(desk: Desk, server: MemoryServer, tmp_path: Path, first: str) -> None:
    mails = [letter(1), letter(2, "caf\xe9 — naïve\n> quoted\n\nFrome here"), letter(3, sender="desk@desk.test")]
    file = mbox(tmp_path / "m", *mails)
    for raw in mails:
        server.deliver(raw.replace(b"\n", b"\r\n"))
    if first == "sync":
        desk.mailbox.sync()
    tally, made, _problems = take(desk, file)
    assert tally.copies == (3 if first == "sync" else 0)
    if first == "import":
        desk.mailbox.sync()
    assert all(audit.clean for audit in desk.mailbox.audit())
    assert desk.reader.con.execute("SELECT count(*), count(DISTINCT content_hash) FROM mail").fetchone() == (3, 3)
    assert desk.queue.count("is:historical")[0] == (0 if first == "sync" else 3)
    assert all(each.number for each in made)


def test_mail_of_a_sent_folder_is_ours_whoever_it_is_from(desk: Desk, tmp_path: Path) -> None:
    file = mbox(tmp_path / "Sent", letter(1, sender="paul@elsewhere.example"))
    assert take(desk, file)[0].sent
    assert desk.reader.con.execute("SELECT kind, source FROM message JOIN mail ON mail.id = mail_id").fetchall() == [
        ("outbound", "import_sent")
    ]
    assert desk.queue.count("is:historical") == (1, False)


def test_two_imports_of_a_file_at_once(desk: Desk, tmp_path: Path) -> None:
    file = mbox(tmp_path / "m", *[letter(n, "Bonjour\n" * 50) for n in range(1200)])
    desk.store  # noqa: B018 - made by one
    runs = [threading.Thread(target=take, args=(desk, file)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    counts = "SELECT (SELECT count(*) FROM mail), (SELECT count(*) FROM message), (SELECT count(*) FROM ledger)"
    assert desk.reader.con.execute(counts).fetchone() == (1200, 1200, 1200)
