"""Several mailboxes in one profile: their settings, whose an address is, and its queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_desk.config.load import check, from_table, load
from tui_desk.config.own import Own, Queues
from tui_desk.config.schema import Account, Settings
from tui_desk.config.write import add_section, create, remove_section, set_key
from tui_desk.errors import ConfigError, UsageError
from tui_desk.paths import Profile

TWO = """\
# the desk of ACME
[account]
address = "support@acme.test"
aliases = ["help@acme.test", "@acme.test"]
imap = "imaps://mail.acme.test"
smtp = "smtps://mail.acme.test"

[accounts.billing]  # the other one
address = "Invoices@pay.test"
aliases = ["dunning@pay.test"]
imap = "imaps://mail.pay.test"

[queues]
refunds = "refunds@acme.test, back@pay.test"
"""


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    profile = Profile("test", tmp_path, tmp_path)
    profile.settings.write_text(TWO)
    return profile


def test_a_further_account_has_the_keys_of_the_first(profile: Profile) -> None:
    settings = load(profile, {})
    assert list(settings.mailboxes) == ["main", "billing"]
    billing = settings.accounts["billing"]
    assert (billing.address, billing.imap, billing.inbox) == ("Invoices@pay.test", "imaps://mail.pay.test", "INBOX")
    assert check(profile, {}) == []


def test_one_account_is_as_it_always_was(profile: Profile) -> None:
    profile.settings.write_text(TWO[: TWO.index("[accounts")])
    settings = load(profile, {})
    assert settings.accounts == {}
    assert settings.at("main") is settings
    assert settings.account_of("whoever@x.test") == "main"


def test_the_settings_at_an_account_are_its_own_and_all_the_rest_is_the_same(profile: Profile) -> None:
    settings = load(profile, {})
    there = settings.at("billing")
    assert there.account is settings.accounts["billing"]
    assert there.mailboxes == settings.mailboxes
    assert there.own_addresses == settings.own_addresses
    assert Queues.of(there) == Queues.of(settings)
    assert there.at("main").account is settings.account


def test_an_account_asks_whom_it_says_for_its_login() -> None:
    table = {
        "oauth": {"client_id": "one"},
        "accounts": {"a": {"address": "a@x.test"}, "b": {"address": "b@x.test"}},
        "oauths": {"b": {"client_id": "two"}},
    }
    settings = from_table(table)
    assert [settings.at(name).oauth.client_id for name in ("main", "a", "b")] == ["one", "one", "two"]
    assert settings.at("b").at("a").oauth.client_id == "one"


@pytest.mark.parametrize(
    ("address", "ours", "exact"),
    [
        ("support@acme.test", True, "support@acme.test"),
        ("help+4f2k@acme.test", True, "help@acme.test"),
        ("paul@acme.test", True, ""),
        ("paul@sub.acme.test", False, ""),
        ("paul@notacme.test", False, ""),
        ("invoices@pay.test", True, "invoices@pay.test"),
        ("refunds@acme.test", True, "refunds@acme.test"),
        ("paul@pay.test", False, ""),
        ("+x@pay.test", False, ""),
        ("", False, ""),
        ("@acme.test", True, ""),
        ("acme.test", False, ""),
    ],
)
def test_which_addresses_are_ours(profile: Profile, address: str, ours: bool, exact: str) -> None:
    own = load(profile, {}).own_addresses
    assert (address in own) is ours
    assert own.exact(address) == exact


@pytest.mark.parametrize(
    ("address", "queue", "account"),
    [
        ("support@acme.test", "support", "main"),
        ("help+4f2k@acme.test", "support", "main"),
        ("paul@acme.test", "support", "main"),
        ("invoices@pay.test", "billing", "billing"),
        ("dunning+x@pay.test", "billing", "billing"),
        ("refunds@acme.test", "refunds", "main"),
        ("Refunds+x@acme.test".lower(), "refunds", "main"),
        ("back@pay.test", "refunds", "main"),
        ("stranger@x.test", "", "main"),
        ("", "", "main"),
    ],
)
def test_queue_and_account_of_an_address(profile: Profile, address: str, queue: str, account: str) -> None:
    settings = load(profile, {})
    assert Queues.of(settings).queue(address) == queue
    assert settings.account_of(address) == account


def test_queues_are_in_the_order_of_the_settings(profile: Profile) -> None:
    assert Queues.of(load(profile, {})).names == ("support", "billing", "refunds")
    named = from_table({"account": {"address": "support@x.test", "queue": "Front"}, "accounts": {"b": {"queue": "front"}}})
    assert Queues.of(named).names == ("front",)


def test_a_variable_wins_and_can_make_an_account(profile: Profile) -> None:
    environ = {
        "TUI_DESK_ACCOUNTS_BILLING_IMAP": "imaps://other.test",
        "TUI_DESK_ACCOUNTS_SALES_FR_ADDRESS": "ventes@acme.test",
        "TUI_DESK_ACCOUNTS_SALES_FR_SAVE_SENT": "no",
        "TUI_DESK_ACCOUNTS_SALES_FR_IMAP": "imaps://mail.acme.test",
    }
    settings = load(profile, environ)
    assert settings.accounts["billing"].imap == "imaps://other.test"
    assert settings.accounts["sales-fr"].save_sent is False
    assert settings.accounts["sales-fr"].address == "ventes@acme.test"
    assert check(profile, environ) == []
    [problem] = check(profile, {"TUI_DESK_ACCOUNTS_BILLING_IMAPS": "x"})
    assert "sets nothing" in problem.message


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ('[accounts.billing]\nadress = "a@b.c"\n', 2, "accounts.billing.adress", "Did you mean “address”?"),
        ('[accounts.billing]\nimap = "pop3://x"\n', 2, "accounts.billing.imap", "“pop3” is not one of"),
        ('[accounts.billing]\nimap = "imap://10.0.0.1"\n', 2, "accounts.billing.imap", "readable"),
        ('[accounts.main]\naddress = "a@b.c"\n', 1, "accounts.main", "the name of [account]"),
        ('[accounts."B illing"]\naddress = "a@b.c"\n', 1, "accounts.B illing", "small letters"),
        ('accounts = "x"\n', 1, "accounts", "[accounts.NAME]"),
        ('[accounts]\nbilling = "x"\n', 2, "accounts.billing", "[accounts.billing]"),
        ('[queues]\nrefunds = "refunds"\n', 1, "queues", "neither a mail address"),
        ('[account]\nqueue = "two words"\n', 2, "account.queue", "not a name like billing"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_key(profile: Profile, text: str, line: int, key: str, words: str) -> None:
    profile.settings.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(profile, {})
    assert f"line {line}: {key}: " in caught.value.message
    assert words in caught.value.message


def test_an_account_without_a_server_is_told_by_the_check(profile: Profile) -> None:
    profile.settings.write_text(TWO.replace('imap = "imaps://mail.pay.test"', "") + "[oauths.nobody]\n")
    assert {problem.key for problem in check(profile, {})} == {"accounts.billing.imap", "oauths.nobody"}


def test_plain_lines_are_allowed_by_the_account_alone(profile: Profile) -> None:
    allowed = TWO.replace('"imaps://mail.pay.test"', '"imap://mail.pay.test"\nallow_plaintext = true')
    profile.settings.write_text(allowed)
    assert load(profile, {}).accounts["billing"].allow_plaintext
    profile.settings.write_text(TWO.replace("imaps://mail.pay", "imap://mail.pay"))
    load(profile, {"TUI_DESK_ACCOUNTS_BILLING_ALLOW_PLAINTEXT": "yes"})
    with pytest.raises(ConfigError, match="readable"):
        load(profile, {"TUI_DESK_ACCOUNT_ALLOW_PLAINTEXT": "yes"})


def test_keys_of_accounts_are_set_and_comments_stay(profile: Profile) -> None:
    set_key(profile, "accounts.billing.smtp", "smtps://mail.pay.test")
    set_key(profile, "accounts.sales.address", "sales@acme.test")
    set_key(profile, "queues.sales", "sales@acme.test")
    text = profile.settings.read_text()
    assert "[accounts.billing]  # the other one" in text
    settings = load(profile, {})
    assert settings.accounts["billing"].smtp == "smtps://mail.pay.test"
    assert settings.accounts["sales"].address == "sales@acme.test"
    assert settings.queues["sales"] == "sales@acme.test"
    for key, value, kind in (
        ("accounts.main.imap", "imaps://x.test", ConfigError),
        ("accounts.sales.imap", "pop3://x.test", ConfigError),
        ("accounts.sales.imapp", "imaps://x.test", UsageError),
        ("accounts.sales", "x", UsageError),
    ):
        with pytest.raises(kind):
            set_key(profile, key, value)
    assert load(profile, {}) == settings


def test_an_account_is_added_and_taken_out(profile: Profile) -> None:
    account = Account(address="fr@acme.test", imap="imaps://mail.acme.test", aliases=("de@acme.test",), queue="europe")
    add_section(profile, "accounts.fr", account)
    assert load(profile, {}).accounts["fr"] == account
    assert remove_section(profile, "accounts.fr")
    assert not remove_section(profile, "accounts.fr")
    assert profile.settings.read_text().strip() == TWO.strip()
    with pytest.raises(ConfigError):
        add_section(profile, "accounts.fr", Account(address="no address"))


def test_a_file_that_is_made_new_keeps_its_accounts(profile: Profile) -> None:
    settings = load(profile, {})
    create(profile, settings)
    assert load(profile, {}) == settings


def test_own_addresses_of_no_settings_are_none() -> None:
    assert Own.of(Settings()) == frozenset()
    assert "x@y.test" not in Settings().own_addresses
