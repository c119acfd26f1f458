"""When a digest is due and what it may say.

What is said once is not said again. A suggestion is an organisation and another one, in this
order: A may be told of B, and B of A. It is told to an organisation once for ever, whichever of
its members read it: a "later" comes back on its page, not by mail. It is not told when either
side has said no to the other, when the organisation has answered it already (unless "later", and
that is over), when the two were ever introduced, or are partners. That the other side was told is
no reason against: both must learn of each other, or nobody could say the second yes.

One digest per organisation and week, for all members whose turn it is. Each reads the first of
the same suggestions, as many as he or she chose. Who reads every month is told what is new in
that week; colleagues were told the rest.
"""

from datetime import date

from partnerships.organisations.enums import DigestRhythm

REGULAR = (DigestRhythm.WEEKLY, DigestRhythm.FORTNIGHTLY, DigestRhythm.MONTHLY)
FORTNIGHT = 14


def slot_of(rhythm: DigestRhythm, day: date) -> str:
    """The period of a rhythm that this day belongs to, one digest in each; "" without rhythm.

    `2026-W47` (ISO week), `2026-W46+2` (two ISO weeks; pairs run on over the new year), `2026-11`.
    """
    if rhythm == DigestRhythm.WEEKLY:
        return week_of(day)
    if rhythm == DigestRhythm.FORTNIGHTLY:
        first_monday = (day.toordinal() - 1) // FORTNIGHT * FORTNIGHT + 1
        return f"{week_of(date.fromordinal(first_monday))}+2"
    if rhythm == DigestRhythm.MONTHLY:
        return f"{day.year}-{day.month:02}"
    return ""


def week_of(day: date) -> str:
    """The ISO week, `2026-W47`: the slot in which an organisation has one digest at most."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def is_due(
    rhythm: DigestRhythm, *, day: date, last: date | None = None, paused_until: date | None = None
) -> bool:
    """True when it is somebody's turn: a rhythm, no pause, and none yet in this period of it."""
    if rhythm not in REGULAR or (paused_until is not None and day < paused_until):
        return False
    return last is None or (last < day and slot_of(rhythm, last) != slot_of(rhythm, day))
