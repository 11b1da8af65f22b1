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

HUFFMAN_FROM = 32_768
"""Bytes: larger mails are mostly base64, where matching finds nothing and Huffman coding alone gets the quarter there is."""


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
    """Write each attachment under its SHA-256, unless it is there; returns those names. Raises OSError."""
    return [_keep(a.data, folder) for a in attachments]


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
    """The SHA-256 and the zlib form of a mail."""
    strategy = zlib.Z_HUFFMAN_ONLY if len(raw) > HUFFMAN_FROM else zlib.Z_DEFAULT_STRATEGY
    deflate = zlib.compressobj(1, strategy=strategy)
    return hashlib.sha256(raw).hexdigest(), deflate.compress(raw) + deflate.flush()


def unpacked(data: bytes) -> bytes:
    """The mail as it came."""
    return zlib.decompress(data)
