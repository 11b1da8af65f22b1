"""The small files that customers attach: made here, so that the package carries none."""

from __future__ import annotations

import struct
import zlib

_COLOURS = {"vert": (86, 142, 70), "brun": (120, 84, 52), "gris": (150, 150, 148)}


def make(name: str) -> tuple[bytes, str, str]:
    """The bytes, main type and subtype of a file called `name`."""
    match name.rpartition(".")[2].lower():
        case "png":
            return picture(_COLOURS["brun" if "mort" in name or "dead" in name else "vert"]), "image", "png"
        case "pdf":
            return document(name), "application", "pdf"
        case "csv":
            return b"date;plante;humidite\r\n2026-03-01;basilic;41\r\n2026-03-02;basilic;38\r\n", "text", "csv"
        case _:
            return _log(), "text", "plain"


def picture(colour: tuple[int, int, int], width: int = 64, height: int = 48) -> bytes:
    """A PNG that fades from the sky down to `colour`."""
    rows = b"".join(b"\0" + bytes(_mix(c, 225, y / height) for _ in range(width) for c in colour) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def document(title: str) -> bytes:
    """A PDF of one page with `title` on it."""
    words = title.encode("ascii", "replace").replace(b"(", b"").replace(b")", b"")
    page = b"BT /F1 18 Tf 72 720 Td (" + words + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )


def _mix(colour: int, sky: int, part: float) -> int:
    return int(sky * (1 - part) + colour * part)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _log() -> bytes:
    lines = (f"14:0{n}:12 pot[{20 + n}] moisture={48 - 3 * n} pump={'on' if n > 6 else 'off'}" for n in range(10))
    return ("\n".join(lines) + "\n14:10:13 pump: E-42 tank says full, pot says desert\n").encode()
