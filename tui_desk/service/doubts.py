"""What to be careful with in the mails of a thread: read from their headers when the thread is shown, in sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tui_desk.i18n import _
from tui_desk.mail import trust
from tui_desk.mail.parse import parse
from tui_desk.service import failing
from tui_desk.store.read import Reader
from tui_desk.store.rows import MessageView

MOST = 100
"""Messages looked at, the newest of a thread."""


def doubts(
    reader: Reader, own: Collection[str], thread: Sequence[MessageView], servers: Collection[str] = ()
) -> dict[int, tuple[str, ...]]:
    """By message id: what makes its sender doubtful; messages without a doubt are left out.

    `own`: our addresses. `servers`: whose Authentication-Results are believed; none: the topmost.
    """
    own_domains = {_domain(address) for address in own}
    known: set[str] = set()
    found: dict[int, tuple[str, ...]] = {}
    for message in [m for m in thread if m.kind == "inbound"][-MOST:]:
        signs = trust.signs(parse(reader.head(message.id)), own_domains, known, servers)
        if "warned" in message.flags:
            signs = (*signs, "forged:")
        if signs:
            found[message.id] = tuple(_sentence(sign, message.author) for sign in signs)
        known.add(_domain(message.author))
    for message_id, sentence in failing.by_message(reader, thread).items():
        found[message_id] = (*found.get(message_id, ()), sentence)
    return found


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _sentence(sign: str, author: str) -> str:
    kind, _colon, detail = sign.partition(":")
    match kind:
        case "auth_fail":
            return _("%(method)s fails: the sender may not be who the address says.") % {"method": detail.upper()}
        case "look_alike":
            return _("%(domain)s is not %(known)s, which it looks like.") % {"domain": _domain(author), "known": detail}
        case "name":
            return _("The name is an address, %(address)s, and not the sender's.") % {"address": detail}
        case "reply_to":
            return _("An answer goes to %(address)s.") % {"address": detail}
        case _:
            return _("It answers a mail that looks like ours and is not signed by us.")
