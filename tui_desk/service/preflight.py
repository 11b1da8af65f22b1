"""What is looked at before a reply leaves (behaviour 8.2). A concern that stops says so; the rest are warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tui_desk.config.schema import Settings
from tui_desk.i18n import _
from tui_desk.mail.language import guess
from tui_desk.mail.quote import own_text
from tui_desk.service.recipients import read_address
from tui_desk.service.types import Concern, Draft
from tui_desk.store.rows import MessageView

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[(?:TODO|TBD|XXX|À COMPLÉTER|NAME|NOM)\]|\bXXX+\b")
_ATTACHMENT = re.compile(
    r"\b(?:attach(?:ed|ment|ments|ing)|enclosed|pi[eè]ces?[ -]jointes?|ci[- ]joint\w*|en p\.?j\.?|en annexe)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.?[^@\s<>,;]+\Z")
_LEAST_NOTE = 20
"""Characters of a note's line that must stand in a reply to be taken for copied."""


def concerns(draft: Draft, thread: Sequence[MessageView], participants: frozenset[str]) -> list[Concern]:
    """Everything to be said of `draft`, what stops first."""
    found = [*_must_be_mended(draft), *_newer(draft, thread), *_placeholders(draft), *_worries(draft, thread, participants)]
    return sorted(found, key=lambda concern: not concern.stops)


def _must_be_mended(draft: Draft) -> Iterator[Concern]:
    if not draft.body.strip():
        yield Concern("empty", _("There is nothing written yet."), stops=True)
    if draft.mode == "note":
        return
    if not draft.to and not draft.cc:
        yield Concern("no_recipient", _("Nobody is written to: fill in To."), stops=True)
    for address in (*draft.to, *draft.cc):
        if not _ADDRESS.match(read_address(address).email):
            yield Concern("no_recipient", _("“%(address)s” is not an address.") % {"address": address}, stops=True)


def sender_concerns(draft: Draft, settings: Settings) -> Iterator[Concern]:
    """Mail leaves in our own name only."""
    if draft.mode != "note" and draft.from_email and draft.from_email not in settings.own_addresses:
        yield Concern("sender", _("“%(address)s” is not an address of this desk.") % {"address": draft.from_email}, stops=True)


def _newer(draft: Draft, thread: Sequence[MessageView]) -> Iterator[Concern]:
    if draft.mode in ("note", "forward", "new") or draft.answered is None:
        return
    known = draft.answered if draft.seen is None else draft.seen
    place = next((n for n, m in enumerate(thread) if m.id == known), None)
    if place is None:
        return
    public = [m for m in thread[place + 1 :] if m.kind in ("inbound", "outbound")]
    later = [m for m in public if m.id != draft.answered and not m.automatic]
    if later:
        newest = later[-1]
        yield Concern(
            "newer_message",
            _("%(who)s has written since: “%(text)s”") % {"who": newest.author_name or newest.author, "text": newest.snippet},
            stops=True,
        )


def _placeholders(draft: Draft) -> Iterator[Concern]:
    if hit := _PLACEHOLDER.search(draft.body) or (draft.mode == "new" and _PLACEHOLDER.search(draft.subject)):
        yield Concern("placeholder", _("%(hit)s is still to be filled in.") % {"hit": hit.group()}, stops=draft.mode != "note")


def _left_behind(draft: Draft, answered: MessageView) -> Iterator[Concern]:
    """What the forwarded mail has and the forward has not: it is too large to lie here."""
    there = {file.name for file in draft.files}
    for file in answered.attachments:
        if file.on_server and file.name not in there:
            words = _("“%(name)s” is still on the mail server and not in this forward: save it first, then attach it.")
            yield Concern("on_server", words % {"name": file.name})


def _worries(draft: Draft, thread: Sequence[MessageView], participants: frozenset[str]) -> Iterator[Concern]:
    if draft.mode == "note":
        return
    if not draft.files and _ATTACHMENT.search(draft.body):
        yield Concern("attachment", _("The text speaks of an attachment, and there is none."))
    answered = next((m for m in thread if m.id == draft.answered), None)
    if answered is not None and draft.mode == "forward":
        yield from _left_behind(draft, answered)
    if answered is not None:
        theirs, ours = guess(own_text(answered.text)), guess(draft.body)
        if theirs and ours and theirs != ours:
            yield Concern("language", _("The customer wrote in another language."))
    if draft.mode != "forward":
        for address in (*draft.to, *draft.cc):
            if participants and read_address(address).email not in participants:
                yield Concern("outsider", _("%(address)s has not taken part in this thread.") % {"address": address})
    lines = {line.strip() for note in thread if note.kind == "note" for line in note.text.splitlines()}
    if any(len(line) >= _LEAST_NOTE and line in draft.body for line in lines):
        yield Concern("note_text", _("A line of an internal note stands in this reply."))
