"""A macro for the whole selection: what would be sent is shown first, then each ticket's mail is queued in the background."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_desk.i18n import _, ngettext
from tui_desk.service.types import BulkLine, MacroView, Sent
from tui_desk.tui.widgets.sent import Leaving, SentNotice

if TYPE_CHECKING:
    from tui_desk.tui.app import DeskApp

SHOWN = 12
"""Lines of the plan that are shown."""


def reply(app: DeskApp, macro: MacroView, numbers: tuple[str, ...]) -> None:
    """Plan a bulk reply, ask, and do it."""
    app.ask(
        lambda: list(app.desk.bulk.plan(list(numbers), "reply", macro.id)),
        lambda lines: _ask(app, macro, numbers, lines),
        group="bulk",
        lane="slow",
    )


def _ask(app: DeskApp, macro: MacroView, numbers: tuple[str, ...], plan: list[BulkLine]) -> None:
    from tui_desk.tui.screens import pick

    will = [line for line in plan if line.result == "would"]
    title = ngettext("Send “%(macro)s” to %(n)s ticket?", "Send “%(macro)s” to %(n)s tickets?", len(will))
    lines = [f"{line.number}  {line.error or line.text}" for line in plan[:SHOWN]]
    if len(plan) > SHOWN:
        lines.append(_("… and %(n)s more") % {"n": len(plan) - SHOWN})
    app.push_screen(
        pick.ask(title % {"macro": macro.title, "n": len(will)}, "\n".join(lines)),
        lambda yes: _run(app, macro, numbers) if yes else None,
    )


def _run(app: DeskApp, macro: MacroView, numbers: tuple[str, ...]) -> None:
    app.say(ngettext("Answering %(n)s ticket…", "Answering %(n)s tickets…", len(numbers)) % {"n": len(numbers)})
    app.ask(
        lambda: _send(app, macro, numbers),
        lambda done: _told(app, *done),
        group="bulk",
        lane="slow",
    )


def _send(app: DeskApp, macro: MacroView, numbers: tuple[str, ...]) -> tuple[list[BulkLine], list[Sent]]:
    lines = list(app.desk.bulk.run(list(numbers), "reply", macro.id, run=None))
    return lines, app.desk.bulk.waiting(lines)


def take_back(app: DeskApp, notice: SentNotice, leaving: Leaving) -> None:
    """Stop those that wait still."""

    def done(stopped: int) -> None:
        notice.forget(leaving)
        words = ngettext("%(n)s reply taken back", "%(n)s replies taken back", stopped) % {"n": stopped}
        left = len(leaving.mails) - stopped
        if left:
            words += ", " + ngettext("%(n)s had left already", "%(n)s had left already", left) % {"n": left}
        app.say(words)
        app.refresh_tickets()

    app.ask(lambda: app.desk.bulk.take_back(leaving.waiting), done, lane="write")


def _told(app: DeskApp, lines: list[BulkLine], waiting: list[Sent]) -> None:
    counts = Counter(line.result for line in lines)
    words = ngettext("%(n)s reply queued", "%(n)s replies queued", counts["done"]) % {"n": counts["done"]}
    failed = [line for line in lines if line.result == "failed"]
    if failed:
        why = failed[0].error
        words += ", " + ngettext("%(n)s failed: %(why)s", "%(n)s failed, the first: %(why)s", len(failed)) % {
            "n": len(failed),
            "why": why,
        }
    if failed or not waiting:
        app.say(words, wrong=bool(failed))
    if waiting:
        app.count_down(Leaving(tuple(waiting)))
    app.main.queue.drop_selection()
    app.main.show_selection()
    app.refresh_tickets()
