"""A pass over a folder that mail is moved to: each UID is entered, as a mail that is here or as none of ours (behaviour 1.1).

Only headers are read: what else lies in an archive is nobody's ticket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from tui_desk import clock
from tui_desk.mail.parse import parse
from tui_desk.store.connect import connect
from tui_desk.store.engine import Store
from tui_desk.store.kept import NAMELESS, Candidate, Entry, candidates, enter
from tui_desk.store.ledger import FolderState, Ledger
from tui_desk.store.marks import ROLE
from tui_desk.sync.plan import differences, windows
from tui_desk.text import one_line
from tui_desk.transport.base import Fetched, Mailbox, Refused, Selected
from tui_desk.values import replace

WINDOW = 1000


def look(mailbox: Mailbox, ledger: Ledger, store: Store, account: str, name: str) -> FolderState | None:
    """Bring the ledger of folder `name` up to date; None where it is not there. A followed folder is left to its own pass."""
    state = next((state for state in ledger.folders(account) if state.name == name), None)
    if state is not None and state.role != ROLE:
        return state
    try:
        selected = mailbox.examine(name)
    except Refused:
        if state is not None and _deleted(mailbox, name):
            ledger.apply(state, gone=ledger.uids(state.id, state.uidvalidity))
        return None
    state = state or ledger.folder(account, name, ROLE)
    if state.uidvalidity != selected.uidvalidity:
        ledger.restart(state.id, selected.uidvalidity)
        state = replace(state, uidvalidity=selected.uidvalidity, high_water=0, modseq=0)
    _new(mailbox, ledger, store, state, selected)
    _check(mailbox, ledger, store, state, selected)
    ledger.advance(state.id, high_water=selected.uidnext - 1, at=clock.now())
    return state


def _deleted(mailbox: Mailbox, name: str) -> bool:
    """Other folders are listed, and this one is not."""
    listed = {info.name for info in mailbox.folders()}
    return bool(listed) and name not in listed


def adopt(mailbox: Mailbox, ledger: Ledger, store: Store, state: FolderState) -> None:
    """Enter what came back into a followed folder; whatever else is new there is left to its own pass."""
    first = state.high_water + 1
    if mailbox.examine(state.name).uidvalidity != state.uidvalidity:
        return
    entered = set(ledger.uids(state.id, state.uidvalidity, gone=None, first=first))
    fresh = [uid for uid in mailbox.uids(first) if uid not in entered]
    ours = [entry for entry in _recognised(mailbox, store, state.account, fresh) if entry.mail_id is not None]
    enter(store, state.id, state.uidvalidity, ours)


def _new(mailbox: Mailbox, ledger: Ledger, store: Store, state: FolderState, selected: Selected) -> None:
    if not selected.exists or 0 < selected.uidnext <= state.high_water + 1:
        return
    first = state.high_water + 1
    entered = set(ledger.uids(state.id, state.uidvalidity, gone=None, first=first))
    for uids in windows([uid for uid in mailbox.uids(first) if uid not in entered], WINDOW):
        enter(store, state.id, state.uidvalidity, _recognised(mailbox, store, state.account, uids))
        ledger.advance(state.id, high_water=uids[-1])


def _check(mailbox: Mailbox, ledger: Ledger, store: Store, state: FolderState, selected: Selected) -> None:
    """Both sides must count alike, else their UIDs are compared."""
    place = (state.id, state.uidvalidity)
    if not selected.exists or ledger.count(*place) == selected.exists:
        return
    differs = differences(mailbox.uids(), ledger.uids(*place), ledger.uids(*place, gone=True))
    for uids in windows(list(differs.missing), WINDOW):
        enter(store, state.id, state.uidvalidity, _recognised(mailbox, store, state.account, uids))
    ledger.apply(state, gone=differs.gone, back=differs.back)


def _recognised(mailbox: Mailbox, store: Store, account: str, uids: list[int]) -> list[Entry]:
    """Each UID with the mail it is: of the same Message-ID and second of arrival; where that is not enough, of the same bytes."""
    shown = [(item, name_of(item)) for item in mailbox.headers(uids, ("Message-ID",))]
    con = connect(store.path, write=False)
    try:
        here = candidates(con, account, (name for _item, name in shown))
    finally:
        con.close()
    entries, unsure = [], list[tuple[Fetched, list[Candidate]]]()
    for item, name in shown:
        like = [c for c in here if c.internaldate == item.internaldate and _named(c) == name]
        if len({c.mail_id for c in like}) == 1 and name:
            entries.append(Entry(item.uid, like[0].mail_id, item.flags, item.internaldate))
        else:
            unsure.append((item, [c for c in like if c.size == item.size]))
    return entries + _by_bytes(mailbox, unsure)


def _by_bytes(mailbox: Mailbox, unsure: Iterable[tuple[Fetched, list[Candidate]]]) -> list[Entry]:
    entries = []
    for item, like in unsure:
        whole = next(iter(mailbox.fetch([item.uid])), None) if like else None
        digest = hashlib.sha256(whole.raw).hexdigest() if whole is not None else ""
        mail_id = next((c.mail_id for c in like if c.sha256 == digest), None)
        entries.append(Entry(item.uid, mail_id, item.flags, item.internaldate))
    return entries


def name_of(item: Fetched) -> str:
    """The Message-ID in fetched header fields, "" where there is none."""
    name = one_line(parse(item.raw).message_id)
    return "" if name.endswith(NAMELESS) else name


def _named(candidate: Candidate) -> str:
    return "" if candidate.message_id.endswith(NAMELESS) else candidate.message_id
