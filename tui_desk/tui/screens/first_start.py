"""The first start, with nothing set up: look around in the demo by one key, or set a mailbox up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from tui_desk.errors import DeskError
from tui_desk.i18n import N_, _, ngettext
from tui_desk.text import clean
from tui_desk.tui.app import desk_app
from tui_desk.tui.jobs import Answer
from tui_desk.tui.screens.once import LeftOnce

if TYPE_CHECKING:
    from tui_desk.config.schema import Settings
    from tui_desk.paths import Profile
    from tui_desk.service.desk import Desk
    from tui_desk.service.setup import Answers
    from tui_desk.transport.oauth import Device

FIELDS: tuple[tuple[str, str, str], ...] = (
    ("address", N_("Desk address"), "support@example.org"),
    ("imap", N_("Reads mail at"), "imaps://imap.example.org:993"),
    ("smtp", N_("Sends mail at"), "smtps://smtp.example.org:465"),
    ("user", N_("Login"), N_("the address, unless you have another")),
    ("password", N_("Password"), N_("kept in your keyring")),
    ("password_command", N_("or a command"), N_("that prints it, instead of the keyring")),
    ("client_id", N_("or OAuth client id"), N_("of your own application, for Google and Microsoft")),
    ("client_secret", N_("and its secret"), N_("where the provider gave one")),
    ("name", N_("Desk name"), "Support Acme"),
    ("aliases", N_("Other addresses"), N_("yours too: mail from them is no customer's; @example.org: all")),
    ("agent", N_("Your short name"), "alice"),
    ("agent_name", N_("Your name"), "Alice Martin"),
)

SECRET = ("password", "client_secret")
OAUTH = ("client_id", "client_secret")


class FirstStart(LeftOnce, Screen["Desk | None"]):
    """Two ways in; the result is an open desk, None to leave."""

    DEFAULT_CSS = """
    FirstStart { align: center middle; background: $background; }
    FirstStart > #first { width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 1 3; scrollbar-size-vertical: 1; }
    FirstStart #first-title { text-style: bold; color: $primary; }
    FirstStart #first-about { height: auto; margin: 1 0; }
    FirstStart #first-keys { height: auto; }
    FirstStart #first-form { height: auto; display: none; }
    FirstStart.-form #first-form { display: block; }
    FirstStart.-form #first-keys, FirstStart.-form #first-about { display: none; }
    FirstStart .field { height: 1; margin-top: 1; }
    FirstStart.-low .field { margin-top: 0; }
    FirstStart .label { width: 18; color: $muted; }
    FirstStart .field > Input { border: none; height: 1; padding: 0 1; background: $surface; width: 1fr; }
    FirstStart .field > Input:focus { background: $boost; }
    FirstStart #first-state { height: auto; min-height: 1; margin-top: 1; }
    FirstStart #first-help { height: auto; color: $muted; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, priority=True),
        Binding("ctrl+s", "test", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Words and keys, or the form."""
        with VerticalScroll(id="first", can_focus=False):
            yield Static(Content("TUI Desk"), id="first-title")
            about = _("A support desk out of nothing but a shared mailbox. There is no desk on this machine yet.")
            yield Static(Content(about), id="first-about")
            yield Static(_keys(), id="first-keys")
            with Vertical(id="first-form"):
                for name, label, hint in FIELDS:
                    with Horizontal(classes="field"):
                        yield Static(Content(_(label)), classes="label")
                        yield Input(id=f"first-{name}", placeholder=_(hint), password=name in SECRET, compact=True)
            yield Static(id="first-state")
            yield Static(id="first-help")

    def on_mount(self) -> None:
        """Two keys."""
        self._busy = False
        self._likely: dict[str, str] = {}
        self._left = threading.Event()
        self.query_one("#first-help", Static).display = False

    def on_resize(self) -> None:
        """Little height: no air between the fields."""
        self.set_class(self.size.height < 28, "-low")

    @property
    def _form(self) -> bool:
        return self.has_class("-form")

    def key_d(self) -> None:
        """The demo."""
        if self._form or self._busy:
            return
        from tui_desk.service.desk import Desk

        self._busy = True
        self._say("… " + _("Making the sample mailbox"))
        desk_app(self).ask(lambda: Desk.demo(live=True), self.dismiss, self._failed, lane="slow", quiet=True)

    def key_n(self) -> None:
        """The form."""
        if self._form or self._busy:
            return
        self.add_class("-form")
        box = self.query_one("#first-help", Static)
        box.display = True
        box.update(Content(_("tab next field · ctrl+s test and begin · esc back · in the shell: desk init")))
        self._input("address").focus()

    def key_q(self) -> None:
        """Goodbye."""
        if not self._form:
            self.dismiss(None)

    def action_back(self) -> None:
        """Out of the form (and of a consent that is waited for); from the words, out."""
        self._left.set()
        if self._form:
            self.remove_class("-form")
            self.query_one("#first-help", Static).display = False
            self._say("")
            self.set_focus(None)
        else:
            self.dismiss(None)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#first-{name}", Input)

    def _say(self, words: str, ink: str = "$muted") -> None:
        if self.is_attached:
            state = self.query_one("#first-state", Static)
            state.update(Content.styled(clean(words), ink))
            if words:  # on a low screen it lies below the fields
                self.call_after_refresh(state.scroll_visible, animate=False)

    @on(Input.Blurred, "#first-address")
    def _servers(self) -> None:
        """The servers that an address most likely has are filled in; where they were written by hand, they stay."""
        address = self._input("address").value.strip()
        if "@" not in address:
            return
        from tui_desk.service.setup import known_provider, likely_servers

        likely = likely_servers(address)
        for name, server in likely.items():
            if self._input(name).value in ("", self._likely.get(name)):
                self._input(name).value = server
        self._likely = likely
        provider = known_provider(address)
        self._say(_(provider.hint) if provider and provider.hint else "")

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field; from the last one it tests."""
        if self.focused is self._input(FIELDS[-1][0]):
            self.action_test()
        else:
            self.focus_next()

    def _answers(self) -> Answers:
        from tui_desk.config.schema import OAuth
        from tui_desk.service.setup import Answers

        values = {name: self._input(name).value.strip() for name, _label, _hint in FIELDS if name not in (*OAUTH, "aliases")}
        aliases = tuple(part.strip() for part in self._input("aliases").value.split(",") if part.strip())
        client_id = self._input("client_id").value.strip()
        auth = "oauth" if client_id else "password"
        return Answers(**values, auth=auth, oauth=OAuth(client_id=client_id), aliases=aliases)  # type: ignore[arg-type]

    def action_test(self) -> None:
        """Log in to both servers, then write the settings and begin."""
        if not self._form or self._busy:
            return
        from tui_desk import paths
        from tui_desk.service import setup
        from tui_desk.service.desk import Desk

        answers = self._answers()
        profile = paths.profile()
        client_secret = self._input("client_secret").value.strip()

        def work() -> tuple[Desk, int]:
            settings = setup.settings_of(answers)
            if answers.auth == "oauth":
                folders = self._by_consent(profile, settings, client_secret)
            else:
                folders = setup.try_out(settings, answers.password)
                setup.finish(profile, settings, answers.password)
            return Desk.open(profile.name), len(folders)

        def ready(opened: tuple[Desk, int]) -> None:
            desk, folders = opened
            found = ngettext("%(n)s folder found", "%(n)s folders found", folders) % {"n": folders}
            desk_app(self).say(_("The mailbox answers: %(found)s. The first mail is being fetched.") % {"found": found})
            self.dismiss(desk)

        self._busy = True
        self._left.clear()
        self._say("… " + _("Asking the servers"))
        desk_app(self).ask(work, ready, self._failed, lane="slow", quiet=True)

    def _by_consent(self, profile: Profile, settings: Settings, secret: str) -> list[str]:
        """The person consents in a browser, or by a code that is shown; then all is written. From a job's thread."""
        from tui_desk.service import auth, setup

        def show_url(address: str, opened: bool) -> None:
            words = _("Consent in the browser that has opened, or at:") if opened else _("Open this page and consent:")
            self._say_later(f"… {words}\n{address}")

        def show_code(device: Device) -> None:
            named = {"url": device.url, "code": device.user_code}
            self._say_later("… " + _("Open %(url)s in any browser and type the code %(code)s") % named)

        setup.ensure_keyring()
        faces = auth.Faces(show_url, show_code, browse=auth.browse, stop=self._left.is_set)
        tokens = auth.consent(settings, faces, secret=secret)
        folders = auth.try_out(settings, tokens)
        setup.finish(profile, settings, tokens=tokens, client_secret=secret)
        return folders

    def _say_later(self, words: str) -> None:
        """As `_say`, from a job's thread."""
        self.app.post_message(Answer(lambda: self._say(words)))

    def _failed(self, error: Exception) -> None:
        self._busy = False
        words = f"{error.message} {error.hint}".strip() if isinstance(error, DeskError) else repr(error)
        self._say(f"✗ {words}", "$error")


def _keys() -> Content:
    lines = [
        ("d", _("Look around"), _("a lively sample mailbox: no account, no network")),
        ("n", _("Set a mailbox up"), _("its address and password; nothing in it is changed")),
        ("q", _("Leave"), ""),
    ]
    parts = []
    for key, what, about in lines:
        parts.append(Content.assemble((f" {key} ", "$accent bold reverse"), "  ", (what, "bold")))
        parts.append(Content.styled(f"     {about}\n", "$muted"))
    return Content("\n").join(parts)
