"""The browser's way back: one answer is waited for, whatever else knocks."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.oauth import CLIENT, SCOPES, AuthServer, auth_server
from tests.support.visit import visit
from tui_desk.config.issuers import GOOGLE, MICROSOFT, Issuer
from tui_desk.errors import AuthError
from tui_desk.transport import oauth
from tui_desk.transport.loopback import Loopback


@pytest.fixture
def server() -> Iterator[AuthServer]:
    with auth_server() as running:
        running.secret = ""
        yield running


@pytest.fixture
def client(server: AuthServer) -> oauth.Client:
    return oauth.Client(
        Issuer("test", f"{server.base}/token", f"{server.base}/authorize?tenant=a", scopes=SCOPES, redirect_host="localhost"),
        CLIENT,
    )


def words(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_code_becomes_tokens_for_who_knows_the_verifier(client: oauth.Client, server: AuthServer) -> None:
    with Loopback(client, "desk@desk.test") as back:
        assert back.verifier not in back.url
        assert words(back.url)["tenant"] == "a"
        assert visit(back.url)[0] == 200
        code = back.code(seconds=10)
    assert server.valid(oauth.for_code(client, code, back.verifier, back.redirect).access)
    with Loopback(client) as other:
        visit(other.url)
        code = other.code(seconds=10)
        with pytest.raises(AuthError, match="invalid_grant") as told:
            oauth.for_code(client, code, back.verifier, other.redirect)
    assert code not in told.value.message


def test_every_login_has_a_state_and_a_verifier_of_its_own(client: oauth.Client) -> None:
    with Loopback(client) as one, Loopback(client) as two:
        for name in ("state", "code_challenge", "redirect_uri"):
            assert words(one.url)[name] != words(two.url)[name]
        assert 43 <= len(one.verifier) <= 128
        assert re.fullmatch(r"[\w.~-]+", one.verifier)


def test_who_opens_a_line_and_says_nothing_holds_nobody(client: oauth.Client) -> None:
    with Loopback(client) as back:
        port = int(back.redirect.rsplit(":", 1)[1])
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        assert visit(back.url)[0] == 200
        assert back.code(seconds=10)
        for sock in idle:
            sock.close()


def test_only_this_machine_can_knock(client: oauth.Client) -> None:
    with Loopback(client) as back:
        assert back._server.server_address[0] == "127.0.0.1"
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", back._server.server_port), timeout=1):
        pass


@pytest.mark.parametrize("query", ["code=x", "code=x&state=wrong", "state=", "error=access_denied", "code=&state=%FF"])
def test_what_is_not_ours_is_waited_past(client: oauth.Client, query: str) -> None:
    strangers: list[int] = []
    with Loopback(client) as back:
        assert visit(f"{back.redirect}/?{query}")[0] in (400, 404)
        visit(back.url)
        assert back.code(seconds=10, on_stranger=lambda: strangers.append(1)) != "x"
    assert len(strangers) <= 1


def test_nobody_answers(client: oauth.Client) -> None:
    with Loopback(client) as back, pytest.raises(AuthError, match="in time"):
        back.code(seconds=0.2)


def test_a_refusal_is_told_on_the_page_and_here(client: oauth.Client, server: AuthServer) -> None:
    server.consent = "deny"
    with Loopback(client) as back:
        status, page = visit(back.url)
        assert (status, "refused" in page) == (200, True)
        with pytest.raises(AuthError, match="refused"):
            back.code(seconds=10)


def test_an_address_that_is_pasted(client: oauth.Client, server: AuthServer) -> None:
    read, write = os.pipe()
    with Loopback(client) as back, os.fdopen(read) as typed:
        there, _status = server.authorize(words(back.url))
        os.write(write, b"\nnonsense\nhttp://localhost:1/?code=x&state=y\n")

        def paste() -> None:
            time.sleep(0.3)
            os.write(write, there.encode() + b"\n")
            os.close(write)

        threading.Thread(target=paste).start()
        code = back.code(seconds=10, typed=typed)
        assert server.valid(oauth.for_code(client, code, back.verifier, back.redirect).access)


def test_the_end_of_input_is_no_answer(client: oauth.Client) -> None:
    read, write = os.pipe()
    os.close(write)
    with Loopback(client) as back, os.fdopen(read) as typed:
        visit(back.url)
        assert back.code(seconds=10, typed=typed)


def test_a_page_that_keeps_the_code_to_itself(client: oauth.Client) -> None:
    import urllib.request

    with Loopback(client) as back, urllib.request.urlopen(back.url, timeout=10) as page:
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert b"<script" not in page.read()


def test_what_google_and_microsoft_want() -> None:
    with Loopback(oauth.Client(GOOGLE, "id")) as back:
        asked = words(back.url)
        assert (asked["access_type"], asked["prompt"], asked["scope"]) == ("offline", "consent", "https://mail.google.com/")
        assert back.redirect.startswith("http://127.0.0.1:")
    with Loopback(oauth.Client(MICROSOFT, "id"), "shared@acme.test") as back:
        assert words(back.url)["prompt"] == "select_account"
        assert "login_hint" not in words(back.url)
        assert back.redirect.startswith("http://localhost:")
        assert "offline_access" in words(back.url)["scope"].split()
