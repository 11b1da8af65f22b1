"""Drafts, saved as they are typed: one for each ticket, agent and mode."""

from __future__ import annotations

from tui_desk.store import connect
from tui_desk.store.engine import Store


def save(store: Store, ticket: str, agent: str, mode: str, data: str, now: int) -> None:
    """Keep `data` (JSON) as the draft of this ticket's key, agent and mode."""
    _do(
        store,
        "INSERT INTO draft (ticket, agent, mode, data, saved_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (ticket, agent, mode) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at",
        (ticket, agent, mode, data, now),
    )


def discard(store: Store, ticket: str, agent: str, mode: str) -> None:
    """Forget a draft."""
    _do(store, "DELETE FROM draft WHERE ticket = ? AND agent = ? AND mode = ?", (ticket, agent, mode))


def _do(store: Store, sql: str, values: tuple[object, ...]) -> None:
    # Every second or so while somebody types: the standard library's connection, no SQLAlchemy needed.
    with connect.explained(store.path):
        con = connect.connect(store.path)
        try:
            with connect.transaction(con, store.path):
                con.execute(sql, values)
        finally:
            con.close()
