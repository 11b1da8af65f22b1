"""Leaving the stamp that `quick` reads, after a pass that left nothing to do. Close the store first: closing writes to it."""

from __future__ import annotations

import contextlib
import os
import shlex

from tui_desk import clock
from tui_desk.config import url
from tui_desk.config.schema import Settings
from tui_desk.desk.marks import Rules
from tui_desk.i18n import _
from tui_desk.paths import Profile
from tui_desk.store import wishes
from tui_desk.store.connect import connect
from tui_desk.sync import quick
from tui_desk.transport.base import Selected

DAY = 86_400


def leave(profile: Profile, settings: Settings, seen: dict[str, Selected]) -> bool:
    """Write the stamp for the folders as `seen` (by name) in the last pass; False, and none is left, where it cannot hold."""
    path = profile.data_dir / quick.NAME
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    if not seen:
        return False
    fields = _fields(profile, settings, seen)
    if fields is None or any("\n" in value for value in fields.values()):
        return False
    part = path.with_suffix(".part")
    with open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("".join(f"{name}={value}\n" for name, value in fields.items()))
    part.replace(path)
    return True


def _fields(profile: Profile, settings: Settings, seen: dict[str, Selected]) -> dict[str, str] | None:
    account = settings.account
    server = url.parse(account.imap, "imap", allow_plaintext=account.allow_plaintext)
    state = quick.state(str(profile.settings), str(profile.store))  # first: what is written from here on voids the stamp
    until = _nothing_due_until(profile, settings, seen)
    by_token = account.auth != "password" or account.token_command
    if server.security not in ("plain", "tls") or by_token or not account.password_command or until is None:
        return None
    words = [os.path.expanduser(word) for word in shlex.split(account.password_command)]
    return {
        "form": quick.FORM,
        "settings": str(profile.settings),
        "store": str(profile.store),
        "state": state,
        "until": str(until),
        "server": "\x1f".join((server.host, str(server.port), server.security, account.ca_file)),
        "user": account.user or account.address,
        "command": "\x1f".join(words),
        "folders": "\x1e".join(_folder(selected) for selected in seen.values()),
        "said": _("Nothing new."),
    }


def _folder(selected: Selected) -> str:
    from tui_desk.transport.framing import quote
    from tui_desk.transport.utf7 import encode

    numbers = {
        "MESSAGES": selected.exists,
        "UIDNEXT": selected.uidnext,
        "UIDVALIDITY": selected.uidvalidity,
        "HIGHESTMODSEQ": selected.modseq,
    }
    name = quote(encode(selected.name)).decode("ascii")
    return "\x1f".join([name, *(f"{word} {number}" for word, number in numbers.items())])


def _nothing_due_until(profile: Profile, settings: Settings, seen: dict[str, Selected]) -> int | None:
    """Until when (epoch seconds) no clock of ours is due; None while something is."""
    if not all(s.modseq and s.uidnext for s in seen.values()):
        return None
    con = connect(profile.store, write=False)
    try:
        for name, selected in seen.items():
            known = con.execute(_KNOWN, (settings.account.address, name)).fetchone()
            if known != (selected.uidvalidity, selected.uidnext - 1, selected.modseq, selected.exists):
                return None
        if con.execute("SELECT 1 FROM outbox WHERE state NOT IN ('filed', 'failed', 'cancelled') LIMIT 1").fetchone():
            return None
        if wishes.waits(con, settings.account.address, Rules.of(settings.writeback)):
            return None
        (solved,) = con.execute(_SOLVED).fetchone()
    finally:
        con.close()
    until = clock.now() + DAY
    return until if solved is None or not settings.close_after_days else min(until, solved + settings.close_after_days * DAY)


_KNOWN = "SELECT uidvalidity, high_water, modseq, here FROM folder WHERE account = ? AND name = ?"
_SOLVED = "SELECT min(solved_at) FROM ticket WHERE status = 'solved' AND solved_at IS NOT NULL"
"""By the index of what is solved: without the second half every ticket is read."""
