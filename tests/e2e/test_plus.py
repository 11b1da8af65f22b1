"""Answers that keep nothing of ours but the address they go to: the token in it names the ticket (behaviour 3.1)."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from tests.e2e.shell import Shell
from tests.e2e.world import ask, box, put
from tests.support.dovecot import Dovecot
from tests.support.smtp import RealSmtp


@pytest.fixture
def tagged(desk: Shell) -> Shell:
    """A desk that asks for answers to a tagged address, and acknowledges."""
    desk.run("config", "set", "threading.plus_address", "true")
    return desk


def bare(sender: str, to: str, number: int, **headers: str) -> bytes:
    """A mail without any header of a thread."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, "Encore moi", f"<b{number}@customer.test>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"Il manque encore une ligne ({number}), non ?")
    return mail.as_bytes()


def answered(desk: Shell, dovecot: Dovecot) -> tuple[str, EmailMessage]:
    """A question and its answer: the ticket, and what the customer has."""
    ask(dovecot, 1)
    desk.run("sync")
    (number,) = desk.lines("list", "--ids")
    desk.run("reply", number, "--body", "Voici la facture.", "--now", "--yes")
    (answer,) = box(dovecot, "customer")
    return number, answer


def test_the_answer_to_a_tagged_address_finds_its_ticket(tagged: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    number, answer = answered(tagged, dovecot)
    (where,) = answer["Reply-To"].addresses
    assert (where.display_name, where.domain, where.username[:9]) == ("Support", "desk.test", "desk+desk")
    assert answer["From"].addresses[0].addr_spec == smtp.taken[0].sender == "desk@desk.test"
    tagged.run("sync")  # our own copy in Sent is no contact form
    assert [m["kind"] for m in tagged.json("show", number)["ticket"]["thread"]] == ["inbound", "outbound"]

    time.sleep(1.1)  # an answer comes after what it answers, and mail has no finer time than a second
    put(dovecot, "desk", bare("customer@desk.test", where.addr_spec.upper(), 1))
    put(dovecot, "desk", bare("Zoé privée <zoe@home.test>", "list@desk.test", 2, Delivered_To=where.addr_spec))
    put(dovecot, "desk", bare("zoe@home.test", "undisclosed-recipients:;", 3, X_Original_To=f"<{where.addr_spec}>"))
    tagged.run("sync")
    assert tagged.lines("list", "--ids") == [number]
    assert tagged.json("show", number)["ticket"]["status"] == "open"
    told = tagged.run("why", number).stdout
    assert told.count("bears our signature") == 3

    tagged.run("reply", number, "--body", "La voici.", "--all", "--now", "--yes")
    last = smtp.taken[-1]
    assert last.sender == "desk@desk.test"  # not the tagged address that was written to
    assert not [address for address in last.recipients if address.lower().startswith("desk+")]


def test_a_token_that_is_not_ours_joins_nothing(tagged: Shell, dovecot: Dovecot) -> None:
    number, answer = answered(tagged, dovecot)
    token = answer["Reply-To"].addresses[0].addr_spec
    forged = token[:20] + ("b" if token[20] == "a" else "a") + token[21:]
    put(dovecot, "desk", bare("eve@evil.test", forged, 1), bare("eve@evil.test", "desk+desk@desk.test", 2))
    put(dovecot, "desk", bare("eve@evil.test", "desk@desk.test", 3, Delivered_To=forged))
    tagged.run("sync")
    assert len(tagged.lines("list", "is:new", "--ids")) == 3
    assert len(tagged.json("show", number)["ticket"]["thread"]) == 2
    warned = [tagged.run("show", n).stdout.count("not signed by us") for n in tagged.lines("list", "from:eve@evil.test", "--ids")]
    assert sorted(warned) == [0, 1, 1]


def test_an_acknowledgement_has_the_token_too(tagged: Shell, dovecot: Dovecot, smtp: RealSmtp) -> None:
    tagged.run("config", "set", "ack.enabled", "true")
    tagged.run("sync")
    time.sleep(1.1)
    put(dovecot, "desk", bare("customer@desk.test", "desk+sales@desk.test", 1))
    tagged.run("sync")
    (number,) = tagged.lines("list", "--ids")
    (said,) = box(dovecot, "customer")
    assert said["From"].addresses[0].addr_spec == "desk@desk.test"
    put(dovecot, "desk", bare("somebody@else.test", said["Reply-To"].addresses[0].addr_spec, 2))
    tagged.run("sync")
    assert tagged.lines("list", "--ids") == [number]


def test_none_is_put_in_unless_it_is_asked_for(desk: Shell, dovecot: Dovecot) -> None:
    assert answered(desk, dovecot)[1]["Reply-To"] is None
