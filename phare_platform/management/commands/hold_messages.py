"""After a restored backup, before the workers start: keep back mail that may have left since."""

from typing import Any

from django.core.management.base import BaseCommand

from phare_platform.outbox.services import hold_unfinished


class Command(BaseCommand):
    help = "Hold every message not known to be sent; run it after restoring a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many are held; the team sends again, in the administration, what is of use."""
        self.stdout.write(f"{hold_unfinished()} messages held.")
