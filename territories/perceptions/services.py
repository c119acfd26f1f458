"""Loading the published figures that ship with the project (`territories/data/*_figures.csv`…)."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from territories.perceptions.models import Figure
from territories.places.services import DATA, Load, load_if_changed

FILES = (
    DATA / "national_figures.csv",
    DATA / "regional_figures.csv",
    DATA / "perceptions.csv",
)
TEXTS = [
    "measure",
    "actor",
    "territory",
    "unit",
    "published_on",
    "label_fr",
    "label_en",
    "source_label_fr",
    "source_label_en",
    "status",
    "note_fr",
    "note_en",
    "source",
]
FIELDS = [*TEXTS, "domain_number", "value", "base_n", "headline"]


def load_figures(*, files: tuple[Path, ...] = FILES, force: bool = False) -> Load:
    """Write the figures of the files over those of the same code; quick when already loaded.

    A figure that a later file leaves out stays: the register never forgets.
    """
    changed = load_if_changed(
        "figures", files=files, load=lambda: _write_figures(files), force=force
    )
    return Load("figures", Figure.objects.count(), changed)


def _write_figures(files: tuple[Path, ...]) -> None:
    Figure.objects.bulk_create(
        [figure for path in files for figure in _read_figures(path)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=FIELDS,
    )


def _read_figures(path: Path) -> Iterator[Figure]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Figure(
                code=row["code"],
                domain_number=int(row["domain"].removeprefix("D")) if row["domain"] else None,
                value=Decimal(row["value"]),
                base_n=int(row["base_n"]) if row["base_n"] else None,
                headline=int(row["headline"]) if row["headline"] else None,
                **{name: row[name] for name in TEXTS},
            )
