"""The slots of digests: ISO weeks and months."""

from datetime import date, timedelta
from itertools import groupby

import pytest

from partnerships.matching.rules.digests import REGULAR, is_due, slot_of
from partnerships.organisations.enums import DigestRhythm

START = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("day", "week", "month"),
    [
        (date(2026, 11, 20), "2026-W47", "2026-11"),
        (date(2026, 11, 22), "2026-W47", "2026-11"),
        (date(2026, 11, 23), "2026-W48", "2026-11"),
        (date(2027, 1, 1), "2026-W53", "2027-01"),
        (date(2024, 12, 30), "2025-W01", "2024-12"),
    ],
)
def test_a_slot_is_an_iso_week_or_a_month(day, week, month):
    assert slot_of(DigestRhythm.WEEKLY, day) == week
    assert slot_of(DigestRhythm.MONTHLY, day) == month
    assert slot_of(DigestRhythm.NEVER, day) == slot_of(DigestRhythm.MUTUAL, day) == ""


def test_fortnights_follow_each_other_over_every_new_year():
    slots = [slot_of(DigestRhythm.FORTNIGHTLY, START + timedelta(days=n)) for n in range(3 * 366)]
    runs = [len(list(same)) for _slot, same in groupby(slots)]
    assert set(runs[1:-1]) == {14}
    assert len(set(slots)) == len(runs)


@pytest.mark.parametrize("rhythm", DigestRhythm)
def test_somebody_is_due_once_in_each_period_and_never_while_paused(rhythm):
    begins, ends = START + timedelta(days=100), START + timedelta(days=200)
    last, told = None, []
    for number in range(366):
        day = START + timedelta(days=number)
        if is_due(rhythm, day=day, last=last, paused_until=ends if day >= begins else None):
            last = day
            told.append(day)
    assert not [day for day in told if begins <= day < ends]
    slots = [slot_of(rhythm, day) for day in told]
    assert len(slots) == len(set(slots))
    assert bool(slots) == (rhythm in REGULAR)
