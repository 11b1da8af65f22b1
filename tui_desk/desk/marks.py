"""What the mailbox is to show of a mail: flags, keywords and the folder it lies in, by the state of its ticket. Pure.

Write-back (docs/sync.md) compares this with what was last written, not with what the server shows: whatever a colleague does
to a mail stands until its ticket changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tui_desk.config.schema import WriteBack
from tui_desk.values import dataclass

SEEN, ANSWERED, DELETED = "\\Seen", "\\Answered", "\\Deleted"
SPAM, HAM = "$Junk", "$NotJunk"
JUNK = "\\Junk"
"""Stands for the folder of spam, wherever the server has it."""
_SETTLED = ("merged", "deleted")
"""Side states in which mail stays as it was marked last."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings, ready for use. `keywords` and `folders` are by status."""

    seen: bool
    answered: bool
    junk: bool
    keywords: dict[str, str]
    folders: dict[str, str]

    @classmethod
    def of(cls, settings: WriteBack) -> Rules:
        """`closed` is as `solved` where it is not named itself."""
        return cls(settings.seen, settings.answered, settings.junk, by_status(settings.keywords), by_status(settings.folders))

    @property
    def on(self) -> bool:
        """Anything at all is to be written."""
        return bool(self.seen or self.answered or self.junk or self.keywords or self.folders)

    @property
    def targets(self) -> list[str]:
        """The folders that mail is moved to; JUNK stands for the server's."""
        named = dict.fromkeys(folder for folder in self.folders.values() if folder)
        return [*named, *((JUNK,) if self.junk else ())]


def by_status(pairs: Iterable[str]) -> dict[str, str]:
    """ "solved=desk-solved" and the like, by status."""
    found = {status.strip(): value.strip() for status, _sign, value in (pair.partition("=") for pair in pairs)}
    if "solved" in found:
        found.setdefault("closed", found["solved"])
    return {status: value for status, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a mail is to be marked, and in which folder it is to lie ("": where it came to). Nothing wanted: as it was found."""

    flags: frozenset[str] = frozenset()
    folder: str = ""

    def __str__(self) -> str:
        """As the store keeps it; "" for nothing."""
        return json.dumps({"flags": sorted(self.flags), "folder": self.folder}) if self.flags or self.folder else ""

    @classmethod
    def read(cls, text: str) -> Wanted:
        """What `str` gave."""
        found = json.loads(text) if text else {}
        return cls(frozenset(found.get("flags", ())), str(found.get("folder", "")))


@dataclass(frozen=True, slots=True)
class Mailed:
    """What decides, of a customer's mail: its ticket's status; somebody acted on that since it came; our answer was accepted."""

    status: str
    read: bool = False
    answered: bool = False


def wanted(rules: Rules, mail: Mailed, before: Wanted) -> Wanted:
    """What is wanted now, where `before` was wanted last."""
    if mail.status in _SETTLED:
        return before
    flags = {SEEN} if rules.seen and mail.read else set()
    flags |= {ANSWERED} if rules.answered and mail.answered else set()
    flags |= {rules.keywords[mail.status]} if mail.status in rules.keywords else set()
    if mail.status == "spam" and rules.junk:
        return Wanted(frozenset(flags | {SPAM}), JUNK)
    if rules.junk and before.flags & {SPAM, HAM}:
        flags.add(HAM)  # a filter that learns wants to be told that it was wrong
    return Wanted(frozenset(flags), rules.folders.get(mail.status, ""))


@dataclass(frozen=True, slots=True)
class Ours:
    """What of a mail's flags is our doing: put there, or taken off though it was not ours. Undoing puts both right."""

    added: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to a mail's flags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def change(rules: Rules, want: Wanted, ours: Ours, present: Iterable[str]) -> Change:
    """From the flags that are there to those wanted. Of what is not wanted only ours goes, and another status's keyword."""
    there = {flag.lower(): flag for flag in present}
    wish = want.flags if want.flags or want.folder else ours.taken
    wished = {flag.lower() for flag in wish}
    off = set(ours.added)
    if want.flags or want.folder:
        off |= set(rules.keywords.values())
        off |= {HAM} if SPAM in want.flags else {SPAM} if HAM in want.flags else set()
    return Change(
        tuple(sorted(flag for flag in wish if flag.lower() not in there)),
        tuple(sorted(there[flag] for flag in {f.lower() for f in off} - wished if flag in there)),
    )


def after(ours: Ours, done: Change) -> Ours:
    """What is our doing once `done` is carried out."""
    added, taken = _folded(ours.added), _folded(ours.taken)
    add, remove = _folded(done.add), _folded(done.remove)
    new_added = {k: v for k, v in added.items() if k not in remove} | {k: v for k, v in add.items() if k not in taken}
    new_taken = {k: v for k, v in (taken | {k: v for k, v in remove.items() if k not in added}).items() if k not in add}
    return Ours(frozenset(new_added.values()), frozenset(new_taken.values()))


def _folded(flags: Iterable[str]) -> dict[str, str]:
    """Flags by their lower case: servers do not tell them apart by it."""
    return {flag.lower(): flag for flag in flags}
