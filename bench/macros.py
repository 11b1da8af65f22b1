"""Ranking 2,500 macros for a ticket, against reading through their text once.

python -m bench.macros [COUNT]
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace

from tui_desk import paths
from tui_desk.macros.load import load
from tui_desk.macros.search import Index
from tui_desk.macros.types import Macro
from tui_desk.text import fold

ROUNDS = 60


def library(count: int) -> list[Macro]:
    """`count` macros whose words are those of the shipped ones."""
    shipped = load([paths.shipped("macros")]).macros
    words = [word for macro in shipped for word in macro.body.split()]
    chance = random.Random(1)
    return [
        replace(
            shipped[n % len(shipped)],
            id=f"m{n}",
            title=" ".join(chance.sample(words, 5)),
            body=" ".join(chance.sample(words, 70)),
        )
        for n in range(count)
    ]


def median(work: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def main(count: int) -> None:
    """Print the table."""
    macros = library(count)
    began = time.perf_counter()
    index = Index(macros)
    built = (time.perf_counter() - began) * 1000
    chance = random.Random(2)
    mail = " ".join(chance.sample([word for macro in macros[:50] for word in macro.body.split()], 250))
    wanted = set(fold(mail).split())
    floor = median(lambda: [sum(word in wanted for word in fold(macro.body).split()) for macro in macros])
    print(f"{'':34}{'ms':>9}{'ratio':>9}")
    print(f"{'reading all of them once':34}{floor:9.2f}{1.0:9.2f}")
    rows = {
        "rank for a mail of 250 words": lambda: index.rank(mail, language="fr"),
        "rank for a subject": lambda: index.rank("remboursement de ma commande", language="fr"),
        "rank while typing three letters": lambda: index.rank(mail, words="rem", language="fr"),
    }
    for name, work in rows.items():
        took = median(work)
        print(f"{name:34}{took:9.2f}{took / floor:9.2f}")
    print(f"{'build the index, once':34}{built:9.2f}{built / floor:9.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_500)
