"""Several mailboxes as one: what is told of them together, and which failure counts."""

from __future__ import annotations

import pytest

from tui_desk.config.schema import Account, Settings
from tui_desk.errors import AuthError, ConfigError, DeskError, NetworkError, NotFoundError, StoreError
from tui_desk.service.accounts import Watchers, find, named, together, worst
from tui_desk.sync.types import MailboxState

TWO = Settings(account=Account(address="Support@desk.test"), accounts={"billing": Account(address="billing@desk.test")})
ONE = Settings(account=Account(address="support@desk.test"))


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([NetworkError("a"), AuthError("b")], 77),
        ([AuthError("a"), ConfigError("b"), NetworkError("c")], 78),
        ([NetworkError("a"), StoreError("b")], 1),
        ([NetworkError("a")], 75),
    ],
)
def test_what_a_person_has_to_mend_is_worse_than_what_mends_itself(errors: list[DeskError], code: int) -> None:
    assert worst(errors).exit_code == worst(reversed(errors)).exit_code == code


def test_an_account_is_found_by_name_and_by_address() -> None:
    assert find(TWO, "main") == find(TWO, "SUPPORT@desk.test") == "main"
    assert find(TWO, "billing") == find(TWO, "billing@desk.test") == "billing"
    with pytest.raises(NotFoundError, match="no account") as told:
        find(TWO, "sales")
    assert "main, billing" in told.value.hint


def test_an_error_is_named_once_and_only_where_there_are_several() -> None:
    error = named(TWO, "billing", NetworkError("It is offline."))
    assert str(named(TWO, "billing", error)) == error.message == "billing@desk.test: It is offline."
    assert isinstance(error, NetworkError)
    assert named(ONE, "main", NetworkError("It is offline.")).message == "It is offline."


def test_what_is_to_be_mended_is_named_as_it_stands_in_the_settings() -> None:
    error = named(TWO, "billing", AuthError("Refused.", "Check account.user, or run `desk auth login`."))
    assert error.hint == "Check accounts.billing.user, or run `desk auth login --account billing`."
    assert named(TWO, "main", AuthError("Refused.", "Check account.user.")).hint == "Check account.user."


def test_the_status_line_tells_the_account_in_trouble() -> None:
    well = MailboxState("watching", 90)
    state = together(TWO, {"main": well, "billing": MailboxState("refused", 40, "No.", 300, hint="Mend it.")})
    assert (state.state, state.account, state.error, state.next_try_at) == ("refused", "billing", "billing@desk.test: No.", 300)
    assert (state.hint, state.last_success) == ("Mend it.", 40)
    state = together(TWO, {"main": MailboxState("offline", 50, "Cut."), "billing": MailboxState("refused", 40, "No.")})
    assert state.account == "billing", "the worse of two"
    state = together(TWO, {"main": MailboxState("syncing", 50), "billing": well})
    assert (state.state, state.account, state.error) == ("syncing", "", "")
    state = together(TWO, {"main": well, "billing": MailboxState("watching", 80, "billing@desk.test: Not sent.")})
    assert (state.state, state.error) == ("watching", "billing@desk.test: Not sent.")


def test_older_mail_of_all_is_counted() -> None:
    state = together(TWO, {"main": MailboxState("idle", to_come=3), "billing": MailboxState("idle", to_come=4, paused=True)})
    assert (state.to_come, state.paused) == (7, True)


def test_watchers_speak_with_one_voice() -> None:
    told: list[MailboxState] = []
    watchers = Watchers(TWO, told.append, TWO.mailboxes)
    watchers.told("main")(MailboxState("watching", 10))
    watchers.told("billing")(MailboxState("offline", 0, "Cut."))
    watchers.told("billing")(MailboxState("watching", 20))
    assert [state.state for state in told] == ["never", "offline", "watching"]
    assert watchers.state == MailboxState("watching", 10)
