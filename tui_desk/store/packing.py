"""Bytes on their way to the disk: hashes, compression and attachment files, in a thread of their own.

SHA-256, zlib and file writes let go of the interpreter, so they run while the next mails are parsed.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tui_desk.mail.types import Attachment

HUFFMAN_FROM = 32_768
"""Bytes: larger mails are mostly base64, where matching finds nothing and Huffman coding alone gets the quarter there is."""


class Packer:
    """One thread that packs."""

    def __init__(self, attachments: Path) -> None:
        self._folder = attachments
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="packer")
        self._ready = False

    def pack(self, raws: Sequence[bytes]) -> Future[list[tuple[str, bytes]]]:
        """(SHA-256, zlib bytes) of each."""
        return self._pool.submit(lambda: [packed(raw) for raw in raws])

    def keep(self, attachments: Sequence[Attachment]) -> Future[list[str]]:
        """Write each attachment under its SHA-256, unless it is there; returns those names. Raises OSError."""
        if not self._ready:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._ready = True
        return self._pool.submit(lambda: [self._keep(a.data) for a in attachments])

    def close(self) -> None:
        """End the thread."""
        self._pool.shutdown()

    def _keep(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        path = self._folder / name
        if not path.exists():
            part = self._folder / f".{name}.{os.getpid()}"
            try:
                with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(data)
                part.replace(path)
            except OSError:
                part.unlink(missing_ok=True)
                raise
        return name


def packed(raw: bytes) -> tuple[str, bytes]:
    """The SHA-256 and the zlib form of a mail."""
    strategy = zlib.Z_HUFFMAN_ONLY if len(raw) > HUFFMAN_FROM else zlib.Z_DEFAULT_STRATEGY
    deflate = zlib.compressobj(1, strategy=strategy)
    return hashlib.sha256(raw).hexdigest(), deflate.compress(raw) + deflate.flush()


def unpacked(data: bytes) -> bytes:
    """The mail as it came."""
    return zlib.decompress(data)
