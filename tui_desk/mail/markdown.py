"""Markdown as HTML for mail: raw HTML stays text, links are checked, a plain page without anything remote."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_PAGE = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n<body>\n%s</body></html>\n'


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")


def to_html(body: str) -> str:
    """`body` (Markdown) as HTML without a page around it. Raw HTML comes out as text; line ends stay line ends."""
    return str(_renderer().render(body))


def quote_to_html(quoted: str) -> str:
    """A quote ("> " lines, perhaps an attribution above them) as HTML."""
    lines = quoted.split("\n")
    start = next((at for at, line in enumerate(lines) if line.startswith(">")), len(lines))
    above = "<br>\n".join(escape(line) for line in lines[:start] if line.strip())
    inner = "<br>\n".join(escape(line[1:].removeprefix(" ") if line.startswith(">") else line) for line in lines[start:])
    head = f"<p>{above}</p>\n" if above else ""
    return (
        f'{head}<blockquote type="cite" style="border-left:2px solid #ccc;margin:0;padding-left:1ex">\n{inner}\n</blockquote>\n'
    )


def page(content: str) -> str:
    """`content` as a whole page."""
    return _PAGE % content
