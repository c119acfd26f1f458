"""`manage.py load_demo`: the demonstration territory, created once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from phare_platform.demo.load import NotInProduction, load_cast
from phare_platform.demo.stories import tell_stories


class Command(BaseCommand):
    """Invented organisations on real places, with partnerships at every stage."""

    help = "Load the demonstration: accounts, organisations, partnerships. Refused in production."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing and say what is there."""
        try:
            organisations = load_cast()
        except NotInProduction as error:
            message = "The demonstration has known passwords: not on a production installation."
            raise CommandError(message) from error
        told = tell_stories(organisations)
        if options["verbosity"]:
            count = len(organisations)
            self.stdout.write(f"  demonstration: {count} organisations, {told} partnerships")
