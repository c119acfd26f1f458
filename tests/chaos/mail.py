"""`python -m tests.chaos.mail`: break everything that mail needs, and print what became of it.

Every trial has a database, a Redis and a mail server of its own and a process of its own. At the
end stand one table and, in `var/chaos/`, the same as JSON. The exit code is 1 when a figure fails.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from phare_platform.embedded.services import Services
from tests.chaos.figures import Figure
from tests.chaos.trials import TRIALS, Trial

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "phare_chaos"
ITSELF = [sys.executable, "-m", "tests.chaos.mail"]
UNDER_WAY: "list[subprocess.Popen[bytes]]" = []


def main() -> int:
    """Run the trials that were asked for, then print the table."""
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, end)
    if options.trial:
        return run_one(options)
    chosen = [t for t in TRIALS if not options.only or t.name in options.only.split(",")]
    folder = Path(tempfile.mkdtemp(prefix="phare-chaos-db-"))
    folder.chmod(0o711)
    services = Services(folder, fast=True, given={"REDIS_URL": "redis://none/0"})
    began = time.monotonic()
    try:
        services.start()
        address = services.addresses["DATABASE_URL"]
        prepare(address)
        figures = []
        for alone in (False, True):
            trials = [trial for trial in chosen if trial.alone == alone]
            with ThreadPoolExecutor(1 if alone else options.lanes) as lanes:
                for found in lanes.map(lambda trial: in_its_process(trial, address), trials):
                    figures += found
    finally:
        services.erase()
        shutil.rmtree(folder, ignore_errors=True)
    return report(figures, seconds=time.monotonic() - began, path=options.json)


def end(_number: int, _frame: object) -> None:
    """Asked to end: the trials under way first, each of which ends what it started."""
    for process in UNDER_WAY:
        process.terminate()
    raise SystemExit(128 + signal.SIGTERM)


def parser() -> argparse.ArgumentParser:
    """The options."""
    names = ", ".join(trial.name for trial in TRIALS)
    parser = argparse.ArgumentParser(prog="make chaos-mail", description=__doc__)
    parser.add_argument("--only", help=f"some trials, separated by commas: {names}")
    parser.add_argument("--lanes", type=int, default=1, help="trials at the same time")
    parser.add_argument("--json", type=Path, default=ROOT / "var/chaos/mail.json")
    parser.add_argument("--trial", help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    return parser


def prepare(address: str) -> None:
    """The tables once; each trial gets a copy."""
    say("Preparing the tables …")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env=environment(address, TEMPLATE),
        check=True,
    )


def environment(address: str, database: str, **more: str) -> dict[str, str]:
    """The variables of a process that works on this database."""
    parts = urlsplit(address)
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(parts._replace(path=f"/{database}")),
        "REDIS_URL": "redis://127.0.0.1:9/0",  # whoever runs a trial has no Redis of its own
        "CELERY_BROKER_URL": "redis://127.0.0.1:9/1",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "LOG_LEVEL": "ERROR",
        **more,
    }


def in_its_process(trial: Trial, address: str) -> list[Figure]:
    """Run a trial on a copy of the prepared database."""
    database = f"{TEMPLATE}_{trial.name.replace('-', '_')}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {TEMPLATE}")
    say(f"{trial.name} …")
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        process = subprocess.Popen(
            [*ITSELF, "--trial", trial.name, "--answer", answer.name],
            cwd=ROOT,
            env=environment(address, database, **trial.environment),
        )
        UNDER_WAY.append(process)
        process.wait()
        found = answer.read()
    say(f"{trial.name}: {time.monotonic() - began:.0f} s")
    if process.returncode or not found:
        return [
            Figure(trial.name, "the trial ends", f"exit code {process.returncode}", passed=False)
        ]
    return [Figure(*figure) for figure in json.loads(found)]


def run_one(options: argparse.Namespace) -> int:
    """Inside the process of a trial: measure, and leave the figures in the file."""
    import django

    django.setup()
    from django.test.utils import setup_test_environment

    from tests.chaos.world import World

    setup_test_environment()  # pages tell what they were filled with

    trial = next(trial for trial in TRIALS if trial.name == options.trial)
    with World(say) as world:
        figures = trial.run(world)
    options.answer.write_text(json.dumps(figures))
    return 0


def report(figures: list[Figure], *, seconds: float, path: Path) -> int:
    """The table for people, the JSON for machines."""
    widths = [max(len(line[i]) for line in figures) for i in range(2)]
    lines = [
        f"{'pass' if figure.passed else 'FAIL'}  {figure.risk:<{widths[0]}}  "
        f"{figure.promise:<{widths[1]}}  {figure.seen}"
        for figure in figures
    ]
    failed = sum(not figure.passed for figure in figures)
    sys.stdout.write("\n".join(["", *lines, ""]))
    sys.stdout.write(f"{len(figures)} figures, {failed} failed, {seconds / 60:.1f} minutes.\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "seconds": round(seconds),
        "figures": [figure._asdict() for figure in figures],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return 1 if failed else 0


def say(sentence: str) -> None:
    """Progress, apart from the table."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    raise SystemExit(main())
