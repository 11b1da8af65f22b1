"""A parsed mail as a plain dictionary: what `python -m tui_desk.mail` and `desk show --raw-parse` print.

The debugging tool for "why does the desk see this mail so?": every field that was read, the reply without its quotes, what
makes the mail automatic, and what was wrong with its bytes.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from tui_desk.mail import links, quote
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Address, Attachment, Automatic, Bounce, Mail


def record(raw: bytes, *, charset: str | None = None) -> dict[str, Any]:
    """The message `raw` as JSON-ready fields. `charset`: read its texts in this charset in place of what it claims."""
    return of_mail(parse(raw, charset=charset))


def of_mail(mail: Mail) -> dict[str, Any]:
    """`mail` as JSON-ready fields. The texts are words only: where the links of HTML lead is in `links`."""
    text = links.without_targets(mail.text) if mail.html else mail.text
    return {
        **_envelope(mail),
        "text": text,
        "links": links.targets(mail.text) if mail.html else [],
        "html": mail.html,
        "attachments": [_attachment(attachment) for attachment in mail.attachments],
        "reply": quote.reply(text, sender=mail.from_.name),
        "reply_with_signature": quote.reply(text, signature=True, sender=mail.from_.name),
        **_automatic(mail.automatic, mail.bounce),
        "content_hash": mail.content_hash,
        "defects": list(mail.defects),
    }


def _envelope(mail: Mail) -> dict[str, Any]:
    return {
        "subject": mail.subject,
        "from_email": mail.from_.email,
        "from_name": mail.from_.name,
        "to": _emails(mail.to),
        "cc": _emails(mail.cc),
        "reply_to": _emails(mail.reply_to),
        "date": datetime.fromtimestamp(mail.date, UTC).isoformat() if mail.date is not None else None,
        "message_id": mail.message_id,
        "in_reply_to": next(iter(mail.in_reply_to), ""),
        "references": list(mail.references),
    }


def _automatic(automatic: Automatic | None, bounce: Bounce | None) -> dict[str, Any]:
    kind = automatic.kind if automatic else ""
    fields: dict[str, Any] = {
        "automatic": kind,
        "automatic_rule": automatic.rule if automatic else "",
        "is_bounce": kind in ("bounce", "delay"),
        "is_delay": kind == "delay",
        "is_auto_reply": kind in ("reply", "out_of_office"),
        "out_of_office": kind == "out_of_office",
        "suppress_autoresponse": automatic is not None,
        "is_feedback_report": kind == "feedback",
    }
    if kind == "feedback" and bounce is not None:
        fields |= {"feedback_type": bounce.diagnostic}
    if bounce is not None:
        fields |= {
            "hard_bounce": bounce.hard,
            "bounce_final": bounce.final,
            "bounce_reason": bounce.reason,
            "bounce_status": bounce.status,
            "bounce_action": bounce.action,
            "bounce_diagnostic": bounce.diagnostic,
            "bounce_recipients": list(bounce.recipients),
            "bounced_message_id": bounce.original_message_id,
        }
    return fields


def _emails(addresses: tuple[Address, ...]) -> list[str]:
    return [address.email for address in addresses]


def _attachment(attachment: Attachment) -> dict[str, Any]:
    return {
        "filename": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "md5": hashlib.md5(attachment.data, usedforsecurity=False).hexdigest(),
        "content_id": attachment.content_id,
        "inline": attachment.inline,
    }
