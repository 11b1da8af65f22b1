"""Bytes on their way to the disk: hashes and compression."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

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


def names(attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """The SHA-256 of each attachment ("": on the server). Their bytes stay in the mail, and are read out of it when asked for."""
    return tuple(["" if a.on_server is not None else hashlib.sha256(a.data).hexdigest() for a in attachments])


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
