"""What changes tickets from the console: each verb acts on the selection, or on the ticket under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.i18n import _
from tui_desk.tui.screens.opening import open_with

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_desk.service.types import Mode
    from tui_desk.tui.app import DeskApp


def solve(app: DeskApp) -> None:
    """Solved, and on to the next."""
    app.change(lambda numbers: app.desk.tickets.solve(numbers, cause="key"), advance=True)


def spam(app: DeskApp) -> None:
    """Out of the queue, out of the figures."""
    app.change(lambda numbers: app.desk.tickets.status(numbers, "spam", cause="key"), advance=True)


def take(app: DeskApp) -> None:
    """Mine."""
    app.change(lambda numbers: app.desk.tickets.take(numbers, cause="key"))


def _pick(app: DeskApp, make: Callable[[int], Any], then: Callable[[Any], None]) -> None:
    """Ask with a screen, made for so many tickets; nothing happens where there is no ticket or no answer."""
    count = len(app.picked)
    if count:
        app.push_screen(make(count), lambda answer: None if answer is None else then(answer))


def assign(app: DeskApp) -> None:
    """Choose who answers."""

    def choose(agents: list[str]) -> None:
        from tui_desk.tui.screens import pick

        current = app.current.assignee if app.current else ""
        _pick(app, lambda count: pick.assign(agents, app.desk.agent, current, count), hand)

    def hand(agent: str) -> None:
        mine = agent == app.desk.agent
        app.change(lambda numbers: app.desk.tickets.assign(numbers, agent or None, cause="key"), advance=not mine)

    open_with(app, app.desk.tickets.agents, choose)


def status(app: DeskApp) -> None:
    """Choose a status."""
    from tui_desk.tui.screens import pick

    current = app.current.status if app.current else ""

    def turn(to: str) -> None:
        app.change(lambda numbers: app.desk.tickets.status(numbers, to, cause="key"), advance=True)

    _pick(app, lambda count: pick.status(current, count), turn)


def priority(app: DeskApp) -> None:
    """Choose how urgent."""
    from tui_desk.tui.screens import pick

    current = app.current.priority if app.current else ""

    def turn(to: str) -> None:
        app.change(lambda numbers: app.desk.tickets.priority(numbers, to, cause="key"))

    _pick(app, lambda count: pick.priority(current, count), turn)


def tags(app: DeskApp) -> None:
    """Put tags on and take them off."""

    def choose(known: list[tuple[str, int]]) -> None:
        from tui_desk.tui.screens import pick

        current = app.current.tags if app.current else ()
        _pick(app, lambda count: pick.tags([tag for tag, _n in known], current, count), turn)

    def turn(change: Any) -> None:
        app.change(lambda numbers: app.desk.tickets.tag(numbers, change.add, change.remove, cause="key"))

    open_with(app, app.desk.tickets.tags, choose)


def snooze(app: DeskApp) -> None:
    """Put off until later."""
    from tui_desk.tui.screens import pick

    current = app.current.snoozed_until if app.current else None
    zone = app.desk.settings.calendar.timezone

    def turn(answer: Any) -> None:
        app.change(lambda numbers: app.desk.tickets.snooze(numbers, answer.until, cause="key"), advance=True)

    _pick(app, lambda _count: pick.snooze(clock.now(), zone, current), turn)


def undo(app: DeskApp) -> None:
    """Take back the last thing: a reply that has not left, else the last change."""
    from tui_desk.tui.screens import compose

    if not compose.take_back(app):
        app.undo_last()


def repeat(app: DeskApp) -> None:
    """The last change once more, on this ticket or selection."""
    if app.last_change is None:
        app.say(_("There is nothing to repeat yet."))
        return
    work, advance = app.last_change
    app.change(work, advance=advance)


def _write(app: DeskApp, mode: Mode) -> None:
    if len(app.picked) > 1 and mode != "note":
        app.say(_("A reply goes to one ticket at a time. Use a macro (m) for the %(n)s selected.") % {"n": len(app.picked)})
        return
    if app.picked:
        from tui_desk.tui.screens import compose

        compose.begin(app, app.picked[0], mode)


def reply(app: DeskApp) -> None:
    """Answer the customer."""
    _write(app, "reply")


def reply_all(app: DeskApp) -> None:
    """Answer everybody."""
    _write(app, "reply_all")


def forward(app: DeskApp) -> None:
    """Send the message on."""
    _write(app, "forward")


def note(app: DeskApp) -> None:
    """Write for the team only."""
    _write(app, "note")


def copy(app: DeskApp) -> None:
    """Copy the number, the address, the link or the text."""
    row = app.current
    if row is None:
        return

    def choose(view: Any) -> None:
        from tui_desk.tui.screens import pick

        app.push_screen(pick.yank(view), lambda words: put(words) if words else None)

    def put(words: str) -> None:
        app.copy_to_clipboard(words)
        app.say(_("Copied."))

    open_with(app, lambda: app.desk.tickets.view(row.id), choose)
