"""What a bounce says: the fields of message/delivery-status (RFC 3464) and the id of the mail that came back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui_desk.mail import addresses, headers
from tui_desk.mail.mime import Part
from tui_desk.mail.types import Bounce

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^<>\r\n]+)>", re.IGNORECASE | re.MULTILINE)
_MAILER = re.compile(r"mailer[-_]?daemon(?:@|\Z)")
_FAILURE = re.compile(
    r"undeliver|delivery (?:failure|status|notification|delay)|(?:mail|message) (?:delivery )?fail|failure notice|returned mail"
    r"|not delivered|non[- ](?:remis|distribu)|échec de (?:la )?(?:remise|livraison)|unzustellbar|nicht zugestellt"
    r"|no se puede entregar|mancato recapito",
    re.IGNORECASE,
)
_MOST = 100
_MAX_REPORT = 256 * 1024


def sent_by_mailer(headers_found: Mapping[str, str], sender: str) -> bool:
    """A mail system's own mail: from mailer-daemon, or from postmaster about a delivery that failed."""
    if _MAILER.match(sender):
        return True
    return sender.startswith("postmaster@") and bool(_FAILURE.search(headers.words(headers_found.get("subject", ""))))


def read(root: Part, text: str = "", sender: str = "") -> Bounce | None:
    """The bounce in `root`, None where nothing of it says that it is one. `text`, its body, is read where it has no fields."""
    parts = list(root.walk())
    statuses = [part for part in parts if part.content_type in ("message/delivery-status", "message/global-delivery-status")]
    failed = root.first.get("x-failed-recipients", "")
    if not statuses and not failed and not sent_by_mailer(root.first, sender):
        return None
    sources = [part.body()[:_MAX_REPORT] for part in statuses] or [text[:_MAX_REPORT].encode("utf-8", "replace")]
    fields = [block for source in sources for block in _blocks(source)]
    about = [block for block in fields if "final-recipient" in block or "original-recipient" in block or "action" in block]
    missed = [block for block in about if _weight(block)] or about
    recipients = [_address(block) for block in missed] or [address.email for address in addresses.parse(failed)]
    worst = max(about, key=_weight, default={})
    diagnostic = " ".join(worst.get("diagnostic-code", "").split())
    return Bounce(
        recipients=tuple(dict.fromkeys(address for address in recipients if address))[:_MOST],
        status=_status(worst, diagnostic) or ("" if statuses else _status({"status": text[:_MAX_REPORT]}, "")),
        action=worst.get("action", "" if statuses else "failed").partition(" ")[0].strip("; ").lower(),
        diagnostic=diagnostic.partition(";")[2].strip() or diagnostic,
        original_message_id=_original_id(parts),
    )


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


def _status(block: dict[str, str], diagnostic: str) -> str:
    named = _STATUS.search(block.get("status", ""))
    told = _STATUS.search(diagnostic)
    if named and told and named[1].endswith(".0.0"):
        return told[1]
    found = named or told
    return found[1] if found else ""


def _address(block: dict[str, str]) -> str:
    value = block.get("final-recipient") or block.get("original-recipient") or ""
    return value.rpartition(";")[2].strip().strip("<>").lower()


def _original_id(parts: list[Part]) -> str:
    """The Message-ID in the enclosed message or its headers."""
    for part in reversed(parts):
        if part.content_type in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            found = _MESSAGE_ID.search(part.body()[:_MAX_REPORT])
            if found:
                return found[1].decode("utf-8", "replace").strip()
    references = headers.ids(parts[0].first.get("references", "") or parts[0].first.get("in-reply-to", ""))
    return references[-1] if references else ""
