"""Makes `tui_desk/mail/letters.bin`: how likely letters follow each other, for telling charsets apart (mail/rarity.py).

    python -m bench.letters FOLDER

FOLDER holds gettext translations (`LANGUAGE/LC_MESSAGES/*.po`, at any depth) of programs under a permissive licence,
in as many languages as there are: the file holds counts of letters only, no text. The present one was made from the
translations of Django, Wagtail, Sphinx and django-allauth (BSD, MIT).
"""

from __future__ import annotations

import argparse
import ast
import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from pathlib import Path

from tui_desk.mail import rarity
from tui_desk.mail.rarity import FILE, LEAST, SCALE, UNSEEN, script

_STRING = re.compile(r'^(msgstr(?:\[\d\])?\s+)?("(?:[^"\\]|\\.)*")\s*$')
_NOISE = re.compile(r"%\([^)]*\)\w|%\w|\{[^}]*\}|<[^>]*>|&\w+;|https?:\S+")
_LANGUAGES = frozenset(
    """ar be bg ca cs cy da de el es et eu fa fi fr gl he hr hu is it ja ko lt lv mk nb nl nn pl pt ro ru sk sl sq sr sv th tr
    uk zh""".split()  # noqa: SIM905 (a list of two-letter words is read better so)
)
"""Languages that are written in an old charset: others have none to be told."""
_ROWS = {
    "de": "äöüß ÄÖÜß äöüÄÖÜß öäü üöä",
    "sv": "åäö ÅÄÖ åäöÅÄÖ",
    "fi": "åäö äöå",
    "da": "æøå ÆØÅ æøåÆØÅ",
    "nb": "æøå ÆØÅ øæå",
    "fr": "éèêëàâçîïôùûü éèàùç àâäéèêëîïôöùûüç éàèù",
    "es": "áéíóúñü ñáéíóú",
    "it": "àèéìòù",
    "pt": "ãõáéíóúâêôçà áàãâéêíóôõúç",
    "cs": "ěščřžýáíé ĚŠČŘŽÝÁÍÉ ěščřžýáíéúů",
    "sk": "ľščťžýáíé",
    "pl": "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ",
    "hu": "áéíóöőúüű öüóőúéáűí",
    "tr": "çğıöşü ÇĞİÖŞÜ",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя йцукен фыва",
}
"""What people type to see whether letters arrive."""
_OFTEN = 20
_SIGNS = ("ja", "ko", "zh", "zh_TW")
_LATIN = _LANGUAGES - frozenset(["ar", "be", "bg", "el", "fa", "he", "ja", "ko", "mk", "ru", "sr", "th", "uk", "zh"])
_ALONE = 0.1
"""How much a letter is expected anywhere, whatever stands before it."""
_ENOUGH = 1e-5
"""A letter that is rarer in its language is a foreign one."""


def main() -> None:
    """Count, and write the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path)
    texts: dict[str, list[str]] = defaultdict(list)
    for path in sorted(options.parse_args().folder.rglob("LC_MESSAGES/*.po")):
        name = path.parent.parent.name
        language = name.replace("-", "_").split("_")[0]
        if language in _LANGUAGES:
            texts["zh_TW" if language == "zh" and ("Hant" in name or "TW" in name) else language] += _translated(path)
    lines, signs = [], dict[str, float]()
    for language, strings in sorted(texts.items()):
        if language in _SIGNS:
            _count_signs(strings, signs)
        else:
            lines.append(_alphabet(language, strings))
    by_cost: dict[int, list[str]] = defaultdict(list)
    for sign, cost in sorted(signs.items()):
        by_cost[_steps(cost)].append(sign)
    lines += [f"{cost}\t{''.join(found)}" for cost, found in sorted(by_cost.items())]
    file = Path(rarity.__file__).with_name(FILE)
    file.write_bytes(zlib.compress("\n".join(lines).encode(), 9))
    print(f"{len(texts)} languages, {len(signs)} signs, {file.stat().st_size} bytes")


def _translated(path: Path) -> list[str]:
    """What the file says in its language."""
    found, wanted = [""], False
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        string = _STRING.match(line)
        if not string:
            wanted = False
            continue
        if string[1]:
            wanted = True
            found.append("")
        if wanted:
            found[-1] += ast.literal_eval(string[2])
    return [unicodedata.normalize("NFC", _NOISE.sub(" ", text)) for text in found if "Content-Type:" not in text]


def _alphabet(language: str, strings: list[str]) -> str:
    """One alphabet: its letters, and what each letter costs after each."""
    counts: Counter[str] = Counter()
    for text in [*strings, *[_ROWS.get(language, "")] * _OFTEN]:
        last = " "
        for letter in text.replace("İ", "i").lower():
            now = letter if script(letter) else " "
            counts[last + now] += 1
            last = now
    firsts: Counter[str] = Counter()
    for pair, count in counts.items():
        firsts[pair[0]] += count
    letters = Counter({letter: count for letter, count in firsts.items() if letter != " "})
    own = script(next(letter for letter, _ in letters.most_common() if language in _LATIN or not letter.isascii()))
    total = sum(letters.values())
    kept = [letter for letter, count in sorted(letters.items()) if count > _ENOUGH * total and script(letter) in (own, "latin")]
    kept = [" "] + [letter for letter in kept if letter.isascii() or script(letter) == own]
    alone = {letter: firsts[letter] / sum(firsts.values()) for letter in kept}
    likely = {a + b: (1 - _ALONE) * counts[a + b] / firsts[a] + _ALONE * alone[b] for a in kept for b in kept}
    weighed = [pair for pair in likely if own == "latin" or not pair.isascii()]
    costs = {pair: -math.log(likely[pair]) for pair in weighed}
    cells = "".join(chr(LEAST + _steps(costs.get(a + b, UNSEEN))) for a in kept for b in kept)
    return f"{own}:{language}\t{''.join(kept)}\t{cells}"


def _count_signs(strings: list[str], signs: dict[str, float]) -> None:
    counts = Counter(sign for text in strings for sign in text if not sign.isascii() and not script(sign.lower()[0]))
    total = sum(counts.values())
    for sign, count in counts.items():
        if count > 1:
            signs[sign] = min(-math.log(count / total), signs.get(sign, UNSEEN))


def _steps(cost: float) -> int:
    return min(round(cost * SCALE), round(UNSEEN * SCALE))


if __name__ == "__main__":
    main()
