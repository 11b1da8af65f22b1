"""What goes wrong on the way to a mail server, as errors with a sentence and a next step."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl

from tui_desk.errors import AuthError, CertificateError, CrowdedError, DeskError, NetworkError, PauseError, ProtocolError
from tui_desk.i18n import _
from tui_desk.text import one_line
from tui_desk.transport.endpoint import Endpoint

_NO_LOGIN_NOW = re.compile(r"\[(?:LIMIT|SERVERBUG|CONTACTADMIN)\]", re.IGNORECASE)
_NOT_NOW = re.compile(
    r"\[(?:UNAVAILABLE|INUSE)\]|try again|temporar|server unavailable|system error|authenticated but not connected", re.IGNORECASE
)
_CROWDED = re.compile(r"too many (?:\w+ )?connections|maximum number of connections", re.IGNORECASE)
_TOO_MUCH = re.compile(
    rf"\[THROTTLED\]|throttled|rate limit|bandwidth limit|{_CROWDED.pattern}",
    re.IGNORECASE,
)
"""Not [LIMIT] nor [OVERQUOTA] themselves: those are as well about keywords and a full mailbox (RFC 5530)."""
_BACKOFF = re.compile(r"Backoff Time: (\d{1,8}) ?(?:milliseconds|ms)", re.IGNORECASE)
_MOST_SECONDS = 3600.0


def explain(error: BaseException, at: Endpoint) -> DeskError:
    """The DeskError that says what `error` means when it was met talking to `at`."""
    named = {"host": at.host, "port": at.port, "why": one_line(str(error))}
    match error:
        case DeskError():
            return error
        case ssl.SSLCertVerificationError():
            return CertificateError(
                _("The certificate of %(host)s is not trusted: %(why)s") % {**named, "why": one_line(error.verify_message)},
                _("If it is your company's own, name a file with its CA in account.ca_file (at `desk init`: --ca-file)."),
            )
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return _cut(named)
        case ssl.SSLError():
            return NetworkError(
                _("No secure line to %(host)s:%(port)s: %(why)s") % named,
                _("Check the port and the scheme in the settings: imaps:// is for 993, imap+starttls:// for 143."),
            )
        case socket.gaierror():
            return NetworkError(
                _("The host %(host)s is not known.") % named, _("Check its name in the settings, and the network.")
            )
        case ConnectionRefusedError():
            return NetworkError(
                _("%(host)s refused the connection on port %(port)s.") % named,
                _("Check the port in the settings, and that the server is running."),
            )
        case TimeoutError():
            return NetworkError(_("%(host)s:%(port)s does not answer.") % named, _("Check the network; it is tried again later."))
        case OSError() | EOFError() | imaplib.IMAP4.abort():
            return _cut(named)
        case _:
            return ProtocolError(_("%(host)s answered something unexpected: %(why)s") % named)


def refused_login(answer: str, at: Endpoint, user: str) -> DeskError:
    """What a NO to the login means: AuthError, unless the server says that it is for now (RFC 5530)."""
    told = one_line(answer)
    return for_now(answer, at) or AuthError(
        _("%(host)s refused the password of %(user)s: %(why)s") % {"host": at.host, "user": user, "why": told},
        _("Check account.user and the password. Many providers want an app password here."),
    )


def for_now(answer: str, at: Endpoint) -> NetworkError | None:
    """A NO to the login that the server means for now only (RFC 5530, and providers' words), None where it is for good."""
    words = {"host": at.host, "why": one_line(answer)}
    if _NO_LOGIN_NOW.search(answer) or _NOT_NOW.search(answer):
        kind = CrowdedError if _CROWDED.search(answer) else NetworkError
        return kind(_("%(host)s lets nobody in at the moment: %(why)s") % words)
    return _pause(answer, words)


def not_now(answer: str, at: Endpoint) -> NetworkError | None:
    """A NO or BAD to any other command that the server means for now only; None where it is about the command itself."""
    words = {"host": at.host, "why": one_line(answer)}
    if paused := _pause(answer, words):
        return paused
    if _NOT_NOW.search(answer):
        return NetworkError(_("%(host)s cannot do it at the moment: %(why)s") % words)
    return None


def _pause(answer: str, words: dict[str, str]) -> PauseError | None:
    if not _TOO_MUCH.search(answer):
        return None
    told = _BACKOFF.search(answer)
    seconds = min(int(told[1]) / 1000, _MOST_SECONDS) if told else 0.0
    return PauseError(_("%(host)s asks for a pause: %(why)s") % words, _("Nothing is lost: it goes on by itself."), seconds)


def _cut(named: dict[str, object]) -> NetworkError:
    return NetworkError(
        _("The connection to %(host)s was cut.") % named, _("Nothing is lost: the next try goes on where this one stopped.")
    )
