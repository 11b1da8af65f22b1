"""What --json says: stable names, times in ISO 8601 UTC, durations in seconds. Version: output.JSON_VERSION."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tui_desk.service.unseen import counts
from tui_desk.store.rows import AttachmentView, MessageView, OutboxView, QueueRow, TicketView

FAR_FUTURE = 1 << 40


def iso(at: int | None) -> str | None:
    """Epoch seconds as 2026-11-21T14:30:00+00:00; None where there is none."""
    if at is None or at >= FAR_FUTURE:
        return None
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat()


def ticket_record(row: QueueRow) -> dict[str, Any]:
    """One line of a list."""
    return {
        "number": row.number,
        "status": row.status,
        "priority": row.priority,
        "type": row.type,
        "assignee": row.assignee,
        "requester": row.requester,
        "requester_name": row.requester_name,
        "subject": row.subject,
        "tags": list(row.tags),
        "queue": row.queue,
        "created_at": iso(row.created_at),
        "updated_at": iso(row.updated_at),
        "due_at": iso(row.due_at),
        "waiting_since": iso(row.waiting_since),
        "snoozed_until": iso(row.snoozed_until),
        "messages": row.messages,
        "attachments": row.attachments,
    }


def whole_ticket_record(
    ticket: TicketView,
    thread: list[MessageView],
    doubts: Mapping[int, Sequence[str]] | None = None,
    stuck: Sequence[OutboxView] = (),
) -> dict[str, Any]:
    """A ticket with its thread, what makes the sender of a message doubtful, and mails that did not leave, or perhaps did."""
    doubts = doubts or {}
    return {
        **ticket_record(ticket.row),
        "channel": ticket.channel,
        "first_reply_at": iso(ticket.first_reply_at),
        "solved_at": iso(ticket.solved_at),
        "first_due_at": iso(ticket.first_due_at),
        "first_response_seconds": ticket.first_response_cal,
        "first_response_business_seconds": ticket.first_response_biz,
        "resolution_seconds": ticket.full_resolution_cal,
        "resolution_business_seconds": ticket.full_resolution_biz,
        "reopens": ticket.reopens,
        "thread": [{**message_record(message), "doubts": list(doubts.get(message.id, ()))} for message in thread],
        "outbox": [outbox_record(mail) for mail in stuck],
    }


def message_record(message: MessageView) -> dict[str, Any]:
    """One message or note."""
    return {
        "id": message.id,
        "at": iso(message.at),
        "kind": message.kind,
        "from": message.author,
        "from_name": message.author_name,
        "to": message.recipients,
        "subject": message.subject,
        "message_id": message.message_id,
        "automatic": message.automatic,
        "delivery": message.delivery,
        "text": message.text,
        "left_out": counts(message.flags),
        "attachments": [attachment_record(a) for a in message.attachments],
    }


def attachment_record(attachment: AttachmentView) -> dict[str, Any]:
    """One attachment; `ordinal` is what --save takes."""
    return {
        "ordinal": attachment.ordinal,
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "inline": attachment.inline,
        "on_server": attachment.on_server,
    }


def outbox_record(mail: OutboxView) -> dict[str, Any]:
    """One mail on its way."""
    return {
        "id": mail.id,
        "number": mail.number,
        "state": mail.state,
        "subject": mail.subject,
        "recipients": list(mail.recipients),
        "agent": mail.agent,
        "not_before": iso(mail.not_before),
        "attempts": mail.attempts,
        "next_try_at": iso(mail.not_before) if mail.state == "queued" and mail.attempts else None,
        "error": mail.error,
        "created_at": iso(mail.created_at),
        "updated_at": iso(mail.updated_at),
        "message_id": mail.message_id,
    }
