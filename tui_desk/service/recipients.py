"""Who an answer goes to (behaviour 8.1): worked out from the answered message, less our own addresses."""

from __future__ import annotations

from dataclasses import dataclass

from tui_desk.config.own import Own
from tui_desk.mail.types import Address, Mail
from tui_desk.service.types import Mode


@dataclass(frozen=True, slots=True)
class Recipients:
    """To and Cc of an answer, and what differs from the plain one (`senders` says which of our addresses it is from)."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    added: tuple[Address, ...] = ()
    dropped: tuple[Address, ...] = ()


def recipients(mail: Mail, mode: Mode, own: Own) -> Recipients:
    """The recipients of an answer to `mail`. Reply-To is not honoured for automatic mail."""
    asked = mail.reply_to if mail.reply_to and mail.automatic is None else (mail.from_,)
    ours = mail.from_.email in own
    plain = _less(mail.to if ours else asked, own)
    others = tuple(a for a in _less((*mail.to, *mail.cc), own) if a.email not in {a.email for a in plain})
    if mode == "forward":
        return Recipients(())
    added = tuple(a for a in plain if not ours and a.email != mail.from_.email)
    if mode == "reply_all":
        return Recipients(plain, others, added)
    return Recipients(plain, (), added, others)


def written_to(mail: Mail, own: Own) -> str:
    """Which address of ours a mail was sent to, without a tag; "" for none by name (a list, a blind copy)."""
    return next((exact for a in (*mail.to, *mail.cc) if (exact := own.exact(a.email))), "")


def _less(addresses: tuple[Address, ...], own: Own) -> tuple[Address, ...]:
    """Each address once, none of ours."""
    seen: dict[str, Address] = {}
    for address in addresses:
        if address.email and address.email not in own:
            seen.setdefault(address.email, address)
    return tuple(seen.values())


def read_address(text: str) -> Address:
    """`Name <mail@host>` or `mail@host` as a person types it."""
    from email.utils import parseaddr

    name, email = parseaddr(text)
    return Address(email.strip().lower(), name.strip())
