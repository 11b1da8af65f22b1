"""The outbox: a mail's states from queued to filed (sync.md, sending), each step one small transaction.

    queued -> sending -> dot -> accepted -> filed        cancelled: taken back while it was queued
      ^          |        |
      +-- 4xx ---+--------+-> failed (5xx), uncertain (cut after the dot: never again by itself)

Only `dot` needs fsync before the next byte leaves: from there on a crash leaves a mail that may have gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tui_desk.errors import NotFoundError, RefusedError
from tui_desk.i18n import _
from tui_desk.store import connect, outmark
from tui_desk.text import one_line
from tui_desk.values import dataclass, field

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection
    from tui_desk.store.engine import Store

NEXT: Mapping[str, frozenset[str]] = {
    "queued": frozenset({"sending", "cancelled", "accepted"}),
    "sending": frozenset({"queued", "dot", "failed"}),
    "dot": frozenset({"queued", "accepted", "failed", "uncertain"}),
    "uncertain": frozenset({"accepted", "queued"}),
    "accepted": frozenset({"accepted", "filed"}),
    "failed": frozenset({"queued", "cancelled", "accepted"}),
    "filed": frozenset(),
    "cancelled": frozenset(),
}
"""Where a mail may go from each state. `accepted` to itself: filing it was tried in vain; from a state in which it had not
left: a copy of it came."""


@dataclass(frozen=True, slots=True)
class Job:
    """A mail on its way, bytes and all. Times are epoch seconds."""

    id: int
    message_id: str
    ticket: str
    agent: str
    state: str
    sender: str
    recipients: tuple[str, ...]
    mime: bytes = field(repr=False)
    in_reply_to: str
    data: dict[str, Any] = field(repr=False)
    not_before: int
    attempts: int
    error: str
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Known:
    """What became of an idempotency key."""

    id: int
    state: str
    not_before: int
    error: str


_COLUMNS = (
    "id, message_id, ticket, agent, state, sender, recipients, mime, in_reply_to, data, not_before, attempts, error,"
    " created_at, updated_at"
)


_OF = " AND sender IN (SELECT value FROM json_each(?))"


def enqueue(
    store: Store,
    *,
    message_id: str,
    ticket: str,
    agent: str,
    sender: str,
    recipients: Iterable[str],
    mime: bytes,
    now: int,
    not_before: int,
    in_reply_to: str = "",
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    also: Callable[[Connection], object] = lambda _con: None,
) -> int:
    """Queue a mail; returns its id, or the id that is there already for a known idempotency key.

    `also` is done in the same transaction, only where the mail is new (what answering does to the ticket). The mail is marked
    with `X-Desk-Outbox`: some servers give it another Message-ID on its way.
    """
    values = (
        message_id, ticket, agent, sender, json.dumps(list(recipients)), outmark.marked(mime), in_reply_to,
        json.dumps(dict(data or {})), idempotency_key, not_before, now, now,
    )  # fmt: skip
    with store.begin(durable=True) as con:
        row = con.execute(
            "INSERT INTO outbox (message_id, ticket, agent, sender, recipients, mime, in_reply_to, data, idempotency_key,"
            " not_before, created_at, updated_at, state, attempts, error)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, '')"
            " ON CONFLICT (idempotency_key) DO NOTHING RETURNING id",
            values,
        ).first()
        if row is None:
            row = con.execute("SELECT id FROM outbox WHERE idempotency_key = ?", (idempotency_key,)).one()
        else:
            also(con)
        return int(row[0])


def arrived(store: Store) -> list[Job]:
    """The mails of which a copy came though their state is that they have not left, or that nobody knows."""
    sql = (
        f"SELECT {_COLUMNS} FROM outbox WHERE state IN (SELECT value FROM json_each(?))"
        " AND json_extract(data, '$.came') IS NOT NULL ORDER BY id"
    )
    return [_job(row) for row in _read(store, sql, json.dumps(["queued", "uncertain", "failed"]))]


def cancel(store: Store, outbox_id: int, now: int) -> dict[str, Any] | None:
    """Take a mail back that waits or was refused; its data, or None when it has left (or is leaving).

    Its idempotency key is free again.
    """
    with store.begin() as con:
        row = con.execute(
            "UPDATE outbox SET state = 'cancelled', idempotency_key = NULL, updated_at = ?"
            " WHERE id = ? AND state IN ('queued', 'failed') RETURNING data",
            (now, outbox_id),
        ).first()
        return None if row is None else dict(json.loads(row[0]))


def retry(store: Store, outbox_id: int, now: int) -> None:
    """Send a failed or waiting mail at the next pass. Raises NotFoundError, RefusedError."""
    with store.begin() as con:
        state = _state(con, outbox_id)
        if state == "uncertain":
            raise RefusedError(
                _("That mail may have arrived: sending it again could write to the customer twice."),
                _("Find out, then run `desk outbox resolve %(id)s --sent` or `--not-sent`.") % {"id": outbox_id},
            )
        if state not in ("failed", "queued"):
            raise RefusedError(_("That mail has left already, or was taken back."))
        con.execute(
            "UPDATE outbox SET state = 'queued', not_before = ?, error = '', updated_at = ? WHERE id = ?", (now, now, outbox_id)
        )


def senders(store: Store) -> list[str]:
    """Every address that a mail of the outbox is from, but for those that are done."""
    return [row[0] for row in _read(store, "SELECT DISTINCT sender FROM outbox WHERE state NOT IN (?, 'cancelled')", "filed")]


def claim(store: Store, now: int, whose: Iterable[str] | None = None) -> Job | None:
    """The queued mail that is due the longest, now `sending`; None when none is due. Two processes never get the same one.

    `whose`: only of these senders (None: of any).
    """
    mine, names = ("", ()) if whose is None else (_OF, (json.dumps(list(whose)),))
    with store.begin() as con:
        row = con.execute(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, updated_at = ? WHERE id ="
            " (SELECT id FROM outbox WHERE state = 'queued' AND not_before <= ? AND json_extract(data, '$.came') IS NULL"
            f" {mine} ORDER BY not_before, id LIMIT 1)"
            f" RETURNING {_COLUMNS}",
            (now, now, *names),
        ).first()
        return None if row is None else _job(row)


def move(
    store: Store, outbox_id: int, before: str, after: str, now: int, *, error: str = "", not_before: int | None = None
) -> bool:
    """One step, on the disk when this returns; False when the mail was not in `before` (somebody else moved it)."""
    with store.begin(durable=True) as con:
        return move_in(con, outbox_id, before, after, now, error=error, not_before=not_before)


def move_in(
    con: Connection, outbox_id: int, before: str, after: str, now: int, *, error: str = "", not_before: int | None = None
) -> bool:
    """`move` inside a transaction that is under way. A mail of which a copy came goes to `dot` no more."""
    if after not in NEXT[before]:
        raise ValueError(f"no way from {before} to {after}")
    done = con.execute(
        "UPDATE outbox SET state = ?, error = ?, not_before = coalesce(?, not_before), updated_at = ? WHERE id = ? AND state = ?"
        " AND (? <> 'dot' OR json_extract(data, '$.came') IS NULL)",
        (after, one_line(error), not_before, now, outbox_id, before, after),
    )
    return done.rowcount == 1


def look_later(store: Store, outbox_id: int, not_before: int) -> None:
    """Put off the next look for a mail that is uncertain, or not filed; `updated_at` stays the moment since when it is so."""
    with store.begin() as con:
        con.execute(
            "UPDATE outbox SET not_before = ? WHERE id = ? AND state IN ('uncertain', 'accepted')", (not_before, outbox_id)
        )


def jobs(store: Store, *states: str) -> list[Job]:
    """The mails in any of `states`, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM outbox WHERE state IN (SELECT value FROM json_each(?)) ORDER BY id"
    return [_job(row) for row in _read(store, sql, json.dumps(states))]


def job(store: Store, outbox_id: int) -> Job:
    """One mail. Raises NotFoundError."""
    rows = _read(store, f"SELECT {_COLUMNS} FROM outbox WHERE id = ?", outbox_id)
    if not rows:
        raise _no_such(outbox_id)
    return _job(rows[0])


def known(store: Store, keys: Iterable[str]) -> dict[str, Known]:
    """What became of those idempotency keys that are known."""
    sql = (
        "SELECT idempotency_key, id, state, not_before, error FROM outbox"
        " WHERE idempotency_key IN (SELECT value FROM json_each(?))"
    )
    return {row[0]: Known(*row[1:]) for row in _read(store, sql, json.dumps(list(keys)))}


def _read(store: Store, sql: str, value: object) -> list[Any]:
    """Reading takes no lock: a sync may be writing."""
    con = connect.connect(store.path, write=False)
    try:
        with connect.explained(store.path):
            return con.execute(sql, (value,)).fetchall()
    finally:
        con.close()


def _state(con: Connection, outbox_id: int) -> str:
    row = con.execute("SELECT state FROM outbox WHERE id = ?", (outbox_id,)).first()
    if row is None:
        raise _no_such(outbox_id)
    return str(row[0])


def _no_such(outbox_id: int) -> NotFoundError:
    return NotFoundError(_("There is no mail %(id)s in the outbox.") % {"id": outbox_id}, _("`desk outbox --all` lists them."))


def _job(row: Any) -> Job:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Job(**{**values, "recipients": tuple(json.loads(values["recipients"])), "data": json.loads(values["data"])})
