"""The small country of `world.py` in the database, and organisations put into it."""

from partnerships.matching.models import SuggestionList
from partnerships.matching.rules import Profile
from partnerships.matching.services import pack_profiles
from partnerships.organisations.enums import OrganisationType
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Organisation,
    ResourceDeclaration,
)
from territories.fragilities.enums import Axis, PrioritySource
from territories.fragilities.models import Domain, Priority
from territories.places.enums import Level
from territories.places.models import Containment, Place
from tests.partnerships.matching.world import AROUND, HOMES

POSITIONS = {
    100: (48.11, -1.68),
    101: (48.60, -1.20),
    110: (47.66, -2.75),
    111: (47.20, -1.55),
    120: (43.30, 5.40),
}
# One home for each municipality: positions belong to places.
DATABASE_HOMES = [HOMES[0], HOMES[1], HOMES[2], HOMES[3], HOMES[5], HOMES[7]]
TYPE_OF = {
    "association": OrganisationType.ASSOCIATION,
    "company": OrganisationType.SME,
    "municipality": OrganisationType.MUNICIPALITY,
    "university": OrganisationType.UNIVERSITY,
}


def level_of(place):
    if place == 1:
        return Level.COUNTRY
    if place in (10, 20):
        return Level.REGION
    if place < 30:
        return Level.DEPARTMENT
    return Level.INTERMUNICIPALITY if place < 100 else Level.MUNICIPALITY


def build_country():
    """Places with the keys of `world.AROUND`, who lies in whom, and the sixteen domains."""
    Place.objects.bulk_create(
        Place(
            pk=pk,
            level=level_of(pk),
            code=str(pk),
            name=f"Place {pk}",
            lat=POSITIONS.get(pk, (None, None))[0],
            lon=POSITIONS.get(pk, (None, None))[1],
        )
        for pk in AROUND
    )
    Containment.objects.bulk_create(
        Containment(inner_id=inner, outer_id=outer)
        for inner, around in AROUND.items()
        for outer in around
    )
    Domain.objects.bulk_create(
        Domain(number=number, code=f"domain-{number}", axis=Axis.SOCIAL) for number in range(1, 17)
    )


def state_priorities(place, *domains):
    """Say which domains come first in a place, in this order."""
    Priority.objects.bulk_create(
        Priority(place_id=place, domain_id=domain, rank=rank, source=PrioritySource.ANIMATOR)
        for rank, domain in enumerate(domains, 1)
    )


def put(profile: Profile, **fields) -> Organisation:
    """An organisation that declares what the profile says; with the same id."""
    organisation = Organisation.objects.create(
        pk=profile.id,
        name=f"Organisation {profile.id}",
        type=TYPE_OF[profile.kind],
        home_id=profile.home.municipality,
        modes=sorted(profile.modes),
        **fields,
    )
    redeclare(organisation, profile)
    return organisation


def redeclare(organisation: Organisation, profile: Profile) -> None:
    """Replace what an organisation declares by what the profile says."""
    for old in (organisation.declarations, organisation.resources, organisation.areas):
        old.all().delete()
    Declaration.objects.bulk_create(
        Declaration(organisation=organisation, domain_id=domain, side=side, level=level)
        for side, declared in (("acts", profile.acts), ("seeks", profile.seeks))
        for domain, level in declared.items()
    )
    ResourceDeclaration.objects.bulk_create(
        ResourceDeclaration(organisation=organisation, resource=code, side=side)
        for side, codes in (("offer", profile.offers), ("need", profile.needs))
        for code in codes
    )
    AreaOfAction.objects.bulk_create(
        AreaOfAction(organisation=organisation, place_id=place) for place in profile.areas
    )
    pack_profiles([organisation.pk])


def put_all(profiles) -> dict[int, Organisation]:
    """Several organisations, by id."""
    return {profile.id: put(profile) for profile in profiles}


def stored_lists():
    """Every stored list as ids and points, by organisation."""
    return {
        stored.pk: list(zip(stored.partners, stored.points, strict=True))
        for stored in SuggestionList.objects.all()
    }
