"""Rebuild: drop all that is derived and make it again from mails and log, in the order in which they came.

A mail knows how far the log went when it came (`event_mark`), so it meets the same tickets in the same states: a reply to
a closed ticket opens a follow-up again. All of it is one transaction: readers see the store of before until it is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_desk.config.schema import Settings
from tui_desk.desk.fold import Policy
from tui_desk.mail.parse import synthetic_id
from tui_desk.mail.types import Mail
from tui_desk.store import write
from tui_desk.store.arrivals import Arrival
from tui_desk.store.batch import BATCH, Batch, Rules
from tui_desk.store.engine import Store
from tui_desk.store.insert import Item
from tui_desk.store.packing import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_desk.store.connect import Connection
    from tui_desk.store.ingest import Ingest

_EMPTIED = (
    "ticket", "ticket_tag", "cycle", "status_span", "message", "body", "attachment", "reference", "contact", "counter", "rollup",
)  # fmt: skip
"""All that is derived but `change`: consoles that watch count on its going on."""


@dataclass(frozen=True, slots=True)
class _Old:
    """A mail to be replayed."""

    id: int
    sha256: str
    content_hash: str
    mark: int
    seen_at: int
    arrival: Arrival


def rebuild(store: Store, settings: Settings, policy: Policy, step: Callable[[int, int], None] = lambda _done, _all: None) -> int:
    """Make everything derived again; returns how many mails were read. `step` is told (done, in all)."""
    from tui_desk.store.ingest import Ingest

    with Ingest(store, settings, policy) as ingest, store.begin() as con:
        for table in _EMPTIED:
            con.execute(f"DELETE FROM {table}")
        con.execute("INSERT INTO search (search) VALUES ('delete-all')")
        return _Replay(con, ingest).run(step)


class _Replay:
    def __init__(self, con: Connection, ingest: Ingest) -> None:
        self.con = con
        self.ingest = ingest
        self.rules: Rules = ingest.rules
        self.total = int(con.execute("SELECT count(*) FROM mail WHERE quarantine = ''").scalar_one())
        self.last = int(con.execute("SELECT coalesce(max(seq), 0) FROM event").scalar_one())
        self.applied = 0
        self.written = self._written()
        self.marks = self._marks()

    def run(self, step: Callable[[int, int], None]) -> int:
        done = 0
        for batch in self._batches():
            self._apply(batch[0].mark)
            Batch(self.con, self._items(batch), self.rules, replay=self.applied).run()
            done += len(batch)
            step(done, self.total)
        self._apply(self.last)
        return done

    def _apply(self, upto: int) -> None:
        """Let the log go on to `upto`. What a mail opened is there already, and bears its number."""
        sql = """
            SELECT DISTINCT ticket FROM event WHERE seq > ? AND seq <= ?
            AND NOT (type = 'opened' AND EXISTS (SELECT 1 FROM ticket WHERE ticket.key = event.ticket))
        """
        keys = [row[0] for row in self.con.execute(sql, (self.applied, upto))]
        self.applied = max(self.applied, upto)
        for begin in range(0, len(keys), BATCH):
            write.refold(self.con, self.rules.policy, keys[begin : begin + BATCH], upto=upto)

    def _batches(self) -> Iterator[list[_Old]]:
        """Mails that came with nothing but openings of tickets between them."""
        some: list[_Old] = []
        for old in self._mails():
            if some and (len(some) >= BATCH or self._between(some[0].mark, old.mark)):
                yield some
                some = []
            some.append(old)
        if some:
            yield some

    def _mails(self) -> Iterator[_Old]:
        sql = f"""
            SELECT mail.id, sha256, content_hash, event_mark, seen_at, raw.data, internaldate, source, truncated
            FROM mail JOIN raw ON raw.mail_id = mail.id WHERE quarantine = '' AND mail.id > ? ORDER BY mail.id LIMIT {BATCH}
        """
        last = 0
        while rows := self.con.execute(sql, (last,)).fetchall():
            for row in rows:
                arrival = Arrival(unpacked(row[5]), row[6], row[7], truncated=bool(row[8]))
                yield _Old(row[0], row[1], row[2], row[3], row[4], arrival)
            last = rows[-1][0]

    def _items(self, batch: Iterable[_Old]) -> list[Item]:
        olds = list(batch)
        items = self.ingest.read([old.arrival for old in olds])
        for old, item in zip(olds, items, strict=True):
            item.sha256, item.seen_at, item.mail_id = old.sha256, old.seen_at, old.id
            item.mail = _as_it_came(item.mail, old.content_hash) if item.mail is not None else None
            if old.arrival.source == "outbox" and item.mail is not None:
                item.ticket, item.agent = self.written.get(item.mail.message_id, ("", ""))
        return items

    def _written(self) -> dict[str, tuple[str, str]]:
        """Message-ID of each mail of ours: the ticket's key and the agent who wrote it."""
        sql = "SELECT ticket, agent, data FROM event WHERE type = 'replied' ORDER BY seq DESC"
        return {str(json.loads(data).get("message_id")): (key, agent) for key, agent, data in self.con.execute(sql)}

    def _marks(self) -> list[int]:
        """The `seq` of every entry that is not an opening, ascending."""
        return [row[0] for row in self.con.execute("SELECT seq FROM event WHERE type <> 'opened' ORDER BY seq")]

    def _between(self, first: int, last: int) -> bool:
        from bisect import bisect_right

        return bisect_right(self.marks, last) > bisect_right(self.marks, first)


def _as_it_came(mail: Mail, content_hash: str) -> Mail:
    """`mail` under the hash that it had when it came: the log knows its ticket by it, however well a later version reads."""
    if mail.content_hash == content_hash:
        return mail
    made_up = mail.message_id == synthetic_id(mail.content_hash)
    return replace(mail, content_hash=content_hash, message_id=synthetic_id(content_hash) if made_up else mail.message_id)
