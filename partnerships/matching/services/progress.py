"""How far a refresh is, for whoever watches: a bar on a terminal, a column in the admin."""

import time
from collections.abc import Callable

from partnerships.matching.models import Refresh

Progress = Callable[[int, int], object]
EVERY = 1.0  # seconds between two notes in the database


class Told:
    """Counts the organisations that are done and tells, now and then, those who want to know."""

    def __init__(self, refresh: Refresh, *, progress: Progress | None, total: int) -> None:
        self.refresh, self.total = refresh, total
        self._progress = progress or (lambda _done, _total: None)
        self._done, self._noted_at = 0, 0.0
        refresh.total_count = total
        Refresh.objects.filter(pk=refresh.pk).update(total_count=total)

    def more(self, count: int) -> None:
        """So many more are done."""
        self.reached(self._done + count)

    def reached(self, done: int) -> None:
        """So many are done in all."""
        self._done = self.refresh.done_count = done
        self._progress(done, self.total)
        if time.monotonic() - self._noted_at >= EVERY:
            self._note()

    def finish(self) -> None:
        """All are done."""
        self.reached(self.total)
        self._note()

    def _note(self) -> None:
        Refresh.objects.filter(pk=self.refresh.pk).update(done_count=self._done)
        self._noted_at = time.monotonic()
