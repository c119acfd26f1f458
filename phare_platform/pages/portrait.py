"""What the pages of territories show: priorities, who acts, where nobody does."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from partnerships.lifecycle.models import Partnership
from partnerships.organisations.enums import Kind, Side, Status
from partnerships.organisations.models import Declaration, Organisation
from territories.fragilities.models import Domain, Priority
from territories.places.enums import Level
from territories.places.models import Place

# Ranks up to this one make a domain a priority; beyond, a territory has merely ordered it.
PRIORITY_RANKS = 5
BROADER = [
    Level.MUNICIPALITY,
    Level.INTERMUNICIPALITY,
    Level.DEPARTMENT,
    Level.REGION,
    Level.COUNTRY,
]


@dataclass(frozen=True)
class DomainLine:
    """One domain on one territory. `rank` is None where the territory stated no priority."""

    domain: Domain
    rank: int | None
    acting: int
    seeking: int
    partnerships: int

    @property
    def is_gap(self) -> bool:
        """A stated priority on which nobody acts."""
        return self.rank is not None and self.rank <= PRIORITY_RANKS and self.acting == 0


@dataclass(frozen=True)
class Portrait:
    """A territory over the sixteen domains, and the place whose priorities are shown."""

    place: Place
    lines: list[DomainLine]
    stated_by: Place | None
    kinds: list[tuple[Kind, int]]

    @property
    def gaps(self) -> list[DomainLine]:
        """Priorities on which nobody acts, the first priority first."""
        return sorted((line for line in self.lines if line.is_gap), key=lambda line: line.rank or 0)

    @property
    def first_priorities(self) -> list[DomainLine]:
        """The stated priorities in their order."""
        stated = [line for line in self.lines if line.rank and line.rank <= PRIORITY_RANKS]
        return sorted(stated, key=lambda line: line.rank or 0)

    @property
    def acting_shares(self) -> list[float]:
        """For the rays of the rose: acting organisations, as a share of the best served domain."""
        most = max((line.acting for line in self.lines), default=0)
        return [line.acting / most if most else 0.0 for line in self.lines]

    @property
    def priority_shares(self) -> list[float | None]:
        """For the strokes of the rose: 1 for the first priority, then less; None if not stated."""
        return [1 - (line.rank - 1) / 16 if line.rank else None for line in self.lines]

    @property
    def has_strokes(self) -> bool:
        """True when a priority is stated, here or above."""
        return self.stated_by is not None

    @property
    def actors_count(self) -> int:
        """How many active organisations are at home here."""
        return sum(count for _, count in self.kinds)


def portrait_of(place: Place) -> Portrait:
    """The territory's portrait, in six queries whatever its size."""
    stated_by, ranks = priorities_of(place)
    homes = _homes_in(place)
    counts = _declared(homes)
    running = _partnerships_by_domain(place)
    lines = [
        DomainLine(
            domain=domain,
            rank=ranks.get(domain.number),
            acting=counts.get((domain.number, Side.ACTS), 0),
            seeking=counts.get((domain.number, Side.SEEKS), 0),
            partnerships=running.get(domain.number, 0),
        )
        for domain in Domain.objects.order_by("number")
    ]
    by_kind = dict(homes.values_list("kind").annotate(Count("pk")).order_by())
    return Portrait(place, lines, stated_by, [(kind, by_kind.get(kind, 0)) for kind in Kind])


def priorities_of(place: Place) -> tuple[Place | None, dict[int, int]]:
    """The ranks stated for this place, else for the nearest place around it, and for which one.

    A rank is never borrowed silently: the page names the place that stated it.
    """
    around = Place.objects.around(place).values("pk")
    stated = list(Priority.objects.filter(place__in=around).select_related("place"))
    if not stated:
        return None, {}
    nearest = min((p.place for p in stated), key=lambda p: (BROADER.index(Level(p.level)), p.pk))
    return nearest, {p.domain_id: p.rank for p in stated if p.place_id == nearest.pk}


def containers_of(place: Place) -> list[Place]:
    """The places that this one lies in, the widest first: the crumbs above a title."""
    return sorted(
        Place.objects.filter(contents__inner=place),
        key=lambda p: (-BROADER.index(Level(p.level)), p.name_key),
    )


def contents_of(place: Place) -> QuerySet[Place]:
    """The places directly inside: regions, departments, intermunicipalities or municipalities."""
    below = {
        Level.COUNTRY: Level.REGION,
        Level.REGION: Level.DEPARTMENT,
        Level.DEPARTMENT: Level.INTERMUNICIPALITY,
        Level.INTERMUNICIPALITY: Level.MUNICIPALITY,
    }.get(Level(place.level))
    if below is None:
        return Place.objects.none()
    return Place.objects.filter(level=below, containers__outer=place).order_by("name_key", "pk")


def _homes_in(place: Place) -> QuerySet[Organisation]:
    active = Organisation.objects.filter(status=Status.ACTIVE)
    if place.level == Level.COUNTRY:
        return active
    homes = Place.objects.within(place).filter(level=Level.MUNICIPALITY).values("pk")
    return active.filter(home__in=homes)


def _declared(homes: QuerySet[Organisation]) -> dict[tuple[int, str], int]:
    rows = (
        Declaration.objects.filter(organisation__in=homes.order_by().values("pk"))
        .values_list("domain", "side")
        .annotate(Count("pk"))
        .order_by()
    )
    return {(domain, side): count for domain, side, count in rows}


def _partnerships_by_domain(place: Place) -> dict[int, int]:
    inside = Place.objects.within(place).values("pk")
    running = Partnership.objects.running().filter(place__in=inside)
    rows = running.values_list("domains").annotate(Count("pk", distinct=True))
    return {domain: count for domain, count in rows.order_by() if domain}
