"""Working days against calendars known from elsewhere."""

from datetime import date, timedelta

import pytest

from phare_platform.lib.working_days import (
    after_working_days,
    easter,
    holidays,
    is_working_day,
)

# As published: from the almanacs, with the earliest and the latest Easter of two centuries.
EASTERS = [
    date(1818, 3, 22), date(1886, 4, 25), date(1943, 4, 25), date(1954, 4, 18), date(1981, 4, 19),
    date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2019, 4, 21), date(2024, 3, 31),
    date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16), date(2029, 4, 1),
    date(2030, 4, 21), date(2038, 4, 25), date(2076, 4, 19), date(2285, 3, 22),
]  # fmt: skip
# The official calendar of public holidays, metropolitan France.
CALENDARS = {
    2024: "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25",
    2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
    2008: "01-01 03-24 05-01 05-08 05-12 07-14 08-15 11-01 11-11 12-25",  # Ascension on 1 May
}


@pytest.mark.parametrize("sunday", EASTERS, ids=str)
def test_easter_falls_where_the_almanacs_say(sunday):
    assert easter(sunday.year) == sunday


def test_easter_is_the_sunday_after_the_full_moon_told_by_another_rule():
    """Against the rule of Gauss with its two exceptions, for two centuries."""
    for year in range(1900, 2100):
        d = (19 * (year % 19) + 24) % 30
        e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7
        day = date(year, 3, 22) + timedelta(days=d + e)
        if day in (date(year, 4, 26), date(year, 4, 25)) and (
            day.day == 26 or (d == 28 and e == 6 and year % 19 > 10)
        ):
            day -= timedelta(days=7)
        assert easter(year) == day


@pytest.mark.parametrize("year", CALENDARS)
def test_the_holidays_of_a_year(year):
    assert sorted(holidays(year)) == [
        date.fromisoformat(f"{year}-{day}") for day in CALENDARS[year].split()
    ]


def test_a_year_has_as_many_working_days_as_the_calendars_count():
    for year, count in ((2024, 252), (2025, 251), (2026, 252)):
        first = date(year, 1, 1)
        days = (first + timedelta(days=n) for n in range(366))
        assert sum(is_working_day(day) for day in days if day.year == year) == count


@pytest.mark.parametrize(
    ("day", "third"),
    [
        ("2026-11-23", "2026-11-26"),  # a Monday: Thursday
        ("2026-11-20", "2026-11-25"),  # a Friday: over the weekend
        ("2026-11-21", "2026-11-25"),  # a Saturday counts from Monday
        ("2026-12-23", "2026-12-29"),  # Christmas
        ("2026-05-07", "2026-05-13"),  # 8 May
        ("2026-05-12", "2026-05-18"),  # Ascension, the bridge is a working day
        ("2026-04-02", "2026-04-08"),  # Easter Monday
        ("2026-12-30", "2027-01-05"),  # into another year
    ],
)
def test_three_working_days_later(day, third):
    assert after_working_days(date.fromisoformat(day), 3) == date.fromisoformat(third)
