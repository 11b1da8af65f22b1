"""When people write and when agents answer: customers at all hours, agents from nine to six on working days."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tui_desk.demo.company import TIMEZONE

_ZONE = ZoneInfo(TIMEZONE)
_HOURS = (1, 0, 0, 0, 0, 1, 2, 5, 9, 12, 12, 10, 7, 8, 11, 10, 9, 8, 7, 6, 6, 7, 5, 2)
"""How often a customer writes in each hour of the local day."""
DAY = 86_400
HOUR = 3_600


def customer_time(rng: random.Random, day: int) -> int:
    """A moment in the local day that holds the epoch second `day`; Sundays are quiet, so half of them become Mondays."""
    local = datetime.fromtimestamp(day, UTC).astimezone(_ZONE)
    if local.weekday() >= 5 and rng.random() < 0.5:
        local += timedelta(days=7 - local.weekday())
    hour = rng.choices(range(24), _HOURS)[0]
    moment = datetime.combine(local.date(), time(hour, rng.randrange(60), rng.randrange(60)), _ZONE)
    return int(moment.timestamp())


def reply_time(rng: random.Random, asked: int, hours: float) -> int:
    """When an agent answers: about `hours` after `asked`, moved into the next working morning where it falls outside."""
    delay = hours * rng.lognormvariate(0, 0.7) * HOUR
    return at_work(rng, asked + int(max(delay, 300)))


def at_work(rng: random.Random, at: int) -> int:
    """`at`, or the next working morning."""
    local = datetime.fromtimestamp(at, UTC).astimezone(_ZONE)
    while local.weekday() >= 5 or local.hour >= 18 or local.hour < 9:
        after = local.hour >= 9 or local.weekday() >= 5
        morning = datetime.combine(local.date() + timedelta(days=1 if after else 0), time(9), _ZONE)
        local = morning + timedelta(seconds=rng.randrange(2 * HOUR))
    return int(local.timestamp())
