"""The numbered parts of a message (RFC 9051 6.4.5.1) that we hold ourselves: what an IMAP server knows of its mail."""

from __future__ import annotations

from tui_desk.mail import mime, skeleton
from tui_desk.mail.structure import Node
from tui_desk.transport.message import KEPT_OF_LARGE, header_of


class Sections:
    """One message and its parts by number."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._found: dict[str, tuple[bytes, bytes]] = {"": (header_of(raw) + b"\r\n", raw)}
        tree = mime.tree(raw, [])
        self.structure = self._node(tree, "")
        if not tree.children:
            self._found["1"] = self._found[""][0], raw[tree.start : tree.end]

    def of(self, section: str) -> tuple[bytes, bytes]:
        """(header, body) of a part; empty ones where there is no such part."""
        return self._found.get(section, (b"", b""))

    def _node(self, part: mime.Part, section: str) -> Node:
        children: list[Node] = []
        mark = b"--" + part.parameters.get("boundary", "").rstrip().encode("utf-8", "surrogateescape")
        for n, child in enumerate(part.children, 1):
            number = f"{section}.{n}" if section else str(n)
            line = self._raw.rfind(mark, part.start, child.start)
            begins = self._raw.find(b"\n", line) + 1
            self._found[number] = self._raw[begins : child.start], self._raw[child.start : child.end]
            children.append(self._node(child, number))
        return Node(section if children else section or "1", part.content_type, part.end - part.start, tuple(children))


def cut_down(raw: bytes) -> tuple[bytes, bool]:
    """What a mailbox gives of a message over the size cap, and whether that is less than all of it."""
    sections = Sections(raw)
    asked = skeleton.plan(sections.structure)
    if all(wanted.whole for wanted in asked):
        return raw, False
    heads = {"": sections.of("")[0]} | {node.section: sections.of(node.section)[0] for node in sections.structure.inner()}
    bodies = {wanted.section: sections.of(wanted.section)[1][: wanted.most] for wanted in asked}
    built = skeleton.assemble(sections.structure, heads, bodies, asked)
    return (built, True) if built is not None else (skeleton.beginning(raw[:KEPT_OF_LARGE], len(raw)), True)
