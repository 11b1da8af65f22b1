"""The registry: every action of the console once. Keys, footer, help, palette and the `:` line are made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui_desk.i18n import N_, _
from tui_desk.tui import moves, opens, persons, verbs
from tui_desk.tui.action import Action
from tui_desk.tui.screens.keys import ACTIONS as SCREENS

if TYPE_CHECKING:
    from tui_desk.tui.keymap import Keymap

MOVE, SELECT, TICKET, WRITE, LOOK, DESK = N_("Move"), N_("Select"), N_("Ticket"), N_("Write"), N_("Look"), N_("Desk")

MAIN: tuple[Action, ...] = (
    Action("move.down", ("j", "down"), N_("Down"), N_("Next line or message"), "main", moves.down, MOVE),
    Action("move.up", ("k", "up"), N_("Up"), N_("Previous line or message"), "main", moves.up, MOVE),
    Action("move.half_down", ("ctrl+d", "pagedown"), N_("Page down"), N_("Half a page down"), "main", moves.half_down, MOVE),
    Action("move.half_up", ("ctrl+u", "pageup"), N_("Page up"), N_("Half a page up"), "main", moves.half_up, MOVE),
    Action("move.top", ("g g", "home"), N_("Top"), N_("First line or message"), "main", moves.top, MOVE),
    Action("move.bottom", ("G", "end"), N_("Bottom"), N_("Last line or message"), "main", moves.bottom, MOVE),
    Action("ticket.open", ("enter",), N_("Open"), N_("Read the ticket"), "queue", moves.open_ticket, MOVE, 1),
    Action("view.choose", ("enter",), N_("Show"), N_("Show the view in the queue"), "views", moves.choose_view, MOVE, 1),
    Action("thread.fold", ("enter",), N_("Unfold"), N_("Open or fold quotes and signature"), "thread", moves.fold, MOVE, 1),
    Action("pane.in", ("l", "right"), N_("In"), N_("Into the next pane"), "main", moves.inward, MOVE),
    Action("pane.out", ("h", "left"), N_("Out"), N_("Out to the pane before"), "main", moves.outward, MOVE),
    Action("pane.next", ("tab",), N_("Next pane"), N_("Next pane on the screen"), "main", moves.next_pane, MOVE),
    Action(
        "pane.previous", ("shift+tab",), N_("Previous pane"), N_("Previous pane on the screen"), "main", moves.previous_pane, MOVE
    ),
    Action("back", ("q", "escape"), N_("Back"), N_("Out of a selection, a filter, a pane"), "main", moves.back, MOVE),
    Action("filter.open", ("/",), N_("Filter"), N_("Filter with the query language"), "main", moves.search, LOOK, 7),
    Action("hit.next", ("n",), N_("Next hit"), N_("Next ticket found, also while reading"), "main", moves.next_ticket, MOVE),
    Action("hit.previous", ("N",), N_("Previous hit"), N_("Previous ticket found"), "main", moves.previous_ticket, MOVE),
    Action("select.one", ("space", "x"), N_("Select"), N_("Select the ticket"), "main", moves.pick, SELECT),
    Action("select.range", ("V",), N_("Range"), N_("Begin or end a range"), "main", moves.pick_range, SELECT),
    Action("select.all", ("*",), N_("All"), N_("Select all in view, or none"), "main", moves.pick_all, SELECT),
    Action("write.reply", ("r",), N_("Reply"), N_("Answer the customer"), "main", verbs.reply, WRITE, 2),
    Action("write.reply_all", ("R",), N_("Reply all"), N_("Answer everybody"), "main", verbs.reply_all, WRITE),
    Action("write.forward", ("f",), N_("Forward"), N_("Send the message on"), "main", verbs.forward, WRITE),
    Action("write.note", ("c",), N_("Note"), N_("Write for the team only"), "main", verbs.note, WRITE, 3),
    Action("macro.open", ("m",), N_("Macros"), N_("Canned responses for this ticket"), "main", opens.macros, WRITE, 4),
    Action("ticket.assign", ("a",), N_("Assign"), N_("Choose who answers"), "main", verbs.assign, TICKET, 6),
    Action("ticket.take", ("A",), N_("Take"), N_("Assign to me"), "main", verbs.take, TICKET),
    Action("ticket.status", ("s",), N_("Status"), N_("Choose a status"), "main", verbs.status, TICKET),
    Action("ticket.solve", ("e",), N_("Solve"), N_("Solved, and on to the next"), "main", verbs.solve, TICKET, 5),
    Action("ticket.snooze", ("z",), N_("Snooze"), N_("Put off until later"), "main", verbs.snooze, TICKET),
    Action("ticket.priority", ("p",), N_("Priority"), N_("Choose how urgent"), "main", verbs.priority, TICKET),
    Action("ticket.tags", ("t",), N_("Tags"), N_("Put tags on or take them off"), "main", verbs.tags, TICKET),
    Action("ticket.spam", ("!",), N_("Spam"), N_("Out of the queue and the figures"), "main", verbs.spam, TICKET),
    Action(
        "contact.merge",
        ("P",),
        N_("Person"),
        N_("Merge the requester with another address, or part them"),
        "main",
        persons.choose,
        TICKET,
    ),
    Action("undo", ("u",), N_("Undo"), N_("Take back the last change, or a reply that waits"), "main", verbs.undo, TICKET, 9),
    Action("repeat", (".",), N_("Repeat"), N_("The last change once more, here"), "main", verbs.repeat, TICKET),
    Action("attachment.open", ("o",), N_("Attachment"), N_("Open or save an attachment"), "main", opens.attachments, LOOK),
    Action("copy", ("y",), N_("Copy"), N_("Copy number, address or text"), "main", verbs.copy, LOOK),
    Action("message.raw", ("v",), N_("Raw"), N_("The message as it came"), "main", opens.raw, LOOK),
    Action("ticket.why", ("w",), N_("Why"), N_("What threaded, routed or paused it"), "main", opens.why, LOOK),
    Action("go.figures", ("g d",), N_("Dashboard"), N_("The figures"), "main", opens.figures, DESK),
    Action("go.outbox", ("g o",), N_("Outbox"), N_("Mail on its way"), "main", opens.outbox, DESK),
    Action("go.views", ("g v",), N_("Views"), N_("Choose a view"), "main", moves.views, DESK),
    Action("mail.fetch", ("g m",), N_("Fetch"), N_("Fetch mail now"), "main", moves.refresh, DESK),
    Action("mail.history", ("g h",), N_("Older mail"), N_("Let older mail wait, or come again"), "main", moves.history, DESK),
    Action("theme", ("g t",), N_("Theme"), N_("Choose a theme"), "main", opens.theme, DESK),
    Action("palette", ("ctrl+p",), N_("Palette"), N_("Everything, by name"), "main", opens.palette, DESK),
    Action("command", (":",), N_("Command"), N_("The shell's verbs"), "main", opens.command, DESK, 11),
    Action("help", ("?",), N_("Help"), N_("Every key"), "main", opens.help, DESK, 10),
    Action("quit", ("ctrl+q",), N_("Quit"), N_("Leave the desk"), "main", opens.leave, DESK),
)

REGISTRY: tuple[Action, ...] = MAIN + SCREENS
_BY_ID = {action.id: action for action in REGISTRY}


def get(id: str) -> Action:
    """The action `id`. Raises KeyError."""
    return _BY_ID[id]


def at(where: str) -> list[Action]:
    """The actions of a place."""
    return [action for action in REGISTRY if action.where == where]


def footer(where: str) -> list[Action]:
    """The actions the footer shows in a pane, in its order."""
    return sorted((a for a in REGISTRY if a.footer and a.where in (where, "main")), key=lambda action: action.footer)


def groups(keys: Keymap) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """The help: each heading with its (keys, sentence, label) lines, translated."""
    headings = dict.fromkeys(action.group for action in REGISTRY if action.group)
    for heading in headings:
        lines = [(keys.shown_all(a.id), _(a.help), _(a.label)) for a in REGISTRY if a.group == heading and keys.keys_of(a.id)]
        yield _(heading), lines
