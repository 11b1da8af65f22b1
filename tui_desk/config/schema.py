"""Every setting, typed; the line under each field is its manual (and the comment in the file that `init` writes).

Frozen and cheap to import: the fast commands read it. An environment variable TUI_DESK_<SECTION>_<KEY> wins over the file.
"""

from __future__ import annotations

from tui_desk.config.own import Own, account_of
from tui_desk.record import Record, fresh


class Account(Record):
    """[account]: the shared mailbox."""

    address: str = ""
    """The desk's address: customers write to it, replies come from it."""
    name: str = ""
    """The name beside the address in replies ("Support Acme")."""
    aliases: tuple[str, ...] = ()
    """Other addresses that are ours: mail to them is the desk's, mail from them is an answer and no customer. A whole domain is
    written "@acme.example": then a colleague who answers from an address of his own is no customer either."""
    queue: str = ""
    """The queue of what is written to this mailbox; empty: support for support@…, and the name of a further account."""
    imap: str = ""
    """Where mail is read: imaps://host:993, imap+starttls://host:143, or imap:// (loopback only); memory: for the demo."""
    smtp: str = ""
    """Where mail is sent: smtps://host:465, smtp+starttls://host:587, or smtp:// (loopback only)."""
    user: str = ""
    """The login; default: the address."""
    auth: str = "password"
    """How to log in: password, or oauth (Google and Microsoft; `desk auth login` asks them for consent)."""
    password_command: str = ""
    """A command that prints the password; empty: the keyring."""
    token_command: str = ""
    """A command that prints an OAuth access token, run for every login; then nothing of [oauth] is needed."""
    ca_file: str = ""
    """A file of certificates to trust beside the system's (a company's own CA)."""
    authserv: tuple[str, ...] = ()
    """Whose Authentication-Results are believed (RFC 8601): the name that your mail server gives itself there, "mx.acme.example";
    empty: whoever wrote the topmost. Name it where mail passes a filter or a relay of yours that writes its own above."""
    inbox: str = "INBOX"
    """The folder customers' mail comes to."""
    sent: str = ""
    """The folder of sent mail; empty: the server's own \\Sent (RFC 6154)."""
    allow_plaintext: bool = False
    """Allow imap:// and smtp:// off loopback. The password then crosses the network readable."""
    save_sent: bool = True
    """Save a copy in the Sent folder. Switch off where the server does it (Gmail, Office 365)."""


class OAuth(Record):
    """[oauth]: whom to ask for consent, where account.auth is oauth. The tokens are in the keyring."""

    provider: str = ""
    """google or microsoft; empty: whose account.imap is, or the URLs below."""
    client_id: str = ""
    """The id of your own application, as registered with the provider."""
    client_secret_command: str = ""
    """A command that prints the application's secret, where the provider gave one; empty: the keyring, or none."""
    tenant: str = "common"
    """Microsoft: common, organizations, consumers, or the id of your organisation."""
    flow: str = ""
    """How consent is asked: browser (on this machine) or device (a code typed in any browser); empty: browser where it can be."""
    authorize_url: str = ""
    """Where consent is asked by browser, for another provider than Google and Microsoft."""
    token_url: str = ""
    """Where that provider gives tokens (RFC 6749)."""
    device_url: str = ""
    """Where that provider gives device codes (RFC 8628)."""
    revoke_url: str = ""
    """Where that provider takes tokens back (RFC 7009)."""
    scopes: tuple[str, ...] = ()
    """What to ask for; empty: reading and sending mail, as the provider calls it."""


MAIN = "main"
"""The name of [account] among the accounts."""


class Agent(Record):
    """[agent]: who sits at this desk."""

    id: str = ""
    """Your short name in assignments and figures; default: the login name."""
    name: str = ""
    """Your name as customers see it (in signatures)."""
    team: tuple[str, ...] = ()
    """The other agents' short names, for assigning."""


class Replies(Record):
    """[replies]: how mail leaves."""

    signature: str = ""
    """Put under every reply (Markdown)."""
    undo_seconds: int = 15
    """How long a sent reply can be taken back."""
    quote: bool = True
    """Quote the answered message under the reply."""
    status_after: str = "pending"
    """What a ticket becomes after a reply: pending, solved, open, or empty for no change."""
    bulk_per_minute: int = 60
    """How many mails a minute a bulk reply sends at most."""
    bcc_self: bool = False
    """Bcc the desk's own address: the proof of delivery where the server changes Message-IDs."""


class Ack(Record):
    """[ack]: acknowledgements, "we have your message", sent by the desk itself. At most one a ticket, three an hour and ten a
    day to an address, sixty an hour in all. Where several desks share a mailbox, switch it on at one."""

    enabled: bool = False
    """Acknowledge new tickets that people open, from when this is switched on. `desk ack --dry-run` tells what would be sent."""
    language: str = ""
    """The language where the customer's is not clear: en or fr; empty: the desk's own."""


class Calendar(Record):
    """[calendar]: business time."""

    timezone: str = "Europe/Paris"
    """IANA time zone of the business hours and of reports."""
    hours: tuple[str, ...] = ("mon-fri 09:00-17:00",)
    """Windows: "mon-fri 09:00-12:30", "sat 10:00-12:00"."""
    holidays: str = ""
    """A country's public holidays: "FR", "CH-GE"; empty for none."""
    closed: tuple[str, ...] = ()
    """More days off: "2026-12-24"."""


class Sla(Record):
    """[sla]: what is promised, in business time ("30m", "4h", "2d" of eight hours); empty for no promise."""

    first_reply: str = "8h"
    """Until the first reply, normal priority."""
    next_reply: str = "8h"
    """Until each further reply, normal priority."""
    first_reply_urgent: str = "1h"
    """Until the first reply, urgent."""
    first_reply_high: str = "4h"
    """Until the first reply, high."""
    first_reply_low: str = "16h"
    """Until the first reply, low."""


class Console(Record):
    """[console]: the screens."""

    theme: str = "desk-dark"
    """A theme of themes/ or of your own themes folder."""
    after_action: str = "next"
    """Where the cursor goes after a ticket is acted on: next, stay or list."""
    view: str = "open"
    """The view shown first."""
    clock_24h: bool = True
    """Times as 14:30, not 2:30 pm."""


class Sync(Record):
    """[sync]: how mail is fetched."""

    poll_seconds: int = 10
    """How often the server is asked beside IDLE."""
    window: int = 400
    """How many messages are asked for at once."""
    size_cap_mb: int = 25
    """Messages larger than this are fetched without their large parts."""
    first_days: int = 90
    """A new store begins with the mail of so many days; what is older follows, newest first. 0: everything at once."""
    connections: int = 2
    """How many connections to the mailbox are open at once at most: 2, or 1 where the server counts them strictly."""


class Threading(Record):
    """[threading]: which ticket a mail belongs to, beside what its headers say."""

    external_ref: tuple[str, ...] = ()
    """Other systems' ids in subjects, as regular expressions in single quotes: '\\[(JIRA-\\d+)\\]'. Mails that name the same id
    are one ticket. The id is the group called ref, else the first group, else all that matches; upper and lower case are one.
    It holds for mail that comes from now on, and after `desk rebuild` for all."""
    external_ref_from: tuple[str, ...] = ()
    """Whose subjects are searched for such ids, beside your own: "jira@corp.example", "@tracker.example"; empty: everybody's.
    Whoever guesses an id can write into its ticket: name the senders where ids are counted up and strangers write to you."""
    plus_address: bool = False
    """Ask for answers to support+TOKEN@ your domain, TOKEN naming the ticket under our signature: they find it even where a
    program drops every other header. The server must deliver such addresses to your mailbox (send yourself one first), and
    yours may have 17 letters before the sign at most."""


class WriteBack(Record):
    """[writeback]: what other mail clients see of the desk's work. All of it is off: the mailbox is only read. What is switched
    on holds for tickets that change from then on; `desk writeback --dry-run` tells what would be written. Where several desks
    share a mailbox, switch it on at one."""

    seen: bool = False
    """Mark a customer's mail as read (\\Seen) once an agent has done something to its ticket: answered it, taken it, noted,
    solved."""
    answered: bool = False
    """Mark it as answered (\\Answered) once the mail server has accepted our reply to it."""
    keywords: tuple[str, ...] = ()
    """A keyword for a status: "solved=desk-solved", "pending=desk-waiting". Closed is as solved, unless it is named itself."""
    folders: tuple[str, ...] = ()
    """A folder for a status: "solved=Archive/Solved". Mail is moved there, and back to the inbox when its ticket gets a status
    without a folder. Closed is as solved, unless it is named itself. A folder that is not there is made."""
    junk: bool = False
    """Move the mail of spam to the Junk folder, marked $Junk, and back to the inbox, marked $NotJunk, when it is none."""
    junk_folder: str = ""
    """That folder; empty: the server's own \\Junk (RFC 6154)."""


class Settings(Record):
    """The whole file."""

    language: str = "auto"
    """auto (the locale), en or fr."""
    close_after_days: int = 7
    """Solved tickets close by themselves after so many days; 0: never."""
    account: Account = Account()
    accounts: dict[str, Account] = fresh(default_factory=dict)
    """[accounts.NAME]: a further mailbox, with the keys of [account]."""
    oauth: OAuth = OAuth()
    oauths: dict[str, OAuth] = fresh(default_factory=dict)
    """[oauths.NAME]: [oauth] for the account of that name, where it asks somebody else."""
    queues: dict[str, str] = fresh(default_factory=dict)
    """[queues]: addresses of ours with a queue of their own, name = "billing@acme.example, invoices@acme.example"."""
    agent: Agent = Agent()
    replies: Replies = Replies()
    ack: Ack = Ack()
    calendar: Calendar = Calendar()
    sla: Sla = Sla()
    console: Console = Console()
    sync: Sync = Sync()
    threading: Threading = Threading()
    writeback: WriteBack = WriteBack()
    views: dict[str, str] = fresh(default_factory=dict)
    """[views]: saved queries, name = "query"."""
    keys: dict[str, str] = fresh(default_factory=dict)
    """[keys]: action id = "key,key"."""

    @property
    def mailboxes(self) -> dict[str, Account]:
        """Every account by its name; [account] is MAIN and the first."""
        return {MAIN: self.account, **self.accounts}

    def at(self, name: str) -> Settings:
        """These settings as the account `name` has them: `account` and `oauth` are its own, all the rest is the same."""
        if not self.accounts:
            return self
        from dataclasses import replace

        oauths = {MAIN: self.oauth, **self.oauths}
        account = self.mailboxes[name]
        return replace(self, account=account, accounts=self.mailboxes, oauth=oauths.get(name, oauths[MAIN]), oauths=oauths)

    @property
    def own_addresses(self) -> Own:
        """Every address that is ours."""
        return Own.of(self)

    def account_of(self, address: str) -> str:
        """The name of the account that writes as `address`: the first where it is nobody's."""
        return account_of(address.lower(), self.mailboxes) if self.accounts else MAIN
