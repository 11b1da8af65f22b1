"""One transaction of arrivals: each mail decided on in turn, then all rows written, table by table."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_desk.config.own import Own
from tui_desk.desk import intake, references
from tui_desk.desk.events import SYSTEM, Event
from tui_desk.desk.external import NONE, ExternalRefs
from tui_desk.desk.fold import Policy
from tui_desk.desk.intake import Decision
from tui_desk.desk.references import Context
from tui_desk.mail.thread import Signature, verify
from tui_desk.mail.types import Mail
from tui_desk.store import desks, outmark, quarantine, returns, write
from tui_desk.store.arrivals import HISTORICAL, OURS, Verdict
from tui_desk.store.cards import address
from tui_desk.store.facts import Facts
from tui_desk.store.ids import MessageIds, wished
from tui_desk.store.inputs import ALL
from tui_desk.store.insert import INSERTS, Filed, Item, message_rows
from tui_desk.store.lookup import Known, StoreLookup
from tui_desk.text import one_line
from tui_desk.values import dataclass

if TYPE_CHECKING:
    from tui_desk.config.schema import Settings
    from tui_desk.store.connect import Connection
    from tui_desk.store.engine import Store

log = logging.getLogger(__name__)

BATCH = 400
"""Mails a transaction, at most."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides beside the store."""

    own_addresses: Own
    verify: Callable[[str], Signature]
    policy: Policy
    external: ExternalRefs = NONE

    @classmethod
    def of(cls, store: Store, settings: Settings, policy: Policy) -> Rules:
        """Those of a store under these settings."""
        external = ExternalRefs.from_settings(settings)
        return cls(settings.own_addresses, partial(verify, store.secret), policy, external)


class Batch:
    """The work of one transaction. `replay`: mails and events are there already, and only what is derived is made; of the
    log, entries up to this `seq` are known yet. `before`: mails that may have opened tickets before (from the quarantine)."""

    def __init__(
        self, con: Connection, items: Sequence[Item], rules: Rules, *, replay: int | None = None, before: bool = False
    ) -> None:
        self.con = con
        self.items = items
        self.rules = rules
        self.replay = replay
        self.before = before or replay is not None
        first = min(item.mail_id for item in items) if replay is not None else ALL
        upto = ALL if replay is None else replay
        context = Context("inbox", rules.own_addresses, rules.verify, rules.external)
        names = partial(references.spoken_names, kind="outbound", context=context)
        self.lookup = StoreLookup(con, [item.mail for item in items if item.mail is not None], first, names, upto)
        self.events: list[Event] = []
        self.fresh: dict[str, tuple[int, str]] = {}
        self.joins: dict[str, str] = {}
        self.touched: dict[str, None] = {}
        self.messages: list[Filed] = []
        self.references: dict[str, tuple[str, bool]] = {}
        self._copied_again: dict[int, None] = {}
        """Mails of which another copy came, and whose To and Cc name no address of ours."""
        self._causes: dict[int, str] = {}
        """Of the mails of this batch that go to the quarantine."""
        self._facts = Facts(con, items)
        self._next_ticket = write.next_id(con)
        self._ids = MessageIds(con)

    def run(self) -> list[Verdict]:
        """Decide and write; a verdict an item, in their order."""
        there = self._facts.hashes()
        entered = self._facts.entered() if self.replay is None else {}
        self._ids.prepare([wished(_at(item), item.mail.content_hash) for item in self.items if item.mail is not None])
        verdicts: list[Verdict] = []
        for item in self.items:
            place = (item.arrival.folder_id, item.arrival.uidvalidity, item.arrival.uid)
            verdict = entered.get(place) or self._take(item, there)
            verdicts.append(verdict)
            if item.arrival.folder_id and place not in entered:
                entered[place] = verdict
                self._facts.enter(item.arrival, verdict, self._delivered(item, verdict))
        self._write()
        return verdicts

    def _delivered(self, item: Item, verdict: Verdict) -> str:
        """To whom this copy went, where its To and Cc do not tell: then it has a say in what the message was written to."""
        if item.mail is None or verdict.mail_id is None or desks.said(item.mail, self.rules.own_addresses):
            return ""
        if verdict.kind in ("duplicate", "delivery_copy"):
            self._copied_again[verdict.mail_id] = None
        return desks.delivered(item.mail)

    # --------------------------------------------------------------------------------------------------- deciding

    def _take(self, item: Item, there: dict[str, int]) -> Verdict:
        uid = item.arrival.uid
        if self.replay is None and item.sha256 in there:
            return self._again(item, there[item.sha256])
        decision = self._decided(item)
        if decision is not None and item.mail is not None and decision.verdict in ("duplicate", "delivery_copy"):
            mail_id, key = self.lookup.contents.get(item.mail.content_hash, (0, ""))
            if item.mail.mark and item.arrival.source != "outbox" and item.mail.from_.email in self.rules.own_addresses:
                key = self._copied(item, item.mail) or key
            return Verdict(uid, decision.verdict, decision.rule, key, mail_id=mail_id or None)
        mail_id = item.mail_id or self._facts.keep(item)
        there[item.sha256] = mail_id
        if decision is None or item.mail is None:
            self._causes[mail_id] = item.cause
            if self.replay is not None:
                quarantine.put(self.con, mail_id, item.cause)
            return Verdict(uid, "quarantined", item.cause, mail_id=mail_id)
        return self._file(item, item.mail, decision, mail_id)

    def _decided(self, item: Item) -> Decision | None:
        if item.mail is None:
            return None
        try:
            decision = intake.decide(item.mail, self.lookup, self._context(item))
        except sqlite3.Error:
            raise
        except Exception as error:  # one mail must never stop the next (behaviour 1.3)
            log.exception("a mail could not be filed")
            item.cause = f"{type(error).__name__}: {one_line(str(error))}"
            return None
        if item.ticket and decision.verdict in ("ticket", "message"):
            return Decision("message", "outbound", decision.requester, "outbox", item.ticket)
        return decision

    def _context(self, item: Item) -> Context:
        arrival = item.arrival
        return Context(arrival.source, self.rules.own_addresses, self.rules.verify, self.rules.external, arrival.internaldate)

    def _again(self, item: Item, mail_id: int) -> Verdict:
        """The very same bytes as a mail that is here."""
        row = self.con.execute("SELECT content_hash, quarantine FROM mail WHERE id = ?", (mail_id,)).first()
        cause = row[1] if row is not None else self._causes.get(mail_id, "")
        if cause:
            return Verdict(item.arrival.uid, "quarantined", cause, mail_id=mail_id)
        kind = "delivery_copy" if item.arrival.source in OURS else "duplicate"
        _, key = self.lookup.contents.get(row[0] if row else "", (0, ""))
        return Verdict(item.arrival.uid, kind, "sha256", key, mail_id=mail_id)  # type: ignore[arg-type]

    def _file(self, item: Item, mail: Mail, decision: Decision, mail_id: int) -> Verdict:
        """Put a mail into its ticket, opened where need be."""
        at = _at(item)
        ticket = self._open(item, mail, decision, at) if decision.verdict == "ticket" else self._known(decision, item, mail, at)
        for other in decision.joins:
            self._join(other, ticket.key)
        if self.before and decision.verdict == "message":
            self._opened_once(mail, ticket.key)
        message_id = self._ids.give(wished(at, mail.content_hash))
        came_back = decision.kind == "outbound" and self.lookup.speaks_of(mail.message_id) is not None
        self._refer(item, mail, ticket.key, mail_id, decision)
        self.messages.append(Filed(item, decision, at, message_id))
        item.ticket, item.mail_id = ticket.key, mail_id
        self.touched[ticket.key] = None
        if mail.bounce is not None and decision.verdict == "message":
            self.events += returns.events(self.con, mail, ticket, at)
        elif came_back:
            self._returned_before(mail, ticket, at)
        return Verdict(item.arrival.uid, decision.verdict, decision.rule, ticket.key, ticket.number, mail_id, message_id)

    def _returned_before(self, mail: Mail, ticket: Known, sent_at: int) -> None:
        """Reports on this mail of ours that were here before it."""
        here = [(f.item.mail, f.at) for f in self.messages if f.item.mail is not None and f.item.mail.bounce is not None]
        keys = {ticket.key, *(key for key, target in self.joins.items() if target == ticket.key)}
        for report, at in (*here, *returns.waiting(self.con, keys)):
            if returns.names(report, mail.message_id):
                self.events += returns.events(self.con, report, ticket, at, mail.message_id, sent_at)

    def _copied(self, item: Item, mail: Mail) -> str:
        """A copy of a mail of our outbox: so it left, and answers name it as this copy is named. Returns its ticket's key."""
        here = self.lookup.claims(references.mark_name(mail.mark))
        outmark.came(self.con, mail.mark, mail.message_id, here[0][0] if here else "", item.seen_at)
        if not here:
            return ""
        [(ours, key), *_] = here
        if mail.message_id != ours:
            self._also_known(mail.message_id, key)
        return key

    def _also_known(self, message_id: str, key: str) -> None:
        """A mail of the ticket bears this Message-ID, too; answers to it that came before it are the ticket's."""
        self.lookup.look_up([message_id])
        match = self.lookup.speaks_of(message_id)
        if match is not None and match.ticket == key and match.own:
            return
        self.lookup.renamed(message_id, key)
        self.references[message_id] = (key, True)
        self.touched[key] = None
        if match is not None:
            self._join(match.ticket, key)

    def _known(self, decision: Decision, item: Item, mail: Mail, at: int) -> Known:
        key = self.lookup.ticket(decision.ticket)
        found = self.lookup.known(key) if key is not None else None
        return found if found is not None else self._open(item, mail, decision, at)

    def _open(self, item: Item, mail: Mail, decision: Decision, at: int) -> Known:
        """A new ticket: its number is fixed by its first event. One whose mail was in the quarantine may be here already."""
        key = item.ticket or mail.content_hash[:32]
        if (here := self.lookup.known(key)) is not None:
            return here
        logged = self._logged(key) if self.replay is not None else None
        number = logged or intake.number(mail.content_hash, self.lookup.taken)
        ticket = Known(self._next_ticket, key, number, "new", fresh=True)
        self._next_ticket += 1
        self.lookup.opened(ticket)
        self.fresh[key] = (ticket.id, number)
        data: dict[str, Any] = {"number": number, "root": mail.content_hash, "historical": item.arrival.source in HISTORICAL}
        followed = self.lookup.known(decision.follows) if decision.follows else None
        if followed is not None:
            data["follows"] = followed.number
        self.events.append(Event(intake.event_id(at, "opened", key), at, SYSTEM, key, "opened", data, decision.rule))
        return ticket

    def _opened_once(self, mail: Mail, target: str) -> None:
        """The mail opened a ticket in its day, and by today's rules it goes into `target`: its number, and what was done to it,
        go on there."""
        key = mail.content_hash[:32]
        number = self._logged(key)
        if number and self.lookup.known(key) is not None:
            self._join(key, target)
        elif number:
            self.lookup.opened(Known(self._next_ticket, key, number, "new", fresh=True))
            self.fresh[key] = (self._next_ticket, number)
            self._next_ticket += 1
            self._join(key, target)

    def _logged(self, key: str) -> str:
        """The number that the log gave a ticket."""
        sql = "SELECT data FROM event WHERE ticket = ? AND type = 'opened' ORDER BY seq LIMIT 1"
        row = self.con.execute(sql, (key,)).first()
        return str(json.loads(row[0]).get("number", "")) if row else ""

    def _join(self, key: str, target: str) -> None:
        """All of ticket `key` goes on in `target`: they are one thread."""
        joined = self.lookup.ticket(key)
        if joined is None or joined == target:
            return
        self.lookup.joined(joined, target)
        self.joins[joined] = target
        self.touched[joined] = None

    def _refer(self, item: Item, mail: Mail, key: str, mail_id: int, decision: Decision) -> None:
        """Note what later mails will find this one's ticket by, and let tickets join that belong together now."""
        people = [address(a) for a in (mail.from_, *mail.reply_to, *mail.to, *mail.cc)]
        context = self._context(item)
        spoken = references.believed(mail, references.spoken_names(mail, decision.kind, context), self.lookup, context)
        claims = [(name, one_line(whose)) for name, whose in references.claims(mail, decision.requester, self.lookup, context)]
        for message_id, own in self.lookup.took(key, mail, people, [mail.message_id], spoken, claims):
            self.references[message_id] = (key, own)
        self.lookup.contents[mail.content_hash] = (mail_id, key)
        for message_id in outmark.known_as(self.con, mail.message_id) if item.arrival.source == "outbox" else ():
            self._also_known(message_id, key)
        while (other := self.lookup.kin(key)) is not None:
            self._join(other, key)

    # ---------------------------------------------------------------------------------------------------- writing

    def _write(self) -> None:
        self._facts.write()
        self._write_joins()
        self._address()
        ids = {key: known.id for key in self.touched if (known := self.lookup.known(self.lookup.ticket(key) or key)) is not None}
        for table, made in message_rows(self.messages, ids).items():
            if made:
                self.con.executemany(INSERTS[table], made)
        if self.references:
            rows = [(name, ids[key], own) for name, (key, own) in self.references.items()]
            self.con.executemany(INSERTS["reference"], rows)
        if self.replay is None:
            write.log(self.con, self.events)
        keys = [key for key in self.touched if key not in self.joins]
        upto = ALL if self.replay is None else self.replay
        joins = {key: self.lookup.ticket(target) or target for key, target in self.joins.items()}
        write.refold(self.con, self.rules.policy, keys, self.fresh, joins, upto)

    def _address(self) -> None:
        """To which address of ours each mail was written; a further copy of an older mail may tell it better."""
        own = self.rules.own_addresses
        unsaid: dict[int, Mail | None] = dict.fromkeys(self._copied_again)
        for filed in self.messages:
            if (mail := filed.item.mail) is not None and not (said := desks.said(mail, own)):
                unsaid[filed.item.mail_id] = mail
            elif mail is not None:
                filed.desk = said
        if not unsaid or not own:
            return
        placed = desks.placed(self.con, own, unsaid)
        for filed in self.messages:
            filed.desk = filed.desk or placed.get(filed.item.mail_id, "")
        known = {mail_id: desk for mail_id, desk in placed.items() if mail_id in self._copied_again}
        self.touched.update(dict.fromkeys(desks.change(self.con, known)))

    def _write_joins(self) -> None:
        for key in self.joins:
            was, target = self.lookup.known(key), self.lookup.known(self.lookup.ticket(key) or "")
            if was is not None and target is not None:
                for table in ("message", "reference"):
                    self.con.execute(f"UPDATE {table} SET ticket_id = ? WHERE ticket_id = ?", (target.id, was.id))
                self.touched[target.key] = None


def _at(item: Item) -> int:
    return intake.written_at(item.mail, item.arrival.internaldate, item.seen_at) if item.mail is not None else 0
