"""The slots of digests: ISO weeks and months."""

from datetime import date

import pytest

from partnerships.matching.rules.digests import slot_of
from partnerships.organisations.enums import DigestRhythm


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
    assert slot_of(DigestRhythm.NEVER, day) == ""
