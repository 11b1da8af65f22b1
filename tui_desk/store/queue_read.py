"""Reading many tickets: ids, rows, pages, counts, views. Standard library sqlite3 only.

Queue order: active tickets by (due_at, id), then the others, the last changed first. Paging is by key, never by OFFSET.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from tui_desk.desk.query import Node, Query, parse
from tui_desk.desk.states import STATE_TYPES
from tui_desk.record import Record
from tui_desk.store.connect import connect_to_read, explained
from tui_desk.store.rows import QueueRow, ViewCount
from tui_desk.store.views import BUILT_IN, title
from tui_desk.store.where import by_tag, is_active, names_address, of_status, statuses, where

ROW = (
    "id, number, subject, requester, requester_name, status, priority, type, assignee, tags, created_at, updated_at, due_at,"
    " waiting_since, snoozed_until, messages_in + messages_out, attachments, thanks, queue"
)
CAP = 1000
"""Counts go no further by themselves: "1000+"."""


class QueueReader:
    """Many tickets at once. One object a thread."""

    def __init__(self, path: Path, timezone: str = "UTC", views: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.timezone = timezone
        """Of the dates in queries."""
        self.saved = {**{name: query for name, (_, query) in BUILT_IN.items()}, **(views or {})}
        self.con = connect_to_read(path)

    def close(self) -> None:
        """Let go of the file."""
        self.con.close()

    def ids(self, query: str | Query, agent: str, now: int) -> array[int]:
        """Every ticket id that `query` finds, in queue order. Raises UsageError for a query that cannot be read."""
        found = array("q")
        with explained(self.path):
            for part in self._parts(query, agent, now):
                cursor = self.con.execute(f"SELECT id FROM {part.source} WHERE {part.sql} ORDER BY {part.order}", part.values)
                cursor.row_factory = _first
                found.extend(cursor)
        return found

    def page(
        self, query: str | Query, agent: str, now: int, *, after: tuple[int, int] | None = None, limit: int = 50
    ) -> list[QueueRow]:
        """`limit` rows that come after the row with (due_at, id) `after`."""
        rows: list[QueueRow] = []
        with explained(self.path):
            begun = self._place(after)
            for part in self._parts(query, agent, now):
                if begun is None or begun[0] < part.rank:
                    rows += self._stretch(part, (), limit - len(rows))
                elif begun[0] == part.rank:
                    rows += self._stretch(part, begun[1:], limit)
                if len(rows) >= limit:
                    break
        return rows

    def _stretch(self, part: Part, after: tuple[int, ...], limit: int) -> list[QueueRow]:
        """The first rows of a part. Each status is read in the order of its own index, then they are merged."""
        more = f" AND {part.after}" if after else ""
        sql = f"SELECT {ROW} FROM {part.source} WHERE {part.sql}{more}"
        ending = f"ORDER BY {part.order} LIMIT {limit}"
        values = (*part.values, *after)
        if not part.statuses:
            return [row_of(row) for row in self.con.execute(f"{sql} {ending}", values)]
        streams = [self.con.execute(f"{sql} AND status = {s!r} {ending}", values).fetchall() for s in part.statuses]
        merged = sorted(chain.from_iterable(streams), key=lambda row: (row[12], row[0]))
        return [row_of(row) for row in merged[:limit]]

    def rows(self, ids: Sequence[int]) -> list[QueueRow]:
        """The rows of `ids`, in that order; a ticket that is gone is left out."""
        sql = f"SELECT {ROW} FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
        with explained(self.path):
            found = {row[0]: row_of(row) for row in self.con.execute(sql, (json_ids(ids),))}
        return [found[i] for i in ids if i in found]

    def numbers(self, ids: Sequence[int]) -> list[str]:
        """The numbers of `ids`, in that order."""
        sql = "SELECT id, number FROM ticket WHERE id IN (SELECT value FROM json_each(?))"
        with explained(self.path):
            found = dict(self.con.execute(sql, (json_ids(ids),)))
        return [found[i] for i in ids if i in found]

    def count(self, query: str | Query, agent: str, now: int, *, cap: int = CAP) -> tuple[int, bool]:
        """How many tickets `query` finds, and whether there are more than `cap`. Statuses alone are counted without looking."""
        root = self._parsed(query, agent).root
        test = of_status(root)
        with explained(self.path):
            if test is not None:
                return sum(n for status, n in self.con.execute("SELECT status, tickets FROM counter") if test(status)), False
            n = 0
            for part in self._parts(Query("", root), agent, now):
                sql = f"SELECT count(*) FROM (SELECT 1 FROM {part.source} WHERE {part.sql} LIMIT ?)"
                n += int(self.con.execute(sql, (*part.values, cap + 1 - n)).fetchone()[0])
                if n > cap:
                    return cap, True
        return n, False

    def views(self, agent: str, saved: Mapping[str, str], now: int, *, cap: int = CAP) -> list[ViewCount]:
        """The built-in views, then the saved ones, each with its count. One that cannot be read counts 0."""
        from tui_desk.errors import UsageError

        queries = {name: query for name, (_, query) in BUILT_IN.items()} | dict(saved)
        found: list[ViewCount] = []
        for name, query in queries.items():
            try:
                n, capped = self.count(query, agent, now, cap=cap)
            except UsageError:
                n, capped = 0, False
            found.append(ViewCount(name, title(name), query, n, capped))
        return found

    def changed(self, since: int) -> tuple[int, list[int]]:
        """(new mark, ids of tickets that changed after the mark `since`). After a long absence: of all tickets."""
        with explained(self.path):
            first, last = self.con.execute("SELECT coalesce(min(seq), 0), coalesce(max(seq), 0) FROM change").fetchone()
            if since >= last:
                return last, []
            if since and since < first - 1:
                return last, [row[0] for row in self.con.execute("SELECT id FROM ticket")]
            return last, [row[0] for row in self.con.execute("SELECT DISTINCT ticket_id FROM change WHERE seq > ?", (since,))]

    def tags(self) -> list[tuple[str, int]]:
        """Every tag with how many active tickets bear it, most used first."""
        sql = "SELECT tag, sum(active) AS n FROM ticket_tag GROUP BY tag ORDER BY n DESC, tag"
        with explained(self.path):
            return [(tag, n) for tag, n in self.con.execute(sql)]

    def assignees(self) -> list[str]:
        """Everyone who holds an active ticket."""
        # Steps from name to name in the index: the number of tickets does not matter.
        sql = """
            WITH RECURSIVE held(name) AS (
                SELECT min(assignee) FROM ticket WHERE active = 1
                UNION ALL
                SELECT (SELECT min(assignee) FROM ticket WHERE active = 1 AND assignee > held.name) FROM held
                WHERE held.name IS NOT NULL
            ) SELECT name FROM held WHERE name <> ''
        """
        with explained(self.path):
            return [row[0] for row in self.con.execute(sql)]

    def solved_before(self, moment: int) -> list[str]:
        """The keys of tickets that were solved before `moment` (epoch seconds) and are not closed yet."""
        with explained(self.path):
            sql = "SELECT key FROM ticket WHERE status = 'solved' AND solved_at < ? ORDER BY solved_at"
            return [row[0] for row in self.con.execute(sql, (moment,))]

    def _parsed(self, query: str | Query, agent: str) -> Query:
        return parse(query, timezone=self.timezone, me=agent, views=self.saved) if isinstance(query, str) else query

    def _parts(self, query: str | Query, agent: str, now: int) -> Iterator[Part]:
        root = self._of_people(self._parsed(query, agent).root)
        active = is_active(root)
        if active is not False:
            yield _owed(root, agent, now)
        if active is not True:
            made = where(root, agent, now)
            order = "updated_at DESC, id DESC"
            yield Part(1, "ticket", f"active = 0 AND {made.sql}", made.values, order, "(updated_at, id) < (?, ?)")

    def _of_people(self, root: Node | None) -> Node | None:
        """`from:` an address means the person, whose addresses may be several."""
        if not names_address(root):
            return root
        from tui_desk.desk.people import widen
        from tui_desk.store.contacts import addresses

        return widen(root, lambda email: addresses(self.con, email))

    def _place(self, after: tuple[int, int] | None) -> tuple[int, int, int] | None:
        """(part, key, id) of the row that a page follows."""
        if after is None:
            return None
        row = self.con.execute("SELECT active, updated_at FROM ticket WHERE id = ?", (after[1],)).fetchone()
        return (0, *after) if row is None or row[0] else (1, row[1], after[1])


class Part(Record):
    """One of the two stretches of the queue: what is owed (rank 0), and what is done."""

    rank: int
    source: str
    sql: str
    values: list[Any]
    order: str
    after: str
    statuses: tuple[str, ...] = ()
    """Few enough to be read one by one."""


def _owed(root: Node | None, agent: str, now: int) -> Part:
    tagged = by_tag(root)
    if tagged is not None:
        made = where(tagged[1], agent, now)
        source = "(SELECT ticket_id, due_at AS tag_due FROM ticket_tag WHERE tag = ? AND active = 1) AS t CROSS JOIN ticket"
        sql = f"ticket.id = t.ticket_id AND active = 1 AND {made.sql}"
        return Part(0, source, sql, [tagged[0], *made.values], "tag_due, ticket_id", "(tag_due, ticket_id) > (?, ?)")
    made = where(root, agent, now)
    found = statuses(root) & _ACTIVE
    few = tuple(sorted(found)) if len(found) < len(_ACTIVE) else ()
    return Part(0, "ticket", f"active = 1 AND {made.sql}", made.values, "due_at, id", "(due_at, id) > (?, ?)", few)


_ACTIVE = frozenset(s for s, kind in STATE_TYPES.items() if kind in ("open", "waiting"))


def row_of(row: tuple[object, ...]) -> QueueRow:
    """A QueueRow from the columns ROW."""
    values = list(row)
    values[9] = tuple(str(row[9]).split())
    values[17] = bool(row[17])
    return QueueRow(*values)  # type: ignore[arg-type]


def json_ids(ids: Sequence[int]) -> str:
    """Numbers as json_each takes them: importing json would be felt at every start."""
    return f"[{','.join(map(str, ids))}]"


def _first(_cursor: sqlite3.Cursor, row: tuple[int]) -> int:
    return row[0]
