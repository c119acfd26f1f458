"""`manage.py import_organisations FILE`: take in organisations from a CSV file (gz too)."""

import re
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from partnerships.organisations.services.importing import (
    FileRefused,
    Mapping,
    Report,
    import_organisations,
    preview_import,
)


class Command(BaseCommand):
    """Preview, write, and report the refused rows; docs/import.md documents the file."""

    help = "Import organisations from FILE (CSV, gzip allowed). Run it again freely."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to read it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", help="name of the source, kept on each organisation")
        parser.add_argument("--mapping", type=Path, help="JSON: columns, types, domains")
        parser.add_argument("--preview", action="store_true", help="check the file, write nothing")
        parser.add_argument("--refused", type=Path, help="where to write the refused rows (CSV)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, write, report."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: no such file")
        source = options["source"] or re.sub(r"\W+", "-", path.name.split(".")[0])[:40]
        try:
            mapping = Mapping.from_json(options["mapping"]) if options["mapping"] else Mapping()
            report = self._run(path, source, mapping, options)
        except FileRefused as error:
            raise CommandError(f"{path}: {error}") from error
        self._tell(report, options)

    def _run(self, path: Path, source: str, mapping: Mapping, options: dict[str, Any]) -> Report:
        if options["preview"]:
            return preview_import(path, mapping=mapping)
        with tqdm(unit=" rows", disable=options["verbosity"] < 1) as bar:
            return import_organisations(
                path, source=source, by=None, mapping=mapping, progress=bar.update
            )

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        say = self.stdout.write
        if report.unknown_columns:
            say(f"Columns not used: {', '.join(report.unknown_columns)}")
        if options["preview"]:
            for row in report.sample:
                say(f"  line {row.line}: {row.name} ({row.type}), domains {list(row.acts)}")
            say(f"{report.read} rows read, {report.created} valid, {len(report.refused)} refused")
        else:
            there, refused = report.already_there, len(report.refused)
            say(f"{report.read} rows read, {report.created} created, {there} already there,")
            say(f"{refused} refused ({report.seconds:.1f} s)")
        for rule, count in report.by_rule.items():
            say(f"  {rule}: {count}")
        if options["refused"] and report.refused:
            report.write_refused(options["refused"])
            say(f"Refused rows, with their line and reason: {options['refused']}")
