"""Opening a partnership, saying what it is about, and the checklists of the register."""

import csv
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.text import Truncator

from partnerships.lifecycle import emails, rules
from partnerships.lifecycle.enums import EventKind
from partnerships.lifecycle.models import CheckPoint, Partner, Partnership
from partnerships.lifecycle.services._steps import moved_meanwhile, named, refuse, tell
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.trace.services import leave_trace
from territories.fragilities.models import Domain
from territories.places.models import Place

CHECKLISTS = Path(__file__).parents[2] / "data" / "checklists.csv"
REGISTER_FIELDS = [
    "stage",
    "order",
    "label_fr",
    "label_en",
    "tool_fr",
    "tool_en",
    "done_when_fr",
    "done_when_en",
    "source",
]


@transaction.atomic
def open_partnership(
    *,
    title: str,
    organisations: Sequence[Organisation],
    place: Place,
    domains: Sequence[Domain],
    by: User | None,
    purpose: str = "",
    modes: Sequence[str] = (),
    facilitator: User | None = None,
    agreed: Collection[Organisation] | None = None,
    is_fictitious: bool = False,
    announce: bool = True,
) -> Partnership:
    """Open a partnership of two organisations or more, at the stage “prepare”, and tell them.

    `agreed` are those that have said yes already: all of them by default, as after an
    introduction that both accepted. The others are invited: they see the partnership and answer.
    Without `announce` those that agreed are not written to: the caller does it.
    A title longer than 150 signs is shortened. Raises Refusal: `no_title`,
    `too_few_partners`, `organisation_closed`, `not_a_facilitator`.
    """
    partners = list({o.pk: o for o in organisations}.values())
    _refuse_bad_start(partners, facilitator)
    partnership = Partnership.objects.create(
        place=place,
        facilitator=facilitator,
        opened_by=by,
        is_fictitious=is_fictitious,
        **_described(title=title, purpose=purpose, modes=modes),
    )
    partnership.domains.set(domains)
    yes = {o.pk for o in (partners if agreed is None else agreed)}
    Partner.objects.bulk_create(
        Partner(
            partnership=partnership,
            organisation=o,
            joined_at=partnership.opened_at,
            agreed_at=partnership.opened_at if o.pk in yes else None,
        )
        for o in partners
    )
    tell(partnership, kind=EventKind.OPENED, by=by, organisations=[named(o) for o in partners])
    leave_trace("lifecycle.open_partnership", partnership, by=by, organisations=sorted(yes))
    if announce:
        emails.send_opened(partnership, by=by)
    emails.send_invited(partnership, by=by)
    return partnership


@transaction.atomic
def edit_partnership(
    partnership: Partnership,
    *,
    title: str,
    purpose: str,
    place: Place,
    domains: Sequence[Domain],
    modes: Sequence[str],
    by: User,
    expected_version: int,
) -> Partnership:
    """Say anew what a running partnership is about.

    Raises Refusal (`finished`, `no_title`), and Conflict when somebody else changed
    it since the page with `expected_version` was shown.
    """
    changed = (
        Partnership.objects.running()
        .filter(pk=partnership.pk, version=expected_version)
        .update(
            place=place,
            version=F("version") + 1,
            **_described(title=title, purpose=purpose, modes=modes),
        )
    )
    partnership = Partnership.objects.get(pk=partnership.pk)
    if not changed:
        raise moved_meanwhile(partnership.pk) if partnership.is_running else refuse("finished")
    partnership.domains.set(domains)
    tell(partnership, kind=EventKind.EDITED, by=by)
    leave_trace("lifecycle.edit_partnership", partnership, by=by)
    return partnership


@transaction.atomic
def load_checklists(*, path: Path = CHECKLISTS) -> int:
    """Write the register's checklists into the table; again changes nothing. Returns how many."""
    with path.open(encoding="utf-8", newline="") as lines:
        points = [
            CheckPoint(code=row["id"], **{field: row[field] for field in REGISTER_FIELDS})
            for row in csv.DictReader(lines)
        ]
    CheckPoint.objects.bulk_create(
        points, update_conflicts=True, unique_fields=["code"], update_fields=REGISTER_FIELDS
    )
    return len(points)


def _refuse_bad_start(partners: list[Organisation], facilitator: User | None) -> None:
    if len(partners) < rules.FEWEST_PARTNERS:
        raise refuse("too_few_partners")
    if any(o.status == Status.CLOSED for o in partners):
        raise refuse("organisation_closed")
    if facilitator and not facilitator.is_facilitator:
        raise refuse("not_a_facilitator")


def _described(*, title: str, purpose: str, modes: Sequence[str]) -> dict[str, Any]:
    title = Truncator(" ".join(title.split())).chars(rules.TITLE_LENGTH)
    if not title:
        raise refuse("no_title")
    return {"title": title, "purpose": purpose.strip(), "modes": list(dict.fromkeys(modes))}
