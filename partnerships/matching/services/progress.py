"""How far a refresh is, for whoever watches: a bar on a terminal, a column in the admin."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock

from partnerships.matching.engine import Engine, Lists
from partnerships.matching.models import Refresh

Progress = Callable[[int, int], object]
EVERY = 0.5  # seconds between two notes


class Abandoned(Exception):
    """Nobody waits for the lists any longer."""


class Told:
    """Counts the organisations that are done and tells those who want to know."""

    def __init__(self, refresh: Refresh, *, progress: Progress | None, total: int) -> None:
        self.refresh, self.total = refresh, total
        self._progress = progress or (lambda _done, _total: None)
        self._done, self._noted, self._abandoned = 0, -1, False
        self._lock = Lock()
        refresh.total_count = total
        Refresh.objects.filter(pk=refresh.pk).update(total_count=total)

    def lists_of(self, engine: Engine, *, before: Lists | None = None) -> Lists:
        """Everyone's lists, computed in a thread of their own while this one tells how far it is.

        `before` are earlier ones, with which there is less to do.

        The engine counts in threads, which must not write: each would open a connection.
        """
        with ThreadPoolExecutor(1) as thread:
            length = self.refresh.policy.list_length
            work = thread.submit(engine.lists, length, before=before, progress=self._more)
            try:
                while not wait([work], timeout=EVERY).done:
                    self._note()
            except BaseException:  # a time limit, Ctrl-C: do not wait for the lists to be done
                self._abandoned = True
                raise
        return work.result()

    def reached(self, done: int) -> None:
        """So many are done in all."""
        self._done = done
        self._note()

    def _more(self, count: int) -> None:
        if self._abandoned:
            raise Abandoned
        with self._lock:
            self._done += count

    def _note(self) -> None:
        done = self._done
        if done != self._noted:
            Refresh.objects.filter(pk=self.refresh.pk).update(done_count=done)
            self._progress(done, self.total)
            self._noted = self.refresh.done_count = done
