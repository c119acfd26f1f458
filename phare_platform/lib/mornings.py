"""When people read their mail: between eight and ten on a working day, wherever they live."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

OPENS, LASTS = time(8), timedelta(hours=2)
MAINLAND = "Europe/Paris"
OVERSEAS: Mapping[str, str] = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
SATURDAY = 5
FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def zone_of_department(code: str) -> str:
    """The time zone of a French department or overseas territory, by its official code."""
    return OVERSEAS.get(code, MAINLAND)


def is_working_day(day: date) -> bool:
    """Monday to Friday, except the public holidays of the whole country."""
    if day.weekday() >= SATURDAY or (day.month, day.day) in FIXED_HOLIDAYS:
        return False
    return (day - _easter(day.year)).days not in AFTER_EASTER


def mornings(now: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The mornings to come in this zone, each from when to when, in UTC; today's if not over."""
    local = ZoneInfo(zone)
    day = now.astimezone(local).date()
    while True:
        begins = datetime.combine(day, OPENS, local).astimezone(UTC)
        if is_working_day(day) and now < begins + LASTS:
            yield max(begins, now), begins + LASTS
        day += timedelta(days=1)


@lru_cache
def _easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian algorithm)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leap_centuries, shift = century // 4, (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
