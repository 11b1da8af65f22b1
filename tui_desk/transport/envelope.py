"""The SMTP commands around a mail: AUTH, MAIL, RCPT and DATA, and what their answers mean (RFC 5321, 6531, 8314)."""

from __future__ import annotations

import base64
import re
import smtplib

from tui_desk.errors import DeskError, RefusedError, TemporaryError
from tui_desk.i18n import _
from tui_desk.text import one_line

_UNSAFE = re.compile(r"[\x00-\x20<>\x7f]")
_BARE_END_OF_LINE = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


def dotted(raw: bytes) -> bytes:
    """`raw` as DATA wants it, without the final dot: lines end in CRLF and nothing else does, leading dots are doubled.

    A bare CR or LF before a dot ends the mail for some servers and not for others (SMTP smuggling).
    """
    lines = _BARE_END_OF_LINE.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)


def begin(smtp: smtplib.SMTP, sender: str, recipients: list[str], data: bytes, *, ours: frozenset[str] = frozenset()) -> None:
    """Everything up to the server's 354. Raises RefusedError or TemporaryError with its words.

    All recipients or none, but for `ours`: a copy to ourselves that is refused keeps nothing from the others.
    """
    if not recipients:
        raise RefusedError(_("The mail has no recipient."))
    from_, to = wire_address(sender), [wire_address(address) for address in recipients]
    code, words = smtp.mail(from_, _options(smtp, [from_, *to], data))
    if code != 250:
        raise refusal(code, spoken(code, words))
    others = [address for address in to if address.lower() not in ours]
    for address in to:
        code, words = smtp.rcpt(address)
        if code not in (250, 251) and not (others and address not in others and code != 421):
            raise refusal(code, f"{one_line(address)}: {spoken(code, words)}")
    code, words = smtp.docmd("DATA")
    if code != 354:
        raise refusal(code, spoken(code, words))


def _options(smtp: smtplib.SMTP, addresses: list[str], data: bytes) -> list[str]:
    """What MAIL has to say of the mail: its size, 8-bit bytes, addresses that are not ASCII."""
    options = []
    header = data[: data.find(b"\r\n\r\n") if b"\r\n\r\n" in data else len(data)]
    if not all(address.isascii() for address in addresses) or not header.isascii():
        if not smtp.has_extn("smtputf8"):
            foreign = next((one_line(a) for a in addresses if not a.isascii()), "")
            raise RefusedError(_("The mail server cannot write to %(address)s (it lacks SMTPUTF8).") % {"address": foreign})
        options.append("SMTPUTF8")
        smtp.command_encoding = "utf-8"
    else:
        smtp.command_encoding = "ascii"
    if not data.isascii() and smtp.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if smtp.has_extn("size"):
        most = smtp.esmtp_features["size"]
        if most.isdigit() and 0 < int(most) < len(data):
            told = {"size": len(data) // 1_000_000 + 1, "most": int(most) // 1_000_000}
            raise RefusedError(_("The mail is too large for the mail server: %(size)s MB, and %(most)s MB are allowed.") % told)
        options.append(f"SIZE={len(data)}")
    return options


def wire_address(address: str) -> str:
    """`address` for an envelope: the domain in ASCII (IDNA), and nothing in it that could be a command."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or _UNSAFE.search(address.strip()):
        raise RefusedError(_("“%(address)s” is not a mail address.") % {"address": one_line(address)})
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise RefusedError(_("“%(address)s” is not a mail address.") % {"address": one_line(address)}) from None
    return f"{local}@{domain}"


def authenticate(smtp: smtplib.SMTP, offered: list[str], user: str, password: str) -> tuple[int, bytes]:
    """AUTH PLAIN or LOGIN in UTF-8 (smtplib's own are ASCII only), else CRAM-MD5; the server's answer."""
    if "PLAIN" in offered:
        return smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{password}"))
    if "LOGIN" in offered:
        code, words = smtp.docmd("AUTH", "LOGIN " + _base64(user))
        return smtp.docmd(_base64(password)) if code == 334 else (code, words)
    if "CRAM-MD5" in offered:
        smtp.user, smtp.password = user, password
        try:
            return smtp.auth("CRAM-MD5", smtp.auth_cram_md5)
        except smtplib.SMTPAuthenticationError as error:
            return error.smtp_code, str(error.smtp_error).encode()
    ways = " ".join(offered)
    return 504, (_("it offers no way to log in that we know (%(ways)s)") % {"ways": ways}).encode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def spoken(code: int, words: bytes) -> str:
    """The server's answer in one safe line."""
    text = one_line(words.decode("utf-8", "replace"))
    return f"{code} {text}".strip() if code > 0 else text


def refusal(code: int, answer: str, *, always_again: bool = False) -> DeskError:
    """5xx is for good, everything else for now."""
    if 500 <= code < 600 and not always_again:
        return RefusedError(_("The mail server refused the mail: %(answer)s") % {"answer": answer})
    return TemporaryError(_("The mail server cannot take the mail now: %(answer)s") % {"answer": answer}, _("It is tried again."))
