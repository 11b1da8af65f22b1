"""reply and note: text as words, from a file, a pipe, a macro, or your editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tui_desk.cli import output
from tui_desk.cli.change import CAUSE, tell
from tui_desk.cli.group import new_app
from tui_desk.cli.records import iso
from tui_desk.cli.talk import can_ask, confirm, say
from tui_desk.errors import Interrupted, MacroError, RefusedError, UsageError
from tui_desk.i18n import _
from tui_desk.service import Desk
from tui_desk.service.types import Draft, DraftFile, Sent

app = new_app()

Ticket = Annotated[str, typer.Argument(metavar="TICKET")]
Body = Annotated[str | None, typer.Option("--body", "-b", help=_("The text (Markdown)."))]
BodyFile = Annotated[Path | None, typer.Option("--file", "-F", help=_("Read the text from a file; - for standard input."))]


@app.command(
    "reply",
    help=_(
        "Answer a ticket.\n\ndesk reply 4F2K --body 'Done, sorry for the wait.' --status solved\n\ndesk reply 4F2K --macro refund"
    ),
)
def reply(
    ticket: Ticket,
    body: Body = None,
    file: BodyFile = None,
    macro: Annotated[str | None, typer.Option("--macro", "-m", help=_("Fill this canned response."))] = None,
    everyone: Annotated[bool, typer.Option("--all", "-a", help=_("Answer everybody who was written to."))] = False,
    cc: Annotated[list[str] | None, typer.Option("--cc", help=_("One more recipient."))] = None,
    attach: Annotated[list[Path] | None, typer.Option("--attach", help=_("Attach a file."))] = None,
    status: Annotated[str | None, typer.Option("--status", help=_("What the ticket becomes; default: the setting's."))] = None,
    now: Annotated[bool, typer.Option("--now", help=_("Send at once, without the undo window."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Send in spite of what preflight says."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Print what would be sent, and send nothing."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("One JSON object."))] = False,
) -> int:
    with Desk.open() as desk:
        draft = desk.replies.fresh(ticket, "reply_all" if everyone else "reply")
        text, macros, after = _text(desk, ticket, body, file, macro)
        draft = replace(
            draft,
            body=text,
            cc=(*draft.cc, *(cc or ())),
            macros=macros,
            files=(*draft.files, *(DraftFile(path.name, str(path)) for path in attach or ())),
            status_after=status if status is not None else after,
        )
        _warn(desk, draft, force)
        if dry_run:
            return _preview(draft, json=json)
        _ask(draft, yes=yes)
        return _told(desk, desk.replies.send(draft, force=force, undo_seconds=0 if now else None), now=now, json=json)


@app.command("note", help=_("Write an internal note: desk note 4F2K 'called her back'; or pipe it in."))
def note(
    ticket: Ticket,
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT")] = None,
    file: BodyFile = None,
    json: Annotated[bool, typer.Option("--json", help=_("One JSON object."))] = False,
) -> int:
    with Desk.open() as desk:
        text = " ".join(words) if words else _read(file) if file or not sys.stdin.isatty() else edit("")
        return tell(desk.tickets.note(ticket, text, CAUSE), json=json)


def edit(text: str, suffix: str = ".md") -> str:
    """`text` as it comes back from $VISUAL or $EDITOR. Raises UsageError where there is none."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UsageError(_("What shall it say?"), _("Give --body or --file, pipe it in, or set EDITOR."))
    handle, name = tempfile.mkstemp(suffix=suffix, prefix="desk-")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        if subprocess.run([*shlex.split(editor), name], check=False).returncode:
            raise Interrupted(_("The editor gave up: nothing was sent."))
        return path.read_text(encoding="utf-8")
    finally:
        path.unlink(missing_ok=True)


def _text(
    desk: Desk, ticket: str, body: str | None, file: Path | None, macro: str | None
) -> tuple[str, tuple[str, ...], str | None]:
    """The text, the macros in it, and the status that a macro asks for."""
    if macro is not None:
        rendered = desk.macros.render(macro, ticket)
        if rendered.missing and body is None:
            names = ", ".join(rendered.missing)
            raise MacroError(
                _("The macro “%(macro)s” needs: %(names)s.") % {"macro": macro, "names": names},
                _("Fill it in the console, or write --body."),
            )
        text = rendered.text if body is None else f"{rendered.text}\n\n{body}"
        return text, (macro,), rendered.actions.get("status")
    if body is not None:
        return body, (), None
    if file is not None or not sys.stdin.isatty():
        return _read(file), (), None
    return edit(""), (), None


def _read(file: Path | None) -> str:
    if file is None or str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(_("%(file)s cannot be read: %(why)s.") % {"file": file, "why": error.strerror}) from error


def _warn(desk: Desk, draft: Draft, force: bool) -> None:
    for concern in desk.replies.preflight(draft):
        if not concern.stops or force:
            say(_("Note: %(text)s") % {"text": concern.text})


def _ask(draft: Draft, *, yes: bool) -> None:
    """Mail leaves: ask on a terminal; elsewhere it must be said with --yes."""
    if yes:
        return
    if not can_ask():
        raise RefusedError(_("A mail would leave."), _("Say --yes to send it without a question."))
    if not confirm(_("Send to %(to)s? [y/N]") % {"to": ", ".join((*draft.to, *draft.cc))}):
        raise Interrupted(_("Nothing was sent."))


def _preview(draft: Draft, *, json: bool) -> int:
    if json:
        output.one({"would": {"to": list(draft.to), "cc": list(draft.cc), "subject": draft.subject, "body": draft.body}})
        return 0
    print(output.block(f"To: {', '.join(draft.to)}"))
    if draft.cc:
        print(output.block(f"Cc: {', '.join(draft.cc)}"))
    print(output.block(f"Subject: {draft.subject}\n\n{draft.body}"))
    return 0


def _told(desk: Desk, sent: Sent, *, now: bool, json: bool) -> int:
    state = "queued"
    if now:
        done = [mail for mail in desk.outbox.deliver(wait=True) if mail.id == sent.outbox]
        state = done[0].state if done else "queued"
    if json:
        output.one({"outbox": sent.outbox, "number": sent.number, "state": state, "leaves_at": iso(sent.until)})
    elif now:
        print(f"{sent.number}\t{state}")
    else:
        print(f"{sent.number}\t{state}\t{sent.outbox}")
        say(
            _("It leaves with the next sync after the undo window; `desk outbox undo %(id)s` takes it back.")
            % {"id": sent.outbox}
        )
    return 0
