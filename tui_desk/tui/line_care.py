"""The verbs of the `:` line that look after the store, and those that act on all that a query finds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.errors import UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.tui.match import nearest

if TYPE_CHECKING:
    from tui_desk.service.admin import Kind
    from tui_desk.service.types import MacroView
    from tui_desk.tui.app import DeskApp

BULK = ("reply", "status", "tag", "assign")
_KINDS: dict[str, Kind] = {".jsonl": "jsonl", ".mbox": "mbox", ".csv": "csv"}


def doctor(app: DeskApp, args: list[str]) -> None:
    """What is wrong, with the next step."""
    from tui_desk.tui.screens.findings import Findings

    app.ask(app.desk.admin.doctor, lambda found: app.push_screen(Findings(found)), lane="slow", group="doctor")


def backup(app: DeskApp, args: list[str]) -> None:
    """A copy of the store."""
    target = _file(args, "backup FILE")
    app.say(_("Copying the store…"))
    app.ask(lambda: app.desk.admin.backup(target), lambda path: app.say(_("Saved as %(path)s") % {"path": path}), lane="slow")


def export(app: DeskApp, args: list[str]) -> None:
    """Every ticket as a file; what kind of file its name tells."""
    target = _file(args, "export FILE.jsonl | FILE.mbox | FILE.csv")
    kind = _KINDS.get(target.suffix.lower())
    if kind is None:
        raise UsageError(_("The file's name ends in .jsonl (tickets with bodies), .mbox or .csv."))

    def done(count: int) -> None:
        words = ngettext("%(n)s written: %(path)s", "%(n)s written: %(path)s", count)
        app.say(words % {"n": count, "path": target})

    app.say(_("Writing every ticket…"))
    app.ask(lambda: app.desk.admin.export(target, kind), done, lane="slow", group="export")


def rebuild(app: DeskApp, args: list[str]) -> None:
    """All that is derived, made again; asked for first, for it takes its time."""
    from tui_desk.tui.screens.confirm import ConfirmScreen

    def done(count: int) -> None:
        words = ngettext("Made again from %(n)s message.", "Made again from %(n)s messages.", count)
        app.say(words % {"n": count})
        app.refresh_tickets()

    def answered(sure: bool | None) -> None:
        if sure:
            app.say(_("Making tickets, threads, search and figures again…"))
            app.ask(lambda: app.desk.admin.rebuild(), done, lane="slow", group="rebuild")

    question = _("Make tickets, threads, search and figures again? Nothing is lost; it takes a while.")
    app.push_screen(ConfirmScreen(question, yes=_("Rebuild")), answered)


def bulk(app: DeskApp, args: list[str]) -> None:
    """The same act on all that a query finds, or on the selection where there is none."""
    usage = "bulk reply|status|tag|assign VALUE [QUERY]"
    if len(args) < 2 or args[0] not in BULK:
        raise UsageError(
            _("This verb wants: %(usage)s") % {"usage": usage}, _("Like this: `bulk reply outage is:open tag:outage`")
        )
    act, value, query = args[0], args[1], " ".join(args[2:])
    if not query and not app.picked:
        raise UsageError(_("No ticket is selected."), _("Name them by a query: %(usage)s") % {"usage": usage})

    def go(numbers: Sequence[str]) -> None:
        if not numbers:
            app.say(_("No ticket is found so."))
        elif act == "reply":
            _reply(app, value, tuple(numbers))
        else:
            _sure(app, act, value, list(numbers))

    if query:
        app.ask(lambda: app.desk.bulk.select(None, query), go, group="bulk")
    else:
        go(app.picked)


def _reply(app: DeskApp, name: str, numbers: tuple[str, ...]) -> None:
    """The plan is shown and asked about there."""
    from tui_desk.tui.bulk import reply

    def found(macros: list[MacroView]) -> None:
        macro = next((m for m in macros if m.id == name), None)
        if macro is not None:
            reply(app, macro, numbers)
            return
        near = nearest(name, [m.id for m in macros])
        hint = _("Did you mean “%(word)s”?") % {"word": near} if near else ""
        app.tell_error(UsageError(_("There is no macro “%(name)s”.") % {"name": name}, hint))

    app.ask(app.desk.macros.all, found, group="macro")


def _sure(app: DeskApp, act: str, value: str, numbers: list[str]) -> None:
    """Asked from three tickets on, as in the shell; then in one act, which one undo takes back."""
    from tui_desk.tui.screens.command import run
    from tui_desk.tui.screens.confirm import ConfirmScreen

    def answered(sure: bool | None) -> None:
        if sure:
            run(app, " ".join((act, *numbers, value)))

    if len(numbers) < 3:
        answered(True)
        return
    question = ngettext("%(act)s %(value)s on %(n)s ticket?", "%(act)s %(value)s on %(n)s tickets?", len(numbers))
    app.push_screen(ConfirmScreen(question % {"act": act, "value": value, "n": len(numbers)}, yes=_("Do it")), answered)


def _file(args: list[str], usage: str) -> Path:
    if len(args) != 1:
        raise UsageError(_("This verb wants: %(usage)s") % {"usage": usage})
    return Path(args[0]).expanduser()
