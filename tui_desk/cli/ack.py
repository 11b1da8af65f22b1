"""ack: acknowledge what is new now, or tell what would be sent and what not."""

from __future__ import annotations

from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.formats import Json, Jsonl
from tui_desk.cli.group import new_app
from tui_desk.cli.output import Column
from tui_desk.cli.read import Asked
from tui_desk.cli.talk import say
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.ack import clock_time, in_words, stopped_until

app = new_app()


@app.command(
    "ack", help=_("Acknowledge new tickets now, or tell what would be sent. `desk sync` does it by itself (ack.enabled).")
)
def ack(
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help=_("Only tell: nothing is written, nothing leaves."))] = False,
    json: Json = False,
    jsonl: Jsonl = False,
) -> int:
    with Desk.open() as desk:
        done = desk.acknowledge(dry_run=dry_run)
        until, enabled = stopped_until(desk), desk.settings.ack.enabled
        if done and not dry_run:
            desk.outbox.deliver(wait=False)
        if not enabled:
            say(_("Acknowledging is switched off: `desk config set ack.enabled true` switches it on from then on."))
        elif until:
            say(_("Acknowledging is stopped until %(time)s: sixty left within an hour.") % {"time": clock_time(desk, until)})
    rows = [
        {"number": a.number, "to": a.to, "sent": not a.why and not dry_run, "why": a.why, "detail": a.detail, "text": a.text}
        for a in done
    ]
    would = _("would be sent") if dry_run else _("sent")
    columns = [
        Column("#", "number", style=lambda _v: "bold"),
        Column(_("To"), "to", grows=True),
        Column(_("Outcome"), "why", lambda why: in_words(why) if why else would, grows=True),
    ]
    asked = Asked(json, jsonl, False)
    return asked.code(output.records(rows, columns, asked.form, "acknowledgements", key="number"))
