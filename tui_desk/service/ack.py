"""Acknowledgements: "we have your message", with its number and the time promised, once a new ticket (behaviour 5).

Off unless `ack.enabled`. Queued like any mail, in the same transaction as the note of it on the ticket: a crash leaves both or
neither, two processes make one. Every refusal is written on its ticket, and `desk why` tells it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.desk import ack
from tui_desk.desk.events import SYSTEM
from tui_desk.errors import ConfigError, DeskError
from tui_desk.i18n import N_, _
from tui_desk.mail.types import Address, Mail, Outgoing
from tui_desk.store import acks, contacts
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.macros.types import Macro
    from tui_desk.service.desk import Desk
    from tui_desk.store.acks import Waiting

log = logging.getLogger(__name__)

LANGUAGES = ("en", "fr")
_WHY = {
    "not_inbound": N_("no customer's mail opened it"),
    "historical": N_("it is history"),
    "before": N_("it came before acknowledging was switched on"),
    "old": N_("it lay on the server for more than a day"),
    "spam": N_("it is spam"),
    "merged": N_("it is part of another ticket"),
    "automatic": N_("a machine wrote it"),
    "loop": N_("it went through too many servers"),
    "echo": N_("it gives our own acknowledgement back"),
    "awaited": N_("it answers a mail that may be among the older mail still to come"),
    "no_address": N_("it has no address to answer"),
    "own": N_("it is from an address of ours"),
    "answered": N_("it was answered already"),
    "failing": N_("mail to that address comes back"),
    "hourly": N_("that address got three within an hour"),
    "daily": N_("that address got ten within a day"),
    "breaker": N_("sixty left within an hour: acknowledging is stopped for an hour"),
    "trips": N_("sixty left within an hour: acknowledging is stopped for an hour"),
    "template": N_("its text could not be made"),
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What was decided on a ticket. `why`: one word, "" for a mail that was (or would be) queued; `text`: what it says."""

    number: str
    to: str
    why: str = ""
    detail: str = ""
    text: str = ""


def in_words(why: str, detail: str = "") -> str:
    """A refusal in words."""
    words = _(_WHY[why]) if why in _WHY else why
    return f"{words} ({detail})" if detail else words


def told(data: dict[str, Any]) -> str:
    """An `acknowledged` event in words."""
    if data.get("sent"):
        return _("acknowledged to %(to)s") % {"to": data.get("to", "")}
    return _("not acknowledged: %(why)s") % {"why": in_words(str(data.get("why", "")), str(data.get("detail", "")))}


def acknowledge(desk: Desk, *, dry_run: bool = False) -> list[Acknowledged]:
    """Decide on every new ticket and queue what is to be sent. `dry_run`: only tell; nothing is written."""
    seen = acks.mark(desk.reader.con)
    if not desk.settings.ack.enabled and not dry_run:
        if seen is not None:
            acks.switch_off(desk.store)
        return []
    now = clock.now()
    if seen is None and not dry_run:
        acks.switch_on(desk.store, now)
        return []
    seen = seen or acks.yesterday(desk.reader.con, now)
    end = acks.end(desk.reader.con)
    tickets = acks.waiting(desk.reader.con, seen)
    done = [_decide(desk, ticket, seen.since, now, dry_run=dry_run) for ticket in tickets]
    if len(tickets) == acks.MOST:
        end = tickets[-1].seq
    if not dry_run and (tickets or end > seen.seq + acks.FAR):
        acks.advance(desk.store, seen, end)
    return done


def stopped_until(desk: Desk) -> int:
    """When the breaker closes again, epoch seconds; 0 while it is closed."""
    now = clock.now()
    tripped = acks.sent(desk.reader.con, "", now).tripped_at
    return tripped + ack.HOUR if ack.is_open(tripped, now) else 0


def clock_time(desk: Desk, at: int) -> str:
    """A time of day in the desk's time zone."""
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(at, ZoneInfo(desk.settings.calendar.timezone)).strftime("%H:%M")


def templates(desk: Desk) -> Iterator[tuple[str, Path]]:
    """(language, file) of the texts: the profile's own, the user's, the shipped ones."""
    from tui_desk.macros.load import folders

    for language in LANGUAGES:
        found = [folder / "acknowledgement" / f"{language}.md" for folder in folders(desk.profile)]
        path = next((path for path in reversed(found) if path.exists()), None)
        if path is not None:
            yield language, path


def problems(desk: Desk) -> list[str]:
    """What is wrong with the texts."""
    found = []
    for _language, path in templates(desk):
        try:
            _template(path)
        except DeskError as error:
            found.append(error.message)
    return found


# ------------------------------------------------------------------------------------------------------------ one ticket


def _decide(desk: Desk, ticket: Waiting, since: int, now: int, *, dry_run: bool) -> Acknowledged:
    mail = _mail(desk, ticket)
    why = ack.refusal(_opened(desk, ticket, mail, now), own=desk.settings.own_addresses, since=since, now=now)
    detail = ticket.rule if why == "automatic" else ""
    if not why and dry_run:
        why = ack.limit(acks.sent(desk.reader.con, ticket.requester, now), now)
    if not why and mail is not None:
        try:
            made = _outgoing(desk, ticket, mail, now)
            if dry_run:
                return Acknowledged(ticket.number, ticket.requester, text=made.body)
            _queue(desk, ticket, made, now)
            return Acknowledged(ticket.number, ticket.requester, text=made.body)
        except acks.Limited as limited:
            why = limited.which
        except acks.Decided:
            return Acknowledged(ticket.number, ticket.requester, "answered")
        except DeskError as error:
            why, detail = "template", error.message
            log.warning("an acknowledgement could not be made: %s", error.message)
    if not dry_run:
        acks.note_refused(desk.store, ticket, why or "no_address", detail, now, desk.policy)
    return Acknowledged(ticket.number, ticket.requester, why or "no_address", detail)


def _mail(desk: Desk, ticket: Waiting) -> Mail | None:
    if ticket.message is None:
        return None
    from tui_desk.mail.parse import parse

    return parse(desk.reader.raw(ticket.message))


def _opened(desk: Desk, ticket: Waiting, mail: Mail | None, now: int) -> ack.Opened:
    con = desk.reader.con
    numbers = [number for number in acks.numbers_sent(con, ticket.requester, now) if number]
    return ack.Opened(
        status=ticket.status,
        historical=ticket.historical,
        source=ticket.source,
        requester=ticket.requester,
        arrived_at=ticket.arrived_at,
        automatic=ticket.rule or (mail.automatic.rule if mail is not None and mail.automatic is not None else ""),
        inbound=ticket.inbound and mail is not None,
        answered=ticket.answered,
        hops=sum(name.lower() == "received" for name, _value in mail.headers) if mail is not None else 0,
        failing=bool(contacts.failing(con, [ticket.requester])),
        echo=mail is not None and any(f"#{number}" in mail.text for number in numbers),
        awaited=mail is not None and bool(mail.references or mail.in_reply_to) and acks.history_to_come(con),
    )


def _outgoing(desk: Desk, ticket: Waiting, mail: Mail, now: int) -> Outgoing:
    """The mail: from the address the customer wrote to, in their language. Raises MacroError, ConfigError."""
    from tui_desk.mail.compose import reply_subject
    from tui_desk.mail.thread import sign
    from tui_desk.service.outgoing import answers_to
    from tui_desk.service.senders import answering, with_name

    from_ = with_name(desk.settings, answering(desk.settings, mail))
    account = desk.settings.mailboxes[desk.settings.account_of(from_.email)]
    answered = (*mail.references, *(i for i in mail.in_reply_to if i not in mail.references), mail.message_id)
    return Outgoing(
        from_=from_,
        to=(Address(ticket.requester, ticket.requester_name),),
        reply_to=answers_to(desk, ticket.key, from_),
        subject=reply_subject(mail.subject),
        body=text(desk, ticket, language_of(desk, mail), now, from_),
        message_id=sign(desk.store.secret, ticket.key, account.address.partition("@")[2] or "desk.invalid", nonce="ack"),
        date=now,
        in_reply_to=mail.message_id,
        references=answered,
        headers=(
            ("Auto-Submitted", "auto-replied"),
            ("X-Auto-Response-Suppress", "All"),
            ("Precedence", "auto_reply"),
            ("X-Loop", account.address),
        ),
    )


def _queue(desk: Desk, ticket: Waiting, made: Outgoing, now: int) -> None:
    from tui_desk.mail.compose import compose
    from tui_desk.mail.encode import spec
    from tui_desk.store.outbox import enqueue

    enqueue(
        desk.store,
        message_id=made.message_id,
        ticket=ticket.key,
        agent=SYSTEM,
        sender=made.from_.email,
        recipients=[spec(ticket.requester)],
        mime=compose(made),
        in_reply_to=made.in_reply_to,
        data={"automatic": True, "key": ticket.key},
        idempotency_key=f"ack:{ticket.key}",
        now=now,
        not_before=now,
        also=lambda con: acks.note_sent(con, ticket, ticket.requester, made.message_id, now, desk.policy),
    )


# ------------------------------------------------------------------------------------------------------------- the text


def language_of(desk: Desk, mail: Mail) -> str:
    """The customer's language, else `ack.language`, else the desk's."""
    from tui_desk.i18n import language
    from tui_desk.mail.language import guess
    from tui_desk.mail.quote import own_text

    return guess(own_text(mail.text)) or guess(mail.subject) or desk.settings.ack.language or language()


def text(desk: Desk, ticket: Waiting, language: str, now: int, from_: Address | None = None) -> str:
    """The text for a ticket. Raises MacroError and ConfigError for a template that is off."""
    from tui_desk.macros.render import render
    from tui_desk.macros.values import Facts

    files = dict(templates(desk))
    path = files.get(language) or next(iter(files.values()), None)
    if path is None:
        raise ConfigError(_("There is no text for acknowledgements."), _("Put one into macros/acknowledgement/en.md."))
    account = desk.settings.account
    from_ = from_ or Address(account.address, account.name)
    facts = Facts(
        number=ticket.number,
        subject="",
        requester_email=ticket.requester,
        requester_name=ticket.requester_name,
        now=now,
        created_at=ticket.created_at,
        desk_name=from_.name,
        desk_email=from_.email,
        timezone=desk.settings.calendar.timezone,
    )
    macro = _template(path)
    promised = _promised(ticket.first_due_at, now, macro.language or language, desk.settings.calendar.timezone)
    return render(macro, facts, {"promised": promised}).text


def _template(path: Path) -> Macro:
    from tui_desk.macros.load import load

    library = load([path.parent])
    found = next((macro for macro in library.macros if macro.path == path), None)
    if found is None:
        why = next((problem.text for problem in library.problems if problem.path == path), "")
        raise ConfigError(f"{path}: {why}", _("Correct the file; `desk doctor` looks at it again."))
    return found


def _promised(due: int | None, now: int, language: str, timezone: str) -> str:
    """The moment in words of `language`; "" where nothing is promised, or where it is over already."""
    if due is None or due <= now:
        return ""
    from zoneinfo import ZoneInfo

    from babel.dates import format_datetime

    moment = datetime.fromtimestamp(due, ZoneInfo(timezone))
    form, locale = ("'le' EEEE d MMMM 'à' HH:mm z", "fr") if language == "fr" else ("EEEE d MMMM, HH:mm z", "en_GB")
    return str(format_datetime(moment, form, locale=locale))
