"""Keys: the defaults of the registry and [keys] over them. Clashes and unknown ids are found here (Textual just overwrites)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding
from textual.events import Key

from tui_desk.i18n import _
from tui_desk.tui.action import Action

PANES = ("queue", "thread", "views", "ticket")
_NAMES = {
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "colon": ":",
    "asterisk": "*",
    "exclamation_mark": "!",
}
_SPOKEN = {
    "slash": "/",
    "minus": "-",
    "plus": "+",
    "colon": ":",
    "return": "enter",
    "esc": "escape",
    "comma": ",",
    "pgdn": "pagedown",
    "pgup": "pageup",
    "ins": "insert",
    "del": "delete",
}


class Keymap:
    """Which keys do what, in each place. `problems` tells what of [keys] could not be used, a sentence each."""

    def __init__(self, actions: Iterable[Action], overrides: Mapping[str, str] | None = None) -> None:
        self._actions = {action.id: action for action in actions}
        self.problems: list[str] = []
        self._keys = {id: tuple(map(normal, action.keys)) for id, action in self._actions.items()}
        for id, text in (overrides or {}).items():
            if id not in self._actions:
                self.problems.append(_("[keys]: there is no action “%(id)s”.") % {"id": id})
                continue
            self._keys[id] = tuple(normal(key) for key in split(text))
        self._table: dict[str, dict[str, Action]] = {}
        for id, action in self._actions.items():
            for key in self._keys[id]:
                self._bind(action, key)
        self._find_covered()

    def _bind(self, action: Action, key: str) -> None:
        table = self._table.setdefault(action.where, {})
        other = table.get(key)
        if other is not None:
            self._clash(key, other, action)
            return
        table[key] = action

    def _clash(self, key: str, kept: Action, lost: Action) -> None:
        words = {"key": shown(key), "kept": kept.id, "lost": lost.id}
        self.problems.append(_("The key %(key)s is asked for twice: %(kept)s keeps it, %(lost)s goes without.") % words)

    def _find_covered(self) -> None:
        """A key that also begins a sequence could never be told from it."""
        for where, table in self._table.items():
            heads = {key.split()[0]: action for key, action in table.items() if " " in key}
            for key in [k for k in table if k in heads]:
                self._clash(key, heads[key], table[key])
                del self._table[where][key]

    def keys_of(self, id: str) -> tuple[str, ...]:
        """The keys of action `id` as they are now."""
        return self._keys.get(id, ())

    def shown(self, id: str) -> str:
        """The first key of action `id` as it is shown, "" where it has none."""
        keys = self.keys_of(id)
        return shown(keys[0]) if keys else ""

    def shown_all(self, id: str) -> str:
        """All keys of action `id` as they are shown."""
        return " ".join(shown(key) for key in self.keys_of(id))

    def find(self, where: str, keys: str) -> Action | None:
        """The action of `keys` in a place; what holds everywhere in the main screen comes after the pane's own."""
        found = self._table.get(where, {}).get(keys)
        return found if found is not None or where not in PANES else self._table.get("main", {}).get(keys)

    def following(self, where: str, head: str) -> list[tuple[str, Action]]:
        """The keys that may follow `head`, each with its action."""
        places = (where, "main") if where in PANES else (where,)
        return [
            (key[len(head) + 1 :], action)
            for place in places
            for key, action in self._table.get(place, {}).items()
            if key.startswith(head + " ")
        ]

    def bindings(self, where: str) -> list[Binding]:
        """Textual bindings for a screen that is not the main one."""
        return [
            Binding(",".join(_textual(key) for key in self._keys[a.id]), str(a.run), _(a.label), id=a.id, priority=True)
            for a in self._actions.values()
            if a.where == where and self._keys[a.id] and isinstance(a.run, str)
        ]


def token(event: Key) -> str:
    """The key of an event as the keymap writes it: the character itself, or Textual's name."""
    if event.character and event.is_printable and event.character != " ":
        return event.character
    return event.key


def split(text: str) -> list[str]:
    """The keys of "key,key"; a comma itself is written "comma"."""
    return [key for key in (part.strip() for part in text.split(",")) if key]


def normal(key: str) -> str:
    """One key or sequence in the form the table uses: "gd" and "g d" are the same, "esc" is "escape"."""
    parts = key.split()
    if len(parts) == 1 and len(key) == 2 and key not in _TWO_LETTERS:
        parts = list(key)
    return " ".join(_SPOKEN.get(part.lower(), part if len(part) == 1 else part.lower()) for part in parts)


def shown(key: str) -> str:
    """A key as a person reads it."""
    return "".join(_NAMES.get(part, part) for part in key.split())


def _textual(key: str) -> str:
    return "comma" if key == "," else key


_TWO_LETTERS = {"up", *(f"f{n}" for n in range(1, 10))}
