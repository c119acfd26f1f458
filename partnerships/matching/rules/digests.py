"""When a digest is due and how much it says."""

from datetime import date

from partnerships.organisations.enums import DigestRhythm

MOST_NEW = 3  # new suggestions in one message; more of them go unread


def slot_of(rhythm: DigestRhythm, day: date) -> str:
    """The slot a digest of this day belongs to: `2026-W47` (ISO week), `2026-11`, or "" for never.

    One digest per slot at most, so whatever runs twice in a slot sends once.
    """
    if rhythm == DigestRhythm.WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    if rhythm == DigestRhythm.MONTHLY:
        return f"{day.year}-{day.month:02}"
    return ""
