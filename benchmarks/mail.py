"""The weekly digests of many organisations, written in one run: CPU, memory, what came out.

`python -m benchmarks.mail --n 100000`. On a database to throw away, unless `--keep DATABASE_URL`
names one: it is filled when it is empty, and digests told before are forgotten.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = """
INSERT INTO accounts_user (email, password, display_name, language, time_zone, is_facilitator,
    is_staff, is_superuser, is_active, date_joined)
SELECT 'personne' || n || '@bench.example', '!', 'Personne ' || n,
    CASE WHEN n %% 5 = 0 THEN 'en' ELSE 'fr' END, '', false, false, false, true, now()
FROM generate_series(1, %(people)s) AS n
"""
# One owner each; every fifth organisation has a second member. One member in ten has chosen.
MEMBERS = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY id) AS n FROM partnerships_organisation
), answering AS (
    SELECT id, n AS person, 'owner' AS role FROM numbered
    UNION ALL SELECT id, %(count)s + n / 5, 'editor' FROM numbered WHERE n %% 5 = 0
)
INSERT INTO partnerships_membership (organisation_id, user_id, role, digest_rhythm, digest_most,
    created_at)
SELECT answering.id, people.id, role,
    (ARRAY['', '', '', '', '', '', '', '', '', 'monthly', 'never'])[1 + person %% 11],
    CASE WHEN person %% 7 = 0 THEN 5 ELSE 3 END, now()
FROM answering JOIN accounts_user people ON people.email = 'personne' || person || '@bench.example'
"""
UNWANTED = """
INSERT INTO outbox_unsubscription (address, kind, created_at)
SELECT email, 'digest', now() FROM accounts_user WHERE id % 20 = 0
"""


def main() -> None:
    """Read the options, start what is needed, measure, print."""
    options = _parser().parse_args()
    for ending in (signal.SIGTERM, signal.SIGHUP):  # the servers must not outlive us
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phare_platform.settings")
    os.environ.setdefault("DEBUG", "false")  # Django would keep every statement in memory
    if options.inside:
        _inside()
        return
    with _database(options.keep) as address:
        os.environ["DATABASE_URL"] = address
        import django  # noqa: PLC0415  # the settings read the address

        django.setup()
        prepare(options.n)
        found = measure(interrupt=options.kill)
        json.dump(found, sys.stdout, indent=2)
        sys.stdout.write("\n")


@contextmanager
def _database(kept: str) -> Iterator[str]:
    """The database named, or one of our own on servers of our own."""
    from benchmarks.servers import own_database, servers  # noqa: PLC0415  # needs the settings

    if kept:
        yield kept
        return
    with servers(), own_database(os.environ["DATABASE_URL"]) as address:
        yield address


def prepare(count: int) -> None:
    """Fill an empty database with organisations, their people and their lists; forget digests."""
    from django.core.management import call_command  # noqa: PLC0415  # needs the settings
    from django.db import connection  # noqa: PLC0415  # needs the settings

    from benchmarks.database import fill, place_keys  # noqa: PLC0415  # needs the settings
    from benchmarks.generate import generate  # noqa: PLC0415  # needs the settings
    from benchmarks.places import read_places  # noqa: PLC0415  # needs the settings
    from partnerships.matching.models import SuggestionList  # noqa: PLC0415  # needs the settings
    from partnerships.matching.services import (  # noqa: PLC0415  # needs the settings
        ensure_policy,
        pack_all_profiles,
        refresh_matches,
    )

    call_command("migrate", verbosity=0)
    if not SuggestionList.objects.exists():
        call_command("load_reference", verbosity=0)
        say("organisations …")
        ensure_policy()
        fill(generate(count, read_places(place_keys())))
        pack_all_profiles()
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, {"people": count + count // 5})
            cursor.execute(MEMBERS, {"count": count})
            cursor.execute(UNWANTED)
        say("lists …")
        refresh_matches()
    forget()


def forget() -> None:
    """As if no digest had ever been written."""
    from django.db import connection  # noqa: PLC0415  # needs the settings

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE partnerships_toldsuggestion, partnerships_digest, outbox_message, trace_trace"
        )
        cursor.execute("UPDATE partnerships_membership SET last_digest_on = NULL")
        cursor.execute("VACUUM ANALYZE")


def say(text: str) -> None:
    """Tell how far the run is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def measure(*, interrupt: bool) -> dict[str, Any]:
    """Write the digests in a process of its own; with `interrupt`, killed once in the middle."""
    command = [sys.executable, "-m", "benchmarks.mail", "--inside"]
    found: dict[str, Any] = {}
    if interrupt:
        found["killed_after"] = _killed(command)
    say("digests …")
    said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return found | dict(json.loads(said.stdout)) | came_out()


def _killed(command: list[str]) -> int:
    """Begin a run, and kill it as soon as it has written some batches; how many digests it left."""
    from partnerships.matching.models import Digest  # noqa: PLC0415  # needs the settings

    say("digests, to be killed …")
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while process.poll() is None and Digest.objects.count() < 2_000:
        time.sleep(0.05)
    process.kill()
    process.wait()
    return Digest.objects.count()


def came_out() -> dict[str, Any]:
    """What the run left, and what it must never leave."""
    from django.db import connection  # noqa: PLC0415  # needs the settings

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM partnerships_organisation),"
            " (SELECT count(*) FROM partnerships_digest),"
            " (SELECT count(*) FROM partnerships_toldsuggestion),"
            " (SELECT count(*) FROM outbox_message),"
            " (SELECT count(DISTINCT (campaign, recipient_id, dedupe_key)) FROM outbox_message),"
            " (SELECT count(*) FROM partnerships_membership WHERE last_digest_on IS NOT NULL),"
            " (SELECT max(n) FROM (SELECT count(*) AS n FROM outbox_message"
            "    GROUP BY date_trunc('minute', not_before)) AS minutes),"
            " (SELECT count(*) FROM outbox_message JOIN outbox_unsubscription"
            '    ON address = "to"),'
            " (SELECT avg(length(html))::int FROM outbox_message)"
        )
        row = cursor.fetchone()
    names = ["organisations", "digests", "suggestions_told", "messages", "different_messages",
             "members_told", "most_in_a_minute", "to_unsubscribed", "mean_html_bytes"]  # fmt: skip
    return dict(zip(names, row, strict=True))


def _inside() -> None:
    """The run itself, as the task does it, and what it cost."""
    import django  # noqa: PLC0415  # needs the settings

    django.setup()
    from django.utils import timezone  # noqa: PLC0415  # needs the settings

    from benchmarks.meter import Meter  # noqa: PLC0415  # needs the settings
    from partnerships.matching.services import send_digests  # noqa: PLC0415  # needs the settings
    from phare_platform.outbox.pace import Pace  # noqa: PLC0415  # needs the settings

    now = timezone.now().replace(year=2026, month=11, day=24, hour=4)
    peaks: list[int] = []

    def run() -> int:
        pace, count = Pace(now=now), 1
        batch = send_digests(now=now, pace=pace)
        peaks.append(_peak())
        while batch.next_after is not None:
            batch, count = send_digests(now=now, after=batch.next_after, pace=pace), count + 1
            peaks.append(_peak())
        return count

    batches, spent = Meter().of(run)
    json.dump(
        {
            "batches": batches,
            "client_cpu_seconds": round(spent.client, 1),
            "database_cpu_seconds": round(spent.database, 1),
            "cpu_minutes": round(spent.cpu / 60, 2),
            "wall_seconds": round(spent.wall, 1),
            "peak_mb_after_a_tenth": peaks[len(peaks) // 10],
            "peak_mb": peaks[-1],
        },
        sys.stdout,
    )


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> 20 if sys.platform == "darwin" else peak >> 10


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench-mail", description=__doc__)
    parser.add_argument("--n", type=int, default=100_000, help="seeded organisations")
    parser.add_argument("--keep", default="", help="the address of a database to fill and keep")
    parser.add_argument("--kill", action="store_true", help="kill it once, and start it again")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    main()
