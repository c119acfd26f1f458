"""`manage.py show_welcome`: who can sign in to the demonstration, and where mail is read."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from phare_platform.accounts.models import User
from phare_platform.demo.cast import PASSWORD, PEOPLE


class Command(BaseCommand):
    """Words for the terminal of a first run; nothing where there is no demonstration."""

    help = "Print the accounts of the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the accounts that exist, one a line."""
        emails = [person.email for person in PEOPLE]
        found = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        if not found:
            return
        self.stdout.write(f"Accounts of the demonstration (password: {PASSWORD})")
        for person in PEOPLE:
            if person.email in found:
                self.stdout.write(f"  {person.email:32} {person.name}")
        if settings.DEV_TOOLS:
            self.stdout.write("Mail is not sent; read it at /dev/courrier/")
