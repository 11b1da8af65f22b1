"""What of an HTML mail is seen: elements that are hidden, text of no size or in the colour of its background."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from tui_desk.values import dataclass

_GONE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|(?:^|[;\s])opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|max-(?:height|width)\s*:\s*0(?:px|pt)?\s*(?:;|!|$)|text-indent\s*:\s*-\d{3,}|(?:^|[;\s])(?:left|top)\s*:\s*-\d{4,}"
    r"|clip\s*:\s*rect\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*0(?:px|pt)?\s*(?:;|!|$)", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
_FONT = re.compile(r"(?:^|[;\s])font(?:-size)?\s*:\s*(\d*\.?\d+)(px|pt|em|rem|%)?(?=[\s;!/]|$)", re.IGNORECASE)
_FONT_WORD = re.compile(r"(?:^|[;\s])font-size\s*:\s*[a-z]", re.IGNORECASE)
_COLOR = re.compile(r"(?:^|[;\s])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|[;\s])background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_NAMES = {"white": "ffffff", "black": "000000", "red": "ff0000", "transparent": "transparent"}
_SMALLEST = {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 9.0, "": 0.0, None: 0.0}
_BRACES = re.compile("[{}]")
_SELECTOR = re.compile(r"[a-z]*([.#][\w-]+)\Z", re.IGNORECASE)
_MAX_CSS = 200_000
_MAX_STYLE = 2000


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks inside an element: inherited until an element inside says otherwise."""

    tiny: bool = False
    color: str = ""
    background: str = ""

    @property
    def seen(self) -> bool:
        """Text in it can be read."""
        return not self.tiny and (not self.color or (self.color != self.background and self.color != "transparent"))


def page(html: str) -> Look:
    """How text looks at first: on white, where the page sets no background anywhere."""
    return Look(background="" if "background" in html or "bgcolor" in html.lower() else "ffffff")


class _Style(NamedTuple):
    """What a style attribute says; None where it does not say."""

    gone: bool
    tiny: bool | None
    color: str | None
    background: str | None


@lru_cache(2048)  # a page repeats a few
def _style(style: str) -> _Style:
    found = _FONT.search(style)
    tiny = float(found[1]) <= _SMALLEST[(found[2] or "").lower()] if found else False if _FONT_WORD.search(style) else None
    written, painted = _COLOR.search(style), _BACKGROUND.search(style)
    gone = _GONE.search(style) is not None or (_NO_SIZE.search(style) is not None and _CLIPPED.search(style) is not None)
    return _Style(gone, tiny, _color(written[1]) if written else None, _color(painted[1]) if painted else None)


def gone(attributes: Mapping[str, str | None], classes: frozenset[str]) -> bool:
    """The element and all in it is hidden, by its attributes or by the style sheet's hidden `classes`."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _style(style[:_MAX_STYLE]).gone:
        return True
    if not classes:
        return False
    names = (attributes.get("class") or "").split()
    return any("." + name in classes for name in names) or "#" + (attributes.get("id") or "") in classes


def look(attributes: Mapping[str, str | None], inherited: Look, *, painted: bool = False) -> Look:
    """How text looks inside an element with these attributes. `painted`: a style sheet may give any class a background."""
    text = attributes.get("style")
    style = _style(text[:_MAX_STYLE]) if text else _NO_STYLE
    background, color = style.background, style.color
    if background is None and ("bgcolor" in attributes or "background" in attributes):
        background = _color(attributes.get("bgcolor") or "")
    if color is None and "color" in attributes:
        color = _color(attributes["color"] or "")
    if background is None and painted and inherited.background and ("class" in attributes or "id" in attributes):
        background = ""
    if style.tiny is None and color is None and background is None:
        return inherited
    return Look(
        inherited.tiny if style.tiny is None else style.tiny,
        inherited.color if color is None else color,
        inherited.background if background is None else background,
    )


_NO_STYLE = _Style(False, None, None, None)


def _color(value: str) -> str:
    """A colour as six hex digits; "" for what is none (an image, an unknown name: all can be read on it)."""
    text = value.strip().lower().split(" ")[0] if "(" not in value else value.strip().lower()
    found = _RGB.match(text)
    if found:
        return "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    digits = text.removeprefix("#")
    if len(digits) in (3, 6) and all(digit in "0123456789abcdef" for digit in digits) and (text[0] == "#" or len(digits) == 6):
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return _NAMES.get(text, "")


def hidden_classes(css: str) -> frozenset[str]:
    """The classes and ids (".x", "#y") that the style sheet `css` hides everywhere: rules inside @media do not count."""
    found: set[str] = set()
    depth = begun = opened = 0
    first, *rest = css[:_MAX_CSS].split("/*")
    css = first + "".join(part.partition("*/")[2] for part in rest)
    for mark in _BRACES.finditer(css):
        if mark[0] == "{":
            depth += 1
            if depth == 1:
                opened = mark.end()
        elif depth == 0:  # it closes nothing
            begun = mark.end()
        else:
            depth -= 1
            if depth == 0:
                selectors, body = css[begun : max(opened - 1, begun)], css[opened : mark.start()]
                if "@" not in selectors and "{" not in body and _GONE.search(body):
                    names = [_SELECTOR.match(name.strip()) for name in selectors.split(",")[:20]]
                    found.update(name[1] for name in names if name)
                begun = mark.end()
    return frozenset(found)


def hides(style: str) -> bool:
    """Whether a style attribute hides its element."""
    return _GONE.search(style) is not None
