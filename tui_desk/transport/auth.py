"""Opening a session: imapclient connects, secures the line and logs in."""

from __future__ import annotations

import contextlib
import imaplib
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import imapclient
from imapclient.exceptions import CapabilityError, LoginError

from tui_desk.errors import ConfigError
from tui_desk.i18n import _
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.failures import explain, refused_login
from tui_desk.transport.tls import tls_context

if TYPE_CHECKING:
    from tui_desk.transport.sasl import Bearer

CONNECT_SECONDS = 15.0
READ_SECONDS = 60.0


def open_session(at: Endpoint, user: str, secret: str | Bearer, ca_file: str = "") -> imapclient.IMAPClient:
    """A logged-in client; `secret` is a password, or where access tokens come from.

    Raises NetworkError, CertificateError, AuthError, ConfigError, BusyError.
    """
    if isinstance(secret, str):
        return _session(at, ca_file, lambda client: _log_in(client, at, user, secret))
    from tui_desk.transport.sasl import TokenRefused, imap_login

    token = secret.token()
    try:
        return _session(at, ca_file, lambda client: imap_login(client, at, user, token))
    except TokenRefused:
        token = secret.renew(token)
    return _session(at, ca_file, lambda client: imap_login(client, at, user, token))


def _session(at: Endpoint, ca_file: str, log_in: Callable[[imapclient.IMAPClient], None]) -> imapclient.IMAPClient:
    client = None
    try:
        client = _connect(at, ca_file)
        log_in(client)
    except BaseException as error:
        if client is not None:
            drop(client)
        if isinstance(error, (OSError, EOFError, imaplib.IMAP4.error)):
            raise explain(error, at) from error
        raise
    return client


def _connect(at: Endpoint, ca_file: str) -> imapclient.IMAPClient:
    context = None if at.security == "plain" else tls_context(ca_file)
    timeout = imapclient.SocketTimeout(CONNECT_SECONDS, READ_SECONDS)
    client = imapclient.IMAPClient(
        at.host, at.port, ssl=at.security == "tls", ssl_context=context if at.security == "tls" else None, timeout=timeout
    )
    client._imap.debug = 0  # 5 there: every literal would be repr'd (2.1 times slower, 2.6 times the memory)
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if at.security == "starttls":
        try:
            client.starttls(context)
        except CapabilityError as error:
            drop(client)
            raise ConfigError(
                _("%(host)s offers no STARTTLS on port %(port)s.") % {"host": at.host, "port": at.port},
                _("Try imaps://%(host)s:993.") % {"host": at.host},
            ) from error
        except BaseException:
            drop(client)
            raise
    return client


def _log_in(client: imapclient.IMAPClient, at: Endpoint, user: str, password: str) -> None:
    """LOGIN, or AUTHENTICATE PLAIN where LOGIN is off or the words are not ASCII (imaplib cannot send those)."""
    try:
        plain_words = user.isascii() and password.isascii()
        if plain_words and not client.has_capability("LOGINDISABLED"):
            client.login(user, password)
        else:
            client.plain_login(user, password)
    except LoginError as error:
        # imapclient calls a line that was cut during LOGIN a LoginError as well.
        if isinstance(error.__context__, imaplib.IMAP4.abort):
            raise error.__context__ from error
        raise refused_login(_said(error), at, user) from error


def drop(client: imapclient.IMAPClient) -> None:
    """Close the socket whatever its state."""
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        client.shutdown()


def _said(error: Exception) -> str:
    """The server's words: with some mechanisms the error holds them as bytes."""
    first = error.args[0] if error.args else ""
    if isinstance(first, bytes):
        return first.decode("utf-8", "replace")
    text = str(first)
    return text[2:-1] if text[:2] in ("b'", 'b"') else text
