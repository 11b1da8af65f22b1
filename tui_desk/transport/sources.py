"""Where mail is on a disk: mbox files, Maildirs (with Maildir++ folders), folders of messages, single files, standard input."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tui_desk.i18n import _
from tui_desk.transport import mbox
from tui_desk.transport.mailnames import passed_over, sent_name
from tui_desk.transport.streams import UNREADABLE, opened, why

_SNIFFED = 4096
_OTHERS = (".msf", ".dat", ".json")
"""Files that mail programs keep beside mail."""
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
        on_problem(Problem(text, why(error)))


def _file(path: Path, sent: bool | None, on_problem: OnProblem, *, named: bool) -> Source | None:
    """What a regular file is; None: one message, or (not `named`) nothing of ours."""
    try:
        with opened(path) as stream:
            beginning = stream.read(_SNIFFED)
    except UNREADABLE as error:
        if named:
            raise OSError(why(error)) from error
        on_problem(Problem(str(path), why(error)))
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
            self._on_problem(Problem(str(folder), why(error)))
            return
        if not named and passed_over(folder.name):
            self._on_problem(Problem(str(folder), _("passed over: name it to import it"), failed=False))
            return
        folders = [Path(entry.path) for entry in entries if _is_folder(entry)]
        if any(each.name in ("cur", "new") for each in folders):
            yield Source(folder, "maildir", _is_sent(folder, self._sent))
            folders = [each for each in folders if each.name not in ("cur", "new", "tmp")]
        else:
            yield from self._files(folder, [entry.name for entry in entries if not _is_folder(entry)])
        for each in folders:
            yield from self.walk(each)

    def _files(self, folder: Path, names: list[str]) -> Iterator[Source]:
        if any(_is_message(name) for name in names):
            yield Source(folder, "messages", _is_sent(folder, self._sent))
        for name in names:
            if _is_message(name) or name.startswith(".") or name.endswith(_OTHERS) or not _is_file(folder / name):
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


def _is_file(path: Path) -> bool:
    """Whether it is a regular file: no pipe, and no link that leads nowhere."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
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
        return 0 if source.kind == "stream" else sum((source.path / name).stat().st_size for name in names_of(source))
    except OSError:
        return 0


def names_of(source: Source, on_problem: OnProblem = lambda _problem: None) -> Iterator[str]:
    """The files of a folder, as paths below it: the oldest first where their names tell."""
    if source.names or source.kind not in ("maildir", "messages"):
        yield from source.names
        return
    for inner in ("cur/", "new/") if source.kind == "maildir" else ("",):
        try:
            names = os.listdir(source.path / inner)
        except FileNotFoundError:
            continue
        except OSError as error:
            on_problem(Problem(str(source.path / inner), why(error)))
            continue
        names.sort()
        names.sort(key=digits)
        for name in names:
            if not name.startswith(".") and (inner or _is_message(name)):
                yield inner + name


def digits(name: str) -> int:
    """The number that a name begins with, 0 for none; at most 18 digits of it."""
    digits = name[: len(name) - len(name.lstrip("0123456789"))]
    return int(digits[:18]) if digits else 0
