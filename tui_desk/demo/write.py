"""Turns a turn of a story into the bytes that a real mail program would have sent: quotes, HTML, charsets, files."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from zoneinfo import ZoneInfo

from tui_desk.demo import files
from tui_desk.demo.company import ADDRESS, NAME, TIMEZONE

_DAYS = {"fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_PHONE = {"fr": "Envoyé de mon iPhone", "en": "Sent from my phone, typos included"}


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail before it is bytes. `at` is epoch seconds, UTC."""

    message_id: str
    at: int
    name: str
    email: str
    to: str
    subject: str
    text: str
    language: str = "fr"
    answers: Letter | None = None
    references: tuple[str, ...] = ()
    style: str = "plain"
    """How the mail program quotes and writes: plain, gmail, outlook, phone, html, bare (no quote)."""
    attach: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=())


def to_bytes(letter: Letter) -> bytes:
    """The mail as it crosses the wire (CRLF)."""
    mail = EmailMessage(policy=SMTP)
    local = datetime.fromtimestamp(letter.at, UTC).astimezone(ZoneInfo(TIMEZONE))
    mail["From"] = Address(display_name=letter.name, addr_spec=letter.email)
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(local)
    mail["Message-ID"] = f"<{letter.message_id}>"
    if letter.references:
        mail["In-Reply-To"] = f"<{letter.references[-1]}>"
        mail["References"] = " ".join(f"<{message_id}>" for message_id in letter.references)
    for key, value in letter.headers:
        mail[key] = value
    text = body(letter)
    mail.set_content(text, cte="quoted-printable" if not text.isascii() else "7bit")
    if letter.style in ("html", "outlook"):
        mail.add_alternative(_html(letter), subtype="html", cte="quoted-printable")
    for name in letter.attach:
        data, main, sub = files.make(name)
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    _name_boundaries(mail, letter.message_id)
    return mail.as_bytes()


def _name_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Boundaries made from the Message-ID: the same seed gives the same bytes."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{message_id.partition('@')[0]}")


def body(letter: Letter) -> str:
    """The plain text, with what the mail program puts under it."""
    own = letter.text + (f"\n\n{_PHONE[letter.language]}" if letter.style == "phone" else "")
    if letter.answers is None or letter.style == "bare":
        return own + "\n"
    quoted = letter.answers.text
    if letter.style == "outlook":
        return f"{own}\n\n{_outlook(letter)}\n\n{quoted}\n"
    marked = "\n".join(f"> {line}".rstrip() for line in quoted.splitlines())
    return f"{own}\n\n{_attribution(letter)}\n{marked}\n"


def _attribution(letter: Letter) -> str:
    asked = letter.answers
    assert asked is not None
    local = datetime.fromtimestamp(asked.at, UTC).astimezone(ZoneInfo(TIMEZONE))
    day, month = _DAYS[letter.language][local.weekday()], _MONTHS[letter.language][local.month - 1]
    who = f"{asked.name} <{asked.email}>"
    if letter.language == "fr":
        return f"Le {day} {local.day} {month} {local.year} à {local:%H:%M}, {who} a écrit :"
    return f"On {day}, {local.day} {month} {local.year} at {local:%H:%M}, {who} wrote:"


def _outlook(letter: Letter) -> str:
    asked = letter.answers
    assert asked is not None
    local = datetime.fromtimestamp(asked.at, UTC).astimezone(ZoneInfo(TIMEZONE))
    words = ("De", "Envoyé", "À", "Objet") if letter.language == "fr" else ("From", "Sent", "To", "Subject")
    colon = " :" if letter.language == "fr" else ":"
    when = f"{local.day} {_MONTHS[letter.language][local.month - 1]} {local.year} {local:%H:%M}"
    values = (f"{asked.name} <{asked.email}>", when, letter.name, asked.subject)
    return "-" * 32 + "\n" + "\n".join(f"{word}{colon} {value}" for word, value in zip(words, values, strict=True))


def _html(letter: Letter) -> str:
    paragraphs = "".join(f"<p>{html.escape(p).replace(chr(10), '<br>')}</p>" for p in letter.text.split("\n\n"))
    quote = ""
    if letter.answers is not None:
        head = html.escape(_outlook(letter).partition("\n")[2]).replace("\n", "<br>")
        asked = html.escape(letter.answers.text).replace("\n", "<br>")
        quote = f'<div style="border-top:solid #E1E1E1 1pt;padding-top:3pt"><p>{head}</p></div><p>{asked}</p>'
    style = "<style>p.MsoNormal{margin:0cm;font-family:Calibri}</style>"
    tracker = '<img src="https://track.example/o.gif?u=42" width="1" height="1">'
    return f"<html><head>{style}</head><body lang={letter.language}>{paragraphs}{quote}{tracker}</body></html>"


def sender_name(first: str) -> str:
    """How an agent signs beside the shared address."""
    return f"{first} ({NAME})"


def desk_address() -> str:
    """The address customers write to, as it stands in To."""
    return formataddr((NAME, ADDRESS))
