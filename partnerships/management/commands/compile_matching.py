"""Compile the loops of matching ahead of their first use."""

from typing import Any

from django.core.management.base import BaseCommand

from partnerships.matching.engine import warm_up


class Command(BaseCommand):
    """After a new version is installed, so that the first to need them does not wait."""

    help = "Compile the loops of matching, where that is not done already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done, where anything was."""
        if warm_up():
            self.stdout.write("Compiled.")
