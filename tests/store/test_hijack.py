"""Who is a stranger to a ticket gets into it by no guess: his mail opens one of its own, and no reader loses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.shelf import NOW, POLICY, SETTINGS, Desk, mail
from tui_desk.config.schema import Threading
from tui_desk.mail.thread import plus_address, sign
from tui_desk.store.arrivals import Arrival, Verdict
from tui_desk.store.ingest import Ingest

EVE = "Eve <eve@evil.example>"
INDEX = [("Thread-Index", "AdExampleAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]


@pytest.fixture
def asked(desk: Desk) -> Verdict:
    """Alice's ticket, answered."""
    guarded = replace(SETTINGS, threading=Threading((r"\[(JIRA-\d+)\]",), ("jira@corp.example",)))
    desk.ingest.close()
    desk.ingest = Ingest(desk.store, guarded, POLICY)
    first = desk.one(mail("[JIRA-12] Where?", id="q@customer.example", headers=INDEX))
    desk.one(mail("Re: Where?", "Soon", from_="support@desk.example", to="alice@customer.example", id="a@desk.example",
                  in_reply_to="q@customer.example"), source="sent")  # fmt: skip
    desk.one(mail("[JIRA-12] noted", "Noted", from_="jira@corp.example", id="j@corp.example", in_reply_to="q@customer.example"))
    return first


@pytest.mark.parametrize(
    ("what", "warned"),
    [
        ("number", False),
        ("number in brackets", False),
        ("index", False),
        ("tracker's id", False),
        ("guessed id", False),
        ("wrong signature", True),
        ("altered signature", True),
        ("wrong token", True),
        ("her address as the name", False),
        ("in copy to her", False),
    ],
)
def test_a_strangers_guess_opens_a_ticket_of_its_own(desk: Desk, asked: Verdict, what: str, warned: bool) -> None:
    good = sign(desk.store.secret, asked.ticket, "desk.example")
    subject, options = "Hello", {"from_": EVE, "id": "e@evil.example"}
    match what:
        case "number":
            subject = f"Re: #{asked.number}"
        case "number in brackets":
            subject = f"[#{asked.number}] Where?"
        case "index":
            options["headers"] = INDEX  # type: ignore[assignment]
        case "tracker's id":
            subject = "[JIRA-12] pay here"
        case "guessed id":
            options["in_reply_to"] = "a2@desk.example"
        case "wrong signature":
            options["in_reply_to"] = sign(b"guessed", asked.ticket, "desk.example")
        case "altered signature":
            options["in_reply_to"] = good.replace(asked.ticket, asked.ticket[:-1] + ("0" if asked.ticket[-1] != "0" else "1"))
        case "wrong token":
            options["to"] = plus_address(b"guessed", asked.ticket, "support@desk.example")
        case "her address as the name":
            subject, options["from_"] = f"#{asked.number}", '"alice@customer.example" <eve@evil.example>'
        case "in copy to her":
            subject, options["to"] = f"#{asked.number}", "support@desk.example, alice@customer.example"
    verdict = desk.one(mail(subject, f"of {what}", **options))  # type: ignore[arg-type]
    assert verdict.kind == "ticket"
    assert verdict.ticket != asked.ticket
    [message] = desk.reader.thread(desk.reader.find(verdict.number))
    assert ("warned" in message.flags) is warned
    assert desk.reader.ticket(desk.reader.find(asked.number)).messages_in == 1 + 1


def test_what_is_really_ours_is_believed(desk: Desk, asked: Verdict) -> None:
    token = plus_address(desk.store.secret, asked.ticket, "support@desk.example")
    assert desk.one(mail("x", "1", from_=EVE, to=token, id="1@x")).rule == "signed"
    known = desk.one(mail("x", "2", id="2@x", in_reply_to=sign(desk.store.secret, asked.ticket, "desk.example")))
    assert (known.rule, known.ticket) == ("signed", asked.ticket)
    batch = desk.ingest.add([Arrival(mail(f"#{asked.number}", "3", id="3@x"), NOW)])
    assert batch[0].rule == "number"
