"""What the mails of this room look like, and the stage on which all rooms play theirs.

One line per mail in SAMPLES. A stage works inside `outbox.composing.composing` only: whatever it
lacks is invented and written there, and undone with everything else.
"""

import uuid
from datetime import timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations import emails
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.enums import Role, Verification
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
)
from phare_platform.accounts.models import User
from phare_platform.outbox.composing import Letter, Sample
from territories.places.enums import Level
from territories.places.models import Place

FOLDER = "partnerships/organisations/emails"
EXAMPLE = "exemple.invalid"  # a domain that can never receive anything
NO_HASH = "sample"  # of no secret at all: the link of an invitation opens nothing
AID, MOBILITY = 5, 11  # domains on which the invented partners answer each other


class Stage:
    """An organisation that is written to, and an invented partner beside it.

    Without an organisation, `us` is invented too. `person` is the first who is written to; where
    nobody answers for the organisation, an invented owner does, and `is_empty` says so.
    """

    def __init__(self, organisation: Organisation | None = None) -> None:
        """Set the stage for this organisation, or for an invented one."""
        self.us = organisation or invent_organisation(
            "Les Jardins du Clain (exemple)", type="association", acts=AID, seeks=MOBILITY
        )
        self.is_empty = not members_to_tell(self.us)
        if self.is_empty:
            invent_person("Alice Martin", organisation=self.us)

    @cached_property
    def them(self) -> Organisation:
        """The partner, always invented: nobody's contacts are shown in a preview."""
        them = invent_organisation(
            "Transports des Deux-Rives (exemple)", type="sme", acts=MOBILITY, seeks=AID
        )
        invent_person("Bruno Legrand", organisation=them)
        return them

    @cached_property
    def person(self) -> User:
        """Who reads."""
        return members_to_tell(self.us)[0]

    def own(self, letters: list[Letter]) -> Letter | None:
        """The letter that our side gets, else the first; None when nobody is written to."""
        ours = {person.pk for person in members_to_tell(self.us)}
        mine = [x for x in letters if x.recipient is not None and x.recipient.pk in ours]
        return next(iter([*mine, *letters]), None)


def invent_organisation(name: str, *, type: str, acts: int, seeks: int) -> Organisation:
    """An organisation with a declaration on each side and contacts that lead nowhere."""
    towns = Place.objects.filter(level=Level.MUNICIPALITY)
    home = towns.filter(code="86194").first() or towns.order_by("pk")[0]
    organisation = Organisation.objects.create(
        name=name,
        type=type,
        home=home,
        is_fictitious=True,
        contact_name="Camille Petit",
        contact_email=f"contact@{EXAMPLE}",
        contact_phone="05 49 00 00 00",
        website=f"https://{EXAMPLE}/",
    )
    Declaration.objects.create(organisation=organisation, domain_id=acts, side="acts", level=3)
    Declaration.objects.create(organisation=organisation, domain_id=seeks, side="seeks", level=2)
    AreaOfAction.objects.create(organisation=organisation, place=home)
    return organisation


def invent_person(name: str, *, organisation: Organisation | None = None) -> User:
    """Somebody without a password; the owner of the organisation, if one is given."""
    address = f"{name.split(maxsplit=1)[0].lower()}.{uuid.uuid4().hex[:8]}@{EXAMPLE}"
    person = User.objects.create_user(address, display_name=name)
    if organisation:
        Membership.objects.create(organisation=organisation, user=person, role=Role.OWNER)
    return person


def _invitation(stage: Stage) -> Invitation:
    return Invitation.objects.create(
        organisation=stage.us,
        email=f"nouvelle@{EXAMPLE}",
        token_sha256=NO_HASH,
        invited_by=stage.person,
        expires_at=timezone.now() + timedelta(days=7),
    )


def _wish(stage: Stage) -> JoinRequest:
    return JoinRequest.objects.create(
        organisation=stage.us,
        user=invent_person("Chloé Durand"),
        message="Je rejoins l’équipe le mois prochain.",
    )


def _join_answer(stage: Stage, *, accepted: bool) -> None:
    wish = JoinRequest(organisation=stage.us, user=stage.person)
    emails.send_join_answer(wish, accepted=accepted)


def _newcomer(stage: Stage) -> None:
    member = Membership(organisation=stage.us, user=invent_person("Chloé Durand"), role=Role.EDITOR)
    emails.send_invitation_accepted(member, invitation=_invitation(stage))


def _role(stage: Stage) -> None:
    member = Membership(organisation=stage.us, user=stage.person, role=Role.EDITOR)
    emails.send_role_changed(member, trace_pk=0)


def _verification(stage: Stage, state: Verification) -> None:
    Membership.objects.filter(organisation=stage.us, user=stage.person).update(role=Role.OWNER)
    stage.us.verification = state
    stage.us.verification_note = "Le numéro SIREN est celui d’une autre association."
    emails.send_verification(stage.us, trace_pk=0)


SAMPLES = [
    Sample(f"{FOLDER}/invitation", _("invitation to join an organisation"),
           lambda stage: emails.send_invitation(_invitation(stage), token=NO_HASH)),
    Sample(f"{FOLDER}/invitation_accepted", _("an invitation was accepted"), _newcomer),
    Sample(f"{FOLDER}/join_request", _("somebody asks to join"),
           lambda stage: emails.send_join_request(_wish(stage))),
    Sample(f"{FOLDER}/join_accepted", _("request to join accepted"),
           lambda stage: _join_answer(stage, accepted=True)),
    Sample(f"{FOLDER}/join_declined", _("request to join declined"),
           lambda stage: _join_answer(stage, accepted=False)),
    Sample(f"{FOLDER}/role_changed", _("role changed"), _role),
    Sample(f"{FOLDER}/member_removed", _("membership ended"),
           lambda stage: emails.send_member_removed(
               stage.person, organisation=stage.us, trace_pk=0)),
    Sample(f"{FOLDER}/verified", _("organisation verified"),
           lambda stage: _verification(stage, Verification.VERIFIED)),
    Sample(f"{FOLDER}/refused", _("organisation not verified"),
           lambda stage: _verification(stage, Verification.REFUSED)),
]  # fmt: skip
