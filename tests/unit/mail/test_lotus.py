"""The header of Lotus Notes above the mail that is answered, in the shapes that its versions give it."""

from __future__ import annotations

import pytest

from tui_desk.mail.html import to_text
from tui_desk.mail.quote import reply, segments

TABLES = {
    "en": ("To", "cc", "Subject", "Please respond to"),
    "de": ("An", "Kopie", "Thema", "Bitte antworten an"),
    "fr": ("Pour", "cc", "Objet", "Veuillez répondre à"),
    "es": ("Para", "cc", "Asunto", "Por favor, responda a"),
    "it": ("Per", "CC", "Oggetto", "Rispondere a"),
    "nl": ("Aan", "cc", "Onderwerp", "Beantwoorden aan"),
    "pt": ("Para", "cc", "Assunto", "Responder a"),
    "pl": ("Do", "DW", "Temat", "Proszę odpowiadać na"),
    "ru": ("Кому", "копия", "Тема", "Ответить на"),
    "ja": ("宛先", "cc", "件名", "返信先"),
}
SENDERS = ["Inès Durand <ines@acme.test> ", "Ines Durand/Sales/ACME", '"Inès Durand"\n<ines@acme.test>', "ines@acme.test"]
MOMENTS = ["05.01.2026 10:11", "01/05/2026 10:11 AM", "2026-01-05 10:11:12", "5 January 2026 10:11", "Jan 5, 2026, 10:11 AM CET"]


@pytest.mark.parametrize("words", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("sender", SENDERS)
def test_a_table_with_each_word_on_its_line(words: tuple[str, ...], sender: str) -> None:
    to, cc, subject, respond = words
    head = (
        f"{sender}\n05.01.2026 10:11\n{respond}\nines@acme.test\n\n{to}\nBob <bob@desk.example>\n{cc}\n\n{subject}\nInvoice 12\n"
    )
    _is_quoted(head)


@pytest.mark.parametrize("words", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_table_of_two_columns(words: tuple[str, ...], moment: str) -> None:
    to, cc, subject, _respond = words
    _is_quoted(f"Inès Durand/ACME\n{moment}\n\n{to}      Bob/DESK@DESK\n{cc}\n{subject}      Invoice 12\n")
    _is_quoted(f"Inès Durand/ACME\n\n{moment}\n\n\n{to} | Bob\n{cc}\n{subject} | Invoice 12\n")


@pytest.mark.parametrize("words", TABLES.values(), ids=TABLES)
def test_words_with_colons_below_the_moment(words: tuple[str, ...]) -> None:
    to, cc, subject, _respond = words
    fields = f" \n        {to}:     Bob <bob@desk.example>\n        {cc}: \n        {subject}:  Re: Invoice\n"
    _is_quoted(f'"Inès Durand" <ines@acme.test>\nSent by: Kim\n05/01/2026 10:11\n\n{fields}')
    _is_quoted(f"Inès Durand <ines@acme.test> on 05/01/2026 10:11:12 AM\n\n{fields}")


def test_a_table_in_a_frame() -> None:
    _is_quoted(
        "|---------+---------------------------->\n"
        "|         |           Inès Durand      |\n"
        "|         |           <ines@acme.test> |\n"
        "|         |           05/01/2026 10:11 |\n"
        "|         |           AM               |\n"
        "|---------+---------------------------->\n"
        "  >-----------------------------------|\n"
        "  |                                   |\n"
        "  |  Pour :    bob@desk.example       |\n"
        "  |  cc :                             |\n"
        "  |  Objet :   Re: Facture            |\n"
        "  >-----------------------------------|\n"
    )


def test_a_table_of_html() -> None:
    page = (
        "<p>Yes, it works.<br><br><table><tr><td><b>Inès Durand &lt;ines@acme.test&gt;</b><p>05.01.2026 10:11"
        "<table border><tr><td>Bitte antworten an<br>ines@acme.test</table><td>"
        "<table><tr><td>An<td>Bob<tr><td>Kopie<td><tr><td>Thema<td>Rechnung</table></table><br>older words"
    )
    assert reply(to_text(page)) == "Yes, it works."


@pytest.mark.parametrize(
    "fields",
    ["From: Inès <ines@acme.test>\nTo: Bob\nDate: 05/01/2026 10:11", "Von: Inès\nAn: Bob\nDatum: 05.01.2026 10:11\nBetreff: x"],
)
def test_the_first_words_above_the_fields(fields: str) -> None:
    _is_quoted(f"Inès Durand ---05.01.2026 10:11:12---Good morning, could you look at\n\n{fields}\n")
    _is_quoted(f"Inès Durand ---01/05/2026 10:11:12 AM---Good morning\n{fields}\n")


@pytest.mark.parametrize(
    "line",
    [
        "Inès Durand/ACME wrote on 05/01/2026 10:11:12 AM:",
        "Inès Durand schrieb am 05.01.2026 10:11:12:",
        "Inès Durand a écrit sur 05/01/2026 10:11:12 :",
        "Inès Durand escribió el 05/01/2026 10:11:12:",
    ],
)
def test_one_line(line: str) -> None:
    _is_quoted(line + "\n")


@pytest.mark.parametrize(
    "body",
    [
        "Our meeting:\n\nInès Durand\n05/01/2026 10:11\n\nShall we?\n",
        "The form says\n\nTo\nBob\n\nSubject\nInvoice\n\nand no date.\n",
        "The train of 05/01/2026 10:11\n\nfrom Paris\n\nTo\nLyon\nis late.\n\nSubject\nto change.\n",
        "Inès called on 05/01/2026 10:11, it was urgent and she would not wait.\n\nTo\nBob\nSubject\nx\n\nThat is all.\n",
        "To      Paris  10:11\nTo      Lyon   12:12\nSubject to change.\n",
        "a | b\nTo | Paris\nSubject | trains\n\nDone.\n",
    ],
)
def test_own_words(body: str) -> None:
    assert {segment.kind for segment in segments(body)} <= {"text", "closing"}


def test_a_mail_that_is_only_passed_on_is_read() -> None:
    assert reply("Inès Durand\n05/01/2026 10:11\n\nTo\nBob\nSubject\nInvoice\n\nThe tap drips.\n") == "The tap drips."


def _is_quoted(head: str) -> None:
    body = f"Yes, it works.\n\n\n{head}\n\nolder words\nand more\n"
    found = segments(body)
    assert "".join(segment.text for segment in found) == body
    assert [segment.kind for segment in found] == ["text", "attribution", "quote"]
    assert found[1].text.strip() == head.strip()
