"""The keys of the screens around the main one. Each `run` is the screen's `action_` method."""

from __future__ import annotations

from tui_desk.i18n import N_
from tui_desk.tui.action import Action

_GROUPS = {
    "composer": N_("Writing"),
    "outbox": N_("Outbox"),
    "raw": N_("Source"),
    "why": N_("Why"),
    "figures": N_("Figures"),
}


def _key(id: str, keys: str, label: str, help: str, run: str, footer: int = 0) -> Action:
    """An action of the place its id begins with; `footer` is its rank there (0: not shown)."""
    where = id.partition(".")[0]
    return Action(id, tuple(keys.split()), label, help, where, run, _GROUPS[where], footer)


ACTIONS: tuple[Action, ...] = (
    _key("composer.send", "ctrl+s ctrl+enter alt+enter", N_("Send"), N_("Send what is written"), "send", 1),
    _key("composer.solve", "alt+s", N_("Send, solve"), N_("Send and solve the ticket"), "send_and_solve", 3),
    # ctrl+space is ctrl+@ to most terminals.
    _key("composer.macros", "alt+m ctrl+@ ctrl+space", N_("Macros"), N_("Find a macro to insert"), "macros", 4),
    _key("composer.attach", "alt+a", N_("Attach"), N_("Attach a file by its path"), "attach", 5),
    _key("composer.detach", "alt+x", N_("Take off"), N_("Take the last attachment off"), "detach"),
    _key("composer.editor", "ctrl+e", N_("Editor"), N_("Write in $EDITOR"), "editor", 6),
    _key("composer.after", "alt+t", N_("Then"), N_("What the ticket becomes after the send"), "after", 7),
    _key("composer.hole", "alt+n", N_("Next gap"), N_("Go to the next placeholder to fill"), "hole", 9),
    _key("composer.people", "alt+r", N_("To, Cc"), N_("Go to the recipients and back"), "people", 8),
    _key("composer.thread", "alt+v", N_("Thread"), N_("Give the thread more, less or no room"), "thread", 10),
    _key("composer.discard", "alt+q", N_("Discard"), N_("Throw the draft away"), "discard", 11),
    _key("composer.keep", "escape", N_("Keep, close"), N_("Close; the draft is kept"), "keep", 2),
    _key("outbox.retry", "r", N_("Try again"), N_("Try a failed mail again now"), "retry", 1),
    _key("outbox.back", "u", N_("Take back"), N_("Take back a mail that has not left"), "take_back", 2),
    _key("outbox.sent", "s", N_("It was sent"), N_("An uncertain mail did arrive"), "was_sent", 3),
    _key("outbox.unsent", "n", N_("It was not"), N_("An uncertain mail did not arrive"), "was_not_sent", 4),
    _key("outbox.open", "enter", N_("Ticket"), N_("Open the mail's ticket"), "open", 5),
    _key("outbox.leave", "q escape", N_("Back"), N_("Back to the queue"), "leave", 6),
    _key("raw.find", "/", N_("Find"), N_("Find words in the source"), "find", 1),
    _key("raw.next", "n", N_("Next"), N_("The next place found"), "next", 2),
    _key("raw.copy", "y", N_("Copy"), N_("Copy the whole source"), "copy", 3),
    _key("raw.leave", "q escape v", N_("Back"), N_("Back to the thread"), "leave", 4),
    _key("why.leave", "q escape w", N_("Back"), N_("Back to the ticket"), "leave", 1),
    _key("figures.open", "enter", N_("Tickets"), N_("The tickets behind a figure"), "open", 1),
    _key("figures.earlier", "[", N_("Earlier"), N_("The period before"), "earlier", 2),
    _key("figures.later", "]", N_("Later"), N_("The period after"), "later", 3),
    _key("figures.period", "p", N_("Period"), N_("Choose a period"), "period", 4),
    _key("figures.clock", "b", N_("Clock"), N_("Business time or calendar time"), "clock", 5),
    _key("figures.again", "ctrl+r", N_("Again"), N_("Count again"), "again"),
    _key("figures.leave", "q escape", N_("Back"), N_("Back to the queue"), "leave", 6),
)
"""Every action of these screens, in the order the help shows them."""
