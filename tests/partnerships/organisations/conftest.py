"""A small country, and the cast: Alice owns an association, Bob edits it, Charlie belongs to a
company next door, Dora is the platform team, Nina has just signed up and belongs nowhere."""

import pytest

from partnerships.organisations.enums import Role
from territories.fragilities.services import load_domains
from territories.places.models import Containment, Place
from tests.partnerships.organisations.factories import (
    AreaFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

PLACES = {
    "france": ("country", "FR", "France", None, None, None),
    "region": ("region", "75", "Nouvelle-Aquitaine", "france", 46.0, 0.0),
    "vienne": ("department", "86", "Vienne", "region", 46.56, 0.46),
    "deux_sevres": ("department", "79", "Deux-Sèvres", "region", 46.55, -0.32),
    "grand_poitiers": ("intermunicipality", "200069854", "Grand Poitiers", "vienne", 46.58, 0.36),
    "parthenay": ("intermunicipality", "200041333", "Parthenay-Gâtine", "deux_sevres", 46.65, -0.1),
    "niortais": ("intermunicipality", "200041317", "Niortais", "deux_sevres", 46.32, -0.46),
    "poitiers": ("municipality", "86194", "Poitiers", "vienne", 46.58, 0.34),
    "latille": ("municipality", "86121", "Latillé", "vienne", 46.62, 0.08),
    "niort": ("municipality", "79191", "Niort", "deux_sevres", 46.32, -0.46),
    "st_maurice_86": ("municipality", "86235", "Saint-Maurice", "vienne", 46.38, 0.5),
    "st_maurice_79": ("municipality", "79280", "Saint-Maurice", "deux_sevres", 46.5, -0.5),
}
LIES_IN = {
    "region": ["france"],
    "vienne": ["region", "france"],
    "deux_sevres": ["region", "france"],
    "grand_poitiers": ["vienne", "region", "france"],
    "parthenay": ["deux_sevres", "region", "france"],
    "niortais": ["deux_sevres", "region", "france"],
    "poitiers": ["grand_poitiers", "vienne", "region", "france"],
    "latille": ["vienne", "region", "france"],
    "niort": ["niortais", "deux_sevres", "region", "france"],
    "st_maurice_86": ["vienne", "region", "france"],
    "st_maurice_79": ["deux_sevres", "region", "france"],
}
POSTCODES = {"poitiers": ["86000"], "latille": ["86190"], "niort": ["79000"]}


def build_country():
    """Every place of PLACES by its key, and the sixteen domains."""
    load_domains()
    places = {}
    for key, (level, code, name, parent, lat, lon) in PLACES.items():
        places[key] = Place.objects.create(
            level=level,
            code=code,
            name=name,
            parent=places.get(parent),
            lat=lat,
            lon=lon,
            postcodes=POSTCODES.get(key, []),
        )
    Containment.objects.bulk_create(
        Containment(inner=places[inner], outer=places[outer])
        for inner, outers in LIES_IN.items()
        for outer in outers
    )
    return places


@pytest.fixture
def places(db):
    return build_country()


@pytest.fixture
def poitiers(places):
    return places["poitiers"]


@pytest.fixture
def alice(db):
    return PersonFactory(email="alice@example.org", display_name="Alice Morin")


@pytest.fixture
def bob(db):
    return PersonFactory(email="bob@example.org", display_name="Bob Texier")


@pytest.fixture
def charlie(db):
    return PersonFactory(email="charlie@example.org", display_name="Charlie Garnier")


@pytest.fixture
def dora(db):
    return PersonFactory(email="dora@example.org", is_staff=True)


@pytest.fixture
def nina(db):
    return PersonFactory(email="nina@example.org", display_name="Nina Robin")


@pytest.fixture
def ateliers(places, alice, bob):
    """Alice's association in Poitiers, which Bob edits."""
    organisation = OrganisationFactory(
        name="Les Ateliers du Clain", home=places["poitiers"], owner=alice, reachable=True
    )
    MembershipFactory(organisation=organisation, user=bob, role=Role.EDITOR)
    AreaFactory(organisation=organisation, place=places["vienne"])
    return organisation


@pytest.fixture
def transports(places, charlie):
    """Charlie's company in Niort."""
    return OrganisationFactory(
        name="Transports du Marais", type="sme", home=places["niort"], owner=charlie
    )
