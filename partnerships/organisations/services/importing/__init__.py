"""Taking in organisations from a file: read, check, preview, write, report.

`docs/import.md` documents the columns and the words understood for types and domains.
"""

from partnerships.organisations.services.importing.checking import Checker, Clean, Refused
from partnerships.organisations.services.importing.reading import FileRefused, Mapping, open_rows
from partnerships.organisations.services.importing.writing import (
    Report,
    import_organisations,
    preview_import,
)

__all__ = [
    "Checker",
    "Clean",
    "FileRefused",
    "Mapping",
    "Refused",
    "Report",
    "import_organisations",
    "open_rows",
    "preview_import",
]
