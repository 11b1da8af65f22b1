"""docs/keys.md and docs/settings.md as they should be, made from the registry and the schema.

python -m tests.support.pages keys > docs/keys.md
python -m tests.support.pages settings > docs/settings.md
"""

from __future__ import annotations

import sys

from tui_desk.config.manual import Entry, manual

KEYS_HEAD = """# Keys

Every key of the console, made from the same registry as its footer, its help (`?`) and its palette (`ctrl+p`).
`g d` is one key after the other. Where several tickets are selected, the same keys act on all of them.

Another key for an action goes into the settings, by the action's id:

```toml
[keys]
"ticket.solve" = "e,ctrl+x"
"go.figures" = "g k"
```

Two actions on one key in one place are told when the console starts, and by `desk config check`.
"""
SETTINGS_HEAD = """# Settings

One TOML file a profile: `desk config path` prints where it is, `desk config check` reads it and names line and key of
what is wrong, `desk config set KEY VALUE` changes one line and leaves your comments alone.

Each setting is also an environment variable, which wins over the file: `TUI_DESK_ACCOUNT_IMAP` is `imap` in `[account]`,
`TUI_DESK_ACCOUNTS_BILLING_IMAP` is `imap` in `[accounts.billing]`, `TUI_DESK_LANGUAGE` is `language` at the top.
`TUI_DESK_PROFILE` chooses the profile, and `TUI_DESK_HOME` one folder for everything in place of the platform's own.

Passwords are never in the file. They are in the keyring, or `password_command` prints them.
"""


def keys() -> str:
    """The page of keys."""
    from tui_desk.tui.actions import REGISTRY

    parts = [KEYS_HEAD]
    for heading in dict.fromkeys(action.group for action in REGISTRY if action.group):
        rows = [f"| {_keys(a.keys)} | {a.help} | `{a.id}` |" for a in REGISTRY if a.group == heading]
        parts.append(f"## {heading}\n\n| keys | | action |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _keys(keys: tuple[str, ...]) -> str:
    names = {"slash": "/", "left_square_bracket": "[", "right_square_bracket": "]", "|": "\\|"}
    return " ".join(f"`{names.get(key, key)}`" for key in keys)


def settings() -> str:
    """The page of settings."""
    parts = [SETTINGS_HEAD]
    for section in manual():
        title = f"## [{section.name}]" if section.name else "## At the top of the file"
        about = section.text[:1].upper() + section.text[1:]
        text = f"\n\n{about}" if about else ""
        rows = "\n".join(_setting(entry) for entry in section.entries)
        table = f"\n\n| key | default | |\n|---|---|---|\n{rows}" if rows else ""
        parts.append(f"{title}{text}{table}\n")
    return "\n".join(parts)


def _setting(entry: Entry) -> str:
    default = entry.default
    match default:
        case bool():
            shown = str(default).lower()
        case tuple():
            shown = ", ".join(f'"{item}"' for item in default) or "none"
        case str():
            shown = f'"{default}"' if default else "empty"
        case _:
            shown = str(default)
    return f"| `{entry.name}` | {shown} | {' '.join(entry.text.split())} |"


if __name__ == "__main__":
    print({"keys": keys, "settings": settings}[sys.argv[1]](), end="")
