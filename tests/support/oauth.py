"""An authorization server on loopback that keeps count (RFC 6749, 7009, 7636, 7662, 8628), and mail servers that ask it.

It is strict where providers are: a code is for one client, one redirect and one verifier; a refresh token that was
replaced is a theft, and ends all that came from it. `consent` plays the person, and what it hears is in `asked`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support.loopback import free_port
from tests.support.smtp import RealSmtp

CLIENT, CLIENT_SECRET = "desk-client", "client-s3cret-value"
SCOPES = ("https://mail.test/imap", "https://mail.test/smtp")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"

Form = dict[str, str]
Answer = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Grant:
    """What one consent gave: the refresh token that holds now, and whether anything holds at all."""

    user: str
    scope: str
    refresh: str = ""
    alive: bool = True


@dataclass(slots=True)
class Access:
    """An access token; `until` by the monotonic clock."""

    grant: Grant
    until: float


@dataclass(slots=True)
class Pending:
    """A consent under way: a code for a browser, or for a device."""

    grant: Grant
    challenge: str = ""
    redirect: str = ""
    decision: str = "authorization_pending"


@dataclass
class AuthServer:
    """`expires_in` (seconds), `rotate` and `consent` ("allow", "deny", "other", "narrow") may be changed at any time."""

    user: str = "desk"
    secret: str = CLIENT_SECRET
    expires_in: float | None = 3600.0
    rotate: bool = True
    gives_refresh: bool = True
    consent: str = "allow"
    interval: int = 1
    device_answers: list[str] = field(default_factory=list)
    """What the next questions of a device hear, before the decision holds."""
    trouble: list[Answer | str] = field(default_factory=list)
    """What the next requests to /token get instead: an answer, "cut", or "garbage"."""
    slow: float = 0.0
    """Seconds that /token takes: long enough for others to come between."""
    asked: list[tuple[str, Form]] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    access: dict[str, Access] = field(default_factory=dict)
    used: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Pending] = field(default_factory=dict)
    devices: dict[str, Pending] = field(default_factory=dict)
    secrets_given: list[str] = field(default_factory=list)
    """Everything that may be in no file, log or error."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    base: str = ""
    doors: list[str] = field(default_factory=list)

    # ---------------------------------------------------------------------------------------------------- for tests

    def grants_of(self, kind: str) -> list[Form]:
        """The forms that asked for tokens by the grant type `kind`."""
        return [form for path, form in self.asked if path == "/token" and form.get("grant_type") == kind]

    def lapse(self) -> None:
        """Every access token is over, from now on and without a word."""
        with self.lock:
            for access in self.access.values():
                access.until = 0.0

    def revoke_all(self) -> None:
        """The user takes the consent back, on a page of the provider."""
        with self.lock:
            for grant in self.grants:
                grant.alive = False

    def settle(self, decision: str = "allow") -> None:
        """What the person does with the device code."""
        with self.lock:
            for pending in self.devices.values():
                pending.decision = decision

    def valid(self, token: str) -> Grant | None:
        """The grant of an access token that holds."""
        with self.lock:
            found = self.access.get(token)
            return found.grant if found and found.grant.alive and time.monotonic() < found.until else None

    # ---------------------------------------------------------------------------------------------------- endpoints

    def authorize(self, words: Form) -> tuple[str, int]:
        """Where the browser is sent (RFC 6749 4.1.2), and the status."""
        self.asked.append(("/authorize", words))
        redirect, state = words.get("redirect_uri", ""), words.get("state", "")
        if words.get("client_id") != CLIENT or not redirect.startswith(("http://127.0.0.1:", "http://localhost:")):
            return "", 400
        if self.consent == "deny":
            return f"{redirect}/?{urlencode({'error': 'access_denied', 'state': state})}", 302
        scope = words["scope"].split()[0] if self.consent == "narrow" else words["scope"]
        code = self._made("code")
        self.codes[code] = Pending(self._grant(scope), words["code_challenge"], redirect)
        assert words["code_challenge_method"] == "S256"
        if self.consent == "other":
            return f"{redirect}/?{urlencode({'code': code, 'state': 'somebody-elses'})}", 302
        return f"{redirect}/?{urlencode({'code': code, 'state': state})}", 302

    def token(self, form: Form) -> Answer:
        """Tokens, or why not (RFC 6749 5)."""
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != self.secret:
            return 401, {"error": "invalid_client", "error_description": f"who is {form.get('client_secret')}?"}
        match form.get("grant_type"):
            case "authorization_code":
                return self._for_code(form)
            case "refresh_token":
                return self._for_refresh(form)
            case kind if kind == DEVICE:
                return self._for_device(form)
        return 400, {"error": "unsupported_grant_type"}

    def device(self, form: Form) -> Answer:
        """A device code (RFC 8628 3.2)."""
        code, shown = self._made("device"), secrets.token_hex(4).upper()
        self.devices[code] = Pending(self._grant(form["scope"]))
        if self.consent == "allow":
            self.devices[code].decision = "allow"
        return 200, {
            "device_code": code,
            "user_code": shown,
            "verification_uri": f"{self.base}/device",
            "expires_in": 30,
            "interval": self.interval,
        }

    def introspect(self, form: Form) -> Answer:
        """RFC 7662."""
        grant = self.valid(form.get("token", ""))
        if grant is None:
            return 200, {"active": False}
        return 200, {"active": True, "username": grant.user, "scope": grant.scope}

    def revoke(self, form: Form) -> Answer:
        """RFC 7009."""
        for grant in self.grants:
            if grant.refresh == form.get("token"):
                grant.alive = False
        return 200, {}

    # -------------------------------------------------------------------------------------------------------- parts

    def _for_code(self, form: Form) -> Answer:
        pending = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if pending is None or pending.redirect != form.get("redirect_uri") or pending.challenge != proof:
            return 400, {"error": "invalid_grant", "error_description": f"bad code {form.get('code')}"}
        return 200, self._tokens(pending.grant)

    def _for_refresh(self, form: Form) -> Answer:
        token = form.get("refresh_token", "")
        if token in self.used:
            self.used[token].alive = False  # somebody has a copy of it
        grant = next((g for g in self.grants if g.refresh == token and g.alive), None)
        if grant is None:
            return 400, {"error": "invalid_grant", "error_description": f"token {token} is revoked"}
        return 200, self._tokens(grant)

    def _for_device(self, form: Form) -> Answer:
        pending = self.devices.get(form.get("device_code", ""))
        if pending is None:
            return 400, {"error": "invalid_grant"}
        word = self.device_answers.pop(0) if self.device_answers else pending.decision
        if word != "allow":
            return 400, {"error": word}
        del self.devices[form["device_code"]]
        return 200, self._tokens(pending.grant)

    def _tokens(self, grant: Grant) -> dict[str, Any]:
        access = self._made("access")
        seconds = 3600.0 if self.expires_in is None else self.expires_in
        self.access[access] = Access(grant, time.monotonic() + seconds)
        said: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "scope": grant.scope}
        if self.expires_in is not None:
            said["expires_in"] = self.expires_in
        if self.gives_refresh and (self.rotate or not grant.refresh):
            if grant.refresh:
                self.used[grant.refresh] = grant
            grant.refresh = said["refresh_token"] = self._made("refresh")
        return said

    def _grant(self, scope: str) -> Grant:
        self.grants.append(Grant(self.user, scope))
        return self.grants[-1]

    def _made(self, kind: str) -> str:
        token = f"{kind}-{secrets.token_urlsafe(24)}"
        self.secrets_given.append(token)
        return token


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        there, status = self.server.oauth.authorize(_form(parts.query))
        self.send_response(status)
        if there:
            self.send_header("Location", there)
        self.end_headers()

    def do_POST(self) -> None:
        oauth = self.server.oauth
        path, form = urlsplit(self.path).path, _form(self.rfile.read(int(self.headers["Content-Length"])).decode())
        oauth.asked.append((path, form))
        if path == "/token" and oauth.slow:
            time.sleep(oauth.slow)
        with oauth.lock:
            trouble = oauth.trouble.pop(0) if path == "/token" and oauth.trouble else None
            endpoint: Callable[[Form], Answer] | None = {
                "/token": oauth.token,
                "/devicecode": oauth.device,
                "/introspect": oauth.introspect,
                "/revoke": oauth.revoke,
            }.get(path)
            if trouble == "cut":
                self.close_connection = True
                return
            if trouble == "garbage":
                status, body = 200, b"<html>not json \xff"
            else:
                status, said = trouble if isinstance(trouble, tuple) else endpoint(form) if endpoint else (404, {})
                body = json.dumps(said).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{oauth.base}/token")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    oauth: AuthServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away."""


@contextlib.contextmanager
def auth_server(tls: ssl.SSLContext | None = None, at: AuthServer | None = None) -> Iterator[AuthServer]:
    """A running authorization server; with `tls` it is for localhost. `at`: another door to the same one."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    host = "localhost" if tls is not None else "127.0.0.1"
    base = f"{'https' if tls else 'http'}://{host}:{server.server_port}"
    server.oauth = at or AuthServer(base=base)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        if at is not None:
            at.doors.append(base)
        yield server.oauth
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@contextlib.contextmanager
def dovecot_words(oauth: AuthServer, ways: str = "xoauth2 oauthbearer") -> Iterator[str]:
    """What a Dovecot's settings say so that it asks `oauth` about every token."""
    with tempfile.TemporaryDirectory(prefix="desk-oauth-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "oauth2.conf.ext"
        file.write_text(
            f"introspection_mode = post\nintrospection_url = {oauth.base}/introspect\nusername_attribute = username\n"
            "active_attribute = active\nactive_value = true\nforce_introspection = yes\n"
        )
        yield (
            f"auth_mechanisms = plain login {ways}\npassdb {{\n  driver = oauth2\n  mechanisms = {ways}\n  args = {file}\n}}\n"
        )


@dataclass(slots=True)
class OAuthSmtp(RealSmtp):
    """A mail server that takes access tokens of `oauth` only; `told` is what clients answered to its challenges."""

    oauth: AuthServer = field(default_factory=AuthServer)
    ways: tuple[str, ...] = ()
    told: list[bytes] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:
        """user=…^Aauth=Bearer …^A^A"""
        return await self._auth(server, args, lambda parts: (parts[0].removeprefix("user="), parts[1]))

    async def auth_OAUTHBEARER(self, server: Any, args: list[str]) -> AuthResult:
        """n,a=…,^Ahost=…^Aport=…^Aauth=Bearer …^A^A (RFC 7628)"""

        def read(parts: list[str]) -> tuple[str, str]:
            assert parts[1] == "host=127.0.0.1"
            assert parts[2] == f"port={self.port}"
            return parts[0].removeprefix("n,a=").removesuffix(","), parts[3]

        return await self._auth(server, args, read)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Nothing without a login."""
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def _auth(self, server: Any, args: list[str], read: Callable[[list[str]], tuple[str, str]]) -> AuthResult:
        first = base64.b64decode(args[1]) if len(args) == 2 else await server.challenge_auth("")
        user, bearer = read(first.decode().split("\x01"))
        self.logins.append(user)
        grant = self.oauth.valid(bearer.removeprefix("auth=Bearer "))
        if grant is not None and grant.user == user:
            return AuthResult(success=True)
        self.told.append(await server.challenge_auth('{"status":"401","schemes":"bearer","scope":"mail"}'))
        return AuthResult(success=False, handled=False)


class _SmtpController(Controller):
    """AUTH with access tokens, and nothing without it."""

    def factory(self) -> SMTP:
        handler: OAuthSmtp = self.handler
        return SMTP(
            handler,
            hostname="localhost",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            auth_exclude_mechanism=("PLAIN", "LOGIN", *({"XOAUTH2", "OAUTHBEARER"} - set(handler.ways))),
        )


@contextlib.contextmanager
def oauth_smtp(oauth: AuthServer, *ways: str) -> Iterator[OAuthSmtp]:
    """A running mail server that offers `ways`."""
    server = OAuthSmtp(oauth=oauth, ways=ways or ("XOAUTH2", "OAUTHBEARER"))
    controller = _SmtpController(server, hostname="127.0.0.1", port=free_port(), ready_timeout=30.0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _form(text: str) -> Form:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
