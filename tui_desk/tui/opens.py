"""What opens other screens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_desk.i18n import _
from tui_desk.tui.screens.opening import open_with

if TYPE_CHECKING:
    from tui_desk.service.types import OnProgress, Stop
    from tui_desk.store.rows import AttachmentView, MessageView
    from tui_desk.tui.app import DeskApp
    from tui_desk.tui.screens.pick import Chosen


def macros(app: DeskApp) -> None:
    """To the canned responses for this ticket."""
    app.main.open_macros()


def attachments(app: DeskApp) -> None:
    """Open or save an attachment of the thread."""
    row = app.current
    if row is None:
        return

    def choose(messages: list[MessageView]) -> None:
        from tui_desk.tui.screens import pick

        files = {(message.id, file.ordinal): file for message in messages for file in message.attachments}
        if not files:
            app.say(_("No attachments in this ticket."))
            return

        def chosen(choice: pick.Chosen | None) -> None:
            if choice is not None:
                _save(app, choice, files[choice.message, choice.ordinal])

        app.push_screen(pick.attachments(messages), chosen)

    open_with(app, lambda: app.desk.tickets.thread(row.id), choose)


def _save(app: DeskApp, chosen: Chosen, file: AttachmentView) -> None:
    """Save and show it; what is on the server comes while a screen tells how far it is, and can be stopped."""

    def work(on_progress: OnProgress | None = None, stop: Stop | None = None) -> Path:
        return app.desk.tickets.attachment(chosen.message, chosen.ordinal, downloads(), on_progress=on_progress, stop=stop)

    def shown(path: Path) -> None:
        app.say(_("Saved as %(path)s") % {"path": path})
        if chosen.open:
            from tui_desk.tui.viewer import view

            view(app, path)

    if not file.on_server:
        app.ask(work, shown, lane="slow")
        return
    from tui_desk.tui.screens.fetching import Fetching

    app.push_screen(Fetching(file.name, work, shown))


def downloads() -> Path:
    """The person's own folder for what they save."""
    import platformdirs

    return Path(platformdirs.user_downloads_dir())


def raw(app: DeskApp) -> None:
    """The message as it came."""
    row, message = app.current, app.main.thread.cursor_message
    if row is not None and message is not None:
        from tui_desk.tui.screens.raw import Raw

        app.push_screen(Raw(row.number, message))


def why(app: DeskApp) -> None:
    """What threaded it, routed it, paused its clock."""
    row = app.current
    if row is None:
        return

    def show(lines: list[str]) -> None:
        from tui_desk.tui.screens.why import Why

        app.push_screen(Why(row.number, lines))

    open_with(app, lambda: app.desk.tickets.why(row.id), show)


def figures(app: DeskApp) -> None:
    """The dashboard."""
    from tui_desk.tui.screens.figures import Figures

    app.push_screen(Figures())


def outbox(app: DeskApp) -> None:
    """Mail on its way."""
    from tui_desk.tui.screens.outbox import Outbox

    app.push_screen(Outbox())


def command(app: DeskApp) -> None:
    """The shell's verbs, without leaving."""
    from tui_desk.tui.screens.command import CommandLine, run

    app.push_screen(CommandLine(), lambda line: run(app, line) if line else None)


def palette(app: DeskApp) -> None:
    """Everything, by name."""
    from tui_desk.tui.palette import open_palette

    open_palette(app)


def theme(app: DeskApp) -> None:
    """Choose a theme; it is shown while the cursor is on it."""
    from tui_desk.tui.screens import pick

    before = app.theme

    def keep(name: str | None) -> None:
        app.use_theme(name or before)

    app.push_screen(pick.theme(app.themes(), before, on_preview=app.use_theme), keep)


def help(app: DeskApp) -> None:
    """Every key."""
    from tui_desk.tui.actions import groups
    from tui_desk.tui.screens.help import Help

    app.push_screen(Help(groups(app.keys)))


def leave(app: DeskApp) -> None:
    """Goodbye."""
    app.exit(0)
