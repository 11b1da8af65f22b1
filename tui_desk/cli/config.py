"""config check, show, get, set, path; themes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tui_desk import paths
from tui_desk.cli import output
from tui_desk.cli.group import new_app
from tui_desk.errors import ConfigError, NotFoundError, UsageError
from tui_desk.i18n import _, ngettext
from tui_desk.text import one_line

app = new_app()
config = new_app(help=_("The settings file."))
app.add_typer(config, name="config")


@config.command("check", help=_("Check every setting; each problem with file, line and key."))
def check() -> int:
    from tui_desk.config.load import check as find

    profile = paths.profile()
    problems = find(profile)
    for problem in problems:
        print(output.block(str(problem)))
    if problems:
        raise ConfigError(
            ngettext("%(n)s setting is wrong.", "%(n)s settings are wrong.", len(problems)) % {"n": len(problems)},
            _("Edit %(file)s.") % {"file": profile.settings},
        )
    print(_("All is well: %(file)s") % {"file": profile.settings}, file=sys.stderr)
    return 0


@config.command("path", help=_("Where the settings and the store are."))
def path() -> int:
    profile = paths.profile()
    print(f"settings\t{profile.settings}\nstore\t{profile.store}\nlog\t{profile.log}")
    print(f"themes\t{paths.config_root() / 'themes'}\nmacros\t{paths.config_root() / 'macros'}")
    return 0


@config.command("show", help=_("Every setting as it holds now, file and environment together."))
def show() -> int:
    from dataclasses import asdict

    from tui_desk.config.load import load

    for section, value in asdict(load(paths.profile())).items():
        for line in _listed(section, value):
            print(line)
    return 0


@config.command("get", help=_("One setting: desk config get console.theme"))
def get(key: Annotated[str, typer.Argument(metavar="KEY")]) -> int:
    from dataclasses import asdict

    from tui_desk.config.load import load

    value: object = asdict(load(paths.profile()))
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            raise NotFoundError(_("There is no setting “%(key)s”.") % {"key": one_line(key)}, _("`desk config show` lists them."))
        value = value[part]
    for line in _listed(key, value):
        print(line if isinstance(value, dict) else line.partition("\t")[2])
    return 0


@config.command("set", help=_("Change one setting: desk config set console.theme desk-light"))
def set_(key: Annotated[str, typer.Argument(metavar="KEY")], value: Annotated[str, typer.Argument(metavar="VALUE")]) -> int:
    from tui_desk.config.load import verify
    from tui_desk.config.write import set_key

    profile = paths.profile()
    if not profile.settings.exists():
        raise ConfigError(
            _("There are no settings yet: %(file)s is not there.") % {"file": profile.settings}, _("Run `desk init`.")
        )
    for problem in verify(profile, profile.settings.read_text(encoding="utf-8-sig", errors="replace")):
        if not problem.key:
            raise ConfigError(str(problem), _("Edit the file, then `desk config check`."))
    if key == "console.theme" and value not in (names := [file.stem for file in _themes()]):
        raise UsageError(_("There is no theme “%(name)s”.") % {"name": one_line(value)}, ", ".join(names))
    set_key(profile, key, value)
    return 0


@app.command("themes", help=_("List the console's themes: shipped ones and your own."))
def themes() -> int:
    for file in _themes():
        print(f"{file.stem}\t{file}")
    return 0


def _themes() -> list[Path]:
    return [
        file for folder in (paths.shipped("themes"), paths.config_root() / "themes") for file in sorted(folder.glob("*.toml"))
    ]


def _listed(key: str, value: object) -> list[str]:
    """A setting on a line; a section, key by key."""
    if isinstance(value, dict):
        return [line for name, inner in value.items() for line in _listed(f"{key}.{name}", inner)]
    return [f"{key}\t{output.block(_plain(value))}"]


def _plain(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(v) for v in value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
