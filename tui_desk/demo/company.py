"""Lichen, who sell planters that know when to water, and the three people at its desk. All addresses are RFC 2606 names."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "Lichen"
DOMAIN = "lichen.example"
ADDRESS = f"bonjour@{DOMAIN}"
TIMEZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of those who answer."""

    id: str
    name: str

    @property
    def first(self) -> str:
        """The name replies are signed with."""
        return self.name.split()[0]


COLLEAGUES = {
    c.id: c for c in (Colleague("nadia", "Nadia Benali"), Colleague("theo", "Théo Marchal"), Colleague("susan", "Susan Wright"))
}
