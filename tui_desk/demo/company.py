"""Lichen, who sell planters that know when to water, and the three people at its desk. All addresses are RFC 2606 names."""

from __future__ import annotations

from dataclasses import dataclass

from tui_desk.config.schema import Account, Agent, Calendar, Replies, Settings

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


def settings() -> Settings:
    """The desk's settings: you sit in Nadia's chair."""
    return Settings(
        account=Account(address=ADDRESS, name=NAME, aliases=(f"support@{DOMAIN}",), imap="memory:", smtp="memory:", user="demo"),
        agent=Agent(id="nadia", name=COLLEAGUES["nadia"].name, team=("theo", "susan")),
        replies=Replies(signature=f"Nadia\n{NAME} · lichen.example", undo_seconds=8),
        calendar=Calendar(timezone=TIMEZONE, hours=("mon-fri 09:00-18:00",), holidays="FR"),
        views={"Panne / outage": "is:open tag:outage", "VIP": "tag:vip -status:closed"},
    )
