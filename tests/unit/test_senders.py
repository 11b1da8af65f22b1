"""Which of our addresses a mail is from (behaviour 8.1): the one the customer wrote to."""

from __future__ import annotations

import pytest

from tui_desk.config.schema import Account, Settings
from tui_desk.errors import UsageError
from tui_desk.mail.types import Address, Mail
from tui_desk.service.preflight import sender_concerns
from tui_desk.service.senders import answering, choices, chosen, with_name
from tui_desk.service.types import Draft

TWO = Settings(
    account=Account(address="Support@desk.test", name="Support", aliases=("help@desk.test", "@desk.test")),
    accounts={"billing": Account(address="billing@desk.test", name="Billing team", aliases=("dunning@pay.test",))},
    queues={"refunds": "refunds@desk.test"},
)
ZOE = Address("zoe@x.test")


def mail(to: str = "bob@x.test", cc: str = "", from_: Address = ZOE, delivered: tuple[str, ...] = ()) -> Mail:
    cc_ = (Address(cc),) if cc else ()
    return Mail(message_id="a@x", subject="s", from_=from_, to=(Address(to),), cc=cc_, delivered=delivered)


@pytest.mark.parametrize(
    ("asked", "desk", "from_"),
    [
        (mail("support@desk.test"), "", "support@desk.test"),
        (mail("dunning@pay.test"), "", "dunning@pay.test"),
        (mail("bob@x.test", "help@desk.test"), "", "help@desk.test"),
        (mail("billing+4f2k@desk.test"), "", "billing@desk.test"),
        (mail("refunds@desk.test"), "", "refunds@desk.test"),
        (mail("paul@desk.test", "billing@desk.test"), "", "billing@desk.test"),
        (mail("paul@desk.test"), "", "support@desk.test"),
        (mail(), "billing@desk.test", "billing@desk.test"),
        (mail(delivered=("vmail@host.test", "dunning@pay.test")), "", "dunning@pay.test"),
        (mail(), "", "support@desk.test"),
        (mail("zoe@x.test", from_=Address("billing@desk.test")), "", "billing@desk.test"),
        (mail("zoe@x.test", from_=Address("paul@desk.test")), "billing@desk.test", "billing@desk.test"),
        (None, "billing@desk.test", "billing@desk.test"),
        (None, "", "support@desk.test"),
    ],
)
def test_the_answer_is_from_the_address_that_was_written_to(asked: Mail | None, desk: str, from_: str) -> None:
    assert answering(TWO, asked, desk) == from_


def test_a_name_is_its_accounts() -> None:
    assert str(with_name(TWO, "dunning@pay.test")) == str(Address("dunning@pay.test", "Billing team"))
    assert with_name(TWO, "refunds@desk.test").name == "Support"


def test_mail_can_be_from_what_the_settings_name() -> None:
    assert [address.email for address in choices(TWO)] == [
        "support@desk.test",
        "help@desk.test",
        "billing@desk.test",
        "dunning@pay.test",
        "refunds@desk.test",
    ]


def test_a_person_chooses_by_address_by_account_and_never_another_s() -> None:
    assert chosen(TWO, "billing") == "billing@desk.test"
    assert chosen(TWO, "main") == "support@desk.test"
    assert chosen(TWO, "Help <HELP@desk.test>") == "help@desk.test"
    assert chosen(TWO, "paul@desk.test") == "paul@desk.test", "said by a person, a colleague's own is right"
    with pytest.raises(UsageError, match="not an address of this desk") as told:
        chosen(TWO, "president@bank.test")
    assert "dunning@pay.test" in told.value.hint


def test_preflight_stops_mail_in_another_s_name() -> None:
    [concern] = sender_concerns(Draft("4F2K", "reply", from_email="president@bank.test"), TWO)
    assert concern.stops
    assert not list(sender_concerns(Draft("4F2K", "reply", from_email="paul@desk.test"), TWO))
    assert not list(sender_concerns(Draft("4F2K", "note", from_email="president@bank.test"), TWO))
    assert not list(sender_concerns(Draft("4F2K", "reply"), TWO))
