"""The same act on many tickets. A dry run yields the very lines of the real run; a run that was killed is run again.

A reply bears an idempotency key in the outbox, so each ticket gets one mail a run however often it is started. A run without a
name is "this macro, in answer to this message of the customer": the same macro is never sent twice to somebody who has not
written since. A name (`run`) makes it "once a ticket in this run", whatever the macro.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.desk.ticket import STATUSES
from tui_desk.errors import NotFoundError, RefusedError, UsageError
from tui_desk.i18n import _
from tui_desk.service.bulk_reply import BulkReply
from tui_desk.service.types import BulkLine, Outcome, Sent
from tui_desk.service.words import status_name
from tui_desk.store.rows import TicketView
from tui_desk.text import one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk

ACTIONS = ("reply", "status", "tag", "assign")

Look = Callable[[TicketView], tuple[str, bool]]
"""What would be done to a ticket, in a line, and whether that changes anything."""


class Bulk:
    """Bulk acts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def select(self, ids: Iterable[str] | None, query: str | None) -> list[str]:
        """The numbers of these tickets (references as people type them), or of those a query finds; each once."""
        desk = self._desk
        found = desk.queue.ids(query) if query is not None else [desk.tickets.find(ref) for ref in ids or ()]
        return list(dict.fromkeys(desk.reader.numbers(list(found))))

    def plan(self, numbers: Iterable[str], action: str, value: str, *, run: str | None = None) -> Iterator[BulkLine]:
        """What `run` would do, line by line; nothing is done. Raises UsageError, NotFoundError (the macro)."""
        if action == "reply":
            return BulkReply(self._desk, value, run).plan(dict.fromkeys(numbers))
        look, _act = self._verb(action, value)
        return (self._planned(number, action, look) for number in dict.fromkeys(numbers))

    def run(
        self, numbers: Iterable[str], action: str, value: str, *, run: str | None = None, per_minute: int | None = None
    ) -> Iterator[BulkLine]:
        """Do it, a line a ticket; what fails is a line too and stops no other. Raises UsageError, NotFoundError (the macro).

        Replies are queued so that at most `per_minute` leave in a minute (default: the setting); `outbox.deliver` sends them.
        """
        if action == "reply":
            pace = self._desk.settings.replies.bulk_per_minute if per_minute is None else per_minute
            if pace < 1:
                raise UsageError(_("At least one mail a minute has to leave."))
            return BulkReply(self._desk, value, run).run(dict.fromkeys(numbers), pace)
        return self._changed(list(self.plan(numbers, action, value)), self._verb(action, value)[1])

    def waiting(self, lines: Iterable[BulkLine]) -> list[Sent]:
        """The replies of these lines that have not left yet, each with the moment it leaves."""
        numbers = {line.number for line in lines if line.action == "reply" and line.result == "done"}
        mails = self._desk.outbox.list(("queued",))
        return [Sent(m.id, m.number, m.not_before) for m in mails if m.number in numbers and m.agent == self._desk.agent]

    def take_back(self, mails: Iterable[Sent]) -> int:
        """Stop replies that wait still; how many. What was being written by hand on those tickets stays a draft."""
        from tui_desk.store.drafts import save

        desk, stopped = self._desk, 0
        for mail in mails:
            key = desk.tickets.by_number(mail.number).key
            mine = desk.reader.draft(key, desk.agent, "reply")
            try:
                draft = desk.replies.take_back(mail.outbox)
            except RefusedError:
                continue  # it has left meanwhile
            stopped += 1
            if mine:
                save(desk.store, key, desk.agent, "reply", mine, clock.now())
            else:
                desk.replies.discard(draft)
        return stopped

    def _planned(self, number: str, action: str, look: Look) -> BulkLine:
        try:
            ticket = self._desk.tickets.by_number(number)
        except NotFoundError as error:
            return BulkLine(number, action, "", "failed", error.message)
        text, changes = look(ticket)
        return BulkLine(ticket.row.number, action, text, "would" if changes else "unchanged")

    def _changed(self, lines: list[BulkLine], act: Callable[[list[str]], list[Outcome]]) -> Iterator[BulkLine]:
        """All tickets in one act, so that one undo takes all of it back."""
        wanted = [line.number for line in lines if line.result == "would"]
        outcomes = {outcome.number: outcome for outcome in act(wanted)} if wanted else {}
        for line in lines:
            outcome = outcomes.get(line.number)
            if line.result != "would":
                yield line
            elif outcome is None or outcome.result in ("failed", "refused"):
                yield replace(line, result="failed", error=outcome.text if outcome else _("It could not be changed."))
            else:
                yield replace(line, result="unchanged" if outcome.result == "unchanged" else "done")

    def _verb(self, action: str, value: str) -> tuple[Look, Callable[[list[str]], list[Outcome]]]:
        tickets, cause = self._desk.tickets, "bulk"
        match action:
            case "status":
                return _status(value), lambda numbers: tickets.status(numbers, value, cause)
            case "assign":
                agent = None if value in ("", "none", "-") else one_line(value)
                return _assign(agent), lambda numbers: tickets.assign(numbers, agent, cause)
            case "tag":
                add, remove = _tags(value)
                return _tag(add, remove), lambda numbers: tickets.tag(numbers, add, remove, cause)
        raise UsageError(
            _("“%(action)s” is not a bulk action.") % {"action": one_line(action)},
            _("One of: %(names)s.") % {"names": ", ".join(ACTIONS)},
        )


def _status(to: str) -> Look:
    if to not in STATUSES:
        names = {"value": one_line(to), "names": ", ".join(STATUSES)}
        raise UsageError(_("“%(value)s” is not a status.") % names, _("One of: %(names)s.") % names)

    def look(ticket: TicketView) -> tuple[str, bool]:
        told = {"before": status_name(ticket.row.status), "after": status_name(to)}
        return _("%(before)s → %(after)s") % told, ticket.row.status != to

    return look


def _assign(agent: str | None) -> Look:
    def look(ticket: TicketView) -> tuple[str, bool]:
        told = {"before": ticket.row.assignee or _("nobody"), "after": agent or _("nobody")}
        return _("%(before)s → %(after)s") % told, ticket.row.assignee != (agent or "")

    return look


def _tags(value: str) -> tuple[list[str], list[str]]:
    """ "vip -new" and "vip,-new": tags to add and to remove."""
    words = [word.strip().lower() for word in value.replace(",", " ").split()]
    add = [word.lstrip("+#") for word in words if not word.startswith("-")]
    remove = [word.lstrip("-#") for word in words if word.startswith("-")]
    if not all([*add, *remove]) or not words:
        raise UsageError(_("Which tag?"), _("Like this: vip to add it, -vip to take it away."))
    return add, remove


def _tag(add: list[str], remove: list[str]) -> Look:
    text = " ".join([*(f"+{tag}" for tag in add), *(f"-{tag}" for tag in remove)])

    def look(ticket: TicketView) -> tuple[str, bool]:
        there = set(ticket.row.tags)
        return text, not there.issuperset(add) or bool(there.intersection(remove))

    return look
