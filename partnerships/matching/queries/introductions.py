"""Introductions as the two sides read them: contacts, state, and the partnership proposed."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from partnerships.matching.enums import IntroductionState
from partnerships.matching.models import Introduction
from partnerships.matching.rules.introductions import (
    common_domains,
    ordered_pair,
    smallest_common_area,
)
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.enums import Status
from partnerships.organisations.models import AreaOfAction, Declaration, Organisation
from territories.fragilities.models import Domain
from territories.places.enums import Level
from territories.places.models import Containment, Place

LIVING = (IntroductionState.OPEN, IntroductionState.ACCEPTED)
LONGEST_NAME = 50


@dataclass(frozen=True)
class Contact:
    """Whom to call at an organisation."""

    name: str
    email: str
    phone: str
    website: str


def introductions_of(organisation: Organisation) -> QuerySet[Introduction]:
    """All introductions of an organisation, those that wait first, then the latest."""
    return (
        Introduction.objects.filter(Q(first=organisation) | Q(second=organisation))
        .select_related("first__home", "second__home", "partnership", "declined_by")
        .order_by(F("answered_at").desc(nulls_first=True), "-opened_at", "-pk")
    )


def contact_of(organisation: Organisation) -> Contact:
    """The declared contact; what is missing is filled with the first owner or editor."""
    members = members_to_tell(organisation)
    person = members[0] if members else None
    return Contact(
        name=organisation.contact_name or (person.display_name if person else ""),
        email=organisation.contact_email or (person.email if person else ""),
        phone=organisation.contact_phone,
        website=organisation.website,
    )


@dataclass(frozen=True)
class Told:
    """An introduction as one of its sides, `us`, reads it; contacts once both said yes."""

    introduction: Introduction
    us: Organisation
    them: Organisation
    now: datetime
    contacts: tuple[tuple[Organisation, Contact], ...] = ()

    @property
    def we_accepted_at(self) -> datetime | None:
        """When our side said yes."""
        ours = self.us.pk == self.introduction.first_id
        return self._accepted_at(first=ours)

    @property
    def they_accepted_at(self) -> datetime | None:
        """When their side said yes."""
        return self._accepted_at(first=self.us.pk != self.introduction.first_id)

    def _accepted_at(self, *, first: bool) -> datetime | None:
        told = self.introduction
        return told.first_accepted_at if first else told.second_accepted_at

    @property
    def contacts_are_shown(self) -> bool:
        """True once both sides have said yes."""
        return self.introduction.state == IntroductionState.ACCEPTED

    @property
    def is_waiting(self) -> bool:
        """True as long as an answer is possible."""
        state, until = self.introduction.state, self.introduction.expires_at
        return state == IntroductionState.OPEN and until > self.now and not self.one_has_left

    @property
    def one_has_left(self) -> bool:
        """True when either organisation was closed since."""
        return Status.CLOSED in (self.us.status, self.them.status)

    @property
    def waits_for_us(self) -> bool:
        """True when our side has not said yes or no yet."""
        return self.is_waiting and self.we_accepted_at is None

    @property
    def days_left(self) -> int:
        """Days until it expires; one that has begun counts."""
        return max(1, -((self.now - self.introduction.expires_at) // timedelta(days=1)))

    @property
    def is_declined_by_us(self) -> bool:
        """True when our side said no."""
        return self.introduction.declined_by_id == self.us.pk


def told_to(
    us: Organisation, introduction: Introduction, *, now: datetime, with_contacts: bool = False
) -> Told:
    """The introduction as this side reads it; contacts only when both sides have said yes."""
    first, second = introduction.first, introduction.second
    them = second if us.pk == introduction.first_id else first
    told = Told(introduction, us, them, now)
    if not with_contacts or not told.contacts_are_shown:
        return told
    return replace(told, contacts=((them, contact_of(them)), (us, contact_of(us))))


def between(organisation: Organisation, other: Organisation) -> Introduction | None:
    """The introduction of these two that waits or became a partnership."""
    first, second = ordered_pair(organisation.pk, other.pk)
    living = Introduction.objects.filter(first=first, second=second, state__in=LIVING)
    return living.first()


@dataclass(frozen=True)
class Proposal:
    """The partnership that an introduction would open."""

    title: str
    domains: list[Domain]
    place: Place
    modes: list[str]


def proposal_for(introduction: Introduction) -> Proposal:
    """What the two declared, turned into a partnership: title, common domains, place, modes.

    The place is their smallest common area of action, else the smallest territory that holds
    both homes.
    """
    first, second = introduction.first, introduction.second
    domains = shared_domains(introduction)
    return Proposal(
        title=_title(first, second, domains),
        domains=domains,
        place=_common_area(first, second) or _common_home(first, second),
        modes=[mode for mode in first.modes if mode in second.modes],
    )


def shared_domains(introduction: Introduction) -> list[Domain]:
    """What the two would act on together, by number."""
    first, second = introduction.first, introduction.second
    sides: dict[int, dict[int, set[str]]] = {first.pk: {}, second.pk: {}}
    declared = Declaration.objects.filter(organisation__in=(first, second))
    for pk, domain, side in declared.values_list("organisation", "domain", "side"):
        sides[pk].setdefault(domain, set()).add(side)
    numbers = common_domains(sides[first.pk], sides[second.pk])
    return list(Domain.objects.filter(pk__in=numbers).order_by("pk"))


def _title(first: Organisation, second: Organisation, domains: list[Domain]) -> str:
    names = {"first": _shortened(first.name), "second": _shortened(second.name)}
    if not domains:
        return _("%(first)s and %(second)s") % names
    return _("%(first)s and %(second)s: %(domain)s") % {**names, "domain": domains[0].short}


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _common_area(first: Organisation, second: Organisation) -> Place | None:
    areas: dict[int, set[int]] = defaultdict(set)
    levels: dict[int, str] = {}
    rows = AreaOfAction.objects.filter(organisation__in=(first, second))
    for pk, place, level in rows.values_list("organisation", "place", "place__level"):
        areas[pk].add(place)
        levels[place] = level
    around: dict[int, set[int]] = defaultdict(set)
    for inner, outer in Containment.objects.filter(inner__in=levels).values_list("inner", "outer"):
        around[inner].add(outer)
    found = smallest_common_area(areas[first.pk], areas[second.pk], levels=levels, around=around)
    return Place.objects.get(pk=found) if found else None


def _common_home(first: Organisation, second: Organisation) -> Place:
    order = {level: rank for rank, level in enumerate(reversed(Level.values))}
    shared = Place.objects.around(first.home).filter(
        pk__in=Place.objects.around(second.home).values("pk")
    )
    return min(shared, key=lambda place: (order[place.level], place.pk))
