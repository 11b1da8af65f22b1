"""A bulk reply: a macro filled for each ticket, queued once, at a steady pace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_desk import clock
from tui_desk.errors import MacroError, NotFoundError, RefusedError
from tui_desk.i18n import _
from tui_desk.macros.values import lacking
from tui_desk.service.types import BulkLine, Draft
from tui_desk.text import cut, one_line

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk
    from tui_desk.store.outbox import Known

SHOWN = 60
"""Cells of the text that a line shows."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A reply that can be sent: the key keeps it from being sent twice."""

    line: BulkLine
    draft: Draft
    key: str
    actions: dict[str, str]


class BulkReply:
    """One run of one macro. Raises NotFoundError, RefusedError for a macro that is a draft or retired."""

    def __init__(self, desk: Desk, macro: str, run: str | None) -> None:
        self._desk = desk
        self._macro = macro
        self._run = run
        found = desk.macros.find(macro)
        if not found.usable:
            told = {"name": found.id, "state": found.state}
            raise RefusedError(
                _("The macro “%(name)s” is not to be used: its state is %(state)s.") % told,
                _("Set `state: approved` in its file."),
            )

    def plan(self, numbers: Iterable[str]) -> Iterator[BulkLine]:
        """The lines of a run, with nothing done."""
        for number in numbers:
            ready = self._ready(number)
            if isinstance(ready, BulkLine):
                yield ready
                continue
            known = self._known(ready)
            yield ready.line if known is None else _again(ready.line, known)

    def run(self, numbers: Iterable[str], per_minute: int) -> Iterator[BulkLine]:
        """Queue a reply a ticket, `per_minute` in a minute after the undo window; what was queued before is skipped."""
        slot = float(clock.now() + self._desk.settings.replies.undo_seconds)
        for number in numbers:
            ready = self._ready(number)
            if isinstance(ready, BulkLine):
                yield ready
                continue
            known = self._known(ready)
            if known is not None:
                slot = max(slot, known.not_before + 60 / per_minute) if known.state == "queued" else slot
                yield _again(ready.line, known)
                continue
            line = self._send(ready, max(int(slot) - clock.now(), 0))
            slot += 60 / per_minute if line.result == "done" else 0
            yield line

    def _ready(self, number: str) -> _Ready | BulkLine:
        """The reply for a ticket, or the line that says why there is none."""
        desk = self._desk
        try:
            ticket = desk.tickets.by_number(number)
            number = ticket.row.number
            filled = desk.macros.render(self._macro, number)
            after = filled.actions.get("status")
            draft = replace(desk.replies.fresh(number, "reply"), body=filled.text, macros=(self._macro,), status_after=after)
            line = BulkLine(number, "reply", _told(self._macro, draft), "would")
            if filled.missing:
                raise MacroError(_("It cannot be filled: %(names)s.") % {"names": lacking(filled.missing)})
            stops = [concern for concern in desk.replies.preflight(draft) if concern.stops]
            if stops:
                return replace(line, result="failed", error=stops[0].text)
        except (NotFoundError, RefusedError, MacroError) as error:
            return BulkLine(number, "reply", "", "failed", error.message)
        what = f"run:{self._run}" if self._run else f"macro:{self._macro}:{draft.answered or 0}"
        return _Ready(line, draft, f"bulk:{ticket.key}:{what}", filled.actions)

    def _send(self, ready: _Ready, delay: int) -> BulkLine:
        """The macro's other actions first: a crash in between leaves a tag without a mail, and the next run sends the mail."""
        try:
            self._act(ready.draft.ticket, ready.actions)
            self._queue(ready, delay)
        except (NotFoundError, RefusedError, MacroError) as error:
            return replace(ready.line, result="failed", error=error.message)
        return replace(ready.line, result="done")

    def _queue(self, ready: _Ready, delay: int) -> None:
        """Queue it; what the agent was writing on that ticket by hand stays a draft."""
        from tui_desk.store.drafts import save

        desk = self._desk
        key = desk.tickets.by_number(ready.draft.ticket).key
        mine = desk.reader.draft(key, desk.agent, "reply")
        desk.replies.send(ready.draft, undo_seconds=delay, idempotency_key=ready.key)
        if mine:
            save(desk.store, key, desk.agent, "reply", mine, clock.now())

    def _act(self, number: str, actions: dict[str, str]) -> None:
        tickets, cause = self._desk.tickets, "bulk"
        if actions.get("tag"):
            tickets.tag([number], actions["tag"].split(), (), cause)
        if actions.get("priority"):
            tickets.priority([number], actions["priority"], cause)
        if actions.get("type"):
            tickets.type([number], actions["type"], cause)
        if actions.get("assign"):
            tickets.assign([number], actions["assign"], cause)

    def _known(self, ready: _Ready) -> Known | None:
        from tui_desk.store.outbox import known

        return known(self._desk.store, [ready.key]).get(ready.key)


def _told(macro: str, draft: Draft) -> str:
    shown = {"macro": macro, "to": ", ".join(draft.to), "text": cut(one_line(draft.body), SHOWN)}
    return _("%(macro)s to %(to)s: %(text)s") % shown


def _again(line: BulkLine, known: Known) -> BulkLine:
    """The run has been here before."""
    if known.state in ("failed", "uncertain"):
        hint = _("look at mail %(id)s in `desk outbox`") % {"id": known.id}
        return replace(line, result="failed", error=f"{known.error} ({hint})" if known.error else hint)
    return replace(line, result="already")
