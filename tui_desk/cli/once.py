"""One pass of `desk sync`, and the words for what it did: called by Typer and by the fast path. Nothing heavy is imported."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tui_desk.cli.talk import complain, say
from tui_desk.errors import Interrupted
from tui_desk.i18n import _, ngettext
from tui_desk.service import Desk
from tui_desk.service.words import number, size

if TYPE_CHECKING:
    from tui_desk.cli.bar import Bar
    from tui_desk.service.accounts import AccountReport
    from tui_desk.service.types import SyncReport


def sync(*, account: str = "", recent: bool = False, json: bool = False, quiet: bool = False) -> int:
    """Fetch what is new, send what is due, tell of it and leave a stamp. Returns the exit code; raises as `mailbox.sync` does."""
    with Desk.open() as desk:
        if account:
            desk.mailbox.only(account)
        bar = None if quiet else _bar()
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
    return failed(desk.mailbox.reports)


def _bar() -> Bar | None:
    if not sys.stderr.isatty():
        return None
    from tui_desk.cli.bar import Bar

    return Bar()


def failed(reports: list[AccountReport]) -> int:
    """Tell which accounts failed; the exit code of the worst."""
    errors = [each.error for each in reports if each.error is not None]
    if not errors:
        return 0
    from tui_desk.service.accounts import worst

    for error in errors:
        complain(error)
    return worst(errors).exit_code


def _told(report: SyncReport, accounts: list[AccountReport], *, paused: bool, json: bool, quiet: bool) -> None:
    if json:
        from tui_desk.cli import output

        each = [
            {"account": a.account, "address": a.address, **_record(a.report), "error": a.error.message if a.error else None}
            for a in accounts
        ]
        output.one({**_record(report), "accounts": each} if each else _record(report))
    elif not quiet:
        _say_new(report)
        if report.to_come:
            say(f"{to_come(report.to_come)} {how_they_come(paused=paused)}")


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


def to_come(count: int) -> str:
    """How much is still on the server only."""
    text = ngettext(
        "%(n)s older message is still on the server only.", "%(n)s older messages are still on the server only.", count
    )
    return text % {"n": number(count)}


def how_they_come(*, paused: bool) -> str:
    """What becomes of older mail."""
    if paused:
        return _("They wait: `desk sync --resume-history` lets them come.")
    return _("They come with the next `desk sync`, or while the console is open.")


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
