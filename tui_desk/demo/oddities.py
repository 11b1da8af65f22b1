"""The mail that no customer wrote, or that no customer should have written so: what every shared mailbox also gets."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import format_datetime, formataddr

from tui_desk.demo.company import ADDRESS, DOMAIN
from tui_desk.demo.hours import DAY, HOUR
from tui_desk.demo.plan import Act, Posted
from tui_desk.demo.write import Letter, desk_address, to_bytes

_HOSTILE = "Remboursement \x1b]52;c;cm0gLXJmIH4=\x07 [/bold] \u202etxt.exe\u202c {{ 7 * 7 }}"
_CJK = """リケン サポート御中

お世話になっております。東京の佐藤と申します。
先週届いた植木鉢が、毎朝フランス語で「ボンジュール」と話しかけてきます。祖母はとても喜んでいますが、設定で日本語に変えられますか?

よろしくお願いいたします。
佐藤 健"""
_EMOJI = """🪴😭😭😭

(traduction par ma sœur : « Bonjour, ma plante est morte et j'ai cassé mon clavier, il ne reste que les emojis. Que faire ? »)

🙏"""
_NEWSLETTER = """Cette semaine dans La Lettre du Rempotage

1. Terreau : le classement que personne n'osait faire
2. Interview : « J'ai parlé à mon ficus pendant un an, il a répondu »
3. Agenda : le salon de la bêche, à Niort

Pour ne plus recevoir cette lettre : https://rempotage.example/non
"""
_AWAY = """Bonjour,

Je suis absente jusqu'au 12 et ne lirai pas ce message, mais ma plante, si.
En cas d'urgence, adressez-vous à l'accueil, qui arrose.

Message envoyé automatiquement."""
_TICKER = """This is an automated message from ParcelHop.

Shipment 6A 4410 2291 has been handed to the local carrier.
Please do not reply: nobody reads this, not even us."""
_LONG_SUBJECT = "Question sur la " + "très " * 24 + "grande plante"


def mails(now: int, rng: random.Random, told: list[Posted]) -> tuple[list[Posted], list[Act]]:
    """The odd mails, and what was done about them; `told` is the mail they speak of."""
    sent = [posted for posted in told if posted.folder == "Sent" and 2 * DAY < now - posted.at < 20 * DAY]
    asked = [posted for posted in told if posted.folder == "INBOX" and 2 * HOUR < now - posted.at < 3 * DAY]
    answered = {reference for posted in told for reference in _references(posted.raw)}
    bounced, away = rng.sample([posted for posted in sent if posted.message_id not in answered], 2)
    letters = [
        _letter(now - 5 * HOUR, "佐藤 健", "ken.sato@niwa.example", "植木鉢の言語設定について", _CJK, "en"),
        _letter(now - 26 * HOUR, "Lola 🌵", "lola.cactus@mail.example", "🪴💀 SOS", _EMOJI),
        replace(
            _letter(
                now - 3 * HOUR,
                "Ne pas cliquer",
                "qui.sait@louche.example",
                _HOSTILE,
                "Cliquez ici : \x1b[2J\x1b]0;gotcha\x07 merci.",
            ),
            headers=(
                ("Authentication-Results", f"mx.{DOMAIN}; spf=softfail smtp.mailfrom=louche.example; dkim=none; dmarc=fail"),
                ("Reply-To", "caisse@plus-louche.example"),
            ),
        ),
        _letter(
            now - 7 * HOUR,
            "Blaise Lenoir",
            "blaise.lenoir@mail.example",
            _LONG_SUBJECT,
            "Elle touche le plafond. Et maintenant ?",
        ),
        _letter(now - 9 * HOUR, "", "12345@sms.example", "", "bonjour c'est bien ici pour les pots ?"),
        replace(
            _letter(
                now - 2 * DAY, "La Lettre du Rempotage", "lettre@rempotage.example", "Terreau : le grand classement", _NEWSLETTER
            ),
            headers=(
                ("List-Id", "<lettre.rempotage.example>"),
                ("List-Unsubscribe", "<https://rempotage.example/non>"),
                ("Precedence", "bulk"),
            ),
            style="html",
        ),
        replace(
            _letter(now - 31 * HOUR, "ParcelHop", "no-reply@parcelhop.example", "Shipment 6A 4410 2291 update", _TICKER, "en"),
            headers=(("Auto-Submitted", "auto-generated"),),
        ),
        _away(away),
    ]
    posted = [Posted("INBOX", letter.at, to_bytes(letter), (), letter.message_id) for letter in letters]
    again = rng.choice(asked)
    posted.append(Posted("INBOX", again.at + 95, _delivered_again(again.raw), (), again.message_id))
    posted.append(_bounce(bounced))
    spam = Act(letters[5].message_id, now - 2 * DAY + 900, "susan", "status", {"to": "closed"})
    return posted, [spam]


def _references(raw: bytes) -> list[str]:
    """The Message-IDs that a mail answers."""
    return str(message_from_bytes(raw).get("References", "")).replace("<", " ").replace(">", " ").split()


def _letter(at: int, name: str, email: str, subject: str, text: str, language: str = "fr") -> Letter:
    message_id = f"{at:x}.{len(text):x}@{email.partition('@')[2]}"
    return Letter(message_id, at, name, email, desk_address(), subject, text, language)


def _away(posted: Posted) -> Letter:
    """An absence notice that answers a reply of ours, forty seconds later."""
    original = message_from_bytes(posted.raw, policy=default)
    email = str(original["To"]).rpartition("<")[2].rstrip(">")
    return Letter(
        message_id=f"away.{posted.at:x}@{email.partition('@')[2]}",
        at=posted.at + 40,
        name="",
        email=email,
        to=desk_address(),
        subject=f"Réponse automatique : {original['Subject']}",
        text=_AWAY,
        references=(posted.message_id,),
        style="bare",
        headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    )


def _delivered_again(raw: bytes) -> bytes:
    """The same mail by another road: only trace headers differ (behaviour 1.4)."""
    return b"Received: from mx2.lichen.example by mx1.lichen.example; again\r\n" + raw


def _bounce(posted: Posted) -> Posted:
    """A delivery status notification (RFC 3464) for a reply of ours, with its headers enclosed."""
    head = posted.raw.partition(b"\r\n\r\n")[0]
    at = posted.at + 7
    date = format_datetime(datetime.fromtimestamp(at, UTC))
    to = message_from_bytes(posted.raw)["To"].rpartition("<")[2].rstrip(">")
    lines = f"""From: {formataddr(("Mail Delivery System", f"MAILER-DAEMON@mx.{DOMAIN}"))}
To: {ADDRESS}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <bounce.{at:x}@mx.{DOMAIN}>
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.
<{to}>: the mailbox is full (of photographs of plants)

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{DOMAIN}

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

--=_b
Content-Type: text/rfc822-headers

"""
    raw = lines.replace("\n", "\r\n").encode() + head + b"\r\n\r\n--=_b--\r\n"
    return Posted("INBOX", at, raw, (), f"bounce.{at:x}@mx.{DOMAIN}")
