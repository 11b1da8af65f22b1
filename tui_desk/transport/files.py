"""The messages in files, one at a time. Whatever cannot be read is told, with its place, and the next is read."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.mail import headers
from tui_desk.transport import mbox, onfile
from tui_desk.transport.letters import PIECE, Letter, Sink
from tui_desk.transport.message import header_fields
from tui_desk.transport.sources import Kind, OnProblem, Problem, Source, digits, names_of
from tui_desk.transport.streams import UNREADABLE, Stream, opened, reading, why

DAY = 86_400
_SNIFFED = 4096
_FOLDERS: tuple[Kind, ...] = ("maildir", "messages")
_FLAGS = {"P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted", "D": "\\Draft", "F": "\\Flagged"}


@dataclass(frozen=True, slots=True)
class FileMail:
    """A message in a file."""

    where: str
    """For people: the file, in an mbox with the offset."""
    uid: int
    """The same for the same place: the offset in an mbox, else made of the file's name."""
    raw: bytes = field(repr=False)
    at: int
    """When it was received, epoch seconds; 0: nothing tells."""
    size: int
    flags: tuple[str, ...] = ()
    truncated: bool = False
    read: int = 0
    """Bytes of the source that are read so far, as they lie on the disk."""


def messages(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """Every message of `source`, in its order; those over `cap` bytes as skeletons (ADR 8)."""
    match source.kind:
        case "stream":
            yield from _streamed(source, cap, now, on_problem)
        case "mbox":
            try:
                with opened(source.path) as stream:
                    yield from _entries(stream, str(source.path), cap, now, on_problem)
            except OSError as error:
                on_problem(Problem(str(source.path), why(error)))
        case _:
            yield from _singles(source, cap, now, on_problem)


def _streamed(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """Standard input, or a named pipe: an mbox, or one message."""
    name = str(source.path)
    try:
        with reading(sys.stdin.buffer if name == "-" else source.path.open("rb")) as stream:
            beginning = stream.peek(_SNIFFED)[:_SNIFFED]
            if mbox.is_mbox(beginning):
                yield from _entries(stream, name, cap, now, on_problem)
            elif _looks_like_mail(beginning):
                yield _mail(name, 1, _letter(stream, cap), 0, (), now, 0)
            else:
                on_problem(Problem(name, _no_mail(beginning)))
    except UNREADABLE as error:
        on_problem(Problem(name, why(error)))


def _entries(stream: Stream, name: str, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """The messages of an mbox. A file that breaks off in the middle is told; what came before it has come."""
    try:
        for entry in mbox.split(stream, cap):
            where = f"{name}:{entry.offset}"
            yield _mail(where, entry.offset + 1, entry.letter, entry.at or 0, (), now, stream.done())
    except DeskError as error:
        on_problem(Problem(name, error.message))
    except UNREADABLE as error:
        on_problem(Problem(name, why(error)))


def _singles(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    done = 0
    for name in names_of(source, on_problem):
        path = source.path / name
        try:
            facts = path.stat()
            if not stat.S_ISREG(facts.st_mode):
                continue
            done += facts.st_size
            with opened(path) as stream:
                beginning = stream.peek(_SNIFFED)[:_SNIFFED]
                letter = _single(path, stream, cap)
            if letter is None:
                on_problem(Problem(str(path), _no_mail(beginning)))
                continue
        except UNREADABLE as error:
            if not isinstance(error, FileNotFoundError):  # a mail program moved it meanwhile
                on_problem(Problem(str(path), why(error)))
            continue
        base, info = _base(name), name.partition(":2,")[2]
        flags = tuple(word for letter_, word in _FLAGS.items() if letter_ in info) if source.kind == "maildir" else ()
        told = _delivered(base, int(facts.st_mtime)) if source.kind == "maildir" else int(facts.st_mtime)
        yield _mail(str(path), number(base), letter, told, flags, now, done)


def _base(name: str) -> str:
    """The name of a file that stays the same: without its folder, and without the flags of a Maildir."""
    return name.rpartition("/")[2].partition(":2,")[0]


def _single(path: Path, stream: Stream, cap: int) -> Letter | None:
    """The one message in a file; None where there is none."""
    beginning = stream.peek(_SNIFFED)[:_SNIFFED]
    if path.suffix == ".emlx" and beginning.split(b"\n", 1)[0].strip().isdigit():
        return _letter(io.BytesIO(stream.read(int(stream.readline()))), cap)
    return _letter(stream, cap) if _looks_like_mail(beginning) else None


def again(path: Path, uid: int) -> Letter | None:
    """The message that was at this place of a file or folder when it was imported, in a file; None where none is there now.

    Raises UNREADABLE, ProtocolError.
    """
    if path.is_dir():
        found = next((name for kind in _FOLDERS for name in names_of(Source(path, kind)) if number(_base(name)) == uid), None)
        if found is None:
            return None
        with opened(path / found) as stream:
            return _single(path / found, stream, 0)
    if not path.is_file():
        return None
    with opened(path) as stream:
        stream.seek(uid - 1)
        first = next(iter(mbox.split(stream, 0)), None)
        return first.letter if first is not None else None


def number(name: str) -> int:
    """What stands for a file in the ledger: made of its name, in a Maildir without the flags."""
    return int(hashlib.sha256(os.fsencode(name)).hexdigest()[:15], 16)


def _delivered(base: str, modified: int) -> int:
    """When a Maildir's file was delivered: the time in its name or that of the file, whichever is older; copies are newer."""
    told = digits(base)
    return min(told, modified) if 100_000_000 < told < 10_000_000_000 else modified


def _letter(stream: BinaryIO, cap: int) -> Letter:
    """One message, to the end of the stream; a separator line that a mail system put before it is not part of it."""
    sink = Sink(cap)
    data = stream.read(PIECE).removeprefix(b"\xef\xbb\xbf")
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    while data:
        sink.add(data)
        data = stream.read(PIECE)
    return sink.close(unquote=False, separated=False)


def _mail(where: str, uid: int, letter: Letter, told: int, flags: tuple[str, ...], now: int, done: int) -> FileMail:
    raw, truncated = letter.raw, letter.file is not None
    if letter.file is not None:
        with letter.file as file:
            raw = onfile.skeleton_of(file, letter.size)
    return FileMail(where, uid, raw, received(raw, told, now), letter.size, flags, truncated, done)


def received(raw: bytes, told: int, now: int) -> int:
    """When a message was received: what the last server wrote into it; `told` by the file, where that is not far from its
    Date (a copy's time tells nothing); its Date; epoch seconds, 0 where nothing tells."""
    traced = written = 0
    for line in header_fields(raw, ("Received", "Date")).replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n"):
        name, _colon, value = line.decode("latin-1").partition(":")
        if name.strip().lower() == "received" and not traced:
            traced = _plausible(headers.date(value.rpartition(";")[2].strip()), now) or -1
        elif name.strip().lower() == "date" and not written:
            written = _plausible(headers.date(value.strip()), now) or -1
    if traced > 0:
        return traced
    told = _plausible(told, now)
    if told and (written <= 0 or -DAY <= told - written <= 7 * DAY):
        return told
    return max(written, 0) or told


def _plausible(at: int | None, now: int) -> int:
    return at if at is not None and 0 < at <= now + DAY else 0


def _looks_like_mail(beginning: bytes) -> bool:
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return bool(mbox.HEADER_LINE.match(text))


def _no_mail(beginning: bytes) -> str:
    if not beginning.strip():
        return _("is empty")
    if beginning.startswith((b"\xd0\xcf\x11\xe0", b"!BDN")):
        return _("is Outlook's own format: save it as .eml or mbox")
    return _("is no mail: it does not begin with a header")
