"""Reader: everything that is read of a store. Standard library sqlite3 only; a test looks in sys.modules.

All reading is local, and what is decided by the clock (snooze, breach) is decided here, with `now` as an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tui_desk.store import search
from tui_desk.store.connect import explained
from tui_desk.store.queue_read import QueueReader
from tui_desk.store.rows import OutboxView, SearchHit
from tui_desk.store.snippet import Around, around, pattern
from tui_desk.store.thread_read import ThreadReader
from tui_desk.text import one_line

GLANCE = 4_000
"""Characters of a body that a hit is looked for in first: nearly all of them stand there."""
_UNDOABLE = "('status', 'assign', 'priority', 'type', 'tag', 'snooze', 'subject', 'note', 'joined')"


class Reader(QueueReader, ThreadReader):
    """A reading connection. One object a thread."""

    def search(self, words: str, limit: int = 50, *, ranked: bool = False) -> list[SearchHit]:
        """Tickets with these words, the newest message first, a hit a ticket; `ranked`: the best of the newest 5,000 first.

        Where whole words give fewer than `limit`, words that only begin so are found too.
        """
        query = search.match(words)
        if not query:
            return []
        with explained(self.path):
            hits = self._newest(search.match(words, whole=True), limit) if not ranked else {}
            if len(hits) < limit:
                hits = self._ranked(query, limit) if ranked else self._newest(query, limit)
            return self._shown(hits, words)

    def _newest(self, query: str, limit: int) -> dict[int, int]:
        sql = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC"
        return self._hits((row[0] for row in self.con.execute(sql, (query,))), limit)

    def _ranked(self, query: str, limit: int) -> dict[int, int]:
        sql = """
            SELECT rowid FROM (
                SELECT rowid, bm25(search, 8.0, 2.0, 1.0) AS score FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?
            ) ORDER BY score, rowid DESC
        """
        return self._hits((row[0] for row in self.con.execute(sql, (query, search.RANKED))), limit)

    def _hits(self, found: Iterable[int], limit: int) -> dict[int, int]:
        """The first message of each ticket: ticket to message."""
        hits: dict[int, int] = {}
        for message_id in found:
            row = self.con.execute("SELECT ticket_id FROM message WHERE id = ?", (message_id,)).fetchone()
            if row is not None and hits.setdefault(row[0], message_id) == message_id and len(hits) >= limit:
                break
        return hits

    def _shown(self, hits: dict[int, int], words: str) -> list[SearchHit]:
        """Each hit with the words around it: in the text, in the subject, in a name or an address; else how the text begins."""
        sql = """
            SELECT message.at, message.snippet, substr(body.text, 1, ?), length(body.text), message.subject,
                   message.author_name || ' <' || message.author || '>, ' || message.recipients
            FROM message JOIN body ON body.message_id = message.id WHERE message.id = ?
        """
        wanted, made = pattern(words), []
        for ticket, message in hits.items():
            at, snippet, text, length, *others = self.con.execute(sql, (GLANCE, message)).fetchone()
            found = Around()
            if wanted is not None:
                found = around(text, wanted)
                if not found.line and length > GLANCE:
                    found = around(self._whole(message), wanted)
                found = next((each for each in (found, *(around(one, wanted) for one in others)) if each.line), found)
            made.append(SearchHit(ticket, message, at, found.line or snippet, found.found))
        return made

    def _whole(self, message: int) -> str:
        """All of a body that the index knows."""
        sql = "SELECT substr(text, 1, ?) FROM body WHERE message_id = ?"
        return str(self.con.execute(sql, (search.LONGEST, message)).fetchone()[0])

    def outbox(self, states: Iterable[str] | None = None, ticket: str | None = None) -> list[OutboxView]:
        """Mail on its way, newest first; `states` None: what is not filed, cancelled or accepted yet. `ticket`: of this key."""
        import json

        wanted = list(states) if states is not None else ["queued", "sending", "dot", "failed", "uncertain"]
        sql = """
            SELECT outbox.id, coalesce(ticket.number, ''), outbox.data, outbox.recipients, outbox.state, outbox.agent,
                   outbox.not_before, outbox.attempts, outbox.error, outbox.created_at, outbox.updated_at, outbox.message_id,
                   coalesce(ticket.subject, '')
            FROM outbox LEFT JOIN ticket ON ticket.key = outbox.ticket
            WHERE outbox.state IN (SELECT value FROM json_each(?)) AND (? IS NULL OR outbox.ticket = ?) ORDER BY outbox.id DESC
        """
        with explained(self.path):
            rows = self.con.execute(sql, (json.dumps(wanted), ticket, ticket)).fetchall()
        return [_delivery(row) for row in rows]

    def draft(self, key: str, agent: str, mode: str) -> str | None:
        """The saved draft's JSON, None where there is none."""
        sql = "SELECT data FROM draft WHERE ticket = ? AND agent = ? AND mode = ?"
        with explained(self.path):
            row = self.con.execute(sql, (key, agent, mode)).fetchone()
        return str(row[0]) if row else None

    def drafts(self, agent: str) -> list[str]:
        """The JSON of this agent's drafts, newest first."""
        with explained(self.path):
            sql = "SELECT data FROM draft WHERE agent = ? ORDER BY saved_at DESC, id DESC"
            return [row[0] for row in self.con.execute(sql, (agent,))]

    def last_action(self, agent: str) -> list[tuple[str, str, str, str]]:
        """(event id, ticket key, number, type) of the agent's last act that was not undone: one event, or a batch of them."""
        sql = f"""
            SELECT event.id, event.ticket, coalesce(ticket.number, ''), event.type, json_extract(event.data, '$.batch')
            FROM event LEFT JOIN ticket ON ticket.key = event.ticket
            WHERE event.agent = ? AND event.agent <> 'system' AND event.type IN {_UNDOABLE} AND event.id NOT IN (
                SELECT json_extract(undo.data, '$.event') FROM event AS undo
                WHERE undo.type = 'undo' AND undo.ticket = event.ticket)
            ORDER BY event.seq DESC
        """
        found: list[tuple[str, str, str, str]] = []
        batch: str | None = None
        with explained(self.path):
            for *row, of in self.con.execute(sql, (agent,)):
                if found and (of is None or of != batch):
                    break
                batch = of
                found.append((row[0], row[1], row[2], row[3]))
        return found

    def macro_use(self) -> dict[str, int]:
        """How often each macro was sent."""
        used: Counter[str] = Counter()
        with explained(self.path):
            for (names,) in self.con.execute(
                "SELECT json_extract(data, '$.macro') FROM event WHERE type = 'replied' AND json_extract(data, '$.macro') <> ''"
            ):
                used.update(str(names).split())
        return dict(used)

    def last_sync(self) -> int:
        """When a folder was last read to its end (epoch seconds), 0 for never."""
        with explained(self.path):
            return int(self.con.execute("SELECT coalesce(max(synced_at), 0) FROM folder").fetchone()[0])


def _delivery(row: tuple[Any, ...]) -> OutboxView:
    import json

    data = json.loads(row[2])
    subject = one_line(_subject(data) or row[12])
    to = tuple(one_line(a) for a in json.loads(row[3]))
    return OutboxView(*[*row[:2], subject, to, *row[4:8], one_line(row[8]), *row[9:12], "came" in data])


def _subject(data: dict[str, Any]) -> str:
    draft = data.get("draft")
    return str(draft.get("subject", "")) if isinstance(draft, dict) else ""
