"""The plainest taker there can be: mail and ledger rows and no tickets, so that sync is tested by itself and fast."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator, Iterable, Sequence

from tui_desk.mail.parse import parse
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.connect import connect, transaction
from tui_desk.store.engine import Store


class Shelf:
    """Puts arrivals into the store's fact tables."""

    def __init__(self, store: Store) -> None:
        self.path = store.path
        self.con = connect(store.path)
        self.batches: list[int] = []

    def take(self, batches: Iterable[Sequence[Arrival]]) -> Generator[list[Verdict]]:
        """One transaction a batch."""
        for arrivals in batches:
            self.batches.append(len(arrivals))
            with transaction(self.con, self.path):
                verdicts = [self._put(arrival) for arrival in arrivals]
            yield verdicts

    def rest(self) -> None:
        """Nothing runs beside."""

    def close(self) -> None:
        """Let go of the file."""
        self.con.close()

    def _put(self, arrival: Arrival) -> Verdict:
        digest = hashlib.sha256(arrival.raw).hexdigest()
        row = self.con.execute("SELECT id FROM mail WHERE sha256 = ?", (digest,)).fetchone()
        mail_id = row[0] if row else self._new(arrival, digest)
        kind = "duplicate" if row else "ticket"
        self.con.execute(
            "INSERT INTO ledger (folder_id, uidvalidity, uid, mail_id, verdict, rule, flags, internaldate, gone)"
            " VALUES (?, ?, ?, ?, ?, '', ?, ?, 0) ON CONFLICT DO NOTHING",
            (
                arrival.folder_id,
                arrival.uidvalidity,
                arrival.uid,
                mail_id,
                kind,
                " ".join(sorted(arrival.flags)),
                arrival.internaldate,
            ),
        )
        return Verdict(arrival.uid, "duplicate" if row else "ticket", mail_id=mail_id)

    def _new(self, arrival: Arrival, digest: str) -> int:
        mail = parse(arrival.raw)
        new = self.con.execute(
            "INSERT INTO mail"
            " (sha256, content_hash, message_id, size, internaldate, source, event_mark, truncated, quarantine, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, ?, '', 0)",
            (
                digest,
                mail.content_hash,
                mail.message_id,
                len(arrival.raw),
                arrival.internaldate,
                arrival.source,
                arrival.truncated,
            ),
        )
        self.con.execute("INSERT INTO raw (mail_id, data) VALUES (?, ?)", (new.lastrowid, zlib.compress(arrival.raw)))
        return int(new.lastrowid or 0)
