"""Everybody else who works in the mailbox: mail comes, flags change, mails and whole folders go and come back."""

from __future__ import annotations

import contextlib
import datetime
import imaplib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import imapclient
from imapclient.exceptions import IMAPClientError

from tests.chaos.mails import Letters
from tests.chaos.servers import Server

FLAGS = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft", "$Forwarded", "Later"]
_SAME_SECOND = 1.1
"""Servers take the time of day as UIDVALIDITY: two folders of one second are one to everybody."""


class Hand:
    """Another mail client. What it does is drawn from `rng`; `did` counts it."""

    def __init__(self, server: Server, rng: random.Random, letters: Letters) -> None:
        self.server = server
        self.rng = rng
        self.letters = letters
        self.did: Counter[str] = Counter()
        self._recent: list[bytes] = []
        self._validities: dict[str, set[int]] = {}
        self.client = connected(server)
        self._prefix = self._own()

    def close(self) -> None:
        """Log out."""
        with contextlib.suppress(IMAPClientError, OSError):
            self.client.logout()
        with contextlib.suppress(IMAPClientError, OSError):
            self.client.shutdown()

    def named(self, leaf: str) -> str:
        """A folder of one's own, where this server wants it (Courier: INBOX.leaf)."""
        return self._prefix + leaf

    def make(self, folder: str) -> None:
        """Have the folder, empty."""
        if folder.upper() == "INBOX":
            self._select(folder)
            self._purge(everything(self.client))
        else:
            self._gone(folder)
            self.client.create_folder(folder)
            self._settle(folder)

    def act(self, folder: str, *, ours: bool = False, most: int = 12) -> None:
        """One round's worth of changes in `folder`."""
        self.deliver(folder, self.rng.randrange(most + 1), ours=ours)
        deeds: list[tuple[float, Callable[[str], None]]] = [(0.6, self.flag), (0.4, self.expunge), (0.04, self.empty)]
        deeds += [(0.05, self.renew), (0.05, self.move_over), (0.05, self.renumber)]
        for chance, deed in deeds:
            if self.rng.random() < chance:
                try:
                    deed(folder)
                except imaplib.IMAP4.abort:  # a server that ends its sessions when a folder is renumbered
                    self._again()
        self.deliver(folder, self.rng.randrange(3), ours=ours)

    # ------------------------------------------------------------------------------------------------------- deeds

    def deliver(self, folder: str, number: int, *, ours: bool = False) -> None:
        """Mail comes, now and then the very same twice, or the same by another way."""
        for _ in range(number):
            twin = bool(self._recent) and not ours and self.rng.random() < 0.08
            raw = self.rng.choice(self._recent) if twin else self.letters.ours() if ours else self.letters.inbound()
            if twin and self.rng.random() < 0.4:
                raw = b"Received: by another.test; Mon, 16 Nov 2026 09:00:00 +0000\r\n" + raw
            if not self._put(folder, raw):
                self.did["NULs refused"] += 1
                continue
            self.did["deliveries"] += 1
            self.did["twins"] += twin
            if not ours:
                self._recent = [*self._recent[-20:], raw]

    def _put(self, folder: str, raw: bytes) -> bool:
        """APPEND, of today or of any day of a year; False where the server takes no NULs."""
        flags, day = self.rng.sample(FLAGS[:3], self.rng.randrange(2)), None
        if self.rng.random() < 0.5:
            day = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=self.rng.randrange(86_400 * 365))
        for attempt in range(3):
            try:
                self.client.append(folder, raw, flags, day)
            except IMAPClientError as error:
                if b"\0" not in raw and attempt == 2:
                    raise
                self.did["refused by the server"] += "NUL" not in str(error)
                self._again()
            else:
                return True
        return False

    def flag(self, folder: str) -> None:
        """Set flags here, take some away there, replace them all elsewhere."""
        self._select(folder)
        for change in (self.client.add_flags, self.client.remove_flags, self.client.set_flags):
            uids = self._some(everything(self.client))
            words = self.rng.sample(FLAGS, self.rng.randint(1, 3))
            if uids:
                with contextlib.suppress(IMAPClientError):  # no room for keywords
                    change(uids, words)
                    self.did["flags"] += len(uids)

    def expunge(self, folder: str) -> None:
        """Some mails go."""
        self._select(folder)
        self._purge(self._some(everything(self.client)))

    def empty(self, folder: str) -> None:
        """The folder is suddenly empty."""
        self._select(folder)
        self._purge(everything(self.client))
        self.did["emptied"] += 1

    def renew(self, folder: str) -> None:
        """The folder is deleted and made anew: other mails under the same UIDs."""
        if folder.upper() == "INBOX":
            return
        self._gone(folder)
        self.client.create_folder(folder)
        self._settle(folder)
        self.did["UIDVALIDITY"] += 1

    def move_over(self, folder: str) -> None:
        """The folder is renamed and made anew, and most of its mails come back under other UIDs."""
        if folder.upper() == "INBOX":
            return
        old = self.named("Old")
        self._gone(old)
        self._again()
        self.client.rename_folder(folder, old)
        self.client.create_folder(folder)
        self._settle(folder)
        self.client.select_folder(old)
        uids = everything(self.client)
        keep = sorted(self.rng.sample(uids, len(uids) * 4 // 5))
        for few in runs(keep):
            self.client.copy(few, folder)
        self.client.close_folder()
        self._gone(old)
        self.did["UIDVALIDITY"] += 1

    def renumber(self, folder: str) -> None:
        """The same mails under another UIDVALIDITY."""
        self._again()
        self.server.renumber(folder)
        self.did["UIDVALIDITY"] += 1

    # ------------------------------------------------------------------------------------------------------- parts

    def _purge(self, uids: list[int]) -> None:
        if uids:
            for few in runs(uids):
                self.client.add_flags(few, ["\\Deleted"], silent=True)
        # What others have marked goes along.
        before = len(everything(self.client))
        self.client.expunge()
        self.did["expunges"] += before - len(everything(self.client))

    def _some(self, uids: list[int]) -> list[int]:
        return self.rng.sample(uids, min(len(uids), self.rng.randrange(1, 8)))

    def _select(self, folder: str) -> None:
        self.client.select_folder(folder)

    def _gone(self, folder: str) -> None:
        if self.client.folder_exists(folder):
            self._again()
            self.client.delete_folder(folder)

    def _settle(self, folder: str) -> None:
        """A new folder under a name that was used has a UIDVALIDITY that was not."""
        known = self._validities.setdefault(folder, set())
        for _ in range(5):
            validity = int(self.client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])
            if validity not in known:
                break
            time.sleep(_SAME_SECOND)
            self.client.delete_folder(folder)
            self.client.create_folder(folder)
        known.add(validity)

    def _again(self) -> None:
        """A new session: nothing is selected, nothing half said."""
        self.close()
        self.client = connected(self.server)

    def _own(self) -> str:
        """What the names of one's own folders begin with: INBOX. on some servers."""
        if self.client.has_capability("NAMESPACE") and (spaces := self.client.namespace().personal):
            return str(spaces[0][0])
        told = self.client.list_folders("", "*")
        below = next((f"INBOX{sign.decode()}" for _flags, sign, _name in told if sign), "INBOX/")
        return below if all(name == "INBOX" or name.startswith(below) for _flags, _sign, name in told) else ""


def connected(server: Server) -> imapclient.IMAPClient:
    """A session straight with the server."""
    client = imapclient.IMAPClient("localhost", server.straight, ssl=False, timeout=30)
    client.login(server.user, server.password)
    return client


def runs(uids: list[int]) -> Iterator[list[int]]:
    """So many at a time that every server takes them."""
    for place in range(0, len(uids), 25):
        yield uids[place : place + 25]


def everything(client: imapclient.IMAPClient) -> list[int]:
    """Every UID of the selected folder: servers exist that tell of so many at a time only (RFC 9738)."""
    found: list[int] = []
    while some := client.search(["UID", f"1:{found[0] - 1}"] if found else "ALL"):
        found = sorted(some) + found
        if found[0] == 1 or not any(b"MESSAGELIMIT" in word for word in client.capabilities()):
            break
    return found
