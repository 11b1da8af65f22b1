"""Several addresses of one person, merged and parted from the console: chosen, asked about, done, taken back with undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_desk.errors import UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.service.types import Outcome
from tui_desk.text import fold, one_line
from tui_desk.tui.screens.opening import open_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_desk.service.desk import Desk
    from tui_desk.store.contacts import Person
    from tui_desk.tui.app import DeskApp

MOST = 500
"""People offered, who wrote last; any other address can be typed."""
ACTS = ("merge", "unmerge")
_PART = "part "
_USAGE = "contacts [merge ADDRESS OTHER… | unmerge ADDRESS]"


def choose(app: DeskApp) -> None:
    """Who else the requester is; an address that was merged is parted again."""
    row = app.current
    if row is None:
        return
    email = row.requester

    def show(found: list[Person]) -> None:
        from tui_desk.tui.screens import pick

        first, *others = found
        screen = pick.person(first, sorted(others, key=lambda other: -_likeness(first, other)), _PART)
        app.push_screen(screen, lambda answer: _chosen(app, email, answer))

    open_with(app, lambda: _people(app.desk, email), show)


def line(app: DeskApp, args: list[str]) -> None:
    """`:contacts`, as in the shell."""
    match args:
        case []:
            choose(app)
        case ["merge", first, *others] if others:
            _ask(app, first, others)
        case ["unmerge", email]:
            _part(app, email)
        case _:
            raise UsageError(_("This verb wants: %(usage)s") % {"usage": _USAGE})


def _people(desk: Desk, email: str) -> list[Person]:
    """The person of `email`, then everybody else who wrote."""
    from tui_desk.store import contacts

    asked = contacts.find(desk.reader.con, email)
    if asked is None:
        raise UsageError(_("Nobody with the address %(email)s has written yet.") % {"email": one_line(email)})
    own = desk.settings.own_addresses
    everybody = desk.contacts.list(limit=MOST)
    return [asked, *(other for other in everybody if other.email != asked.email and other.email not in own)]


def _likeness(one: Person, other: Person) -> int:
    """How likely two are one person: by name, by what stands before the sign."""
    name, local = fold(one.name), one.email.partition("@")[0]
    same_name = bool(name) and sorted(name.split()) == sorted(fold(other.name).split())
    return 2 * same_name + (local == other.email.partition("@")[0])


def _chosen(app: DeskApp, email: str, answer: str | None) -> None:
    if answer and answer.startswith(_PART):
        _part(app, answer.removeprefix(_PART))
    elif answer:
        _ask(app, email, [answer])


def _ask(app: DeskApp, first: str, others: Sequence[str]) -> None:
    """Nothing is lost, but tickets of another person would be seen as this one's: it is asked about."""
    from tui_desk.tui.screens.confirm import ConfirmScreen

    back = _("Their tickets and searches become one. %(key)s takes it back.") % {"key": app.keys.shown("undo")}
    screen = ConfirmScreen(_("Are these one person?"), yes=_("Merge"), lines=[first, *others, back])
    app.push_screen(screen, lambda sure: _change(app, partial(_merge, app.desk, first, others)) if sure else None)


def _part(app: DeskApp, email: str) -> None:
    _change(app, partial(_unmerge, app.desk, email))


def _change(app: DeskApp, work: partial[Outcome]) -> None:
    app.change(lambda _numbers: [work()], [], repeatable=False)


def _merge(desk: Desk, first: str, others: Sequence[str]) -> Outcome:
    person = desk.contacts.merge(first, others, "console")
    count = len(person.others) + 1
    said = ngettext("%(who)s has %(n)s address.", "%(who)s has %(n)s addresses.", count)
    return Outcome(person.email, "done", said % {"who": one_line(person.name or person.email), "n": count})


def _unmerge(desk: Desk, email: str) -> Outcome:
    person = desk.contacts.unmerge(email, "console")
    return Outcome(person.email, "done", _("%(address)s is a person of its own again.") % {"address": one_line(person.email)})
