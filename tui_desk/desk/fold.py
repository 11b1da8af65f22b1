"""A ticket is the fold of its events and messages: pure, total, and the same in whatever order they came."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from tui_desk.config.own import Queues
from tui_desk.config.schema import Settings
from tui_desk.desk.events import Event
from tui_desk.desk.hours import BusinessCalendar
from tui_desk.desk.life import Life, cycles, spans
from tui_desk.desk.sla import Targets
from tui_desk.desk.ticket import FAR_FUTURE, STATE_TYPES, FoldMessage, MessageKind, Ticket
from tui_desk.desk.undo import standing
from tui_desk.errors import ConfigError
from tui_desk.i18n import _
from tui_desk.values import dataclass, field, replace

_RANK = {"inbound": 1, "outbound": 2}
"""Within one second: the customer, then the agent's answer, then what was done to the ticket."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the fold measures with, and sorts by."""

    calendar: BusinessCalendar = field(default_factory=BusinessCalendar)
    targets: Targets = field(default_factory=Targets)
    queues: Queues = field(default_factory=Queues)

    @classmethod
    def from_settings(cls, settings: Settings) -> Policy:
        """The calendar and promises of the settings. ConfigError names the text that cannot be read."""
        calendar = settings.calendar
        try:
            hours = BusinessCalendar(calendar.timezone, calendar.hours, calendar.holidays, calendar.closed)
            return cls(hours, Targets.from_settings(settings.sla), Queues.of(settings))
        except ValueError as error:
            raise ConfigError(_("The settings cannot be used: %(why)s.") % {"why": error}) from error


Entry = tuple[int, int, str, Event | FoldMessage]


def fold(key: str, number: str, events: Iterable[Event], messages: Iterable[FoldMessage], policy: Policy) -> Ticket:
    """The ticket as it stands. Unknown event types and bad data are passed over, never raised."""
    messages = list(messages)
    entries = _in_order(events, messages)
    mails = [entry for _at, _rank, _id, entry in entries if isinstance(entry, FoldMessage)]
    first = mails[0] if mails else None
    created = first.at if first else (entries[0][0] if entries else 0)
    opened_by = _opened_by(first)
    life = Life(created, "open" if opened_by == "outbound" else "new", first)
    replied = _replied(entries)
    for _at, _rank, _id, entry in entries:
        if isinstance(entry, Event):
            life.change(entry)
        elif entry.kind == "inbound":
            life.asked(entry)
        elif entry.kind == "outbound":
            agent, automatic = replied.get(entry.message_id, (entry.author, False))
            if entry.to_requester and not entry.automatic and not automatic:
                life.answered(entry, agent)
    return replace(_ticket(key, number, life, mails, entries, opened_by, policy), queue=_queue(messages, policy))


def _queue(messages: list[FoldMessage], policy: Policy) -> str:
    """The queue of the first mail that was written to an address of ours (`store.queues` has the same order)."""
    if len(messages) > 1:
        messages = sorted(messages, key=lambda m: (m.at, m.kind == "outbound", m.content_hash))
    return policy.queues.first(m.desk for m in messages)


def _in_order(events: Iterable[Event], messages: Iterable[FoldMessage]) -> list[Entry]:
    """The canonical order: time, rank, id. Repeated event ids count once; undone events are gone."""
    log: list[Entry] = [(e.at, 0 if e.type == "opened" else 3, e.id, e) for e in events]
    if len(log) > 1:
        log.sort(key=_order)
        once = {entry[3].id: entry for entry in reversed(log) if isinstance(entry[3], Event)}
        ids = {event.id for event in standing([e for _at, _rank, _id, e in log if isinstance(e, Event)])}
        log = [entry for entry in log if entry[2] in ids and once[entry[2]] is entry]
    decided = [at for at, _rank, _id, e in log if isinstance(e, Event) and e.type == "status"]
    entries = [_entry(m) for m in messages]
    if decided and len(entries) > 1:
        entries.sort(key=_order)
        entries[1:] = [_entry(_as_seen(m, decided)) for *_, m in entries[1:] if isinstance(m, FoldMessage)]
    entries += log
    entries.sort(key=_order)
    return entries


def _entry(message: FoldMessage) -> Entry:
    return message.at, _RANK.get(message.kind, 2), f"{message.content_hash} {message.message_id} {message.author}", message


def _as_seen(message: FoldMessage, decided: list[int]) -> FoldMessage:
    """A customer's mail that was under way while the status was set counts from its arrival: nobody had read it yet."""
    if message.arrived_at <= message.at or message.kind != "inbound" or message.automatic:
        return message
    if any(message.at <= at < message.arrived_at for at in decided):
        return replace(message, at=message.arrived_at)
    return message


_order = itemgetter(0, 1, 2)


def _opened_by(first: FoldMessage | None) -> MessageKind:
    """Who began. A machine's mail begins no clock of a first reply (behaviour 4.2), so it counts as the system's."""
    if first is None:
        return "system"
    return "system" if first.kind == "inbound" and first.automatic else first.kind


def _replied(entries: list[Entry]) -> dict[str, tuple[str, bool]]:
    """Message-ID to (agent, automatic), as the first `replied` event says."""
    found: dict[str, tuple[str, bool]] = {}
    for _at, _rank, _id, entry in entries:
        if isinstance(entry, Event) and entry.type == "replied" and isinstance(entry.data, dict):
            message_id = entry.data.get("message_id")
            if isinstance(message_id, str):
                found.setdefault(message_id, (entry.agent, entry.data.get("automatic") is True))
    return found


def _ticket(
    key: str, number: str, life: Life, mails: list[FoldMessage], entries: list[Entry], opened_by: MessageKind, policy: Policy
) -> Ticket:
    biz = policy.calendar.between
    created, first, solved = life.created_at, life.first_solved_at, life.solved_at
    replied = life.first_reply_at if opened_by == "inbound" else None
    history = spans(life)
    pending = (
        [(s.began_at, min(s.ended_at, solved)) for s in history if s.status == "pending" and s.began_at < solved]
        if solved
        else []
    )
    full = None if solved is None else solved - created
    full_biz = None if solved is None else biz(created, solved)
    requester, name = _requester(mails, entries)
    due, first_due = _due(life, opened_by, policy)
    return Ticket(
        key=key,
        number=number or life.number,
        subject=life.subject or (mails[0].subject if mails else ""),
        status=life.status,
        priority=life.priority,
        type=life.type,
        channel=mails[0].channel if mails else "email",
        assignee=life.assignee,
        requester=requester,
        requester_name=name,
        tags=tuple(sorted(life.tags)),
        created_at=created,
        updated_at=entries[-1][0] if entries else 0,
        last_inbound_at=life.last_inbound_at,
        last_outbound_at=life.last_outbound_at,
        waiting_since=life.asked_at,
        snoozed_until=life.snoozed_until,
        wake_on=life.wake_on,
        first_reply_at=life.first_reply_at,
        first_reply_agent=life.first_reply_agent,
        first_solved_at=first,
        solved_at=solved,
        solved_by=life.solved_by,
        closed_by_clock=life.closed_by_clock,
        opened_by=opened_by,
        historical=life.historical or (bool(mails) and mails[0].historical),
        thanks=life.thanks,
        messages_in=life.messages_in,
        messages_out=life.messages_out,
        notes=life.notes,
        reopens=life.reopens,
        real_reopens=life.real_reopens,
        closed_without_reply=life.closed_without_reply,
        due_at=due,
        first_due_at=first_due,
        first_response_cal=None if replied is None else replied - created,
        first_response_biz=None if replied is None else biz(created, replied),
        first_resolution_cal=None if first is None else first - created,
        first_resolution_biz=None if first is None else biz(created, first),
        full_resolution_cal=full,
        full_resolution_biz=full_biz,
        net_resolution_cal=None if full is None else full - sum(end - begin for begin, end in pending),
        net_resolution_biz=None if full_biz is None else full_biz - sum(biz(begin, end) for begin, end in pending),
        cycles=cycles(life, biz),
        spans=history,
    )


def _requester(mails: list[FoldMessage], entries: list[Entry]) -> tuple[str, str]:
    """Address and name of whom the ticket is with: who wrote first, or whom the agent wrote to first."""
    if mails and mails[0].kind == "outbound":
        to = mails[0].recipient or _written_to(entries)
        name = next((m.author_name for m in mails if m.kind == "inbound" and m.author == to), "")
        if to:
            return to, name
    asker = next((m for m in mails if m.kind == "inbound"), None)
    return (asker.author, asker.author_name) if asker else (_written_to(entries), "")


def _written_to(entries: list[Entry]) -> str:
    for _at, _rank, _id, entry in entries:
        if isinstance(entry, Event) and entry.type == "replied" and isinstance(entry.data, dict):
            to = entry.data.get("to")
            if isinstance(to, list | tuple) and to and isinstance(to[0], str):
                return to[0].lower()
    return ""


def _due(life: Life, opened_by: MessageKind, policy: Policy) -> tuple[int, int | None]:
    """When the oldest unanswered message must be answered, and when the first reply is or was owed."""
    first_due: int | None = None
    add, targets = policy.calendar.add, policy.targets
    target = targets.first_reply(life.priority)
    if opened_by == "inbound" and target is not None:
        first_due = add(life.created_at, target)
    if life.asked_at is None or STATE_TYPES[life.status] != "open":
        return FAR_FUTURE, first_due
    if life.first_reply_at is None and first_due is not None and life.asked_at == life.created_at:
        return first_due, first_due
    if life.first_reply_at is not None or opened_by == "outbound":
        target = targets.next_reply(life.priority)
    return (FAR_FUTURE if target is None else add(life.asked_at, target)), first_due
