"""The people, organisations and places of the tests on partnerships and their evaluation.

**Alice** owns an association and **Bob** a company, who act together; **Rita** only reads for the
association; **Charlie** owns a neighbour who has nothing to do with it; **Fanny** facilitates,
**Felix** facilitates elsewhere; **Dora** is of the platform team.
"""

import pytest

from partnerships.evaluation.services import load_questionnaire
from partnerships.lifecycle.models import Partnership
from partnerships.lifecycle.services import (
    load_checklists,
    move_to_stage,
    open_partnership,
    set_point,
)
from partnerships.organisations.enums import Role
from partnerships.organisations.models import Membership, Organisation
from phare_platform.accounts.models import User
from territories.fragilities.models import Domain
from territories.fragilities.services import load_domains
from territories.places.enums import Level
from territories.places.models import Containment, Place


def person(name, **fields):
    return User.objects.create_user(
        f"{name.lower()}@example.org", "a-long-password-1", display_name=name, **fields
    )


def organisation(name, home, owner=None, *, type="association"):
    made = Organisation.objects.create(name=name, type=type, home=home)
    if owner:
        join(made, owner, Role.OWNER)
    return made


def join(organisation, user, role):
    return Membership.objects.create(organisation=organisation, user=user, role=role)


@pytest.fixture
def register(db):
    """The domains, checklists and questionnaire of the register."""
    load_domains()
    load_checklists()
    load_questionnaire()


@pytest.fixture
def poitiers(db):
    """A commune in its department and region."""
    france = Place.objects.create(level=Level.COUNTRY, code="FR", name="France")
    region = Place.objects.create(
        level=Level.REGION, code="75", name="Nouvelle-Aquitaine", parent=france
    )
    vienne = Place.objects.create(level=Level.DEPARTMENT, code="86", name="Vienne", parent=region)
    commune = Place.objects.create(
        level=Level.MUNICIPALITY, code="86194", name="Poitiers", parent=vienne
    )
    Containment.objects.bulk_create(
        [
            Containment(inner=region, outer=france),
            Containment(inner=vienne, outer=france),
            Containment(inner=vienne, outer=region),
            *[Containment(inner=commune, outer=outer) for outer in (vienne, region, france)],
        ]
    )
    return commune


@pytest.fixture
def rennes(poitiers):
    """A commune of another region."""
    france = Place.objects.get(level=Level.COUNTRY)
    region = Place.objects.create(level=Level.REGION, code="53", name="Bretagne", parent=france)
    commune = Place.objects.create(
        level=Level.MUNICIPALITY, code="35238", name="Rennes", parent=region
    )
    Containment.objects.create(inner=region, outer=france)
    Containment.objects.create(inner=commune, outer=region)
    Containment.objects.create(inner=commune, outer=france)
    return commune


@pytest.fixture
def alice(db):
    return person("Alice")


@pytest.fixture
def bob(db):
    return person("Bob", language="en")


@pytest.fixture
def rita(workshops):
    reader = person("Rita")
    join(workshops, reader, Role.READER)
    return reader


@pytest.fixture
def charlie(neighbour):
    return User.objects.get(email="charlie@example.org")


@pytest.fixture
def fanny(db):
    return person("Fanny", is_facilitator=True)


@pytest.fixture
def felix(db):
    return person("Felix", is_facilitator=True)


@pytest.fixture
def dora(db):
    return person("Dora", is_staff=True)


@pytest.fixture
def workshops(alice, poitiers):
    return organisation("Les Ateliers du Clain", poitiers, alice)


@pytest.fixture
def rides(bob, poitiers):
    return organisation("Mobilités Vienne Services", poitiers, bob, type="sme")


@pytest.fixture
def neighbour(poitiers):
    return organisation("Le Voisin", poitiers, person("Charlie"))


@pytest.fixture
def partnership(register, workshops, rides, fanny, poitiers, alice):
    """Alice's association and Bob's company, accompanied by Fanny, at “prepare”."""
    return open_partnership(
        title="Navettes du matin",
        organisations=[workshops, rides],
        place=poitiers,
        domains=[Domain.objects.get(pk=11)],
        by=alice,
        facilitator=fanny,
    )


def fresh(partnership):
    return Partnership.objects.get(pk=partnership.pk)


def settle(partnership, *codes, by):
    for code in codes:
        set_point(partnership, code=code, state="done", evidence="Compte rendu du 3 mai", by=by)


def lead_to(partnership, stage, *, by):
    """Settle what each stage needs and move, up to `stage`."""
    needed = {"accompany": ("PR10", "PR15"), "evaluate": ("AC12",)}
    for to, codes in needed.items():
        settle(partnership, *codes, by=by)
        move_to_stage(partnership, to=to, by=by, expected_version=fresh(partnership).version)
        if to == stage:
            break
    return fresh(partnership)
