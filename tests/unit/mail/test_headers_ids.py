"""Message ids in headers that a program folded as encoded words."""

from __future__ import annotations

from email.message import EmailMessage

from tui_desk.mail.parse import parse


def test_a_long_id_that_pythons_own_library_encodes_is_read() -> None:
    long = f"desk.{'k' * 40}.{'n' * 40}.{'m' * 30}@support.example.org"
    mail = EmailMessage()
    mail["From"] = "zoe@x.test"
    mail["In-Reply-To"] = f"<{long}>"
    mail["References"] = f"<first@x.test> <{long}>"
    mail.set_content("Merci")
    raw = mail.as_bytes()
    assert b"=?utf-8?q?" in raw
    parsed = parse(raw)
    assert parsed.in_reply_to == (long,)
    assert parsed.references == ("first@x.test", long)
