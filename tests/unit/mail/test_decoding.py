"""Decoding piece by piece gives what decoding the whole gives, however the bytes are cut."""

from __future__ import annotations

import base64
import binascii
import itertools
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import mime
from tui_desk.mail.decoding import decoded

CUTS = st.lists(st.integers(0, 5000), max_size=12)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


def whole(data: bytes, encoding: str) -> bytes:
    return mime.tree(f"Content-Type: a/b\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + data, []).body()


@given(st.binary(max_size=2000), CUTS, st.sampled_from([b"\n", b"\r\n"]))
def test_base64(data: bytes, cuts: list[int], end: bytes) -> None:
    sent = base64.encodebytes(data).replace(b"\n", end)
    assert b"".join(decoded(pieces(sent, cuts), "base64")) == data
    assert b"".join(decoded(pieces(sent.rstrip(b"=\r\n"), cuts), "base64")) == data


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5), CUTS)
def test_base64_in_several_runs(datas: list[bytes], cuts: list[int]) -> None:
    sent = b"\r\n".join(base64.b64encode(data) for data in datas)
    assert b"".join(decoded(pieces(sent, cuts), "base64")) == whole(sent, "base64") == b"".join(datas)


@given(st.binary(max_size=500), CUTS)
def test_base64_that_is_none_never_raises(data: bytes, cuts: list[int]) -> None:
    b"".join(decoded(pieces(data, cuts), "base64"))


def test_base64_of_nothing_but_padding_is_linear() -> None:
    assert b"".join(decoded([b"=A" * 300_000] * 2, "base64")) == b""


@given(st.binary(max_size=1000), CUTS)
def test_quoted_printable(data: bytes, cuts: list[int]) -> None:
    sent = quopri.encodestring(data.replace(b"\r", b"")).replace(b"\n", b"\r\n")
    assert b"".join(decoded(pieces(sent, cuts), "quoted-printable")) == binascii.a2b_qp(sent)


@given(st.binary(max_size=1000), CUTS)
def test_uuencode(data: bytes, cuts: list[int]) -> None:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    sent = b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"
    assert b"".join(decoded(pieces(sent, cuts), "x-uuencode")) == data


@given(st.binary(max_size=1000), CUTS, st.sampled_from(["", "7bit", "8bit", "binary", "x-unknown"]))
def test_what_has_no_encoding_stays(data: bytes, cuts: list[int], encoding: str) -> None:
    assert b"".join(decoded(pieces(data, cuts), encoding)) == data


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "uuencode", "7bit"])
def test_nothing(encoding: str) -> None:
    assert b"".join(decoded([], encoding)) == b""
