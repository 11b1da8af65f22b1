"""What a mail system reports of a mail of ours: bounces and delays (RFC 3464, or in words), complaints (RFC 5965)."""

from __future__ import annotations

import re

from tui_desk.mail import addresses, headers, mailer, notice, platform, reason
from tui_desk.mail.mime import Part
from tui_desk.mail.types import Address, Bounce

_MESSAGE_ID = re.compile(r"^Message-ID:\s*<?([^<>\s]+@?[^<>\s]*)>?", re.IGNORECASE | re.MULTILINE)
_LINKS = re.compile(
    r"^(?:References|In-Reply-To|X-Desk-Message|Resent-Message-ID):((?:[^\n]|\n[ \t])+)", re.IGNORECASE | re.MULTILINE
)
_MARK = re.compile(r"^X-Desk-Outbox:\s*([0-9a-f]{8,64})", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_TELL = (
    r"(?:could|can|would|was|were|has|have|is)(?: ?n.?t| not)(?: yet)? (?:be(?:en)? )?(?:deliver|sent|reach)|cannot be deliver",
    r"deliver(?:y|ed|ing)? .{0,60}(?:fail|abort)|failed to deliver|undeliverable|did not reach|unable to deliver",
    r"failure reasons?\b|not listed in|trouble delivering|error (?:while )?(?:sending|delivering)",
    r"delivery (?:attempt|error|fail)|returned to sender|message (?:was |has been )?rejected|invalid user address",
    r"unknown (?:user|recipient)|user unknown|pas pu être (?:remis|distribu|envoy|livr)|n'a (?:pas )?(?:pu )?(?:être "
    r")?(?:remis|distribu|délivr)",
    r"(?:konnte|kann|wurde) .{0,60}nicht (?:zugestellt|ausgeliefert|übermittelt)|no (?:se )?(?:ha podido|pudo|puede) "
    r".{0,30}entreg",
    r"non .{0,30}(?:recapitat|consegnat)|送信できませんでした|配信できません",
)
_CODED = re.compile(r"(?<![\d.])[45]\d\d[ #-]{1,3}[45]\.\d{1,3}\.\d{1,3}\b")
"""A refusal as servers write it, in a notice of whatever language."""
_LIST = r"not a member of this|not members? of|loop alert|duplicated message-id|mail loop|awaits moderator"
_TELLS = re.compile("|".join((*_TELL, _LIST)), re.IGNORECASE)
_LISTS = re.compile(_LIST, re.IGNORECASE)
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_COPIES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822")
_JUNK = re.compile(r"complaint about message from [\d.a-f:]+", re.IGNORECASE)
_PASTED = re.compile(r"^From:[^\n]*(?:mailer-daemon|mail delivery (?:sub)?system)", re.IGNORECASE | re.MULTILINE)
_ANSWER = re.compile(r"\s*(?:re|aw|sv|antw|fwd?|tr|wg|rv|i)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_PERSONAL = frozenset({"in-reply-to", "references", "user-agent", "thread-index", "x-ms-exchange-organization-authas"})
_FIRST_WORDS = 1000
"""Characters in which a notice under an ordinary name must say what it is."""
_MOST = 100
_MAX_REPORT = 256 * 1024


def read(root: Part, text: str = "", sender: Address | None = None, *, deeper: bool = True) -> Bounce | None:
    """The report in `root`, None where nothing of it says that it is one. `text`, its body, is read where it has no fields."""
    sender = sender or Address("")
    parts = list(root.walk())
    complaint = _complaint(root, parts)
    if complaint is not None:
        return complaint
    if text.lstrip()[:1] == "{" and mailer.is_machine(sender.email) and (found := platform.read(text)) is not None:
        return found
    statuses = [part for part in parts if part.content_type in _STATUS_TYPES]
    subject = headers.words(root.first.get("subject", ""))
    if not statuses and not _may_be(root, text, sender, subject):
        return None
    told = notice.read(text, subject)
    if not statuses and not _is_notice(root, parts, told, sender, subject):
        return None
    sources = [part.body()[:_MAX_REPORT] for part in statuses] or [told.words.encode("utf-8", "replace")]
    fields = [block for source in sources for block in _blocks(source)]
    about = [block for block in fields if "final-recipient" in block or "original-recipient" in block or "action" in block]
    if statuses and about and all(_weight(block) == 0 for block in about):
        return None  # a receipt: delivered, relayed or expanded
    found = _bounce(root, parts, about, told, bool(statuses))
    told_nothing = found.reason == "undefined" and not found.status
    return (_enclosed(parts, told.copy) or found) if told_nothing and deeper else found


def _bounce(root: Part, parts: list[Part], about: list[dict[str, str]], told: notice.Notice, fields: bool) -> Bounce:
    worst = max(about, key=_weight, default={})
    diagnostic = " ".join(worst.get("diagnostic-code", "").split())
    status = _status(worst, diagnostic, told)
    action = worst.get("action", "").partition(" ")[0].strip("; ").lower()
    missed = [block for block in about if _weight(block) and _weight(block) == _weight(worst)]
    failed = [address.email for address in addresses.parse(root.first.get("x-failed-recipients", ""))]
    recipients = [_address(block) for block in missed] or failed or list(told.recipients)
    said = diagnostic.partition(";")[2].strip() if ";" in diagnostic[:24] else diagnostic
    texts = [text for text in (diagnostic, worst.get("status", ""), *told.said, told.words) if text]
    copies = [*_copies(parts), told.copy]
    ids = _ids(root, parts, copies, worst, told)
    reply = notice.reply_in(diagnostic.partition(";")[2] or diagnostic) or told.reply
    action = action or ("delayed" if told.delayed else "failed" if not fields or status[:1] == "5" else "")
    why = reason.of(texts, status=status, reply=reply, command=_command(diagnostic, told))
    return Bounce(
        recipients=tuple(dict.fromkeys(address for address in recipients if address))[:_MOST],
        status=status,
        action=action,
        diagnostic=said or " ".join(" ".join(told.said).split())[:500],
        original_message_id=ids[0] if ids else "",
        reason="expired" if action == "delayed" and why == "undefined" else why,
        returned_ids=tuple(ids[:_MOST]),
        mark=next((found[1].lower() for copy in copies if (found := _MARK.search(copy))), ""),
        each=tuple(_one(block, told) for block in missed[:_MOST]) if len(missed) > 1 and action == "failed" else (),
    )


def _enclosed(parts: list[Part], copy: str) -> Bounce | None:
    """The report inside a gateway's report that tells nothing itself: an enclosed message, or one pasted under the text."""
    for part in parts[1:]:
        if part.content_type == "message/rfc822" and b"delivery-status" in (inner := part.body()[:_MAX_REPORT])[:4096]:
            return _inner(inner)
    return _inner(copy.encode("utf-8", "replace")) if _PASTED.search(copy[:4096]) else None


def _inner(raw: bytes) -> Bounce | None:
    from tui_desk.mail import bodies, mime

    root = mime.tree(raw, [])
    return read(root, bodies.read(root, [], "utf-8").text, addresses.first(root.first.get("from", "")), deeper=False)


# ------------------------------------------------------------------------------------------------------------ is it one


def _may_be(root: Part, text: str, sender: Address, subject: str) -> bool:
    """What is told at little cost, before the notice is read."""
    if root.first.get("x-failed-recipients") or mailer.is_mailer(sender):
        return True
    if mailer.of_failure(subject) and (root.content_type == "multipart/report" or mailer.is_postmaster(sender.email)):
        return True
    if root.content_type == "multipart/report" or mailer.is_machine(sender.email) or _nobody(root):
        return bool(_TELLS.search(text[:4096]) or (mailer.is_postmaster(sender.email) and _CODED.search(text[:4096])))
    return _bare(root, subject) and bool(_TELLS.search(text[:_FIRST_WORDS]))


def _is_notice(root: Part, parts: list[Part], told: notice.Notice, sender: Address, subject: str) -> bool:
    """A notice without fields: by who sends it, what its subject and its words say, and what stands in it for proof."""
    if root.first.get("x-failed-recipients") or mailer.is_mailer(sender):
        return True
    failure, tells = mailer.of_failure(subject), bool(_TELLS.search(told.words))
    if root.content_type == "multipart/report" and not root.parameters.get("report-type", "").startswith(
        ("disposition", "feedback")
    ):
        return failure or tells
    if failure and mailer.is_postmaster(sender.email):
        return True
    copy = any(part.content_type in _COPIES for part in parts[1:]) or bool(told.copy.strip())
    if not mailer.is_machine(sender.email) and not _nobody(root):
        # Under an ordinary name only with everything at once: people paste such notices into their questions.
        return (
            _bare(root, subject) and copy and bool(told.recipients) and bool(reason.of([*told.said, told.words]) != "undefined")
        )
    if _LISTS.search(told.words):
        return True
    if tells and copy:
        return True
    if not told.recipients:
        return False
    if mailer.is_postmaster(sender.email) and not _PERSONAL & root.first.keys():
        return bool(_CODED.search(told.words)) or (tells and reason.of([*told.said, told.words]) != "undefined")
    return tells and bool(told.reply or told.status)


def _bare(root: Part, subject: str) -> bool:
    """A new mail about a failure, without the traces of a person's mail program."""
    return mailer.of_failure(subject) and not _ANSWER.match(subject) and not (_PERSONAL & root.first.keys())


def _nobody(root: Part) -> bool:
    return root.first.get("return-path", "").strip() == "<>"


def _complaint(root: Part, parts: list[Part]) -> Bounce | None:
    """A feedback report (RFC 5965), or Microsoft's junk mail report, which has none of its fields."""
    report = next((part for part in parts if part.content_type == "message/feedback-report"), None)
    junk = (
        report is None
        and len(parts) > 1
        and parts[1].content_type == "message/rfc822"
        and _JUNK.match(root.first.get("subject", ""))
    )
    if report is None and not junk:
        return None
    fields = _blocks(report.body()[:_MAX_REPORT])[0:1] if report is not None else []
    field = fields[0] if fields else {}
    copies = _copies(parts)
    to = field.get("original-rcpt-to", "") or field.get("removal-recipient", "")
    ids = [found[1] for copy in copies if (found := _MESSAGE_ID.search(copy))]
    return Bounce(
        recipients=tuple(notice.addresses(to))[:_MOST],
        status="",
        action="complained",
        diagnostic=field.get("feedback-type", "abuse").strip().lower(),
        original_message_id=ids[0] if ids else "",
        reason="feedback",
        returned_ids=tuple(ids),
        mark=next((found[1].lower() for copy in copies if (found := _MARK.search(copy))), ""),
    )


def _one(block: dict[str, str], told: notice.Notice) -> tuple[str, str, str]:
    """What is said of one of several recipients."""
    diagnostic = " ".join(block.get("diagnostic-code", "").split())
    status = notice.status_in(diagnostic) or notice.any_status(block.get("status", ""))
    texts = [text for text in (diagnostic, block.get("status", "")) if text]
    command = notice.command_in(diagnostic) or told.command
    return _address(block), reason.of(texts, status=status, reply=notice.reply_in(diagnostic), command=command), status


# --------------------------------------------------------------------------------------------------------------- fields


def _blocks(data: bytes) -> list[dict[str, str]]:
    """The groups of fields: the first about the message, one more for each recipient."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    blocks: list[dict[str, str]] = []
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        unfolded = re.sub(r"\n[ \t]+", " ", block)
        pairs = [line.partition(":") for line in unfolded.split("\n") if ":" in line]
        if pairs:
            blocks.append({name.strip().lower(): value.strip() for name, _, value in reversed(pairs)})
    return blocks


def _weight(block: dict[str, str]) -> int:
    order = {"failed": 3, "delayed": 2, "expanded": 0, "relayed": 0, "delivered": 0}
    return order.get(block.get("action", "").lower().strip(), 1)


def _status(block: dict[str, str], diagnostic: str, told: notice.Notice) -> str:
    """What the last server said is nearer to the truth than the field, but for a code that says nothing (x.0.0)."""
    named, said = notice.any_status(block.get("status", "")), notice.status_in(diagnostic)
    for code in (said, named, "" if said else told.status):
        if code and not code.endswith(".0.0"):
            return code
    return said or named or told.status


def _command(diagnostic: str, told: notice.Notice) -> str:
    return notice.command_in(diagnostic) or told.command


def _address(block: dict[str, str]) -> str:
    value = block.get("final-recipient") or block.get("original-recipient") or ""
    address = value.rpartition(";")[2].strip().strip("<>").lower()
    if address.startswith("@") or "@" not in address:
        other = (block.get("original-recipient") or "").rpartition(";")[2].strip().strip("<>").lower()
        return other or address
    return address


# -------------------------------------------------------------------------------------------------- the mail that came back


def _copies(parts: list[Part]) -> list[str]:
    """The heads of the messages enclosed, last first: the returned mail stands at the end of a report."""
    return [
        part.body()[:_MAX_REPORT].decode("utf-8", "replace").lstrip().partition("\n\n")[0].replace("\r\n", "\n")
        for part in reversed(parts[1:])
        if part.content_type in _COPIES
    ]


def _ids(root: Part, parts: list[Part], copies: list[str], worst: dict[str, str], told: notice.Notice) -> list[str]:
    """The ids that the report names: of the mail that came back first, then those which that one answers."""
    found = [hit[1] for copy in copies if (hit := _MESSAGE_ID.search(copy))]
    named = worst.get("x-original-message-id") or worst.get("original-message-id") or ""
    found += _ID.findall(named)
    if not found and (hit := _MESSAGE_ID.search(told.words)):
        found.append(hit[1])
    outer = headers.ids(root.first.get("references", "") or root.first.get("in-reply-to", ""))
    if not found:
        found += reversed(outer)
    found += [message_id for copy in copies for line in _LINKS.findall(copy) for message_id in reversed(_ID.findall(line))]
    return list(dict.fromkeys(message_id.strip() for message_id in found))
