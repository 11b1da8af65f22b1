"""To which address of ours a mail was written: by its header, else by what the servers say where they put it.

To and Cc are the same in every copy. A blind copy, or what a list sends, says it in Delivered-To and its kin or by the mailbox
that it lies in alone: then all its copies are asked, so that it is the same whichever came first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tui_desk.config.own import Own
from tui_desk.mail.types import Mail
from tui_desk.store.inputs import IN

if TYPE_CHECKING:
    from tui_desk.store.connect import Connection


def said(mail: Mail, own: Own) -> str:
    """The address of ours that the header names: in To, else the writer's own, else in Cc; "" for none."""
    people = (*mail.to, mail.from_, *mail.cc)
    return next((exact for person in people if (exact := own.exact(person.email))), "")


def delivered(mail: Mail) -> str:
    """What the servers say of one copy, the first of them first, as the ledger keeps it; "" where To and Cc are enough."""
    return " ".join(address for address in mail.delivered if " " not in address)


def placed(con: Connection, own: Own, mails: Mapping[int, Mail | None]) -> dict[int, str]:
    """The address of ours by the copies of each mail; `mails` gives the mail itself, where it is at hand."""
    sql = f"""
        SELECT ledger.mail_id, ledger.delivered, folder.account FROM ledger JOIN folder ON folder.id = ledger.folder_id
        WHERE ledger.mail_id IN {IN}
    """
    delivered_to: dict[int, set[str]] = defaultdict(set)
    lies_in: dict[int, set[str]] = defaultdict(set)
    for mail_id, addresses, account in con.execute(sql, (json.dumps(list(mails)),)):
        delivered_to[mail_id].add(_first(addresses.split(), own))
        lies_in[mail_id].add(own.exact(account.lower()))
    for mail_id, mail in mails.items():
        if mail is not None:
            delivered_to[mail_id].add(_first(mail.delivered, own))
    return {mail_id: _least(delivered_to[mail_id]) or _least(lies_in[mail_id]) for mail_id in mails}


def change(con: Connection, desks: Mapping[int, str]) -> list[str]:
    """Write what changed of `desks` (of mails whose messages are there); the keys of their tickets."""
    sql = "UPDATE message SET desk = ? WHERE mail_id = ? AND desk <> ? RETURNING ticket_id"
    changed = [row[0] for mail_id, desk in desks.items() for row in con.execute(sql, (desk, mail_id, desk)).fetchall()]
    if not changed:
        return []
    return [row[0] for row in con.execute(f"SELECT key FROM ticket WHERE id IN {IN}", (json.dumps(changed),))]


def _first(addresses: Iterable[str], own: Own) -> str:
    return next((exact for address in addresses if (exact := own.exact(address))), "")


def _least(addresses: set[str]) -> str:
    """One of several, whatever came first."""
    return min(filter(None, addresses), default="")
