"""Tables of the room: organisations, their members, and what they declare."""

from partnerships.organisations.models.declarations import (
    AreaOfAction,
    Declaration,
    ResourceDeclaration,
)
from partnerships.organisations.models.members import Invitation, JoinRequest, Membership
from partnerships.organisations.models.organisation import Organisation, OrganisationQuerySet

__all__ = [
    "AreaOfAction",
    "Declaration",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "OrganisationQuerySet",
    "ResourceDeclaration",
]
