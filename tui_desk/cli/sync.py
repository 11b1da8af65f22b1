"""sync, with all of its options: one pass (`once`), an audit, watching. Ctrl-c is safe at any moment."""

from __future__ import annotations

import signal
import threading
import time
from typing import Annotated

import typer

from tui_desk import clock
from tui_desk.cli import once, output
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import say
from tui_desk.errors import AuthError, DeskError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.standing import standing
from tui_desk.service.types import History, MailboxState

app = new_app()


@app.command(
    "sync",
    help=_(
        "Fetch what is new and send what is due. Safe to stop at any moment: it goes on where it was.\n\n"
        "Of several accounts each is synced, whatever happens to the others; the exit code is that of the worst failure"
        " (78, 77, 1, 75)."
    ),
)
def sync(
    audit: Annotated[
        bool, typer.Option("--audit", help=_("Compare every UID of the server with the ledger; exit 1 for a gap."))
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help=_("Go on: mail is fetched as it comes."))] = False,
    recent: Annotated[bool, typer.Option("--recent", help=_("Leave older mail for later (sync.first_days)."))] = False,
    pause_history: Annotated[bool, typer.Option("--pause-history", help=_("Let older mail wait, in every program."))] = False,
    resume_history: Annotated[bool, typer.Option("--resume-history", help=_("Let older mail come again."))] = False,
    account: Annotated[
        str, typer.Option("--account", help=_("Only this one of several accounts: its name or its address."), show_default=False)
    ] = "",
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Say nothing unless something is wrong."))] = False,
) -> int:
    if audit + watch + pause_history + resume_history > 1:
        raise UsageError(
            _("Choose one of --audit, --watch, --pause-history and --resume-history."),
            _("`%(command)s --help` shows how.") % {"command": "desk sync"},
        )
    if not (audit or watch or pause_history or resume_history):
        return once.sync(account=account, recent=recent, json=json, quiet=quiet)
    with Desk.open() as desk:
        if account:
            desk.mailbox.only(account)
        if pause_history or resume_history:
            return _history(desk.mailbox.pause_history(pause_history), json=json, quiet=quiet)
        if audit:
            return _audit(desk, json=json)
        return _watch(desk)


def _history(history: History, *, json: bool, quiet: bool) -> int:
    """What became of a pause."""
    if json:
        output.one({"to_come": history.to_come, "paused": history.paused, "here_since": history.since})
    elif not quiet:
        say(_("Older mail waits.") if history.paused else _("Older mail comes again."))
        if history.to_come:
            say(f"{once.to_come(history.to_come)} {once.how_they_come(paused=history.paused)}")
    return 0


def _audit(desk: Desk, *, json: bool) -> int:
    audits = desk.mailbox.audit()
    if json:
        output.one(
            {
                "folders": [
                    {
                        **({"account": a.account} if a.account else {}),
                        "folder": a.folder,
                        "on_server": a.on_server,
                        "in_ledger": a.in_ledger,
                        "gaps": a.gaps,
                        "doubles": a.doubles,
                        "to_come": a.to_come,
                    }
                    for a in audits
                ]
            }
        )
    else:
        for a in audits:
            place = output.block(f"{a.account} {a.folder}".strip())
            print(f"{place}\t{a.on_server}\t{a.in_ledger}\t{_differences(len(a.gaps), len(a.doubles))}")
            if a.to_come:
                say(f"{place}: {once.to_come(a.to_come)}")
            for uid in a.gaps:
                print(f"{place}\t{uid}\t" + _("not in the ledger"))
            for uid in a.doubles:
                print(f"{place}\t{uid}\t" + _("twice in the ledger"))
    failed = once.failed(desk.mailbox.reports)
    wrong = sum(len(a.gaps) + len(a.doubles) for a in audits)
    if wrong:
        text = ngettext("The audit found %(n)s difference.", "The audit found %(n)s differences.", wrong)
        raise DeskError(text % {"n": wrong}, _("Run `desk sync`, then audit again."))
    return failed


def _differences(gaps: int, doubles: int) -> str:
    missing = ngettext("%(n)s gap", "%(n)s gaps", gaps) % {"n": gaps}
    return f"{missing}\t" + ngettext("%(n)s double", "%(n)s doubles", doubles) % {"n": doubles}


def _watch(desk: Desk) -> int:
    """Until ctrl-c or SIGTERM; a line for each change of state."""
    stop = threading.Event()
    refused: list[str] = []
    said: list[str] = [""]
    for which in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, lambda *_args: stop.set())

    def told(state: MailboxState) -> None:
        text = _standing(state)
        if text and text != said[0]:
            said[0] = text
            say(f"{time.strftime('%H:%M:%S')} {text}")
        if state.state == "refused" and not state.last_success and not desk.settings.accounts:
            refused.append(state.error)
            stop.set()

    def changed(ids: tuple[int, ...]) -> None:
        for row in desk.queue.rows(ids):
            print(f"{row.number}\t{row.status}\t{row.requester}\t{row.subject}", flush=True)

    watcher = desk.mailbox.watch(told, changed)
    try:
        stop.wait()
    finally:
        watcher.stop()
    if refused:
        raise AuthError(refused[0], _("Correct the settings, then start it again: `desk doctor` tries both servers."))
    return 0


def _standing(state: MailboxState) -> str:
    """A line for the log: what it says again when only time has passed is left out; "" for what is over in a moment."""
    if state.state == "syncing":
        return ""
    passing = {"age", "older"} if state.progress or not state.paused else {"age"}
    pieces = [piece.text for piece in standing(state, clock.now()) if piece.kind not in passing]
    return " · ".join([*pieces, *([state.hint] if state.hint and state.error else [])])
