"""A line that has died while a mail is written to it: the mail fits into our own buffer, and has not left."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.transport.test_smtp import RAW, sender
from tui_desk.errors import NetworkError
from tui_desk.transport import smtp as smtp_module
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.unsent import drained

LINES = b"x" * 76 + b"\r\n"


@pytest.fixture
def deaf() -> Iterator[int]:
    """The port of a server that says 354 and reads nothing more, behind a window of a few thousand bytes."""
    over = threading.Event()
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=_serve, args=(listener, over), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join(10)


def _serve(listener: socket.socket, over: threading.Event) -> None:
    line, _address = listener.accept()
    with line, line.makefile("rb") as said:
        line.sendall(b"220 deaf\r\n")
        for command in said:
            line.sendall(b"354 go ahead\r\n" if command.startswith(b"DATA") else b"250 ok\r\n")
            if command.startswith(b"DATA"):
                over.wait(60)
                return


def far(port: int, monkeypatch: pytest.MonkeyPatch) -> smtp_module.SmtpSender:
    """A sender that takes its server for one on another machine."""
    made = sender(port, seconds=0.5)
    monkeypatch.setattr(Endpoint, "loopback", False)
    return made


def test_what_the_other_end_never_acknowledged_is_no_riddle(deaf: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dots: list[int] = []
    line = far(deaf, monkeypatch)
    with pytest.raises(NetworkError, match="does not answer"):
        line.send("a@acme.test", ["zoe@customer.test"], RAW + LINES * 600, lambda: dots.append(1))
    assert dots == []


def test_our_own_buffer_alone_would_say_that_it_left(deaf: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above is worth: without the wait the dot is committed."""
    line = far(deaf, monkeypatch)
    monkeypatch.setattr(smtp_module, "drained", lambda _sock, _seconds: None)
    dots: list[int] = []
    with pytest.raises(smtp_module.UncertainError):
        line.send("a@acme.test", ["zoe@customer.test"], RAW + LINES * 600, lambda: dots.append(1))
    assert dots == [1]


def test_a_line_that_is_well_is_not_waited_for() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        drained(ours, 0.0)
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()) as line:
        accepted, _address = listener.accept()
        with accepted:
            line.sendall(b"x" * 1000)
            drained(line, 5.0)
