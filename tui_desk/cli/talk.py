"""stderr: talk. What went wrong and what to do next, in two lines; never a secret, a traceback only with --debug."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import traceback
from typing import TYPE_CHECKING

from tui_desk.errors import DeskError
from tui_desk.i18n import _
from tui_desk.text import clean

if TYPE_CHECKING:
    from tui_desk.cli.globals import Globals


_INDENT = " " * len("desk: ")


def say(text: str) -> None:
    """A line for the person at the keyboard; where the terminal is narrower, it is broken between words."""
    text = clean(text)
    print(_broken(text) if sys.stderr.isatty() else text, file=sys.stderr)


def _broken(text: str) -> str:
    from tui_desk.cli.output import broken

    with contextlib.suppress(OSError):
        if columns := os.get_terminal_size(sys.stderr.fileno()).columns:
            indent = _INDENT if text.startswith("desk: ") else ""
            return "\n".join(part for line in text.split("\n") for part in broken(line, columns, indent))
    return text


def complain(error: DeskError, *, debug: bool = False) -> int:
    """Tell an error and its next step; returns its exit code."""
    if debug:
        traceback.print_exception(error)
    if error.message:
        say(f"desk: {error.message}")
    if error.hint:
        say(f"{_INDENT}{error.hint}")
    return error.exit_code


def crash(error: Exception, options: Globals) -> int:
    """Tell of an error that nobody foresaw, and keep its traceback in the log."""
    known = _known(error)
    if known is not None:
        return complain(known, debug=options.debug)
    if options.debug:
        traceback.print_exception(error)
    say("desk: " + _("Something went wrong that should not: %(error)s.") % {"error": f"{type(error).__name__}: {error}"})
    where = _log(error)
    say(_INDENT + (_("The details are in %(file)s.") % {"file": where} if where else _("Try again with --debug to see where.")))
    return 1


def confirm(question: str) -> bool:
    """Ask on the terminal; only for commands whose stdin and stderr are terminals."""
    print(clean(question), end=" ", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip().lower()
    return answer in {"y", "yes", "o", "oui"}


def can_ask() -> bool:
    """Somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _known(error: Exception) -> DeskError | None:
    """Errors of the machine that have a sentence of their own."""
    import sqlite3

    from tui_desk.errors import BusyError, DiskFullError, StoreError

    if isinstance(error, sqlite3.OperationalError):
        text = str(error)
        if "locked" in text:
            return BusyError(_("The store is busy: another desk is writing to it."), _("Try again in a moment."))
        if "full" in text:
            return DiskFullError(_("The disk is full: nothing was changed."), _("Make room, then run the command again."))
        return StoreError(_("The store cannot be used: %(why)s.") % {"why": text}, _("Run `desk doctor` to look at it."))
    if isinstance(error, PermissionError):
        return StoreError(_("No permission for %(file)s.") % {"file": error.filename}, _("Look at its owner and rights."))
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if error.filename:
            return DiskFullError(
                _("There is no room left for %(file)s.") % {"file": error.filename}, _("Make room, or choose another place.")
            )
        # Only a stream has no name: the command may be done with its work, and what it says of it is lost.
        return DiskFullError(
            _("There is no room left for what is printed: it is cut off."),
            _("What was changed before that stands. Make room, then look."),
        )
    return None


def _log(error: Exception) -> str:
    from tui_desk import paths

    try:
        file = paths.profile().log
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return ""
    return str(file)
