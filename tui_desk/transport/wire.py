"""Our commands on a socket: send a line, read its responses, strictly framed. After any trouble the line is closed."""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Callable, Iterator

from tui_desk.errors import DeskError, NetworkError
from tui_desk.i18n import _
from tui_desk.transport.base import Refused
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.framing import Framer, Response

CHUNK = 256 * 1024

_BYE = re.compile(rb"\* BYE\b", re.IGNORECASE)


class Wire:
    """One socket, our tags, our framing. `leftover` is what somebody else had read ahead; `release` closes their side."""

    def __init__(
        self,
        sock: socket.socket,
        at: Endpoint,
        leftover: bytes = b"",
        timeout: float = 60.0,
        release: Callable[[], None] = lambda: None,
    ) -> None:
        self._sock = sock
        self._release = release
        self._at = at
        self.patience = timeout
        """Seconds of silence after which the line counts as dead."""
        self._count = 0
        self._open: dict[bytes, str] = {}
        self._framer = Framer(self._open)
        self._framer.feed(leftover)
        self._chunk = bytearray(CHUNK)
        self._view = memoryview(self._chunk)
        self.closed = False

    def close(self) -> None:
        """Drop the line."""
        self.closed = True
        self._release()
        with contextlib.suppress(OSError):
            self._sock.close()

    def sever(self) -> None:
        """Break the line, from any thread: what waits on it then fails. TLS takes no part, it belongs to the other thread."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def start(self, command: bytes, literal: bytes | None = None) -> bytes:
        """Send a command (and a non-synchronising literal after it); returns its tag."""
        self._count += 1
        tag = b"D%d" % self._count
        self._open[tag] = command.split(b" (", 1)[0].decode("latin-1")
        self.send(tag + b" " + command + b"\r\n")
        if literal is not None:
            self.send(literal)
            self.send(b"\r\n")
        return tag

    def send(self, data: bytes) -> None:
        """Raw bytes. Raises NetworkError."""
        if self.closed:
            raise NetworkError(_("The connection to the mailbox is closed."), _("Connect again."))
        try:
            self._sock.settimeout(self.patience)
            self._sock.sendall(data)
        except OSError as error:
            raise self._failed(error) from error

    def responses(self, tag: bytes) -> Iterator[Response]:
        """The untagged responses until `tag` is answered, the tagged one last. Raises Refused for NO and BAD,
        NetworkError (PauseError) where the server means it for now only."""
        while tag in self._open:
            response = self.read()
            if response.tag in self._open:
                self._finish(response)
            yield response

    def until_ready(self, tag: bytes) -> list[Response]:
        """What comes before the "+" that asks for the rest of command `tag`. Raises Refused when it is answered instead."""
        told: list[Response] = []
        while (response := self.read()).tag != b"+":
            if response.tag == tag:
                self._finish(response)
                raise self._failed(EOFError())
            told.append(response)
        return told

    def run(self, command: bytes) -> list[Response]:
        """Send one command and read all of its responses."""
        return list(self.responses(self.start(command)))

    def read(self) -> Response:
        """The next response. Raises NetworkError when none comes in time, and when the line is cut."""
        response = self.poll(self.patience)
        if response is None:
            raise self._failed(TimeoutError())
        return response

    def poll(self, seconds: float) -> Response | None:
        """The next response, None when none was complete within `seconds` of silence."""
        while True:
            try:
                response = self._framer.next()
            except DeskError:
                self.close()
                raise
            if response is not None:
                if _BYE.match(response.line) and not any(name == "LOGOUT" for name in self._open.values()):
                    raise self._failed(EOFError())
                return response
            if not self._receive(seconds):
                return None

    def _receive(self, seconds: float) -> bool:
        if self.closed:
            raise NetworkError(_("The connection to the mailbox is closed."), _("Connect again."))
        try:
            self._sock.settimeout(max(seconds, 0.001))
            n = self._sock.recv_into(self._chunk)
        except TimeoutError:
            return False
        except OSError as error:
            raise self._failed(error) from error
        if n == 0:
            raise self._failed(EOFError())
        self._framer.feed(self._view[:n])
        return True

    def _finish(self, response: Response) -> None:
        tag = response.tag
        name = self._open.pop(tag)
        status, _space, answer = response.line[len(tag) + 1 :].partition(b" ")
        if status.upper() != b"OK":
            words = answer.decode("utf-8", "replace")
            raise self._not_now(words) or Refused(name, words)

    def _not_now(self, words: str) -> DeskError | None:
        from tui_desk.transport.failures import not_now

        error = not_now(words, self._at)
        if error is not None:
            self.close()
        return error

    def _failed(self, error: BaseException) -> DeskError:
        from tui_desk.transport.failures import explain

        self.close()
        return explain(error, self._at)
