"""Mornings: working days between eight and ten, in each part of France, over both clock changes."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from phare_platform.lib.mornings import (
    MAINLAND,
    OVERSEAS,
    mornings,
    zone_of_department,
)
from phare_platform.lib.working_days import is_working_day

HOLIDAYS_2026 = [(1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25), (7, 14), (8, 15), (11, 1),
                 (11, 11), (12, 25)]  # fmt: skip


def test_the_eleven_public_holidays_of_a_year():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    off = [(day.month, day.day) for day in days if day.weekday() < 5 and not is_working_day(day)]
    in_the_week = [one for one in HOLIDAYS_2026 if date(2026, *one).weekday() < 5]
    assert off == in_the_week
    assert not is_working_day(date(2027, 3, 29))  # Easter Monday
    assert not is_working_day(date(2025, 5, 29))  # Ascension


@pytest.mark.parametrize("zone", [MAINLAND, *OVERSEAS.values()])
def test_mornings_come_in_order_and_lie_between_eight_and_ten_there(zone):
    now = datetime(2026, 3, 20, 13, 7, tzinfo=UTC)  # the clocks change on the 29th
    windows = list(islice(mornings(now, zone), 200))
    assert windows == sorted(windows)
    for begins, ends in windows:
        there = begins.astimezone(ZoneInfo(zone))
        assert now <= begins < ends
        assert is_working_day(there.date())
        assert there.hour in (8, 9)
        assert ends.astimezone(ZoneInfo(zone)).hour == 10


def test_a_morning_under_way_begins_now():
    now = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)  # 8.30 in Paris
    assert next(mornings(now, MAINLAND)) == (now, datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert next(mornings(now + timedelta(hours=2), MAINLAND))[0].day == 25


def test_overseas_departments_have_their_own_time():
    assert zone_of_department("974") == "Indian/Reunion"
    assert zone_of_department("86") == zone_of_department("") == MAINLAND
