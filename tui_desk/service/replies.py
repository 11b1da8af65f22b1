"""Replying: drafts that survive, preflight, and the outbox with its undo window."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.desk.events import Event, new_id
from tui_desk.errors import NotFoundError, PreflightError, RefusedError
from tui_desk.i18n import _
from tui_desk.mail.types import Address, Mail
from tui_desk.service.recipients import read_address, recipients
from tui_desk.service.types import Concern, Draft, DraftFile, Mode, Sent
from tui_desk.store.rows import MessageView, QueueRow, TicketView

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk


_MUST = ("empty", "no_recipient", "sender")
"""Concerns that --force does not override: there is no mail without a text and somebody to write to, nor in another's name."""


class Replies:
    """What an agent writes, from the first letter to the outbox."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ----------------------------------------------------------------------------------------------------------- drafts

    def draft(self, number: str, mode: Mode) -> Draft:
        """The saved draft of this ticket and mode, or a fresh one with its recipients worked out."""
        ticket = self._desk.tickets.by_number(number)
        saved = self._desk.reader.draft(ticket.key, self._desk.agent, mode)
        if not saved:
            return self.fresh(number, mode)
        draft = _thawed(json.loads(saved))
        return draft if draft.from_email or mode == "note" else replace(draft, from_email=self.fresh(number, mode).from_email)

    def senders(self) -> tuple[Address, ...]:
        """Every address of ours that a mail can be from, each with its name."""
        from tui_desk.service.senders import choices

        return choices(self._desk.settings)

    def fresh(self, number: str, mode: Mode) -> Draft:
        """A draft with nothing written yet."""
        ticket = self._desk.tickets.by_number(number)
        if mode == "note":
            return Draft(ticket.row.number, "note", subject=ticket.row.subject)
        from tui_desk.mail.compose import forward_subject, reply_subject
        from tui_desk.service.senders import answering

        answered = self._answered(ticket)
        mail = self._mail(answered)
        from_email = answering(self._desk.settings, mail, answered.desk if answered is not None else "")
        if mail is None:
            subject = reply_subject(ticket.row.subject)
            return Draft(ticket.row.number, mode, (ticket.row.requester,), subject=subject, from_email=from_email)
        who = recipients(mail, mode, self._desk.settings.own_addresses)
        subject = forward_subject(mail.subject) if mode == "forward" else reply_subject(mail.subject)
        files: tuple[DraftFile, ...] = ()
        if mode == "forward" and answered is not None:
            files = tuple(
                DraftFile(a.name, sha256=a.sha256, content_type=a.content_type)
                for a in answered.attachments
                if not a.inline and not a.on_server
            )
        return Draft(
            ticket.row.number,
            mode,
            to=_texts(who.to),
            cc=_texts(who.cc),
            subject=subject,
            answered=answered.id if answered is not None else None,
            seen=self._newest(ticket),
            files=files,
            added=_texts(who.added),
            dropped=_texts(who.dropped),
            from_email=from_email,
        )

    def from_(self, number: str) -> Address:
        """The address that an answer to the ticket is from, with its name."""
        from tui_desk.service.senders import answering, with_name

        settings = self._desk.settings
        if len(self.senders()) < 2:
            return with_name(settings, settings.account.address)
        answered = self._answered(self._desk.tickets.by_number(number))
        return with_name(settings, answering(settings, self._mail(answered), answered.desk if answered is not None else ""))

    def save(self, draft: Draft) -> None:
        """Keep `draft` as it stands (called as it is typed)."""
        from tui_desk.store.drafts import save

        save(self._desk.store, self._key(draft), self._desk.agent, draft.mode, json.dumps(asdict(draft)), clock.now())

    def discard(self, draft: Draft) -> None:
        """Forget a saved draft."""
        from tui_desk.store.drafts import discard

        discard(self._desk.store, self._key(draft), self._desk.agent, draft.mode)

    def drafts(self) -> list[Draft]:
        """This agent's saved drafts, newest first."""
        return [_thawed(json.loads(text)) for text in self._desk.reader.drafts(self._desk.agent)]

    # ---------------------------------------------------------------------------------------------------------- sending

    def preflight(self, draft: Draft) -> list[Concern]:
        """What is to be said before it leaves; what stops comes first."""
        from tui_desk.service import crossing, failing
        from tui_desk.service.preflight import concerns, sender_concerns

        lost = [*sender_concerns(draft, self._desk.settings), *failing.concerns(self._desk.reader, draft)]
        if draft.mode == "new":
            return concerns(draft, [], frozenset()) + lost
        ticket = self._desk.tickets.by_number(draft.ticket)
        thread = self._desk.tickets.thread(ticket.row.id)
        waiting = self._desk.reader.outbox(crossing.ON_ITS_WAY, ticket.key)
        cross = crossing.concerns(draft, self._desk.agent, waiting)
        return cross + concerns(draft, thread, self._participants(ticket, thread, draft)) + lost

    def send(
        self, draft: Draft, *, force: bool = False, undo_seconds: int | None = None, idempotency_key: str | None = None
    ) -> Sent:
        """Queue `draft`; it leaves when the undo window is over. A note is written at once.

        Raises PreflightError for a concern that stops; `force` overrides those that can be (not an empty text or no recipient).
        """
        self.check(draft, force=force)
        if draft.mode == "note":
            self._desk.tickets.note(draft.ticket, draft.body)
            self.discard(draft)
            return Sent(0, draft.ticket, clock.now())
        return self._queue(
            draft, self._desk.settings.replies.undo_seconds if undo_seconds is None else undo_seconds, idempotency_key
        )

    def check(self, draft: Draft, *, force: bool = False) -> list[Concern]:
        """What is to be said and does not stop `draft`. Raises PreflightError for what does."""
        found = self.preflight(draft)
        for concern in found:
            if concern.stops and concern.id in _MUST:
                raise PreflightError(concern.text, _("Nothing was sent. Mend it first."))
            if concern.stops and not force:
                raise PreflightError(concern.text, _("Nothing was sent. Mend it, or send it all the same with --force."))
        return found

    def take_back(self, outbox_id: int) -> Draft:
        """Stop a queued reply and give its draft back. Raises RefusedError when it has left."""
        from tui_desk.store.outbox import cancel

        data = cancel(self._desk.store, outbox_id, clock.now())
        if data is None:
            states = {mail.id: mail.state for mail in self._desk.outbox.list()}
            if outbox_id not in states:
                raise NotFoundError(_("There is no mail %(id)s.") % {"id": outbox_id}, _("`desk outbox` lists them."))
            if states[outbox_id] == "cancelled":
                raise RefusedError(_("That reply is taken back already."), _("`desk outbox --all` shows its state."))
            raise RefusedError(_("That reply has left already."), _("Write to the customer again to correct it."))
        now = clock.now()
        key = data.get("key", "")
        if "draft" not in data:
            raise RefusedError(_("That was the desk's own acknowledgement: it is taken back, and there is no draft of it."))
        self._desk.append(
            Event(new_id(), now, self._desk.agent, key, "undo", {"event": event}, "take back") for event in data.get("events", ())
        )
        draft = _thawed(data["draft"])
        self.save(draft)
        return draft

    def _queue(self, draft: Draft, undo_seconds: int, idempotency_key: str | None) -> Sent:
        from tui_desk.mail.compose import compose
        from tui_desk.mail.encode import spec
        from tui_desk.service.outgoing import outgoing
        from tui_desk.store.outbox import enqueue
        from tui_desk.store.write import append_in

        now = clock.now()
        key = self._key(draft)
        answered = self._message(draft)
        mail = outgoing(self._desk, draft, key, answered, self._mail(answered), now)
        after = self._events_after(draft, key, now)
        envelope = [spec(a.email) for a in (*mail.to, *mail.cc, *mail.bcc)]
        mime = compose(mail)
        row = enqueue(
            self._desk.store,
            message_id=mail.message_id,
            ticket=key,
            agent=self._desk.agent,
            sender=mail.from_.email,
            recipients=envelope,
            mime=mime,
            in_reply_to=mail.in_reply_to,
            data={"draft": asdict(draft), "key": key, "macros": list(draft.macros), "events": [e.id for e in after]},
            idempotency_key=idempotency_key,
            not_before=now + undo_seconds,
            now=now,
            also=lambda con: append_in(con, after, self._desk.policy),
        )
        self.discard(draft)
        return Sent(row, draft.ticket, now + undo_seconds)

    def _events_after(self, draft: Draft, key: str, now: int) -> list[Event]:
        """What sending does to the ticket at once: its status, what its macros do, the assignment of a ticket nobody holds."""
        to = self._desk.settings.replies.status_after if draft.status_after is None else draft.status_after
        if not key or draft.mode == "forward":
            return []
        ticket = self._desk.tickets.by_number(draft.ticket).row
        events = self._macro_events(draft, ticket)
        if not ticket.assignee and not any(kind == "assign" for kind, _data in events):
            events.append(("assign", {"to": self._desk.agent}))
        if to and ticket.status != to:
            events.append(("status", {"to": to}))
        batch = new_id()
        return [Event(new_id(), now, self._desk.agent, key, kind, {**data, "batch": batch}, "reply") for kind, data in events]

    def _macro_events(self, draft: Draft, ticket: QueueRow) -> list[tuple[str, dict[str, Any]]]:
        """What the macros in a draft do beside the status, which the draft carries itself."""
        actions: dict[str, str] = {}
        tags: list[str] = []
        for macro in self._desk.macros.library.macros:
            if macro.id in draft.macros:
                tags += macro.actions.get("tag", "").split()
                actions.update(macro.actions)
        events: list[tuple[str, dict[str, Any]]] = []
        new = sorted(set(tags) - set(ticket.tags))
        if new:
            events.append(("tag", {"add": new, "remove": []}))
        for kind, now in (("priority", ticket.priority), ("type", ticket.type), ("assign", ticket.assignee)):
            to = self._desk.agent if kind == "assign" and actions.get(kind) == "me" else actions.get(kind)
            if to and to != now:
                events.append((kind, {"to": to}))
        return events

    def _key(self, draft: Draft) -> str:
        return self._desk.tickets.by_number(draft.ticket).key if draft.ticket else ""

    def _newest(self, ticket: TicketView) -> int | None:
        """The last public message: a follow-up to one's own reply is no accident."""
        public = [m for m in self._desk.tickets.thread(ticket.row.id) if m.kind in ("inbound", "outbound")]
        return public[-1].id if public else None

    def _answered(self, ticket: TicketView) -> MessageView | None:
        """The message an answer is to: the customer's last, else the last public one."""
        public = [m for m in self._desk.tickets.thread(ticket.row.id) if m.kind in ("inbound", "outbound")]
        people = [m for m in public if m.kind == "inbound" and not m.automatic]
        return people[-1] if people else public[-1] if public else None

    def _message(self, draft: Draft) -> MessageView | None:
        if draft.answered is None or not draft.ticket:
            return None
        thread = self._desk.tickets.thread(self._desk.tickets.find(draft.ticket))
        return next((m for m in thread if m.id == draft.answered), None)

    def _mail(self, message: MessageView | None) -> Mail | None:
        if message is None:
            return None
        from tui_desk.mail.parse import parse

        try:
            return parse(self._desk.tickets.raw(message.id))
        except NotFoundError:
            return None

    def _participants(self, ticket: TicketView, thread: list[MessageView], draft: Draft) -> frozenset[str]:
        """Everyone who wrote or was written to in the ticket, and whom the plain answer goes to."""
        people = {ticket.row.requester, *(m.author for m in thread)}
        people |= {read_address(a).email for m in thread for a in m.recipients.split(", ")}
        if draft.mode in ("reply", "reply_all"):
            fresh = self.fresh(draft.ticket, "reply_all")
            people |= {read_address(a).email for a in (*fresh.to, *fresh.cc)}
        return frozenset(people)


def _texts(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple(str(a) for a in addresses)


def _thawed(data: dict[str, Any]) -> Draft:
    """A draft out of its JSON."""
    known: dict[str, Any] = {field.name: data[field.name] for field in fields(Draft) if field.name in data}
    for name in ("to", "cc", "macros", "added", "dropped"):
        known[name] = tuple(known.get(name, ()))
    known["files"] = tuple(DraftFile(**file) for file in known.get("files", ()))
    return Draft(**known)
