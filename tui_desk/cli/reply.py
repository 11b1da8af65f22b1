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
from tui_desk.cli.change import CAUSE, SETTABLE, one_of, tell
from tui_desk.cli.formats import Json
from tui_desk.cli.group import new_app
from tui_desk.cli.records import iso
from tui_desk.cli.talk import can_ask, confirm, say
from tui_desk.errors import DeskError, Interrupted, MacroError, RefusedError, UsageError
from tui_desk.i18n import _
from tui_desk.macros.values import lacking
from tui_desk.service import Desk
from tui_desk.service.senders import chosen
from tui_desk.service.types import Draft, DraftFile, Sent
from tui_desk.service.words import delivery_name
from tui_desk.text import one_line

app = new_app()

Ticket = Annotated[str, typer.Argument(metavar="TICKET")]
Body = Annotated[str | None, typer.Option("--body", "-b", help=_("The text (Markdown); - for standard input."))]
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
    macro: Annotated[str | None, typer.Option("--macro", "-m", help=_("Fill this canned response; the text follows it."))] = None,
    everyone: Annotated[bool, typer.Option("--all", "-a", help=_("Answer everybody who was written to."))] = False,
    cc: Annotated[list[str] | None, typer.Option("--cc", help=_("One more recipient."))] = None,
    from_: Annotated[
        str, typer.Option("--from", help=_("Which of our addresses it is from; default: the one written to."), show_default=False)
    ] = "",
    attach: Annotated[list[Path] | None, typer.Option("--attach", help=_("Attach a file."))] = None,
    status: Annotated[str | None, typer.Option("--status", help=_("What the ticket becomes; default: the setting's."))] = None,
    now: Annotated[bool, typer.Option("--now", help=_("Send at once, without the undo window."))] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Send in spite of what preflight says."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Print what would be sent, and send nothing."))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask."))] = False,
    json: Json = False,
) -> int:
    _once(body is not None, file, "--body")
    if status is not None:
        one_of(status, SETTABLE)
    files = [_attachment(path) for path in attach or ()]
    with Desk.open() as desk:
        draft = desk.replies.fresh(ticket, "reply_all" if everyone else "reply")
        typed = body is None and file is None and macro is None and sys.stdin.isatty()
        saved = desk.replies.draft(ticket, draft.mode).body if typed else ""
        text, macros, after = _text(desk, ticket, body, file, macro, saved)
        draft = replace(
            draft,
            body=text,
            cc=(*draft.cc, *(cc or ())),
            macros=macros,
            files=(*draft.files, *files),
            status_after=status if status is not None else after,
            from_email=chosen(desk.settings, from_) if from_ else draft.from_email,
        )
        if typed and text.strip():
            desk.replies.save(draft)  # Until it is sent: a "no", or what preflight says, costs nobody their words.
        for concern in desk.replies.check(draft, force=force):
            say(_("Note: %(text)s") % {"text": concern.text})
        if dry_run:
            say(_("Dry run: nothing is sent."))
            return _preview(draft, json=json, several=len(desk.replies.senders()) > 1)
        _ask(draft, yes=yes)
        return _told(desk, desk.replies.send(draft, force=force, undo_seconds=0 if now else None), now=now, json=json)


@app.command("note", help=_("Write an internal note: desk note 4F2K 'called her back'; or pipe it in."))
def note(
    ticket: Ticket,
    words: Annotated[list[str] | None, typer.Argument(metavar="TEXT")] = None,
    file: BodyFile = None,
    json: Json = False,
) -> int:
    _once(bool(words), file, _("words"))
    with Desk.open() as desk:
        text = (
            " ".join(words) if words and words != ["-"] else _read(file) if file or words or not sys.stdin.isatty() else edit("")
        )
        return tell(desk.tickets.note(ticket, text, CAUSE), json=json)


def edit(text: str, suffix: str = ".md") -> str:
    """`text` as it comes back from $VISUAL or $EDITOR. Raises UsageError where there is none."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UsageError(_("What shall it say?"), _("Give it with the command or with --file, pipe it in, or set EDITOR."))
    handle, name = tempfile.mkstemp(suffix=suffix, prefix="desk-")
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        if subprocess.run([*shlex.split(editor), name], check=False).returncode:
            raise Interrupted(_("The editor gave up: nothing was sent."))
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, PermissionError, ValueError) as error:
        raise UsageError(_("The editor “%(editor)s” cannot be run.") % {"editor": one_line(editor)}, _("Set EDITOR.")) from error
    finally:
        path.unlink(missing_ok=True)


def _once(written: bool, file: Path | None, how: str) -> None:
    """Raise UsageError where the text is given two ways at once: one of them would be lost."""
    if written and file is not None:
        raise UsageError(_("Give the text once: as %(how)s or with --file.") % {"how": how}, _("To send a file along: --attach."))


def _text(
    desk: Desk, ticket: str, body: str | None, file: Path | None, macro: str | None, saved: str
) -> tuple[str, tuple[str, ...], str | None]:
    """The text, the macros in it, and the status that a macro asks for."""
    if file is not None or body == "-":
        body = _read(file)
    if macro is not None:
        rendered = desk.macros.render(macro, ticket)
        if rendered.missing and body is None:
            names = lacking(rendered.missing)
            raise MacroError(
                _("The macro “%(macro)s” needs: %(names)s.") % {"macro": macro, "names": names},
                _("Fill it in the console, or write --body."),
            )
        text = rendered.text if body is None else f"{rendered.text}\n\n{body}"
        return text, (macro,), rendered.actions.get("status")
    if body is not None:
        return body, (), None
    if not sys.stdin.isatty():
        return _read(None), (), None
    return edit(saved), (), None


def _read(file: Path | None) -> str:
    if file is None or str(file) == "-":
        return sys.stdin.read()
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            _("%(file)s cannot be read: %(why)s.") % {"file": file, "why": error.strerror}, _("Nothing was sent.")
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(_("%(file)s is not UTF-8 text.") % {"file": file}, _("To send a file along: --attach.")) from error


def _attachment(path: Path) -> DraftFile:
    """A file to send along. Raises UsageError where it cannot be read."""
    why = _("it is a folder") if path.is_dir() else ""
    try:
        if not why:
            path.open("rb").close()
    except OSError as error:
        why = error.strerror or type(error).__name__
    if why:
        raise UsageError(_("%(file)s cannot be attached: %(why)s.") % {"file": path, "why": why}, _("Nothing was sent."))
    return DraftFile(path.name, str(path.absolute()))


def _ask(draft: Draft, *, yes: bool) -> None:
    """Mail leaves: ask on a terminal; elsewhere it must be said with --yes."""
    if yes:
        return
    if not can_ask():
        raise RefusedError(_("A mail would leave."), _("Say --yes to send it without a question."))
    if not confirm(_("Send to %(to)s? [y/N]") % {"to": ", ".join((*draft.to, *draft.cc))}):
        raise Interrupted(_("Nothing was sent."))


def _preview(draft: Draft, *, json: bool, several: bool) -> int:
    names = [file.name for file in draft.files]
    if json:
        would = {
            "from": draft.from_email,
            "to": list(draft.to),
            "cc": list(draft.cc),
            "subject": draft.subject,
            "body": draft.body,
        }
        output.one({"would": {**would, "attachments": names, "status": draft.status_after}})
        return 0
    if several:
        print(output.block(f"From: {draft.from_email}"))
    print(output.block(f"To: {', '.join(draft.to)}"))
    if draft.cc:
        print(output.block(f"Cc: {', '.join(draft.cc)}"))
    for name in names:
        print(output.block(f"Attachment: {name}"))
    print(output.block(f"Subject: {draft.subject}\n\n{draft.body}"))
    return 0


def _told(desk: Desk, sent: Sent, *, now: bool, json: bool) -> int:
    state, error = "queued", ""
    if now:
        done = [mail for mail in desk.outbox.deliver(wait=True) if mail.id == sent.outbox]
        state, error = (done[0].state, done[0].error) if done else (state, error)
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
    if state in ("failed", "uncertain"):
        raise DeskError(
            _("The mail is %(state)s: %(why)s") % {"state": delivery_name(state), "why": error},
            _("`desk outbox` shows it; `desk outbox retry %(id)s` tries again.") % {"id": sent.outbox},
        )
    return 0
