"""`make messages`: extract, merge, compile; the same bytes from the same words, on any machine and with any Babel.

    python -m tests.support.messages

Prints the messages that have no French text yet; exit 1 where there are any.
"""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "tui_desk" / "locale"
TEMPLATE = LOCALE / "tui_desk.pot"
FRENCH = LOCALE / "fr" / "LC_MESSAGES" / "tui_desk.po"
HEADER = (
    "Project-Id-Version: TUI Desk\n"
    "Language: fr\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n > 1);\n"
)
_EXTRACT = ("-F", "babel.cfg", "-k", "_", "-k", "N_", "-k", "ngettext:1,2", "--no-location", "--omit-header")


def extract() -> Catalog:
    """What the sources say now."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "fresh.pot"
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *_EXTRACT, "-o", str(out), "."]
        subprocess.run(command, cwd=ROOT, check=True, timeout=180)
        return read(out)


def read(path: Path) -> Catalog:
    """A .po or .pot file; an empty catalogue where there is none."""
    if not path.exists():
        return Catalog(locale="fr")
    with path.open("rb") as file:
        return read_po(file, locale="fr", domain="tui_desk")


def merge(source: Catalog, known: Catalog) -> Catalog:
    """The messages of `source` with the texts of `known`; empty where there is none."""
    merged = Catalog(locale="fr", fuzzy=False)
    for message in source:
        if message.id:
            before = known.get(message.id)
            empty = "" if isinstance(message.id, str) else ("", "")
            merged.add(message.id, before.string if before else empty, flags=message.flags - {"fuzzy"})
    return merged


def write(catalogue: Catalog, path: Path, header: str = "") -> None:
    """Sorted, a line a text, with a header that says nothing about today."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, omit_header=True)
    lines = "".join(f'"{line}\\n"\n' for line in header.splitlines())
    top = f'msgid ""\nmsgstr ""\n{lines}\n' if header else ""
    path.write_text(top + out.getvalue().decode(), encoding="utf-8")


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file (GNU gettext manual, "The Format of GNU MO Files"), without a hash table."""
    pairs = {b"": HEADER.encode()}
    for message in catalogue:
        ids, texts = _forms(message.id), _forms(message.string)
        if message.id and all(texts):
            pairs["\0".join(ids).encode()] = "\0".join(texts).encode()
    keys = sorted(pairs)
    start = 28 + 16 * len(keys)
    places: list[bytes] = []
    data = b""
    for text in (*keys, *(pairs[key] for key in keys)):
        places.append(struct.pack("<II", len(text), start + len(data)))
        data += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + b"".join(places) + data


def missing(catalogue: Catalog) -> list[str]:
    """The messages without a text."""
    return [_forms(message.id)[0] for message in catalogue if message.id and not all(_forms(message.string))]


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def main() -> int:
    """Bring the three files up to date."""
    source = extract()
    french = merge(source, read(FRENCH))
    write(source, TEMPLATE)
    write(french, FRENCH, HEADER)
    FRENCH.with_suffix(".mo").write_bytes(compiled(french))
    for text in missing(french):
        print(text)
    return 1 if missing(french) else 0


if __name__ == "__main__":
    raise SystemExit(main())
