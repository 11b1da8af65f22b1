"""Encoded words (RFC 2047) and parameters (RFC 2231) as senders really write them."""

from __future__ import annotations

import base64

import pytest

from tui_desk.mail import headers


def b64(text: str, charset: str = "utf-8") -> str:
    return base64.b64encode(text.encode(charset)).decode()


WHOLE = b64("Réclamation très urgente")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (f"=?utf-8?B?{WHOLE[:13]}?= =?utf-8?B?{WHOLE[13:]}?=", "Réclamation très urgente"),
        (f"=?utf-8?B?{WHOLE[:6]}?=\n =?utf-8?B?{WHOLE[6:11]}?= =?utf-8?B?{WHOLE[11:]}?=", "Réclamation très urgente"),
        (f"=?utf-8?B?{b64('é')}?= =?utf-8?B?{b64('è')}?=", "éè"),
        (f"=?utf-8?B?{WHOLE.rstrip('=')}?=", "Réclamation très urgente"),
        (f"=?utf-8?B?{b64('ab')}=?=", "ab"),
        ("=?utf-8?Q?caf=C3=A9?==?utf-8?Q?_cr=C3=A8me?=", "café crème"),
        ("=?utf-8?Q?caf=C3?= =?UTF-8?Q?=A9?=", "café"),
        ("pre=?utf-8?Q?=C3=A9?=post", "preépost"),
        ("=??Q?caf=C3=A9?=", "café"),
        ("=?iso-8859-1?Q?caf=C3=A9?=", "café"),
        ("=?us-ascii?Q?caf=E9?=", "café"),
        ("=?utf-8?Q?a?b?c?=", "a?b?c"),
        ("=?utf-8?Q?one=0Atwo=0D=0A_three?=", "one two  three"),
        ("=?utf-8?Q?tab=09here=E2=80=A8?=", "tab here "),
        ("=?utf-8?Q?caf=C3=A9?= =?iso-8859-1?Q?=E9?=", "caféé"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (f"=?shift_jis?B?{b64('表示', 'cp932')}?=", "表示"),
        (f"=?iso-2022-jp?B?{b64('表示', 'cp932')}?=", "表示"),
        (f"=?gb2312?B?{b64('镕基', 'gbk')}?=", "镕基"),
    ],
)
def test_words(sent: str, read: str) -> None:
    assert headers.words(sent.replace("\n ", " ")) == read


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("x; filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ("x; filename*=\"utf-8''caf%C3%A9.pdf\"", "café.pdf"),
        ("x; filename=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ("x; filename=\"UTF-8'fr'caf%C3%A9.pdf\"", "café.pdf"),
        ("x; filename*=caf%C3%A9.pdf", "café.pdf"),
        ("x; filename*=foo''caf%E9.pdf", "café.pdf"),
        ("x; filename*0*=utf-8''caf%C3; filename*1*=%A9.pdf", "café.pdf"),
        ("x; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("x; filename=\"plain.pdf\"; filename*=utf-8''caf%C3%A9.pdf", "café.pdf"),
        ('x; filename="a "quoted" b.pdf"', 'a "quoted" b.pdf'),
        ('x; filename="say \\"hi\\".pdf"', 'say "hi".pdf'),
        ("x; filename=two words.pdf", "two words.pdf"),
        ('x; filename="a;b.pdf"; size=3', "a;b.pdf"),
        ('x; filename="a.pdf" size=3', "a.pdf"),
        ("x; filename='it''s 100%.pdf'", "'it''s 100%.pdf'"),
        ("x; filename=", ""),
    ],
)
def test_parameters(sent: str, name: str) -> None:
    assert headers.parameters(sent)[1]["filename"] == name
