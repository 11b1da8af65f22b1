"""What a server's NO means: that it cannot do it, that it cannot do it now, or that it wants to be left alone for a while."""

from __future__ import annotations

import pytest

from tui_desk.errors import AuthError, CrowdedError, NetworkError, PauseError
from tui_desk.transport import endpoint
from tui_desk.transport.failures import not_now, refused_login

AT = endpoint.parse("imaps://imap.example.org:993")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", AuthError),
        ("LOGIN failed.", AuthError),
        ("[ALERT] Application-specific password required", AuthError),
        ("[ALERT] Too many simultaneous connections. (Failure)", PauseError),
        ("[LIMIT] LOGIN Rate limit hit.", NetworkError),
        ("[LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=1)", CrowdedError),
        ("[UNAVAILABLE] Temporary authentication failure.", NetworkError),
        ("Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", PauseError),
        ("[INUSE] Mailbox is locked", NetworkError),
    ],
)
def test_a_refused_login(answer: str, kind: type[Exception]) -> None:
    assert type(refused_login(answer, AT, "desk")) is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("[NONEXISTENT] no such folder", None),
        ("[LIMIT] Too many keywords in this mailbox", None),
        ("[OVERQUOTA] Quota exceeded (mailbox for user is full)", None),
        ("Some messages could not be FETCHed (Failure)", None),
        ("[SERVERBUG] Internal error occurred. Refer to server log.", None),
        ("[SERVERBUG] UID SEARCH Server error - Please try again later", NetworkError),
        ("User is authenticated but not connected.", NetworkError),
        ("Server Unavailable. 15", NetworkError),
        ("[UNAVAILABLE] Service unavailable", NetworkError),
        ("[INUSE] Mailbox in use", NetworkError),
        ("[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", PauseError),
        ("[LIMIT] UID FETCH Rate limit hit", PauseError),
        ("Request is throttled. Suggested Backoff Time: 89117 milliseconds", PauseError),
    ],
)
def test_a_refused_command(answer: str, kind: type[Exception] | None) -> None:
    error = not_now(answer, AT)
    assert (type(error) if error else None) is kind


@pytest.mark.parametrize(("words", "seconds"), [("89117 milliseconds", 89.117), ("99999999 milliseconds", 3600), ("soon", 0)])
def test_how_long_the_pause_is(words: str, seconds: float) -> None:
    error = not_now(f"Request is throttled. Suggested Backoff Time: {words}", AT)
    assert isinstance(error, PauseError)
    assert error.seconds == seconds
