"""Addresses that mail of ours does not reach, in sentences: on the requester's line, in a thread, before a reply leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tui_desk.desk.people import Failing
from tui_desk.i18n import N_, _
from tui_desk.service.recipients import read_address
from tui_desk.service.types import Concern, Draft
from tui_desk.store import contacts
from tui_desk.store.read import Reader
from tui_desk.store.rows import MessageView
from tui_desk.text import one_line

_WHY = {
    "userunknown": N_("no such mailbox"),
    "hostunknown": N_("no such domain"),
    "hasmoved": N_("the person has another address"),
    "notaccept": N_("that domain takes no mail"),
    "mailboxfull": N_("the mailbox is full"),
    "suspend": N_("the account is disabled"),
    "filtered": N_("the recipient's filter refused it"),
    "rejected": N_("our address was refused"),
    "blocked": N_("our server is blocked"),
    "badreputation": N_("our server has a bad reputation"),
    "requireptr": N_("our server has no reverse DNS"),
    "authfailure": N_("SPF, DKIM or DMARC failed"),
    "norelaying": N_("the server does not relay for us"),
    "securityerror": N_("the server wants a login or encryption"),
    "spamdetected": N_("taken for spam"),
    "virusdetected": N_("taken for a virus"),
    "policyviolation": N_("against the server's policy"),
    "notcompliantrfc": N_("not in the form the server wants"),
    "mesgtoobig": N_("too large"),
    "exceedlimit": N_("too large for the recipient"),
    "speeding": N_("too many mails at once"),
    "toomanyconn": N_("too many connections at once"),
    "expired": N_("the server could not be reached in time"),
    "networkerror": N_("the way to the server is broken"),
    "systemerror": N_("the server has trouble"),
    "systemfull": N_("the server's disk is full"),
    "mailererror": N_("the server's delivery program failed"),
    "syntaxerror": N_("the servers did not understand each other"),
    "onhold": N_("the server asked to wait"),
    "feedback": N_("a complaint"),
}


def reason(why: str) -> str:
    """A reason of `mail.reason` in words, "" for what says nothing."""
    return _(_WHY[why]) if why in _WHY else ""


def sentence(failing: Failing) -> str:
    """What is wrong with an address."""
    words = reason(failing.why) or one_line(failing.said) or _("no reason given")
    return _("Mail to %(address)s came back: %(why)s.") % {"address": failing.email, "why": words}


def told(data: Mapping[str, Any]) -> str:
    """A `delivery` event in words."""
    said = one_line(str(data.get("reason", "")))
    why = reason(str(data.get("why", "")))
    words = f"{why} ({said})" if why and said else why or said or _("no reason given")
    to = ", ".join(one_line(str(email)) for email in data.get("to", ()) or ())
    match data.get("state"):
        case "bounced":
            text = _("a mail to %(to)s came back: %(why)s") if to else _("a mail came back: %(why)s")
        case "complained":
            return _("a recipient marked a mail of ours as junk")
        case _:
            text = _("a mail to %(to)s is delayed: %(why)s") if to else _("a mail is delayed: %(why)s")
    return text % {"to": to, "why": words}


def of(reader: Reader, emails: Iterable[str]) -> list[str]:
    """A sentence for each address of `emails` that is not reached."""
    return [sentence(failing) for failing in contacts.failing(reader.con, emails).values()]


def by_message(reader: Reader, thread: Sequence[MessageView]) -> dict[int, str]:
    """By message id, the newest of each: the writers in a thread who are not reached."""
    newest = {m.author: m.id for m in thread if m.kind == "inbound" and not m.automatic}
    return {newest[f.email]: sentence(f) for f in contacts.failing(reader.con, newest).values()} if newest else {}


def concerns(reader: Reader, draft: Draft) -> list[Concern]:
    """What is to be said of a draft's recipients; it stops nothing."""
    if draft.mode == "note":
        return []
    return [Concern("failing", words) for words in of(reader, [read_address(a).email for a in (*draft.to, *draft.cc)])]
