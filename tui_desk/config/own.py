"""Which addresses are ours, whose account each is, and the queue of what is written to it.

Ours is an address that the settings name, the same with a tag (support+x@), or any of a domain that they name (@acme.example).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_desk.record import Record, fresh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_desk.config.schema import Account, Settings


class Own(frozenset[str]):
    """Lower-case addresses and "@domain"s; `in` knows tags and domains, too."""

    @classmethod
    def of(cls, settings: Settings) -> Own:
        """Those of every account, and of the queues."""
        own = cls(a.lower() for account in settings.mailboxes.values() for a in (account.address, *account.aliases) if a)
        return cls(own.union(*map(listed, settings.queues.values()))) if settings.queues else own

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, str):
            return False
        return bool(self.exact(address)) or frozenset.__contains__(self, address[address.rfind("@") :] or None)

    def exact(self, address: str) -> str:
        """The address of ours that `address` (lower case) is, without its tag; "" where it is none, or by its domain only."""
        if frozenset.__contains__(self, address):
            return address if address[:1] != "@" else ""
        local, at, domain = address.rpartition("@")
        bare = f"{local.partition('+')[0]}{at}{domain}"
        return bare if local and bare != address and frozenset.__contains__(self, bare) else ""


class Queues(Record):
    """The queue of each address of ours ("@domain"s, too), and the queues in the order of the settings."""

    of_address: dict[str, str] = fresh(default_factory=dict)
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Queues:
        """An address that [queues] names has that queue, every other that of its account."""
        named = {address: name.lower() for name, text in settings.queues.items() for address in listed(text)}
        found: dict[str, str] = {}
        names: list[str] = []
        for account, name in ((account, queue_of(name, account)) for name, account in settings.mailboxes.items()):
            names.append(name)
            for address in (account.address, *account.aliases):
                found.setdefault(address.lower(), name)
        return cls({**found, **named}, tuple(dict.fromkeys(filter(None, (*names, *named.values())))))

    def queue(self, address: str) -> str:
        """The queue of what was written to `address` (lower case), "" for an address that is not ours."""
        return self.of_address.get(_known(address, self.of_address), "") if address else ""

    def first(self, addresses: Iterable[str]) -> str:
        """The queue of the first of these that has one, else the first queue."""
        return next(filter(None, map(self.queue, addresses)), self.names[0] if self.names else "")


def queue_of(name: str, account: Account) -> str:
    """The queue of the account `name`."""
    local = account.address.lower().partition("@")[0]
    return account.queue.lower() or (local if name == "main" else name)


def account_of(address: str, accounts: Mapping[str, Account]) -> str:
    """The account that `address` (lower case) belongs to: by itself, or by its domain; the first where it is nobody's."""
    whose: dict[str, str] = {}
    for name, account in accounts.items():
        for each in (account.address, *account.aliases):
            whose.setdefault(each.lower(), name)
    return whose.get(_known(address, whose)) or next(iter(accounts))


def listed(text: str) -> list[str]:
    """The addresses of a text, lower case: they are parted by commas."""
    return [address for part in text.split(",") if (address := part.strip().lower())]


def _known(address: str, known: Mapping[str, str]) -> str:
    """Under which of `known` an address is: itself, itself without its tag, or its domain."""
    local, _at, domain = address.rpartition("@")
    return next((each for each in (address, f"{local.partition('+')[0]}@{domain}", f"@{domain}") if each in known), "")
