"""Keep the French catalogue in step with the sentences in the files. No GNU gettext needed."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from phare_platform.lib.catalogue import compile_catalogues
from phare_platform.lib.catalogue.checks import problems
from phare_platform.lib.catalogue.extraction import extract_all
from phare_platform.lib.catalogue.pofiles import (
    as_po,
    is_translated,
    join,
    keep_translations,
    messages_of,
    read_catalogue,
    write_catalogue,
)

LANGUAGE = "fr"
SOURCES = ["phare_platform", "territories", "partnerships", "templates"]
EXPLANATION = """
Sentences are written in English in the code and the templates; French stands in
locale/fr/LC_MESSAGES/django.po.

  manage.py messages               add new sentences, drop those no longer used, sort; translations
                                   stay. Then write the French between the quotes of each msgstr.
  manage.py messages --missing [PATH ...]
                                   print what has no French yet, as a .po; only of these files and
                                   folders when some are named. Fill it in, then merge it
  manage.py messages --merge FILE  take from another .po what has no French here
                                   (- reads it from a pipe)
  manage.py messages --check       exit 1 when anything is missing, left over, fuzzy, untranslated,
                                   has other placeholders, or breaks French typography
  manage.py messages --compile     write the .mo (settings do it at each start when needed)

Two branches changed the catalogue: git keeps ours and says so. Then
  git show MERGE_HEAD:locale/fr/LC_MESSAGES/django.po | ./manage.py messages --merge -
  ./manage.py messages && git add locale
"""


class Command(BaseCommand):
    help = "Keep the French catalogue in step with the sentences in the files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One deed at a time."""
        parser.epilog, parser.formatter_class = EXPLANATION, RawDescriptionHelpFormatter
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--check", action="store_true", help="report faults, change nothing")
        deed.add_argument("--compile", action="store_true", help="write the compiled catalogues")
        deed.add_argument("--missing", metavar="PATH", nargs="*", help="print what lacks French")
        deed.add_argument("--merge", metavar="FILE", help="join another catalogue")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; by default, bring the catalogue up to date."""
        self.path = Path(settings.LOCALE_PATHS[0]) / f"{LANGUAGE}/LC_MESSAGES/django.po"
        if options["compile"]:
            for path in compile_catalogues(Path(settings.LOCALE_PATHS[0])):
                self.stdout.write(f"Written: {path.relative_to(settings.BASE_DIR)}")
        elif options["check"]:
            self._check()
        elif options["missing"] is not None:
            self._missing(options["missing"])
        elif options["merge"]:
            self._merge(options["merge"])
        else:
            self._update()

    def _found(self, places: Iterable[str] = ()) -> Catalog:
        names = list(places) or SOURCES
        return extract_all([settings.BASE_DIR / name for name in names], language=LANGUAGE)

    def _known(self) -> Catalog:
        return read_catalogue(self.path, language=LANGUAGE)

    def _update(self) -> None:
        catalogue = keep_translations(self._found(), self._known())
        write_catalogue(self.path, catalogue)
        compile_catalogues(Path(settings.LOCALE_PATHS[0]))
        sentences = messages_of(catalogue).values()
        without = sum(not is_translated(message) for message in sentences)
        self.stdout.write(f"{len(sentences)} sentences, {without} without French.")

    def _check(self) -> None:
        faults = problems(self._found(), self._known())
        if faults:
            raise CommandError("\n".join([*faults, f"{len(faults)} faults in {self.path.name}."]))
        self.stdout.write("The French catalogue is complete.")

    def _missing(self, places: list[str]) -> None:
        catalogue = keep_translations(self._found(places), self._known())
        for message in messages_of(catalogue).values():
            if is_translated(message):
                catalogue.delete(message.id, context=message.context)
        self.stdout.write(as_po(catalogue).decode())

    def _merge(self, name: str) -> None:
        other = sys.stdin.buffer if name == "-" else Path(name)
        if isinstance(other, Path) and not other.is_file():
            raise CommandError(f"There is no file {other}.")
        mine = self._known()
        for _context, sentence in join(mine, read_catalogue(other, language=LANGUAGE)):
            self.stdout.write(f"Kept ours for {sentence!r}")
        write_catalogue(self.path, mine)
