"""Bytes on their way to the disk: hashes, compression and attachment files."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from tui_desk.mail.types import Attachment

LARGE = 32_768
"""Bytes: mails from here on are mostly base64 of what is compressed already."""
_SAMPLE = 2_048
_WORTH_IT = 0.7
"""Compressing base64 to 0.77 of its size costs as much as parsing the mail; text comes to less than half."""


class Packer:
    """A thread that packs: SHA-256 and zlib let go of the interpreter, so they run while mails are parsed or written."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="packer")

    def pack(self, raws: Sequence[bytes]) -> Future[list[tuple[str, bytes]]]:
        """(SHA-256, zlib bytes) of each."""
        return self._pool.submit(lambda: [packed(raw) for raw in raws])

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown(cancel_futures=True)


def keep(attachments: Sequence[Attachment], folder: Path) -> list[str]:
    """Write each attachment under its SHA-256, unless it is there; returns those names ("": on the server). Raises OSError."""
    return ["" if a.on_server is not None else _keep(a.data, folder) for a in attachments]


def _keep(data: bytes, folder: Path) -> str:
    name = hashlib.sha256(data).hexdigest()
    path = f"{folder}/{name}"
    if not os.path.exists(path):
        part = f"{folder}/.{name}.{os.getpid()}"
        try:
            with _opened(part, folder) as file:
                file.write(data)
            os.replace(part, path)
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
    return name


def _opened(part: str, folder: Path) -> BinaryIO:
    how = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    try:
        return os.fdopen(os.open(part, how, 0o600), "wb")
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(part, how, 0o600), "wb")


def packed(raw: bytes) -> tuple[str, bytes]:
    """The SHA-256 and the zlib form of a mail; what would hardly become smaller is in it as it is."""
    return hashlib.sha256(raw).hexdigest(), zlib.compress(raw, 1 if len(raw) < LARGE or _shrinks(raw) else 0)


def _shrinks(raw: bytes) -> bool:
    """Whether compressing a large mail is worth the time, by a piece from its middle."""
    middle = len(raw) // 2
    piece = raw[middle : middle + _SAMPLE]
    return len(zlib.compress(piece, 1)) < _WORTH_IT * len(piece)


def unpacked(data: bytes) -> bytes:
    """The mail as it came."""
    return zlib.decompress(data)
