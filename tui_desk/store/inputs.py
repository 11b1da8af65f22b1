"""What a fold is made of, read from the store: a ticket's events, its mails, and the row there was before."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tui_desk.desk.events import Event
from tui_desk.desk.ticket import FoldMessage
from tui_desk.store.arrivals import HISTORICAL
from tui_desk.store.rollups import Given
from tui_desk.values import dataclass, field, replace

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection


@dataclass(frozen=True, slots=True)
class Before:
    """A ticket's row as it stands before a fold."""

    id: int
    key: str
    number: str
    requester: str
    merged_into: str
    given: Given


@dataclass(slots=True)
class Inputs:
    """All that one ticket is folded from. `recipients` of the first outbound mail name the requester where nobody wrote in."""

    events: list[Event] = field(default_factory=list)
    messages: list[FoldMessage] = field(default_factory=list)
    recipients: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """(at, addresses) of each outbound mail, as in `messages`."""
    attachments: int = 0

    @property
    def written_to(self) -> str:
        """The first address of the first outbound mail."""
        first = min(self.recipients, default=None)
        return first[1][0] if first and first[1] else ""


_GIVEN = (
    "id, key, number, requester, merged_into, created_at, status, historical, first_reply_at, first_reply_agent,"
    " first_response_cal, first_response_biz, solved_at, solved_by, full_resolution_cal, full_resolution_biz,"
    " net_resolution_cal, net_resolution_biz"
)
IN = "(SELECT value FROM json_each(?))"
"""A list as one bound parameter (a JSON array)."""
ALL = 1 << 62
"""Beyond every `seq`."""


def before(con: Connection, keys: Iterable[str]) -> dict[str, Before]:
    """The rows of `keys` that exist, by key."""
    rows = con.execute(f"SELECT {_GIVEN} FROM ticket WHERE key IN {IN}", (json.dumps(list(keys)),)).fetchall()
    answers = _answers(con, [row[0] for row in rows])
    found: dict[str, Before] = {}
    for row in rows:
        at, status, historical, replied, replier, *rest = row[5:]
        given = Given(
            at,
            status,
            bool(historical),
            replied,
            replier,
            (rest[0], rest[1]),
            rest[2],
            rest[3],
            (rest[4], rest[5]),
            (rest[6], rest[7]),
            tuple(answers.get(row[0], ())),
        )
        found[row[1]] = Before(row[0], row[1], row[2], row[3], row[4], given)
    return found


def _answers(con: Connection, ids: list[int]) -> dict[int, list[tuple[int, str, int | None, int | None]]]:
    found: dict[int, list[tuple[int, str, int | None, int | None]]] = defaultdict(list)
    sql = f"SELECT ticket_id, answered_at, agent, cal, biz FROM cycle WHERE answered_at IS NOT NULL AND ticket_id IN {IN}"
    for ticket_id, *answer in con.execute(f"{sql} ORDER BY ticket_id, ordinal", (json.dumps(ids),)):
        found[ticket_id].append((answer[0], answer[1], answer[2], answer[3]))
    return found


def events(con: Connection, keys: Collection[str], upto: int = ALL) -> dict[str, list[Event]]:
    """The log's entries of each key, in the log's order, as far as `seq` goes."""
    found: dict[str, list[Event]] = defaultdict(list)
    sql = f"SELECT id, at, agent, ticket, type, data, cause, v FROM event WHERE ticket IN {IN} AND seq <= ? ORDER BY seq"
    for row in con.execute(sql, (json.dumps(list(keys)), upto)):
        found[row[3]].append(event(row))
    return found


def event(row: Any) -> Event:
    """An event from its columns (id, at, agent, ticket, type, data, cause, v)."""
    return Event(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6], row[7])


_MESSAGES = f"""
    SELECT m.ticket_id, m.at, m.kind, m.message_id, mail.content_hash, m.author, m.author_name, m.recipients, m.automatic,
           m.flags, m.subject, mail.source, m.attachments, mail.internaldate, m.desk
    FROM message AS m JOIN mail ON mail.id = m.mail_id WHERE m.ticket_id IN {IN}
"""


def load(con: Connection, ids: Mapping[int, str], aliases: Mapping[str, str], upto: int = ALL) -> dict[str, Inputs]:
    """The inputs of the tickets `ids` (id to key). `aliases` names tickets that were merged: merged key to target key."""
    found: dict[str, Inputs] = {key: Inputs() for key in ids.values()}
    for key, log in events(con, {*found, *aliases}, upto).items():
        if key in found:
            found[key].events = log + found[key].events
        elif aliases[key] in found:
            found[aliases[key]].events += [replace(e, ticket=aliases[key]) for e in log if e.type != "opened"]
    for row in con.execute(_MESSAGES, (json.dumps(list(ids)),)):
        _take(found[ids[row[0]]], row)
    for inputs in found.values():
        _judge(inputs)
    return found


def _take(inputs: Inputs, row: Any) -> None:
    _, at, kind, message_id, content_hash, author, name, to, automatic, flags, subject, source, files, arrived_at, desk = row
    inputs.attachments += files
    if kind == "outbound":
        inputs.recipients.append((at, tuple(to.split(", "))))
    inputs.messages.append(
        FoldMessage(
            at, kind, message_id, content_hash, author, name, True, bool(automatic), "thanks" in flags, subject,
            historical=source in HISTORICAL, recipient=to.split(", ")[0] if kind == "outbound" else "",
            arrived_at=arrived_at, desk=desk,
        )
    )  # fmt: skip


def _judge(inputs: Inputs) -> None:
    """Mark the outbound mails that do not go to the requester: they answer nobody (kpi: a public agent message)."""
    if not inputs.recipients:
        return
    first = min(inputs.messages, key=_order)
    asker = min((m for m in inputs.messages if m.kind == "inbound"), key=_order, default=None)
    requester = first.recipient or (asker.author if asker else inputs.written_to)
    to = iter(inputs.recipients)
    inputs.messages = [
        m if m.kind != "outbound" or requester in next(to)[1] else replace(m, to_requester=False) for m in inputs.messages
    ]


def _order(message: FoldMessage) -> tuple[int, bool, str]:
    return message.at, message.kind == "outbound", message.content_hash
