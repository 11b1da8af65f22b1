"""Leaving without loss: JSON Lines with bodies, mbox, CSV. The order is fixed, and no row id of this store is in it."""

from __future__ import annotations

import csv
import json
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from tui_desk.store.connect import explained
from tui_desk.store.output import refuse_own, replacing, told
from tui_desk.store.read import Reader

Kind = Literal["jsonl", "mbox", "csv"]
FORMAT = 1
"""Of the JSON Lines; grows when a field changes its meaning."""

_FIELDS = (
    "number", "key", "subject", "status", "priority", "type", "channel", "assignee", "requester", "requester_name", "tags",
    "created_at", "updated_at", "last_inbound_at", "last_outbound_at", "waiting_since", "snoozed_until", "wake_on",
    "first_reply_at", "first_reply_agent", "first_solved_at", "solved_at", "solved_by", "closed_by_clock", "opened_by",
    "historical", "thanks", "messages_in", "messages_out", "notes", "attachments", "reopens", "real_reopens",
    "closed_without_reply", "due_at", "first_due_at", "first_response_cal", "first_response_biz", "first_resolution_cal",
    "first_resolution_biz", "full_resolution_cal", "full_resolution_biz", "net_resolution_cal", "net_resolution_biz",
    "merged_into", "queue",
)  # fmt: skip
_TRUTHS = ("closed_by_clock", "historical", "thanks")


def export(reader: Reader, target: Path | None, kind: Kind = "jsonl") -> int:
    """Write all tickets (of mbox: all mails) to `target`, stdout for None; returns how many. Raises StoreError, DiskFullError.

    A file appears in one move at the end: what was there stays until then, and for good where something fails.
    """
    if target is not None:
        refuse_own(target, reader.path)
    with _opened(target) as file:
        match kind:
            case "jsonl":
                return _json_lines(reader, file)
            case "mbox":
                return _mbox(reader, file)
            case "csv":
                return _csv(reader, file)


@contextmanager
def _opened(target: Path | None) -> Iterator[IO[bytes]]:
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if target.exists() and not target.is_file():
        # A pipe, /dev/stdout: nothing there that could be replaced in one move.
        with told(target), target.open("wb") as file:
            yield file
        return
    with told(target), replacing(target) as part, open(part, "wb", opener=_private) as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _json_lines(reader: Reader, file: IO[bytes]) -> int:
    n = 0
    for ticket_id, ticket in _tickets(reader):
        line = {"v": FORMAT, **ticket, "messages": _messages(reader, ticket_id), "events": _events(reader, ticket["key"])}
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n")
        n += 1
    return n


def _tickets(reader: Reader) -> Iterator[tuple[int, dict[str, Any]]]:
    with explained(reader.path):
        for ticket_id, *values in reader.con.execute(f"SELECT id, {', '.join(_FIELDS)} FROM ticket ORDER BY created_at, key"):
            ticket = dict(zip(_FIELDS, values, strict=True))
            ticket["tags"] = ticket["tags"].split()
            for name in _TRUTHS:
                ticket[name] = bool(ticket[name])
            yield ticket_id, ticket


def _messages(reader: Reader, ticket_id: int) -> list[dict[str, Any]]:
    sql = """
        SELECT message.id, message.at, message.kind, message.author, message.author_name, message.recipients, message.subject,
               message.message_id, message.automatic, message.rule, message.flags, coalesce(mail.sha256, ''),
               coalesce(message.event_id, ''), body.text
        FROM message LEFT JOIN mail ON mail.id = message.mail_id LEFT JOIN body ON body.message_id = message.id
        WHERE message.ticket_id = ? ORDER BY message.at, mail.sha256, message.event_id
    """
    names = (
        "at", "kind", "author", "author_name", "recipients", "subject", "message_id", "automatic", "rule", "flags", "raw_sha256",
        "event", "text",
    )  # fmt: skip
    files = "SELECT name, content_type, size, sha256, inline, content_id FROM attachment WHERE message_id = ? ORDER BY ordinal"
    columns = ("name", "content_type", "size", "sha256", "inline", "content_id")
    found = []
    for message_id, *values in reader.con.execute(sql, (ticket_id,)).fetchall():
        message = dict(zip(names, values, strict=True))
        message["attachments"] = [dict(zip(columns, row, strict=True)) for row in reader.con.execute(files, (message_id,))]
        found.append(message)
    return found


def _events(reader: Reader, key: str) -> list[dict[str, Any]]:
    sql = "SELECT id, at, agent, type, data, cause, v FROM event WHERE ticket = ? ORDER BY at, id"
    return [
        {"id": i, "at": at, "agent": agent, "type": kind, "data": json.loads(data), "cause": cause, "v": v}
        for i, at, agent, kind, data, cause, v in reader.con.execute(sql, (key,))
    ]


def _csv(reader: Reader, file: IO[bytes]) -> int:
    import io

    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True, errors="replace")
    rows = csv.writer(text)
    rows.writerow(_FIELDS)
    n = 0
    for _, ticket in _tickets(reader):
        rows.writerow([_cell(ticket[name]) for name in _FIELDS])
        n += 1
    text.detach()
    return n


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return int(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _mbox(reader: Reader, file: IO[bytes]) -> int:
    """Every mail that is kept, quarantined ones too, in mboxrd: lines that begin with From are quoted by one `>`."""
    import re
    import time

    sql = """
        SELECT mail.internaldate, raw.data FROM mail JOIN raw ON raw.mail_id = mail.id
        ORDER BY mail.internaldate, mail.sha256
    """
    quoted = re.compile(rb"^(>*From )", re.MULTILINE)
    n = 0
    with explained(reader.path):
        for at, data in reader.con.execute(sql):
            raw = zlib.decompress(data).replace(b"\r\n", b"\n")
            stamp = time.asctime(time.gmtime(at))
            file.write(f"From MAILER-DAEMON {stamp}\n".encode() + quoted.sub(rb">\1", raw).rstrip(b"\n") + b"\n\n")
            n += 1
    return n
