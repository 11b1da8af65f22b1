"""The `:` line: what it understands, and what it offers as it is typed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.tui.line_verbs import VERBS, Words
from tui_desk.tui.match import nearest

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

_ALIASES = {"view": "views", "theme": "themes", "macro": "macros", "q": "quit", "open": "show"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One completion: the word, the whole line with it, and what it means."""

    word: str
    line: str
    help: str = ""


def words(app: DeskApp) -> Words:
    """Read what there is to complete with (not on the key path)."""
    desk = app.desk
    return Words(
        tuple(desk.tickets.agents()),
        tuple(tag for tag, _n in desk.tickets.tags()),
        tuple(view.id for view in desk.queue.views()),
        tuple(app.themes()),
        tuple(macro.id for macro in desk.macros.all()),
        desk.queue.names,
    )


def run(app: DeskApp, line: str) -> None:
    """Do what the line says. Raises UsageError, with the verb that was probably meant."""
    try:
        head, *rest = shlex.split(line)
    except ValueError as error:
        raise UsageError(_("A quote is not closed: %(line)s") % {"line": line}) from error
    head = head.lstrip(":")
    verb = VERBS.get(_ALIASES.get(head, head))
    if verb is None:
        near = nearest(head, VERBS)
        hint = _("Did you mean “%(verb)s”?") % {"verb": near} if near else _("tab lists the verbs.")
        raise UsageError(_("There is no verb “%(verb)s”.") % {"verb": head}, hint)
    verb.run(app, rest)


def offers(line: str, known: Words) -> list[Offer]:
    """What could come next, as the line stands."""
    head, space, _rest = line.lstrip().partition(" ")
    if not space:
        return [Offer(f"{v.name} {v.usage}".strip(), v.name, _(v.help)) for v in VERBS.values() if v.name.startswith(head)]
    verb = VERBS.get(_ALIASES.get(head, head))
    if verb is None:
        return []
    if verb.name in ("list", "search"):
        return _query(line, known)
    before, _gap, last = line.rpartition(" ")
    sign = last[:1] if last[:1] in ("+", "-") and head == "tag" else ""
    start = last[len(sign) :].lower()
    found = [word for word in verb.offers(known) if word.lower().startswith(start)]
    return [Offer(f"{sign}{word}", f"{before} {sign}{shlex.quote(word)}") for word in found[:200]]


def _query(line: str, known: Words) -> list[Offer]:
    """The query language's own completion."""
    from tui_desk.desk.query import complete

    values = {"tag": known.tags, "queue": known.queues, "assignee": ("me", "nobody", *known.agents), "view": known.views}
    start, texts = complete(line, None, values)
    return [Offer(text, line[:start] + text) for text in texts[:200]] if line[start:] else []
