"""The browser's way back: a listener on loopback that takes one authorization code (RFC 8252 7.3), with PKCE (RFC 7636).

Anything on this machine, and any web page, can speak to the listener: an answer without our `state` is shown the door and
waited past. The code alone is worth nothing to who overhears it: the tokens are given to who knows the verifier.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import html
import queue
import secrets
import select
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TextIO
from urllib.parse import parse_qs, urlencode, urlsplit

from tui_desk.errors import AuthError, Interrupted, NetworkError
from tui_desk.i18n import _
from tui_desk.transport.oauth import Client, refused

LOOK_SECONDS = 0.25
WAIT_SECONDS = 600.0
"""How long a person may take to consent: a second factor may have to be fetched."""


class Loopback:
    """Listens while it is entered. `url` is where to consent; `code()` waits for the answer."""

    def __init__(self, client: Client, hint: str = "") -> None:
        self.verifier = secrets.token_urlsafe(64)
        self._client = client
        self._hint = hint
        self._state = secrets.token_urlsafe(32)
        self._answers: queue.SimpleQueue[dict[str, str]] = queue.SimpleQueue()
        self._woken, self._wake = socket.socketpair()
        self._server = _Server(("127.0.0.1", 0), self)
        self.redirect = f"http://{client.issuer.redirect_host}:{self._server.server_port}"

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="desk-loopback", daemon=True).start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        for end in (self._woken, self._wake):
            end.close()

    @property
    def url(self) -> str:
        """Where the person consents."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        words = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self.redirect,
            "scope": " ".join(self._client.issuer.scopes),
            "state": self._state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **dict(self._client.issuer.extra),
        }
        if self._hint and words.get("prompt") != "select_account":
            words["login_hint"] = self._hint
        base = self._client.issuer.authorize_url
        return f"{base}{'&' if '?' in base else '?'}{urlencode(words)}"

    def code(
        self,
        *,
        seconds: float = WAIT_SECONDS,
        typed: TextIO | None = None,
        on_stranger: Callable[[], None] = lambda: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> str:
        """The code. `typed` is where the address may be pasted that a browser elsewhere ended at.

        `on_stranger` is called for an answer that is not to our question. Raises AuthError for no, or too late, and
        Interrupted when `stop` says so.
        """
        until = time.monotonic() + seconds
        sources: list[socket.socket | TextIO] = [self._woken, *([typed] if typed else [])]
        while (left := until - time.monotonic()) > 0:
            ready, _w, _x = select.select(sources, [], [], min(left, LOOK_SECONDS))
            if stop():
                raise Interrupted(_("Stopped."), _("Nothing was changed."))
            if typed in ready:
                assert typed is not None
                line = typed.readline()
                if not line:
                    sources.remove(typed)
                elif line.strip():
                    self.take(_words(line.strip()))
            while not self._answers.empty():
                self._woken.recv(1)
                answer = self._answers.get()
                if self.ours(answer):
                    return self._heard(answer)
                on_stranger()
        raise AuthError(_("Nobody consented in time."), _("Run `desk auth login` to try again."))

    def take(self, answer: dict[str, str]) -> None:
        """An answer has come."""
        self._answers.put(answer)
        with contextlib.suppress(OSError):  # the question is over
            self._wake.send(b".")

    def ours(self, answer: dict[str, str]) -> bool:
        """Whether it answers our question."""
        return hmac.compare_digest(answer.get("state", "").encode(), self._state.encode()) and bool(
            answer.get("code") or answer.get("error")
        )

    def _heard(self, answer: dict[str, str]) -> str:
        if answer.get("error"):
            raise refused(self._client.issuer.name, 400, dict(answer))
        return answer["code"]


class _Server(ThreadingHTTPServer):
    """Browsers open lines that they never use: each has a thread, and none holds the program."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False

    def __init__(self, at: tuple[str, int], loopback: Loopback) -> None:
        try:
            super().__init__(at, _Handler)
        except OSError as error:
            raise NetworkError(
                _("No port on this machine could be opened for the browser's answer: %(why)s") % {"why": error.strerror},
                _("Log in with --device, where the provider has it."),
            ) from error
        self.loopback = loopback

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away; nothing is printed."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 20
    server: _Server

    def do_GET(self) -> None:
        """The redirect."""
        path, answer = urlsplit(self.path).path, _words(self.path)
        if path != "/" or not answer:
            self._say(404, _("There is nothing here."))
        elif not self.server.loopback.ours(answer):
            self._say(400, _("This is not the answer that is waited for. Start again from the link in the terminal."))
            self.server.loopback.take(answer)
        else:
            said = _("The consent was refused.") if answer.get("error") else _("Thank you: you can close this page.")
            self._say(200, said + " " + _("TUI Desk goes on in the terminal."))
            self.server.loopback.take(answer)

    def _say(self, status: int, text: str) -> None:
        page = f"<!doctype html><meta charset=utf-8><title>TUI Desk</title><p>{html.escape(text)}</p>".encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_words: object) -> None:
        """Nothing: the line has the code in it."""


_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
    "Connection": "close",
}


def _words(address: str) -> dict[str, str]:
    """The first of each word of a URL's query."""
    try:
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query, max_num_fields=50).items()}
    except ValueError:
        return {}
