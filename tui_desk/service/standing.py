"""How the mailbox stands, in words: for the console's status line, `desk sync --watch` and `desk doctor`."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tui_desk.i18n import N_, _, ngettext
from tui_desk.service.types import MailboxState, Progress
from tui_desk.service.words import brief, number, span
from tui_desk.text import one_line

Kind = Literal["state", "done", "age", "older", "next", "wrong"]


class Said(NamedTuple):
    """A piece of it."""

    kind: Kind
    text: str


WORDS = {
    "never": N_("no mail fetched yet"),
    "idle": N_("idle"),
    "syncing": N_("fetching mail"),
    "watching": N_("watching"),
    "offline": N_("offline"),
    "refused": N_("not let in"),
}
OLD = 90
"""Seconds after which what is here is called old: twice what the quietest watching takes."""


def standing(state: MailboxState, now: int) -> list[Said]:
    """What goes on, how far it is, how old what is here is, what happens next, and last what is wrong."""
    said = [Said("state", _state(state, now))]
    progress = state.progress
    if progress is not None and not progress.older and state.state == "syncing":
        said.append(Said("done", _done(progress)))
    if state.last_success:
        said.append(Said("age", _age(state, now)))
    if state.state in ("idle", "watching", "syncing") and (older := _older(state)):
        said.append(Said("older", older))
    if state.next_try_at > now:
        said.append(Said("next", _("tries again in %(time)s") % {"time": _seconds(state.next_try_at - now)}))
    elif state.next_try_at and state.state in ("offline", "refused"):
        said.append(Said("next", _("trying again")))
    if state.error:
        said.append(Said("wrong", one_line(state.error)))
    return said


def _state(state: MailboxState, now: int) -> str:
    words = _(WORDS[state.state])
    if state.state in ("offline", "refused") and state.since and now - state.since >= 60:
        return _("%(state)s for %(time)s") % {"state": words, "time": span(now - state.since)}
    return words


def _done(progress: Progress) -> str:
    if not progress.total:
        return number(progress.done)
    return _("%(done)s of %(total)s") % {"done": number(progress.done), "total": number(progress.total)}


def _age(state: MailboxState, now: int) -> str:
    """The lag: what came to the server since then is not here."""
    seconds = max(now - state.last_success, 0)
    time = {"time": _seconds(seconds)}
    if state.state in ("offline", "refused") or seconds >= OLD:
        return _("mail as of %(time)s ago") % time
    return _("checked %(time)s ago") % time


def _older(state: MailboxState) -> str:
    progress = state.progress
    if progress is not None and progress.older:
        return _("older mail %(done)s") % {"done": _done(progress)}
    if not state.to_come:
        return ""
    words = ngettext("%(n)s older mail to come", "%(n)s older mails to come", state.to_come) % {"n": number(state.to_come)}
    return _("%(words)s (paused)") % {"words": words} if state.paused else words


def _seconds(seconds: int) -> str:
    return _("%(n)s s") % {"n": max(seconds, 0)} if seconds < 60 else brief(seconds)
