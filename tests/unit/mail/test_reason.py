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
    # the providers' own words
    ("blocked", "550 5.7.708 Access denied, traffic not accepted from this IP address"),
    ("hostunknown", "550 5.4.310 DNS domain shop.example does not exist [Message=InfoDomainNonexistent]"),
    ("speeding", "550 5.7.705 Access denied, tenant has exceeded threshold"),
    ("speeding", "550 5.4.5 Daily SMTP relay limit exceeded for user"),
    ("securityerror", "530 5.7.57 Client not authenticated to send anonymous mail during MAIL FROM"),
    ("norelaying", "550 5.7.64 TenantAttribution; Relay Access Denied"),
    ("securityerror", "550 5.7.134 RESOLVER.RST.SenderNotAuthenticatedForMailbox; authentication required"),
    ("spamdetected", "550 Mail content denied. http://service.mail.example"),
    ("userunknown", "550 Mailbox not found. http://service.mail.example"),
    ("toomanyconn", "550 Connection frequency limited"),
    ("filtered", "550 Mail is rejected by recipients"),
    ("blocked", "554 5.7.1 Connections not accepted from IP addresses on Spamhaus XBL"),
    ("blocked", "550 5.7.1 Your email was rejected due to having a domain present in the DBL"),
    ("blocked", "554 Your ip 192.0.2.1 is on our block list"),
    ("policyviolation", "554 5.7.1 [CS01] Message rejected due to local policy"),
    ("rejected", "550 Rejected by header based manually Blocked Senders"),
    ("rejected", "550 Sender address blocked - https://x.example"),
    ("badreputation", "554 Blocked: Local CT IP Reputation - (reject)"),
    ("norelaying", "550 Rejected relay attempt: 'From <a@b> To c@d'"),
    ("virusdetected", "554 Malware detected by AV"),
    ("requireptr", "450 4.7.1 Client host rejected: cannot find your hostname, [192.0.2.1]"),
    ("requireptr", "550 IP address does not have a PTR record"),
    ("mailboxfull", "554 5.2.2 <zoe@shop.example>: Recipient address rejected: Quota exceeded"),
    ("mailboxfull", "550 5.7.1 Recipient's mailbox is over its limit"),
    ("mailboxfull", "452 4.1.1 <zoe@shop.example> 4.2.2 requested mail action aborted: exceeded mailbox size"),
    ("mailboxfull", "550 Quota violation for zoe@shop.example"),
    ("mailboxfull", "Can't create user output file: Disc quota exceeded"),
    ("suspend", "550 5.2.1 Mailbox disabled, not accepting messages"),
    ("suspend", "550 5.7.1 Inactive user"),
    ("suspend", "550 Account inactive since 2020"),
    ("suspend", "550 5.1.1 <z@x.test>: Recipient address rejected: account disabled"),
    ("userunknown", "550 No such recipient here"),
    ("userunknown", "550 5.1.1 recipient unknown"),
    ("userunknown", "550 <zoe@x.example>: Recipient address rejected: undeliverable address: unknown user"),
    ("userunknown", "550 5.1.0 Address rejected zoe@x.example"),
    ("userunknown", "550 5.4.1 [zoe@x.example]: Recipient address rejected: Access denied"),
    ("userunknown", "553 5.3.0 <zoe@x.example>... No such user here"),
    ("userunknown", "550 5.1.1 Unknown address"),
    ("userunknown", "550 zoe@x.example unknown user account"),
    ("userunknown", "501 5.1.3 Bad recipient address syntax"),
    ("userunknown", "550 that recipient does not like us: unknown local part in zoe@x.example"),
    ("userunknown", "550 non-existent user"),
    ("userunknown", "511 5.1.1 unknown address or alias: zoe@x.example"),
    ("userunknown", "550 Adresse inexistante"),
    ("userunknown", "550 5.1.1 Boite du destinataire inconnue"),
    ("userunknown", "The email account does not exist at the organization this message was sent to."),
    ("userunknown", "L'adresse de messagerie que vous avez entrée est introuvable."),
    ("userunknown", "Die eingegebene E-Mail-Adresse konnte nicht gefunden werden."),
    ("userunknown", "No se encontró la dirección de correo"),
    ("hostunknown", "550 Domain does not exist; please check your spelling"),
    ("hostunknown", "Unable to find mail server for domain: unknown domain"),
    ("hostunknown", "550 5.1.2 Bad destination system address"),
    ("notaccept", "550 5.1.10 <zoe@x.example>: Recipient address rejected: Domain x.example does not accept mail (nullMX)"),
    ("expired", "Delivery timed out: 421 4.4.2 x Error: timeout exceeded"),
    ("expired", "Your message was not delivered within 5 days"),
    ("expired", "This message has been in the queue for 4 days; giving up"),
    ("networkerror", "Connection refused"),
    ("networkerror", "554 5.4.14 Hop count exceeded - possible mail loop"),
    ("networkerror", "No route to host"),
    ("networkerror", "X-Postfix; lost connection with mx.x.example[192.0.2.1] while receiving the initial server greeting"),
    ("mesgtoobig", "552 #5.3.4 message size exceeds limit"),
    ("exceedlimit", "550 5.2.3 Message size 30 MB exceeds the mailbox's limit"),
    ("policyviolation", "550 5.7.1 Blocked attachment extension .exe"),
    ("policyviolation", "550 Message contains banned file type"),
    ("authfailure", "550 5.7.1 Unauthenticated email is not accepted from this domain (DMARC)"),
    ("authfailure", "554 5.7.5 Permanent Error Evaluating DMARC Policy"),
    ("authfailure", "550 5.7.23 The message was rejected because of Sender Policy Framework violation"),
    ("systemerror", "451 Temporary local problem - please try later"),
    ("systemerror", "450 4.3.2 System not accepting network messages"),
    ("systemerror", "554 5.3.0 unable to write message: I/O error"),
    ("onhold", "450 4.2.0 <z@x>: Recipient address rejected: Greylisted, see http://postgrey"),
    ("toomanyconn", "421 Too many connections from your host"),
    ("toomanyconn", "451 4.5.3 Too many messages in this connection"),
    ("speeding", "421 4.7.0 [TSS04] Messages temporarily deferred: sending rate too high"),
    ("spamdetected", "554 5.7.1 Message scored 9.5 spam points"),
    ("spamdetected", "550 5.7.1 This message has been blocked because it contains spam content."),
    ("spamdetected", "554 rejected due to spam URL in content"),
    ("rejected", "550 5.7.1 <desk@desk.example>: Sender address rejected: not owned by user"),
    ("rejected", "550 You are not authorized to send to this mailing list"),
    ("rejected", "550 5.7.129 RestrictedToRecipientsPermission: you don't have permission to send to this recipient"),
    ("norelaying", "550 relay not permitted"),
    ("norelaying", "550 5.7.1 we do not relay"),
    ("syntaxerror", "500 5.5.2 Error: bad syntax"),
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
