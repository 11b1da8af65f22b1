"""The keys of the screens around the main one. Each `run` is the screen's `action_` method."""

from __future__ import annotations

from tui_desk.i18n import N_
from tui_desk.tui.action import Action

_WRITE, _LOOK = N_("Writing"), N_("Looking")

ACTIONS: tuple[Action, ...] = (
    Action(
        "composer.send",
        ("ctrl+s", "ctrl+enter", "alt+enter"),
        N_("Send"),
        N_("Send what is written"),
        "composer",
        "send",
        _WRITE,
        1,
    ),
    Action(
        "composer.solve", ("alt+s",), N_("Send, solve"), N_("Send and solve the ticket"), "composer", "send_and_solve", _WRITE, 2
    ),
    Action("composer.macros", ("alt+m", "ctrl+@", "ctrl+space"), N_("Macros"), N_("Find a macro to insert"), "composer", "macros", _WRITE, 3),
    Action("composer.attach", ("alt+a",), N_("Attach"), N_("Attach a file by its path"), "composer", "attach", _WRITE, 4),
    Action("composer.detach", ("alt+x",), N_("Take off"), N_("Take the last attachment off"), "composer", "detach", _WRITE),
    Action("composer.editor", ("ctrl+e",), N_("$EDITOR"), N_("Write in $EDITOR"), "composer", "editor", _WRITE, 5),
    Action(
        "composer.after", ("alt+t",), N_("Then"), N_("What the ticket becomes after the send"), "composer", "after", _WRITE, 6
    ),
    Action("composer.hole", ("alt+n",), N_("Next gap"), N_("Go to the next placeholder to fill"), "composer", "hole", _WRITE),
    Action("composer.people", ("alt+r",), N_("To, Cc"), N_("Go to the recipients and back"), "composer", "people", _WRITE),
    Action(
        "composer.thread", ("alt+v",), N_("Thread"), N_("Give the thread more, less or no room"), "composer", "thread", _WRITE
    ),
    Action("composer.discard", ("alt+q",), N_("Discard"), N_("Throw the draft away"), "composer", "discard", _WRITE),
    Action("composer.keep", ("escape",), N_("Keep, close"), N_("Close; the draft is kept"), "composer", "keep", _WRITE, 7),
    Action("outbox.retry", ("r",), N_("Try again"), N_("Try a failed mail again now"), "outbox", "retry", N_("Outbox"), 1),
    Action(
        "outbox.back", ("u",), N_("Take back"), N_("Take back a mail that has not left"), "outbox", "take_back", N_("Outbox"), 2
    ),
    Action("outbox.sent", ("s",), N_("It was sent"), N_("An uncertain mail did arrive"), "outbox", "was_sent", N_("Outbox"), 3),
    Action(
        "outbox.unsent",
        ("n",),
        N_("It was not"),
        N_("An uncertain mail did not arrive"),
        "outbox",
        "was_not_sent",
        N_("Outbox"),
        4,
    ),
    Action("outbox.open", ("enter",), N_("Ticket"), N_("Open the mail's ticket"), "outbox", "open", N_("Outbox"), 5),
    Action("outbox.leave", ("q", "escape"), N_("Back"), N_("Back to the queue"), "outbox", "leave", N_("Outbox"), 9),
    Action("raw.find", ("slash",), N_("Find"), N_("Find words in the source"), "raw", "find", _LOOK, 1),
    Action("raw.next", ("n",), N_("Next"), N_("The next place found"), "raw", "next", _LOOK),
    Action("raw.copy", ("y",), N_("Copy"), N_("Copy the whole source"), "raw", "copy", _LOOK, 2),
    Action("raw.leave", ("q", "escape", "v"), N_("Back"), N_("Back to the thread"), "raw", "leave", _LOOK, 9),
    Action("why.leave", ("q", "escape", "w"), N_("Back"), N_("Back to the ticket"), "why", "leave", _LOOK, 9),
    Action("figures.shorter", ("minus", "["), N_("Shorter"), N_("A shorter period"), "figures", "shorter", N_("Figures"), 1),
    Action("figures.longer", ("plus", "]"), N_("Longer"), N_("A longer period"), "figures", "longer", N_("Figures"), 2),
    Action("figures.clock", ("b",), N_("Clock"), N_("Business time or calendar time"), "figures", "clock", N_("Figures"), 3),
    Action("figures.refresh", ("ctrl+r",), N_("Again"), N_("Count again"), "figures", "refresh", N_("Figures")),
    Action("figures.leave", ("q", "escape"), N_("Back"), N_("Back to the queue"), "figures", "leave", N_("Figures"), 9),
    Action("help.leave", ("escape", "f1"), N_("Back"), N_("Close the help"), "help", "leave", _LOOK, 9),
)
"""Every action of these screens, in the order the help shows them."""
