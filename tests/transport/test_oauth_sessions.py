"""Sessions with access tokens, on servers that ask an authorization server about every one of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from tests.support.dovecot import Dovecot, running
from tests.support.oauth import CLIENT, SCOPES, AuthServer, auth_server, dovecot_words, oauth_smtp
from tui_desk.config.schema import Account, OAuth, Settings
from tui_desk.config.tokens import Tokens
from tui_desk.errors import AuthError, ConfigError
from tui_desk.transport.bearer import GivenBearer
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.imap import ImapMailbox
from tui_desk.transport.sasl import first_words
from tui_desk.transport.smtp import SmtpSender

MAIL = b"Subject: x\r\n\r\nx\r\n"


@pytest.fixture(scope="module")
def oauth() -> Iterator[AuthServer]:
    with auth_server() as server:
        yield server


@pytest.fixture(scope="module", params=["xoauth2", "oauthbearer"])
def imap(request: pytest.FixtureRequest, oauth: AuthServer) -> Iterator[Dovecot]:
    with dovecot_words(oauth, request.param) as words:
        yield from running(words)


class Counting(GivenBearer):
    """Tokens given beforehand, one after the other."""

    def __init__(self, *tokens: str) -> None:
        super().__init__(Tokens(tokens[0]))
        self._more = list(tokens[1:])
        self.refused: list[str] = []

    def renew(self, refused: str) -> str:
        self.refused.append(refused)
        return self._more.pop(0)


def access(oauth: AuthServer, user: str = "desk") -> str:
    oauth.user = user
    token = str(oauth._tokens(oauth._grant("mail"))["access_token"])
    oauth.user = "desk"
    return token


@pytest.mark.parametrize("scheme", ["imap", "imaps", "imap+starttls"])
def test_imap_takes_a_token(imap: Dovecot, oauth: AuthServer, scheme: str) -> None:
    token = access(oauth)
    with closing(ImapMailbox(imap.account(scheme=scheme), Counting(token))) as mailbox:
        mailbox.connect()
        assert mailbox.examine("INBOX").exists == 0
    assert ("/introspect", token) in [(path, form.get("token")) for path, form in oauth.asked]


def test_imap_asks_for_another_token_once(imap: Dovecot, oauth: AuthServer) -> None:
    bearer = Counting("gone-bad", access(oauth))
    with closing(ImapMailbox(imap.account(), bearer)) as mailbox:
        mailbox.connect()
        assert mailbox.examine("INBOX").exists == 0
    assert bearer.refused == ["gone-bad"]


def test_imap_says_no_and_never_the_token(imap: Dovecot, oauth: AuthServer) -> None:
    bearer = Counting("first-bad-token", "second-bad-token")
    with pytest.raises(AuthError) as told:
        ImapMailbox(imap.account(), bearer).connect()
    assert told.value.exit_code == 77
    assert "localhost" in told.value.message
    assert "desk auth login" in told.value.hint
    chain = repr(told.value) + str(told.value) + told.value.hint + str(told.value.__cause__)
    assert "bad-token" not in chain


def test_the_token_of_another_user_is_refused(imap: Dovecot, oauth: AuthServer) -> None:
    with pytest.raises(AuthError):
        ImapMailbox(imap.account(), Counting(access(oauth, "agent"), access(oauth, "agent"))).connect()


def test_a_server_without_oauth_is_told_as_that(dovecot: Dovecot) -> None:
    with pytest.raises(ConfigError) as told:
        ImapMailbox(dovecot.account(), Counting("token")).connect()
    assert "OAuth" in told.value.message


def test_no_token_on_a_line_that_everybody_reads() -> None:
    from tui_desk.transport.sasl import _way

    with pytest.raises(ConfigError):
        _way(["XOAUTH2"], Endpoint("plain", "mail.example.org", 143))
    assert _way(["XOAUTH2"], Endpoint("plain", "127.0.0.1", 143)) == "XOAUTH2"
    assert _way(["XOAUTH2"], Endpoint("starttls", "mail.example.org", 143)) == "XOAUTH2"


def sending(port: int) -> Settings:
    account = Account(address="desk@desk.test", user="desk", smtp=f"smtp://127.0.0.1:{port}", imap="imap://127.0.0.1:1")
    return Settings(account=account, oauth=OAuth(client_id=CLIENT, scopes=SCOPES))


@pytest.mark.parametrize("way", ["XOAUTH2", "OAUTHBEARER"])
def test_smtp_takes_a_token(oauth: AuthServer, way: str) -> None:
    with oauth_smtp(oauth, way) as server, closing(SmtpSender(sending(server.port), Counting(access(oauth)))) as sender:
        sender.send("desk@desk.test", ["a@b.test"], MAIL, lambda: None)
        assert server.logins == ["desk"]
        assert len(server.taken) == 1
        assert server.told == []


@pytest.mark.parametrize(("way", "enough"), [("XOAUTH2", b""), ("OAUTHBEARER", b"\x01")])
def test_smtp_answers_the_challenge_and_tries_another_token(oauth: AuthServer, way: str, enough: bytes) -> None:
    bearer = Counting("stale-token", access(oauth))
    with oauth_smtp(oauth, way) as server, closing(SmtpSender(sending(server.port), bearer)) as sender:
        sender.send("desk@desk.test", ["a@b.test"], MAIL, lambda: None)
        assert server.told == [enough]
        assert bearer.refused == ["stale-token"]
        assert len(server.taken) == 1


def test_smtp_says_no_and_never_the_token(oauth: AuthServer) -> None:
    with oauth_smtp(oauth) as server, pytest.raises(AuthError) as told:
        SmtpSender(sending(server.port), Counting("bad-token-1", "bad-token-2")).connect()
    assert "401" in told.value.message
    assert "bad-token" not in told.value.message + told.value.hint + str(told.value.__cause__)


def test_a_long_token_waits_for_its_turn(oauth: AuthServer) -> None:
    """aiosmtpd's commands end at 512 letters, as RFC 5321 has it, and its other lines at 1001."""
    long = "x" * 600
    oauth.access[long] = oauth.access[access(oauth)]
    with oauth_smtp(oauth, "XOAUTH2") as server, closing(SmtpSender(sending(server.port), Counting(long))) as sender:
        sender.connect()
        assert server.logins == ["desk"]


def test_the_first_words_are_those_of_the_rfc() -> None:
    at = Endpoint("tls", "server.example.com", 143)
    assert first_words("OAUTHBEARER", at, "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==") == base64.b64decode(
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjN"
        "SbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    assert first_words("OAUTHBEARER", at, "a,b=c", "t").startswith(b"n,a=a=2Cb=3Dc,\x01")
    assert first_words(
        "XOAUTH2", at, "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    ) == base64.b64decode(
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )


def test_the_certificate_is_checked(imap: Dovecot, oauth: AuthServer) -> None:
    from tui_desk.errors import CertificateError

    with pytest.raises(CertificateError):
        ImapMailbox(replace(imap.account(scheme="imaps"), ca_file=""), Counting(access(oauth))).connect()
