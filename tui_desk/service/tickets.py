"""One ticket: reading it, and the verbs that change it. Each verb is idempotent and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.desk.states import PRIORITIES, STATUSES
from tui_desk.errors import NotFoundError, RefusedError, UsageError
from tui_desk.i18n import _
from tui_desk.service.types import Outcome
from tui_desk.service.words import event_name, priority_name, stamp, status_name
from tui_desk.store.rows import ContactView, EventView, MessageView, TicketView
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.sync.types import OnProgress, Stop

Change = Callable[[TicketView], tuple[str, dict[str, Any]] | None]
"""The event (type and data) that makes a ticket so, or None where it is so already."""


class Tickets:
    """Reading and changing tickets."""

    def __init__(self, desk: Desk, *, dry: bool = False) -> None:
        self._desk = desk
        self._dry = dry

    def rehearsal(self) -> Tickets:
        """The same verbs with the same outcomes; nothing is written (a dry run)."""
        return Tickets(self._desk, dry=True)

    # ----------------------------------------------------------------------------------------------------------- reading

    def find(self, ref: str) -> int:
        """The id behind `#4F2K`, `4F2K` or a Message-ID. Raises NotFoundError."""
        return self._desk.reader.find(ref)

    def view(self, ticket_id: int) -> TicketView:
        """The whole ticket. Raises NotFoundError."""
        return self._desk.reader.ticket(ticket_id)

    def by_number(self, ref: str) -> TicketView:
        """The whole ticket behind a reference. Raises NotFoundError."""
        return self.view(self.find(ref))

    def thread(self, ticket_id: int, *, newest: int | None = None) -> list[MessageView]:
        """The ticket's messages and notes, oldest first; with `newest`, only that many of the last."""
        return self._desk.reader.thread(ticket_id, newest=newest)

    def doubts(self, thread: Sequence[MessageView]) -> dict[int, tuple[str, ...]]:
        """What makes the senders of a thread's messages doubtful, in sentences by message id; most have nothing."""
        from tui_desk.service.doubts import doubts

        settings = self._desk.settings
        servers = frozenset(name.lower() for account in settings.mailboxes.values() for name in account.authserv)
        return doubts(self._desk.reader, settings.own_addresses, thread, servers)

    def failing(self, emails: Iterable[str]) -> list[str]:
        """A sentence for each of these addresses that mail of ours does not reach."""
        from tui_desk.service import failing

        return failing.of(self._desk.reader, emails)

    def contact(self, email: str) -> ContactView:
        """A person and their tickets, newest first. Raises NotFoundError."""
        return self._desk.reader.contact(email)

    def contacts(self, words: str, limit: int = 8) -> list[tuple[str, str]]:
        """(name, address) of known people whose address or name begins so, who wrote last first."""
        return self._desk.reader.contacts(words, limit)

    def history(self, ticket_id: int) -> list[EventView]:
        """The ticket's events, oldest first."""
        return self._desk.reader.events(ticket_id)

    def raw(self, message_id: int) -> bytes:
        """A message as it came. Raises NotFoundError for a note."""
        return self._desk.reader.raw(message_id)

    def reread(self, thread: Sequence[MessageView], charset: str) -> list[MessageView]:
        """The thread decoded in a charset that a person names; nothing is stored. Raises UsageError for an unknown one."""
        from tui_desk.service.reread import in_charset

        return in_charset(self._desk, thread, charset)

    def parsed(self, message_id: int, charset: str | None = None) -> dict[str, Any]:
        """All that is read of a message's bytes, for JSON. Raises NotFoundError for a note, UsageError for no charset."""
        from tui_desk.service.reread import record

        return record(self._desk, message_id, charset)

    def attachment(
        self, message_id: int, ordinal: int, folder: Path, *, on_progress: OnProgress | None = None, stop: Stop | None = None
    ) -> Path:
        """Save an attachment under a safe name in `folder`, never over another file; returns where.

        What stayed on the server is fetched: NetworkError offline, NotFoundError where it is gone, Interrupted by `stop`.
        """
        from tui_desk.service.attached import save_attachment

        quiet, never = (lambda _progress: None), (lambda: False)
        return save_attachment(self._desk, message_id, ordinal, folder, on_progress or quiet, stop or never)

    def tags(self) -> list[tuple[str, int]]:
        """Every tag with how many active tickets bear it, most used first."""
        return self._desk.reader.tags()

    def agents(self) -> list[str]:
        """Everyone a ticket can be assigned to: this agent, the team, and whoever holds tickets."""
        desk = self._desk
        return sorted({desk.agent, *desk.settings.agent.team, *desk.reader.assignees()})

    def why(self, ticket_id: int) -> list[str]:
        """What threaded, opened and changed the ticket, a line each."""
        from tui_desk.service.why import explain

        return explain(self.thread(ticket_id), self.history(ticket_id), self._desk.settings.calendar.timezone)

    # ---------------------------------------------------------------------------------------------------------- changing

    def status(self, numbers: Iterable[str], to: str, cause: str = "") -> list[Outcome]:
        """Set the status."""
        _known(to, STATUSES, _("status"))

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.status == to else ("status", {"to": to})

        return self._apply(numbers, change, status_name(to), cause)

    def solve(self, numbers: Iterable[str], cause: str = "") -> list[Outcome]:
        """Set to solved; a closed ticket stays closed."""

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.status in ("solved", "closed") else ("status", {"to": "solved"})

        return self._apply(numbers, change, status_name("solved"), cause)

    def close(self, numbers: Iterable[str], cause: str = "") -> list[Outcome]:
        """Set to closed: a customer's next message opens a new, linked ticket."""
        return self.status(numbers, "closed", cause)

    def reopen(self, numbers: Iterable[str], cause: str = "") -> list[Outcome]:
        """Set to open, whatever it was."""

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.status in ("new", "open", "in_progress") else ("status", {"to": "open"})

        return self._apply(numbers, change, status_name("open"), cause)

    def assign(self, numbers: Iterable[str], agent: str | None, cause: str = "") -> list[Outcome]:
        """Assign to `agent`, or to nobody (None)."""
        name = one_line(agent or "")

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.assignee == name else ("assign", {"to": name or None})

        said = _("assigned to %(agent)s") % {"agent": name} if name else _("unassigned")
        return self._apply(numbers, change, said, cause)

    def take(self, numbers: Iterable[str], cause: str = "") -> list[Outcome]:
        """Assign to this agent."""
        return self.assign(numbers, self._desk.agent, cause)

    def priority(self, numbers: Iterable[str], to: str, cause: str = "") -> list[Outcome]:
        """Set the priority."""
        _known(to, PRIORITIES, _("priority"))

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.priority == to else ("priority", {"to": to})

        return self._apply(numbers, change, _("priority %(priority)s") % {"priority": priority_name(to)}, cause)

    def type(self, numbers: Iterable[str], to: str, cause: str = "") -> list[Outcome]:
        """Set the type (a free word)."""
        name = one_line(to)

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            return None if ticket.row.type == name else ("type", {"to": name})

        return self._apply(numbers, change, _("type %(type)s") % {"type": name}, cause)

    def tag(self, numbers: Iterable[str], add: Iterable[str] = (), remove: Iterable[str] = (), cause: str = "") -> list[Outcome]:
        """Add and remove tags (words without spaces)."""
        plus, minus = sorted({_tag(t) for t in add}), sorted({_tag(t) for t in remove})

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            there = set(ticket.row.tags)
            new, gone = [t for t in plus if t not in there], [t for t in minus if t in there]
            return ("tag", {"add": new, "remove": gone}) if new or gone else None

        return self._apply(numbers, change, " ".join([*(f"+{t}" for t in plus), *(f"-{t}" for t in minus)]), cause)

    def snooze(self, numbers: Iterable[str], until: int | None, on: str = "both", cause: str = "") -> list[Outcome]:
        """Put aside until a time (epoch seconds), a reply, or whichever comes first (`on`); until None with `on` time wakes."""

        def change(ticket: TicketView) -> tuple[str, dict[str, Any]] | None:
            same = ticket.row.snoozed_until == until and (until is None or ticket.wake_on == on)
            return None if same else ("snooze", {"until": until, "on": on})

        zone = self._desk.settings.calendar.timezone
        return self._apply(
            numbers, change, _("snoozed until %(when)s") % {"when": stamp(until, zone)} if until else _("woken"), cause
        )

    def moment(self, words: str) -> int | None:
        """A time to come as people type it, in epoch seconds; None for `wake`. Raises UsageError."""
        from tui_desk.desk.when import parse

        if words.strip().lower() in ("wake", "now", "réveil", "maintenant"):
            return None
        at = parse(words, clock.now(), self._desk.settings.calendar.timezone)
        if at is None:
            raise UsageError(
                _("“%(when)s” is no time to come.") % {"when": one_line(words)},
                _("For example: 2h, 3d, tomorrow, monday, 2026-12-01 14:30."),
            )
        return at

    def note(self, number: str, text: str, cause: str = "") -> list[Outcome]:
        """Write an internal note."""
        if not text.strip():
            raise UsageError(_("A note needs some text."), _("Write it after the ticket, or pipe it in."))
        return self._apply([number], lambda _ticket: ("note", {"text": text}), _("note added"), cause)

    def undo(self, numbers: Iterable[str] | None = None, cause: str = "") -> list[Outcome]:
        """Take back this agent's last action (None), or the last one on each ticket."""
        from tui_desk.desk.events import UNDOABLE, Event, new_id
        from tui_desk.desk.people import PREFIX

        desk = self._desk
        if numbers is None:
            targets = desk.reader.last_action(desk.agent)
            if not targets:
                raise RefusedError(_("There is nothing to undo."), _("Only your own changes of tickets can be undone."))
        else:
            targets = []
            for number in numbers:
                ticket = self.by_number(number)
                done = [e for e in self.history(ticket.row.id) if e.type in UNDOABLE and not e.undone and e.agent == desk.agent]
                if done:
                    targets.append((done[-1].id, ticket.key, ticket.row.number, done[-1].type))
        now = clock.now()
        events = [
            Event(new_id(), now, desk.agent, key, "undo", {"event": event}, cause) for event, key, _number, _type in targets
        ]
        if not self._dry:
            desk.append(events)
        done_on: dict[str, tuple[list[str], list[str]]] = {}
        for (_event, key, number, kind), event in zip(targets, events, strict=True):
            names, ids = done_on.setdefault(number or key.removeprefix(PREFIX), ([], []))
            names.append(event_name(kind))
            ids.append(event.id)
        return [
            Outcome(number, "done", _("undone: %(what)s") % {"what": ", ".join(dict.fromkeys(names))}, tuple(ids))
            for number, (names, ids) in done_on.items()
        ]

    def _apply(self, numbers: Iterable[str], change: Change, said: str, cause: str) -> list[Outcome]:
        """Append one event a ticket that is not so yet, all in one transaction; events of one act share `batch`."""
        from tui_desk.desk.events import Event, new_id  # here: reading tickets needs no events

        outcomes: list[Outcome] = []
        events: list[Event] = []
        now, batch = clock.now(), new_id()
        for ref in dict.fromkeys(numbers):
            try:
                ticket = self.by_number(ref)
            except NotFoundError as error:
                outcomes.append(Outcome(ref, "failed", error.message))
                continue
            wanted = change(ticket)
            if wanted is None:
                outcomes.append(Outcome(ticket.row.number, "unchanged", said))
                continue
            kind, data = wanted
            event = Event(new_id(), now, self._desk.agent, ticket.key, kind, {**data, "batch": batch}, cause)
            events.append(event)
            outcomes.append(Outcome(ticket.row.number, "done", said, (event.id,)))
        if events and not self._dry:
            self._desk.append(events)
        return outcomes


def _known(value: str, among: tuple[str, ...], noun: str) -> None:
    if value not in among:
        raise UsageError(
            _("“%(value)s” is not a %(noun)s.") % {"value": one_line(value), "noun": noun},
            _("One of: %(names)s.") % {"names": ", ".join(among)},
        )


def _tag(word: str) -> str:
    tag = one_line(word).lower().strip().lstrip("#")
    if not tag or any(c.isspace() or c in ',"' for c in tag):
        raise UsageError(
            _("“%(tag)s” cannot be a tag.") % {"tag": one_line(word)}, _("A tag is one word, without spaces or commas.")
        )
    return tag
