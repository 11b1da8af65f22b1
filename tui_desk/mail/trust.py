"""What makes a sender doubtful: failed authentication (RFC 8601), a domain like another, an answer that goes elsewhere.

Signs for a person, never a verdict: a mail with them is a mail like any other (behaviour 2.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import suppress

from tui_desk.mail.types import Mail

_METHOD = re.compile(r";\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;@]+@([^\s<>\"'(),:;@]+\.[a-z]{2,})", re.IGNORECASE)
_FAILED = frozenset({"fail", "softfail", "permerror"})
_PASSING = (
    "аa еe оo рp сc уy хx іi їi јj ѕs һh ԁd ԛq ԝw вb мm нh тt кk гr"  # Cyrillic
    " αa οo ρp νv ιi τt κk υu χx ηn βb ωw ϲc"  # Greek
    " ɑa ɡg ıi ɩi łl øo đd ħh ŧt 0o 1l 3e 5s $s"
)
_LOOKS_LIKE = str.maketrans({pair[0]: pair[1] for pair in _PASSING.split()})
"""Letters of other scripts, and digits, that pass for Latin ones (Unicode TS 39, the ones seen in domains)."""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("i", "l"))


def signs(
    mail: Mail, own_domains: Collection[str], known_domains: Collection[str] = (), servers: Collection[str] = ()
) -> tuple[str, ...]:
    """Each doubt as `kind:detail`: `auth_fail:dmarc`, `look_alike:acme.test`, `reply_to:b@x.test`, `name:a@b.test`.

    `known_domains`: those of the people in the thread so far, beside our own. `servers`: as in `failed_method`.
    """
    return tuple(dict.fromkeys(_signs(mail, own_domains, known_domains, servers)))


def _signs(mail: Mail, own_domains: Collection[str], known_domains: Collection[str], servers: Collection[str]) -> Iterator[str]:
    failed = failed_method([value for name, value in mail.headers if name.lower() == "authentication-results"], servers)
    if failed:
        yield f"auth_fail:{failed}"
    domain = mail.from_.email.rpartition("@")[2]
    likeness = look_alike(domain, {*own_domains, *known_domains})
    if likeness:
        yield f"look_alike:{likeness}"
    spoken = _ADDRESS.search(mail.from_.name)
    if spoken and not _related(spoken[1].lower(), domain):
        yield f"name:{spoken[0].lower()}"
    if mail.automatic is None and domain not in own_domains:
        for address in mail.reply_to[:1]:
            if not _related(address.email.rpartition("@")[2], domain):
                yield f"reply_to:{address.email}"


def failed_method(results: list[str], servers: Collection[str] = ()) -> str:
    """The method that failed, "" for none: DMARC where it was judged, else SPF and DKIM both.

    Only what `servers` (authserv-ids of RFC 8601, lower case) say; where none is named, the topmost one, which received the
    mail: a header below it may be the sender's own.
    """
    judged: dict[str, str] = {}
    believed = set(servers)
    for value in results:
        plain = _COMMENT.sub("", value)
        named = (plain.partition(";")[0].lower().split() or [""])[0]  # a version may follow
        believed = believed or {named}
        if named in believed:
            for method, result in _METHOD.findall(plain):
                known = judged.get(method.lower())
                judged[method.lower()] = result.lower() if known != "pass" else known
    if "dmarc" in judged:
        return "dmarc" if judged["dmarc"] in _FAILED else ""
    spf, dkim = judged.get("spf", ""), judged.get("dkim", "")
    if spf in _FAILED and dkim != "pass":
        return "spf"
    return "dkim" if dkim in _FAILED and spf != "pass" else ""


def look_alike(domain: str, known: Collection[str]) -> str:
    """Which of the `known` domains a person may take `domain` for, "" for none (itself and its subdomains included)."""
    if not domain or any(_related(domain, other) for other in known):
        return ""
    mine = skeleton(domain)
    return next((other for other in sorted(known) if _resembles(mine, skeleton(other))), "")


def skeleton(domain: str) -> str:
    """`domain` as the eye reads it: punycode decoded, letters of other scripts and digits as the Latin ones they look like."""
    labels = []
    for label in domain.lower().split("."):
        if label.startswith("xn--"):
            with suppress(UnicodeError):
                label = label[4:].encode("ascii").decode("punycode")
        labels.append(label)
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", ".".join(labels)) if not unicodedata.combining(letter))
    text = bare.translate(_LOOKS_LIKE)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def _resembles(one: str, other: str) -> bool:
    """The same to the eye, or one slip away (a letter added, lost, changed, two swapped) in a name long enough to tell."""
    if one == other:
        return True
    if min(len(one), len(other)) < 7 or abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _related(one: str, other: str) -> bool:
    """The same domain, or one below the other."""
    return one == other or one.endswith("." + other) or other.endswith("." + one)
