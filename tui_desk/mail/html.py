"""HTML bodies as text a person reads: lists, tables, links with their targets, quotes as "> ", nothing hidden, nothing loaded."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED_TAGS = """
-comment !doctype applet audio base canvas embed head iframe link map meta object script select style svg
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
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?:^|[;\s])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|(?:^|[;\s])font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})[^<>]{0,2000}>?")
_CLOSED_BY_NEXT = frozenset(
    {"a", "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "br", "img", "hr", "input", "col"}
)
_MANY_TAGS = 2000
_MAX_DEPTH = 200
_MAX_QUOTES = 20
_MAX_INDENT = 8


def to_text(html: str) -> str:
    """`html` as text. Linear in its size; takes any text and never raises."""
    if not html.strip():
        return ""
    if html.count("<") > _MANY_TAGS:
        html = _flattened(html)
    tree = LexborHTMLParser(html.encode("utf-8", "replace"))
    root = tree.root
    writer = _Writer()
    if root is not None:
        _walk(root, writer)
    return writer.finish()


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


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Each node entered and left in document order, without recursion: mails nest tables by the thousand."""
    open_nodes: list[tuple[LexborNode, str]] = []
    node: LexborNode | None = root
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            writer.words(node.text_content or "")
        elif tag not in _DROPPED and not _hidden(node, tag):
            writer.enter(tag, node)
            child = node.child
            if child is None:
                writer.leave(tag)
        if child is not None:
            open_nodes.append((node, tag))
            node = child
            continue
        following = node.next
        while following is None and open_nodes:
            node, tag = open_nodes.pop()
            writer.leave(tag)
            following = node.next if open_nodes else None
        node = following


def _hidden(node: LexborNode, tag: str) -> bool:
    if tag in ("br", "p", "b", "i"):  # the commonest of mail: an attribute look-up costs more than the rest of them
        style = node.attributes.get("style") if tag == "p" else None
        return bool(style and _HIDDEN.search(style))
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))


class _Writer:
    """Builds lines: collapses white space, keeps blank lines to one, sets quote marks and list marks."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.space = self.gap = False
        self.preformatted = 0
        self.quotes = self.quoted = 0
        self.lists: list[int] = []
        self.links: list[tuple[str, int]] = []
        self.cells: list[bool] = []
        self.mark = ""

    def words(self, text: str) -> None:
        """A run of text inside a line."""
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._put(first)
            for line in rest:
                self.end_line(keep=True)
                self._put(line)
            return
        words = _SPACES.sub(" ", text)
        if words[:1] == " ":
            self.space = True
            words = words[1:]
        if not words:
            return
        if words[-1] == " ":
            self._put(words[:-1])
            self.space = True
        else:
            self._put(words)

    def _put(self, words: str) -> None:
        if not words:
            return
        if self.cells and self.cells[-1]:
            if self.line:
                self.line.append(" | ")
            self.cells[-1] = False
        elif self.space and self.line:
            self.line.append(" ")
        self.space = False
        self.line.append(words)

    def end_line(self, *, keep: bool = False) -> None:
        """Close the line; an empty one is kept only where it was asked for (<br>, <pre>)."""
        self.space = False
        if not self.line and not keep:
            return
        text = "".join(self.line)
        self.line.clear()
        if not text.strip() and not (keep and self.lines):
            return
        prefix = "> " * min(self.quotes, _MAX_QUOTES)
        if self.gap and self.lines:
            self.lines.append(("> " * min(self.quotes, self.quoted, _MAX_QUOTES)).rstrip())
        self.gap = False
        self.quoted = self.quotes
        indent = "  " * min(max(len(self.lists) - 1, 0), _MAX_INDENT)
        mark = self.mark or ("  " if self.lists and text.strip() else "")
        self.mark = ""
        self.lines.append((prefix + indent * bool(self.lists) + mark + text).rstrip())

    def enter(self, tag: str, node: LexborNode) -> None:
        """The start of an element."""
        match tag:
            case "br":
                self.end_line(keep=True)
            case "a":
                self.links.append((_target(node), len(self.line)))
            case "img":
                self._image(node)
            case "td" | "th":
                if self.cells:
                    self.cells[-1] = bool(self.line)
            case "li":
                self.end_line()
                self.mark = self._item()
            case "q":
                self._put("“")
            case _ if tag in _SPACED or tag in _BLOCKS:
                self._block(tag, node)
            case _:
                pass

    def _block(self, tag: str, node: LexborNode) -> None:
        self.end_line()
        if tag in _SPACED and not (tag in _LISTS and self.lists) and not self.mark:
            self.gap = True
        if tag in _LISTS:
            start = node.attributes.get("start") or "1"
            self.lists.append(int(start) if tag == "ol" and start.isdecimal() and len(start) < 6 else 1 if tag == "ol" else 0)
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "hr":
            self._put("─" * 20)
            self.end_line()
        elif tag == "tr":
            self.cells.append(False)

    def leave(self, tag: str) -> None:
        """The end of an element."""
        match tag:
            case "a":
                self._close_link()
            case "li":
                self.end_line()
                self.mark = ""
            case "q":
                self._put("”")
            case _ if tag in _SPACED or tag in _BLOCKS:
                self._close_block(tag)
            case _:
                pass

    def _close_block(self, tag: str) -> None:
        self.end_line()
        if tag in _LISTS and self.lists:
            self.lists.pop()
        elif tag == "blockquote":
            self.quotes -= 1
        elif tag == "pre":
            self.preformatted -= 1
        elif tag == "tr":
            self.cells.pop()
        if tag in _SPACED and not self.lists:
            self.gap = True

    def _item(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "

    def _image(self, node: LexborNode) -> None:
        attributes = node.attributes
        alt = " ".join((attributes.get("alt") or "").split())
        if alt and not _tiny(attributes.get("width")) and not _tiny(attributes.get("height")):
            self._put(f"[{alt}]")

    def _close_link(self) -> None:
        if not self.links:
            return
        target, begun = self.links.pop()
        shown = "".join(self.line[begun:]).strip()
        if target and not _same(shown, target):
            self.words(f" <{target}>" if shown else f"<{target}>")

    def finish(self) -> str:
        """The text, with one line end at its end."""
        self.end_line()
        text = "\n".join(self.lines).strip("\n")
        return text + "\n" if text else ""


def _tiny(size: str | None) -> bool:
    return (size or "").strip().removesuffix("px") in ("0", "1", "2")


def _target(node: LexborNode) -> str:
    """Where a link leads, for links that lead out."""
    target = "".join((node.attributes.get("href") or "").split())
    return target if target.lower().startswith(("http://", "https://", "mailto:", "tel:", "ftp://")) else ""


def _same(shown: str, target: str) -> bool:
    """The words of a link are its target (scheme and last slash aside)."""
    bare = re.sub(r"^(?:https?://|mailto:|tel:)", "", target, flags=re.IGNORECASE).rstrip("/").lower()
    text = re.sub(r"^https?://", "", shown, flags=re.IGNORECASE).rstrip("/").lower()
    return bare == text or (bare.partition("?")[0] == text and target.lower().startswith("mailto:"))
