"""Mailboxes as the end-to-end tests see them: mail put in, mail looked at, customers who write."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import imapclient

from tests.support.dovecot import PASSWORD, Dovecot

QUESTION = """From: Zoé Lefèvre <{sender}>
To: Support <desk@desk.test>
Subject: =?utf-8?q?Facture_num=C3=A9ro_42_=5B/bold=5D?=
Date: Mon, 16 Nov 2026 09:{minute:02}:00 +0100
Message-ID: <q{number}@customer.test>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour, ma facture {number} est fausse. \x1b]52;c;aGFjaw==\x07
Merci, Zoé
"""


def put(dovecot: Dovecot, user: str, *raws: bytes, folder: str = "INBOX") -> None:
    """Mail arrives in a mailbox."""
    with imapclient.IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login(user, PASSWORD)
        for raw in raws:
            client.append(folder, raw)


def box(dovecot: Dovecot, user: str, folder: str = "INBOX") -> list[EmailMessage]:
    """Every mail of a mailbox."""
    with imapclient.IMAPClient("127.0.0.1", dovecot.port, ssl=False) as client:
        client.login(user, PASSWORD)
        client.select_folder(folder, readonly=True)
        uids = client.search()
        raws = client.fetch(uids, ["BODY.PEEK[]"]) if uids else {}
        return [email.message_from_bytes(raws[uid][b"BODY[]"], policy=email.policy.default) for uid in uids]


def ask(dovecot: Dovecot, *numbers: int, sender: str = "customer@desk.test") -> None:
    """Customers write: {number} in `sender` makes them several people."""
    raws = [
        QUESTION.format(number=number, minute=number % 60, sender=sender.format(number=number)).replace("\n", "\r\n").encode()
        for number in numbers
    ]
    put(dovecot, "desk", *raws)
