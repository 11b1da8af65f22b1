"""Bounces without fields, as many mail systems write them; delays, complaints, receipts; and people who only speak of them."""

# ruff: noqa: E501 - the notices stand as they are sent

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_desk.mail import reason
from tui_desk.mail.parse import parse
from tui_desk.mail.types import Bounce

OURS = "Return-Path: <support@desk.example>\nMessage-ID: <ours@desk.example>\nX-Desk-Outbox: 0123456789abcdef\nFrom: support@desk.example\n"
OURS += "References: <first@shop.example> <older@desk.example>\nSubject: Re: hello\n\nGood morning,"

QMAIL = (
    "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
    "This is a permanent error; I've given up. Sorry it didn't work out.\n\n<zoe@shop.example>:\n{said}\n\n--- Below this line is a copy of the message.\n\n"
)
EXIM = (
    "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
    "recipients. This is a permanent error. The following address(es) failed:\n\n  zoe@shop.example\n    {said}\n\n"
    "------ This is a copy of the message, including all the headers. ------\n\n"
)
POSTFIX = (
    "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n"
    "For further assistance, please send mail to postmaster@mx.example.\n\n<zoe@shop.example>: {said}\n\n"
)
EXCHANGE = (
    "Your message\n\n  To:      zoe@shop.example\n  Subject: Re: hello\n  Sent:    Mon, 5 Feb 2024 10:00:00 +0100\n\ndid not reach the following recipient(s):\n\n"
    "zoe@shop.example on Mon, 5 Feb 2024 10:00:02 +0100\n    {said}\n\n"
)
NOTES = "Your message\n\n  Subject: Re: hello\n\nwas not delivered to:\n\n  zoe@shop.example\n\nbecause:\n\n  {said}\n\n"
SENDMAIL = (
    "The original message was received at Mon, 5 Feb 2024 10:00:00 +0100\nfrom localhost [127.0.0.1]\n\n   ----- The following addresses had permanent fatal errors -----\n"
    "<zoe@shop.example>\n\n   ----- Transcript of session follows -----\n... while talking to mx.shop.example.:\n{said}\n\n"
)
FILTER = "(gateway filter)\nThis mail could not be delivered.\n\nzoe@shop.example\n\n-------server message\n{said}\n\n-------SMTP command\nDATA\n\n-------original mail info\n"
FRENCH = "Bonjour,\n\nVotre message n'a pas pu être remis au destinataire suivant :\n\nzoe@shop.example\n{said}\n\n--- Message d'origine ---\n"
GERMAN = "Ihre Nachricht konnte nicht zugestellt werden.\n\nzoe@shop.example:\n{said}\n\n--- Ursprüngliche Nachricht ---\n"
SPANISH = "No se ha podido entregar su mensaje a zoe@shop.example\n\n{said}\n\nMensaje original:\n"
OFFICE = (
    "Delivery has failed to these recipients or groups:\n\nzoe@shop.example<mailto:zoe@shop.example>\n{said}\n\n"
    "Diagnostic information for administrators:\n\nGenerating server: ab.prod.example\n\nOriginal message headers:\n\n"
)


def mail(
    text: str, sender: str = "MAILER-DAEMON@mx.example", subject: str = "failure notice", more: str = "", ours: str = OURS
) -> bytes:
    head = f"From: {sender}\nTo: support@desk.example\nSubject: {subject}\nDate: Mon, 5 Feb 2024 10:00:02 +0100\n{more}"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}{ours}\n".encode()


def read(raw: bytes) -> Bounce:
    found = parse(raw).bounce
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sender", "subject", "form", "said", "reason", "status"),
    [
        ("MAILER-DAEMON@mx.example", "failure notice", QMAIL, "Sorry, no mailbox here by that name. (#5.1.1)", "userunknown", "5.1.1"),
        ("MAILER-DAEMON@mx.example", "failure notice", QMAIL, "192.0.2.1 failed after I sent the message.\nRemote host said: 552 5.2.2 over quota", "mailboxfull", "5.2.2"),
        ("MAILER-DAEMON@mx.example", "failure notice", QMAIL, "Sorry, I couldn't find any host named shop.example. (#5.1.2)", "hostunknown", "5.1.2"),
        ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender", EXIM,
         "host mx.shop.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<zoe@shop.example>:\n    550 No account by that name here", "userunknown", ""),
        ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender", EXIM, "Unrouteable address", "hostunknown", ""),
        ("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed: returning message to sender", EXIM,
         "SMTP error from remote mail server after end of data:\n    host mx [192.0.2.1]: 554 5.7.1 rejected as spam", "spamdetected", "5.7.1"),
        ("MAILER-DAEMON@mx.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", POSTFIX,
         "host mx.shop.example[192.0.2.1] said: 550\n    5.1.1 <zoe@shop.example>: Recipient address rejected: User unknown (in reply to\n    RCPT TO command)", "userunknown", "5.1.1"),
        ("MAILER-DAEMON@mx.example (Mail Delivery System)", "Undelivered Mail Returned to Sender", POSTFIX, "mail for shop.example loops back to myself", "networkerror", ""),
        ("System Administrator <postmaster@shop.example>", "Undeliverable: Re: hello", EXCHANGE, "The recipient name is not recognized", "userunknown", ""),
        ("Postmaster@shop.example", "DELIVERY FAILURE: no such user", NOTES, "User zoe (zoe@shop.example) not listed in Domino Directory", "userunknown", ""),
        ("Mail Delivery Subsystem <MAILER-DAEMON@mx.example>", "Returned mail: see transcript for details", SENDMAIL,
         ">>> DATA\n<<< 550 5.1.1 <zoe@shop.example>... User unknown\n550 5.1.1 <zoe@shop.example>... User unknown\n<<< 503 5.0.0 Need RCPT (recipient)", "userunknown", "5.1.1"),
        ("POSTMASTER <postmaster@gate.example>", "failure notice", FILTER, "550 User unknown", "filtered", ""),
        ("<>", "failure notice", FILTER, "554 5.7.1 rejected by policy", "policyviolation", "5.7.1"),
        ("postmaster@fai.example", "Échec de la remise de votre message", FRENCH, "550 5.1.1 Adresse d'au moins un destinataire invalide", "userunknown", "5.1.1"),
        ("postmaster@fai.example", "Avis de non-remise", FRENCH, "552 5.2.2 Boîte du destinataire pleine", "mailboxfull", "5.2.2"),
        ("Mail Delivery System <mailer-daemon@post.example>", "Mail konnte nicht zugestellt werden", GERMAN, "550 Requested action not taken: Postfach unbekannt", "userunknown", ""),
        ("postmaster@correo.example", "Mensaje devuelto", SPANISH, "550 el buzón está lleno", "mailboxfull", ""),
        ("postmaster@tenant.example", "Undeliverable: Re: hello", OFFICE, "The email address you entered couldn't be found.", "userunknown", ""),
        ("Postmaster <postmaster@gate.example>", "Undeliverable Mail", "{said}: zoe@shop.example\n\nOriginal message follows.\n\n", "User mailbox exceeds allowed size", "mailboxfull", ""),
    ],
)  # fmt: skip
def test_notices_in_words(sender: str, subject: str, form: str, said: str, reason: str, status: str) -> None:
    raw = mail(form.format(said=said), sender, subject)
    found = read(raw)
    automatic = parse(raw).automatic
    assert automatic is not None
    assert automatic.kind == "bounce"
    assert (found.reason, found.status, found.final) == (reason, status, True)
    assert found.recipients[:1] == ("zoe@shop.example",)
    assert found.original_message_id == "ours@desk.example"
    assert found.mark == "0123456789abcdef"
    assert "older@desk.example" in found.returned_ids


def test_each_recipient_has_its_own_reason_and_the_first_counts() -> None:
    said = "550 5.1.1 <zoe@shop.example>: User unknown\n<max@shop.example>: host mx said: 552 5.2.2 Mailbox full"
    found = read(mail(POSTFIX.format(said=said)))
    assert (found.reason, found.status, found.recipients) == ("userunknown", "5.1.1", ("zoe@shop.example", "max@shop.example"))


REFUSED = "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Non remis : bonjour", "Échec de la remise pour ces destinataires :\n\n"),
        ("Unzustellbar: hallo", "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\n"),
        ("Non recapitabile: ciao", "Impossibile recapitare il messaggio ai seguenti destinatari o gruppi:\n\n"),
        ("Niedostarczalne: cześć", "Dostarczenie wiadomości do następujących adresatów nie powiodło się:\n\n"),
        ("Kan inte levereras: hej", "Leveransen misslyckades till följande mottagare:\n\n"),
        ("Não é possível entregar: olá", "Falha na entrega para estes destinatários ou grupos:\n\n"),
        ("Onbestelbaar: hallo", "Het afleveren van uw bericht is mislukt:\n\n"),
        ("Nedoručitelné: ahoj", "Doručení těmto příjemcům nebo skupinám se nezdařilo:\n\n"),
        ("Kézbesíthetetlen: szia", "A kézbesítés sikertelen volt:\n\n"),
        ("Teslim Edilemedi: merhaba", "Şu alıcılara teslim başarısız oldu:\n\n"),
        ("Недоставленное: привет", "Не удалось выполнить доставку следующим получателям:\n\n"),
        ("未送达: 你好", "未能传递到以下收件人:\n\n"),
        ("배달되지 않음: 안녕", "다음 받는 사람에게 배달하지 못했습니다:\n\n"),
        ("Notice", "In a language that nobody here knows:\n\n"),
    ],
)
def test_the_servers_own_words_tell_in_whatever_language_they_stand(subject: str, text: str) -> None:
    found = read(mail(f"{text}zoe@shop.example\n\n{REFUSED}", "postmaster@shop.example", subject, ours=""))
    assert (found.recipients, found.status, found.reason, found.hard) == (("zoe@shop.example",), "5.1.1", "userunknown", True)


@pytest.mark.parametrize("more", ["In-Reply-To: <ours@desk.example>\n", "User-Agent: Mutt/2.2\n"])
def test_a_postmaster_in_person_may_quote_a_refusal(more: str) -> None:
    raw = mail(f"I see zoe@shop.example in the log:\n\n{REFUSED}", "postmaster@shop.example", "The log", more, ours="")
    assert parse(raw).bounce is None


def test_a_filter_that_gives_no_code_gives_a_reason() -> None:
    text = "Your message to: zoe@shop.example\nwas blocked by our Spam Firewall and has NOT BEEN DELIVERED.\n"
    assert read(mail(text, "postmaster@filter.example", "Message you sent blocked", ours="")).recipients == ("zoe@shop.example",)
    assert parse(mail("It has not been delivered yet, sorry.\n", "postmaster@shop.example", "Parcel", ours="")).bounce is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 The following destination addresses were unknown", "userunknown"),
        ("550 5.2.1 This mailbox has been blocked due to inactivity", "suspend"),
        ("550 Requested action not taken: mailbox unavailable (in reply to RCPT TO command)", "userunknown"),
        ("550 Requested action not taken: mailbox unavailable (in reply to end of DATA command)", "filtered"),
    ],
)
def test_what_was_said_and_when(said: str, reason: str) -> None:
    assert read(mail(POSTFIX.format(said=said))).reason == reason


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Warning: message 1abc delayed 24 hours",
            "A message that you sent has not yet been delivered to:\n\n  zoe@shop.example\n\n",
        ),
        (
            "Delivery Status Notification (Delay)",
            "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nzoe@shop.example\n\n",
        ),
        (
            "Delayed Mail (still being retried)",
            "Your message could not be delivered for 4 hours.\nIt will be retried until it is 5 days old.\n\nzoe@shop.example\n\n",
        ),
    ],
)
def test_delays_in_words(subject: str, text: str) -> None:
    raw = mail(text, subject=subject)
    automatic = parse(raw).automatic
    assert automatic is not None
    assert automatic.kind == "delay"
    found = read(raw)
    assert (found.action, found.final, found.hard, found.reason) == ("delayed", False, False, "expired")


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("no-reply@mail.example", "Could not be delivered to: <zoe@shop.example>\nAs their mailbox is full.\n"),
        (
            "news-admin@lists.example",
            "Your message was rejected. You are not a member of this mailing list <news@lists.example>.\n",
        ),
    ],
)
def test_notices_of_other_machines(sender: str, text: str) -> None:
    raw = f"From: {sender}\nSubject: Mail\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n{text}\n--x\nContent-Type: message/rfc822\n\n{OURS}\n--x--\n"
    assert read(raw.encode()).original_message_id == "ours@desk.example"


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "zoe@shop.example",
            "Undeliverable: your parcel",
            "My mail could not be delivered: 550 5.1.1 user unknown <x@y.test>. Please help.\n",
        ),
        ("zoe@shop.example", "Delivery failure", "The delivery failed again, nobody was there."),
        (
            "no-reply@parcels.example",
            "Your parcel",
            "Your parcel could not be delivered to 12 High Street. Questions: help@parcels.example",
        ),
        ("no-reply@bank.example", "Payment rejected", "Your payment of 550 EUR was rejected."),
        ("admin@shop.example", "Mail problems", "Since Monday we get 550 errors, can you look?"),
    ],
)
def test_who_only_speaks_of_failure_is_no_bounce(sender: str, subject: str, text: str) -> None:
    assert parse(mail(text, sender, subject, ours="")).bounce is None


def test_a_receipt_is_no_bounce() -> None:
    raw = (
        "From: postmaster@shop.example\nSubject: Delivery Status Notification (Success)\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\ndelivered\n--x\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; zoe@shop.example\nAction: delivered\nStatus: 2.0.0\n--x--\n"
    )
    read_ = parse(raw.encode())
    assert read_.bounce is None
    assert read_.automatic is not None
    assert read_.automatic.kind == "report"


def test_a_gateways_report_around_another_is_read_through() -> None:
    inner = (
        "From: MAILER-DAEMON@inner.example\nSubject: Returned mail\nContent-Type: multipart/report; report-type=delivery-status; boundary=y\n\n--y\n\nsorry\n"
        "--y\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; inner\n\nFinal-Recipient: rfc822; zoe@shop.example\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n--y\nContent-Type: text/rfc822-headers\n\n{OURS}\n--y--\n"
    )
    raw = f"From: MAILER-DAEMON@gate.example\nSubject: failure\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nThere were errors.\n--x\nContent-Type: message/rfc822\n\n{inner}\n--x--\n"
    found = read(raw.encode())
    assert (found.reason, found.status, found.original_message_id) == ("userunknown", "5.1.1", "ours@desk.example")


def test_given_up_after_trying_is_final_though_its_code_is_temporary() -> None:
    raw = (
        "From: MAILER-DAEMON@mx.example\nSubject: failed\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nsorry\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; zoe@shop.example\nAction: failed\nStatus: 4.4.1\n--x--\n"
    )
    found = read(raw.encode())
    assert (found.final, found.hard, found.reason) == (True, False, "expired")


# ----------------------------------------------------------------------------------------------------------- complaints

ARF = """From: feedback@provider.example
Subject: Abuse Report
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x

This is an abuse report.
--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1
Original-Rcpt-To: <zoe@shop.example>

--x
Content-Type: message/rfc822

{ours}
--x--
"""


def test_feedback_reports() -> None:
    raw = ARF.format(ours=OURS).encode()
    automatic = parse(raw).automatic
    assert automatic is not None
    assert automatic.kind == "feedback"
    found = read(raw)
    assert (found.action, found.diagnostic, found.recipients) == ("complained", "abuse", ("zoe@shop.example",))
    assert (found.original_message_id, found.final, found.hard) == ("ours@desk.example", False, False)


def test_junk_mail_reports_without_fields() -> None:
    raw = f"From: staff@mail.example\nSubject: complaint about message from 192.0.2.1\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n{OURS}\n--x--\n"
    assert read(raw.encode()).action == "complained"


def test_a_person_who_complains_about_a_message_is_no_report() -> None:
    assert parse(b"From: zoe@shop.example\nSubject: complaint about message from Paul\n\nHe was rude.").bounce is None


# -------------------------------------------------------------------------------------- under ordinary names, and as JSON


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("Mail Router <notes@corp.example>", "Undeliverable message", "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\nzoe@shop.example\n\n------- Returned Message --------\n\n"),
        ("Gate <scan@gate.example>", "Mail could not be delivered", "Sent >>> RCPT TO:<zoe@shop.example>\nReceived <<< 550 5.1.1 user unknown\n\nUnable to deliver message to <zoe@shop.example>\n\n"),
        ("Service <mail@isp.example>", "There was an error sending your mail", "We had trouble delivering your message.\n\nSMTP Server <mx.shop.example> rejected recipient <zoe@shop.example> (Error following RCPT command). It responded: [550 5.1.1 User Unknown]\n\nOriginal message headers:\n\n"),
    ],
)  # fmt: skip
def test_notices_under_ordinary_names(sender: str, subject: str, text: str) -> None:
    found = read(mail(text, sender, subject))
    assert (found.reason, found.recipients[0], found.original_message_id) == (
        "userunknown",
        "zoe@shop.example",
        "ours@desk.example",
    )


@pytest.mark.parametrize("more", ["In-Reply-To: <a@b.test>\n", "User-Agent: Mail/1\n", "References: <a@b.test>\n"])
def test_a_person_who_pastes_a_notice_is_a_person(more: str) -> None:
    text = "Unable to deliver message to <zoe@shop.example>\n550 5.1.1 user unknown\n\nOriginal message headers:\n\n"
    assert parse(mail(text, "max@shop.example", "Mail could not be delivered", more)).bounce is None
    assert parse(mail(text, "max@shop.example", "Fwd: Mail could not be delivered")).bounce is None


SES = """{{"notificationType":"{kind}","{name}":{{"bounceType":"Permanent","{people}":[{{"emailAddress":"zoe@shop.example","action":"failed",
"status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}}]}},"mail":{{"messageId":"0100","commonHeaders":{{"messageId":"<ours@desk.example>"}}}}}}

--
If you wish to stop receiving notifications, visit this page.
"""


def test_reports_as_json() -> None:
    sender = "Notifications <no-reply@sns.platform.example>"
    found = read(
        mail(SES.format(kind="Bounce", name="bounce", people="bouncedRecipients"), sender, "Notification Message", ours="")
    )
    assert (found.reason, found.status, found.recipients) == ("userunknown", "5.1.1", ("zoe@shop.example",))
    assert found.returned_ids == ("ours@desk.example", "0100")
    raw = mail(
        SES.format(kind="Complaint", name="complaint", people="complainedRecipients"), sender, "Notification Message", ours=""
    )
    assert read(raw).action == "complained"


@pytest.mark.parametrize(
    "text", ['{"bounce": 1}', '{"notificationType": "Bounce", "bounce": []}', '{"bounce"', "{" * 5000 + '"bounce"', "[]"]
)
def test_other_json_is_no_report(text: str) -> None:
    assert parse(mail(text, "no-reply@x.test", "data", ours="")).bounce is None


def test_a_report_pasted_under_anothers_text_is_read_through() -> None:
    inner = "Received: by relay.example; Mon\nFrom: MAILER-DAEMON@relay.example\nSubject: Undelivered Mail\n\n"
    inner += "<zoe@shop.example>: host mx.shop.example refused to talk to me: 421 service not available\n"
    found = read(
        mail("Your mail came back. The report of the relay:\n\n", "postmaster@gate.example", "Undelivered mail", ours=inner)
    )
    assert (found.reason, found.recipients) == ("blocked", ("zoe@shop.example",))


# ------------------------------------------------------------------------------------------------------------ odd bytes

PIECES = st.sampled_from(
    ["550 5.1.1 ", "<a@b.test>", "\n", "\n\n", ">>> DATA\n<<< 550", "Final-Recipient: rfc822; ", "Action: failed\n", "Status: 5", ".1.1",
     "--x\n", "--x--\n", "Content-Type: message/delivery-status\n\n", "Content-Type: message/rfc822\n\n", "From: MAILER-DAEMON@x\n",
     "Message-ID: <", "{", '{"notificationType":"Bounce","bounce":{', "}", "user unknown", "\x00", "é", "Received: x\n", "a" * 50]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["text/plain", "multipart/report; boundary=x"]))
def test_whatever_stands_in_a_report_it_is_read(text: str, kind: str) -> None:
    found = parse(f"From: MAILER-DAEMON@x.test\nSubject: failure notice\nContent-Type: {kind}\n\n{text}".encode()).bounce
    if found is not None:
        assert found.reason in {*reason.STATUS.values(), *(name for name, _ in reason.families()), "undefined", "feedback"}
        assert not found.status or found.status[0] in "245"
        assert all("@" in email or email for email in found.recipients)
        assert found.original_message_id in ("", *found.returned_ids)


@pytest.mark.parametrize("piece", ["550 5.1.1 a@b.cc\n", ">>> DATA\n", "a.", "!", "\n", "user ", "Message-ID: <", "1", "deliver"])
def test_a_long_notice_takes_no_longer_than_a_short_one(piece: str) -> None:
    """Only its beginning is read."""
    raws = [f"From: MAILER-DAEMON@x\nSubject: failure\n\n{piece * (size // len(piece))}".encode() for size in (100_000, 400_000)]
    took = []
    for raw in raws:
        begun = time.process_time()
        parse(raw)
        took.append(time.process_time() - begun)
    assert took[1] < 4 * took[0] + 0.5
