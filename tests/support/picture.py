"""docs/images/console.svg: the console on the demo, on a Tuesday morning.

python -m tests.support.picture [WIDTHxHEIGHT] [THEME] > docs/images/console.svg
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from contextlib import closing

from tui_desk import clock

MOMENT = 1_795_514_400
"""2026-11-24 11:00 in Paris."""


async def picture(size: tuple[int, int], theme: str, keys: tuple[str, ...]) -> str:
    """The screen after `keys`, as SVG."""
    from tui_desk.service.desk import Desk
    from tui_desk.tui.app import DeskApp

    with closing(Desk.demo()) as desk:
        app = DeskApp(desk, demo=True)
        async with app.run_test(size=size) as pilot:
            if theme:
                app.theme = theme
            for key in ("", *keys):
                if key:
                    await pilot.press(key)
                await app.workers.wait_for_complete()
                await pilot.pause(0.8)
            return plain(app.export_screenshot(title="desk", simplify=True))


def plain(svg: str) -> str:
    """Without the web fonts that Rich names: a picture fetches nothing."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)


def main(words: list[str]) -> None:
    """Print the picture."""
    os.environ.setdefault("TUI_DESK_LANGUAGE", "en")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    clock.use(lambda: MOMENT)
    width, _, height = (words[0] if words else "150x42").partition("x")
    print(asyncio.run(picture((int(width), int(height)), words[1] if len(words) > 1 else "", ("j", "j"))))


if __name__ == "__main__":
    main(sys.argv[1:])
