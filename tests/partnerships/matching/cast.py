"""Four organisations around Poitiers and their people; the neighbour far away.

Alice answers for an association that looks for help on mobility, Bob for a company that acts on it
and looks for help on isolation; Charlie belongs elsewhere, Dora runs the platform, Rita only reads.
"""

import csv
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matching.models import Digest, Policy, SuggestionList, ToldSuggestion
from partnerships.matching.services import pack_profiles
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Membership,
    Organisation,
    ResourceDeclaration,
)
from phare_platform.accounts.models import User
from territories.fragilities.enums import PrioritySource
from territories.fragilities.models import Domain, Priority
from territories.fragilities.services import DOMAINS, PLAIN_COLUMNS
from territories.places.enums import Level
from territories.places.models import Containment, Place

PLACES = {
    # key: level, code, name, position, inside
    "france": (Level.COUNTRY, "FR", "France", None, ()),
    "naq": (Level.REGION, "75", "Nouvelle-Aquitaine", None, ("france",)),
    "bre": (Level.REGION, "53", "Bretagne", None, ("france",)),
    "vienne": (Level.DEPARTMENT, "86", "Vienne", None, ("naq", "france")),
    "sevres": (Level.DEPARTMENT, "79", "Deux-Sèvres", None, ("naq", "france")),
    "finistere": (Level.DEPARTMENT, "29", "Finistère", None, ("bre", "france")),
    "grand_poitiers": (
        Level.INTERMUNICIPALITY,
        "200069854",
        "CU du Grand Poitiers",
        None,
        ("vienne", "naq", "france"),
    ),
    # Straddles two departments, as 89 real ones do.
    "bocage": (
        Level.INTERMUNICIPALITY,
        "200000001",
        "CC du Bocage",
        None,
        ("vienne", "sevres", "naq", "france"),
    ),
    "poitiers": (
        Level.MUNICIPALITY,
        "86194",
        "Poitiers",
        (46.583, 0.333),
        ("grand_poitiers", "vienne", "naq", "france"),
    ),
    "chasseneuil": (
        Level.MUNICIPALITY,
        "86062",
        "Chasseneuil-du-Poitou",
        (46.650, 0.367),
        ("grand_poitiers", "vienne", "naq", "france"),
    ),
    "chatellerault": (
        Level.MUNICIPALITY,
        "86066",
        "Châtellerault",
        (46.817, 0.550),
        ("vienne", "naq", "france"),
    ),
    "bressuire": (
        Level.MUNICIPALITY,
        "79049",
        "Bressuire",
        (46.840, -0.490),
        ("bocage", "sevres", "naq", "france"),
    ),
    "brest": (
        Level.MUNICIPALITY,
        "29019",
        "Brest",
        (48.390, -4.490),
        ("finistere", "bre", "france"),
    ),
}


@pytest.fixture
def places(db):
    """The places above, by key."""
    _write_domains()
    rows = [
        Place(level=level, code=code, name=name, lat=(at or (None,))[0], lon=(at or (None,))[-1])
        for level, code, name, at, _inside in PLACES.values()
    ]
    made = dict(zip(PLACES, Place.objects.bulk_create(rows), strict=True))
    Containment.objects.bulk_create(
        Containment(inner=made[key], outer=made[outer])
        for key, (*_rest, inside) in PLACES.items()
        for outer in inside
    )
    Priority.objects.bulk_create(
        Priority(
            place=made["grand_poitiers"],
            domain_id=domain,
            rank=rank,
            source=PrioritySource.ANIMATOR,
        )
        for rank, domain in enumerate([5, 11, 12], start=1)
    )
    return made


def _write_domains():
    """The sixteen domains of the register, in one statement."""
    with DOMAINS.open(encoding="utf-8", newline="") as file:
        Domain.objects.bulk_create(
            Domain(number=int(row["number"]), **{name: row[name] for name in PLAIN_COLUMNS})
            for row in csv.DictReader(file)
        )


@pytest.fixture
def policy(db):
    return Policy.objects.create(name="2026-11", is_active=True)


@pytest.fixture
def make_organisation(places):
    """An organisation with its declarations: acts={11: 3}, seeks={5: 2}, offers=[…], needs=[…]."""

    def make(
        name,
        *,
        type="association",
        home="poitiers",
        areas=("vienne",),
        acts=(),
        seeks=(),
        offers=(),
        needs=(),
        modes=("patronage",),
        **fields,
    ):
        organisation = Organisation.objects.create(
            name=name, type=type, home=places[home], modes=list(modes), **fields
        )
        Declaration.objects.bulk_create(
            Declaration(organisation=organisation, side=side, domain_id=domain, level=level)
            for side, declared in (("acts", acts), ("seeks", seeks))
            for domain, level in dict(declared).items()
        )
        ResourceDeclaration.objects.bulk_create(
            ResourceDeclaration(organisation=organisation, side=side, resource=code)
            for side, codes in (("offer", offers), ("need", needs))
            for code in codes
        )
        AreaOfAction.objects.bulk_create(
            AreaOfAction(organisation=organisation, place=places[area]) for area in areas
        )
        organisation.refresh_from_db()
        pack_profiles([organisation.pk])
        return organisation

    return make


@pytest.fixture
def make_person(db):
    def make(email, *, organisation=None, role="owner", language="fr", **fields):
        person = User.objects.create_user(
            email, display_name=email.split("@")[0].title(), language=language, **fields
        )
        if organisation is not None:
            Membership.objects.create(user=person, organisation=organisation, role=role)
        return person

    return make


@pytest.fixture
def ateliers(make_organisation):
    return make_organisation(
        "Les Ateliers du Clain",
        acts={5: 3, 6: 2},
        seeks={11: 3},
        offers=["time_volunteers", "network_public"],
        needs=["goods_vehicles", "premises_room"],
        contact_name="Nadia Petit",
        contact_email="contact@ateliers.example",
        contact_phone="05 49 00 00 01",
    )


@pytest.fixture
def mobilites(make_organisation):
    return make_organisation(
        "Mobilités Vienne Services",
        type="sme",
        home="chasseneuil",
        acts={11: 3, 15: 1},
        seeks={5: 2},
        offers=["goods_vehicles", "time_staff"],
        needs=["network_public", "network_visibility"],
        verification="verified",
        verified_at=timezone.now(),
        contact_email="contact@mobilites.example",
    )


@pytest.fixture
def foret(make_organisation):
    """Charlie's: too far, and on another subject."""
    return make_organisation(
        "Forêt du Ponant", home="brest", areas=("finistere",), acts={16: 3}, seeks={2: 1}
    )


@pytest.fixture
def alice(make_person, ateliers):
    return make_person("alice@ateliers.example", organisation=ateliers)


@pytest.fixture
def rita(make_person, ateliers):
    return make_person("rita@ateliers.example", organisation=ateliers, role="reader")


@pytest.fixture
def bob(make_person, mobilites):
    return make_person("bob@mobilites.example", organisation=mobilites, language="en")


@pytest.fixture
def charlie(make_person, foret):
    return make_person("charlie@foret.example", organisation=foret)


@pytest.fixture
def dora(make_person):
    return make_person("dora@phare.example", is_staff=True, is_superuser=True)


@pytest.fixture
def listed(policy):
    """Store a list by hand: `listed(ateliers, mobilites, other)`, points falling by 100."""

    def store(organisation, *others, first=8000):
        points = [first - 100 * place for place in range(len(others))]
        stored, _created = SuggestionList.objects.update_or_create(
            organisation=organisation,
            defaults={
                "policy": policy,
                "partners": [other.pk for other in others],
                "points": points,
                "shown": [other.pk for other in others],
                "shown_points": points,
                "computed_at": timezone.now() - timedelta(hours=3),
            },
        )
        return stored

    return store


def tell(organisation, *others, slot="2026-W47", **fields):
    """A digest that told this organisation of these."""
    digest = Digest.objects.create(
        organisation=organisation, slot=slot, told_count=len(others), **fields
    )
    ToldSuggestion.objects.bulk_create(
        ToldSuggestion(digest=digest, organisation=organisation, other=other, rank=rank)
        for rank, other in enumerate(others)
    )
    return digest


@pytest.fixture
def pair(ateliers, mobilites, listed, alice, bob):
    """Alice's and Bob's organisations, each in the other's list."""
    listed(ateliers, mobilites)
    listed(mobilites, ateliers)
    return ateliers, mobilites


@pytest.fixture
def crowd(make_organisation):
    """Ten more organisations that act on mobility around Poitiers."""
    return [
        make_organisation(
            f"Voisine {number:02}",
            type=["association", "sme", "municipality", "university"][number % 4],
            home=["poitiers", "chatellerault", "bressuire"][number % 3],
            acts={11: 2},
            seeks={5: 1},
        )
        for number in range(10)
    ]
