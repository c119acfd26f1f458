"""When people read their mail: between eight and ten on a working day, wherever they live."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from phare_platform.lib.working_days import is_working_day

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


def zone_of_department(code: str) -> str:
    """The time zone of a French department or overseas territory, by its official code."""
    return OVERSEAS.get(code, MAINLAND)


def mornings(now: datetime, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """The mornings to come in this zone, each from when to when, in UTC; today's if not over."""
    local = ZoneInfo(zone)
    day = now.astimezone(local).date()
    while True:
        begins = datetime.combine(day, OPENS, local).astimezone(UTC)
        if is_working_day(day) and now < begins + LASTS:
            yield max(begins, now), begins + LASTS
        day += timedelta(days=1)
