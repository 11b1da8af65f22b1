"""Files read in order, gunzipped where need be."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

from tui_desk.i18n import _
from tui_desk.transport.letters import PIECE

UNREADABLE = (OSError, EOFError, zlib.error)
"""What reading may raise: the file may not be read, or gzip breaks off."""


class Stream(io.BufferedReader):
    """A file read in order. Closing it closes all below."""

    below: BinaryIO

    def done(self) -> int:
        """Bytes of the file on the disk that are read; 0 where that is not known."""
        try:
            return self.below.tell()
        except OSError:
            return 0

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        self.below.close()


def opened(path: Path) -> Stream:
    """The file at `path`. Raises UNREADABLE."""
    return reading(path.open("rb"))


def reading(file: BinaryIO) -> Stream:
    """`file`, unpacked where it is gzip."""
    below: Any = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast("Any", file))
    try:
        packed = below.peek(2)[:2] == b"\x1f\x8b"
        stream = Stream(gzip.GzipFile(fileobj=below) if packed else below, PIECE)
    except BaseException:
        below.close()
        raise
    stream.below = below
    return stream


def why(error: Exception) -> str:
    """What went wrong, in words."""
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return _("the compressed file is damaged or cut off: %(why)s") % {"why": error}
    return (isinstance(error, OSError) and error.strerror) or str(error)
