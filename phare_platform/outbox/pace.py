"""As many messages a minute as the mail provider takes (MAIL_PER_MINUTE), and no more."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import TruncMinute

from phare_platform.outbox.models import Message

MINUTE = timedelta(minutes=1)


class Pace:
    """The minutes to come, and how many messages each of them holds already."""

    def __init__(self, *, now: datetime, per_minute: int | None = None) -> None:
        """Count what waits for a minute to come; one query."""
        self.per_minute = per_minute or settings.MAIL_PER_MINUTE
        waiting = (
            Message.objects.pending()
            .filter(not_before__gte=now - MINUTE)
            .annotate(minute=TruncMinute("not_before", tzinfo=UTC))
            .values_list("minute")
            .annotate(n=Count("pk"))
            .order_by()
        )
        self.taken: Counter[datetime] = Counter(dict(waiting))
        self._first_free: dict[datetime, datetime] = {}

    def place(self, windows: Iterable[tuple[datetime, datetime]]) -> datetime:
        """The first minute of these windows that has room; it is taken by this."""
        for begins, ends in windows:
            minute = self._first_free.get(begins) or begins.replace(second=0, microsecond=0)
            while minute < ends and self.taken[minute] >= self.per_minute:
                minute += MINUTE
            self._first_free[begins] = minute
            if minute < ends:
                self.taken[minute] += 1
                return max(minute, begins)
        raise ValueError("there is no window")
