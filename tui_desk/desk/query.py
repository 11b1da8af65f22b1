"""The query language: `is:open assignee:me from:@acme.com older:3d "exact words" -tag:vip (priority:high OR is:breached)`.

    query = either*        either = term ("OR" term)*        term = "-"? ( "(" query ")" | key ":" value | word | phrase )

docs/query.md lists the keys. What cannot be read is a UsageError that tells the column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_desk.desk.keys import KEYS, VALUES, TermError
from tui_desk.desk.terms import ME, Equals, Leaf, Words
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.record import Record
from tui_desk.text import fold

_DEEPEST = 40
_TOKEN = re.compile(
    r"""\s*(?: (?P<minus>-(?=\S))?
        (?: (?P<open>\() | (?P<close>\)) | (?P<or>OR(?=[\s()]|$)) | (?P<and>AND(?=[\s()]|$)) | (?P<not>NOT(?=[\s()]))
          | (?: (?P<key>[A-Za-z_]+):(?!//) )? (?: "(?P<phrase>[^"]*)(?P<quote>"?) | (?P<word>[^\s()"]*) ) ) )""",
    re.VERBOSE,
)


class And(Record):
    """All of them."""

    nodes: tuple[Node, ...]


class Or(Record):
    """At least one of them."""

    nodes: tuple[Node, ...]


class Not(Record):
    """All but these."""

    node: Node


Node = And | Or | Not | Leaf


class Query(Record):
    """A query that was understood. `root` None selects every ticket."""

    text: str
    root: Node | None = None


class _Token(Record):
    kind: str
    """open, close, or, not, term"""
    column: int
    minus: bool = False
    key: str = ""
    value: str = ""
    phrase: bool = False


def parse(text: str, *, timezone: str = "UTC", me: str = "", views: Mapping[str, str] | None = None) -> Query:
    """Understand `text`: dates in `timezone`, `me` put in place of "me" where it is given, `view:name` out of `views`."""
    return Query(text, _Parser(text, timezone, me, views or {}, frozenset()).query())


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str, timezone: str, me: str, views: Mapping[str, str], inside: frozenset[str]) -> None:
        self.tokens = _tokens(text)
        self.at = 0
        self.end = len(text) + 1
        self.timezone, self.me, self.views, self.inside = timezone, me, views, inside

    def query(self) -> Node | None:
        node = self._all(0)
        if self.at < len(self.tokens):
            raise _error(self.tokens[self.at].column, _("there is a ')' too many"))
        return node

    def _all(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        while self.at < len(self.tokens) and self.tokens[self.at].kind != "close":
            nodes.append(self._either(depth))
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes)) if nodes else None

    def _either(self, depth: int) -> Node:
        nodes = [self._term(depth)]
        while self.at < len(self.tokens) and self.tokens[self.at].kind == "or":
            self.at += 1
            nodes.append(self._term(depth))
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _term(self, depth: int) -> Node:
        token = self._next()
        if depth > _DEEPEST:
            raise _error(token.column, _("this is nested too deeply"))
        if token.kind == "not":
            return Not(self._term(depth + 1))
        if token.kind in ("or", "close"):
            raise _error(token.column, _("something is missing before this"))
        node = self._group(token, depth) if token.kind == "open" else self._leaf(token)
        return Not(node) if token.minus else node

    def _group(self, token: _Token, depth: int) -> Node:
        node = self._all(depth + 1)
        if self.at >= len(self.tokens):
            raise _error(token.column, _("this '(' is never closed"))
        self.at += 1
        if node is None:
            raise _error(token.column, _("there is nothing between '(' and ')'"))
        return node

    def _next(self) -> _Token:
        if self.at >= len(self.tokens):
            raise _error(self.end, _("something is missing at the end"))
        self.at += 1
        return self.tokens[self.at - 1]

    def _leaf(self, token: _Token) -> Node:
        key = token.key.lower()
        if not key:
            return _words(token)
        if key == "view":
            return self._view(token)
        if key not in KEYS:
            raise _unknown(token, key)
        if not token.value:
            raise _error(token.column, _("%(key)s: needs a value") % {"key": key}, _examples(key))
        try:
            return self._mine(KEYS[key](token.value, self.timezone))
        except TermError as error:
            raise _error(token.column + len(key) + 1, str(error), _did_you_mean(token.value, error.choices)) from error

    def _mine(self, leaf: Leaf) -> Leaf:
        if self.me and isinstance(leaf, Equals) and leaf.field in ("assignee", "replier", "solver"):
            return Equals(leaf.field, tuple(self.me if value == ME else value for value in leaf.values))
        return leaf

    def _view(self, token: _Token) -> Node:
        name = token.value
        if name not in self.views or name in self.inside:
            message = _("there is no view %(name)s") % {"name": name or '""'}
            raise _error(token.column, message, _did_you_mean(name, tuple(self.views)))
        node = _Parser(self.views[name], self.timezone, self.me, self.views, self.inside | {name}).query()
        return And(()) if node is None else node


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at, end)
        assert match is not None
        assert match.end() > at
        at = match.end()
        begin = match.start("minus") if match["minus"] else match.end() - len(match[0].lstrip())
        column, minus = begin + 1, bool(match["minus"])
        if kind := next((kind for kind in ("open", "close", "or", "not") if match[kind]), ""):
            found.append(_Token(kind, column, minus))
        elif match["phrase"] is not None:
            if not match["quote"]:
                raise _error(match.start("phrase"), _("this quote is never closed"))
            found.append(_Token("term", column, minus, match["key"] or "", match["phrase"].strip(), phrase=True))
        elif not match["and"]:
            found.append(_Token("term", column, minus, match["key"] or "", match["word"] or ""))
    return found


def _words(token: _Token) -> Leaf:
    if not token.phrase and token.value.startswith("#") and token.value[1:].isalnum():
        return Equals("number", (token.value[1:].upper(),))
    prefix = not token.phrase and token.value.endswith("*")
    text = fold(token.value.rstrip("*") if prefix else token.value)
    if not any(c.isalnum() for c in text):
        raise _error(token.column, _("there is no word to search for"))
    return Words(text, token.phrase, prefix)


def _error(column: int, message: str, hint: str = "") -> UsageError:
    return UsageError(_("Column %(column)s: %(message)s.") % {"column": column, "message": message}, hint)


def _unknown(token: _Token, key: str) -> UsageError:
    hint = _did_you_mean(key, tuple(KEYS), ":") or _('To search for the words themselves, put them in quotes: "%(text)s"') % {
        "text": f"{token.key}:{token.value}"
    }
    return _error(token.column, _("%(key)s: is not a key of the query language") % {"key": key}, hint)


def _did_you_mean(word: str, choices: tuple[str, ...], suffix: str = "") -> str:
    import difflib

    close = difflib.get_close_matches(word.lower()[:40], choices, n=1, cutoff=0.5)
    return _("Did you mean %(guess)s?") % {"guess": close[0] + suffix} if close else ""


def _examples(key: str) -> str:
    values = VALUES.get(key)
    return _("For example %(example)s") % {"example": f"{key}:{values[0]}"} if values else ""


def complete(
    text: str, position: int | None = None, values: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[int, list[str]]:
    """Candidates for the word at `position`: (where it begins, texts to put in its place).

    `values` adds what only the desk knows: {"tag": (...), "assignee": (...), "view": (...)}.
    """
    before = text[: len(text) if position is None else max(position, 0)]
    start = max(before.rfind(c) for c in " \t\n(") + 1
    word = before[start:]
    minus = "-" if word.startswith("-") else ""
    key, colon, value = word[len(minus) :].partition(":")
    if not colon:
        keys = [*KEYS, *(extra for extra in values or () if extra not in KEYS)]
        return start, [f"{minus}{each}:" for each in keys if each.startswith(key.lower())]
    known = (*VALUES.get(key.lower(), ()), *(values or {}).get(key.lower(), ()))
    done, comma, last = value.rpartition(",")
    return start, [f"{minus}{key}:{done}{comma}{each}" for each in dict.fromkeys(known) if each.startswith(last.lower())]
