"""The exchange by which a token is refused, byte for byte, on a server that follows a script."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tui_desk.config.schema import Account
from tui_desk.config.tokens import Tokens
from tui_desk.errors import AuthError, ConfigError, DeskError, NetworkError
from tui_desk.transport.bearer import GivenBearer
from tui_desk.transport.imap import ImapMailbox

TOKEN = "a-secret-token"
CHALLENGE = base64.b64encode(b'{"status":"invalid_token","scope":"mail"}').decode()


class Script:
    """One IMAP session after the other; `heard` is what clients said. `ways` are the capabilities."""

    def __init__(self, ways: str, steps: list[str]) -> None:
        self.heard: list[bytes] = []
        self._ways, self._steps = ways, steps
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _address = self._listener.accept()
            except OSError:
                return
            with sock, sock.makefile("rwb") as line:
                try:
                    self._session(line)
                except OSError:
                    continue

    def _session(self, line: object) -> None:
        def say(text: str) -> None:
            line.write(text.encode() + b"\r\n")  # type: ignore[attr-defined]
            line.flush()  # type: ignore[attr-defined]

        say(f"* OK [CAPABILITY IMAP4rev1 {self._ways}] hello")
        tag, steps = "", list(self._steps)
        for said in line:  # type: ignore[attr-defined]
            words = said.rstrip(b"\r\n")
            if b" CAPABILITY" in words:
                say(f"* CAPABILITY IMAP4rev1 {self._ways}")
                say(f"{words.split()[0].decode()} OK done")
                continue
            self.heard.append(words)
            if b" AUTHENTICATE " in words:
                tag = words.split()[0].decode()
            if not steps or steps[0] == "":
                return
            say(steps.pop(0).replace("TAG", tag))


@contextmanager
def script(ways: str, *steps: str) -> Iterator[Script]:
    with closing(Script(ways, list(steps))) as made:
        yield made


def connect(made: Script) -> DeskError:
    account = Account(address="desk@desk.test", user="desk", imap=f"imap://127.0.0.1:{made.port}")
    with pytest.raises(DeskError) as told:
        ImapMailbox(account, GivenBearer(Tokens(TOKEN))).connect()
    assert TOKEN not in told.value.message + told.value.hint + str(told.value.__cause__)
    return told.value


@pytest.mark.parametrize(("way", "enough"), [("XOAUTH2", b""), ("OAUTHBEARER", base64.b64encode(b"\x01"))])
def test_the_challenge_is_answered_as_it_wants_to_be(way: str, enough: bytes) -> None:
    with script(f"AUTH={way}", "+ ", f"+ {CHALLENGE}", "TAG NO [AUTHENTICATIONFAILED] nope") as made:
        error = connect(made)
        assert isinstance(error, AuthError)
        assert "invalid_token" in error.message
        assert "nope" in error.message
        first, second, third = made.heard[:3]
        assert first.endswith(f" AUTHENTICATE {way}".encode())
        assert f"auth=Bearer {TOKEN}\x01\x01".encode() in base64.b64decode(second)
        assert third == enough


def test_xoauth2_is_taken_where_both_are_offered() -> None:
    with script("AUTH=OAUTHBEARER AUTH=XOAUTH2 AUTH=PLAIN", "+ ", "TAG NO no") as made:
        connect(made)
        assert made.heard[0].endswith(b"AUTHENTICATE XOAUTH2")


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        (("+ ", "TAG NO [UNAVAILABLE] the directory is away"), NetworkError),
        (("+ ", "TAG NO [LIMIT] too many connections"), NetworkError),
        (("+ ", "* BYE too many bad commands"), NetworkError),
        (("+ ", ""), NetworkError),
        (("",), NetworkError),
        (("+ ", "+ not base64!", "TAG NO no"), AuthError),
        (("+ ", "+ " + base64.b64encode(b"[" * 5000).decode(), "TAG NO no"), AuthError),
        (("+ ", *[f"+ {CHALLENGE}"] * 9), NetworkError),
        (("TAG NO not this way",), AuthError),
        (("TAG BAD what?",), AuthError),
        (("+ ", f"TAG NO you said {TOKEN}"), AuthError),
    ],
)
def test_every_end_has_its_kind(steps: tuple[str, ...], kind: type[DeskError]) -> None:
    with script("AUTH=XOAUTH2", *steps) as made:
        assert isinstance(connect(made), kind)
        assert len(made.heard) < 12


def test_a_way_that_is_not_offered_is_not_tried() -> None:
    with script("AUTH=PLAIN AUTH=LOGIN") as made:
        assert isinstance(connect(made), ConfigError)
        assert made.heard == []


def test_words_of_the_server_are_safe_for_a_terminal() -> None:
    with script("AUTH=XOAUTH2", "+ ", "TAG NO \x1b]52;c;aGFjaw==\x07 [/bold]") as made:
        error = connect(made)
        assert "\x1b" not in error.message
        assert "\x07" not in error.message
