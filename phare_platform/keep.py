"""Keep one process alive: `python -m phare_platform.keep NAME -- COMMAND …`.

A Celery worker sometimes dies with the broker it was connected to; whoever runs PHARE should not
have to notice. The process also ends when the run that wanted it has ended, however it ended.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from phare_platform.embedded.processes import command_of, say

LOOK = 0.3  # seconds between two looks at the process
SOON = 10  # seconds; a shorter life is a failed start
FAILED_STARTS = 5  # in a row, after which it is not the broker's fault
GRACE = ((signal.SIGTERM, 4.0), (signal.SIGQUIT, 3.0))  # finish your work; drop it
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2), Linux only

# Looked up here because nothing may be imported between fork and exec.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class Keeper:
    """One command, started again each time it ends by itself."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self.asked_to_end = False

    def keep(self) -> int:
        """Keep the command alive until a signal or the end of the run; return its exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_end)
        failed_starts = 0
        while True:
            born = time.monotonic()
            code = self._live_once()
            if self.asked_to_end:
                return 0
            failed_starts = failed_starts + 1 if time.monotonic() - born < SOON else 0
            if failed_starts >= FAILED_STARTS:
                say(f"{self.name} fails at every start (exit code {code}): giving up.")
                return code or 1
            say(f"{self.name} ended (exit code {code}): starting it again.")
            self._rest(max(1, failed_starts))

    def _live_once(self) -> int:
        # Its own session: a signal to our group reaches it once, through us, and not its children.
        child = subprocess.Popen(
            self.command,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - there is one thread only
        )
        try:
            while child.poll() is None and not self._should_end():
                _wait(child, LOOK)
            for number, seconds in GRACE:
                if child.poll() is None:
                    child.send_signal(number)
                    _wait(child, seconds)
        finally:
            _sweep(child.pid)
        return child.wait()

    def _rest(self, seconds: float) -> None:
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not self._should_end():
            time.sleep(LOOK)

    def _should_end(self) -> bool:
        self.asked_to_end = self.asked_to_end or run_has_ended()
        return self.asked_to_end

    def _ask_to_end(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_end = True


def run_has_ended() -> bool:
    """Say whether the run that started us is over; without one we are never alone.

    The run writes its number into a file and takes it out again; killed, it leaves the number of
    a process that is gone.
    """
    number, note = os.environ.get("PHARE_RUN_PID"), os.environ.get("PHARE_RUN_NOTE")
    if not number or not note:
        return False
    try:
        return Path(note).read_text().split()[:1] != [number] or command_of(int(number)) is None
    except OSError:
        return True


def die_with_parent() -> None:
    """Ask the system for SIGTERM when our parent dies, even by kill -9. Linux only."""
    if _prctl is not None:
        _prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _wait(child: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _sweep(group: int) -> None:
    """Kill what is left of the session: children of a worker that was itself killed."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS refuses for a group of zombies
        return


def main(arguments: Sequence[str]) -> int:
    """Read NAME -- COMMAND and keep it."""
    if len(arguments) < 3 or arguments[1] != "--":
        say("usage: python -m phare_platform.keep NAME -- COMMAND …")
        return 2
    return Keeper(arguments[0], arguments[2:]).keep()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
