"""Organisations that are suggested nobody: why, and what would help, for those on a page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Count, F, Value
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from partnerships.matching.access import unmatched_visible_to
from partnerships.matching.enums import IntroductionState, ObstacleKind, RefreshState
from partnerships.matching.models import Introduction, Obstacle, Refresh
from partnerships.matching.queries import phrases
from partnerships.matching.rules.obstacles import Help, what_helps
from partnerships.organisations.enums import ResourceSide, Side
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Membership,
    Organisation,
    OrganisationQuerySet,
    ResourceDeclaration,
)
from phare_platform.lib.formats import day, decimal
from territories.places.enums import Level
from territories.places.models import Containment

COUNTED_EVERY = 60  # seconds
COUNTS = "matching.obstacles"
AT_A_TIME = 500

WHY: Mapping[str, Any] = {
    ObstacleKind.PAUSED: gettext_lazy("It takes a break: it is suggested nobody, and to nobody."),
    ObstacleKind.NOTHING_DECLARED: gettext_lazy(
        "It has not said what it acts on, nor on what it looks for help."
    ),
    ObstacleKind.NO_AREA: gettext_lazy("It has not said where it works."),
    ObstacleKind.FULL: gettext_lazy("It has as many introductions waiting as it takes at a time."),
    ObstacleKind.NOBODY_AROUND: gettext_lazy(
        "Nobody else works in any of the places where it works."
    ),
    ObstacleKind.NO_DOMAIN: gettext_lazy(
        "Others work in the same places, but on no domain that it declares."
    ),
    ObstacleKind.ALL_KNOWN: gettext_lazy(
        "Everyone who fits is a partner already, is being introduced or was declined."
    ),
    ObstacleKind.BELOW_FLOOR: gettext_lazy(
        "Some fit on a domain, but too little besides for both sides to gain."
    ),
    ObstacleKind.NOT_COMPUTED: gettext_lazy("It has come since the last computation."),
}
HEADER = (
    gettext_lazy("Organisation"),
    gettext_lazy("World"),
    gettext_lazy("Municipality"),
    gettext_lazy("Department"),
    gettext_lazy("Reason"),
    gettext_lazy("Why"),
    gettext_lazy("What would help"),
    gettext_lazy("Since"),
    gettext_lazy("Address"),
)


@dataclass(frozen=True)
class Row:
    """An organisation that is suggested nobody, with the reason and what would help, in words."""

    organisation: Organisation
    kind: ObstacleKind
    why: str
    helps: Sequence[str]
    since: datetime
    department: str

    @property
    def label(self) -> str:
        """The reason in a few words."""
        return str(self.kind.label)


def unmatched(user: Any) -> OrganisationQuerySet:
    """Those with a known obstacle that this person may see, each with `reason` and `since`."""
    found = unmatched_visible_to(user).filter(obstacle__isnull=False)
    return found.annotate(reason=F("obstacle__kind"), since=F("obstacle__since"))


def not_computed(user: Any) -> OrganisationQuerySet:
    """The active ones that came since the last refresh began and have no list yet; as above."""
    found = unmatched_visible_to(user).active().filter(suggestion_list=None, obstacle=None)
    last = Refresh.objects.filter(state=RefreshState.DONE).order_by("-started_at").first()
    if last is not None:
        found = found.filter(created_at__gte=last.started_at)
    reason = Value(ObstacleKind.NOT_COMPUTED.value, output_field=CharField())
    return found.annotate(reason=reason, since=F("created_at"))


def counts() -> list[tuple[ObstacleKind, int]]:
    """How many organisations have each known obstacle, the most frequent first.

    Counted once a minute at most: a count is what grows with the number of organisations.
    """
    found = cache.get(COUNTS)
    if found is None:
        by_kind = Obstacle.objects.order_by().values_list("kind")
        found = dict(by_kind.annotate(n=Count("pk")))
        cache.set(COUNTS, found, COUNTED_EVERY)
    return [(ObstacleKind(kind), n) for kind, n in Counter(found).most_common()]


def rows_of(organisations: Iterable[Organisation]) -> list[Row]:
    """These organisations with the reason and what would help, in their order.

    They come from `unmatched` or `not_computed`. At most eight queries, however many they are.
    """
    shown = list(organisations)
    facts = _Facts(shown)
    return [facts.row(organisation) for organisation in shown]


def export_header() -> list[str]:
    """The first line of the file."""
    return [str(name) for name in HEADER]


def export_rows(found: OrganisationQuerySet, *, site: str) -> Iterator[Sequence[object]]:
    """The lines of the file, read and worked out some hundreds at a time."""
    language = get_language() or "fr"
    rows = iter(with_context(found).iterator(chunk_size=AT_A_TIME))
    while several := list(islice(rows, AT_A_TIME)):
        for row in rows_of(several):
            organisation = row.organisation
            yield (
                organisation.name,
                organisation.kind_label,
                organisation.home.name,
                row.department,
                row.label,
                row.why,
                " ".join(row.helps),
                day(row.since, language=language),
                f"{site}{reverse('partnerships:organisation', args=[organisation.pk])}",
            )


def with_context(found: OrganisationQuerySet) -> OrganisationQuerySet:
    """With what a row needs of other tables."""
    return found.select_related("home", "obstacle")


class _Facts:
    """What the rows of a page need to know, read at once for all of them."""

    def __init__(self, shown: Sequence[Organisation]) -> None:
        pks = [organisation.pk for organisation in shown]
        outer = Containment.objects.filter(
            inner__in={organisation.home_id for organisation in shown},
            outer__level__in=[Level.DEPARTMENT, Level.REGION, Level.COUNTRY],
        )
        self.departments: dict[int, str] = {}
        self.covering: dict[int, set[int]] = {}
        for home, place, level, name in outer.order_by("-outer").values_list(
            "inner_id", "outer_id", "outer__level", "outer__name"
        ):
            self.covering.setdefault(home, set()).add(place)
            if level == Level.DEPARTMENT:
                self.departments[home] = name
        self.areas: dict[int, set[int]] = {}
        for pk, place in AreaOfAction.objects.filter(organisation__in=pks).values_list(
            "organisation_id", "place_id"
        ):
            self.areas.setdefault(pk, set()).add(place)
        declared = Declaration.objects.filter(organisation__in=pks).order_by()
        resources = ResourceDeclaration.objects.filter(organisation__in=pks).order_by()
        self.said = {
            *declared.values_list("organisation_id", "side").distinct(),
            *resources.values_list("organisation_id", "side").distinct(),
        }
        members = Membership.objects.filter(organisation__in=pks).order_by()
        self.joined = set(members.values_list("organisation_id", flat=True).distinct())
        self.waiting = self._waiting([o.pk for o in shown if _kind(o) == ObstacleKind.FULL])

    @staticmethod
    def _waiting(pks: Sequence[int]) -> Counter[int]:
        waiting: Counter[int] = Counter()
        if pks:
            still_open = Introduction.objects.filter(state=IntroductionState.OPEN)
            for side in ("first_id", "second_id"):
                found = still_open.filter(**{f"{side}__in": pks})
                waiting.update(found.values_list(side, flat=True))
        return waiting

    def row(self, organisation: Organisation) -> Row:
        """The row of one organisation."""
        kind = _kind(organisation)
        missing = self._missing(organisation)
        areas = self.areas.get(organisation.pk, set())
        helps = what_helps(
            kind,
            acting_count=_obstacle(organisation).acting_count,
            can_widen=not areas & self.covering.get(organisation.home_id, set()),
            lacks_answers=bool(missing),
            has_members=organisation.pk in self.joined,
        )
        return Row(
            organisation=organisation,
            kind=kind,
            why=str(WHY[kind]),
            helps=[self._told(step, organisation, missing) for step in helps],
            since=organisation.since,  # type: ignore[attr-defined]  # annotated
            department=self.departments.get(organisation.home_id, ""),
        )

    def _missing(self, organisation: Organisation) -> list[str]:
        """What the profile leaves open that would bring points, in words."""
        pk = organisation.pk
        questions = [
            ((pk, Side.ACTS) in self.said, _("what it acts on")),
            ((pk, Side.SEEKS) in self.said, _("on what it looks for help")),
            ((pk, ResourceSide.OFFER) in self.said, _("what it offers")),
            ((pk, ResourceSide.NEED) in self.said, _("what it needs")),
            (bool(organisation.modes), _("which forms of partnership suit it")),
        ]
        return [text for is_answered, text in questions if not is_answered]

    def _told(self, step: Help, organisation: Organisation, missing: Sequence[str]) -> str:
        obstacle, language = _obstacle(organisation), get_language() or "fr"
        number = obstacle.domain_id
        words = {
            "domain": phrases.domain(number) if number else _("the domains that it declares"),
            "n": decimal(obstacle.acting_count, language=language),
            "missing": phrases.listed(missing),
            "waiting": self.waiting[organisation.pk],
            "capacity": organisation.capacity,
            "department": self.departments.get(organisation.home_id, ""),
        }
        if step == Help.RESUME and organisation.paused_until:
            words["day"] = day(organisation.paused_until, language=language)
            return _("Take part again; planned for %(day)s.") % words
        if step == Help.WIDEN:
            text = ngettext(
                "Widen the area of action to the department (%(department)s):"
                " %(n)s organisation there acts on %(domain)s.",
                "Widen the area of action to the department (%(department)s):"
                " %(n)s organisations there act on %(domain)s.",
                obstacle.acting_count,
            )
            return text % words
        if step == Help.FIND and not number:
            return _("Find an organisation around that acts on the same subjects.")
        return str(SENTENCES[step]) % words


SENTENCES: Mapping[Help, Any] = {
    Help.RESUME: gettext_lazy("Take part again, when it wishes to."),
    Help.DECLARE: gettext_lazy(
        "Declare what it acts on and on what it looks for help: two minutes."
    ),
    Help.ADD_AREA: gettext_lazy("Add at least one area of action."),
    Help.ANSWER: gettext_lazy(
        "Answer the introductions that wait (%(waiting)s, for %(capacity)s at a time), or take"
        " more of them at a time."
    ),
    Help.WAIT: gettext_lazy("Wait for the next computation, tonight at the latest."),
    Help.FIND: gettext_lazy("Find an organisation around that acts on %(domain)s and invite it."),
    Help.OTHER_DOMAINS: gettext_lazy("Declare other domains."),
    Help.COMPLETE: gettext_lazy("Say %(missing)s: points depend on it."),
    Help.INVITE: gettext_lazy("Nobody answers for it yet: find a contact and have them join it."),
}
NO_OBSTACLE = Obstacle()


def _kind(organisation: Organisation) -> ObstacleKind:
    return ObstacleKind(organisation.reason)  # type: ignore[attr-defined]  # annotated


def _obstacle(organisation: Organisation) -> Obstacle:
    return getattr(organisation, "obstacle", NO_OBSTACLE)
