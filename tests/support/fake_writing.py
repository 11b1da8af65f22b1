"""The writing half of the stand-in: drafts, preflight, sending, macros. The rules are the real ones where they are pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tui_desk import clock
from tui_desk.errors import PreflightError
from tui_desk.service.preflight import concerns
from tui_desk.service.types import Concern, Draft, MacroView, Mode, Rendered, Sent

if TYPE_CHECKING:
    from tests.support.fake_desk import FakeDesk


class Replies:
    """replies: drafts in a dict, mail in a list."""

    def __init__(self, desk: FakeDesk) -> None:
        self.desk = desk
        self.saved: dict[tuple[str, str], Draft] = {}
        self.sent: dict[int, tuple[Draft, bool]] = {}
        self.saves = 0

    def fresh(self, number: str, mode: Mode) -> Draft:
        row = self.desk.by_number[number]
        if mode == "note":
            return Draft(number, "note", subject=row.subject)
        answered = self.desk.tickets.thread(row.id)[-1].id
        cc = ("Compta <compta@atelier.example>",) if mode == "reply_all" else ()
        to = () if mode == "forward" else (f"{row.requester_name} <{row.requester}>",)
        dropped = ("Compta <compta@atelier.example>",) if mode == "reply" else ()
        return Draft(number, mode, to, cc, f"Re: {row.subject}", answered=answered, dropped=dropped)

    def draft(self, number: str, mode: Mode) -> Draft:
        return self.saved.get((number, mode)) or self.fresh(number, mode)

    def drafts(self) -> list[Draft]:
        return list(self.saved.values())

    def save(self, draft: Draft) -> None:
        self.saves += 1
        self.saved[draft.ticket, draft.mode] = draft

    def discard(self, draft: Draft) -> None:
        self.saved.pop((draft.ticket, draft.mode), None)

    def preflight(self, draft: Draft) -> list[Concern]:
        if not draft.ticket:
            return concerns(draft, [], frozenset())
        row = self.desk.by_number[draft.ticket]
        return concerns(draft, self.desk.tickets.thread(row.id), frozenset({row.requester, "compta@atelier.example"}))

    def send(self, draft: Draft, *, force: bool = False, **_more: Any) -> Sent:
        stops = [c for c in self.preflight(draft) if c.stops and not (force and c.id not in ("empty", "no_recipient"))]
        if stops:
            raise PreflightError(stops[0].text)
        self.discard(draft)
        if draft.mode == "note":
            self.sent[0] = (draft, force)
            return Sent(0, draft.ticket, clock.now())
        id = len(self.sent) + 1
        self.sent[id] = (draft, force)
        return Sent(id, draft.ticket, clock.now() + 15)

    def take_back(self, outbox_id: int) -> Draft:
        draft, _force = self.sent.pop(outbox_id)
        self.save(draft)
        return draft


_TITLES = [
    ("Remboursement accepté", "fr"),
    ("Refund is on its way", "en"),
    ("Demander le numéro de commande", "fr"),
    ("Reset the password", "en"),
    ("Livraison : suivi du colis", "fr"),
    ("Known outage, we are on it", "en"),
    ("Facture corrigée", "fr"),
    ("Say thanks and close", "en"),
]
_BODY = (
    "{greeting}\n\nVotre remboursement de la commande {{{{ order }}}} est parti aujourd'hui, "
    "sous 5 jours il sera sur votre compte.\n\n{who}"
)


class FakeMacros:
    """macros: a few, or 2,500."""

    def __init__(self, desk: FakeDesk, count: int = 8) -> None:
        self.desk = desk
        self.every = [
            MacroView(
                f"macro-{i}", _TITLES[i % 8][0] + (f" {i}" if i >= 8 else ""), _TITLES[i % 8][1], ("refund",),
                _BODY.format(greeting="{{ greeting }}", who="{{ agent }}"),
                actions={"status": "pending", "tag": "refund"} if i % 3 == 0 else {},
            )
            for i in range(count)
        ]  # fmt: skip

    def all(self) -> list[MacroView]:
        return list(self.every)

    def rank(self, number: str, words: str = "", limit: int = 20) -> list[MacroView]:
        found = [m for m in self.every if all(w in m.title.lower() for w in words.lower().split())]
        return found[:limit]

    def render(self, macro_id: str, number: str, given: Any = None) -> Rendered:
        macro = next(m for m in self.every if m.id == macro_id)
        text = macro.body.replace("{{ greeting }}", "Bonjour,").replace("{{ agent }}", "Alice")
        return Rendered(text, macro.actions, tuple(re.findall(r"\{\{ (\w+) \}\}", text)))
