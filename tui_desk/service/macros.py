"""Canned responses: loaded once, ranked for the ticket in hand, filled with its values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.errors import NotFoundError
from tui_desk.i18n import _
from tui_desk.service.types import Finding, MacroView, Rendered

if TYPE_CHECKING:
    from tui_desk.macros.search import Index
    from tui_desk.macros.types import Library, Macro
    from tui_desk.service.desk import Desk

_WORDS = 2_000
"""Characters of the customer's last message that rank macros."""


class Macros:
    """The macros of this profile: shipped, the user's, the profile's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def library(self) -> Library:
        """Every macro, and what was wrong with the files."""
        from tui_desk.macros.load import folders, load

        return load(folders(self._desk.profile))

    @cached_property
    def _index(self) -> Index:
        from tui_desk.macros.search import Index

        return Index(macro for macro in self.library.macros if macro.usable)

    def reload(self) -> None:
        """Read the files again."""
        self.__dict__.pop("library", None)
        self.__dict__.pop("_index", None)

    def all(self) -> list[MacroView]:
        """Every macro by id, drafts and retired ones too."""
        used = self._desk.reader.macro_use()
        return [_view(macro, used=used.get(macro.id, 0)) for macro in self.library.macros]

    def rank(self, number: str, words: str = "", limit: int = 20) -> list[MacroView]:
        """The macros that suit the ticket, best first; `words` are what the agent types to search."""
        from tui_desk.mail.language import guess
        from tui_desk.mail.quote import own_text

        desk = self._desk
        used = desk.reader.macro_use()
        text, language = "", ""
        if number:
            ticket = desk.tickets.by_number(number)
            asked = [m for m in desk.tickets.thread(ticket.row.id, newest=10) if m.kind == "inbound"]
            own = own_text(asked[-1].text)[:_WORDS] if asked else ""
            text = f"{ticket.row.subject}\n{' '.join(ticket.row.tags)}\n{own}"
            language = guess(own or ticket.row.subject)
        ranked = self._index.rank(text, words=words, language=language, used=used, limit=limit)
        return [_view(hit.macro, hit.score, used.get(hit.macro.id, 0)) for hit in ranked]

    def find(self, macro_id: str) -> Macro:
        """The macro of that id. Raises NotFoundError with the nearest names."""
        for macro in self.library.macros:
            if macro.id == macro_id:
                return macro
        from difflib import get_close_matches

        near = get_close_matches(macro_id, [m.id for m in self.library.macros], 3, 0.5)
        hint = _("Did you mean %(names)s?") % {"names": ", ".join(near)} if near else _("`desk macros` lists them.")
        raise NotFoundError(_("There is no macro “%(name)s”.") % {"name": macro_id}, hint)

    def render(self, macro_id: str, number: str, given: Mapping[str, str] | None = None) -> Rendered:
        """The macro's text for a ticket; what could not be filled is in `missing`. Raises NotFoundError, MacroError."""
        from tui_desk.macros.render import render
        from tui_desk.macros.values import Facts

        desk = self._desk
        macro = self.find(macro_id)
        row = desk.tickets.by_number(number).row
        from_ = desk.replies.from_(number)
        facts = Facts(
            number=row.number,
            subject=row.subject,
            requester_email=row.requester,
            now=clock.now(),
            created_at=row.created_at,
            requester_name=row.requester_name,
            agent_name=desk.settings.agent.name or desk.agent.capitalize(),
            desk_name=from_.name,
            desk_email=from_.email,
            timezone=desk.settings.calendar.timezone,
        )
        filled = render(macro, facts, given)
        return Rendered(filled.text, dict(macro.actions), filled.missing)

    def lint(self) -> list[Finding]:
        """What is to be said against the macros: bad files first."""
        from tui_desk.macros.lint import lint

        today = datetime.fromtimestamp(clock.now(), UTC).date()
        problems = lint(self.library, today, self._desk.reader.macro_use())
        return [Finding(p.level, f"{p.macro}:{p.line}: {p.text}" if p.line else f"{p.macro}: {p.text}") for p in problems]


def _view(macro: Macro, score: float = 0.0, used: int = 0) -> MacroView:
    return MacroView(
        id=macro.id,
        title=macro.title,
        language=macro.language,
        tags=macro.tags,
        body=macro.body,
        state=macro.state,
        owner=macro.owner,
        actions=dict(macro.actions),
        score=score,
        used=used,
    )
