"""What an organisation is shown: its list in order, minus what is answered, taken or full."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from partnerships.lifecycle.models import Partner
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import (
    Introduction,
    Policy,
    SuggestionAnswer,
    SuggestionList,
    ToldSuggestion,
)
from partnerships.organisations.models import Organisation, OrganisationQuerySet
from partnerships.organisations.rules import CONFIRM_AFTER

MOST_INTERESTED = 30  # a page stays short however many wait for an answer; the next ones follow
RARE_ONES_FROM = 2  # how many of the best come before the first one that is rarely shown


@dataclass(frozen=True)
class Shortlist:
    """Whom an organisation may be shown, best first, with the points; and by which policy.

    `points` maps ids in the order shown. `rarely_shown` are those in places kept for organisations
    that would be shown nowhere otherwise. `has_candidates` is true when anybody fits at all, shown
    or not. `computed_at` is None as long as nothing was computed.
    """

    organisation_id: int
    points: dict[int, int] = field(default_factory=dict)
    rarely_shown: frozenset[int] = frozenset()
    has_candidates: bool = False
    policy: Policy | None = None
    computed_at: datetime | None = None


def shortlist_of(organisation: Organisation) -> Shortlist:
    """Whom an organisation is shown, with those who are interested in it in their place.

    Two queries; see `shortlists_of`.
    """
    return shortlists_of([organisation.pk])[organisation.pk]


def shortlists_of(pks: Collection[int]) -> dict[int, Shortlist]:
    """Whom these organisations are shown, with those who are interested in them, by id.

    Lists are not symmetric: one may be in another's list without the reverse. Whoever said
    "interested" is therefore shown to the other too, at the rank of its points, without a word
    about the interest; otherwise that yes could never be answered. The first of those who are
    rarely shown comes third: further down, few would see it. Two queries however many they are.
    """
    lists = SuggestionList.objects.filter(pk__in=pks).select_related("policy").in_bulk()
    interested = defaultdict(list)
    rows = _interested_in(pks).values_list("other_id", "organisation_id", "points")
    for pk, other, points in rows:
        interested[pk].append((other, points or 0))
    return {pk: _shortlist(pk, lists.get(pk), interested[pk]) for pk in pks}


def _shortlist(
    pk: int, stored: SuggestionList | None, interested: Sequence[tuple[int, int]]
) -> Shortlist:
    if stored is None:
        return Shortlist(pk, dict(interested[:MOST_INTERESTED]))
    entries = list(zip(stored.shown, stored.shown_points, strict=True))
    usual = len(entries) - stored.reserved_count
    listed, rare = entries[:usual], entries[usual:]
    shown = set(stored.shown)
    newcomers = [(other, points) for other, points in interested if other not in shown]
    for other, points in newcomers[:MOST_INTERESTED]:
        listed.insert(_place(listed, points), (other, points))
    listed = [*listed[:RARE_ONES_FROM], *rare[:1], *listed[RARE_ONES_FROM:], *rare[1:]]
    return Shortlist(
        organisation_id=pk,
        points=dict(listed),
        rarely_shown=frozenset(other for other, _points in rare),
        has_candidates=bool(stored.partners),
        policy=stored.policy,
        computed_at=stored.computed_at,
    )


def _interested_in(pks: Collection[int]) -> QuerySet[SuggestionAnswer]:
    """Who said "interested" about these, best first."""
    interested = SuggestionAnswer.objects.filter(
        other__in=pks, kind=AnswerKind.INTERESTED, points__isnull=False
    )
    return interested.order_by("-points", "organisation")


def _place(listed: list[tuple[int, int]], points: int) -> int:
    """Before the first one with fewer points: the stored order stays as it is."""
    return next((k for k, (_pk, other) in enumerate(listed) if other < points), len(listed))


def suggested_to(
    organisation: Organisation, shortlist: Shortlist, *, now: datetime
) -> OrganisationQuerySet:
    """The organisations to show now, best first, each with its `rank` in the list.

    Left out: those answered (a "later" until its month is over), those who declined this one,
    partners of a running partnership, and those that are closed, paused or full. Among equals,
    which are those that follow each other with the same points out of a hundred, profiles that
    nobody has confirmed for six months come last; the points stay what they are.
    """
    ids = list(shortlist.points)
    stale = Case(When(confirmed_at__lte=now - CONFIRM_AFTER, then=1), default=0)
    return (
        Organisation.objects.active()
        .filter(pk__in=ids)
        .exclude(pk__in=_answered_by(organisation, now=now))
        .exclude(pk__in=_declined(organisation))
        .exclude(pk__in=partners_of(organisation))
        .annotate(waiting=open_introductions_of(OuterRef("pk")))
        .filter(waiting__lt=F("capacity"))
        .annotate(rank=_rank(ids), equals=_place_in(_first_of_equals(shortlist)), stale=stale)
        .select_related("home__intermunicipality")
        .order_by("equals", "stale", "rank", "pk")
    )


def _rank(ids: list[int]) -> Func:
    return Func(
        Value(ids, output_field=ArrayField(BigIntegerField())),
        F("pk"),
        function="array_position",
        output_field=IntegerField(),
    )


def _first_of_equals(shortlist: Shortlist) -> list[int]:
    """For each place of the list the first place of its equals, from 1."""
    firsts: list[int] = []
    last: tuple[int, bool] | None = None
    for place, (pk, points) in enumerate(shortlist.points.items(), start=1):
        equal = ((points + 50) // 100, pk in shortlist.rarely_shown)
        firsts.append(firsts[-1] if equal == last else place)
        last = equal
    return firsts


def _place_in(firsts: list[int]) -> Func:
    return Func(
        Value(firsts, output_field=ArrayField(IntegerField())),
        F("rank"),
        template="(%(expressions)s]",
        arg_joiner="::int[])[",
        output_field=IntegerField(),
    )


def _answered_by(organisation: Organisation, *, now: datetime) -> QuerySet[SuggestionAnswer, Any]:
    answers = SuggestionAnswer.objects.in_force(now=now).filter(organisation=organisation)
    return answers.values("other")


def _declined(organisation: Organisation) -> QuerySet[SuggestionAnswer, Any]:
    return SuggestionAnswer.objects.filter(other=organisation, kind=AnswerKind.DECLINED).values(
        "organisation"
    )


def partners_of(organisation: Organisation) -> QuerySet[Partner, Any]:
    """The ids of those who share a running partnership with this organisation today."""
    shared = Partner.objects.filter(organisation=organisation, left_at=None)
    return (
        Partner.objects.filter(partnership__in=shared.values("partnership"), left_at=None)
        .exclude(partnership__finished_at__isnull=False)
        .exclude(organisation=organisation)
        .values("organisation")
    )


def open_introductions_of(pk: OuterRef | Value) -> Coalesce:
    """How many introductions of an organisation wait for an answer, for use in an annotation."""
    waiting = Introduction.objects.filter(
        Q(first=pk) | Q(second=pk), state=IntroductionState.OPEN
    ).order_by()
    counted = waiting.values("state").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def room_left(organisation: Organisation) -> int:
    """How many more introductions the organisation can take at present."""
    waiting = Introduction.objects.filter(
        Q(first=organisation) | Q(second=organisation), state=IntroductionState.OPEN
    ).count()
    return max(0, organisation.capacity - waiting)


def may_answer_about(organisation: Organisation, other: Organisation) -> bool:
    """True when the other one fits, or was suggested to this organisation in a message.

    A page or a link in a message stays good while places are shared anew; an id typed into an
    address or a request does not open anything.
    """
    return (
        points_between(organisation, other) is not None
        or SuggestionAnswer.objects.filter(organisation=organisation, other=other).exists()
        or ToldSuggestion.objects.filter(organisation=organisation, other=other).exists()
    )


def points_between(organisation: Organisation, other: Organisation) -> int | None:
    """The points of a pair of which one is in the other's list, or shown, or interested."""
    pair = {organisation.pk, other.pk}
    for stored in SuggestionList.objects.filter(pk__in=pair):
        (sought,) = pair - {stored.pk}
        known = dict(zip(stored.partners, stored.points, strict=True))
        known |= zip(stored.shown, stored.shown_points, strict=True)
        if sought in known:
            return known[sought]
    interested = _interested_in([organisation.pk]).filter(organisation=other)
    return interested.values_list("points", flat=True).first()


def answer_about(organisation: Organisation, other: Organisation) -> SuggestionAnswer | None:
    """What the organisation last said about the other one, whoever said it."""
    answers = SuggestionAnswer.objects.filter(organisation=organisation, other=other)
    return answers.select_related("answered_by").first()


def last_answer(organisation: Organisation, *, since: datetime) -> SuggestionAnswer | None:
    """The latest answer since that instant, which the page offers to undo.

    An answer that led to an introduction is none: it is answered there.
    """
    answers = SuggestionAnswer.objects.filter(
        organisation=organisation, answered_at__gte=since, answered_by__isnull=False
    )
    introduced = Introduction.objects.filter(
        Q(first=organisation, second=OuterRef("other"))
        | Q(second=organisation, first=OuterRef("other"))
    )
    latest = answers.exclude(Exists(introduced)).select_related("other")
    return latest.order_by("-answered_at", "-pk").first()
