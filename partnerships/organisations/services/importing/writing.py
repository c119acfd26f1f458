"""Writing checked rows, batch by batch, so that a second run changes nothing."""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import transaction

from partnerships.organisations.enums import Level, Side
from partnerships.organisations.models import AreaOfAction, Declaration, Organisation
from partnerships.organisations.queries.places import DefaultAreas
from partnerships.organisations.services.importing.checking import Checker, Clean, Refused
from partnerships.organisations.services.importing.reading import Mapping, open_rows
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User
from phare_platform.lib.exports import safe_cell
from phare_platform.lib.text import plain
from phare_platform.trace.services import leave_trace

BATCH = 1000
PREVIEWED = 20
Progress = Callable[[int], object]


@dataclass
class Report:
    """What an import did, or would do: rows read, written, already there, refused by rule."""

    read: int = 0
    created: int = 0
    already_there: int = 0
    refused: list[Refused] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)
    sample: list[Clean] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def by_rule(self) -> dict[str, int]:
        """How many rows each rule refused, the most first."""
        return dict(Counter(refused.rule for refused in self.refused).most_common())

    def write_refused(self, path: Path) -> None:
        """Write the refused rows as CSV: line, rule, reason, name."""
        with path.open("w", newline="", encoding="utf-8-sig") as stream:
            writer = csv.writer(stream)
            writer.writerow(["line", "rule", "reason", "name"])
            for row in self.refused:
                writer.writerow([row.line, row.rule, row.reason, safe_cell(row.name)])


def preview_import(path: Path, *, mapping: Mapping) -> Report:
    """Read and check the whole file without writing; the first rows are in `sample`.

    Raises FileRefused.
    """
    report = Report()
    for batch in _checked(path, mapping, report, lambda _count: None):
        report.sample += batch[: PREVIEWED - len(report.sample)]
        report.created += len(batch)
    return report


def import_organisations(
    path: Path,
    *,
    source: str,
    by: User | None,
    mapping: Mapping,
    progress: Progress = lambda _count: None,
) -> Report:
    """Create the organisations of a file that are not there yet; refuse the rest row by row.

    An organisation is already there when its `source` and reference, its SIRET, its SIREN (both
    without SIRET), its RNA, or its name in the same place without any number, is known. Each batch
    of a thousand is one transaction, so a run cut short is finished by running again. `progress`
    is told of rows read. Leaves one trace per created organisation's batch. Raises FileRefused.
    """
    started = time.perf_counter()
    report, areas = Report(), DefaultAreas()
    for batch in _checked(path, mapping, report, progress):
        with transaction.atomic():
            created = _create(batch, source, areas)
            report.created += len(created)
            report.already_there += len(batch) - len(created)
            if created:
                leave_trace(
                    "organisations.import_organisations",
                    created[0],
                    by=by,
                    source=source,
                    created=len(created),
                    lines=[batch[0].line, batch[-1].line],
                )
    report.seconds = time.perf_counter() - started
    return report


def _checked(
    path: Path, mapping: Mapping, report: Report, progress: Progress
) -> Iterator[list[Clean]]:
    report.unknown_columns, rows = open_rows(path, mapping=mapping)
    checker = Checker(mapping)
    while batch := list(islice(rows, BATCH)):
        clean = []
        for row in batch:
            checked = checker.check(row)
            if isinstance(checked, Refused):
                report.refused.append(checked)
            else:
                clean.append(checked)
        report.read += len(batch)
        progress(len(batch))
        if clean:
            yield clean


def _create(batch: list[Clean], source: str, areas: DefaultAreas) -> list[Organisation]:
    new = _not_there(batch, source)
    organisations = Organisation.objects.bulk_create(
        Organisation(
            name=row.name,
            type=row.type,
            home_id=row.home,
            description=row.description,
            website=row.website,
            staff_size=row.staff,
            source=source,
            source_ref=row.ref,
            **vars(row.identifiers),
        )
        for row in new
    )
    Declaration.objects.bulk_create(_declarations(zip(organisations, new, strict=True)))
    AreaOfAction.objects.bulk_create(
        AreaOfAction(organisation=organisation, place_id=place)
        for organisation in organisations
        for place in areas.of(organisation.home_id)
    )
    organisations_changed.send(None, pks=[organisation.pk for organisation in organisations])
    return organisations


def _declarations(pairs: Iterable[tuple[Organisation, Clean]]) -> Iterator[Declaration]:
    for organisation, row in pairs:
        for side, numbers in ((Side.ACTS, row.acts), (Side.SEEKS, row.seeks)):
            for number in numbers:
                yield Declaration(
                    organisation=organisation, domain_id=number, side=side, level=Level.IMPORTANT
                )


def _not_there(batch: list[Clean], source: str) -> list[Clean]:
    """Those of the batch that neither the database nor an earlier row of it holds."""
    taken = _known_keys(batch, source)
    new = []
    for row in batch:
        keys = _keys(row, source)
        if keys.isdisjoint(taken):
            new.append(row)
            taken |= keys
    return new


def _keys(row: Clean, source: str) -> set[tuple[str, ...]]:
    numbers = row.identifiers
    keys: set[tuple[str, ...]] = set()
    if row.ref:
        keys.add(("ref", source, row.ref))
    if numbers.siret:
        keys.add(("siret", numbers.siret))
    elif numbers.siren:
        keys.add(("siren", numbers.siren))
    if numbers.rna:
        keys.add(("rna", numbers.rna))
    if not (numbers.siren or numbers.rna):
        keys.add(("name", plain(row.name), str(row.home)))
    return keys


def _known_keys(batch: list[Clean], source: str) -> set[tuple[str, ...]]:
    organisations = Organisation.objects.all()
    refs = [row.ref for row in batch if row.ref]
    sirens = [row.identifiers.siren for row in batch if row.identifiers.siren]
    rnas = [row.identifiers.rna for row in batch if row.identifiers.rna]
    unnumbered = [r for r in batch if not (r.identifiers.siren or r.identifiers.rna)]
    taken: set[tuple[str, ...]] = {
        ("ref", source, ref)
        for ref in organisations.filter(source=source, source_ref__in=refs).values_list(
            "source_ref", flat=True
        )
    }
    for siren, siret in organisations.filter(siren__in=sirens).values_list("siren", "siret"):
        taken.add(("siret", siret) if siret else ("siren", siren))
    for rna in organisations.filter(rna__in=rnas).values_list("rna", flat=True):
        taken.add(("rna", rna))
    same_name = organisations.filter(
        name_key__in={plain(row.name) for row in unnumbered},
        home__in={row.home for row in unnumbered},
        siren="",
        rna="",
    )
    taken |= {("name", key, str(home)) for key, home in same_name.values_list("name_key", "home")}
    return taken
