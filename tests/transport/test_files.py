"""Mail on a disk: what there is, whose it is, when it was received, and large messages."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest

from tests.support.large import blob, large
from tui_desk.mail.decoding import decoded
from tui_desk.mail.parse import parse
from tui_desk.transport import files, onfile, sources
from tui_desk.transport.mailnames import passed_over, sent_name
from tui_desk.transport.sources import Problem, Source

NOW = 1_750_000_000
DATE = b"Date: Fri, 01 Mar 2024 12:00:00 +0000\n"
WRITTEN = 1_709_294_400
DAY = 86_400


def folder(path: Path, *names: str) -> Path:
    """A Maildir folder with empty messages of these names in cur."""
    for each in ("cur", "new", "tmp"):
        (path / each).mkdir(parents=True, exist_ok=True)
    for name in names:
        (path / "cur" / name).write_bytes(b"Subject: x\n" + DATE + b"\nx\n")
    return path


def found(*paths: Path, sent: bool | None = None) -> tuple[list[Source], list[Problem]]:
    problems: list[Problem] = []
    return sources.find([str(path) for path in paths], sent, problems.append), problems


@pytest.mark.parametrize(
    "name",
    [
        "Sent",
        ".Sent",
        "Sent.mbox",
        "sent-mail",
        ".INBOX.Sent Items",
        "[Gmail].Sent Mail",
        "Envoy&AOk-s",
        "Sent_Mail",
        "SENT.mbox.gz",
    ],
)
def test_names_of_sent_mail(name: str) -> None:
    assert sent_name(name)
    assert not passed_over(name)


@pytest.mark.parametrize("name", ["Inbox", "presented", ".Archive", "R&AOk-ponses", "Kunde & Co", "sent to bob"])
def test_names_of_other_mail(name: str) -> None:
    assert not sent_name(name)
    assert not passed_over(name)


@pytest.mark.parametrize("name", ["Drafts", ".Trash", "INBOX.Junk", "Corbeille", "&AMk-l&AOk-ments supprim&AOk-s"])
def test_names_of_what_is_passed_over(name: str) -> None:
    assert passed_over(name)


@pytest.mark.parametrize(
    ("head", "told", "at"),
    [
        (DATE, WRITTEN + 60, WRITTEN + 60),  # the file agrees with Date
        (DATE, NOW, WRITTEN),  # copied yesterday
        (DATE, WRITTEN - 3 * DAY, WRITTEN),  # received before it was written
        (DATE, 0, WRITTEN),
        (b"", WRITTEN, WRITTEN),
        (b"", 0, 0),
        (b"Date: nonsense\n", WRITTEN, WRITTEN),
        (
            b"Received: from a\n\tby b; Sat, 02 Mar 2024 12:00:00 +0000\nReceived: by c; Fri, 1 Mar 2024 1:00 +0000\n" + DATE,
            NOW,
            WRITTEN + DAY,
        ),
        (b"Received: by b; Sat, 02 Mar 2099 12:00:00 +0000\n" + DATE, WRITTEN + 5, WRITTEN + 5),  # no clock of ours
        (b"", NOW + 9 * DAY, 0),
    ],
)
def test_when_a_message_was_received(head: bytes, told: int, at: int) -> None:
    assert files.received(b"Subject: x\n" + head + b"\nDate: Mon, 01 Jan 2001 10:00:00 +0000\n", told, NOW) == at


def _none(problem: Problem) -> None:
    pytest.fail(str(problem))


def test_flags_times_and_order_in_a_maildir(tmp_path: Path) -> None:
    root = folder(tmp_path / "m", f"{WRITTEN + 9}.b.host:2,RSF", f"{WRITTEN}.a.host:2,", "odd name")
    os.utime(root / "cur" / f"{WRITTEN + 9}.b.host:2,RSF", (NOW, NOW))  # copied: the name tells the time
    mails = list(files.messages(Source(root, "maildir"), 1 << 20, NOW, _none))
    assert [mail.at for mail in mails] == [WRITTEN, WRITTEN, WRITTEN + 9]
    assert set(mails[-1].flags) == {"\\Answered", "\\Seen", "\\Flagged"}
    assert mails[-1].raw == b"Subject: x\r\n" + DATE.replace(b"\n", b"\r\n") + b"\r\nx\r\n"
    assert len({mail.uid for mail in mails}) == 3
    assert mails[-1].read == sum(file.stat().st_size for file in (root / "cur").iterdir())


def test_a_message_that_moves_keeps_its_place(tmp_path: Path) -> None:
    root = folder(tmp_path / "m", f"{WRITTEN}.a.host:2,")
    before = [mail.uid for mail in files.messages(Source(root, "maildir"), 1 << 20, NOW, _none)]
    (root / "cur" / f"{WRITTEN}.a.host:2,").rename(root / "new" / f"{WRITTEN}.a.host")
    assert [mail.uid for mail in files.messages(Source(root, "maildir"), 1 << 20, NOW, _none)] == before


def test_links_that_go_round_and_folders_named_twice(tmp_path: Path) -> None:
    root = folder(tmp_path / "m", "1.a")
    (root / ".Again").symlink_to(root, target_is_directory=True)
    (root / "broken").symlink_to(root / "nothing")
    there, problems = found(root, root, tmp_path / "m" / ".." / "m")
    assert (there, problems) == ([Source(root, "maildir")], [])


def test_links_to_themselves_and_pipes_stop_nothing(tmp_path: Path) -> None:
    root = folder(tmp_path / "m", "1.a")
    (tmp_path / "mails").mkdir()
    for each in (root / "cur", tmp_path / "mails"):
        (each / "2.eml").symlink_to(each / "2.eml")
        (each / "loop").symlink_to(each / "loop")
        os.mkfifo(each / "3.eml")
    there, problems = found(tmp_path)
    assert {source.kind for source in there} == {"maildir", "messages"}
    told: list[Problem] = []
    mails = [mail for source in there for mail in files.messages(source, 1 << 20, NOW, told.append)]
    assert (len(mails), problems) == (1, [])
    assert {Path(problem.where).name for problem in told} == {"2.eml", "loop"}


def test_drafts_are_taken_where_they_are_named(tmp_path: Path) -> None:
    root = folder(tmp_path / "m")
    folder(root / ".Drafts", "1.a")
    assert [source.path for source in found(root)[0]] == [root]
    assert [problem.failed for problem in found(root)[1]] == [False]
    assert [source.path for source in found(root / ".Drafts")[0]] == [root / ".Drafts"]


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    two = b"".join(b"From a@b Mon Jan  1 10:00:00 2024\nSubject: %d\n\nx\n\n" % n for n in (1, 2))
    writer = threading.Thread(target=pipe.write_bytes, args=(two,))
    writer.start()
    [source], _problems = found(pipe)
    assert [mail.raw[:10] for mail in files.messages(source, 1 << 20, NOW, _none)] == [b"Subject: 1", b"Subject: 2"]
    writer.join()


def test_a_large_message_is_read_like_one_from_a_server(tmp_path: Path) -> None:
    raw = large(2 << 20, more=(("second.bin", blob(1 << 20, 2)),))
    (tmp_path / "a.eml").write_bytes(raw)
    [mail] = files.messages(Source(tmp_path, "messages"), 1 << 20, NOW, _none)
    assert (mail.truncated, mail.size) == (True, len(raw))
    read = parse(mail.raw, partial=True)
    assert "le journal est joint" in read.text
    away = {a.name: a.on_server for a in read.attachments}
    assert [name for name, at in away.items() if at is not None] == ["journal.bin", "second.bin"]
    letter = files.again(tmp_path, mail.uid)
    assert letter is not None
    assert letter.file is not None
    with letter.file as file:
        for name, data in (("journal.bin", blob(2 << 20)), ("second.bin", blob(1 << 20, 2))):
            at = away[name]
            assert at is not None
            assert b"".join(decoded(onfile.part(file, letter.size, at.section), at.encoding)) == data
        assert list(onfile.part(file, letter.size, "7.7")) == []
    assert files.again(tmp_path, mail.uid + 1) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 5000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nnever\r\n",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(100)),
        b"X: " + b"y" * 300_000,
        b"Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n",
        b"",
    ],
)
def test_a_structure_that_makes_no_sense_gives_the_beginning(raw: bytes) -> None:
    made = onfile.skeleton_of(io.BytesIO(raw), len(raw))
    assert len(made) <= len(raw) + (256 << 10)
    parse(made, partial=True)
