"""One POST to an authorization server: a form in, JSON out. TLS is verified, nothing is followed, nothing secret is told."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import IO, Any

from tui_desk.config import url
from tui_desk.errors import ConfigError, DeskError, NetworkError
from tui_desk.i18n import _
from tui_desk.transport.endpoint import Endpoint
from tui_desk.transport.failures import explain
from tui_desk.transport.tls import tls_context

SECONDS = 20.0
MOST = 1 << 20
"""Bytes of an answer."""


def post(address: str, form: Mapping[str, str], ca_file: str = "", *, seconds: float = SECONDS) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object of the answer ({} where it is none). Raises NetworkError, CertificateError, ConfigError."""
    if not url.is_secure(address):
        raise ConfigError(
            _("“%(value)s” is not an https:// address.") % {"value": address}, _("Look at [oauth] in the settings.")
        )
    request = urllib.request.Request(  # noqa: S310  (https, or http on loopback: just seen)
        address,
        urllib.parse.urlencode(form).encode("ascii"),
        {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "tui-desk"},
        method="POST",
    )
    failed: DeskError
    try:
        with _opener(address, ca_file).open(request, timeout=seconds) as answer:
            return answer.status, _object(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _object(error)
    except urllib.error.URLError as error:
        failed = _explained(error.reason if isinstance(error.reason, BaseException) else error, address)
    except (OSError, http.client.HTTPException) as error:
        failed = _explained(error, address)
    raise failed


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A form with a token in it goes where the settings say and nowhere else."""

    def redirect_request(self, *_words: Any, **_named: Any) -> None:
        """No."""


def _opener(address: str, ca_file: str) -> urllib.request.OpenerDirector:
    """Through the proxies of the environment, but for loopback."""
    handlers: list[urllib.request.BaseHandler] = [_StayHere()]
    if url.is_loopback(url.web_host(address)):
        handlers.append(urllib.request.ProxyHandler({}))
    if address.lower().startswith("https"):
        handlers.append(urllib.request.HTTPSHandler(context=tls_context(ca_file)))
    return urllib.request.build_opener(*handlers)


def _object(answer: IO[bytes]) -> dict[str, Any]:
    try:
        said = json.loads(answer.read(MOST))
    except (ValueError, RecursionError, OSError, http.client.HTTPException):
        return {}
    return said if isinstance(said, dict) else {}


def _explained(error: BaseException, address: str) -> DeskError:
    parts = urllib.parse.urlsplit(address)
    plain = parts.scheme.lower() == "http"
    at = Endpoint("plain" if plain else "tls", url.web_host(address), parts.port or (80 if plain else 443))
    if isinstance(error, (OSError, socket.gaierror)):
        return explain(error, at)
    return NetworkError(_("%(host)s answered something unexpected: %(why)s") % {"host": at.host, "why": type(error).__name__})
