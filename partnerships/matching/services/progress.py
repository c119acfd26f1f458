"""How far a refresh is, for whoever watches: a bar on a terminal, a column in the admin."""

import time
from collections.abc import Callable

from partnerships.matching.models import Refresh

Progress = Callable[[int, int], object]
EVERY = 0.5  # seconds between two notes


class Told:
    """Counts the organisations that are done and tells, now and then, those who want to know."""

    def __init__(self, refresh: Refresh, *, progress: Progress | None, total: int) -> None:
        self.refresh, self.total = refresh, total
        self._progress = progress or (lambda _done, _total: None)
        self._done, self._noted, self._noted_at = 0, -1, 0.0
        refresh.total_count = total
        Refresh.objects.filter(pk=refresh.pk).update(total_count=total)

    def more(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        if time.monotonic() - self._noted_at >= EVERY:
            self._note()

    def reached(self, done: int) -> None:
        """So many are done in all."""
        self._done = done
        self._note()

    def _note(self) -> None:
        done, self._noted_at = self._done, time.monotonic()
        if done != self._noted:
            Refresh.objects.filter(pk=self.refresh.pk).update(done_count=done)
            self._progress(done, self.total)
            self._noted = self.refresh.done_count = done
