"""Loading the sixteen domains that ship with the project (`territories/data/domains.csv`)."""

import csv
from pathlib import Path

from django.db import transaction

from territories.fragilities.models import Domain
from territories.places.services import DATA, Load, load_if_changed

DOMAINS = DATA / "domains.csv"


def load_domains(*, file: Path = DOMAINS, force: bool = False) -> Load:
    """Write the domains of the file over those known; quick when already loaded."""
    changed = load_if_changed(
        "domains", files=[file], load=lambda: _write_domains(file), force=force
    )
    return Load("domains", Domain.objects.count(), changed)


@transaction.atomic
def _write_domains(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            Domain.objects.update_or_create(
                number=int(row["number"]),
                defaults={
                    **{name: row[name] for name in PLAIN_COLUMNS},
                    "aliases": row["aliases"].split("|"),
                },
            )


PLAIN_COLUMNS = ["code", "axis", "label_fr", "label_en", "short_fr", "short_en", "status", "source"]
