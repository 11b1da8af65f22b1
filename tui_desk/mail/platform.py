"""Reports that a sending platform writes as JSON (Amazon SES, by mail): the same fields under other names."""

from __future__ import annotations

import json
from typing import Any

from tui_desk.mail import notice, reason
from tui_desk.mail.types import Bounce

_MOST = 100


def read(text: str) -> Bounce | None:
    """The report in `text`, None where it holds none."""
    start = text.find("{")
    if start < 0 or ('"bounce"' not in text.lower() and '"complaint"' not in text.lower()):
        return None
    try:
        found, _end = json.JSONDecoder().raw_decode(text[start : start + 262_144])
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    kind = found.get("notificationType") or found.get("eventType")
    report = found.get(str(kind).lower())
    if kind not in ("Bounce", "Complaint") or not isinstance(report, dict):
        return None
    ids = _ids(found.get("mail"))
    return _bounce(report, ids) if kind == "Bounce" else _complaint(report, ids)


def _bounce(report: dict[str, Any], ids: tuple[str, ...]) -> Bounce:
    people = [person for person in _list(report.get("bouncedRecipients")) if isinstance(person, dict)]
    first: dict[str, Any] = people[0] if people else {}
    said = str(first.get("diagnosticCode", ""))
    status = notice.status_in(said) or notice.any_status(str(first.get("status", "")))
    why = reason.of([said], status=status, reply=notice.reply_in(said), command=notice.command_in(said))
    if why == "undefined" and report.get("bounceSubType") in ("MailboxFull", "Suppressed", "NoEmail"):
        why = {"MailboxFull": "mailboxfull"}.get(str(report["bounceSubType"]), "userunknown")
    temporary = report.get("bounceType") == "Transient" and first.get("action") != "failed"
    return Bounce(
        recipients=_emails(people),
        status=status,
        action="delayed" if temporary else "failed",
        diagnostic=said.partition(";")[2].strip() or said,
        original_message_id=ids[0] if ids else "",
        reason=why,
        returned_ids=ids,
    )


def _complaint(report: dict[str, Any], ids: tuple[str, ...]) -> Bounce:
    people = [person for person in _list(report.get("complainedRecipients")) if isinstance(person, dict)]
    kind = str(report.get("complaintFeedbackType") or "abuse").lower()
    return Bounce(_emails(people), "", "complained", kind, ids[0] if ids else "", "feedback", ids)


def _ids(mail: Any) -> tuple[str, ...]:
    """The Message-ID as the mail bore it; the platform's own id after it."""
    if not isinstance(mail, dict):
        return ()
    common = mail.get("commonHeaders")
    named = [common.get("messageId") if isinstance(common, dict) else ""]
    named += [
        h.get("value") for h in _list(mail.get("headers")) if isinstance(h, dict) and str(h.get("name")).lower() == "message-id"
    ]
    ids = [str(value).strip().strip("<>") for value in (*named, mail.get("messageId")) if value]
    return tuple(dict.fromkeys(ids))[:_MOST]


def _emails(people: list[dict[str, Any]]) -> tuple[str, ...]:
    found = [email for person in people for email in notice.addresses(str(person.get("emailAddress", "")))]
    return tuple(dict.fromkeys(found))[:_MOST]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
