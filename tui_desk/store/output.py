"""Files that a person asked us to write: what goes wrong with them, in a sentence that names them."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tui_desk.errors import DiskFullError, StoreError
from tui_desk.i18n import _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BESIDE = ("", "-wal", "-shm", "-journal")


def refuse_own(target: Path, store: Path) -> None:
    """Raise StoreError where `target` is the store itself or a file that SQLite keeps beside it.

    Written over, whoever has the store open would go on writing to a file that has no name any more.
    """
    own = store.resolve()
    if target.resolve() in [own.with_name(own.name + end) for end in _BESIDE]:
        raise StoreError(_("%(file)s is the store itself.") % {"file": target}, _("Choose another place."))


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Raise StoreError or DiskFullError for an OSError met while `target` is written."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        where = {"file": target, "why": error.strerror or str(error)}
        said = _("%(file)s cannot be written: %(why)s.") % where
        if error.errno in _FULL:
            raise DiskFullError(said, _("What was there before is untouched. Make room, or choose another place.")) from error
        hint = _("Make the folder first, or choose another.") if error.errno == errno.ENOENT else _("Choose another place.")
        raise StoreError(said, hint) from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """The name of a file beside `target`: written within, it takes `target`'s place at the end; where anything is raised it goes.

    What a program that was killed left on its way to `target` goes first. Raises OSError.
    """
    _sweep(target)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    named = re.compile(rf"\.{re.escape(target.name)}\.(\d{{1,9}})(-journal)?")
    for left in target.parent.iterdir():
        mark = named.fullmatch(left.name)
        if mark and not runs(int(mark[1])):
            left.unlink(missing_ok=True)


def runs(pid: int) -> bool:
    """Whether a process of this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
