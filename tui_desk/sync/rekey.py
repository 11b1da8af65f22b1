"""After a UIDVALIDITY change: recognise under their new UIDs the mails that we hold (behaviour 1.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from tui_desk.mail.parse import parse
from tui_desk.store.ledger import FolderState, Known, Ledger
from tui_desk.transport.base import Fetched, Mailbox

Key = tuple[str, int, int]
"""Message-ID, size and INTERNALDATE: together they are one mail; what none or several bear is fetched again."""


def recognise(mailbox: Mailbox, ledger: Ledger, folder: FolderState, uidvalidity: int) -> int:
    """Enter the mails of the examined folder that we hold already under `uidvalidity`; returns how many."""
    known = ledger.known(folder.id, uidvalidity)
    if not known:
        return 0
    found = list(mailbox.headers(mailbox.uids(), ("Message-ID",)))
    matches = match(known, found)
    ledger.rekey(folder, uidvalidity, matches, {item.uid: item.flags for item in found})
    return len(matches)


def match(known: Iterable[Known], found: Iterable[Fetched]) -> dict[int, Known]:
    """UID to the mail it surely is. Pure."""
    held: dict[Key, list[Known]] = defaultdict(list)
    for mail in known:
        held[mail.message_id, mail.size, mail.internaldate].append(mail)
    shown: dict[Key, list[int]] = defaultdict(list)
    for item in found:
        shown[parse(item.raw).message_id, item.size, item.internaldate].append(item.uid)
    return {
        uids[0]: held[key][0]
        for key, uids in shown.items()
        if len(uids) == 1 and len(held.get(key, ())) == 1 and not key[0].endswith("@synthetic.invalid")
    }
