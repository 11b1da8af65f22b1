"""One walk over the tree of an HTML page: each element is entered and left, and the page is told of it."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from tui_desk.mail import links, pixels, visible
from tui_desk.mail.page import Page

_DROPPED_TAGS = """
-comment !doctype applet audio base canvas datalist embed head iframe link map meta noframes object script select style svg
template title video
"""
_DROPPED = frozenset(_DROPPED_TAGS.split())
_BLOCKS_TAGS = """
address article aside body caption center dd details dir div dl dt fieldset figcaption figure footer form
header html legend main nav section summary tbody tfoot thead tr
"""
_BLOCKS = frozenset(_BLOCKS_TAGS.split())
_SPACED = frozenset(["blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "menu", "ol", "p", "pre", "table", "ul"])
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_PLAIN = frozenset({"br", "b", "i", "u", "em", "strong", "tbody", "html", "wbr", "small", "sub", "sup"})
"""The commonest tags of mail that nobody hides text with: a look at their attributes costs more than the rest of them."""
_TIGHT = frozenset({"MsoNormal", "MsoPlainText", "MsoNoSpacing", "MsoListParagraph"})
_MARGIN = re.compile(r"(?:^|[;\s])margin(-top|-bottom)?\s*:\s*([^;!]+)", re.IGNORECASE)
_QUOTES = frozenset({"yahoo_quoted", "zmail_extra", "isReplyContent", "mail-quote-collapse", "ymail_android_quote"})
_SIGNATURES = frozenset(
    {"gmail_signature", "moz-signature", "Signature", "ms-outlook-mobile-signature", "protonmail_signature_block"}
)
_QUOTE, _TIGHT_END = 1, 2


class Walk:
    """Each node entered and left in document order, without recursion: mails nest tables by the thousand."""

    def __init__(self, look: visible.Look, hidden_classes: frozenset[str], *, painted: bool) -> None:
        self.page = Page()
        self.look = look
        self.hidden_classes = hidden_classes
        self.painted = painted
        self.hidden = self.pixels = 0
        self.belied: list[str] = []
        self.links: list[tuple[str, int, int]] = []

    def over(self, root: LexborNode) -> None:
        """Walk over `root` and all in it."""
        open_nodes: list[tuple[LexborNode, str, visible.Look, int]] = []
        node: LexborNode | None = root
        while node is not None:
            tag = node.tag or ""
            child = None
            if tag == "-text":
                self._words(node.text_content or "")
            elif tag not in _DROPPED:
                attributes = {} if tag in _PLAIN else node.attributes
                if attributes and visible.gone(attributes, self.hidden_classes):
                    self._gone(node, tag, attributes)
                else:
                    look, child = self.look, node.child
                    if attributes:
                        self.look = visible.look(attributes, look, painted=self.painted)
                    end = self._enter(tag, attributes)
                    if child is None:
                        self._leave(tag, end)
                        self.look = look
                    else:
                        open_nodes.append((node, tag, look, end))
                        node = child
                        continue
            following = node.next
            while following is None and open_nodes:
                node, tag, look, end = open_nodes.pop()
                self._leave(tag, end)
                self.look = look
                following = node.next if open_nodes else None
            node = following

    def _words(self, text: str) -> None:
        if self.look.seen:
            self.page.words(text)
        else:
            self.hidden += len("".join(text.split()))

    def _gone(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "img":
            self.pixels += pixels.away(attributes)
            return
        self.hidden += len("".join(node.text().split()))

    def _enter(self, tag: str, attributes: dict[str, str | None]) -> int:
        """The start of an element; what its end has to know of it (_QUOTE, _TIGHT_END)."""
        page = self.page
        match tag:
            case "br":
                page.end_line(keep=True)
            case "a":
                self.links.append((links.target(attributes.get("href")), len(page.lines), len(page.line)))
            case "img":
                self._image(attributes)
            case "td" | "th":
                page.cell()
            case "li":
                page.item(attributes.get("value"))
            case "q":
                page.put("“")
            case _ if tag in _SPACED or tag in _BLOCKS:
                return self._block(tag, attributes)
            case _:
                pass
        return 0

    def _block(self, tag: str, attributes: dict[str, str | None]) -> int:
        page = self.page
        page.end_line()
        tight = tag == "p" and bool(attributes) and _tight(attributes)
        if tag in _SPACED and not (tag in _LISTS and page.lists) and not page.mark and not tight:
            page.gap = True
        match tag:
            case "ul" | "menu" | "dir":
                page.open_list(0)
            case "ol":
                start = attributes.get("start") or "1"
                page.open_list(int(start) if start.isdecimal() and len(start) < 6 else 1)
            case "blockquote":
                page.quotes += 1
            case "pre":
                page.preformatted += 1
            case "hr":
                page.put("─" * 20)
                page.end_line()
            case "table":
                page.open_table(layout=(attributes.get("role") or "") in ("presentation", "none"))
            case "tr":
                page.open_row()
            case "div" | "section" | "article" if attributes and self._quotes(attributes):
                return _QUOTE
            case _:
                pass
        return _TIGHT_END if tight else 0

    def _quotes(self, attributes: dict[str, str | None]) -> bool:
        """What webmail marks by a class or an id: a quote without <blockquote>, a signature without its "-- "."""
        names = {*(attributes.get("class") or "").split(), attributes.get("id") or ""}
        page = self.page
        if names & _QUOTES:
            page.gap = True
            page.quotes += 1
            return True
        if names & _SIGNATURES and page.lines and page.lines[-1].strip("> ") != "--":
            page.put("--")
            page.end_line()
        return False

    def _leave(self, tag: str, end: int) -> None:
        """The end of an element."""
        page = self.page
        match tag:
            case "a":
                self._close_link()
            case "li":
                page.end_line()
                page.mark = ""
            case "q":
                page.put("”")
            case _ if tag in _SPACED or tag in _BLOCKS:
                page.end_line()
                self._close_block(tag, end)
            case _:
                pass

    def _close_block(self, tag: str, end: int) -> None:
        page = self.page
        if tag in _LISTS:
            page.close_list()
        elif tag == "blockquote" or end == _QUOTE:
            page.quotes -= 1
        elif tag == "pre":
            page.preformatted -= 1
        elif tag == "table":
            page.close_table()
        if (tag in _SPACED and not page.lists and end != _TIGHT_END) or end == _QUOTE:
            page.gap = True

    def _image(self, attributes: dict[str, str | None]) -> None:
        if pixels.unseen(attributes):
            self.pixels += pixels.away(attributes)
            return
        alt = " ".join((attributes.get("alt") or "").split())
        if alt:
            self._words(f"[▣ {alt}]")
        elif (attributes.get("src") or "").lower().startswith("cid:"):
            self._words("[▣]")

    def _close_link(self) -> None:
        if not self.links:
            return
        target, lines, begun = self.links.pop()
        page = self.page
        if not target or not self.look.seen:
            return
        shown = "".join(page.line[begun:] if len(page.lines) == lines else page.line).strip()
        if not shown and len(page.lines) > lines and page.lines[-1].strip("> "):  # a link around whole lines
            page.lines[-1] += f" <{target}>"
        elif links.belied(shown, target):
            self.belied.append(target)
            page.words(f" <{links.WARNING}{target}>")
        elif not links.says_so(shown, target):
            page.words(f" <{target}>" if shown else f"<{target}>")


def _tight(attributes: dict[str, str | None]) -> bool:
    """A paragraph without a margin: a line, as office programs write them."""
    if not _TIGHT.isdisjoint((attributes.get("class") or "").split()):
        return True
    style = attributes.get("style") or ""
    if "argin" not in style:
        return False
    top = bottom = False
    for side, value in _MARGIN.findall(style):
        values = [_is_none(part) for part in value.split()] or [False]
        if side != "-bottom":
            top = values[0]
        if side != "-top":
            bottom = values[2] if not side and len(values) > 2 else values[0]
    return top and bottom


def _is_none(length: str) -> bool:
    found = re.match(r"\d*\.?\d+", length)
    return found is not None and float(found[0]) < 0.1
