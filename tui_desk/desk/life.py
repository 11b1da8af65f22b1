"""A ticket's life while it is folded: one entry after the other, in time (behaviour 6, kpi 1-6)."""

from __future__ import annotations

from typing import Any

from tui_desk.desk.events import SYSTEM, Event
from tui_desk.desk.ticket import FAR_FUTURE, PRIORITIES, STATE_TYPES, Cycle, FoldMessage, Span

_WOKEN_BY_CUSTOMER = frozenset({"pending", "on_hold", "solved"})
_WAKE = ("reply", "time", "both")


class Life:
    """What is known of a ticket so far. Mutable, and seen by `fold` only."""

    __slots__ = (
        "asked_at",
        "assignee",
        "closed_by_clock",
        "closed_without_reply",
        "created_at",
        "cycles",
        "first_reply_agent",
        "first_reply_at",
        "first_solved_at",
        "historical",
        "last_agent",
        "last_inbound_at",
        "last_outbound_at",
        "messages_in",
        "messages_out",
        "notes",
        "number",
        "opening",
        "priority",
        "real_reopens",
        "reopens",
        "snoozed_until",
        "solved_at",
        "solved_by",
        "spans",
        "status",
        "subject",
        "tags",
        "thanks",
        "thanks_reopen",
        "type",
        "wake_on",
    )

    def __init__(self, created_at: int, status: str, opening: FoldMessage | None) -> None:
        self.created_at = created_at
        self.opening = opening
        self.status = status
        self.spans: list[tuple[str, int]] = [(status, created_at)]
        self.number = self.subject = self.type = self.assignee = self.wake_on = ""
        self.priority = "normal"
        self.tags: set[str] = set()
        self.snoozed_until: int | None = None
        self.asked_at: int | None = None
        self.last_inbound_at: int | None = None
        self.last_outbound_at: int | None = None
        self.first_reply_at: int | None = None
        self.first_solved_at: int | None = None
        self.solved_at: int | None = None
        self.first_reply_agent = self.last_agent = self.solved_by = ""
        self.closed_by_clock = self.historical = self.thanks = self.thanks_reopen = False
        self.messages_in = self.messages_out = self.notes = 0
        self.reopens = self.real_reopens = self.closed_without_reply = 0
        self.cycles: list[tuple[int, int | None, str]] = []

    # ------------------------------------------------------------------------------------------------------ messages

    def asked(self, message: FoldMessage) -> None:
        """A customer's mail. Automatic mail does nothing (behaviour 4.2)."""
        if message.automatic:
            return
        self.messages_in += 1
        self.last_inbound_at = message.at
        if self.wake_on in ("reply", "both"):
            self._wake()
        if self.status == "closed":
            return
        if self.asked_at is None:
            self.asked_at = message.at
        if not message.thanks:
            self._really_reopened()
        if self.status in _WOKEN_BY_CUSTOMER:
            reopened = self.status == "solved"
            self._enter("open", message.at)
            self.thanks = message.thanks
            if reopened:
                self._reopened(message.thanks)

    def answered(self, message: FoldMessage, agent: str) -> None:
        """A public agent message: to the requester, by a person. The one that begins a ticket answers nothing.

        Wherever it was written, nobody need look at the ticket as a new one any more (behaviour 6.6).
        """
        self.last_outbound_at = message.at
        self.last_agent = agent
        if message is self.opening:
            return
        self.messages_out += 1
        self._really_reopened()
        if self.status == "new":
            self._enter("open", message.at)
        if self.first_reply_at is None:
            self.first_reply_at = message.at
            self.first_reply_agent = agent
        if self.asked_at is not None:
            self.cycles.append((self.asked_at, message.at, agent))
            self.asked_at = None

    # -------------------------------------------------------------------------------------------------------- events

    def change(self, event: Event) -> None:
        """An entry of the log; what is not understood is passed over."""
        given: object = event.data
        data = given if isinstance(given, dict) else {}
        to = data.get("to")
        match event.type:
            case "opened":
                self._opened(data)
            case "status" if isinstance(to, str) and to in STATE_TYPES:
                self._status(to, event)
            case "assign" if to is None or isinstance(to, str):
                self.assignee = to or ""
            case "priority" if isinstance(to, str) and to in PRIORITIES:
                self.priority = to
            case "type" if isinstance(to, str):
                self.type = to
            case "tag":
                self.tags.update(_tags(data.get("add")))
                self.tags.difference_update(_tags(data.get("remove")))
            case "snooze":
                self._snooze(data)
            case "subject" if isinstance(to, str):
                self.subject = to
            case "delivery" if data.get("state") == "bounced":
                self._wake()
            case "note":
                self.notes += 1

    def _opened(self, data: dict[str, Any]) -> None:
        number = data.get("number")
        if isinstance(number, str) and not self.number:
            self.number = number
        self.historical = self.historical or data.get("historical") is True

    def _snooze(self, data: dict[str, Any]) -> None:
        until, on = data.get("until"), data.get("on", "both")
        if until is None:
            self._wake()
        elif isinstance(until, int) and not isinstance(until, bool) and 0 <= until <= FAR_FUTURE and on in _WAKE:
            self.snoozed_until, self.wake_on = until, on

    def _wake(self) -> None:
        self.snoozed_until, self.wake_on = None, ""

    # ---------------------------------------------------------------------------------------------------- status life

    def _status(self, to: str, event: Event) -> None:
        if to == self.status:
            return
        at = max(event.at, self.created_at)
        was, now = STATE_TYPES[self.status], STATE_TYPES[to]
        self._enter(to, at)
        if now == "done" and was != "done":
            self._solved(at, event.agent)
        elif was == "done" and now == "excluded":
            self._unsolved()
        elif was == "done" and now != "done":
            self._reopened(thanks=False)
        if now in ("done", "excluded"):
            self._wake()

    def _enter(self, status: str, at: int) -> None:
        self.status = status
        self.thanks = False
        self.spans.append((status, at))

    def _solved(self, at: int, agent: str) -> None:
        if self.first_solved_at is None:
            self.first_solved_at = at
        self.solved_at = at
        self.solved_by = self.last_agent or agent
        self.closed_by_clock = agent == SYSTEM
        self.thanks_reopen = False
        if self.asked_at is not None:
            self.cycles.append((self.asked_at, None, ""))
            self.closed_without_reply += 1
            self.asked_at = None

    def _reopened(self, thanks: bool) -> None:
        self.reopens += 1
        self.thanks_reopen = thanks
        self.real_reopens += not thanks
        self._unsolved()

    def _unsolved(self) -> None:
        self.solved_at, self.solved_by, self.closed_by_clock = None, "", False

    def _really_reopened(self) -> None:
        """A ticket that only thanks had reopened goes on after all (kpi 6)."""
        self.real_reopens += self.thanks_reopen
        self.thanks = self.thanks_reopen = False


def spans(life: Life) -> tuple[Span, ...]:
    """The status history, without gaps, the last one open. A stretch may take no time, where two changes met in a second."""
    begun = life.spans
    return tuple(
        Span(status, at, begun[index + 1][1] if index + 1 < len(begun) else FAR_FUTURE)
        for index, (status, at) in enumerate(begun)
    )


def cycles(life: Life, biz: Any) -> tuple[Cycle, ...]:
    """Questions and answers; the last one open when the customer waits. `biz(a, b)` gives business seconds."""
    made = [
        Cycle(asked, answered, agent, answered - asked, biz(asked, answered))
        if answered is not None
        else Cycle(asked, None, dropped=True)
        for asked, answered, agent in life.cycles
    ]
    if life.asked_at is not None:
        made.append(Cycle(life.asked_at, None))
    return tuple(made)


def _tags(value: object) -> list[str]:
    return (
        [tag for text in value if isinstance(text, str) and (tag := normal_tag(text))] if isinstance(value, list | tuple) else []
    )


def normal_tag(text: str) -> str:
    """A tag as it is stored: lower case, one word, no leading '#'."""
    return "-".join(text.lower().lstrip("#").split())
