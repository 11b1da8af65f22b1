"""Two accounts of one desk that both log in by OAuth: each has a login of its own, and one that lapses stops no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.shell import Shell
from tests.e2e.test_accounts import letter
from tests.e2e.test_oauth import _imap, _provider, bare, desk, ensure_no_secret, imap, oauth, smtp, words
from tests.e2e.world import box, put
from tests.support.dovecot import Dovecot
from tests.support.oauth import AuthServer, OAuthSmtp

__all__ = ["_imap", "_provider", "bare", "desk", "imap", "oauth", "smtp"]


@pytest.fixture
def two(desk: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp) -> Shell:
    """The desk with a second mailbox, whose consent another person gave."""
    oauth.user = "agent"
    asked = words(oauth, imap, smtp, "--add", "billing")
    for name, value in (("--address", "billing@desk.test"), ("--user", "agent")):
        asked[asked.index(name) + 1] = value
    place = asked.index("--agent")
    assert "Logged in" in desk.run(*asked[:place], *asked[place + 2 :]).stderr
    return desk


def kept(shell: Shell, user: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(
        json.loads(Path(shell.env["RING_FILE"]).read_text())[f"tui-desk/{user}@localhost oauth"]
    )
    return found


def take_back(oauth: AuthServer, user: str) -> None:
    """This user takes the consent back; the others' hold."""
    for grant in oauth.grants:
        grant.alive = grant.alive and grant.user != user


def test_each_has_its_own_tokens_and_they_are_replaced_each_by_itself(
    two: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp
) -> None:
    before = {user: kept(two, user) for user in ("desk", "agent")}
    assert before["desk"]["refresh"] != before["agent"]["refresh"]
    put(imap, "desk", letter(1, "desk@desk.test"))
    put(imap, "agent", letter(2, "billing@desk.test", sender="yan@customer.test"))
    oauth.lapse()
    report = two.json("sync")
    assert [(a["address"], a["new"], a["error"]) for a in report["accounts"]] == [
        ("desk@desk.test", 1, None),
        ("billing@desk.test", 1, None),
    ]
    after = {user: kept(two, user) for user in ("desk", "agent")}
    assert all(after[user]["access"] != before[user]["access"] for user in after)
    (question,) = two.lines("list", "--ids", "queue:billing")
    two.run("reply", question, "--body", "Voilà.", "--now", "--yes")
    assert [mail.sender for mail in smtp.taken] == ["billing@desk.test"]
    assert len(box(imap, "agent", "Sent")) == 1
    assert box(imap, "desk", "Sent") == []
    ensure_no_secret(two, oauth, json.dumps(report))


def test_one_login_that_lapses_stops_no_other_and_the_next_step_names_its_account(
    two: Shell, oauth: AuthServer, imap: Dovecot, smtp: OAuthSmtp
) -> None:
    two.run("sync")
    take_back(oauth, "agent")
    put(imap, "desk", letter(1, "desk@desk.test"))
    put(imap, "agent", letter(2, "billing@desk.test", sender="yan@customer.test"))
    told = two.run("sync", code=77).stderr
    assert "desk auth login --account billing" in told
    assert len(two.lines("list", "--ids")) == 1
    (question,) = two.lines("list", "--ids", "queue:desk")
    two.run("reply", question, "--body", "Voilà.", "--now", "--yes")
    assert [mail.sender for mail in smtp.taken] == ["desk@desk.test"]
    refresh = kept(two, "desk")["refresh"]
    assert "Logged in as agent" in two.run("auth", "login", "--account", "billing").stderr
    assert kept(two, "desk")["refresh"] == refresh
    two.run("sync")
    assert len(two.lines("list", "--ids", "queue:billing")) == 1
    ensure_no_secret(two, oauth, told)


def test_one_logs_out_alone(two: Shell, oauth: AuthServer, imap: Dovecot) -> None:
    assert "Logged out" in two.run("auth", "logout", "--account", "billing@desk.test").stderr
    assert "desk auth login --account billing" in two.run("auth", "status", "--account", "billing", code=77).stderr
    assert two.json("auth", "status", "--account", "desk@desk.test")["logged_in"]
    assert two.run("auth", "login", "--account", "nobody", code=1).stderr
    put(imap, "desk", letter(1, "desk@desk.test"))
    assert "--account billing" in two.run("sync", code=77).stderr
    assert len(two.lines("list", "--ids")) == 1
