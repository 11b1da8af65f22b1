"""Logging in with an access token: XOAUTH2 (Google's and Microsoft's) and OAUTHBEARER (RFC 7628), for IMAP and SMTP.

A server that refuses the token says why in a challenge first (JSON in base64) and wants an answer to it before its NO:
an empty one for XOAUTH2, a lone ^A for OAUTHBEARER (RFC 7628 3.2.3).
"""

from __future__ import annotations

import base64
import binascii
import imaplib
import json
import smtplib
from typing import TYPE_CHECKING, Protocol

from tui_desk.errors import AuthError, ConfigError
from tui_desk.i18n import _
from tui_desk.text import cut, one_line
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.failures import for_now

if TYPE_CHECKING:
    import imapclient

WAYS = ("XOAUTH2", "OAUTHBEARER")
"""The first that the server offers is taken: what the large providers document before what the RFC has."""
SHORT = 480
"""Letters of first words that fit into any server's command line of 512; longer ones wait for their turn (RFC 4954 4)."""
_ENOUGH = {"XOAUTH2": b"", "OAUTHBEARER": b"\x01"}


class Bearer(Protocol):
    """Where access tokens come from, asked anew for every login."""

    def token(self) -> str:
        """One that should do. Raises AuthError (a person must log in), ConfigError, NetworkError, BusyError."""
        ...

    def renew(self, refused: str) -> str:
        """Another than `refused`, which a server did not take. Raises as `token`."""
        ...


class TokenRefused(AuthError):
    """A mail server did not take an access token: another one may do."""


def first_words(way: str, at: Endpoint, user: str, token: str) -> bytes:
    """The client's first words in the mechanism `way`."""
    if way == "XOAUTH2":
        return b"user=%s\x01auth=Bearer %s\x01\x01" % (user.encode(), token.encode())
    name = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 4: saslname
    return b"n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01" % (
        name.encode(),
        at.host.encode("idna" if not at.host.isascii() else "ascii"),
        at.port,
        token.encode(),
    )


def imap_login(client: imapclient.IMAPClient, at: Endpoint, user: str, token: str) -> None:
    """AUTHENTICATE. Raises TokenRefused, NetworkError (not now, RFC 5530), ConfigError; imaplib's and socket errors."""
    way = _way([word for word in WAYS if client.has_capability(f"AUTH={word}")], at)
    talk = _Talk(first_words(way, at, user, token), _ENOUGH[way])
    try:
        client._imap.authenticate(way, talk.answer)  # imapclient's own does not tell a cut line from a NO
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise for_now(str(error), at) or token_refused(at, user, str(error), talk.challenge, token) from None
    except binascii.Error:
        raise token_refused(at, user, _("a challenge that is none"), b"", token) from None


class _Talk:
    """Our side of the exchange: the first words once, then the least answer; a server that goes on asking is left."""

    def __init__(self, first: bytes, enough: bytes) -> None:
        self._to_say: list[bytes | None] = [first, enough, enough, None]
        self.challenge = b""

    def answer(self, heard: bytes) -> bytes | None:
        self.challenge = self.challenge or heard
        return self._to_say.pop(0) if self._to_say else None


def smtp_login(smtp: smtplib.SMTP, offered: list[str], at: Endpoint, user: str, token: str) -> tuple[int, bytes, bytes]:
    """AUTH (RFC 4954): the server's code and words, and the challenge before them."""
    way = _way([word for word in WAYS if word in offered], at)
    first = _base64(first_words(way, at, user, token))
    if len(first) < SHORT:
        code, words = smtp.docmd("AUTH", f"{way} {first}")
    else:
        code, words = smtp.docmd("AUTH", way)
        if code == 334:
            code, words = smtp.docmd(first)
    if code != 334:
        return code, words, b""
    try:
        challenge = base64.b64decode(words)
    except binascii.Error:
        challenge = b""
    return *smtp.docmd(_base64(_ENOUGH[way])), challenge


def _way(offered: list[str], at: Endpoint) -> str:
    if at.security == "plain" and not at.loopback:
        raise ConfigError(
            _("An access token is not sent on a line that everybody can read."), _("Use imaps:// and smtps://, or +starttls.")
        )
    if not offered:
        raise ConfigError(
            _("%(host)s offers no login by OAuth.") % {"host": at.host}, _("Set account.auth to password, or check the server.")
        )
    return offered[0]


def token_refused(at: Endpoint, user: str, answer: str, challenge: bytes, token: str) -> TokenRefused:
    """What a NO to a token means; the token itself is not in its words."""
    told = one_line(answer).replace(token, "…")
    status = _status(challenge)
    why = f"{told} ({status})" if status else told
    return TokenRefused(
        _("%(host)s refuses the login of %(user)s: %(why)s") % {"host": at.host, "user": one_line(user), "why": cut(why, 200)},
        _("Run `desk auth login` and consent as that user, or one who may open the mailbox; IMAP and SMTP must be allowed."),
    )


def _status(challenge: bytes) -> str:
    """The `status` of the error challenge (RFC 7628 3.2.2): invalid_token, 401."""
    try:
        said = json.loads(challenge)
    except (ValueError, RecursionError):
        return ""
    return cut(one_line(str(said.get("status") or "")), 40) if isinstance(said, dict) else ""


def _base64(words: bytes) -> str:
    return base64.b64encode(words).decode("ascii")
