"""Reading one ticket: its row, its thread, its people, its log, its bytes. Standard library sqlite3 only."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

from tui_desk.errors import NotFoundError
from tui_desk.i18n import _
from tui_desk.store.connect import explained
from tui_desk.store.queue_read import ROW, json_ids, row_of
from tui_desk.store.rows import AttachmentView, ContactView, EventView, MessageView, Place, TicketView
from tui_desk.text import fold, one_line

_VIEW = (
    "key, channel, first_reply_at, first_solved_at, solved_at, first_due_at, last_inbound_at, last_outbound_at, messages_in,"
    " messages_out, notes, reopens, historical, merged_into, first_response_cal, first_response_biz, full_resolution_cal,"
    " full_resolution_biz, wake_on"
)
_ALIKE = str.maketrans("OIL", "011")
"""Letters that Crockford's base32 reads as digits."""
RECENT = 20


class ThreadReader:
    """One ticket. One object a thread."""

    path: Path
    con: sqlite3.Connection

    def find(self, ref: str) -> int:
        """The id behind `#4F2K`, `4F2K` or a Message-ID; of a merged ticket, its target's. Raises NotFoundError."""
        wanted = ref.strip().strip("<>")
        with explained(self.path):
            if "@" in wanted:
                sql = "SELECT ticket_id FROM message WHERE message_id = ? ORDER BY id LIMIT 1"
                row = self.con.execute(sql, (wanted,)).fetchone()
            else:
                number = wanted.lstrip("#").upper().translate(_ALIKE)
                row = self.con.execute("SELECT id FROM ticket WHERE number = ?", (number,)).fetchone()
            if row is None:
                raise _unknown(ref)
            return self._target(row[0])

    def _target(self, ticket_id: int) -> int:
        sql = "SELECT target.id FROM ticket JOIN ticket AS target ON target.key = ticket.merged_into WHERE ticket.id = ?"
        for _step in range(20):
            row = self.con.execute(sql, (ticket_id,)).fetchone()
            if row is None:
                break
            ticket_id = row[0]
        return ticket_id

    def key(self, ticket_id: int) -> str:
        """The ticket's key, by which events and outgoing mail name it. Raises NotFoundError."""
        with explained(self.path):
            row = self.con.execute("SELECT key FROM ticket WHERE id = ?", (ticket_id,)).fetchone()
        if row is None:
            raise _unknown(str(ticket_id))
        return str(row[0])

    def ticket(self, ticket_id: int) -> TicketView:
        """The whole ticket. Raises NotFoundError."""
        with explained(self.path):
            row = self.con.execute(f"SELECT {ROW}, {_VIEW} FROM ticket WHERE id = ?", (ticket_id,)).fetchone()
        if row is None:
            raise _unknown(str(ticket_id))
        rest = list(row[19:])
        rest[12] = bool(rest[12])
        return TicketView(row_of(row[:19]), *rest)

    def thread(self, ticket_id: int, *, newest: int | None = None) -> list[MessageView]:
        """The ticket's messages and notes, oldest first; with `newest`, only that many of the last."""
        sql = """
            SELECT m.id, m.at, m.kind, m.author, m.author_name, m.recipients, m.subject, m.message_id, body.text, m.snippet,
                   m.automatic, m.rule, m.flags, m.attachments, coalesce(outbox.state, ''), m.desk
            FROM message AS m LEFT JOIN body ON body.message_id = m.id
            LEFT JOIN outbox ON m.kind = 'outbound' AND outbox.message_id = m.message_id
            WHERE m.ticket_id = ? ORDER BY m.at DESC, m.id DESC LIMIT ?
        """
        with explained(self.path):
            rows = self.con.execute(sql, (ticket_id, -1 if newest is None else newest)).fetchall()[::-1]
            files = self._attachments([row[0] for row in rows if row[13]])
            bounced = self._bounced(ticket_id) if any(row[2] == "outbound" for row in rows) else {}
        return [_card(row, files.get(row[0], []), bounced) for row in rows]

    def message(self, message_id: int) -> MessageView:
        """One card. Raises NotFoundError."""
        with explained(self.path):
            row = self.con.execute("SELECT ticket_id FROM message WHERE id = ?", (message_id,)).fetchone()
        found = next((m for m in self.thread(row[0]) if m.id == message_id), None) if row else None
        if found is None:
            raise _no_message()
        return found

    def contact(self, email: str) -> ContactView:
        """A person and their tickets, newest first. Raises NotFoundError."""
        from tui_desk.store import contacts

        with explained(self.path):
            found = contacts.find(self.con, email)
            if found is None:
                raise NotFoundError(_("Nobody with the address %(email)s has written yet.") % {"email": one_line(email)})
            addresses = (found.email, *found.others)
            sql = f"""
                SELECT {ROW} FROM ticket WHERE requester IN ({", ".join("?" * len(addresses))}) AND merged_into = ''
                ORDER BY created_at DESC, id DESC LIMIT ?
            """
            recent = tuple(row_of(row) for row in self.con.execute(sql, (*addresses, RECENT)))
        others = tuple(address for address in addresses if address != email.lower())
        return ContactView(email.lower(), found.name, found.first_seen, found.last_seen, found.tickets, recent, others)

    def contacts(self, words: str, limit: int = 8) -> list[tuple[str, str]]:
        """(name, address) of people whose address, or a word of whose name, begins so; who wrote last comes first."""
        wanted = fold(words.strip())
        if not wanted:
            return []
        self.con.create_function("folded", 1, fold, deterministic=True)
        start = "".join("\\" + letter if letter in "%_\\" else letter for letter in wanted) + "%"
        sql = """
            SELECT name, email FROM contact
            WHERE email LIKE ?1 ESCAPE '\\' OR ' ' || folded(name) LIKE '% ' || ?1 ESCAPE '\\'
            ORDER BY last_seen DESC, email LIMIT ?2
        """
        with explained(self.path):
            return [(one_line(name), one_line(email)) for name, email in self.con.execute(sql, (start, limit))]

    def events(self, ticket_id: int) -> list[EventView]:
        """The ticket's log, oldest first, with that of tickets that ended in it."""
        import json

        from tui_desk.desk.undo import standing
        from tui_desk.store.inputs import event

        sql = """
            SELECT id, at, agent, ticket, type, data, cause, v FROM event
            WHERE ticket IN (SELECT key FROM ticket WHERE id = ?
                             UNION SELECT key FROM ticket WHERE merged_into = (SELECT key FROM ticket WHERE id = ?))
            ORDER BY at, seq
        """
        with explained(self.path):
            log = [event(row) for row in self.con.execute(sql, (ticket_id, ticket_id))]
        stands = {e.id for e in standing(log)}
        return [
            EventView(
                e.id,
                e.at,
                one_line(e.agent),
                e.type,
                one_line(json.dumps(e.data, ensure_ascii=False)),
                one_line(e.cause),
                e.type != "undo" and e.id not in stands,
            )
            for e in log
        ]

    def raw(self, message_id: int) -> bytes:
        """A message as it came. Raises NotFoundError for a note."""
        sql = "SELECT raw.data FROM message JOIN raw ON raw.mail_id = message.mail_id WHERE message.id = ?"
        with explained(self.path):
            row = self.con.execute(sql, (message_id,)).fetchone()
        if row is None:
            raise _no_message()
        import zlib

        return zlib.decompress(row[0])

    def head(self, message_id: int) -> bytes:
        """A message's headers as they came, 64 KB of them at most. Raises NotFoundError for a note."""
        sql = "SELECT substr(raw.data, 1, 65536) FROM message JOIN raw ON raw.mail_id = message.mail_id WHERE message.id = ?"
        with explained(self.path):
            row = self.con.execute(sql, (message_id,)).fetchone()
        if row is None:
            raise _no_message()
        import zlib

        start = zlib.decompressobj().decompress(row[0], 65536)
        ends = [end for end in (start.find(b"\r\n\r\n"), start.find(b"\n\n")) if end >= 0]
        return start[: min(ends, default=len(start))] + b"\r\n\r\n"

    def places(self, message_id: int) -> list[Place]:
        """Where the server showed a message: what stood there last comes first. [] for what no server showed."""
        sql = """
            SELECT folder.name, folder.role, ledger.uidvalidity, ledger.uid, folder.account FROM message
            JOIN ledger ON ledger.mail_id = message.mail_id JOIN folder ON folder.id = ledger.folder_id
            WHERE message.id = ? ORDER BY ledger.gone, ledger.uidvalidity = folder.uidvalidity DESC, ledger.uid DESC
        """
        with explained(self.path):
            return [Place(*row) for row in self.con.execute(sql, (message_id,))]

    def attachment(self, message_id: int, ordinal: int) -> AttachmentView:
        """One attachment; its bytes are in the message. Raises NotFoundError."""
        with explained(self.path):
            found = self._attachments([message_id]).get(message_id, [])
        for view in found:
            if view.ordinal == ordinal:
                return view
        raise NotFoundError(_("That message has no such attachment."))

    def _attachments(self, message_ids: list[int]) -> dict[int, list[AttachmentView]]:
        sql = """
            SELECT message_id, ordinal, name, content_type, size, sha256, inline FROM attachment
            WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY message_id, ordinal
        """
        found: dict[int, list[AttachmentView]] = defaultdict(list)
        for row in self.con.execute(sql, (json_ids(message_ids),)) if message_ids else ():
            values = [*row[1:6], bool(row[6])]
            found[row[0]].append(AttachmentView(*values))
        return found

    def _bounced(self, ticket_id: int) -> dict[str, str]:
        """What became of outgoing mail after the server took it: Message-ID to bounced or delayed."""
        import json

        sql = "SELECT data FROM event WHERE type = 'delivery' AND ticket = (SELECT key FROM ticket WHERE id = ?) ORDER BY seq"
        told = [json.loads(row[0]) for row in self.con.execute(sql, (ticket_id,))]
        return {str(d.get("message_id")): str(d.get("state")) for d in told}


def _card(row: tuple[Any, ...], files: list[AttachmentView], bounced: dict[str, str]) -> MessageView:
    values = list(row)
    values[8] = row[8] or ""
    values[12] = tuple(row[12].split())
    values[13] = tuple(files)
    values[14] = bounced.get(row[7], row[14])
    return MessageView(*values)


def _unknown(ref: str) -> NotFoundError:
    return NotFoundError(_("There is no ticket %(ref)s.") % {"ref": one_line(ref)}, _("`desk list` shows the numbers."))


def _no_message() -> NotFoundError:
    return NotFoundError(_("There is no such message, or it is a note."))
