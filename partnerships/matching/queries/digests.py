"""Who is to be told of new suggestions, and of which: for many organisations at once.

The number of queries does not depend on how many organisations are asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from partnerships.matching.models import Digest
from partnerships.matching.queries.close_ups import close_ups
from partnerships.matching.queries.explained import Suggestion, explained_from
from partnerships.matching.queries.policies import active_policy, weights_of
from partnerships.matching.queries.suggestions import (
    Shortlist,
    open_introductions_of,
    shortlists_of,
)
from partnerships.matching.rules.digests import REGULAR, is_due, week_of
from partnerships.organisations.access import ROLES_TO
from partnerships.organisations.enums import DigestRhythm
from partnerships.organisations.models import Membership, Organisation
from phare_platform.lib.mornings import zone_of_department
from phare_platform.outbox.budget import budgets_of
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Unsubscription

# Of pairs (organisation, other, place), those that may be told, in order of place. What each
# condition means stands in `rules.digests`.
TELLABLE = """
SELECT pair.organisation, pair.other
FROM unnest(%(organisations)s::bigint[], %(others)s::bigint[], %(places)s::int[])
    AS pair(organisation, other, place)
JOIN partnerships_organisation other ON other.id = pair.other AND other.status = 'active'
WHERE NOT EXISTS (SELECT FROM partnerships_toldsuggestion told
        WHERE told.organisation_id = pair.organisation AND told.other_id = pair.other)
    AND NOT EXISTS (SELECT FROM partnerships_suggestionanswer answer
        WHERE answer.organisation_id = pair.organisation AND answer.other_id = pair.other
        AND (answer.kind <> 'later' OR answer.hidden_until > %(now)s))
    AND NOT EXISTS (SELECT FROM partnerships_suggestionanswer answer
        WHERE answer.organisation_id = pair.other AND answer.other_id = pair.organisation
        AND answer.kind = 'declined')
    AND NOT EXISTS (SELECT FROM partnerships_introduction introduction
        WHERE introduction.first_id = least(pair.organisation, pair.other)
        AND introduction.second_id = greatest(pair.organisation, pair.other))
    AND NOT EXISTS (SELECT FROM partnerships_partner ours
        JOIN partnerships_partner theirs ON theirs.partnership_id = ours.partnership_id
        JOIN partnerships_partnership partnership ON partnership.id = ours.partnership_id
        WHERE ours.organisation_id = pair.organisation AND ours.left_at IS NULL
        AND theirs.organisation_id = pair.other AND theirs.left_at IS NULL
        AND partnership.finished_at IS NULL)
    AND (SELECT count(*) FROM partnerships_introduction waiting
        WHERE waiting.first_id = pair.other AND waiting.state = 'open')
      + (SELECT count(*) FROM partnerships_introduction waiting
        WHERE waiting.second_id = pair.other AND waiting.state = 'open') < other.capacity
ORDER BY pair.organisation, pair.place
"""


@dataclass(frozen=True)
class Recipient:
    """Somebody whose turn it is to be told for an organisation: how much, in which time zone."""

    membership: Membership
    most: int
    zone: str


def organisations_due(*, day: date, after: int = 0) -> QuerySet[Organisation]:
    """Organisations that take part, have a list and room, and no digest in this week yet.

    Somebody of each may be due: the exact answer is that of `recipients_of`. By id, from `after`.
    """
    told = Digest.objects.filter(organisation=OuterRef("pk"), slot=week_of(day))
    may_be_due = _answering().filter(
        Q(digest_rhythm__in=REGULAR) | Q(digest_rhythm="", organisation__digest_rhythm__in=REGULAR),
        Q(last_digest_on=None) | Q(last_digest_on__lt=day),
        organisation=OuterRef("pk"),
    )
    return (
        Organisation.objects.active()
        .filter(Exists(may_be_due), ~Exists(told), pk__gt=after, suggestion_list__isnull=False)
        .annotate(waiting=open_introductions_of(OuterRef("pk")))
        .filter(waiting__lt=F("capacity"))
        .select_related("home__parent")
        .order_by("pk")
    )


def recipients_of(
    organisations: Sequence[Organisation], *, day: date
) -> dict[int, list[Recipient]]:
    """Who of these organisations is told on this day, by organisation; none: left out.

    An owner or editor whose turn it is, who has not stopped suggestions, and whose yearly budget
    is not spent. Three queries.
    """
    by_pk = {organisation.pk: organisation for organisation in organisations}
    due = []
    for one in _answering().filter(organisation__in=by_pk).select_related("user").order_by("pk"):
        rhythm = one.digest_rhythm or by_pk[one.organisation_id].digest_rhythm
        paused, last = one.digest_paused_until, one.last_digest_on
        if is_due(DigestRhythm(rhythm), day=day, last=last, paused_until=paused):
            due.append(one)
    unwanted = Unsubscription.objects.filter(
        kind=MessageKind.DIGEST, address__in={one.user.email.lower() for one in due}
    )
    refused = set(unwanted.values_list("address", flat=True))
    left = {pk: budget.left for pk, budget in budgets_of({one.user_id for one in due}).items()}
    found = defaultdict(list)
    for one in due:
        if one.user.email.lower() not in refused and left[one.user_id] > 0:
            left[one.user_id] -= 1  # somebody may answer for several of them
            department = department_of(by_pk[one.organisation_id])
            zone = one.user.time_zone or zone_of_department(department)
            found[one.organisation_id].append(Recipient(one, one.digest_most, zone))
    return dict(found)


def untold_suggestions(
    organisations: Sequence[Organisation], *, most: Mapping[int, int], now: datetime
) -> dict[int, list[Suggestion]]:
    """The best suggestions of each that may be told, at most so many; none: left out.

    Six queries.
    """
    lists = shortlists_of([organisation.pk for organisation in organisations])
    chosen = _tellable(lists.values(), most, now)
    pks = {other for others in chosen.values() for other in others}
    others = Organisation.objects.select_related("home").in_bulk(pks)
    known = close_ups(pks | chosen.keys())
    fallback = active_policy()
    found = {}
    for organisation in organisations:
        policy = lists[organisation.pk].policy or fallback
        if organisation.pk in chosen and policy is not None:
            found[organisation.pk] = explained_from(
                known,
                organisation,
                [others[pk] for pk in chosen[organisation.pk]],
                weights=weights_of(policy),
                rarely_shown=lists[organisation.pk].rarely_shown,
            )
    return found


def department_of(organisation: Organisation) -> str:
    """The code of the department of its home, which was read along with it."""
    department = organisation.home.parent
    return department.code if department else ""


def _tellable(
    lists: Collection[Shortlist], most: Mapping[int, int], now: datetime
) -> dict[int, list[int]]:
    pairs = [
        (one.organisation_id, other, place)
        for one in lists
        for place, other in enumerate(one.points)
    ]
    if not pairs:
        return {}
    organisations, others, places = zip(*pairs, strict=True)
    values: dict[str, Any] = {
        "organisations": list(organisations),
        "others": list(others),
        "places": list(places),
        "now": now,
    }
    chosen: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(TELLABLE, values)
        for organisation, other in cursor.fetchall():
            if len(chosen[organisation]) < most[organisation]:
                chosen[organisation].append(other)
    return dict(chosen)


def _answering() -> QuerySet[Membership]:
    return Membership.objects.filter(role__in=ROLES_TO["edit"], user__is_active=True)
