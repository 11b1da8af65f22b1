"""Every verb, in the order and the groups that `desk --help` shows: where it is implemented and what it does.

Nothing here is imported by the verbs: the shell loads only the module of the verb that is asked for.
"""

from __future__ import annotations

from typing import NamedTuple

from tui_desk.i18n import N_


class Verb(NamedTuple):
    """One verb. `group`: it has verbs of its own (`desk config check`)."""

    name: str
    module: str
    help: str
    group: bool = False


SECTIONS: tuple[tuple[str, tuple[Verb, ...]], ...] = (
    (
        N_("Set up"),
        (
            Verb("init", "setup", N_("Set a desk up: questions on a terminal, or every answer as an option.")),
            Verb("auth", "auth", N_("Log in by OAuth, see until when, log out."), group=True),
            Verb("demo", "setup", N_("Look around on an embedded sample mailbox: no account, no network.")),
            Verb("accounts", "accounts", N_("The mailboxes of this desk: list, test, remove."), group=True),
            Verb("config", "config", N_("Look at the settings, check them, change one."), group=True),
            Verb("themes", "config", N_("List the console's themes.")),
            Verb("completion", "completion", N_("Print the completion script for bash, zsh or fish.")),
        ),
    ),
    (
        N_("Every day"),
        (
            Verb("sync", "sync", N_("Fetch what is new, send what is due; --watch goes on.")),
            Verb("list", "tickets", N_("List tickets: a query such as 'is:open tag:refund older:3d'.")),
            Verb("next", "tickets", N_("The ticket to answer next.")),
            Verb("count", "tickets", N_("Count tickets.")),
            Verb("views", "tickets", N_("The views and their counts.")),
            Verb("show", "tickets", N_("Show a ticket: its thread, its notes, its clocks.")),
            Verb("search", "tickets", N_("Search the text of all messages, newest first.")),
            Verb("why", "tickets", N_("Tell what threaded, opened and changed a ticket.")),
            Verb("reply", "reply", N_("Answer a ticket: text, a file, a macro, or your editor.")),
            Verb("note", "reply", N_("Write an internal note.")),
            Verb("contacts", "contacts", N_("People and their addresses: list, merge, part again."), group=True),
            Verb("outbox", "outbox", N_("Mail on its way: list, retry, take back, resolve."), group=True),
        ),
    ),
    (
        N_("Change tickets"),
        (
            Verb("assign", "change", N_("Assign tickets to an agent, or to nobody.")),
            Verb("take", "change", N_("Assign tickets to yourself.")),
            Verb("status", "change", N_("Set the status of tickets.")),
            Verb("solve", "change", N_("Solve tickets.")),
            Verb("close", "change", N_("Close tickets: the customer's next mail opens a new one.")),
            Verb("reopen", "change", N_("Open solved or closed tickets again.")),
            Verb("tag", "change", N_("Add and remove tags.")),
            Verb("priority", "change", N_("Set the priority of tickets.")),
            Verb("type", "change", N_("Set the type of tickets.")),
            Verb("snooze", "change", N_("Put tickets aside for a time.")),
            Verb("spam", "change", N_("Mark tickets as spam.")),
            Verb("undo", "change", N_("Take back your last change.")),
        ),
    ),
    (
        N_("Many at once, and figures"),
        (
            Verb("bulk", "bulk", N_("Reply with a macro, or change, many tickets: dry run, throttle, resume."), group=True),
            Verb("macros", "macros", N_("Canned responses: list, show, rank, lint."), group=True),
            Verb("kpi", "kpi", N_("Volume, first response, resolution, backlog, leaderboard.")),
        ),
    ),
    (
        N_("Look after the store"),
        (
            Verb("import", "imports", N_("Take mail in from mbox files, Maildirs and .eml files.")),
            Verb("ingest", "imports", N_("Take one mail in from standard input, as it is delivered.")),
            Verb("export", "admin", N_("Write everything out: JSON Lines, mbox or CSV.")),
            Verb("backup", "admin", N_("Copy the store while it is in use.")),
            Verb("rebuild", "admin", N_("Make all that is derived again from the mail and the log.")),
            Verb("ack", "ack", N_("Acknowledge new tickets now, or tell what would be sent.")),
            Verb("writeback", "writeback", N_("Mark the mailbox as tickets stand, tell what would be, or take it off.")),
            Verb("quarantine", "quarantine", N_("Mail that could not be understood: list, show, retry."), group=True),
            Verb("doctor", "admin", N_("Check settings, store and servers; say what to do.")),
        ),
    ),
)

VERBS: dict[str, Verb] = {verb.name: verb for _title, verbs in SECTIONS for verb in verbs}
