"""Create the schedule entries that do not exist yet; leave the others as they are."""

from typing import Any

from django.core.management.base import BaseCommand

from phare_platform.schedules import ensure_schedules


class Command(BaseCommand):
    help = "Create the schedule entries that do not exist yet; leave the others as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many were created."""
        self.stdout.write(f"{ensure_schedules()} schedule entries created.")
