"""`manage.py load_reference`: what every installation needs, quick when it is there already."""

from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from partnerships.evaluation.services import load_questionnaire
from partnerships.lifecycle.services import load_checklists
from partnerships.matching.services import ensure_policy
from phare_platform.schedules import ensure_schedules
from territories.fragilities.services import load_domains
from territories.perceptions.services import load_figures
from territories.places.services import load_places


class Command(BaseCommand):
    """Places, domains, figures, checklists, questionnaire, policy, timetable."""

    help = "Load what ships with PHARE. May be run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--force` loads files that did not change since the last time."""
        parser.add_argument("--force", action="store_true", help="load even what did not change")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run each loader and say what it did."""
        force = options["force"]
        loaders = {
            "places": lambda: load_places(force=force).rows,
            "domains": lambda: load_domains(force=force).rows,
            "figures": lambda: load_figures(force=force).rows,
            "checklist points": load_checklists,
            "questions": load_questionnaire,
            "matching policy": ensure_policy,
            "timetable": ensure_schedules,
        }
        for name, load in loaders.items():
            start = perf_counter()
            done = load()
            if options["verbosity"]:
                self.stdout.write(f"  {name}: {done} ({perf_counter() - start:.1f} s)")
