"""Sending by SMTP: one session, DATA cut in two so that the outbox can write down that the final dot is next.

Before the dot the server has promised nothing (RFC 5321 4.1.1.4), so whatever goes wrong is retried; after it only the
server's answer tells, and a line that is cut before the answer leaves the mail `UncertainError`.
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_desk.config.schema import Settings
from tui_desk.errors import AuthError, ConfigError, DeskError, NetworkError, TemporaryError, UncertainError
from tui_desk.i18n import _
from tui_desk.text import one_line
from tui_desk.transport import envelope
from tui_desk.transport.endpoint import Endpoint, parse
from tui_desk.transport.failures import explain
from tui_desk.transport.tls import tls_context
from tui_desk.transport.unsent import drained

if TYPE_CHECKING:
    from tui_desk.transport.sasl import Bearer

__all__ = ["SmtpSender", "UncertainError"]

CONNECT_SECONDS = 20.0
COMMAND_SECONDS = 60.0
ANSWER_SECONDS = 180.0
"""The wait for the answer to the final dot. RFC 5321 4.5.3.2.6 says 10 minutes, for fear of sending twice: we never do."""

_EHLO_NAME = "[127.0.0.1]"
"""An address literal (RFC 5321 4.1.3): asks no name server, and tells strangers nothing of this machine."""


class SmtpSender:
    """One SMTP session, opened by the first `send`; speaks `transport.base.Sender`."""

    def __init__(
        self,
        settings: Settings,
        secret: str | Bearer,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        command_seconds: float = COMMAND_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        account = settings.account
        self._at = parse(account.smtp, allow_plaintext=account.allow_plaintext)
        self._user = account.user or account.address
        self._ours = frozenset(settings.own_addresses)
        self._secret = secret
        self._ca_file = account.ca_file
        self._connect_seconds = connect_seconds
        self._command_seconds = command_seconds
        self._answer_seconds = answer_seconds
        self._smtp: smtplib.SMTP | None = None

    def connect(self) -> None:
        """Connect, secure the line and log in. Raises NetworkError, TemporaryError, CertificateError, AuthError, ConfigError."""
        if self._smtp is not None:
            return
        if isinstance(self._secret, str):
            self._open(self._secret)
            return
        from tui_desk.transport.sasl import TokenRefused

        token = self._secret.token()
        try:
            self._open(token)
        except TokenRefused:
            self._open(self._secret.renew(token))

    def _open(self, secret: str) -> None:
        try:
            smtp = self._smtp = _connected(self._at, self._ca_file, self._connect_seconds)
            _socket(smtp).settimeout(self._command_seconds)
            _socket(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._log_in(smtp, secret)
        except (OSError, ValueError) as error:
            self._drop()
            raise self._explained(error) from error
        except BaseException:
            self._drop()
            raise

    def send(self, sender: str, recipients: list[str], raw: bytes, before_dot: Callable[[], None]) -> str:
        """MAIL, RCPT, DATA; `before_dot` is called when all but the final dot is sent. Returns the server's answer.

        All recipients or none, but for copies to our own addresses. Raises RefusedError (5xx), TemporaryError (4xx, a line cut
        before the dot), UncertainError (a line cut after it), AuthError, ConfigError; whatever `before_dot` raises stops the
        mail.
        """
        self.connect()
        assert self._smtp is not None
        data = envelope.dotted(raw)
        try:
            envelope.begin(self._smtp, sender, recipients, data, ours=self._ours)
            self._smtp.send(data)
            if not self._at.loopback:  # There no line dies, and an acknowledgement may take 40 ms.
                drained(_socket(self._smtp), self._command_seconds)
            _still_there(_socket(self._smtp))
        except (OSError, ValueError) as error:
            self._drop()
            raise self._explained(error) from error
        except TemporaryError:
            self._drop()
            raise
        except DeskError:
            self._reset()
            raise
        try:
            before_dot()
        except BaseException:
            self._drop()  # Without the dot there is no mail.
            raise
        return self._dot(self._smtp)

    def close(self) -> None:
        """QUIT, quietly."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, ValueError):
            smtp.close()

    def _dot(self, smtp: smtplib.SMTP) -> str:
        """The final dot, and what the server makes of it."""
        try:
            _socket(smtp).settimeout(self._answer_seconds)
            smtp.send(b".\r\n")
            code, words = smtp.getreply()
            _socket(smtp).settimeout(self._command_seconds)
        except (OSError, ValueError) as error:
            self._drop()
            raise UncertainError(
                _("The line to %(host)s was cut before it said whether it took the mail.") % {"host": self._at.host},
                _("Look in the Sent folder, or ask the customer, then run `desk outbox resolve`."),
            ) from error
        answer = envelope.spoken(code, words)
        if 200 <= code < 300:
            return answer
        if 400 <= code < 600:
            if code == 421:
                self._drop()
            raise envelope.refusal(code, answer)
        self._drop()
        raise UncertainError(_("%(host)s answered the mail with “%(answer)s”.") % {"host": self._at.host, "answer": answer})

    def _log_in(self, smtp: smtplib.SMTP, secret: str) -> None:
        """AUTH where the server offers it: a relay on this machine often wants none, and says so (530) when it does."""
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if not offered:
            return
        by_token = not isinstance(self._secret, str)
        challenge = b""
        if by_token:
            from tui_desk.transport import sasl

            code, words, challenge = sasl.smtp_login(smtp, offered, self._at, self._user, secret)
        else:
            code, words = envelope.authenticate(smtp, offered, self._user, secret)
        if code in (235, 503):
            return
        answer = envelope.spoken(code, words)
        if not 500 <= code < 600:
            raise TemporaryError(_("%(host)s lets nobody in at the moment: %(why)s") % {"host": self._at.host, "why": answer})
        if by_token:
            raise sasl.token_refused(self._at, self._user, answer, challenge, secret)
        raise AuthError(
            _("%(host)s refused the password of %(user)s: %(why)s")
            % {"host": self._at.host, "user": one_line(self._user), "why": answer},
            _("Check account.user and the password. Many providers want an app password here."),
        )

    def _explained(self, error: BaseException) -> DeskError:
        """smtplib's errors are OSErrors too; a server that answers nonsense gives ValueError."""
        match error:
            case smtplib.SMTPConnectError() | smtplib.SMTPHeloError() | smtplib.SMTPResponseException():
                words = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
                return envelope.refusal(error.smtp_code, envelope.spoken(error.smtp_code, words))
            case smtplib.SMTPServerDisconnected():
                # smtplib wraps what cut the line: a timeout, a reset.
                cause = error.__context__
                return explain(cause if isinstance(cause, OSError) else EOFError(), self._at)
            case _:
                return explain(error, self._at)

    def _reset(self) -> None:
        """Make the session fit for the next mail, or drop it."""
        try:
            if self._smtp is not None and self._smtp.rset()[0] != 250:
                self._drop()
        except (OSError, ValueError):
            self._drop()

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _connected(at: Endpoint, ca_file: str, seconds: float) -> smtplib.SMTP:
    """A session that has said EHLO, on a private line where one was asked for."""
    if at.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(at.host, at.port, _EHLO_NAME, timeout=seconds, context=tls_context(ca_file))
    else:
        smtp = smtplib.SMTP(at.host, at.port, _EHLO_NAME, timeout=seconds)
    try:
        smtp.ehlo_or_helo_if_needed()
        if at.security == "starttls":
            if not smtp.has_extn("starttls"):
                raise _no_starttls(at)
            code, words = smtp.starttls(context=tls_context(ca_file))
            if code != 220:
                raise smtplib.SMTPResponseException(code, words)
            smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _no_starttls(at: Endpoint) -> ConfigError:
    return ConfigError(
        _("%(host)s offers no STARTTLS on port %(port)s.") % {"host": at.host, "port": at.port},
        _("Try smtps://%(host)s:465.") % {"host": at.host},
    )


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("closed")
    return smtp.sock


def _still_there(sock: socket.socket) -> None:
    """Raise where the server has hung up or spoken out of turn: a cut that is seen before the dot is certain, not a riddle."""
    if not select.select([sock], [], [], 0)[0]:
        return
    if isinstance(sock, ssl.SSLSocket):
        timeout = sock.gettimeout()
        sock.settimeout(0)
        try:
            said = sock.recv(512)
        except (ssl.SSLWantReadError, BlockingIOError):
            return  # A TLS record without data (a session ticket).
        finally:
            sock.settimeout(timeout)
    else:
        said = sock.recv(512)
    match = re.match(rb"\d{3}", said)
    if match:
        raise envelope.refusal(int(match[0]), envelope.spoken(0, said[4:]), always_again=True)
    raise NetworkError(_("The mail server hung up in the middle of the mail."), _("It is tried again."))
