"""`python -m benchmarks --n 100000`, or `--input FILE`: measure on a database to throw away."""

import argparse
import os
import signal
import sys
from pathlib import Path

# One thread for the algebra of NumPy: CPU seconds are compared, and idle threads spin.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def main() -> None:
    """Read the options, start what is needed, measure, print."""
    options = _parser().parse_args()
    for ending in (signal.SIGTERM, signal.SIGHUP):  # the servers must not outlive us
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phare_platform.settings")
    from benchmarks.servers import own_database, servers  # noqa: PLC0415  # after the threads

    with servers(), own_database(os.environ["DATABASE_URL"]) as address:
        os.environ["DATABASE_URL"] = address
        import django  # noqa: PLC0415  # the settings read the address

        django.setup()
        from benchmarks.run import run  # noqa: PLC0415  # needs the settings

        run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--n", type=int, default=100_000, help="seeded organisations")
    what.add_argument("--input", type=Path, help="a file of organisations (docs/import.md)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sql", type=int, default=75, help="organisations asked of SQL, in all")
    parser.add_argument("--edits", type=int, default=20, help="edited organisations")
    parser.add_argument("--only-edits", action="store_true", help="and nothing else")
    parser.add_argument("--verify", type=int, default=300, help="lists verified, and a fifth more")
    parser.add_argument("--quality-up-to", type=int, default=50_000, help="else no quality table")
    parser.add_argument("--numpy-up-to", type=int, default=200_000, help="else it takes too long")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--json", type=Path, help="where (default: var/bench/…)")
    return parser


if __name__ == "__main__":
    main()
