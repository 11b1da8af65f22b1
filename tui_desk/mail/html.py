"""HTML bodies as text a person reads: lists, tables, links with their targets, quotes as "> ", nothing hidden, nothing loaded.

selectolax's parser of HTML5 makes the tree; walk.py goes over it, visible.py says what is seen, page.py sets the lines,
links.py knows where a link leads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from tui_desk.mail import links, visible
from tui_desk.mail.walk import Walk

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})[^<>]{0,2000}>?")
_CLOSED_BY_NEXT = frozenset(
    {"a", "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "br", "img", "hr", "input", "col"}
)
_MANY_TAGS = 2000
_MAX_DEPTH = 200
_MAX_SHEETS = 20
_LARGE = 100_000
"""Characters of a page from which on it is looked at for what no page has, before it is parsed."""
_GIANT_TAG = re.compile(r"<([a-zA-Z][^\s/<>]{0,30})[^<>]{32768,}")
_RUN = "<" * 64
_RUNS = re.compile(f"{_RUN}+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of an HTML body, and what of it is not shown."""

    text: str
    hidden: int = 0
    """Characters that nobody was to see."""
    pixels: int = 0
    """Images that nobody was to see: they tell that the mail was opened."""
    belied: tuple[str, ...] = ()
    """The targets of links whose words are an address of another domain."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader is to be told, in short words, as `Mail.defects` are."""
        said = [f"hidden text ({self.hidden} characters)"] if self.hidden else []
        said += [f"tracking pixels: {self.pixels}"] if self.pixels else []
        return (*said, *(f"a link that shows another address leads to {links.host(target)}" for target in self.belied[:3]))


def to_text(html: str) -> str:
    """`html` as text. Linear in its size; takes any text and never raises."""
    return read(html).text


def read(html: str) -> Reading:
    """`html` as text, and what was left out of it."""
    if not html.strip():
        return Reading("")
    if len(html) > _LARGE:
        html = _without_giants(html)
    if html.count("<") > _MANY_TAGS:
        html = _flattened(html)
    root = LexborHTMLParser(html.encode("utf-8", "replace")).root
    css = _style_sheet(html)
    walk = Walk(visible.page(html), visible.hidden_classes(css) if css else frozenset(), painted="background" in css)
    if root is not None:
        walk.over(root)
    return Reading(walk.page.finish(), walk.hidden, walk.pixels, tuple(walk.belied))


def _style_sheet(html: str) -> str:
    """The style sheets of the page."""
    found: list[str] = []
    at = html.find("<style")
    while at >= 0 and len(found) < _MAX_SHEETS:
        begun, end = html.find(">", at), html.find("</style", at)
        if begun < 0 or end < 0:
            break
        found.append(html[begun + 1 : end])
        at = html.find("<style", end)
    return "\n".join(found)


def _without_giants(html: str) -> str:
    """`html` with tags of many kilobytes (a picture in an attribute, or nonsense) bare, and rows of "<" cut short."""
    html = _GIANT_TAG.sub(r"<\1 ", html)
    return _RUNS.sub(_RUN, html) if _RUN in html else html


def _flattened(html: str) -> str:
    """`html` without the tags that nest deeper than any page: an HTML5 parser looks up the whole stack at each tag."""
    depth = 0

    def keep(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _CLOSED_BY_NEXT:
            return tag[0] if depth <= _MAX_DEPTH else " "
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        return tag[0] if depth + bool(tag[1]) <= _MAX_DEPTH else " "

    return _TAG.sub(keep, html)
