"""What happens to a draft while it is written: recipients read and compared, macros put in. Values in, values out."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, replace
from pathlib import Path

from tui_desk.service.recipients import read_address
from tui_desk.service.types import Draft, DraftFile, MacroView

_BETWEEN = re.compile(r"[,;\n](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
"""A comma, semicolon or newline outside of quotes."""


def people(text: str) -> tuple[str, ...]:
    """The recipients in a line as it is typed, each once."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        if part.strip():
            found.setdefault(email(part), " ".join(part.split()))
    return tuple(found.values())


def line(recipients: tuple[str, ...]) -> str:
    """Recipients as a line to edit."""
    return ", ".join(recipients)


def email(recipient: str) -> str:
    """The bare address of "Name <address>", lower case."""
    return read_address(recipient).email


@dataclass(frozen=True, slots=True)
class Plain:
    """The recipients of the plain answer, which changes are told against."""

    names: dict[str, str]
    """Address -> as it was written."""

    @classmethod
    def of(cls, draft: Draft) -> Plain:
        """What the plain answer to the draft's message would have had."""
        added = {email(a) for a in draft.added}
        everybody = (*draft.to, *draft.cc, *draft.dropped)
        return cls({email(a): a for a in everybody if email(a) not in added})

    def changes(self, recipients: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(added, dropped) of these recipients."""
        now = {email(a) for a in recipients}
        added = tuple(a for a in recipients if email(a) not in self.names)
        return added, tuple(name for address, name in self.names.items() if address not in now)


def with_people(draft: Draft, plain: Plain, to: tuple[str, ...], cc: tuple[str, ...]) -> Draft:
    """The draft to other recipients, what changed told."""
    if draft.mode in ("note", "new", "forward"):
        return replace(draft, to=to, cc=cc, added=(), dropped=())
    added, dropped = plain.changes((*to, *cc))
    return replace(draft, to=to, cc=cc, added=added, dropped=dropped)


def with_macro(draft: Draft, macro: MacroView) -> Draft:
    """The draft with a macro used: remembered, and its status taken over."""
    used = draft.macros if macro.id in draft.macros else (*draft.macros, macro.id)
    return replace(draft, macros=used, status_after=macro.actions.get("status", draft.status_after))


def with_file(draft: Draft, path: Path) -> Draft:
    """The draft with a file of the agent's attached (once)."""
    if any(file.path == str(path) for file in draft.files):
        return draft
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return replace(draft, files=(*draft.files, DraftFile(path.name, str(path), content_type=kind)))


def written(draft: Draft, fresh: Draft) -> bool:
    """Whether anything in it is worth keeping, beside the fresh draft it began as."""
    same = replace(draft, body=draft.body.strip(), answered=fresh.answered) == replace(fresh, body=fresh.body.strip())
    return not same and bool(draft.body.strip() or draft.files or draft.mode in ("new", "forward"))
