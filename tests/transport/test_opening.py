"""A login by our own hand: what it says, what it makes of the answers, and what it leaves to the other way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tui_desk.errors import AuthError, NetworkError
from tui_desk.transport import endpoint
from tui_desk.transport.opening import Opened, open_plainly

SECRET = "s3cret"


class Script:
    """A server of one session: it greets, then answers each line with what the script has next."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.at = endpoint.parse(f"imap://127.0.0.1:{self._listening.getsockname()[1]}")
        self._thread: threading.Thread | None = None

    def says(self, greeting: bytes, *answers: bytes) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._serve, args=(greeting, answers))
        self._thread.start()

    def _serve(self, greeting: bytes, answers: tuple[bytes, ...]) -> None:
        line, _address = self._listening.accept()
        with line, line.makefile("rb") as coming:
            line.settimeout(30)
            line.sendall(greeting)
            for answer in answers:
                self.heard.append(coming.readline())
                line.sendall(answer)
            if b"* BYE" not in greeting + b"".join(answers):
                coming.read()  # until they close

    def close(self) -> None:
        """It is over when they closed."""
        if self._thread is not None:
            self._thread.join(30)
            assert not self._thread.is_alive()
        self._listening.close()


@pytest.fixture
def script() -> Iterator[Script]:
    server = Script()
    try:
        yield server
    finally:
        server.close()


def opened(script: Script, user: str = "nina", password: str = SECRET) -> Opened:
    """The session, closed: what was learnt stays."""
    found = open_plainly(script.at, user, password)
    assert found is not None
    found.sock.close()
    return found


def test_one_question_where_the_greeting_tells_enough(script: Script) -> None:
    script.says(b"* OK [CAPABILITY IMAP4rev1] hi\r\n", b"L OK [CAPABILITY IMAP4rev1 idle] in\r\n* 3 EXISTS\r\n")
    found = opened(script, 'ni"na')
    assert found.capabilities == b"IMAP4REV1 IDLE"
    assert found.leftover in (b"", b"* 3 EXISTS\r\n")
    assert script.heard == [b'L LOGIN "ni\\"na" "s3cret"\r\n']


def test_a_greeting_that_tells_nothing(script: Script) -> None:
    script.says(b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1\r\nC OK\r\n", b"* CAPABILITY IMAP4rev1 IDLE\r\nL OK in\r\n")
    assert opened(script).capabilities == b"", "to be asked for"
    assert script.heard[0] == b"C CAPABILITY\r\n"


@pytest.mark.parametrize(
    "says",
    [
        (b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n",),
        (b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1 LoginDisabled\r\nC OK\r\n"),
        (b"* OK hi\r\n", b"C BAD what?\r\n* OK\r\n"),
        (b"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n",),
        (b"* BYE too many connections\r\n",),
    ],
    ids=["off", "off when asked", "no answer", "preauth", "bye"],
)
def test_what_is_not_usual_is_left_to_the_other_way(script: Script, says: tuple[bytes, ...]) -> None:
    script.says(*says)
    assert open_plainly(script.at, "nina", SECRET) is None
    assert not any(SECRET.encode() in line for line in script.heard)


@pytest.mark.parametrize("words", [("nïna", SECRET), ("nina", "clé"), ("nina", ""), ("", SECRET)])
def test_words_that_no_quoted_string_carries(script: Script, words: tuple[str, str]) -> None:
    assert open_plainly(script.at, *words) is None


def test_a_refused_password_is_told_and_not_repeated(script: Script) -> None:
    script.says(b"* OK [CAPABILITY IMAP4rev1] hi\r\n", b"L NO [AUTHENTICATIONFAILED] no such pair\r\n")
    with pytest.raises(AuthError) as told:
        open_plainly(script.at, "nina", SECRET)
    assert "no such pair" in told.value.message
    assert "nina" in told.value.message
    assert SECRET not in f"{told.value.message} {told.value!r} {told.value.__context__!r}"


def test_a_server_that_lets_nobody_in_for_now(script: Script) -> None:
    script.says(b"* OK [CAPABILITY IMAP4rev1] hi\r\n", b"L NO [UNAVAILABLE] come back\r\n")
    with pytest.raises(NetworkError) as told:
        open_plainly(script.at, "nina", SECRET)
    assert not isinstance(told.value, AuthError)


@pytest.mark.parametrize("answer", [b"* BYE gone\r\n", b"nonsense\r\n"])
def test_a_line_that_ends_in_the_login(script: Script, answer: bytes) -> None:
    script.says(b"* OK [CAPABILITY IMAP4rev1] hi\r\n", answer)
    with pytest.raises(NetworkError):
        open_plainly(script.at, "nina", SECRET)
