"""Every word a person reads is in the catalogue, has a French text, and keeps its placeholders."""

from __future__ import annotations

import ast
import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.support.messages import FRENCH, TEMPLATE, compiled, extract, read
from tui_desk import i18n

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tui_desk"
HOW = "run `make messages`, write the French into tui_desk/locale/fr/LC_MESSAGES/tui_desk.po, and run it again"
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-z]|\{\{ .*? \}\}")

# ------------------------------------------------------------------------------------------------------ the catalogue


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """A message's text, or its texts where it has a plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def ids(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in catalogue if message.id}


@pytest.fixture(scope="module")
def french() -> Catalog:
    return read(FRENCH)


@pytest.fixture(scope="module")
def messages(french: Catalog) -> list[Message]:
    return [message for message in french if message.id]


def test_the_template_is_a_fresh_extraction() -> None:
    assert ids(read(TEMPLATE)) == ids(extract()), HOW


def test_every_message_of_the_template_is_in_the_french_catalogue(french: Catalog) -> None:
    assert ids(french) == ids(read(TEMPLATE)), HOW


def test_every_message_has_a_french_text(messages: list[Message]) -> None:
    assert [message.id for message in messages if not all(forms(message.string)) or message.fuzzy] == [], HOW


def test_the_compiled_catalogue_is_the_one_that_is_read(french: Catalog) -> None:
    assert FRENCH.with_suffix(".mo").read_bytes() == compiled(french), HOW


def test_what_is_compiled_is_what_gettext_reads(french: Catalog) -> None:
    spoken = gettext.GNUTranslations(io.BytesIO(compiled(french)))
    for message in french:
        match message.id, message.string:
            case str(one), str(text) if one:
                assert spoken.gettext(one) == text
            case (one, many), (few, lots):
                assert (spoken.ngettext(one, many, 1), spoken.ngettext(one, many, 2)) == (few, lots)


def test_placeholders_are_the_same(messages: list[Message]) -> None:
    for message in messages:
        wanted = set(_PLACEHOLDER.findall(forms(message.id)[-1]))
        for text in forms(message.string):
            assert set(_PLACEHOLDER.findall(text)) == wanted, message.id


def test_no_percent_sign_breaks_a_text(messages: list[Message]) -> None:
    for message in messages:
        for text in (*forms(message.id), *forms(message.string)):
            if "%(" in text:
                values = dict.fromkeys(re.findall(r"%\((\w+)\)", text), 1)
                assert text % values


def test_french_is_written_as_the_french_write(messages: list[Message]) -> None:
    """No-break spaces before : ; ? ! and inside guillemets, typographic apostrophes."""
    for message in messages:
        for text in forms(message.string):
            assert not re.search(r" [;:?!](?=\s|$)| »|« ", text), text
            assert not re.search(r"[^\W\d_]'[^\W\d_]", text), text


def test_blanks_and_full_stops_at_the_ends_are_kept(messages: list[Message]) -> None:
    for message in messages:
        for source, text in zip(forms(message.id), forms(message.string), strict=True):
            assert text[-1:].isspace() == source[-1:].isspace(), source
            assert text[:1].isspace() == source[:1].isspace(), source
            assert text.rstrip().endswith(".") == source.rstrip().endswith(".") or text.endswith(("rép.", "resp.")), source


def test_headings_of_settings_keep_their_form(messages: list[Message]) -> None:
    """config.manual cuts "[account]: " off the settings' docstrings, in any language."""
    for message in messages:
        for section in re.findall(r"^(\[\w+\]: )(?!there is no)", forms(message.id)[0]):
            assert forms(message.string)[0].startswith(section)


def test_french_is_spoken() -> None:
    assert i18n.activate("fr") == "fr"
    assert i18n._("Undo") == "Annuler"
    assert i18n.ngettext("%(n)s ticket", "%(n)s tickets", 0) == "%(n)s ticket"
    assert i18n.ngettext("%(n)s ticket", "%(n)s tickets", 2) == "%(n)s tickets"


# ---------------------------------------------------------------------------------------- words outside the catalogue

SPEAKERS = {
    "notify", "say", "echo", "secho", "confirm", "prompt", "Static", "Label", "Button", "Content", "Text", "Input", "Option",
    "Checkbox", "complain", "Concern", "Finding", "Problem", "Outcome", "BulkLine", "Action", "Verb", "_key",
}  # fmt: skip
"""Functions whose plain words a person reads."""
SPOKEN = {
    "help",
    "placeholder",
    "label",
    "title",
    "tooltip",
    "border_title",
    "border_subtitle",
    "sub_title",
    "epilog",
    "hint",
    "text",
}
"""Keyword arguments and attributes whose plain words a person reads."""
ERRORS = {
    node.name for node in ast.parse((PACKAGE / "errors.py").read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)
}
ERRORS |= {"UncertainError"}
QUIET = {"demo"}
"""The sample mailbox is mail, not words of ours."""
WORDS = re.compile(r"[^\W\d_]{2,}[,.!?:;]? [^\W\d_]{2,}|^[A-ZÀ-Þ][^\W\d_]{2,}[.!?…]?$")
"""Two words in a row, or one with a capital: a person's, not a program's."""


NAMES = re.compile(r"TUI Desk|[A-Z]+|(?:[a-z]+\+\S+ ?)+")
"""The product, a metavar (TICKET), keys: the same in every language."""


def plain(node: ast.expr) -> str:
    """The words that `node` says without asking the catalogue, "" where there are none."""
    match node:
        case ast.Constant(value=str(text)):
            return text if WORDS.search(text.strip()) and not NAMES.fullmatch(text) else ""
        case ast.JoinedStr(values=values):
            said = "".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in values)
            return said if re.search(r"[^\W\d_]{3,}[,.!?:;]? [^\W\d_]{3,}", said) else ""
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return plain(left) or (plain(right) if isinstance(node.op, ast.Add) else "")
        case ast.IfExp(body=body, orelse=orelse):
            return plain(body) or plain(orelse)
    return ""


def name_of(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def spoken(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, words) of everything a person would read that went past the catalogue."""
    for node in ast.walk(tree):
        heard: list[ast.expr] = []
        match node:
            case ast.Call(args=args, keywords=keywords):
                name = name_of(node)
                if name in SPEAKERS or name in ERRORS:
                    heard += args
                heard += [keyword.value for keyword in keywords if keyword.arg in SPOKEN]
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value) if name in SPOKEN:
                heard.append(value)
        for expression in heard:
            if words := plain(expression):
                yield getattr(expression, "lineno", 0), words


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('notify("Nothing to undo")', True),
        ('notify(_("Nothing to undo"))', False),
        ('self.app.notify(f"{n} new tickets")', True),
        ('notify(f"{_(x)} · {n}")', False),
        ('raise UsageError("no such ticket")', True),
        ('raise UsageError(_("no such ticket"), "Try again")', True),
        ('raise UsageError(_("no such ticket %(n)s") % {"n": 1})', False),
        ('raise UsageError("no such ticket %s" % n)', True),
        ('typer.Option(help="Print nothing")', True),
        ('self.border_title = "Queue"', True),
        ('self.border_title = _("Queue")', False),
        ('Static("", id="some thing")', False),
        ('raise ValueError("for programmers only")', False),
    ],
)
def test_the_finder_finds(code: str, found: bool) -> None:
    assert bool(list(spoken(ast.parse(code)))) is found


def test_no_words_go_past_the_catalogue() -> None:
    past = [
        f"{path.relative_to(ROOT)}:{line}: {words!r}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in QUIET
        for line, words in spoken(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert past == []


def test_names_are_given_to_the_translator_not_places() -> None:
    """Positional placeholders cannot change places in another language."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="_" | "N_" | "ngettext"), args=[first, *_rest]):
                    assert not isinstance(first, ast.JoinedStr), f"{path}:{node.lineno}: an f-string cannot be translated"
                    if isinstance(first, ast.Constant) and isinstance(first.value, str):
                        assert not re.search(r"%[sdr]", first.value), f"{path}:{node.lineno}"
