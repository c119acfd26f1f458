"""`manage.py refresh_matches`: everyone's suggestions, as every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from partnerships.matching.queries import running_refresh
from partnerships.matching.services import refresh_matches
from phare_platform.lib.errors import Conflict


def _how_far() -> str:
    """What is known of the refresh that runs elsewhere."""
    refresh = running_refresh()
    if refresh is None:
        return ""
    return (
        f"Refresh {refresh.pk} began on {refresh.started_at:%Y-%m-%d at %H:%M} UTC;"
        f" {refresh.done_count:,} of {refresh.total_count:,} organisations are done."
    )


class Command(BaseCommand):
    """Compute and store the list of every active organisation."""

    help = "Compute everyone's suggestions with the policy in force; shows its progress."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and say what came out."""
        with tqdm(unit=" organisations", disable=None, delay=1) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                refresh = refresh_matches(progress=show)
            except Conflict as refusal:
                raise CommandError(f"{refusal} {_how_far()}".strip()) from refusal
        seconds = (refresh.finished_at - refresh.started_at).total_seconds()  # type: ignore[operator]
        self.stdout.write(
            f"Policy {refresh.policy.name}: {refresh.organisations_count:,} organisations,"
            f" {refresh.with_suggestions_count:,} with at least one suggestion;"
            f" {refresh.pairs_count:,} pairs whose areas nest;"
            f" {refresh.cpu_seconds:.1f} CPU seconds, {seconds:.1f} s in all."
        )
