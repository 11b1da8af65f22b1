"""The bytes of a mail on their way to the disk: always whole again, smaller where that is cheap."""

from __future__ import annotations

import base64
import hashlib
import random
import zlib

import pytest

from tui_desk.store.packing import LARGE, packed, unpacked

_RANDOM = random.Random(1)
_BASE64 = base64.encodebytes(_RANDOM.randbytes(LARGE)).replace(b"\n", b"\r\n")
_TEXT = b"Dear desk, the second parcel has not come, and nobody answers. " * (LARGE // 32)


@pytest.mark.parametrize("raw", [b"", b"Subject: a\r\n\r\nb", _TEXT, _BASE64, _BASE64[:LARGE], _TEXT + _BASE64 * 3])
def test_comes_back_as_it_was(raw: bytes) -> None:
    sha256, data = packed(raw)
    assert unpacked(data) == raw
    assert sha256 == hashlib.sha256(raw).hexdigest()


def test_large_text_is_made_small() -> None:
    assert len(packed(_TEXT)[1]) < len(_TEXT) / 10


def test_base64_is_kept_as_it_is() -> None:
    assert len(_BASE64) <= len(packed(_BASE64)[1]) < len(_BASE64) * 1.01


def test_what_older_programs_packed_is_read() -> None:
    deflate = zlib.compressobj(1, strategy=zlib.Z_HUFFMAN_ONLY)
    assert unpacked(deflate.compress(_BASE64) + deflate.flush()) == _BASE64
