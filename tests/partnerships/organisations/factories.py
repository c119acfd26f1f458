"""Organisations, their members and what they declare, for tests of this floor."""

import factory
from factory.django import DjangoModelFactory

from partnerships.organisations.enums import Level, Role, Side, Verification
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    ResourceDeclaration,
)
from phare_platform.accounts.models import User


class PersonFactory(DjangoModelFactory):
    """Somebody who signed up."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class OrganisationFactory(DjangoModelFactory):
    """An association; `home` must be given. `owner=person` makes a person its owner."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    class Params:
        verified = factory.Trait(
            verification=Verification.VERIFIED, verified_at="2026-11-01T10:00:00Z"
        )
        reachable = factory.Trait(
            contact_name="Alice Morin",
            contact_email="contact@example.org",
            contact_phone="05 49 00 00 00",
        )

    name = factory.Sequence(lambda n: f"Organisation {n}")
    type = "association"

    @factory.post_generation
    def owner(self, create, person, **kwargs):
        if person:
            MembershipFactory(organisation=self, user=person, role=Role.OWNER)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    role = Role.EDITOR


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation


class JoinRequestFactory(DjangoModelFactory):
    class Meta:
        model = JoinRequest


class DeclarationFactory(DjangoModelFactory):
    class Meta:
        model = Declaration

    side = Side.ACTS
    level = Level.IMPORTANT


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = ResourceDeclaration


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = AreaOfAction
