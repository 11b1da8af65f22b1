"""Whether anything may be due after a pass: three small questions, so that what sends is not loaded for nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tui_desk.store.connect import connect, explained

ACKNOWLEDGING = "acknowledging"
"""The entry of `meta` that says since when new tickets are acknowledged."""
_ANY = """
    SELECT 1 FROM outbox WHERE state IN ('queued', 'sending', 'dot', 'accepted', 'uncertain', 'failed')
    UNION ALL SELECT 1 FROM ticket WHERE status = 'solved' AND solved_at < ?
    UNION ALL SELECT 1 FROM meta WHERE key = ? LIMIT 1
"""


def anything(path: Path, solved_before: int) -> bool:
    """A mail in the outbox that is neither filed nor cancelled, a ticket solved before that time (epoch seconds), or a mark of
    acknowledging."""
    with closing(connect(path, write=False)) as con, explained(path):
        return con.execute(_ANY, (solved_before, ACKNOWLEDGING)).fetchone() is not None
