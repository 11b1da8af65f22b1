"""Ranks macros for the ticket in hand: shared words (BM25), the customer's language, what was used on tickets like it.

The index is an FTS5 table in memory (2,500 macros: built in about 0.1 s, ranked in a few milliseconds).
"""

from __future__ import annotations

import math
import re
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui_desk.macros.types import Macro
from tui_desk.text import fold

MOST_WORDS = 24
"""The rarest words of a mail decide; more only cost time."""
_COMMON = 0.5
"""A word in more than this share of the macros says nothing."""
STEM = 6
"""Letters of a word that are compared: rembourser finds remboursement, with no dictionary in either language."""
_WORD = re.compile(r"[^\W_]+")
_PLACEHOLDER = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
_OTHER_LANGUAGE = 0.35
_NO_USES: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A macro and how well it fits: higher is better, 0 is no more than possible."""

    macro: Macro
    score: float


class Index:
    """The usable macros of a library, searchable. Safe to ask from several threads."""

    def __init__(self, macros: Iterable[Macro]) -> None:
        self._macros = [macro for macro in macros if macro.usable]
        self._lock = threading.Lock()
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._db.close)
        self._db.execute("CREATE VIRTUAL TABLE macro USING fts5(title, tags, body, tokenize = 'unicode61', prefix = '2 3')")
        self._db.execute("CREATE VIRTUAL TABLE word USING fts5vocab(macro, row)")
        self._db.executemany("INSERT INTO macro (rowid, title, tags, body) VALUES (?, ?, ?, ?)", self._rows())

    def rank(
        self,
        ticket: str = "",
        *,
        words: str = "",
        language: str = "",
        used: Mapping[str, int] = _NO_USES,
        limit: int = 20,
    ) -> list[Ranked]:
        """The macros for a ticket, best first.

        `ticket` is its subject and the customer's last message; `words`, typed by the agent, must all be there (the last
        one as it is being typed); `used` counts uses on similar tickets, by macro id. Where nothing matches the ticket,
        the others follow by language and use, so that the pane is never empty.
        """
        with self._lock:
            found = self._matches(typed(words)) if words.strip() else dict.fromkeys(range(len(self._macros)), 0.0)
            for row, score in self._matches(self._query(ticket)).items():
                if row in found:
                    found[row] += score
        scored = [
            Ranked(self._macros[row], self._weigh(self._macros[row], score, language, used)) for row, score in found.items()
        ]
        scored.sort(key=lambda ranked: (-ranked.score, ranked.macro.title))
        return scored[:limit]

    def _rows(self) -> Iterable[tuple[int, str, str, str]]:
        for row, macro in enumerate(self._macros):
            body = _PLACEHOLDER.sub(" ", macro.body)
            tags = " ".join((*macro.tags, macro.actions.get("tag", ""), macro.actions.get("type", "")))
            yield row, " ".join(stems(macro.title)), " ".join(stems(tags)), " ".join(stems(body))

    def _matches(self, query: str) -> dict[int, float]:
        """Rows with their BM25. Against the text, a word of the title weighs six times, of the tags twelve."""
        if not query:
            return {}
        sql = "SELECT rowid, -bm25(macro, 3.0, 6.0, 0.5) FROM macro WHERE macro MATCH ?"
        return dict(self._db.execute(sql, (query,)))

    def _query(self, ticket: str) -> str:
        """The rarest words of `ticket` that macros know, any of which may match."""
        seen = dict.fromkeys(stems(ticket)[:400])
        if not seen:
            return ""
        marks = ",".join("?" * len(seen))
        most = max(len(self._macros) * _COMMON, 2)
        sql = f"SELECT term FROM word WHERE term IN ({marks}) AND doc <= ? ORDER BY doc LIMIT ?"
        rows = self._db.execute(sql, (*seen, most, MOST_WORDS))
        return " OR ".join(f'"{term}"' for (term,) in rows)

    def _weigh(self, macro: Macro, score: float, language: str, used: Mapping[str, int]) -> float:
        uses = used.get(macro.id, 0)
        score += 1.5 * math.log1p(uses)
        if language and macro.language and macro.language != language:
            return score * _OTHER_LANGUAGE
        return score + (0.5 if language and macro.language == language else 0.0)


def stems(text: str) -> list[str]:
    """The words of `text` as they are compared."""
    return [word[:STEM] for word in _WORD.findall(fold(text)) if len(word) > 1]


def typed(words: str) -> str:
    """The FTS5 query for what an agent types: every word as a prefix, all of them. Quotes and operators are only text."""
    return " AND ".join(f'"{word[:STEM]}"*' for word in _WORD.findall(fold(words)))
