"""Every error a person can meet, each with its exit code (sysexits.h where it has one).

DeskError (1)
├── UsageError (2)             the words of the command are off
├── PartialError (3)           some of several things failed, each told
├── NotFoundError (1)          no such ticket, macro, view
├── RefusedError (1)           we will not do it, and say why
│   └── PreflightError (1)     a reply that must not leave yet
├── MacroError (1)             a placeholder that cannot be filled, a file that cannot be read
├── StoreError (1)             the store cannot be read or written
│   ├── DiskFullError (1)
│   └── StoreTooNewError (78)  the store was written by a newer program
├── TemporaryError (75)        trying again later can help
│   ├── NetworkError (75)      host unknown, refused, cut, timed out
│   │   ├── PauseError (75)    the server wants to be left alone for a while
│   │   └── CrowdedError (75)  the server counts as many sessions as it allows
│   ├── ProtocolError (75)     the server sent what no server may send
│   └── BusyError (75)         another process holds the lock
├── UncertainError (1)         a mail whose final dot was sent and never answered
├── AuthError (77)             the server refused the login, or it has lapsed
├── ConfigError (78)           settings: file, line and key are told
│   └── CertificateError (78)  the server's certificate is not trusted
└── Interrupted (130)          ctrl-c
"""

from __future__ import annotations


class DeskError(Exception):
    """What happened, in one sentence, and `hint`: the next step, in another."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DeskError):
    """The words of a command are off."""

    exit_code = 2


class PartialError(DeskError):
    """Some of several things failed."""

    exit_code = 3


class NotFoundError(DeskError):
    """No such ticket, macro, view or message."""


class RefusedError(DeskError):
    """Something that is not done, with the reason."""


class PreflightError(RefusedError):
    """A reply that must not leave yet."""


class MacroError(DeskError):
    """A macro that cannot be read or filled."""


class StoreError(DeskError):
    """The store cannot be read or written."""


class DiskFullError(StoreError):
    """No room left for the store."""


class StoreTooNewError(StoreError):
    """The store was written by a newer program."""

    exit_code = 78


class TemporaryError(DeskError):
    """Trying again later can help."""

    exit_code = 75


class NetworkError(TemporaryError):
    """The server cannot be reached, or the line was cut."""


class PauseError(NetworkError):
    """The server wants to be left alone for a while; `seconds` where it says how long, else 0."""

    def __init__(self, message: str, hint: str = "", seconds: float = 0.0) -> None:
        super().__init__(message, hint)
        self.seconds = seconds


class CrowdedError(NetworkError):
    """The server counts as many sessions as it allows: one may have ended already, and not be counted out yet."""


class ProtocolError(TemporaryError):
    """The server sent what no server may send (RFC 9051 section 9)."""


class BusyError(TemporaryError):
    """Another process holds the lock."""


class UncertainError(DeskError):
    """A mail that may or may not have left: it is not sent again before somebody has looked (sync.md, sending)."""


class AuthError(DeskError):
    """The server refused the password or the token."""

    exit_code = 77


class ConfigError(DeskError):
    """A setting that cannot be used."""

    exit_code = 78


class CertificateError(ConfigError):
    """A server's certificate that is not trusted."""


class Interrupted(DeskError):
    """Stopped by the person at the keyboard."""

    exit_code = 130
