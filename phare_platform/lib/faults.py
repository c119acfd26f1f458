"""Places where a trial may have the process die, so that what follows a crash can be measured.

`settings.FAULTS` is empty wherever people use PHARE, and production refuses to start with any.
"""

import os
import random
import signal
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def fail_point(name: str) -> None:
    """Die here, without a word, as often as `settings.FAULTS` says: {"points": {name: chance}}.

    With "ledger" in it, each death is written into that file first. Its "seed" and the number of
    the process make the dice, so that children of one parent do not all die of the same throw.
    """
    faults = settings.FAULTS
    if not faults or _dice(faults.get("seed", 0), os.getpid()).random() >= faults["points"].get(
        name, 0
    ):
        return
    if ledger := faults.get("ledger"):
        with Path(ledger).open("a") as lines:
            lines.write(f"{name}\n")
    os.kill(os.getpid(), signal.SIGKILL)


@lru_cache(maxsize=1)
def _dice(seed: int, process: int) -> random.Random:
    return random.Random(f"{seed}:{process}")  # noqa: S311  # nobody's secret hangs on it
