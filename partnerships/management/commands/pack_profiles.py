"""`manage.py pack_profiles`: what matching knows of organisations, after a change by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from partnerships.matching.services import pack_all_profiles


class Command(BaseCommand):
    """Bring everyone's packed profile in step; services do it by themselves."""

    help = "Pack the profiles of all active organisations again: after data were changed by hand."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it and say what came out."""
        self.stdout.write(f"{pack_all_profiles():,} profiles packed, the others were right.")
