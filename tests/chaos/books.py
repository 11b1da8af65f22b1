"""The check: what the server has, asked straight, against what the store has, byte for byte."""

from __future__ import annotations

import hashlib
import imaplib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import imapclient

from tests.chaos.hand import connected, everything, runs
from tests.chaos.mails import THREAD
from tests.chaos.servers import Server
from tui_desk.config.schema import Account
from tui_desk.mail.parse import parse
from tui_desk.store.packing import unpacked
from tui_desk.transport.imap import ImapMailbox

COPIES = ("duplicate", "delivery_copy")
"""Verdicts about a mail that is here already, with other trace headers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the server gives it."""

    sha256: str
    content_hash: str
    size: int
    told: int
    """Its size, as the server tells it."""
    kept: int
    """Bytes of it that a good line gives: fewer than `size` for one over the cap."""
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Books:
    """The server's side of one life of a store, and what has been checked of it."""

    at: Server
    client: imapclient.IMAPClient
    mailbox: ImapMailbox
    """Our own way to read, on a good line: what it makes of a message over the cap is what has to be there."""
    cap: int
    """Bytes from which on the store has a skeleton only."""
    checked: int = 0
    ever: set[str] = field(default_factory=set)
    """SHA-256 of every message below the cap that stood on the server at the end of a round."""
    _known: dict[tuple[str, int, int], Seen] = field(default_factory=dict)

    @classmethod
    def of(cls, server: Server, cap: int) -> Books:
        """With sessions straight to `server`."""
        account = Account(address="desk@desk.test", imap=f"imap://localhost:{server.straight}", user=server.user)
        return cls(server, connected(server), ImapMailbox(account, server.password), cap)

    def close(self) -> None:
        """End the sessions."""
        self.client.shutdown()

    def server(self, folder: str) -> tuple[int, dict[int, Seen]]:
        """UIDVALIDITY and every message of the folder, asked straight. What was read once is not read again, but its flags."""
        try:
            return self._server(folder)
        except imaplib.IMAP4.abort:  # a server that ends its sessions when a folder is renumbered
            self.client.shutdown()
            self.client = connected(self.at)
            return self._server(folder)

    def _server(self, folder: str) -> tuple[int, dict[int, Seen]]:
        validity = int(self.client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
        uids = everything(self.client)
        for few in runs([uid for uid in uids if (folder, validity, uid) not in self._known]):
            for uid, data in self.client.fetch(few, ["BODY.PEEK[]", "RFC822.SIZE"]).items():
                raw = data[b"BODY[]"]
                hashes = hashlib.sha256(raw).hexdigest(), parse(raw).content_hash
                kept = len(raw) if len(raw) <= self.cap else self._kept(folder, uid)
                self._known[folder, validity, uid] = Seen(*hashes, len(raw), data[b"RFC822.SIZE"], kept)
        flags = {uid: words for few in runs(uids) for uid, words in self.client.get_flags(few).items()}
        found = {}
        for uid in uids:
            seen = self._known[folder, validity, uid]
            words = {flag.decode() for flag in flags.get(uid, ())} - {"\\Recent"}
            found[uid] = replace(seen, flags=tuple(sorted(words)))
        return validity, found

    def _kept(self, folder: str, uid: int) -> int:
        self.mailbox.connect()
        try:
            self.mailbox.examine(folder)
            return sum(len(item.raw) for item in self.mailbox.fetch([uid], self.cap))
        finally:
            self.mailbox.close()

    def forget(self) -> None:
        """Read every message again next time."""
        self._known.clear()

    def differences(self, store: Path, folders: list[str]) -> list[str]:
        """What is not as it has to be; none where all is well."""
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as con:
            return [wrong for folder in folders for wrong in self._folder(con, folder)] + [*_whole(con, self.ever)]

    def _folder(self, con: sqlite3.Connection, folder: str) -> Iterator[str]:
        validity, server = self.server(folder)
        state = con.execute("SELECT id, uidvalidity FROM folder WHERE name = ?", (folder,)).fetchone()
        if state is None or state[1] != validity:
            yield f"{folder}: UIDVALIDITY {validity} on the server, {state and state[1]} in the ledger"
            return
        rows = {row[0]: row[1:] for row in con.execute(_LEDGER, state)}
        for uid, seen in server.items():
            self.checked += 1
            if uid not in rows:
                yield f"{folder} {uid}: missing"
                continue
            gone, flags, verdict, *mail = rows[uid]
            if gone:
                yield f"{folder} {uid}: taken for expunged"
            if flags != " ".join(seen.flags):
                yield f"{folder} {uid}: flags {seen.flags} on the server, {flags!r} in the ledger"
            yield from (f"{folder} {uid}: {wrong}" for wrong in self._mail(seen, verdict, *mail))
        left = sorted(uid for uid, row in rows.items() if not row[0] and uid not in server)
        if left and server:  # a folder that is suddenly empty empties nothing here
            yield f"{folder}: in the ledger and not on the server: {left}"

    def _mail(
        self, seen: Seen, verdict: str, sha: str | None, content: str, size: int, truncated: int, data: bytes | None
    ) -> Iterator[str]:
        if sha is None or data is None:
            yield f"no mail ({verdict})"
            return
        if seen.size > self.cap:
            if not truncated or (size != seen.told and verdict not in COPIES):
                yield f"over the cap: truncated {truncated}, {size} of {seen.told} bytes"
            if len(unpacked(data)) != seen.kept and verdict not in COPIES:
                yield f"over the cap: {len(unpacked(data))} bytes are kept where a good line gives {seen.kept}"
            return
        if hashlib.sha256(unpacked(data)).hexdigest() != sha:
            yield "the bytes in the store are not what they were when they came"
        if sha == seen.sha256:
            self.ever.add(sha)
        elif verdict not in COPIES or content != seen.content_hash:
            yield f"corrupt: sha256 {seen.sha256[:12]} on the server, {sha[:12]} in the store ({verdict})"


def _whole(con: sqlite3.Connection, ever: set[str]) -> Iterator[str]:
    """What holds for a store as a whole."""
    told = [row[0] for row in con.execute("PRAGMA quick_check")]
    if told != ["ok"]:
        yield f"quick_check: {told[:3]}"
    for name, sql in _NONE.items():
        if rows := con.execute(sql).fetchall():
            yield f"{name}: {rows[:5]}"
    contents = {sha for (sha,) in con.execute("SELECT sha256 FROM mail")}
    if lost := ever - contents:
        yield f"lost: {len(lost)} mails that were here once: {sorted(lost)[:3]}"
    threads = {(THREAD.findall(unpacked(data)) or [mail_id])[0] for mail_id, data in con.execute(_FILED)}
    tickets = con.execute("SELECT count(*) FROM ticket").fetchone()[0]
    if tickets != len(threads):
        yield f"{tickets} tickets of {len(threads)} threads"


_LEDGER = """
    SELECT uid, gone, flags, verdict, sha256, content_hash, size, truncated, raw.data
    FROM ledger LEFT JOIN mail ON mail.id = ledger.mail_id LEFT JOIN raw ON raw.mail_id = mail.id
    WHERE folder_id = ? AND ledger.uidvalidity = ?
"""
_FILED = "SELECT raw.mail_id, raw.data FROM raw JOIN message ON message.mail_id = raw.mail_id"
_NONE = {
    "rows that refer to nothing": "PRAGMA foreign_key_check",
    "mails without bytes": "SELECT id FROM mail WHERE id NOT IN (SELECT mail_id FROM raw)",
    "mails in no ticket": """
        SELECT id, quarantine FROM mail WHERE id NOT IN (SELECT mail_id FROM message WHERE mail_id IS NOT NULL)
    """,
    "one mail, several cards": """
        SELECT content_hash, count(*) FROM mail JOIN message ON message.mail_id = mail.id
        GROUP BY content_hash HAVING count(*) > 1
    """,
    "one mail, several tickets": """
        SELECT json_extract(data, '$.root'), count(*) FROM event WHERE type = 'opened' GROUP BY 1 HAVING count(*) > 1
    """,
    "cards without a ticket": "SELECT id FROM message WHERE ticket_id NOT IN (SELECT id FROM ticket)",
    "tickets without a card": "SELECT id FROM ticket WHERE id NOT IN (SELECT ticket_id FROM message)",
    "cards that are not searched": "SELECT id FROM message WHERE id NOT IN (SELECT rowid FROM search)",
    "cards without a text": "SELECT id FROM message WHERE id NOT IN (SELECT message_id FROM body)",
}
