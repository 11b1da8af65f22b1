"""The reading verbs as plain functions: Typer and the fast path call the very same ones. Nothing heavy is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.output import Column, Format
from tui_desk.cli.records import iso, ticket_record, whole_ticket_record
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.words import ago, delivery_name, first_reply, priority_name, size, span, stamp, status_name
from tui_desk.store.rows import AttachmentView, MessageView, OutboxView, QueueRow, TicketView
from tui_desk.store.snippet import window
from tui_desk.text import width

EMPTY = 1
DEFAULT_QUERY = "is:open"
_PAGE = 50
_ALL = 1 << 31
_SIGNS = 2
"""Cells of the "…" before and after a word that was found."""
_STATUS_STYLE = {"new": "bold cyan", "open": "cyan", "in_progress": "cyan", "pending": "yellow", "on_hold": "yellow"}
_PRIORITY_STYLE = {"urgent": "bold red", "high": "red", "low": "dim"}


class Asked(NamedTuple):
    """How a list is wanted."""

    json: bool = False
    jsonl: bool = False
    ids: bool = False
    fail_empty: bool = False
    limit: int | None = None
    """At most so many; 0: all; None: a page of them where a person looks at a table, all elsewhere."""

    @property
    def form(self) -> Format:
        """The one format asked for. Raises UsageError for two."""
        chosen: list[Format] = []
        if self.json:
            chosen.append("json")
        if self.jsonl:
            chosen.append("jsonl")
        if self.ids:
            chosen.append("ids")
        if len(chosen) > 1:
            raise UsageError(_("Choose one of --json, --jsonl and --ids."))
        return chosen[0] if chosen else "table"

    @property
    def most(self) -> int:
        """At most so many; 0: all. A pipe that is cut without a word would leave tickets out of a bulk reply."""
        if self.limit is not None:
            return self.limit
        return _PAGE if self.form == "table" and sys.stdout.isatty() else 0

    def code(self, count: int) -> int:
        """0, or 1 for an empty list with --fail-empty."""
        return EMPTY if self.fail_empty and not count else 0


def words_of(query: Sequence[str]) -> str:
    """The query as it was typed; words that the shell kept together are quoted again."""
    return " ".join(query)


def columns(desk: Desk) -> list[Column]:
    """A ticket on a line; its queue where there are several."""
    now = clock.now()
    queue = [Column(_("Queue"), "queue", rank=2)] if desk.queue.several else []
    return [
        Column("#", "number", style=lambda _v: "bold"),
        Column(_("Due"), "due_at", lambda v: _due(v, now), lambda v: "bold red" if v and seconds(v) < now else "", right=True),
        Column(_("From"), "requester_name" if sys.stdout.isatty() else "requester", grows=True),
        Column(_("Subject"), "subject", grows=True),
        Column(_("Status"), "status", status_name, lambda v: _STATUS_STYLE.get(v, "dim"), rank=1),
        Column(_("Priority"), "priority", priority_name, lambda v: _PRIORITY_STYLE.get(v, ""), rank=4),
        *queue,
        Column(_("Assignee"), "assignee", rank=2),
        Column(_("Tags"), "tags", lambda v: " ".join(v), lambda _v: "blue", grows=True, rank=3),
        Column(_("Age"), "created_at", lambda v: ago(now - seconds(v)), right=True, rank=5),
    ]


def list_tickets(query: Sequence[str], asked: Asked) -> int:
    """`desk list`: the tickets a query finds, most urgent first."""
    form = asked.form
    with Desk.open() as desk:
        text = words_of(query) or DEFAULT_QUERY
        if asked.most:
            rows = desk.queue.page(text, limit=asked.most)
            listed = [ticket_record(row) for row in rows]
        else:
            listed = [ticket_record(row) for row in _every(desk, text)]
        for record in listed:
            if form == "table":
                record["requester_name"] = record["requester_name"] or record["requester"]
        count = output.records(listed, columns(desk), form, "tickets")
        if form == "table" and sys.stdout.isatty():
            _footer(desk, text, count, asked)
        return asked.code(count)


def next_ticket(asked: Asked) -> int:
    """`desk next`: this agent's most urgent ticket, else the most urgent that nobody holds."""
    with Desk.open() as desk:
        for query in ("is:open assignee:me", "is:open assignee:none"):
            rows = desk.queue.page(query, limit=1)
            if rows:
                return asked.code(output.records([ticket_record(rows[0])], columns(desk), asked.form, "tickets"))
        if sys.stdout.isatty():
            print(_("Nothing to answer. Enjoy it."))
        return asked.code(0)


def count_tickets(query: Sequence[str], asked: Asked) -> int:
    """`desk count`: how many tickets a query finds, exactly."""
    with Desk.open() as desk:
        count, _capped = desk.queue.count(words_of(query) or DEFAULT_QUERY, cap=_ALL)
    if asked.form == "json":
        output.one({"count": count})
    else:
        print(count)
    return asked.code(count)


def list_views(asked: Asked) -> int:
    """`desk views`: every view with its count, exactly: the console's stops at a thousand, to be there at once."""
    with Desk.open() as desk:
        views = desk.queue.views(cap=_ALL)
    listed: list[dict[str, Any]] = [
        {"view": v.id, "title": _(v.title), "query": v.query, "count": v.count, "capped": v.capped} for v in views
    ]
    shown = [
        Column(_("View"), "view", style=lambda _v: "bold"),
        Column(_("Tickets"), "count", right=True),
        Column(_("Title"), "title"),
        Column(_("Query"), "query", style=lambda _v: "dim", grows=True, rank=1),
    ]
    return asked.code(output.records(listed, shown, asked.form, "views", key="view"))


def search(words: Sequence[str], asked: Asked) -> int:
    """`desk search`: messages with these words, newest first."""
    text = words_of(words)
    if not text.strip():
        raise UsageError(_("What are you looking for?"), _("For example: desk search facture impayée"))
    with Desk.open() as desk:
        hits = desk.queue.search(text, limit=asked.most or _ALL)
        rows = {row.id: row for row in desk.queue.rows(list(dict.fromkeys(hit.ticket_id for hit in hits)))}
        listed = [
            {
                "number": rows[hit.ticket_id].number,
                "at": iso(hit.at),
                "requester": rows[hit.ticket_id].requester,
                "subject": rows[hit.ticket_id].subject,
                "snippet": hit.snippet,
                "message": hit.message_id,
            }
            for hit in hits
            if hit.ticket_id in rows
        ]
    found = {hit.snippet: hit.found for hit in hits}
    now = clock.now()
    shown = [
        Column("#", "number", style=lambda _v: "bold"),
        Column(_("When"), "at", lambda v: ago(now - seconds(v)), right=True),
        Column(_("From"), "requester", grows=True, rank=1),
        Column(_("Subject"), "subject", grows=True),
        Column(
            _("Text"),
            "snippet",
            style=lambda _v: "dim",
            grows=True,
            fit=lambda text, cells: window(text, found.get(text, ""), cells),
            keeps=max((width(word) for word in found.values()), default=0) + _SIGNS,
        ),
    ]
    person = asked.form == "table" and sys.stdout.isatty()
    if not listed and person:
        print(_("Nothing found for “%(words)s”.") % {"words": output.block(text)}, file=sys.stderr)
    if asked.form == "ids":
        listed = list({row["number"]: row for row in listed}.values())
    count = output.records(listed, shown, asked.form, "hits")
    if person and len(hits) == asked.most:
        print(_("The newest %(n)s; --limit 0 for all.") % {"n": asked.most}, file=sys.stderr)
    return asked.code(count)


def show(ref: str, asked: Asked, *, raw: int | None = None, charset: str | None = None, parsed: bool = False) -> int:
    """`desk show`: a whole ticket, or one message as it came (`raw`: its id).

    `charset`: mail is decoded again in it. `parsed`: what is read of the bytes of each message, or of one.
    """
    with Desk.open() as desk:
        if parsed:
            return _parsed(desk, ref, raw, charset)
        if raw is not None:
            output.raw(desk.tickets.raw(raw))
            return 0
        ticket = desk.tickets.by_number(ref)
        thread = desk.tickets.thread(ticket.row.id)
        if charset is not None:
            thread = desk.tickets.reread(thread, charset)
        doubts = desk.tickets.doubts(thread)
        stuck = desk.outbox.stuck(ticket.key)
        zone = desk.settings.calendar.timezone
    match asked.form:
        case "json":
            output.one({"ticket": whole_ticket_record(ticket, thread, doubts, stuck)})
        case "jsonl":
            output.records([whole_ticket_record(ticket, thread, doubts, stuck)], [], "jsonl", "tickets")
        case "ids":
            print(ticket.row.number)
        case _:
            cards = (line for m in thread for line in _card(m, zone, doubts.get(m.id, ())))
            output.page("\n".join([*_head(ticket, zone), *cards, *(line for mail in stuck for line in _stuck(mail))]))
    return 0


def _parsed(desk: Desk, ref: str, message: int | None, charset: str | None) -> int:
    """`desk show --raw-parse`: one line a message that came as mail, oldest first (JSON)."""
    import json

    from tui_desk.errors import NotFoundError

    thread = [message] if message is not None else [m.id for m in desk.tickets.thread(desk.tickets.find(ref)) if m.kind != "note"]
    for number in thread:
        try:
            record = desk.tickets.parsed(number, charset)
        except NotFoundError:
            if message is not None:
                raise
            continue
        print(json.dumps(record, ensure_ascii=True))
    return 0


def why(ref: str) -> int:
    """`desk why`: a line for each message and change."""
    with Desk.open() as desk:
        for line in desk.tickets.why(desk.tickets.find(ref)):
            print(output.block(line))
    return 0


def _every(desk: Desk, query: str) -> list[QueueRow]:
    ids = desk.queue.ids(query)
    return [row for start in range(0, len(ids), 500) for row in desk.queue.rows(ids[start : start + 500])]


def _footer(desk: Desk, query: str, shown: int, asked: Asked) -> None:
    if not shown:
        print(_("No ticket for “%(query)s”.") % {"query": output.block(query)}, file=sys.stderr)
    elif shown == asked.most:
        total, capped = desk.queue.count(query)
        text = _("%(shown)s of %(total)s tickets; --limit 0 for all.")
        print(text % {"shown": shown, "total": f"{total}+" if capped else total}, file=sys.stderr)


def _head(ticket: TicketView, zone: str) -> list[str]:
    row = ticket.row
    who = f"{row.requester_name} <{row.requester}>" if row.requester_name else row.requester
    facts = [status_name(row.status), priority_name(row.priority), row.type, row.assignee or _("unassigned")]
    lines = [output.paint(f"#{row.number}  {row.subject}", "bold"), f"{who}"]
    lines.append(output.paint(" · ".join(f for f in facts if f) + ("   " + " ".join(f"#{t}" for t in row.tags)), "cyan").rstrip())
    if ticket.first_response_cal is not None:
        took, business = first_reply(ticket.first_response_cal, ticket.first_response_biz or 0)
        lines.append(
            output.paint(_("First reply after %(time)s.") % {"time": f"{took} ({business})" if business else took}, "dim")
        )
    elif row.due_at < 1 << 40:
        lines.append(output.paint(_("Reply due %(when)s.") % {"when": stamp(row.due_at, zone)}, "yellow"))
    return lines


_CARD = {"inbound": ("◂", "bold"), "outbound": ("▸", "bold green"), "note": ("✎", "bold yellow")}


def _card(message: MessageView, zone: str, doubts: Sequence[str]) -> list[str]:
    from tui_desk.mail.flowed import reflowed
    from tui_desk.service.unseen import left_out

    sign, style = _CARD.get(message.kind, ("·", "dim"))
    who = message.author_name or message.author
    state = f"  [{message.automatic}]" if message.automatic else ""
    lines = ["", output.paint(f"{sign} {who}  {stamp(message.at, zone)}{state}  ({message.id})", style)]
    lines += [output.paint(f"  ▲ {output.block(doubt)}", "yellow") for doubt in doubts]
    lines += ["  " + line for line in output.wrapped(reflowed(message.text).rstrip(), 2)]
    lines += [output.paint(f"  ⎘ {a.ordinal} {a.name} ({_whereabouts(a)})", "blue") for a in message.attachments]
    if said := left_out(message.flags):
        lines.append(output.paint(f"  ◌ {said}", "dim"))
    return lines


def _stuck(mail: OutboxView) -> list[str]:
    """An answer that the thread does not have, why, and what is to be done."""
    to = output.block(", ".join(mail.recipients))
    lines = ["", output.paint(f"? {delivery_name(mail.state)}  {to}", "bold yellow" if mail.state == "uncertain" else "bold red")]
    lines += ["  " + line for line in output.wrapped(mail.error, 2)]
    match mail.state:
        case "uncertain":
            lines.append("  " + _("`desk outbox resolve %(id)s --sent` or `--not-sent` settles it.") % {"id": mail.id})
        case "failed":
            again = _("`desk outbox retry %(id)s` sends it again, `desk outbox undo %(id)s` gives the draft back.")
            lines.append("  " + again % {"id": mail.id})
    return lines


def _whereabouts(attachment: AttachmentView) -> str:
    """Its size, and that it is not here where that is so."""
    much = size(attachment.size)
    return _("about %(size)s, on the server") % {"size": much} if attachment.on_server else much


def seconds(moment: str) -> int:
    """Epoch seconds of an ISO 8601 moment, as the records have it."""
    from datetime import datetime

    return int(datetime.fromisoformat(moment).timestamp())


def _due(moment: str | None, now: int) -> str:
    if not moment:
        return ""
    left = seconds(moment) - now
    return f"-{span(-left)}" if left < 0 else span(left)
