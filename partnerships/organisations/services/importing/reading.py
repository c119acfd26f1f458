"""From a file of unknown make to rows with our own column names.

A file is refused as a whole only when nothing in it can be trusted: no header, a separator that
is not one of ours, a column we need that is missing. Anything else refuses one row.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

LONGEST_LINE = 100_000  # characters; no honest row of an organisation comes near
SEPARATORS = ",;\t|"

# Our column, then the names under which files are known to hold it.
COLUMNS: dict[str, tuple[str, ...]] = {
    "ref": ("ref", "id", "identifiant"),
    "name": ("name", "nom", "denomination", "raison_sociale"),
    "type": ("type", "type_acteur", "type_organisation"),
    "siren": ("siren",),
    "siret": ("siret",),
    "rna": ("rna",),
    "commune": ("commune_code", "code_commune", "code_insee", "insee"),
    "department": ("department_code", "code_departement", "departement"),
    "acts": ("acts", "domaines", "domains", "agit_sur"),
    "seeks": ("seeks", "cherche", "cherche_sur"),
    "description": ("description", "objet"),
    "website": ("website", "site_web", "site"),
    "staff": ("staff", "effectif"),
}
NEEDED = ("name", "type")


class FileRefused(Exception):
    """The file as a whole cannot be read; `str()` says why and what to do."""


@dataclass(frozen=True)
class Mapping:
    """How a file's columns and words become ours.

    `columns`: our column -> theirs, beyond the names known in `COLUMNS`. `types`: their word ->
    our type. `domains`: their word -> a domain's number.
    """

    columns: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    domains: dict[str, int] = field(default_factory=dict)

    @classmethod
    def from_json(cls, path: Path) -> "Mapping":
        """Read a mapping file; raises FileRefused when it is not one."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                **{key: dict(values.get(key, {})) for key in ("columns", "types", "domains")}
            )
        except (ValueError, AttributeError, TypeError) as error:
            raise FileRefused(
                _("The mapping is not valid JSON: %(why)s") % {"why": error}
            ) from error


@dataclass(frozen=True)
class Row:
    """A line of the file by our column names, or why it cannot even be read (`trouble`)."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


def open_rows(path: Path, *, mapping: Mapping) -> tuple[list[str], Iterator[Row]]:
    """The file's unknown columns, and its rows in order; gzip is recognised by its first bytes.

    Raises FileRefused.
    """
    lines = _lines(path)
    first = next(lines, None)
    if first is None or not first[1].strip():
        raise FileRefused(_("The file is empty."))
    header, separator = _header(first[1])
    places = _places(header, mapping)
    unknown = [name for index, name in enumerate(header) if index not in places.values()]
    return unknown, _rows(lines, separator, places, len(header))


def _lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line number, text, trouble) for each physical line; long or undecodable ones in trouble."""
    with _opened(path) as stream:
        number = 0
        while chunk := stream.readline(LONGEST_LINE):
            number += 1
            too_long = len(chunk) >= LONGEST_LINE and not chunk.endswith(b"\n")
            while len(chunk) >= LONGEST_LINE and not chunk.endswith(b"\n"):
                chunk = stream.readline(LONGEST_LINE)
            if too_long:
                yield number, "", _("the line is longer than 100,000 signs")
                continue
            try:
                text = chunk.decode("utf-8-sig" if number == 1 else "utf-8")
                yield number, text.replace("\0", ""), ""
            except UnicodeDecodeError:
                yield number, chunk.decode("latin-1"), _("the line is not in UTF-8")


def _opened(path: Path) -> gzip.GzipFile | IO[bytes]:
    with path.open("rb") as file:
        magic = file.read(2)
    return gzip.open(path, "rb") if magic == b"\x1f\x8b" else path.open("rb")


def _header(line: str) -> tuple[list[str], str]:
    known = {name for names in COLUMNS.values() for name in names}
    best: tuple[int, list[str], str] = (0, [], "")
    for separator in SEPARATORS:
        names = [name.strip().lower() for name in next(csv.reader([line], delimiter=separator))]
        score = sum(name in known for name in names)
        if score > best[0]:
            best = (score, names, separator)
    if best[0] < 2:
        raise FileRefused(
            _("The first line holds no column we know, or the separator is none of , ; tab |.")
        )
    return best[1], best[2]


def _places(header: list[str], mapping: Mapping) -> dict[str, int]:
    if len(set(header)) < len(header):
        raise FileRefused(_("Two columns have the same name."))
    found = {}
    for ours, names in COLUMNS.items():
        theirs = mapping.columns.get(ours)
        for name in [theirs.strip().lower()] if theirs else names:
            if name in header:
                found[ours] = header.index(name)
                break
    missing = [name for name in NEEDED if name not in found]
    if "commune" not in found and "department" not in found:
        missing.append("commune")
    if missing:
        raise FileRefused(_("Columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    return found


def _rows(
    lines: Iterator[tuple[int, str, str]], separator: str, places: dict[str, int], width: int
) -> Iterator[Row]:
    """Logical rows: a quoted value may run over lines; the row bears its first line's number."""
    for number, first, first_trouble in lines:
        text, trouble = first, first_trouble
        while not trouble and text.count('"') % 2 and len(text) < LONGEST_LINE:
            more = next(lines, None)
            if more is None:
                trouble = _("a quotation mark is not closed")
                break
            text, trouble = text + more[1], more[2]
        if trouble:
            yield Row(number, trouble=trouble)
        elif text.strip():
            yield _row(number, text, separator, places, width)


def _row(number: int, text: str, separator: str, places: dict[str, int], width: int) -> Row:
    try:
        cells = next(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as error:
        return Row(number, trouble=str(error))
    if len(cells) != width:
        trouble = _("%(found)s columns instead of %(wanted)s") % {
            "found": len(cells),
            "wanted": width,
        }
        return Row(number, trouble=trouble)
    return Row(number, {name: cells[index].strip() for name, index in places.items()})
