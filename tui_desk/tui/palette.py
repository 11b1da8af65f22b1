"""The palette: every action, view, theme, macro and recent ticket by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_desk.i18n import _
from tui_desk.service.types import MacroView
from tui_desk.store.rows import QueueRow, ViewCount
from tui_desk.text import one_line
from tui_desk.tui.screens.opening import open_with
from tui_desk.tui.screens.picker import Choice, PickScreen

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

RECENT = 30
"""Tickets offered, those changed last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette and what it does."""

    choice: Choice
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Found:
    """What is read for the palette beside the actions."""

    views: tuple[ViewCount, ...]
    macros: tuple[MacroView, ...]
    rows: tuple[QueueRow, ...]


def open_palette(app: DeskApp) -> None:
    """Read what there is, then show it."""

    def read() -> Found:
        desk = app.desk
        macros = tuple(m for m in desk.macros.all() if m.state != "retired")
        return Found(tuple(desk.queue.views()), macros, tuple(desk.queue.page("view:open", None, RECENT)))

    open_with(app, read, lambda found: _show(app, found), group="palette")


def _show(app: DeskApp, found: Found) -> None:
    entries = {entry.choice.value: entry for entry in _entries(app, found)}
    choices = [entry.choice for entry in entries.values()]

    def chosen(value: str | None) -> None:
        if value is not None:
            entries[value].run()

    app.push_screen(PickScreen("", choices, lambda values: values[0], wide=True, placeholder=_("Anything, by name")), chosen)


def _entries(app: DeskApp, found: Found) -> Iterator[Entry]:
    """Actions first: they are what is asked for most."""
    from tui_desk.tui.actions import REGISTRY

    for action in REGISTRY:
        if action.where == "main" and not action.id.startswith(("move.", "palette")):
            label = f"{_(action.label)} — {_(action.help)}"
            choice = Choice(f"action {action.id}", label, sign="·", hint=app.keys.shown(action.id))
            yield Entry(choice, lambda id=action.id: app.act(id))  # type: ignore[misc]
    for view in found.views:
        count = f"{view.count}{'+' if view.capped else ''}"
        choice = Choice(f"view {view.id}", one_line(view.title), sign="≡", hint=_("view · %(n)s") % {"n": count})
        yield Entry(choice, lambda v=view: app.show_query(f"view:{v.id}", v.title))  # type: ignore[misc]
    for name in app.themes():
        yield Entry(Choice(f"theme {name}", name, sign="◐", hint=_("theme")), lambda n=name: app.use_theme(n))  # type: ignore[misc]
    for row in found.rows:
        label = f"#{row.number} {one_line(row.subject)}"
        choice = Choice(f"ticket {row.number}", label, sign="#", hint=one_line(row.requester_name or row.requester))
        yield Entry(choice, lambda r=row: app.open_ticket(r.number))  # type: ignore[misc]
    for macro in found.macros:
        hint = _("macro · %(language)s") % {"language": macro.language.upper()} if macro.language else _("macro")
        choice = Choice(f"macro {macro.id}", one_line(macro.title), sign="✎", hint=hint)
        yield Entry(choice, lambda m=macro: app.apply_macro(m))  # type: ignore[misc]
