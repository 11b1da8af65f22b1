"""A period's figures, for the whole desk or for one group of it. Durations are seconds."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

AGES = (1, 3, 7, 30)
"""The edges of the backlog's age buckets, in days: 0-1, 1-3, 3-7, 7-30, over 30."""
FEW = 5
"""Under so many, a figure of an agent is shown greyed."""


@dataclass(frozen=True, slots=True)
class Spread:
    """n, mean, median and p90 (the value that nine in ten do not pass); None where n is 0."""

    n: int = 0
    mean: float | None = None
    median: float | None = None
    p90: float | None = None

    @classmethod
    def of(cls, values: Sequence[int]) -> Spread:
        """Of these seconds, in any order."""
        n = len(values)
        if not n:
            return cls()
        ranked = sorted(values)
        median = (ranked[(n - 1) // 2] + ranked[n // 2]) / 2
        return cls(n, sum(ranked) / n, median, float(ranked[-(-9 * n // 10) - 1]))


@dataclass(frozen=True, slots=True)
class Clocks:
    """A duration in calendar time and in business time."""

    cal: Spread = Spread()
    biz: Spread = Spread()


@dataclass(frozen=True, slots=True)
class Ratio:
    """So many of so many."""

    part: int = 0
    whole: int = 0

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What kpi.md defines, 1 to 9. See `explain` for each."""

    created: int = 0
    messages_in: int = 0
    messages_out: int = 0
    first_response: Clocks = Clocks()
    awaiting: int = 0
    awaiting_age: Spread = Spread()
    response: Clocks = Clocks()
    first_resolution: Clocks = Clocks()
    full_resolution: Clocks = Clocks()
    net_resolution: Clocks = Clocks()
    solved: int = 0
    closed_by_clock: int = 0
    closed_without_reply: int = 0
    one_touch: Ratio = Ratio()
    fcr: Ratio = Ratio()
    fcr_provisional: int = 0
    reopened_raw: int = 0
    reopened: Ratio = Ratio()
    sla_first_reply: Ratio = Ratio()
    response_rate: Ratio = Ratio()
    backlog: int = 0
    backlog_ages: tuple[int, ...] = (0, 0, 0, 0, 0)


class Tally:
    """Counts and samples of one group while they are gathered."""

    __slots__ = ("ages", "counts", "samples", "waits")

    def __init__(self) -> None:
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.samples: defaultdict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("q"), array("q")))
        self.waits: array[int] = array("q")
        self.ages = [0] * (len(AGES) + 1)

    def took(self, measure: str, cal: int, biz: int) -> None:
        """A duration more."""
        of = self.samples[measure]
        of[0].append(cal)
        of[1].append(biz)

    def add(self, other: Tally) -> None:
        """All of another's too."""
        for name, n in other.counts.items():
            self.counts[name] += n
        for measure, (cal, biz) in other.samples.items():
            of = self.samples[measure]
            of[0].extend(cal)
            of[1].extend(biz)
        self.waits.extend(other.waits)
        self.ages = [a + b for a, b in zip(self.ages, other.ages, strict=True)]

    def aged(self, seconds: int) -> None:
        """A ticket of the backlog more."""
        self.counts["backlog"] += 1
        self.ages[next((index for index, days in enumerate(AGES) if seconds < days * 86_400), len(AGES))] += 1

    def figures(self) -> Figures:
        """What it comes to."""
        count, solved = self.counts, self.counts["solved"]
        return Figures(
            created=count["created"],
            messages_in=count["messages_in"],
            messages_out=count["messages_out"],
            first_response=self._clocks("first_response"),
            awaiting=len(self.waits),
            awaiting_age=Spread.of(self.waits),
            response=self._clocks("response"),
            first_resolution=self._clocks("first_resolution"),
            full_resolution=self._clocks("full_resolution"),
            net_resolution=self._clocks("net_resolution"),
            solved=solved,
            closed_by_clock=count["closed_by_clock"],
            closed_without_reply=count["closed_without_reply"],
            one_touch=Ratio(count["one_touch"], solved),
            fcr=Ratio(count["fcr"], solved - count["closed_by_clock"]),
            fcr_provisional=count["fcr_provisional"],
            reopened_raw=count["reopened_raw"],
            reopened=Ratio(count["reopened"], solved),
            sla_first_reply=Ratio(count["sla_met"], count["sla_met"] + count["sla_breached"]),
            response_rate=Ratio(count["replied"], count["created"]),
            backlog=count["backlog"],
            backlog_ages=tuple(self.ages),
        )

    def _clocks(self, measure: str) -> Clocks:
        cal, biz = self.samples[measure]
        return Clocks(Spread.of(cal), Spread.of(biz))
