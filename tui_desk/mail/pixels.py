"""Images that nobody is to see: a spacer that lies in the mail, or one on a server, which learns that the mail was opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from tui_desk.mail import visible

_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*([\d.]+(?:px)?)\s*(?:;|!|$)", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]{0,4000})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HERE = ("cid:", "data:")

_MOST = 1000


def unseen(attributes: Mapping[str, str | None]) -> bool:
    """An image of no size, or a hidden one."""
    style = attributes.get("style") or ""
    sizes = [attributes.get("width"), attributes.get("height"), *_SIZE.findall(style)]
    return any((size or "").strip().removesuffix("px") in ("0", "1", "2") for size in sizes) or visible.hides(style)


def away(attributes: Mapping[str, str | None]) -> bool:
    """Its bytes are on a server, not in the mail: showing it would tell that server."""
    source = (attributes.get("src") or "").strip().lower()
    return bool(source) and not source.startswith(_HERE)


def count(html: str) -> int:
    """Tracking pixels among the first images of a page that is not read, for there is a plain text beside it."""
    if "<img" not in html and "<IMG" not in html:
        return 0
    found = (_attributes(tag[1]) for tag in islice(_IMAGE.finditer(html), _MOST))
    return sum(away(attributes) and unseen(attributes) for attributes in found)


def _attributes(text: str) -> dict[str, str | None]:
    return {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(text)}
