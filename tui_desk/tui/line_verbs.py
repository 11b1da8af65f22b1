"""The verbs of the `:` line: the shell's words, each calling what its key calls."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.desk import when
from tui_desk.desk.ticket import PRIORITIES, STATUSES, TYPES
from tui_desk.errors import UsageError
from tui_desk.i18n import N_, _
from tui_desk.tui import line_care, persons
from tui_desk.tui.match import nearest

if TYPE_CHECKING:
    from tui_desk.service.types import MacroView, Mode, Outcome
    from tui_desk.tui.app import DeskApp

_NUMBER = re.compile(r"#?[0-9A-Z]{4,10}$")
_PERIODS = ("today", "week", "month", "last-month", "quarter", "year", "7d", "30d", "all")
_HISTORY = ("pause", "resume")
_MOMENTS = ("1h", "3h", "tomorrow", "monday", "1w", "wake")


@dataclass(frozen=True, slots=True)
class Words:
    """What completion offers beside the verbs."""

    agents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the line. `offers` names what may follow; `run` gets the words after the verb."""

    name: str
    usage: str
    help: str
    run: Callable[[DeskApp, list[str]], None]
    offers: Callable[[Words], Sequence[str]] = field(default=lambda _words: ())


def _targets(args: list[str]) -> tuple[list[str] | None, list[str]]:
    """Ticket numbers in front (None: the selection), and what follows them."""
    count = next((i for i, arg in enumerate(args) if not _NUMBER.match(arg)), len(args))
    return [arg.lstrip("#") for arg in args[:count]] or None, args[count:]


def _one(args: list[str], usage: str) -> str:
    if len(args) != 1:
        raise UsageError(_("This verb wants: %(usage)s") % {"usage": usage})
    return args[0]


def _known(word: str, names: Sequence[str]) -> str:
    if word not in names:
        near = nearest(word, names)
        hint = _("Did you mean “%(word)s”?") % {"word": near} if near else ", ".join(names)
        raise UsageError(_("“%(word)s” is none of them.") % {"word": word}, hint)
    return word


def _change(app: DeskApp, numbers: list[str] | None, work: Callable[[list[str]], list[Outcome]]) -> None:
    if numbers is None and not app.picked:
        raise UsageError(_("No ticket is selected."), _("Put the cursor on one, or name it: status 4F2K pending"))
    app.change(work, numbers)


def _plain(verb: str) -> Callable[[DeskApp, list[str]], None]:
    """A verb of the service without a value: solve, close, reopen, take."""

    def act(app: DeskApp, args: list[str]) -> None:
        numbers, rest = _targets(args)
        if rest:
            raise UsageError(_("This verb wants: %(usage)s") % {"usage": f"{verb} [TICKET…]"})
        _change(app, numbers, lambda found: getattr(app.desk.tickets, verb)(found, cause=f":{verb}"))

    return act


def _status(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    to = _known(_one(rest, "status [TICKET…] STATUS"), STATUSES)
    _change(app, numbers, lambda found: app.desk.tickets.status(found, to, cause=":status"))


def _assign(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    to = _one(rest, "assign [TICKET…] AGENT | nobody")
    agent = None if to in ("nobody", "-") else app.desk.agent if to == "me" else to
    _change(app, numbers, lambda found: app.desk.tickets.assign(found, agent, cause=":assign"))


def _priority(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    to = _known(_one(rest, "priority [TICKET…] PRIORITY"), PRIORITIES)
    _change(app, numbers, lambda found: app.desk.tickets.priority(found, to, cause=":priority"))


def _type(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    to = _one(rest, "type [TICKET…] TYPE")
    _change(app, numbers, lambda found: app.desk.tickets.type(found, to, cause=":type"))


def _tag(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    if not rest:
        raise UsageError(_("This verb wants: %(usage)s") % {"usage": "tag [TICKET…] TAG +TAG -TAG"})
    add = [tag.lstrip("+") for tag in rest if not tag.startswith("-")]
    remove = [tag[1:] for tag in rest if tag.startswith("-")]
    _change(app, numbers, lambda found: app.desk.tickets.tag(found, add, remove, cause=":tag"))


def _snooze(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    text = " ".join(rest)
    until = None if text == "wake" else when.parse(text, clock.now(), app.desk.settings.calendar.timezone)
    if until is None and text != "wake":
        raise UsageError(_("“%(words)s” is no moment ahead.") % {"words": text}, _("2h, tomorrow 9:00, monday, 2026-12-01"))
    _change(app, numbers, lambda found: app.desk.tickets.snooze(found, until, cause=":snooze"))


def _note(app: DeskApp, args: list[str]) -> None:
    numbers, rest = _targets(args)
    text = " ".join(rest)
    if not text:
        app.act("write.note")
        return
    _change(app, numbers, lambda found: [out for n in found for out in app.desk.tickets.note(n, text, cause=":note")])


def _undo(app: DeskApp, args: list[str]) -> None:
    numbers, _rest = _targets(args)
    if numbers is None:
        app.act("undo")
    else:
        app.change(lambda found: app.desk.tickets.undo(found), numbers, repeatable=False)


def _write(mode: Mode) -> Callable[[DeskApp, list[str]], None]:
    def act(app: DeskApp, args: list[str]) -> None:
        from tui_desk.tui.screens import compose

        numbers, _rest = _targets(args)
        if numbers is None and not app.picked:
            raise UsageError(_("No ticket is selected."))
        compose.begin(app, (numbers or app.picked)[0], mode)

    return act


def _new(app: DeskApp, args: list[str]) -> None:
    from tui_desk.tui.screens import compose

    compose.begin(app, "", "new")


def _show(app: DeskApp, args: list[str]) -> None:
    app.open_ticket(_one(args, "show TICKET").lstrip("#"))


def _list(app: DeskApp, args: list[str]) -> None:
    query = " ".join(shlex.quote(arg) if " " in arg else arg for arg in args)
    app.show_query(query or "view:open", query or _("Open"))


def _view(app: DeskApp, args: list[str]) -> None:
    if not args:
        app.act("go.views")
        return
    app.show_query(f"view:{args[0]}", args[0])


def _macro(app: DeskApp, args: list[str]) -> None:
    if not args:
        app.act("macro.open")
        return
    wanted = args[0]

    def found(all_of_them: list[MacroView]) -> None:
        macro = next((m for m in all_of_them if m.id == wanted), None)
        if macro is None:
            near = nearest(wanted, [m.id for m in all_of_them])
            hint = _("Did you mean “%(word)s”?") % {"word": near} if near else ""
            app.tell_error(UsageError(_("There is no macro “%(name)s”.") % {"name": wanted}, hint))
        else:
            app.apply_macro(macro)

    app.ask(app.desk.macros.all, found, group="macro")


def _kpi(app: DeskApp, args: list[str]) -> None:
    from tui_desk.tui.screens.figures import Figures

    app.push_screen(Figures(args[0] if args else "month"))


def _theme(app: DeskApp, args: list[str]) -> None:
    if not args:
        app.act("theme")
        return
    app.use_theme(_known(args[0], app.themes()))


def _history(app: DeskApp, args: list[str]) -> None:
    app.pause_history(_known(_one(args, "history pause | resume"), _HISTORY) == "pause" if args else None)


def _act(action: str) -> Callable[[DeskApp, list[str]], None]:
    return lambda app, _args: app.act(action)


_ALL = (
    Verb("status", "[TICKET…] STATUS", N_("Set the status"), _status, lambda w: STATUSES[1:8]),
    Verb("solve", "[TICKET…]", N_("Solve"), _plain("solve")),
    Verb("close", "[TICKET…]", N_("Close: the customer's next mail opens a new ticket"), _plain("close")),
    Verb("reopen", "[TICKET…]", N_("Open again"), _plain("reopen")),
    Verb("assign", "[TICKET…] AGENT", N_("Assign to an agent, me or nobody"), _assign, lambda w: ("me", "nobody", *w.agents)),
    Verb("take", "[TICKET…]", N_("Assign to me"), _plain("take")),
    Verb("tag", "[TICKET…] TAG -TAG", N_("Put tags on, take them off with -"), _tag, lambda w: w.tags),
    Verb("priority", "[TICKET…] PRIORITY", N_("Set the priority"), _priority, lambda w: PRIORITIES),
    Verb("type", "[TICKET…] TYPE", N_("Set the type"), _type, lambda w: TYPES),
    Verb("snooze", "[TICKET…] WHEN", N_("Put off until 2h, tomorrow 9:00, monday, wake"), _snooze, lambda w: _MOMENTS),
    Verb("note", "[TICKET…] TEXT", N_("Write for the team only"), _note),
    Verb("reply", "[TICKET]", N_("Answer the customer"), _write("reply")),
    Verb("forward", "[TICKET]", N_("Send the message on"), _write("forward")),
    Verb("new", "", N_("Write a new mail"), _new),
    Verb("macros", "[MACRO]", N_("Write with a macro"), _macro, lambda w: w.macros),
    Verb("undo", "[TICKET…]", N_("Take back the last change"), _undo),
    Verb(
        "contacts",
        "[ACT] [ADDRESS…]",
        N_("Merge addresses of one person, or part them"),
        persons.line,
        lambda w: persons.ACTS,
    ),
    Verb("spam", "", N_("Out of the queue and the figures"), _act("ticket.spam")),
    Verb("show", "TICKET", N_("Go to a ticket"), _show),
    Verb("list", "QUERY", N_("Show tickets by a query"), _list),
    Verb("search", "WORDS", N_("Show tickets by words"), _list),
    Verb("views", "[VIEW]", N_("Show a view"), _view, lambda w: w.views),
    Verb("why", "", N_("What threaded, routed or paused it"), _act("ticket.why")),
    Verb("kpi", "[PERIOD]", N_("The figures"), _kpi, lambda w: _PERIODS),
    Verb("outbox", "", N_("Mail on its way"), _act("go.outbox")),
    Verb("sync", "", N_("Fetch mail now"), _act("mail.fetch")),
    Verb("history", "[pause|resume]", N_("Let older mail wait, or come again"), _history, lambda w: _HISTORY),
    Verb("themes", "[THEME]", N_("Choose a theme"), _theme, lambda w: w.themes),
    Verb(
        "bulk",
        N_("ACT VALUE [QUERY]"),
        N_("The same act on all that a query finds"),
        line_care.bulk,
        lambda w: line_care.BULK,
    ),
    Verb("doctor", "", N_("Look the store and the settings over"), line_care.doctor),
    Verb("backup", "FILE", N_("Copy the store while it is in use"), line_care.backup),
    Verb("export", "FILE", N_("Write every ticket as .jsonl, .mbox or .csv"), line_care.export),
    Verb("rebuild", "", N_("Make tickets, search and figures again"), line_care.rebuild),
    Verb("help", "", N_("Every key"), _act("help")),
    Verb("quit", "", N_("Leave the desk"), _act("quit")),
)
VERBS: dict[str, Verb] = {verb.name: verb for verb in _ALL}
"""The verbs by name, in the order they are offered."""
