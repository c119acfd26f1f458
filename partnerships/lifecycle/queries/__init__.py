"""What pages and the API read of partnerships, by subject; nothing here writes."""

from partnerships.lifecycle.queries.choices import (
    find_organisations,
    organisations_in,
    places_for,
    shared_domains,
    territories_in,
)
from partnerships.lifecycle.queries.desk import Desk, desk_of
from partnerships.lifecycle.queries.export import export_header, export_rows
from partnerships.lifecycle.queries.lists import (
    Column,
    Row,
    board,
    each_row,
    partnerships_for,
    partnerships_to_take,
    row_for,
    row_of,
    rows_of,
)
from partnerships.lifecycle.queries.page import (
    Checklist,
    PartnerLine,
    Point,
    checklists_of,
    partners_of,
    passed,
    roses_of,
)
from partnerships.lifecycle.queries.timeline import Line, timeline_of

__all__ = [
    "Checklist",
    "Column",
    "Desk",
    "Line",
    "PartnerLine",
    "Point",
    "Row",
    "board",
    "checklists_of",
    "desk_of",
    "each_row",
    "export_header",
    "export_rows",
    "find_organisations",
    "organisations_in",
    "partners_of",
    "partnerships_for",
    "partnerships_to_take",
    "passed",
    "places_for",
    "roses_of",
    "row_for",
    "row_of",
    "rows_of",
    "shared_domains",
    "territories_in",
    "timeline_of",
]
