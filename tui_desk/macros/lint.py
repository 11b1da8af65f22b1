"""Keeps a library of macros fresh: what is overdue, doubled, never used, or asks for what nobody can fill."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tui_desk.errors import MacroError
from tui_desk.i18n import _
from tui_desk.macros.render import names
from tui_desk.macros.types import Library, Macro, Problem
from tui_desk.macros.values import PLACEHOLDERS
from tui_desk.text import fold

ALIKE = 0.8
"""Two texts that share this part of their word triples say the same."""
COMMON = 40
"""A triple that so many macros hold (a greeting, a closing) says nothing more about the next one."""

ENOUGH = 2
"""Uses in all for each macro of the library: before that, one that was never used has only had no chance yet."""


def lint(library: Library, today: date, used: Mapping[str, int] | None = None) -> list[Problem]:
    """Everything that can be said against the library; `used` counts uses by id (None: not known, so not looked at)."""
    found = list(library.problems)
    live = [macro for macro in library.macros if macro.state != "retired"]
    usable = [macro for macro in live if macro.usable]
    judged = used is not None and sum(used.get(macro.id, 0) for macro in usable) >= ENOUGH * len(usable)
    for macro in live:
        found += _placeholders(macro)
        found += _review(macro, today)
        if judged and used is not None and macro.usable and not used.get(macro.id):
            found.append(_say("warning", macro, _("has never been used")))
    return found + list(_doubles(live))


def _say(level: str, macro: Macro, text: str, line: int = 0) -> Problem:
    return Problem("error" if level == "error" else "warning", macro.id, text, macro.path, line)


def _placeholders(macro: Macro) -> Iterator[Problem]:
    try:
        spoken = names(macro)
    except MacroError as error:
        yield _say("error", macro, error.message)
        return
    for name in sorted(spoken - set(PLACEHOLDERS) - set(macro.ask)):
        yield _say("error", macro, _("no ticket can fill {{ %(name)s }}; name it in ask if the agent shall") % {"name": name})
    for name in sorted(set(macro.ask) - spoken):
        yield _say("warning", macro, _("asks for %(name)s and never uses it") % {"name": name})


def _review(macro: Macro, today: date) -> Iterator[Problem]:
    if macro.review_by is not None and macro.review_by < today:
        days = (today - macro.review_by).days
        yield _say("warning", macro, _("should have been reviewed %(days)s days ago") % {"days": days})


def _doubles(macros: Iterable[Macro]) -> Iterator[Problem]:
    """Pairs that say the same. Only macros that share an uncommon triple are compared, not all with all."""
    held: dict[str, list[tuple[Macro, frozenset[str]]]] = defaultdict(list)
    for macro in macros:
        own = _triples(macro.body)
        near = {other.id: theirs for triple in own for other, theirs in held[triple]}
        alike = [other_id for other_id, theirs in near.items() if len(own & theirs) >= ALIKE * len(own | theirs)]
        for other_id in sorted(alike):
            yield _say("warning", macro, _("says nearly the same as %(other)s") % {"other": other_id})
        for triple in own:
            if len(held[triple]) < COMMON:
                held[triple].append((macro, own))


def _triples(body: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", fold(body))
    return frozenset(" ".join(words[n : n + 3]) for n in range(max(len(words) - 2, 1)))
