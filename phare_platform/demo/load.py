"""The demonstration territory: accounts, organisations, priorities. Run again freely.

Everything is deterministic and marked as fictitious; nothing here runs in production.
"""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from partnerships.organisations.enums import ResourceSide, Role, Side, Verification
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Membership,
    Organisation,
    ResourceDeclaration,
)
from partnerships.organisations.queries import default_areas
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User
from phare_platform.demo.cast import MODES, ORGANISATIONS, PASSWORD, PEOPLE, Actor, Person
from territories.fragilities.enums import PrioritySource
from territories.fragilities.models import Priority
from territories.places.enums import Level
from territories.places.models import Place

SOURCE = "demo"
# Stated by the demonstration's authorities, first priority first (domain numbers).
PRIORITIES = {
    (Level.INTERMUNICIPALITY, "200069854"): [6, 11, 5, 1, 13, 7, 9],
    (Level.DEPARTMENT, "86"): [12, 11, 6, 1, 4],
    (Level.DEPARTMENT, "79"): [12, 1, 11, 13],
    (Level.MUNICIPALITY, "86066"): [1, 10, 5, 9, 12],
}
UNVERIFIED = {"maraichers", "logistique-sud", "theatre-gartempe", "bressuire-emploi"}


class NotInProduction(Exception):
    """The demonstration has known passwords: it is refused on a production installation."""


@transaction.atomic
def load_cast() -> dict[str, Organisation]:
    """Create the accounts and organisations that are missing; all organisations by key."""
    if settings.PRODUCTION:
        raise NotInProduction
    known = {o.source_ref: o for o in Organisation.objects.filter(source=SOURCE)}
    homes = _homes()
    for actor in ORGANISATIONS:
        if actor.key not in known:
            known[actor.key] = _organisation(actor, homes[actor.commune])
    organisations_changed.send(None, pks=[organisation.pk for organisation in known.values()])
    for person in PEOPLE:
        _person(person, known)
    _state_priorities()
    return known


def person_called(name: str) -> User:
    """The account of the demonstration whose name begins so."""
    email = next(person.email for person in PEOPLE if person.name.startswith(name))
    return User.objects.get(email=email)


def _homes() -> dict[str, Place]:
    codes = {actor.commune for actor in ORGANISATIONS}
    places = Place.objects.at(Level.MUNICIPALITY).filter(code__in=codes)
    return {place.code: place for place in places}


def _organisation(actor: Actor, home: Place) -> Organisation:
    now = timezone.now()
    is_verified = actor.key not in UNVERIFIED
    organisation = Organisation.objects.create(
        name=actor.name,
        type=actor.type,
        home=home,
        description=actor.about,
        modes=[MODES[letter] for letter in actor.modes],
        contact_name="Accueil partenariats",
        contact_email=f"{actor.key}@organisations.phare.example",
        contact_phone="+33 5 49 00 00 00",
        verification=Verification.VERIFIED if is_verified else Verification.UNVERIFIED,
        verified_at=now if is_verified else None,
        source=SOURCE,
        source_ref=actor.key,
        is_fictitious=True,
    )
    for side, text in ((Side.ACTS, actor.acts), (Side.SEEKS, actor.seeks)):
        Declaration.objects.bulk_create(
            Declaration(organisation=organisation, side=side, domain_id=domain, level=level)
            for domain, level in _levels(text)
        )
    for given, text in ((ResourceSide.OFFER, actor.offers), (ResourceSide.NEED, actor.needs)):
        ResourceDeclaration.objects.bulk_create(
            ResourceDeclaration(organisation=organisation, side=given, resource=resource)
            for resource in text.split()
        )
    AreaOfAction.objects.bulk_create(
        AreaOfAction(organisation=organisation, place=place) for place in default_areas(home)
    )
    return organisation


def _levels(text: str) -> list[tuple[int, int]]:
    return [(int(d), int(level)) for d, level in (pair.split(":") for pair in text.split())]


def _person(person: Person, organisations: dict[str, Organisation]) -> None:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email,
            PASSWORD,
            display_name=person.name,
            language=person.language,
            is_facilitator=person.is_facilitator,
            is_staff=person.is_staff,
            is_superuser=person.is_staff,
        )
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if person.organisation:
        Membership.objects.get_or_create(
            user=user,
            organisation=organisations[person.organisation],
            defaults={"role": Role(person.role)},
        )


def _state_priorities() -> None:
    for (level, code), domains in PRIORITIES.items():
        place = Place.objects.get(level=level, code=code)
        if not place.priorities.exists():
            Priority.objects.bulk_create(
                Priority(
                    place=place, domain_id=domain, rank=rank, source=PrioritySource.DEMONSTRATION
                )
                for rank, domain in enumerate(domains, start=1)
            )
