"""Mail in files: mbox, Maildir (with Maildir++ folders), folders of .eml files, single files, gzip or not, standard input.

What is found is read one message at a time. Whatever cannot be read is told, with its place, and the next is read.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.mail import headers
from tui_desk.transport import mbox, onfile
from tui_desk.transport.letters import PIECE, Letter, Sink
from tui_desk.transport.mailnames import passed_over, sent_name
from tui_desk.transport.message import header_fields

DAY = 86_400
_SNIFFED = 4096
_FLAGS = {"P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted", "D": "\\Draft", "F": "\\Flagged"}
Kind = Literal["mbox", "maildir", "messages", "stream"]
OnProblem = Callable[["Problem"], None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read, and why, in words."""

    where: str
    why: str
    failed: bool = True
    """False: it was left out on purpose."""


@dataclass(frozen=True, slots=True)
class Source:
    """An mbox, a folder of a Maildir, or a folder with messages in files (`names`: those, else all)."""

    path: Path
    kind: Kind
    sent: bool = False
    names: tuple[str, ...] = ()


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


# ------------------------------------------------------------------------------------------------------ what there is


def find(paths: Sequence[str], sent: bool | None, on_problem: OnProblem) -> list[Source]:
    """The sources at `paths`, in order, each once. `sent`: all of it was sent by us (or nothing was); None: by its name."""
    found: dict[tuple[Path, tuple[str, ...]], Source] = {}
    for text in paths:
        for source in _at(text, sent, on_problem):
            found.setdefault((source.path, source.names), source)
    return list(found.values())


def _at(text: str, sent: bool | None, on_problem: OnProblem) -> Iterator[Source]:
    if text == "-":
        yield Source(Path("-"), "stream", bool(sent))
        return
    path = Path(os.path.abspath(Path(text).expanduser()))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            yield from _Tree(sent, on_problem).walk(path, named=True)
        elif not stat.S_ISREG(mode):
            yield Source(path, "stream", bool(sent))
        else:
            yield _file(path, sent, on_problem, named=True) or Source(path.parent, "messages", _is_sent(path, sent), (path.name,))
    except OSError as error:
        on_problem(Problem(text, _why(error)))


def _file(path: Path, sent: bool | None, on_problem: OnProblem, *, named: bool) -> Source | None:
    """What a regular file is; None: one message, or (not `named`) nothing of ours."""
    try:
        with _opened(path) as stream:
            beginning = stream.read(_SNIFFED)
    except (OSError, EOFError, zlib.error) as error:
        if named:
            raise OSError(_why(error)) from error
        on_problem(Problem(str(path), _why(error)))
        return None
    empty_mbox = not beginning and path.suffix.lower() in (".mbox", ".mbx", "")
    return Source(path, "mbox", _is_sent(path, sent)) if mbox.is_mbox(beginning) or empty_mbox else None


class _Tree:
    """A walk through folders. Links are followed, no folder is entered twice."""

    def __init__(self, sent: bool | None, on_problem: OnProblem) -> None:
        self._sent = sent
        self._on_problem = on_problem
        self._seen: set[tuple[int, int]] = set()

    def walk(self, folder: Path, *, named: bool = False) -> Iterator[Source]:
        """The sources in `folder` and below. Drafts, trash and junk are passed over unless they are `named`."""
        try:
            facts = folder.stat()
            if (facts.st_dev, facts.st_ino) in self._seen:
                return
            self._seen.add((facts.st_dev, facts.st_ino))
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._on_problem(Problem(str(folder), _why(error)))
            return
        if not named and passed_over(folder.name):
            self._on_problem(Problem(str(folder), _("passed over: name it to import it"), failed=False))
            return
        folders = [Path(entry.path) for entry in entries if _is_folder(entry)]
        if any(each.name in ("cur", "new") for each in folders):
            yield Source(folder, "maildir", _is_sent(folder, self._sent))
            folders = [each for each in folders if each.name not in ("cur", "new", "tmp")]
        else:
            yield from self._files(folder, [entry.name for entry in entries if entry.is_file()])
        for each in folders:
            yield from self.walk(each)

    def _files(self, folder: Path, names: list[str]) -> Iterator[Source]:
        if any(_is_message(name) for name in names):
            yield Source(folder, "messages", _is_sent(folder, self._sent))
        for name in names:
            if _is_message(name) or name.startswith(".") or name.endswith((".msf", ".dat", ".json")):
                continue
            source = _file(folder / name, self._sent, self._on_problem, named=False)
            if source is not None and passed_over(name):
                self._on_problem(Problem(str(folder / name), _("passed over: name it to import it"), failed=False))
            elif source is not None:
                yield source


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_message(name: str) -> bool:
    """One message a file: .eml, .emlx (Apple Mail), or a number (MH)."""
    return name.lower().endswith((".eml", ".emlx", ".eml.gz")) or name.isdecimal()


def _is_sent(path: Path, sent: bool | None) -> bool:
    name = path.parent.name if path.name == "mbox" else path.name  # Apple Mail: Sent.mbox/mbox
    return sent_name(name) if sent is None else sent


def size(source: Source) -> int:
    """Bytes on the disk; 0: not known."""
    try:
        if source.kind == "mbox":
            return source.path.stat().st_size
        return 0 if source.kind == "stream" else sum((source.path / name).stat().st_size for name in _names(source))
    except OSError:
        return 0


# ---------------------------------------------------------------------------------------------------------- messages


def messages(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """Every message of `source`, in its order; those over `cap` bytes as skeletons (ADR 8)."""
    match source.kind:
        case "stream":
            yield from _streamed(source, cap, now, on_problem)
        case "mbox":
            try:
                with _opened(source.path) as stream:
                    yield from _entries(stream, str(source.path), cap, now, on_problem)
            except OSError as error:
                on_problem(Problem(str(source.path), _why(error)))
        case _:
            yield from _singles(source, cap, now, on_problem)


def _streamed(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """Standard input, or a named pipe: an mbox, or one message."""
    name = str(source.path)
    try:
        with _reading(sys.stdin.buffer if name == "-" else source.path.open("rb")) as stream:
            beginning = stream.peek(_SNIFFED)[:_SNIFFED]
            if mbox.is_mbox(beginning):
                yield from _entries(stream, name, cap, now, on_problem)
            elif _looks_like_mail(beginning):
                yield _mail(name, 1, _letter(stream, cap), 0, (), now, 0)
            else:
                on_problem(Problem(name, _no_mail(beginning)))
    except (OSError, EOFError, zlib.error) as error:
        on_problem(Problem(name, _why(error)))


def _entries(stream: _Stream, name: str, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    """The messages of an mbox. A file that breaks off in the middle is told; what came before it has come."""
    try:
        for entry in mbox.split(stream, cap):
            where = f"{name}:{entry.offset}"
            yield _mail(where, entry.offset + 1, entry.letter, entry.at or 0, (), now, stream.done())
    except DeskError as error:
        on_problem(Problem(name, error.message))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        on_problem(Problem(name, _why(error)))


def _singles(source: Source, cap: int, now: int, on_problem: OnProblem) -> Iterator[FileMail]:
    done = 0
    for name in _names(source, on_problem):
        path = source.path / name
        try:
            facts = path.stat()
            done += facts.st_size
            with _opened(path) as stream:
                beginning = stream.peek(_SNIFFED)[:_SNIFFED]
                if path.suffix == ".emlx" and beginning.split(b"\n", 1)[0].strip().isdigit():
                    letter = _letter(io.BytesIO(stream.read(int(stream.readline()))), cap)
                elif _looks_like_mail(beginning):
                    letter = _letter(stream, cap)
                else:
                    on_problem(Problem(str(path), _no_mail(beginning)))
                    continue
        except (OSError, EOFError, zlib.error) as error:
            if not isinstance(error, FileNotFoundError):  # a mail program moved it meanwhile
                on_problem(Problem(str(path), _why(error)))
            continue
        base, _colon, info = name.rpartition("/")[2].partition(":2,")
        flags = tuple(word for letter_, word in _FLAGS.items() if letter_ in info) if source.kind == "maildir" else ()
        told = _delivered(base, int(facts.st_mtime)) if source.kind == "maildir" else int(facts.st_mtime)
        yield _mail(str(path), number(base), letter, told, flags, now, done)


def number(name: str) -> int:
    """What stands for a file in the ledger: made of its name, in a Maildir without the flags."""
    return int(hashlib.sha256(os.fsencode(name)).hexdigest()[:15], 16)


def _names(source: Source, on_problem: OnProblem = lambda _problem: None) -> Sequence[str]:
    """The files of a folder, below it: the oldest first where their names tell."""
    if source.names or source.kind not in ("maildir", "messages"):
        return source.names
    found: list[str] = []
    for inner in ("new", "cur") if source.kind == "maildir" else ("",):
        try:
            with os.scandir(source.path / inner) as entries:
                names = [entry.name for entry in entries if not entry.name.startswith(".")]
        except FileNotFoundError:
            continue
        except OSError as error:
            on_problem(Problem(str(source.path / inner), _why(error)))
            continue
        found += [f"{inner}/{name}" for name in names] if inner else [name for name in names if _is_message(name)]
    return sorted(found, key=lambda name: (_digits(name.rpartition("/")[2]), name.rpartition("/")[2]))


def _digits(name: str) -> int:
    """The number that a name begins with, at most 18 digits of it."""
    digits = name[: len(name) - len(name.lstrip("0123456789"))]
    return int(digits[:18]) if digits else 0


def _delivered(base: str, modified: int) -> int:
    """When a Maildir's file was delivered: the time in its name or that of the file, whichever is older; copies are newer."""
    told = _digits(base)
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


# ------------------------------------------------------------------------------------------------------------- files


class _Stream(io.BufferedReader):
    """A file read in order, gunzipped where need be; `done` tells how much of it on the disk is read."""

    below: BinaryIO

    def done(self) -> int:
        """Bytes of the file on the disk that are read; 0 where that is not known."""
        try:
            return self.below.tell()
        except OSError:
            return 0


def _opened(path: Path) -> _Stream:
    return _reading(path.open("rb"))


def _reading(file: BinaryIO) -> _Stream:
    """`file`, unpacked where it is gzip."""
    below: Any = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast("Any", file))
    packed = below.peek(2)[:2] == b"\x1f\x8b"
    stream = _Stream(gzip.GzipFile(fileobj=below) if packed else below, PIECE)
    stream.below = below
    return stream


def _looks_like_mail(beginning: bytes) -> bool:
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return bool(mbox.HEADER_LINE.match(text))


def _no_mail(beginning: bytes) -> str:
    if not beginning.strip():
        return _("is empty")
    if beginning.startswith((b"\xd0\xcf\x11\xe0", b"!BDN")):
        return _("is Outlook's own format: save it as .eml or mbox")
    return _("is no mail: it does not begin with a header")


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return _("the compressed file is damaged or cut off: %(why)s") % {"why": error}
    return str(error)
