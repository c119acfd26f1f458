"""What pages, the API and exports show of organisations; contacts are never among it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from partnerships.organisations.enums import (
    ProfilePart,
    Resource,
    ResourceFamily,
    ResourceSide,
    Side,
)
from partnerships.organisations.models import (
    Declaration,
    Organisation,
    OrganisationQuerySet,
    ResourceDeclaration,
)
from partnerships.organisations.rules import Completeness, completeness, family_of

HIGHEST_LEVEL = 3
SHOWN_DOMAINS = 3


@dataclass
class Rose:
    """What an organisation declares, as the rose draws it: shares (level / 3) by domain number."""

    acts: dict[int, float] = field(default_factory=dict)
    seeks: dict[int, float] = field(default_factory=dict)

    def add(self, declared: Declaration) -> None:
        """Draw one more declaration."""
        side = self.acts if declared.side == Side.ACTS else self.seeks
        side[declared.domain_id] = declared.level / HIGHEST_LEVEL

    @property
    def is_empty(self) -> bool:
        """True when nothing is declared yet."""
        return not (self.acts or self.seeks)

    @property
    def main_acts(self) -> list[int]:
        """The domains it acts on most, at most three, by number."""
        return _heaviest(self.acts)

    @property
    def main_seeks(self) -> list[int]:
        """The domains it seeks most help on, at most three, by number."""
        return _heaviest(self.seeks)


@dataclass(frozen=True)
class Card:
    """An organisation in a list, with its rose."""

    organisation: Organisation
    rose: Rose


@dataclass(frozen=True)
class MeansLine:
    """One family of means with what is offered and needed in it."""

    family: ResourceFamily
    offers: list[ResourceDeclaration]
    needs: list[ResourceDeclaration]


def _heaviest(side: dict[int, float]) -> list[int]:
    return sorted(side, key=lambda domain: (-side[domain], domain))[:SHOWN_DOMAINS]


def cards_for(organisations: Iterable[Organisation]) -> list[Card]:
    """The organisations in their order, each with its rose; one query for all the roses."""
    cards = [Card(organisation, Rose()) for organisation in organisations]
    roses = {card.organisation.pk: card.rose for card in cards}
    for declared in Declaration.objects.filter(organisation__in=roses):
        roses[declared.organisation_id].add(declared)
    return cards


def rose_of(organisation: Organisation) -> Rose:
    """The rose of one organisation: acts as rays, seeks as strokes."""
    return cards_for([organisation])[0].rose


def means_by_family(organisation: Organisation) -> list[MeansLine]:
    """What it offers and needs, by family, families without either left out."""
    lines = {family: MeansLine(family, [], []) for family in ResourceFamily}
    order = {resource: place for place, resource in enumerate(Resource.values)}
    for means in sorted(organisation.resources.all(), key=lambda m: order[m.resource]):
        line = lines[family_of(means.resource)]
        (line.offers if means.side == ResourceSide.OFFER else line.needs).append(means)
    return [line for line in lines.values() if line.offers or line.needs]


def completeness_of(organisation: Organisation) -> Completeness:
    """How complete the profile is and what is missing, in two queries."""
    sides = set(organisation.resources.values_list("side", flat=True).distinct())
    there = {
        ProfilePart.FRAGILITIES: organisation.declarations.exists(),
        ProfilePart.OFFERS: ResourceSide.OFFER in sides,
        ProfilePart.NEEDS: ResourceSide.NEED in sides,
        ProfilePart.MODES: bool(organisation.modes),
        ProfilePart.DESCRIPTION: bool(organisation.description),
        ProfilePart.CONTACT: bool(organisation.contact_name and organisation.contact_email),
    }
    return completeness([part for part, is_there in there.items() if is_there])


def export_rows(organisations: OrganisationQuerySet) -> Iterator[list[object]]:
    """The rows of the directory's CSV, read in portions whatever the number of organisations."""
    found = organisations.select_related("home").prefetch_related("declarations", "resources")
    for organisation in found.iterator(chunk_size=1000):
        yield _export_row(organisation)


def _export_row(organisation: Organisation) -> list[object]:
    rose = Rose()
    for declared in organisation.declarations.all():
        rose.add(declared)
    means = organisation.resources.all()
    return [
        organisation.pk,
        organisation.name,
        organisation.kind,
        organisation.type,
        organisation.siren,
        organisation.siret,
        organisation.rna,
        organisation.home.code,
        organisation.home.name,
        organisation.verification,
        _joined(f"D{domain:02}" for domain in sorted(rose.acts)),
        _joined(f"D{domain:02}" for domain in sorted(rose.seeks)),
        _joined(m.resource for m in means if m.side == ResourceSide.OFFER),
        _joined(m.resource for m in means if m.side == ResourceSide.NEED),
        _joined(organisation.modes),
        organisation.website,
        organisation.declared_at.date().isoformat() if organisation.declared_at else "",
    ]


def _joined(values: Iterable[str]) -> str:
    return "|".join(values)


EXPORT_HEADER = [
    "id",
    "name",
    "kind",
    "type",
    "siren",
    "siret",
    "rna",
    "municipality_code",
    "municipality",
    "verification",
    "acts_on",
    "seeks_help_on",
    "offers",
    "needs",
    "modes",
    "website",
    "declared_on",
]
