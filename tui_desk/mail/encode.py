"""Header values for the wire: encoded words (RFC 2047), parameters (RFC 2231), folded at 76 columns, nothing but ASCII."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote as percent

from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.mail.types import Address

_LINE = 76
_WORD_BYTES = 42
"""UTF-8 bytes in one encoded word: 56 letters of base64 and 12 around them, with room for the name of a header."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?|\[[0-9A-Fa-f:.IPv]{3,60}\]"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def text(value: str, column: int) -> str:
    """An unstructured value that begins at `column`: one line of text, folded, encoded where it must be."""
    value = _one_line(value)
    words = value.split(" ")
    if value.isascii() and "=?" not in value and all(len(word) < _LINE - 2 for word in words):
        return _folded(words, column)
    return _encoded(value, column)


def addresses(found: Iterable[Address], column: int) -> str:
    """An address list that begins at `column`, folded between the mailboxes. UsageError for what is no address."""
    lines, used = "", column
    for number, address in enumerate(found):
        mailbox = _mailbox(address, 1 if number else column)
        if number:
            lines += ","
            first = mailbox.partition("\r\n")[0]
            lines, used = (lines + "\r\n", 0) if used + len(first) + 2 > _LINE else (lines, used + 1)
            lines += " "
        lines += mailbox
        used = len(lines.rpartition("\r\n")[2]) + (0 if "\r\n" in lines else column)
    return lines


def spec(email: str) -> str:
    """`email` as addr-spec in ASCII (domains by IDNA). UsageError where it cannot be one: it would name somebody else."""
    local, at, domain = email.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            domain = ""
    if not at or not _LOCAL.fullmatch(local) or len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise UsageError(_("%(address)r is not an address that mail can be sent to.") % {"address": email})
    return f"{local}@{domain}"


def date(at: int) -> str:
    """Epoch seconds as RFC 5322 3.3, UTC, in English whatever the locale."""
    import time

    moment = time.gmtime(at)
    day = _DAYS[(at // 86400) % 7]
    return (
        f"{day}, {moment.tm_mday:02d} {_MONTHS[moment.tm_mon - 1]} {moment.tm_year:04d}"
        f" {moment.tm_hour:02d}:{moment.tm_min:02d}:{moment.tm_sec:02d} +0000"
    )


def parameter(name: str, value: str) -> str:
    """`; name="value"` on a line of its own; continued and percent-encoded (RFC 2231) where it must be; "" for no value."""
    value = _one_line(value)
    if not value:
        return ""
    if value.isascii() and len(value) < 60 and not re.search(r'["\\%]', value):
        return f';\r\n {name}="{value}"'
    encoded = "utf-8''" + percent(value[:255], safe="")
    pieces = re.findall(r"(?:%..|[^%]){1,20}", encoded)
    if len(pieces) == 1:
        return f";\r\n {name}*={encoded}"
    return "".join(f";\r\n {name}*{number}*={piece}" for number, piece in enumerate(pieces))


def _one_line(value: str) -> str:
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", value)).strip()


def _mailbox(address: Address, column: int) -> str:
    email = spec(address.email)
    name = _one_line(address.name)
    if not name:
        return email
    if not name.isascii() or "=?" in name or len(name) > 60:
        shown = _encoded(name, column)
    elif _ATOMS.fullmatch(name):
        shown = name
    else:
        shown = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    last = len(shown.rpartition("\r\n")[2]) + (0 if "\r\n" in shown else column)
    return f"{shown}\r\n <{email}>" if last + len(email) + 3 > _LINE else f"{shown} <{email}>"


def _folded(words: list[str], column: int) -> str:
    """Words with a fold where a line would grow over 76; a line is never of white space alone."""
    out, used = words[0], column + len(words[0])
    for word in words[1:]:
        if word and used + 1 + len(word) > _LINE:
            out += "\r\n"
            used = 0
        out += " " + word
        used += 1 + len(word)
    return out


def _encoded(value: str, column: int) -> str:
    """Encoded words of whole characters, one a line."""
    chunks: list[bytes] = [b""]
    room = max(_LINE - column - 16, 16) * 3 // 4
    for char in value:
        data = char.encode()
        if len(chunks[-1]) + len(data) > min(room if len(chunks) == 1 else _WORD_BYTES, _WORD_BYTES):
            chunks.append(b"")
        chunks[-1] += data
    return "\r\n ".join(f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in chunks)
