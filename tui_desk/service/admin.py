"""Looking after the store: backup, rebuild, doctor, export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tui_desk.i18n import _, ngettext
from tui_desk.service.types import Finding, OnProgress, Progress

if TYPE_CHECKING:
    from tui_desk.service.desk import Desk

Kind = Literal["jsonl", "mbox", "csv"]
_LITTLE = 100_000_000
"""Bytes free on the disk below which `doctor` warns."""


class Admin:
    """Acts on the whole store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def backup(self, target: Path) -> Path:
        """A consistent copy of the store, taken while it is in use; returns where."""
        from tui_desk.store.admin import backup

        backup(self._desk.store, target)
        return target

    def rebuild(self, on_progress: OnProgress | None = None) -> int:
        """Drop all that is derived and make it again from mail and log; returns how many messages were read."""
        from tui_desk.store.admin import rebuild

        def told(done: int, total: int) -> None:
            if on_progress is not None:
                on_progress(Progress(done, total, _("rebuilding")))

        return rebuild(self._desk.store, self._desk.settings, self._desk.policy, told)

    def export(self, target: Path | None, kind: Kind = "jsonl") -> int:
        """Write every ticket to `target` (None: stdout); returns how many."""
        from tui_desk.store.admin import export

        return export(self._desk.reader, target, kind)

    def doctor(self, *, online: bool = True) -> list[Finding]:
        """Settings, store, macros, keys and (with `online`) the servers, each with the next step where something is wrong."""
        return [
            *self._settings(),
            *self._store(),
            *self._room(),
            *self._macros(),
            *self._ack(),
            *self._write_back(),
            *self._mail(),
            *(self._servers() if online else ()),
        ]

    def _settings(self) -> Iterator[Finding]:
        from tui_desk.config.load import check

        problems = check(self._desk.profile) if self._desk.profile.settings.exists() else []
        for problem in problems:
            yield Finding("error", str(problem), _("Edit the file, then `desk config check`."))
        if not problems:
            yield Finding("ok", _("Settings: %(file)s") % {"file": self._desk.profile.settings})

    def _store(self) -> Iterator[Finding]:
        from tui_desk.store.admin import check

        for level, what, hint in check(self._desk.store, self._desk.policy):
            yield Finding(level, what, hint)

    def _room(self) -> Iterator[Finding]:
        import shutil

        from tui_desk.service.words import size

        folder = self._desk.profile.data_dir
        free = shutil.disk_usage(folder).free
        if free < _LITTLE:
            told = _("Only %(size)s are left on the disk of %(folder)s.")
            yield Finding("warning", told % {"size": size(free), "folder": folder}, _("Make room before mail stops coming in."))

    def _macros(self) -> Iterator[Finding]:
        problems = self._desk.macros.library.problems
        for problem in problems:
            yield Finding("warning", f"{problem.path}: {problem.text}", _("`desk macros lint` tells more."))
        if not problems:
            yield Finding("ok", _("Macros: %(n)s") % {"n": len(self._desk.macros.library.macros)})

    def _ack(self) -> Iterator[Finding]:
        from tui_desk.service import ack

        if not self._desk.settings.ack.enabled:
            return
        wrong = ack.problems(self._desk)
        for text in wrong:
            yield Finding("error", text, _("New tickets are not acknowledged in that language until it is put right."))
        until = ack.stopped_until(self._desk)
        if until:
            told = _("Acknowledging is stopped until %(time)s: sixty left within an hour.")
            yield Finding(
                "warning",
                told % {"time": ack.clock_time(self._desk, until)},
                _("Look for a loop: `desk list channel:email` shows who writes so much."),
            )
        elif not wrong:
            yield Finding("ok", _("New tickets are acknowledged."))

    def _write_back(self) -> Iterator[Finding]:
        from tui_desk.service.writeback import findings

        return findings(self._desk)

    def _mail(self) -> Iterator[Finding]:
        """How old what is here is, and what is still on the server only."""
        from tui_desk import clock
        from tui_desk.service.words import number, span

        desk = self._desk
        at, older = desk.reader.last_sync(), desk.mailbox.history()
        if at:
            yield Finding("ok", _("Mail was fetched %(time)s ago.") % {"time": span(clock.now() - at)})
        else:
            yield Finding("warning", _("No mail was fetched yet."), _("Run `desk sync`, or open the console."))
        if older.to_come:
            words = ngettext(
                "%(n)s older message is still on the server only.",
                "%(n)s older messages are still on the server only.",
                older.to_come,
            )
            how = _("They wait: `desk sync --resume-history` lets them come.")
            goes_on = _("They come with the next `desk sync`, or while the console is open.")
            yield Finding(
                "warning" if older.paused else "ok", words % {"n": number(older.to_come)}, how if older.paused else goes_on
            )

    def _servers(self) -> Iterator[Finding]:
        yield from self._desk.mailbox.check()
