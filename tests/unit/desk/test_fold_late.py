"""A customer's mail that was under way while an agent decided: it is not overtaken by what nobody could have known."""

from __future__ import annotations

from tui_desk.config.schema import Settings
from tui_desk.desk.events import Event
from tui_desk.desk.fold import Policy, fold
from tui_desk.desk.ticket import FoldMessage, Ticket

POLICY = Policy.from_settings(Settings())
OPENED = Event("0", 1_000, "system", "k", "opened", {"number": "4F2K"})
SOLVED = Event("1", 5_000, "alice", "k", "status", {"to": "solved"})
FIRST = FoldMessage(1_000, "inbound", "a@x", "a", "zoe@x.test")


def folded(*messages: FoldMessage) -> Ticket:
    """The ticket of these mails, solved at 5,000."""
    return fold("k", "4F2K", [OPENED, SOLVED], [FIRST, *messages], POLICY)


def test_a_mail_written_before_the_solve_and_received_after_it_opens_the_ticket() -> None:
    ticket = folded(FoldMessage(4_900, "inbound", "b@x", "b", "zoe@x.test", arrived_at=5_060))
    assert ticket.status == "open"
    assert ticket.waiting_since == 5_060
    assert ticket.reopens == 1


def test_a_mail_received_before_the_solve_was_seen_by_it() -> None:
    assert folded(FoldMessage(4_900, "inbound", "b@x", "b", "zoe@x.test", arrived_at=4_950)).status == "solved"


def test_a_machines_mail_opens_nothing_however_late_it_comes() -> None:
    assert folded(FoldMessage(4_900, "inbound", "b@x", "b", "zoe@x.test", automatic=True, arrived_at=9_000)).status == "solved"
