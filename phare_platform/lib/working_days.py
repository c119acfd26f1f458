"""Working days in France: neither Saturday nor Sunday nor one of the eleven public holidays.

The holidays are those of article L. 3133-1 of the labour code, the same everywhere in the country;
what Alsace, Moselle and the overseas territories add is not counted.
"""

from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
SATURDAY = 5
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def easter(year: int) -> date:
    """Easter Sunday of a year of the Gregorian calendar.

    The Sunday after the full moon of the church, which the nineteen-year cycle of the moon gives
    together with the centuries' two corrections.
    """
    golden, century = year % 19, year // 100
    skipped, moon = century - century // 4, (8 * century + 13) // 25
    epact = (19 * golden + skipped - moon + 15) % 30
    epact -= epact // 28 * (1 - 29 // (epact + 1) * (21 - golden) // 11)
    weekday = (year + year // 4 + epact + 2 - skipped) % 7
    return date(year, 3, 28) + (epact - weekday) * DAY


@lru_cache
def holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year (ten where two fall on the same day)."""
    sunday = easter(year)
    moveable = (sunday + days * DAY for days in AFTER_EASTER)
    return frozenset([*(date(year, month, day) for month, day in FIXED), *moveable])


def is_working_day(day: date) -> bool:
    """True unless it is a weekend or a public holiday."""
    return day.weekday() < SATURDAY and day not in holidays(day.year)


def after_working_days(day: date, count: int) -> date:
    """The `count`-th working day after this day, which itself does not count."""
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def working_days_before(today: date, count: int) -> date:
    """The latest day whose `count`-th working day has come: what began on it is that old today."""
    day = today
    while after_working_days(day, count) > today:
        day -= DAY
    return day
