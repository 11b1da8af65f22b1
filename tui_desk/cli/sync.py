"""sync: fetch, send what is due, audit, watch. A bar with rate and time left on a terminal; ctrl-c is safe at any moment."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Annotated

import typer

from tui_desk import clock
from tui_desk.cli import output
from tui_desk.cli.group import new_app
from tui_desk.cli.talk import complain, say
from tui_desk.errors import AuthError, DeskError, Interrupted, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.accounts import AccountReport, worst
from tui_desk.service.standing import standing
from tui_desk.service.types import History, MailboxState, Progress, SyncReport
from tui_desk.service.words import number, size, span
from tui_desk.text import cut, one_line, width

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
    json: Annotated[bool, typer.Option("--json", help=_("One JSON object."))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=_("Say nothing unless something is wrong."))] = False,
) -> int:
    if audit + watch + pause_history + resume_history > 1:
        raise UsageError(
            _("Choose one of --audit, --watch, --pause-history and --resume-history."),
            _("`%(command)s --help` shows how.") % {"command": "desk sync"},
        )
    with Desk.open() as desk:
        if account:
            desk.mailbox.only(account)
        if pause_history or resume_history:
            return _history(desk.mailbox.pause_history(pause_history), json=json, quiet=quiet)
        if audit:
            return _audit(desk, json=json)
        if watch:
            return _watch(desk)
        bar = Bar() if sys.stderr.isatty() and not quiet else None
        try:
            report = desk.mailbox.sync(bar, recent=recent)
        except KeyboardInterrupt:
            raise Interrupted(_("Stopped."), _("What has come is kept; `desk sync` goes on from there.")) from None
        finally:
            if bar:
                bar.close()
        paused = report.to_come > 0 and desk.mailbox.history().paused
        _told(report, desk.mailbox.reports, paused=paused, json=json, quiet=quiet)
        if desk.settings.ack.enabled:
            _acknowledging(desk)
    desk.mailbox.leave_stamp()
    return _failed(desk.mailbox.reports)


def _failed(reports: list[AccountReport]) -> int:
    """Tell which accounts failed; the exit code of the worst."""
    errors = [each.error for each in reports if each.error is not None]
    for error in errors:
        complain(error)
    return worst(errors).exit_code if errors else 0


SHORTEST = 6
"""Cells of a bar that still says something."""


def _room() -> int:
    """Cells of a line on stderr, less the last: some terminals wrap there."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns - 1
    except OSError:
        return shutil.get_terminal_size().columns - 1


class Bar:
    """Progress on stderr: done of total, a bar, messages (or what `amount` writes) a second, time left."""

    WIDTH = 28

    def __init__(self, amount: Callable[[int], str] = str) -> None:
        self._amount = amount
        self._began = time.monotonic()
        self._drawn = 0.0
        self._open = False
        self._older = False
        self._from = -1
        """Where this pass began: what an earlier one fetched says nothing of the rate."""

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._from < 0:
            self._from, self._began = progress.done, min(self._began, now)
        if now - self._drawn < 0.1 and progress.done < progress.total:
            return
        self._drawn, self._open = now, True
        rate = (progress.done - self._from) / max(now - self._began, 0.001)
        left = span(round((progress.total - progress.done) / rate)) if rate and progress.total else "…"
        if progress.older != self._older:  # the recent mail is here: that is worth a line, and another rate begins
            self._older, self._from, self._began = progress.older, progress.done, now
        words = {
            "bar": "",
            "done": self._amount(progress.done),
            "total": self._amount(progress.total) if progress.total else "?",
            "rate": self._amount(round(rate)),
            "left": left,
            "what": _("older mail in %(folder)s") % {"folder": progress.what} if progress.older else progress.what,
        }
        text, room = _("%(bar)s %(done)s/%(total)s  %(rate)s/s  %(left)s left  %(what)s"), _room()
        words["what"] = cut(words["what"], max(room // 3, 12))
        cells = min(self.WIDTH, room - width(one_line(text % words)) - 1)
        if cells >= SHORTEST:
            filled = cells * progress.done // progress.total if progress.total else 0
            words["bar"] = "━" * filled + "╌" * (cells - filled)
        # A line that wraps cannot be drawn over: each step would leave one.
        print(f"\r\x1b[K{cut(one_line(text % words), room)}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the line."""
        if self._open:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _told(report: SyncReport, accounts: list[AccountReport], *, paused: bool, json: bool, quiet: bool) -> None:
    if json:
        each = [
            {"account": a.account, "address": a.address, **_record(a.report), "error": a.error.message if a.error else None}
            for a in accounts
        ]
        output.one({**_record(report), "accounts": each} if each else _record(report))
    elif not quiet:
        _say_new(report)
        if report.to_come:
            say(f"{_to_come(report.to_come)} {_how_they_come(paused=paused)}")


def _record(report: SyncReport) -> dict[str, int | float]:
    return {
        "new": report.new,
        "tickets": report.tickets,
        "flags": report.flags,
        "gone": report.gone,
        "quarantined": report.quarantined,
        "seconds": round(report.seconds, 3),
        "bytes": report.bytes,
        "older": report.older,
        "to_come": report.to_come,
    }


def _to_come(count: int) -> str:
    text = ngettext(
        "%(n)s older message is still on the server only.", "%(n)s older messages are still on the server only.", count
    )
    return text % {"n": number(count)}


def _how_they_come(*, paused: bool) -> str:
    if paused:
        return _("They wait: `desk sync --resume-history` lets them come.")
    return _("They come with the next `desk sync`, or while the console is open.")


def _history(history: History, *, json: bool, quiet: bool) -> int:
    """What became of a pause."""
    if json:
        output.one({"to_come": history.to_come, "paused": history.paused, "here_since": history.since})
    elif not quiet:
        say(_("Older mail waits.") if history.paused else _("Older mail comes again."))
        if history.to_come:
            say(f"{_to_come(history.to_come)} {_how_they_come(paused=history.paused)}")
    return 0


def _say_new(report: SyncReport) -> None:
    if not report.new:
        say(_("Nothing new."))
        return
    text = ngettext("%(n)s new message", "%(n)s new messages", report.new) % {"n": report.new}
    more = ngettext("%(n)s new ticket", "%(n)s new tickets", report.tickets) % {"n": report.tickets}
    say(f"{text}, {more}, {size(report.bytes)}, {report.seconds:.1f} s")
    if report.quarantined:
        say(
            ngettext(
                "%(n)s message could not be read and is kept aside.",
                "%(n)s messages could not be read and are kept aside.",
                report.quarantined,
            )
            % {"n": report.quarantined}
        )
        say(_("`desk quarantine list` tells why."))


def _acknowledging(desk: Desk) -> None:
    """The breaker says so when it is open."""
    from tui_desk.service.ack import clock_time, stopped_until

    until = stopped_until(desk)
    if until:
        say(_("Acknowledging is stopped until %(time)s: sixty left within an hour.") % {"time": clock_time(desk, until)})


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
                say(f"{place}: {_to_come(a.to_come)}")
            for uid in a.gaps:
                print(f"{place}\t{uid}\t" + _("not in the ledger"))
            for uid in a.doubles:
                print(f"{place}\t{uid}\t" + _("twice in the ledger"))
    failed = _failed(desk.mailbox.reports)
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
