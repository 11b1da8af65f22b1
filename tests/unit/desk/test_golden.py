"""The golden example holds exactly: every column of the table, in both clocks, in minutes."""

from __future__ import annotations

import pytest

from .golden import stories

# first response, cycles, first, full and net resolution as cal/biz minutes; replies; one-touch; FCR; reopens raw and real
TABLE = {
    "t1": ("90/90", "90/90", "90/90", "90/90", "90/90", 1, True, True, 0, 0),
    "t2": ("3900/120", "3900/120", "3900/120", "3900/120", "3900/120", 1, True, True, 0, 0),
    "t3": ("30/30", "30/30 90/90", "2580/180", "2580/180", "120/120", 2, False, False, 0, 0),
    "t4": ("60/60", "60/60 180/180", "60/60", "1620/660", "1620/660", 2, False, False, 1, 1),
    "t5": ("20/20", "20/20", "20/20", "365/365", "365/365", 1, True, True, 1, 0),
    "t6": ("1020/60", "1020/60", "1470/510", "1470/510", "1470/510", 1, True, True, 0, 0),
    "t7": ("240/240", "240/240", "240/240", "240/240", "240/240", 1, True, True, 0, 0),
    "t8": ("-", "45/45", "165/165", "165/165", "165/165", 1, True, True, 0, 0),
    "t9": ("-", "", "-", "-", "-", 0, False, False, 0, 0),
}


def clocks(cal: int | None, biz: int | None) -> str:
    return "-" if cal is None or biz is None else f"{cal / 60:g}/{biz / 60:g}"


@pytest.mark.parametrize("key", TABLE)
def test_ticket_of_the_golden_example(key: str) -> None:
    t = stories()[key].ticket()
    found = (
        clocks(t.first_response_cal, t.first_response_biz),
        " ".join(clocks(c.cal, c.biz) for c in t.cycles if c.answered_at is not None),
        clocks(t.first_resolution_cal, t.first_resolution_biz),
        clocks(t.full_resolution_cal, t.full_resolution_biz),
        clocks(t.net_resolution_cal, t.net_resolution_biz),
        t.messages_out,
        t.one_touch,
        t.fcr,
        t.reopens,
        t.real_reopens,
    )
    assert found == TABLE[key]
