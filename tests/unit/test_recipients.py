"""Who an answer goes to (behaviour 8.1)."""

from __future__ import annotations

from tui_desk.config.own import Own
from tui_desk.mail.types import Address, Automatic, Mail
from tui_desk.service.recipients import recipients

OWN = Own({"support@desk.test", "billing@desk.test"})
ZOE, BOB, DESK = Address("zoe@x.test", "Zoé"), Address("bob@x.test"), Address("support@desk.test")


def mail(**changes: object) -> Mail:
    """Zoé writes to the desk and to Bob."""
    fields: dict[str, object] = {"message_id": "a@x", "subject": "s", "from_": ZOE, "to": (DESK, BOB)}
    return Mail(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_reply_goes_to_the_sender_and_says_whom_it_leaves_out() -> None:
    who = recipients(mail(), "reply", OWN)
    assert (who.to, who.cc, who.dropped, who.added) == ((ZOE,), (), (BOB,), ())


def test_reply_all_takes_the_others_along_but_never_ourselves() -> None:
    who = recipients(mail(cc=(Address("billing@desk.test"), BOB)), "reply_all", OWN)
    assert (who.to, who.cc, who.dropped) == ((ZOE,), (BOB,), ())


def test_reply_to_wins_and_is_told_as_added() -> None:
    other = Address("zoe.private@y.test")
    who = recipients(mail(reply_to=(other,)), "reply", OWN)
    assert (who.to, who.added) == ((other,), (other,))


def test_reply_to_of_a_machine_is_not_believed() -> None:
    who = recipients(mail(reply_to=(BOB,), automatic=Automatic("reply", "Auto-Submitted")), "reply", OWN)
    assert who.to == (ZOE,)


def test_writing_again_after_our_own_mail_goes_to_whom_we_wrote() -> None:
    ours = mail(from_=DESK, to=(ZOE,), cc=(BOB,))
    assert recipients(ours, "reply", OWN).to == (ZOE,)
    assert recipients(ours, "reply_all", OWN).cc == (BOB,)


def test_forward_has_no_recipient_yet() -> None:
    assert recipients(mail(), "forward", OWN).to == ()


def test_an_address_of_ours_with_a_tag_or_of_our_domain_is_never_written_to() -> None:
    who = recipients(mail(to=(Address("support+deskabc@desk.test"), BOB)), "reply_all", OWN)
    assert (who.to, who.cc) == ((ZOE,), (BOB,))
    who = recipients(mail(cc=(Address("paul@desk.test"), BOB)), "reply_all", Own({*OWN, "@desk.test"}))
    assert (who.to, who.cc) == ((ZOE,), (BOB,))
