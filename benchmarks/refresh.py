"""One whole refresh in a process of its own, as a worker does it: memory, phases, seconds.

`python -m benchmarks.refresh` on the database of the settings; prints JSON.
"""

import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phare_platform.settings")
LOADING = ("pack_all_profiles", "load_columns")
PLACING = ("fill_places",)


def main() -> None:
    """Refresh, and print what it took."""
    django.setup()
    from benchmarks.meter import Meter  # noqa: PLC0415  # needs the settings
    from partnerships.matching.engine import Engine  # noqa: PLC0415  # needs the settings
    from partnerships.matching.services import refreshing  # noqa: PLC0415  # needs the settings

    meter = Meter()
    phases: dict[str, float] = defaultdict(float)

    def timed(phase: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            result, spent = meter.of(work, *arguments, **options)
            phases[phase] += spent.cpu
            return result

        return run

    for names, phase in ((LOADING, "load"), (PLACING, "places")):
        for name in names:
            if hasattr(refreshing, name):
                setattr(refreshing, name, timed(phase, getattr(refreshing, name)))
    engine: Any = Engine
    engine.__init__ = timed("engine", engine.__init__)
    engine.lists = timed("engine", engine.lists)
    engine.pairs = property(timed("engine", engine.pairs.fget))
    started = time.perf_counter()
    refresh, spent = meter.of(refreshing.refresh_matches)
    phases["write"] = spent.cpu - sum(phases.values())  # and all the rest
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump(
        {
            "organisations": refresh.organisations_count,
            "pairs": refresh.pairs_count,
            "wall_seconds": time.perf_counter() - started,
            "client_cpu_seconds": spent.client,
            "database_cpu_seconds": spent.database,
            "phases": dict(phases),
            "peak_rss_mb": peak / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
