"""Partnerships as lines of a file."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.lifecycle.models import PartnershipQuerySet
from partnerships.lifecycle.queries.lists import Row, each_row

AT_A_TIME = 500


def export_header() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        _("Number"),
        _("Title"),
        _("Partners"),
        _("Territory"),
        _("Territory code"),
        _("Domains"),
        _("Stage"),
        _("Since"),
        _("Opened on"),
        _("Facilitator"),
        _("Key points settled"),
        _("Key points"),
        _("Days late"),
        _("Decision"),
        _("Reason of the end"),
        _("Address"),
    ]


def export_rows(partnerships: PartnershipQuerySet, *, now: datetime) -> Iterator[list[object]]:
    """The lines, read from the database a few hundred at a time."""
    for row in each_row(partnerships.iterator(chunk_size=AT_A_TIME), now=now):
        yield _cells(row)


def _cells(row: Row) -> list[object]:
    one = row.partnership
    return [
        one.pk,
        one.title,
        row.names,
        one.place.name,
        f"{one.place.level}:{one.place.code}",
        ", ".join(domain.label for domain in one.domains.all()),
        one.get_stage_display(),
        f"{timezone.localtime(one.stage_since):%Y-%m-%d}",
        f"{timezone.localtime(one.opened_at):%Y-%m-%d}",
        str(one.facilitator or ""),
        row.settled,
        row.key_count,
        row.days_late,
        one.get_decision_display() if one.decision else "",
        one.get_end_reason_display() if one.end_reason else "",
        settings.SITE_URL + one.get_absolute_url(),
    ]
