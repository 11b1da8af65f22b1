"""Which tickets a command is about: numbers, Message-IDs, a query, or `-` for numbers on stdin."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tui_desk.cli.talk import can_ask, confirm
from tui_desk.errors import Interrupted, RefusedError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk

ASK_FROM = 3
"""From so many tickets on, a question is asked before they are changed."""


def numbers(desk: Desk, words: Sequence[str]) -> list[str]:
    """The numbers of the tickets that `words` name. Raises UsageError when there are none, or two ways at once."""
    if list(words) == ["-"]:
        found = from_stdin()
    elif "-" in words:
        raise UsageError(_("`-` (numbers on standard input) stands alone."))
    elif any(is_query(word) for word in words):
        if not all(is_query(word) or word.startswith('"') for word in words) and any(_is_number(word) for word in words):
            raise UsageError(_("Give ticket numbers or a query, not both."))
        found = desk.queue.numbers(" ".join(words))
    else:
        found = list(words)
    if not found:
        raise UsageError(_("That selects no ticket: nothing was changed."), _("Look with `desk list` first."))
    return list(dict.fromkeys(word.strip().lstrip("#") for word in found))


def from_stdin() -> list[str]:
    """The first word of each line of standard input."""
    if sys.stdin.isatty():
        raise UsageError(
            _("`-` reads ticket numbers from a pipe, and there is none."), _("desk list 'is:open' --ids | desk ... -")
        )
    return [line.split()[0] for line in sys.stdin if line.strip()]


def is_query(word: str) -> bool:
    """`word` is a term of the query language, not a ticket."""
    return ":" in word and not word.startswith("<") and "@" not in word.partition(":")[0]


def agree(count: int, what: str, *, yes: bool, always: bool = False) -> None:
    """Ask before much is changed or mail leaves. Raises RefusedError where nobody can be asked and --yes was not said."""
    if yes or (count < ASK_FROM and not always):
        return
    question = ngettext("%(what)s: %(n)s ticket. Go on? [y/N]", "%(what)s: %(n)s tickets. Go on? [y/N]", count) % {
        "what": what,
        "n": count,
    }
    if not can_ask():
        raise RefusedError(
            ngettext("%(what)s would touch %(n)s ticket.", "%(what)s would touch %(n)s tickets.", count)
            % {"what": what, "n": count},
            _("Say --yes to do it without a question."),
        )
    if not confirm(question):
        raise Interrupted(_("Nothing was changed."))


def _is_number(word: str) -> bool:
    return (
        ":" not in word
        and not word.startswith('"')
        and word.lstrip("#").isalnum()
        and len(word.lstrip("#")) <= 8
        and word.isupper()
    )
