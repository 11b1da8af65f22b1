"""A file that is saved for a person: whole or not at all under its name, never over another file."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from tui_desk import clock
from tui_desk.errors import DiskFullError, RefusedError
from tui_desk.i18n import _
from tui_desk.store.output import runs

ABANDONED = 3600
"""Seconds after which an unfinished file is nobody's: in a folder that machines share, its process may run elsewhere."""


def save(pieces: Iterable[bytes], folder: Path, name: str) -> Path:
    """Write `pieces` as folder/name, or name-2, name-3 ... where that is taken; returns where.

    It takes its name when all of it is on the disk: a kill leaves a hidden file at most. Raises DiskFullError, RefusedError.
    """
    part = folder / f".desk-{os.getpid()}-{secrets.token_hex(6)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        with part.open("xb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return _named(part, folder, name)
    except OSError as error:
        raise _explained(error, folder) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _sweep(folder: Path) -> None:
    """Remove what a program that was killed left there."""
    for part in folder.glob(".desk-*.part"):
        pid = part.name.split("-")[1]
        with contextlib.suppress(OSError):
            if pid.isdigit() and clock.now() - part.stat().st_mtime > ABANDONED and not runs(int(pid)):
                part.unlink()


def _named(part: Path, folder: Path, name: str) -> Path:
    stem, dot, suffix = name.rpartition(".")
    for n in range(1, 10_000):
        target = folder / (name if n == 1 else f"{stem}-{n}.{suffix}" if dot else f"{name}-{n}")
        if _took(part, target):
            return target
    raise RefusedError(_("There are too many files named “%(name)s” already.") % {"name": name}, _("Choose another folder."))


def _took(part: Path, target: Path) -> bool:
    """Whether `target` was free and is now the file: a link never replaces, where the file system knows links."""
    try:
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES):
            raise
        if os.path.lexists(target):
            return False
        part.rename(target)
    return True


def _explained(error: OSError, folder: Path) -> DiskFullError | RefusedError:
    words = {"folder": folder, "why": error.strerror or error}
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(_("No room is left in %(folder)s.") % words, _("Make room, or choose another folder."))
    return RefusedError(_("Nothing can be saved in %(folder)s: %(why)s.") % words, _("Choose another folder."))
