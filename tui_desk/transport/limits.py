"""Servers that deal with only so many messages of one command, the newest first (MESSAGELIMIT, RFC 9738).

Such a server answers OK all the same. Who takes that for the whole answer believes that the rest is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tui_desk.errors import ProtocolError
from tui_desk.i18n import _

_CAPABILITY = re.compile(r"MESSAGELIMIT=(\d{1,9})")
_CODE = re.compile(rb"[0-9A-Za-z]+ OK \[MESSAGELIMIT \d+(?: (\d+))?\]", re.IGNORECASE)


def at_once(capabilities: Collection[str]) -> int:
    """How many messages one command may name; 0: as many as it likes."""
    found = [int(limit[1]) for word in capabilities if (limit := _CAPABILITY.fullmatch(word))]
    return min(found, default=0)


def lowest(line: bytes) -> int:
    """The lowest UID that was dealt with, where a tagged OK says that this was not all; else 0. Raises ProtocolError."""
    code = _CODE.match(line)
    if code is None:
        return 0
    if code[1] is None:
        raise _stuck()
    return int(code[1])


def downwards(ask: Callable[[bytes], bytes], first: int = 1) -> None:
    """Call `ask` with sets of UIDs until all from `first` on are dealt with; it returns the tagged line. Raises ProtocolError."""
    words, before = b"%d:*" % first, 0
    while (low := lowest(ask(words))) > first:
        if before and low >= before:
            raise _stuck()
        words, before = b"%d:%d" % (first, low - 1), low


def _stuck() -> ProtocolError:
    return ProtocolError(
        _("The mail server answered only a part, and does not say which."),
        _("It is tried again; if it stays, tell its operator."),
    )
