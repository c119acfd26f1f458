"""Files that people download: CSV whose cells a spreadsheet never runs as formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

DANGEROUS = tuple("=+-@\t\r\0＝＋－＠")


class _Echo:
    def write(self, value: str) -> str:
        return value


def safe_cell(value: object) -> object:
    """The cell as it may be opened: text that looks like a formula gets a leading apostrophe."""
    if not isinstance(value, str):
        return value
    return "'" + value if value.lstrip().startswith(DANGEROUS) or value[:1] in DANGEROUS else value


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file, byte order mark first so that spreadsheets read UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def csv_response(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """A download named `name` (without ending) of the given rows."""
    return StreamingHttpResponse(
        csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
