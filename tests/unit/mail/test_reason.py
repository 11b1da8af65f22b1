"""What servers say when they refuse a mail, to one word."""

from __future__ import annotations

import pytest

from tui_desk.mail import notice, reason

SAID = [
    # the address
    ("userunknown", "550 5.1.1 <zoe@shop.example>: Recipient address rejected: User unknown in virtual mailbox table"),
    ("userunknown", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking"),
    ("userunknown", "550 Requested action not taken: mailbox not found"),
    ("userunknown", "550 No Such User Here"),
    ("userunknown", "550 Invalid recipient zoe@shop.example"),
    ("userunknown", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient zoe@shop.example not found by SMTP address lookup"),
    ("userunknown", "Sorry, no mailbox here by that name. (#5.1.1)"),
    ("userunknown", "550 sorry, no mailbox here by that name (#5.7.17)"),
    ("userunknown", "550 no such person at this address"),
    ("userunknown", "User zoe (zoe@shop.example) not listed in public Name & Address Book"),
    ("userunknown", "550 5.1.1 Adresse inconnue : le destinataire n'existe pas"),
    ("userunknown", "550 Utilisateur inconnu"),
    ("userunknown", "550 5.1.1 La boîte aux lettres zoe est introuvable"),
    ("userunknown", "550 Der Empfänger ist unbekannt"),
    ("userunknown", "Benutzer unbekannt: zoe@shop.example"),
    ("userunknown", "550 Die Adresse existiert nicht"),
    ("userunknown", "550 5.1.1 el usuario no existe"),
    ("userunknown", "550 utente sconosciuto"),
    ("userunknown", "554 delivery error: dd This user doesn't have a mailsite.example account (zoe@mailsite.example) [0]"),
    ("userunknown", "511 sorry, no mailbox here by that name (chkuser)"),
    ("hostunknown", "550 5.1.2 <zoe@nowhere.example>... Host unknown (Name server: nowhere.example: host not found)"),
    ("hostunknown", "Sorry, I couldn't find any host named nowhere.example. (#5.1.2)"),
    ("hostunknown", 'Unrouteable mail domain "nowhere.example"'),
    (
        "hostunknown",
        "X-Postfix; Host or domain name not found. Name service error for name=nowhere.example type=A: Host not found",
    ),
    ("hostunknown", "DNS Error: Domain name not found"),
    ("hostunknown", "Le domaine nowhere.example n'existe pas"),
    ("hasmoved", "551 User not local; the person has moved to zoe@new.example"),
    ("hasmoved", "550 5.1.6 Recipient no longer on server: zoe@shop.example"),
    ("notaccept", "556 5.1.10 <zoe@shop.example>: Domain does not accept mail (nullMX)"),
    ("notaccept", "521 Server does not accept mail"),
    # the mailbox
    ("mailboxfull", "452 4.2.2 The email account that you tried to reach is over quota."),
    ("mailboxfull", "552 5.2.2 <zoe@shop.example>: user is over quota"),
    ("mailboxfull", "550 Mailbox quota exceeded"),
    ("mailboxfull", "554 5.2.2 mailbox full"),
    ("mailboxfull", "552 Requested mail action aborted: exceeded storage allocation"),
    ("mailboxfull", "550 5.2.2 STOREDRV.Deliver; mailbox full"),
    ("mailboxfull", "maildrop: maildir over quota."),
    ("mailboxfull", "552 5.2.2 La boîte du destinataire est pleine"),
    ("mailboxfull", "Quota dépassé pour zoe"),
    ("mailboxfull", "Das Postfach des Empfängers ist voll"),
    ("mailboxfull", "452 el buzón del usuario está lleno"),
    ("mailboxfull", "La casella di zoe è piena"),
    ("mailboxfull", "554 The recipient's mailbox is full: user has exceeded his disk quota"),
    ("suspend", "550 5.2.1 The email account that you tried to reach is disabled."),
    ("suspend", "525 5.7.13 Disabled recipient address"),
    ("suspend", "550 Account has been suspended"),
    ("suspend", "554 30 Sorry, your message to zoe@shop.example cannot be delivered. This mailbox is disabled (554.30)."),
    ("suspend", "550 Das Konto: mailbox is locked, Postfach gesperrt"),
    ("suspend", "550 5.5.0 Le compte du destinataire est bloque."),
    ("filtered", "550 5.1.1 Refused due to recipient preferences"),
    # what was sent
    ("mesgtoobig", "552 5.3.4 Message size exceeds fixed limit"),
    ("mesgtoobig", "552 Message too large"),
    ("mesgtoobig", "550 5.3.4 ROUTING.SizeLimit; message size exceeds fixed maximum size for route"),
    ("mesgtoobig", "Message trop volumineux"),
    ("spamdetected", "554 5.7.1 Message rejected as spam by Content Filtering"),
    ("spamdetected", "550 High probability of spam"),
    ("spamdetected", "554 Transaction Failed: Spam Message not queued."),
    ("spamdetected", "550 5.7.1 Our system has detected that this message is likely unsolicited mail."),
    ("spamdetected", "552 Ihre Nachricht wurde mit Spamverdacht abgewiesen"),
    ("virusdetected", "554 5.7.1 Virus found in the message: Eicar-Test-Signature"),
    ("virusdetected", "550 This message contains malware (Sanesecurity)"),
    ("policyviolation", "552-5.7.0 This message was blocked because its content presents a potential security issue"),
    ("policyviolation", "550 5.7.1 Message rejected due to local policy"),
    ("policyviolation", "554 5.7.1 attachment type not allowed"),
    ("notcompliantrfc", "550-5.7.1 This message is not RFC 5322 compliant."),
    (
        "notcompliantrfc",
        "550 5.7.1 Messages missing a valid address in From: header, or having no From: header, are not RFC 5322 compliant",
    ),
    # who sends
    ("authfailure", "550 5.7.26 Unauthenticated email from desk.example is not accepted due to domain's DMARC policy."),
    ("authfailure", "550 SPF check failed: 192.0.2.1 is not allowed to send mail from desk.example"),
    ("authfailure", "550 5.7.20 No passing DKIM signature found"),
    ("requireptr", "550 5.7.25 Reverse DNS lookup failed"),
    ("requireptr", "450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.1]"),
    ("requireptr", "554 The server sending your mail [192.0.2.1] does not have a reverse DNS entry."),
    ("blocked", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.example"),
    ("blocked", "550 5.7.606 Access denied, banned sending IP [192.0.2.1]."),
    ("blocked", "550 Your IP address has been blacklisted"),
    ("blocked", "421 4.7.0 [192.0.2.1] Our system: connection refused by this server, IP listed"),
    ("badreputation", "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation."),
    ("rejected", "553 5.1.8 <desk@desk.example>... Domain of sender address desk@desk.example does not exist"),
    ("rejected", "550 5.1.0 <desk@desk.example> sender rejected"),
    ("rejected", "550 5.7.1 You are not allowed to post to this list"),
    ("rejected", "550 5.7.1 Sender address rejected: not logged in"),
    ("norelaying", "550 5.7.1 Unable to relay for zoe@shop.example"),
    ("norelaying", "554 5.7.1 <zoe@shop.example>: Relay access denied"),
    ("norelaying", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    ("securityerror", "530 5.7.0 Authentication required"),
    ("securityerror", "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"),
    ("securityerror", "530 5.7.0 Must issue a STARTTLS command first"),
    ("speeding", "450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents"),
    ("speeding", "421 4.7.28 Gmail has detected an unusual rate of mail: daily limit"),
    ("speeding", "550 5.7.1 too many messages from this sender in the last hour"),
    ("toomanyconn", "421 4.7.0 Too many concurrent SMTP connections; please try again later."),
    ("toomanyconn", "452 4.5.3 Too many recipients"),
    # the way
    ("networkerror", "554 5.4.6 Too many hops 26 (25 max)"),
    ("networkerror", "X-Postfix; mail for shop.example loops back to myself"),
    ("networkerror", "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)"),
    ("networkerror", "lost connection: connection lost with mx.shop.example while sending end of data"),
    ("expired", "X-Postfix; connect to mx.shop.example[192.0.2.1]:25: Connection timed out"),
    ("expired", "550 4.4.7 QUEUE.Expired; message expired"),
    ("expired", "retry timeout exceeded"),
    ("expired", "I'm not going to try again; this message has been in the queue too long."),
    ("expired", "Délai de remise dépassé"),
    ("systemfull", "452 4.3.1 Insufficient system storage"),
    ("systemerror", "553 5.3.5 system config error"),
    ("systemerror", "451 4.3.0 Internal server error"),
    ("systemerror", "421 Service not available, closing transmission channel"),
    ("mailererror", "x-unix; /usr/local/bin/filter: not executable"),
    ("mailererror", 'local delivery agent: Command died with status 2: "/usr/bin/filter"'),
    ("userunknown", "x-unix; user unknown"),
    ("syntaxerror", "503 Bad sequence of commands"),
    ("syntaxerror", "501 5.5.4 Syntax error in parameters"),
    ("onhold", "451 4.7.1 Greylisting in action, please come back later"),
]


@pytest.mark.parametrize(("wanted", "said"), SAID)
def test_what_servers_say(wanted: str, said: str) -> None:
    found = reason.of([said], status=notice.status_in(said), reply=notice.reply_in(said), command=notice.command_in(said))
    assert found == wanted


@pytest.mark.parametrize(
    ("wanted", "status", "reply", "command"),
    [
        ("mailboxfull", "5.2.2", "550", ""),
        ("userunknown", "5.1.1", "550", "RCPT"),
        ("hostunknown", "5.1.2", "", ""),
        ("expired", "4.4.7", "", ""),
        ("requireptr", "5.7.25", "550", ""),
        ("hasmoved", "", "551", ""),
        ("rejected", "5.0.0", "550", "MAIL"),
        ("blocked", "", "554", "CONN"),
        ("userunknown", "", "550", "RCPT"),
        ("undefined", "", "550", ""),
        ("undefined", "", "", ""),
    ],
)
def test_codes_speak_where_words_do_not(wanted: str, status: str, reply: str, command: str) -> None:
    assert reason.of(["550 Rejected [xJ9q]"], status=status, reply=reply, command=command) == wanted


def test_the_first_text_that_says_something_counts() -> None:
    assert reason.of(["", "550 x", "mailbox full", "user unknown"]) == "mailboxfull"


def test_an_unknown_user_after_the_mail_was_taken_is_a_filter() -> None:
    assert reason.of(["550 User unknown"], command="DATA") == "filtered"
    assert reason.of(["550 User unknown"], command="RCPT") == "userunknown"
    assert reason.of(["550 5.1.1 User unknown"], status="5.1.1", command="DATA") == "userunknown"
    assert reason.of(["550 This user does not exist"], command="DATA") == "userunknown"


def test_an_unknown_host_or_user_at_mail_from_is_the_sender() -> None:
    assert reason.of(["553 desk.example does not exist"], command="MAIL") == "rejected"


def test_a_name_that_could_not_be_looked_up_now_is_the_network() -> None:
    assert reason.of(["Host not found, try again"], status="4.4.3") == "networkerror"


def test_size_limits_of_the_recipient_and_of_the_server() -> None:
    assert reason.of(["552 message too large"], status="5.2.3") == "exceedlimit"
    assert reason.of(["552 message too large"], status="5.3.4") == "mesgtoobig"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("host mx said: 550 no (in reply to RCPT TO command)", "RCPT"),
        ("host mx said: 550 no (in reply to\n    end of DATA command)", "DATA"),
        ("SMTP error from remote mail server after MAIL FROM:<a@b.test> SIZE=1:\n 550 no", "MAIL"),
        ("SMTP error from remote mail server after end of data: 550 no", "DATA"),
        ("SMTP error from remote mail server after initial connection: 554 no", "CONN"),
        (">>> RCPT To:<a@b.test>\n<<< 550 no", "RCPT"),
        (">>> MAIL From:<a@b.test>\n<<< 250 ok\n>>> DATA\n<<< 550 no", "DATA"),
        (">>> DATA\n<<< 550 5.1.1 no\n550 5.1.1 x... User unknown\n<<< 503 5.0.0 Need RCPT (recipient)", "RCPT"),
        ("host mx refused to talk to me: 421 no", "CONN"),
        ("nothing of this", ""),
    ],
)
def test_the_command_that_was_refused(text: str, command: str) -> None:
    assert notice.command_in(text) == command


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 unknown", "5.1.1"),
        ("smtp; 554 4.4.7 expired <421 4.4.2 timed out>", "4.4.2"),
        ("5.0.0 then 5.2.2", "5.2.2"),
        ("(#5.1.1)", "5.1.1"),
        ("550 #5.1.0 no", "5.1.0"),
        ("server 192.5.1.1 and 5.1.1.9 said 250 2.0.0 ok", ""),
    ],
)
def test_codes_in_text(text: str, status: str) -> None:
    assert notice.status_in(text) == status
