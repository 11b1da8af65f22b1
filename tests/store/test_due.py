"""What may be due after a pass: said too often it costs a moment, said too seldom a mail stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tui_desk.service.outbox import EVERY, UNDER_WAY
from tui_desk.store import acks, due
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store

NOW = 1_700_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(tmp_path / "desk.db")) as made:
        yield made


@pytest.mark.parametrize("state", EVERY)
def test_the_outbox(store: Store, state: str) -> None:
    with closing(connect(store.path)) as con:
        columns = "message_id, ticket, agent, state, sender, recipients, mime, data, in_reply_to, not_before, attempts, error"
        con.execute(
            f"INSERT INTO outbox ({columns}, created_at, updated_at)"
            " VALUES ('a@b', '', 'nina', ?, '', '[]', x'', '{}', '', 0, 0, '', 0, 0)",
            (state,),
        )
    assert due.anything(store.path, NOW) == (state in (*UNDER_WAY, "failed"))


@pytest.mark.parametrize(
    ("status", "solved_at", "is_due"), [("solved", NOW - 1, True), ("solved", NOW, False), ("closed", 1, False)]
)
def test_a_ticket_that_is_long_solved(store: Store, status: str, solved_at: int, is_due: bool) -> None:
    with closing(connect(store.path)) as con:
        columns = [row[1:3] for row in con.execute("PRAGMA table_info(ticket)")]
        given = {"id": 1, "key": "k", "number": "n", "status": status, "solved_at": solved_at}
        row = {name: given.get(name, 0 if "INT" in kind or "BOOL" in kind else "") for name, kind in columns}
        con.execute(f"INSERT INTO ticket ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", tuple(row.values()))
    assert due.anything(store.path, NOW) is is_due


def test_acknowledging_that_was_on(store: Store) -> None:
    assert not due.anything(store.path, NOW)
    acks.switch_on(store, NOW)
    assert due.anything(store.path, NOW)
    acks.switch_off(store)
    assert not due.anything(store.path, NOW)
