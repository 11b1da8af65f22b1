"""Header values: encoded words (RFC 2047), parameters (RFC 2045, 2231), message ids, dates. All tolerant, none raises."""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from tui_desk.mail import charset as charsets
from tui_desk.mail.ids import read as read_ids

_WORD = re.compile(
    r"=\?([^?\s]{0,60})\?([bBqQ])\?([^?]*(?:\?(?!=)[^?]*){0,20})\?=([ \t\r\n]+(?==\?[^?\s]{0,60}\?[bBqQ]\?))?", re.DOTALL
)
_PARAMETER = re.compile(
    r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"(?=\s*(?:;|$|[\w*-]+=))|"[^";]*(?:"[^";]*)*"(?=\s*(?:;|$))|"[^"]*$|[^;]*)""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSTARRED = re.compile(r"[A-Za-z0-9][\w.:-]{1,30}'[A-Za-z-]{0,10}'[^']*%[0-9A-Fa-f]{2}")
_BREAKS = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_PIECE = re.compile(r"(.+?)\*(\d{1,4})?(\*)?$")
_DATE = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?[\s-]+(\d{4}|\d{2})[\s,]+"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d+)?\s*(?:(?:GMT|UTC?)?([+-])(\d{2}):?(\d{2})|(?:GMT|UTC?|Z)\b(?! ?[+-]\d))"
)
_YEAR_10000 = 253_402_300_800
_DATE_COMMENT = re.compile(r"\([^()]*\)")
_SPACED_COLON = re.compile(r"\s*:\s*")
_MONTHS = {m: n for n, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}


def repair(value: str, hint: str = "") -> str:
    """A header line that held raw bytes outside UTF-8 (read with surrogateescape), decoded: UTF-8, `hint`, the likeliest."""
    return repaired([value], (hint,) if hint else ())[0]


def repaired(values: list[str], named: tuple[str, ...] = (), sure: str = "") -> list[str]:
    """The same of several lines of one mail, which are taken to be in one charset; `named`: charsets that the mail names.

    `sure`: the charset that a person named.
    """
    out, raw = list(values), dict[int, bytes]()
    for at, value in enumerate(values):
        if "\x1b$" in value:
            out[at] = charsets.decode(value.encode("utf-8", "surrogateescape"))[0]
        elif not value.isascii():
            data = value.encode("utf-8", "surrogateescape")
            text = (charsets.strictly(data, sure) if sure else None) or charsets.strictly(data, "utf-8")
            if text is None:
                raw[at] = data
            else:
                out[at] = text
    if raw:
        for at, text in zip(raw, charsets.header(list(raw.values()), codecs(named)), strict=True):
            out[at] = text
    return out


def codecs(named: tuple[str, ...]) -> tuple[str, ...]:
    """The codecs of charsets, UTF-8 and ASCII left out: they tell nothing of bytes that are neither. A country (".pl") stays."""
    found = [name if name[:1] == "." else charsets.codec(name) for name in named]
    return tuple(dict.fromkeys(name for name in found if name and name not in ("utf-8", "ascii")))


def words(value: str) -> str:
    """`value` with its encoded words decoded. Neighbours of one charset are joined as bytes: senders cut inside characters."""
    if "=?" not in value:
        return value
    out: list[str] = []
    at, name = 0, ""
    pending: list[bytes] = []
    loose = ""  # base64 letters that a sender cut off in the middle of four
    for match in _WORD.finditer(value):
        word_charset, encoding, text = match[1].partition("*")[0].lower(), match[2], match[3]
        between = value[at : match.start()]
        if pending and (between or word_charset != name):
            out.append(_word_text(pending, name))
            pending, loose = [], ""
        out.append(between)
        if encoding in "bB":
            if loose:
                text, pending = loose + text, pending[:-1]
            letters = "".join(text.split())
            loose = text if len(letters) % 4 and "=" not in letters else ""
        else:
            loose = ""
        pending.append(_word_bytes(encoding, text, word_charset))
        name, at = word_charset, match.end()
    if pending:
        out.append(_word_text(pending, name))
    out.append(value[at:])
    return "".join(out)


def _word_text(pieces: list[bytes], charset: str) -> str:
    text = charsets.decode(b"".join(pieces), charset)[0]
    return text if text.isprintable() else _BREAKS.sub(" ", text)


def _word_bytes(encoding: str, text: str, charset: str) -> bytes:
    """The bytes of one encoded word; raw letters in it (they were decoded with the line) go back to its charset."""
    raw = text.encode("ascii" if text.isascii() else charsets.codec(charset) or "utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        return base64.b64decode(letters[: len(letters) // 4 * 4])


@lru_cache(maxsize=1024)
def parameters(value: str) -> tuple[str, dict[str, str]]:
    """(value in lower case, parameters) of a Content-Type or Content-Disposition. Do not change the dict: it is shared."""
    main = value.partition(";")[0].strip().lower()
    found: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for name, text in _PARAMETER.findall(value[:65536]):
        name = name.lower()
        text = _ESCAPED.sub(r"\1", text.strip('"')) if text[:1] == '"' else text.strip()
        split = _PIECE.fullmatch(name) if "*" in name else None
        if split:
            pieces.setdefault(split[1], []).append((int(split[2] or 0), bool(split[3]) or split[2] is None, text))
        else:
            found.setdefault(name, _joined([(0, True, text)]) if "'" in text and _UNSTARRED.match(text) else text)
    for name, several in pieces.items():
        found[name] = _joined(sorted(several, key=lambda piece: piece[0]))
    return main, found


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """Continuations and percent signs of RFC 2231 made one value."""
    name, data = "", b""
    for number, (_, encoded, text) in enumerate(pieces):
        if encoded and number == 0 and text.count("'") >= 2:
            name, _, text = text.split("'", 2)
        raw = _sent(text, name)
        data += unquote_to_bytes(raw) if encoded else raw
    return charsets.decode(data, name)[0]


def _sent(text: str, charset: str) -> bytes:
    """A piece's bytes as they were sent; letters that should have been percent signs go back to its charset."""
    if text.isascii():
        return text.encode()
    try:
        return text.encode(charsets.codec(charset) or "utf-8", "surrogateescape")
    except UnicodeError:
        return text.encode("utf-8", "surrogateescape")


def ids(value: str) -> tuple[str, ...]:
    """The message ids of References or In-Reply-To, without angle brackets, in order, each once."""
    if not value:
        return ()
    if "=?" in value:  # against RFC 2047 5, yet done: Python's own EmailMessage folds long ids so
        value = words(value)
    return read_ids(value)


def message_id(value: str) -> str:
    """The id of a Message-ID header, as sent but for brackets and white space; "" where there is none."""
    found = ids(value)
    return found[0] if found else "".join(value.split()).strip("<>")


def thread_root(value: str) -> str:
    """Root of Outlook's Thread-Index in hex ([MS-OXOMSG] 2.2.1.3: the first 22 bytes); "" where it is none."""
    if not value:
        return ""
    letters = re.sub(r"[^A-Za-z0-9+/]", "", value)[:32]
    if len(letters) < 30:
        return ""
    # A thread's first mail has nothing but the root: 22 bytes are 30 letters, then two signs that fill up.
    data = base64.b64decode(f"{letters[:30]}==")
    return data[:22].hex() if len(data) >= 22 else ""


def date(value: str) -> int | None:
    """The date of RFC 5322 3.3 in epoch seconds, UTC; None where it cannot be read."""
    found = _DATE.match(value)
    if not found:
        plain = _SPACED_COLON.sub(":", _DATE_COMMENT.sub(" ", value[:400]))
        found = _DATE.match(plain) if plain != value else None
    if not found:
        return _odd_date(value) if value else None
    day, month, year, hour, minute, second, sign, offset_hours, offset_minutes = found.groups()
    number = _MONTHS.get(month.lower())
    if number is None:
        return _odd_date(value)
    years = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 50 else 1900)
    if not 0 < int(day) < 32 or int(hour) > 24 or int(minute) > 59 or years < 1900:
        return None
    offset = (int(offset_hours) * 60 + int(offset_minutes)) * 60 if sign else 0
    clock = int(hour) * 3600 + int(minute) * 60 + min(int(second or 0), 60)
    return _days(years, number, int(day)) * 86400 + clock - (-offset if sign == "-" else offset)


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to a date of the Gregorian calendar."""
    year -= month <= 2
    era, years = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + years * 365 + years // 4 - years // 100 + of_year - 719468


def _odd_date(value: str) -> int | None:
    from email.utils import mktime_tz, parsedate_tz

    from tui_desk.mail import dates

    found = dates.read(value)
    try:
        parsed = parsedate_tz(value[:200]) if found is None else None
        found = int(mktime_tz(parsed)) if parsed and parsed[0] >= 1900 else found
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return found if found is not None and found < _YEAR_10000 else None
