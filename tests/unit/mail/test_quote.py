"""Quotes, signatures and forwarded mail are found; nothing is lost; answers between quotes are not folded."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail.attribution import quote
from tui_desk.mail.quote import is_thanks, own_text, reply, segments, snippet

ATTRIBUTIONS = [
    "On Mon, Jan 1, 2024 at 10:00 AM Support <support@x.test> wrote:",
    "On 01/01/2024 10:00, Support wrote:",
    "On Mon, Jan 1, 2024 at 10:00 AM Support\n<support@x.test> wrote:",
    "Le lun. 1 janv. 2024 à 10:00, Support <support@x.test> a écrit :",
    "Le 01/01/2024 à 10:00, Support a écrit\u00a0:",
    "Le lundi 1 janvier 2024 à 10:00, Support <\nsupport@x.test> a écrit :",
    "Am 01.01.2024 um 10:00 schrieb Support <support@x.test>:",
    "Am Mo., 1. Jan. 2024 um 10:00 Uhr schrieb Support <support@x.test>:",
    "El lun, 1 ene 2024 a las 10:00, Support (<support@x.test>) escribió:",
    "Il giorno lun 1 gen 2024 alle ore 10:00 Support <support@x.test> ha scritto:",
    "Op ma 1 jan. 2024 om 10:00 schreef Support <support@x.test>:",
    "Em seg., 1 de jan. de 2024 às 10:00, Support <support@x.test> escreveu:",
    "Den mån 1 jan. 2024 kl 10:00 skrev Support <support@x.test>:",
    "W dniu 2024-01-01 10:00, Support pisze:",
    "2024-01-01 10:00 GMT+01:00 Support <support@x.test>:",
    "在 2024年1月1日 10:00，Support <support@x.test> 写道：",
    "---- On Mon, 01 Jan 2024 10:00:00 +0100 Support wrote ----",
    "On Mon, Jan 1, 2024 at 10:00 AM Support <support@x.test> wrote",
    "Le 1 janv. 2024 à 10:00, Support <support@x.test> a écrit",
    "Am 01.01.2024 um 10:00 schrieb Support <support@x.test>",
    "Support <support@x.test> schrieb am Mo., 1. Jan. 2024, 10:00",
    "El 01/01/2024 10:00, Support <support@x.test> escribió",
    "Il 01/01/2024 10:00, Support <support@x.test> ha scritto",
    "Jan 1, 2024, 10:00 by support@x.test:",
    "1. Jan. 2024, 10:00 von support@x.test:",
    "\u2063On Jan 1, 2024, at 10:00, Support <\u200bsupport@x.test> wr\u00adote\u2063:\u200b",
    "Le\u00a01 janv. 2024\u00a0à\u202f10:00,\u2060 Support <support@x.test>\u200b a\u00a0écrit\u200b :",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Support\nSent: Monday\nTo: me\nSubject: x",
    "-----Message d'origine-----\nDe : Support",
    "________________________________\nDe : Support <s@x.test>\nEnvoyé : lundi 1 janvier 2024 10:00\nÀ : moi\nObjet : x",
    "From: Support <s@x.test>\nSent: Monday, January 1, 2024 10:00\nTo: me <me@x.test>;\n you <you@x.test>\nSubject: x",
    "Von: Support <s@x.test>\nGesendet: Montag\nAn: mich\nBetreff: x",
    "De: Support\nEnviado: lunes\nPara: mí\nAsunto: x",
    "Da: Support\nInviato: lunedì\nA: me\nOggetto: x",
    "Van: Support\nVerzonden: maandag\nAan: mij\nOnderwerp: x",
    "*From:* Support\n*Sent:* Monday\n*To:* me\n*Subject:* x",
    "-------- Message original --------\nDe : Support",
    "-----Ursprüngliche Nachricht-----\nVon: x",
]
FORWARDS = [
    "---------- Forwarded message ---------\nFrom: a\n\nforwarded words",
    "---------- Message transféré ---------\nDe : a\n\nforwarded words",
    "-------- Message transféré --------\nforwarded words",
    "Begin forwarded message:\n\nFrom: a\n\nforwarded words",
    "Début du message réexpédié :\n\nDe: a\n\nforwarded words",
    "---------- Weitergeleitete Nachricht ---------\nforwarded words",
    "Inicio del mensaje reenviado:\n\nforwarded words",
]
SIGNATURES = [
    "-- \nInès Durand\nAcme",
    "--\nInès Durand",
    "Sent from my iPhone",
    "\u2063Get BlueMail for Android \u200b",
    "Obtenir BlueMail pour Android",
    "Yahoo Mail: Search, Organize, Conquer",
    "Yahoo Mail : Recherchez, organisez, maîtrisez",
    "BlueMail für Android herunterladen",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon téléphone Orange",
    "Get Outlook for Android<https://aka.ms/x>",
    "Télécharger Outlook pour iOS".replace("Télécharger", "Téléchargez"),
    "Von meinem iPhone gesendet",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Verstuurd vanaf mijn iPhone",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_attributions(line: str) -> None:
    body = f"My answer.\n\n{line}\n\n> first\n> second\n"
    assert own_text(body) == "My answer."
    assert {segment.kind for segment in segments(body)} == {"text", "attribution", "quote"}


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_attributions_before_an_unmarked_quote(line: str) -> None:
    assert own_text(f"My answer.\n\n{line}\n\nfirst\nsecond\n") == "My answer."


@pytest.mark.parametrize("block", BLOCKS)
def test_header_blocks(block: str) -> None:
    body = f"My answer.\n\n{block}\n\nthe older mail\n"
    assert own_text(body) == "My answer."
    assert segments(body)[-1].kind == "quote"


@pytest.mark.parametrize("forward", FORWARDS)
def test_forwards(forward: str) -> None:
    found = segments(f"See below.\n\n{forward}\n")
    assert [segment.kind for segment in found] == ["text", "forward"]
    assert "forwarded words" in found[1].text


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures(signature: str) -> None:
    found = segments(f"My answer.\n\n{signature}\n")
    assert own_text(f"My answer.\n\n{signature}\n") == "My answer."
    assert found[-1].kind == "signature"


def test_a_signature_before_the_quote_ends_there() -> None:
    body = "Answer\n\n-- \nInès\n\nOn 1 Jan 2024, at 10:00, Support <s@x.test> wrote:\n\n> q\n"
    assert [segment.kind for segment in segments(body)] == ["text", "signature", "attribution", "quote"]


def test_a_hundred_footers_are_not_looked_at_one_by_one() -> None:
    found = segments("Hello\n" + "-----\nhttps://x.test/list\n" * 100)
    assert [segment.kind for segment in found] == ["text", "signature"]
    assert 60 < found[0].text.count("https") < 100
    assert [segment.kind for segment in segments("Hello\n" + "-----\nhttps://x.test/list\n" * 3)] == ["text", "signature"]
    assert own_text("Hello\n" + "-----\nhttps://x.test/list\n" * 3) == "Hello"


def test_interleaved_answers_are_not_folded() -> None:
    body = "On 1 Jan 2024 10:00, S <s@x.test> wrote:\n> one?\nYes.\n> two?\nNo, never.\nReally.\n> three?\n\nPerhaps.\n"
    assert own_text(body) == "Yes.\n\nNo, never.\nReally.\n\nPerhaps."
    assert [segment.folded for segment in segments(body) if "No, never" in segment.text] == [False]


def test_a_quote_that_was_wrapped_is_one() -> None:
    body = "Answer\n\n> " + "long words " * 7 + "\nwrapped\n> and on\n"
    assert own_text(body) == "Answer"


def test_an_answer_between_quotes_keeps_them_in_the_reply() -> None:
    body = "On 1 Jan 2024 10:00, S <s@x.test> wrote:\n> one?\nYes.\n> two?\nNo, never.\n> three?\n> bye\n"
    assert reply(body) == "> one?\nYes.\n> two?\nNo, never."


def test_an_answer_below_the_quote_stands_alone() -> None:
    assert reply("On 1 Jan 2024 10:00, S <s@x.test> wrote:\n> one?\n> two?\n\nYes, both.\n") == "Yes, both."


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("It works now. On Wed, Apr 3, 2024 at 3:59 PM, s@x.test wrote:\n> Hi\n", "It works now."),
        ("It works now.--- On Wed, 3 Apr 2024, S <s@x.test> wrote:\n> Hi\n", "It works now."),
        ('Thanks\n On Mar 8, 2024 9:59 AM, "Shop" <\norders+17@x.test> wrote:\n\n> Hi\n', "Thanks"),
        ("Thanks\n> On 22 Aug 2024, at 19:21, S <s@x.test> wrote:\n>\n> Hi\n", "Thanks"),
        ("Done\n\nOn 1 Jan 2024 at 10:00 S <\ns@x.test\n> wrote:\n> Hi\n", "Done"),
        ("Done\nkl. 13:09 den 18 apr. 2024 skrev S <s@x.test\n>:\n\n> Hi\n>\n> again\n", "Done"),
        ("Done\n2024/4/7 Shop <shop@x.test>\n\n> Hi\n> again\n", "Done"),
        ("Done\n\nShop via Desk wrote:\n> Hi\n", "Done"),
        ("Done\n\n> See (http://x.test/a/long/link\n/that-was-cut)\n> bye\n", "Done"),
        ("Done\n\n> " + "many words " * 7 + "that\nwere wrapped on their way to us, as they were not\n> on\n", "Done"),
        ("Done\n\nSubject: a\nDate: Wed, 16 May 2024\nFrom: shop@x.test\nTo: me@x.test\n\nolder\n", "Done"),
        (
            "Done\n\n==========\n\nMessage du : 12/12/2024 13:20\nDe : S\nA : me@x.test\nCopie à : \nSujet : a\n\nb\n",
            "Done",
        ),
        ("Done\n\n____________________\nriders mailing list\nriders@x.test\nhttp://x.test/riders\n", "Done"),
        ("Done\n\n-Inès\n", "Done"),
        ("Done\n\n/Inès Durand\n\nOn 1 Jan 2024, at 10:00, S <s@x.test> wrote:\n> Hi\n", "Done"),
        ("Done\n\nThanks, Inès\n", "Done"),
        ("Done\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----\n", "Done"),
        ("CAUTION: This mail came from outside. Open no attachment.\n\nDone\n", "Done"),
        ("Done\n\nRegards,\n\nInès Durand\nBuyer | Acme\n+33 1 02 03 04 05\n\n---\nThis email is confidential.\n", "Done"),
        (
            "Done\n\nRegards,\nInès\n\nPS: the key is under the mat, do you see it?\n",
            "Done PS: the key is under the mat, do you see it?",
        ),
    ],
)
def test_what_is_new_in_a_mail(body: str, own: str) -> None:
    assert " ".join(reply(body).split()) == own


def test_the_name_stays_in_sight_and_the_card_below_it_is_folded() -> None:
    found = segments("Done\n\nRegards,\n\nInès Durand\nBuyer | Acme\n+33 1 02 03 04 05\n")
    assert [(segment.kind, segment.folded) for segment in found] == [("text", False), ("closing", False), ("signature", True)]
    assert found[1].text == "Regards,\n\nInès Durand\n"


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("Done\n\nInès Durand\nBuyer | Acme\n+33 1 02 03 04 05\n", "Done"),
        ("Done\nInès\n", "Done"),
        ("Done\n\nINÈS DURAND\n\nOn 1 Jan 2024 at 10:00, S <s@x.test> wrote:\n> Hi\n", "Done"),
        ("Inès\n", "Inès"),
        ("Where is the parcel?\n\nInès Durand\nI wait for it since Monday, and nobody answers me when I call.\n", ""),
        ("The name on the card is\nBob\n", ""),
    ],
)
def test_the_name_of_the_sender_below_it(body: str, own: str) -> None:
    for sender in ("Inès Durand", "Durand, Inès"):
        assert reply(body, sender=sender) == (own or body.strip())


@pytest.mark.parametrize(
    "body",
    [
        "Done\n\nThanks,\n-- \nInès\n",
        "Done\n\nRegards\nInès\n\nThis message is confidential and intended only for you.\n\nAcme Ltd is a company of England.\n",
        "Done\n\nMit freundlichen Grüßen\nInès\n\nAcme GmbH, Weg 1, 10115 Berlin, Amtsgericht Berlin, Geschäftsführer: A. B.\n",
        "Done\n\n----- Mail original -----\nolder\n",
        "[EXTERNAL EMAIL]\n\nDone\n",
        "You don't often get email from a@x.test. Learn why this is important\n\nDone\n",
        "Diese E-Mail stammt von außerhalb der Organisation.\n\nDone\n",
        "Done\n\nViele Grüße\nInès\n\nHinweis: Unsere Nachrichten sind allein für Sie, und nur für Sie, gedacht.\n",
        "Done\n\n--- Reply above this line ---\n\nolder\n",
        "Done\n\n##- Please type your reply above this line -##\n\nolder\n",
        "Done\n\n--------------------\nOn Tue, 1/2/24, Bob <b@x.test> wrote:\n\nolder\n",
        "Done\n\nBelle journée à vous,\n\nInès\n",
        "Done\n\nThanks in advance for your help!\n\nInès\n",
        "Done\n\nBien cordialement,\nM. Dupont\n06 12 34 56 78\n",
        "Done\n\nMit freundlichen Grüßen\n\ni.A. Max Muster\nVertrieb\n\nMuster GmbH\nTel. +49 30 123456\n",
        "Done\n\n2024-03-03 17:21 GMT+01:00 Some One\n> older\n",
        "Done\n\nBob/ACME wrote on 01/01/2024 10:00:00:\n\nolder\n",
    ],
)
def test_more_ways_to_end(body: str) -> None:
    assert reply(body) == "Done"


@pytest.mark.parametrize("head", ["From: S <s@x.test>\nSent: Monday\nTo: me\nSubject: a\n", "-----Original Message-----\n"])
def test_a_mail_that_only_passes_on_another_is_not_folded_away(head: str) -> None:
    found = segments(f"{head}\nThe tap drips.\nPlease come.\n")
    assert [segment.kind for segment in found] == ["attribution", "text"]
    assert reply(f"{head}\nThe tap drips.\n") == "The tap drips."


@pytest.mark.parametrize(
    "body",
    [
        "On the invoice you sent me I see the following:\n\n12 € too much.\nPlease correct it.\n",
        "Le service a écrit :\nrien du tout\n",
        "At the office they said:\n- one\n- two\n",
        "From: is the word I typed\nand nothing more\n",
        "Sent from my desk, this is much easier to type than on the phone.\n",
        "Totals:\n---\n12 €\n",
        "De quoi s'agit-il ?\nObjet : rien\n",
        "--help is an option\n",
        "a -- b\n",
        "We need:\n\n- Milk\n",
        "Where:\n- Paris\n- Lyon\n",
        "Thanks\nDo you know when the parcel comes to our house?\n",
        "Thanks for your help, it works now.\n",
        "Cordialement n'est pas un mot que je dirais à cette heure, vous savez.\n",
        "Best regards to your mother, she was so kind to us when we came!\n",
        "| a | b |\n| 1 | 2 |\n",
        "On 12 March 2024 I sent the following:\n\none\ntwo\n",
        "As you said:\n\nit does not work\n",
        "Le 12 mars 2024 vous nous avez écrit :\n\nbientôt\n\nEt rien depuis.\n",
        "Am 12.03.2024 schrieben Sie uns:\n\nbald\n\nUnd seither nichts.\n",
        "Rates went from 0.98 to 1.78 so this is what I think:\n> what you said\nno\n",
        "Name: Inès\nDate: 3 May\nRoom: 12\n",
        ">>> see http://x.test <<<\nand come\n",
        "This information is confidential, so tell nobody.\n",
        "Regards,\nInès\n",
        "Thank you!\n",
        "Nom : Durand\nDate : 12/03/2024\nObjet : colis\nDe : Paris\nÀ : Lyon\n\nMerci de me rembourser.\n",
        "The log says:\n2024-01-01 10:00:00 ERROR: user bob@x.test failed:\n\ntimeout\n\nplease help\n",
        "On 12 March 2024 at 10:00 my colleague Ann <ann@x.test> wrote to you:\n\na line\n\nNothing came.\n",
        "I spoke with Kim on 2024-03-01 10:00, she said:\n\nit is free.\n\nIs it?\n",
        "Sent from the warehouse: 3 boxes.\nPlease confirm.\n",
        "one\n---\ntwo\n---\nthree: see http://x.test\n",
        "Am 12.03.2024 um 10:00 schrieb uns Max <max@x.test>\n\nBitte prüfen.\n",
        "On 12 March 2024 at 10:00 we saw that Ann <ann@x.test> wrote\nand wrote.\n",
        "On 12 March 2024 at 10:00 ann@x.test wrote\n\nIt was late.\n",
        "Yahoo Mail: it does not work, and nobody answers me\nat all.\n",
        "Download our app for Android\nand try again.\n",
        "To\nme it is the same.\n",
        "Am Montag um 10:00 Uhr schrieb ich Ihnen:\n\nBitte um Rückruf.\n\nBis heute nichts.\n",
        "My trip:\n\nFrom: Paris\nTo: Lyon\nDate: 12 March 2024 10:00\n\nIs there a seat?\n",
        "Guten Tag,\n\nbitte liefern.\n\nHinweis: nicht vor neun Uhr.\n",
        "",
    ],
)
def test_own_words_stay_own(body: str) -> None:
    assert own_text(body).startswith(body.split("\n")[0].strip())
    assert own_text(body).endswith(body.strip().split("\n")[-1])


LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "own words",
            "> quoted",
            ">> deeper",
            "On 1 Jan 2024 10:00, S <s@x.test> wrote:",
            "On",
            "-- ",
            "--",
            "\r",
            "a:\r",
        ),
        *("-----Original Message-----", "From: a", "Sent: b", "To: c", "Subject: d", "____________", "Begin forwarded message:"),
        *("Regards,", "Inès", "Thanks,", "-Bob", "This message is confidential.", "yes On 1 Jan 2024 at 10:00, S wrote:"),
        *("Sent from my iPhone", "Le 1 janvier", "a écrit :", "\x0b", "\u2028", "| pipe", "AB> initials"),
    ]
)


@given(st.lists(LINES, max_size=25).map("\n".join) | st.text())
def test_segments_joined_are_the_body(body: str) -> None:
    found = segments(body)
    assert "".join(segment.text for segment in found) == body
    assert all(segment.text for segment in found)
    assert all(one.kind != other.kind for one, other in pairwise(found))


@given(st.lists(LINES, max_size=25).map("\n".join) | st.text(), st.integers(1, 60))
def test_snippets_are_one_clean_line(body: str, cells: int) -> None:
    from tui_desk.text import clean, width

    line = snippet(body, cells)
    assert "\n" not in line
    assert clean(line) == line
    assert width(line) <= cells


def test_snippet_is_of_the_own_words_first() -> None:
    assert snippet("> quoted\n\nmine\n") == "mine"
    assert snippet("> only quoted\n") == "> only quoted"


@pytest.mark.parametrize(
    "body",
    [
        "Merci !",
        "Bonjour Nadia,\n\nMerci beaucoup !\n\nCordialement,\nInès Durand\nDirectrice des achats de la société Exemple",
        "Thanks a lot.\n\nOn 1 Jan 2024 at 10:00, Support <s@x.test> wrote:\n> Did it work?\n",
        "Vielen Dank!",
        "Parfait, merci\n-- \nBob",
    ],
)
def test_thanks(body: str) -> None:
    assert is_thanks(body)


@pytest.mark.parametrize(
    "body", ["Merci, mais quand ?", "No.", "", "Merci, mais cela ne fonctionne toujours pas du tout chez moi."]
)
def test_no_thanks(body: str) -> None:
    assert not is_thanks(body)


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl", "pt", "xx"])
def test_our_own_quotes_are_found_again(language: str) -> None:
    quoted = quote("Bonjour\n> older\n\nmore", who="Inès Durand", date="13 mars 2024 10:00", language=language)
    assert own_text(f"Answer\n\n{quoted}\n") == "Answer"
