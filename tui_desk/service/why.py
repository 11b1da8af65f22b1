"""`why TICKET`: which rule, header, person or clock did what."""

from __future__ import annotations

import json

from tui_desk.i18n import N_, _
from tui_desk.service.words import priority_name, stamp, status_name
from tui_desk.store.rows import EventView, MessageView

_RULES = {
    "signed": N_("the id or address that it answers bears our signature"),
    "references": N_("References names a message of this ticket"),
    "in_reply_to": N_("In-Reply-To names a message of this ticket"),
    "bounce": N_("the bounced mail is of this ticket"),
    "external_ref": N_("another system's id in the subject is one of this ticket"),
    "thread_index": N_("Outlook's Thread-Index is the same and the sender takes part"),
    "number": N_("the ticket's number is in the subject and the sender takes part"),
    "new": N_("nothing ties it to another ticket: it opened this one"),
    "follow_up": N_("it answers a closed ticket: it opened this follow-up"),
    "late_parent": N_("a message of this ticket answers it"),
    "outbox": N_("sent from this desk"),
}

_FLAGS = {
    "warned": N_("it answers an id that looks like ours and that we did not sign: that one was not believed"),
    "msgid_reused": N_("another message bears the same Message-ID"),
    "truncated": N_("its large parts are still on the server"),
}

LAST = 253_000_000_000
"""Epoch seconds, in the year 9987: what lies behind it is no date."""


def explain(thread: list[MessageView], events: list[EventView], zone: str) -> list[str]:
    """A line for each message and each event, in order of time; moments on the clock of `zone`."""
    lines = [(m.at, _message(m)) for m in thread if m.kind != "note"]
    lines += [(e.at, _event(e, zone)) for e in events]
    return [text for _at, text in sorted(lines, key=lambda line: line[0])]


def _message(message: MessageView) -> str:
    words = [_(_RULES.get(rule, rule)) for rule in message.rule.split(",") if rule]
    words += [_(_FLAGS[flag]) for flag in message.flags if flag in _FLAGS]
    who = message.author_name or message.author
    return _("Message from %(who)s: %(why)s.") % {"who": who, "why": "; ".join(words) or _("no rule recorded")}


def _event(event: EventView, zone: str) -> str:
    data = json.loads(event.data)
    match event.type:
        case "opened":
            what = _("opened as #%(number)s") % {"number": data.get("number", "")}
        case "status":
            what = _("status: %(to)s") % {"to": status_name(str(data.get("to", "")))}
        case "assign":
            what = _("assigned to %(agent)s") % {"agent": data["to"]} if data.get("to") else _("unassigned")
        case "priority":
            what = _("priority %(priority)s") % {"priority": priority_name(str(data.get("to", "")))}
        case "tag":
            what = " ".join([*(f"+{t}" for t in data.get("add", ())), *(f"-{t}" for t in data.get("remove", ()))])
        case "snooze":
            what = _snoozed(data.get("until"), data.get("on"), zone)
        case "type":
            what = _("type: %(type)s") % {"type": data["to"]} if data.get("to") else _("no type any more")
        case "subject":
            what = _("subject: %(subject)s") % {"subject": data.get("to", "")}
        case "note":
            what = _("note added")
        case "delivery":
            from tui_desk.service.failing import told

            what = told(data)
        case "acknowledged":
            from tui_desk.service import ack

            what = ack.told(data)
        case "replied":
            what = _("replied")
        case "undo":
            what = _("undo")
        case _:
            what = event.type
    if event.undone:
        what = _("%(what)s (undone)") % {"what": what}
    cause = f" ({event.cause})" if event.cause else ""
    return f"{event.agent}: {what}{cause}"


def _snoozed(until: int | None, on: str | None, zone: str) -> str:
    """Until when a ticket sleeps, and what else wakes it."""
    if not until:
        return _("woken")
    if until > LAST:
        return _("snoozed until a reply comes")
    when = {"when": stamp(until, zone)}
    return _("snoozed until %(when)s, whatever comes") % when if on == "time" else _("snoozed until %(when)s or a reply") % when
