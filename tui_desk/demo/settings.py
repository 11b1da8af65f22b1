"""How the demo's desk is set up."""

from __future__ import annotations

from tui_desk.config.schema import Account, Agent, Calendar, Replies, Settings
from tui_desk.demo.company import ADDRESS, COLLEAGUES, DOMAIN, NAME, TIMEZONE


def settings() -> Settings:
    """The desk's settings: you sit in Nadia's chair."""
    return Settings(
        account=Account(address=ADDRESS, name=NAME, aliases=(f"support@{DOMAIN}",), imap="memory:", smtp="memory:", user="demo"),
        agent=Agent(id="nadia", name=COLLEAGUES["nadia"].name, team=("theo", "susan")),
        replies=Replies(signature=f"Nadia\n{NAME} · lichen.example", undo_seconds=8),
        calendar=Calendar(timezone=TIMEZONE, hours=("mon-fri 09:00-18:00",), holidays="FR"),
        views={"Panne / outage": "is:open tag:outage", "VIP": "tag:vip -status:closed"},
    )
