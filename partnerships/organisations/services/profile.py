"""Creating an organisation and changing what its profile says."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.organisations import queries
from partnerships.organisations.enums import Role, Verification
from partnerships.organisations.models import AreaOfAction, Membership, Organisation
from partnerships.organisations.rules import BadIdentifier, Identifiers, clean_identifiers
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal, refused_by
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace
from territories.places.enums import Level
from territories.places.models import Place

# What makes an organisation the one that was verified: changing it asks for a new check.
IDENTITY = ("name", "type", "siren", "siret", "rna")
CONTACT = ("contact_name", "contact_email", "contact_phone")
EDITABLE = (*IDENTITY, "home", "description", "website", "staff_size", "digest_rhythm", *CONTACT)


@transaction.atomic
def create_organisation(
    name: str,
    *,
    type: str,  # the register's word, as on the model
    home: Place,
    by: User,
    siren: str = "",
    siret: str = "",
    rna: str = "",
    description: str = "",
    website: str = "",
    distinct: bool = False,
) -> Organisation:
    """Create an organisation whose owner is `by`, acting by default around its home.

    Raises Refusal (an identifier that cannot exist, a home that is no municipality) and Conflict:
    the name of a database constraint when the organisation is already there, `organisation_alike`
    when it may be, unless the person said that it is `distinct`.
    """
    identifiers = _clean(siren, siret, rna)
    organisation = Organisation(
        name=_clean_name(name),
        type=type,
        home=_clean_home(home),
        description=description,
        website=website,
        siren=identifiers.siren,
        siret=identifiers.siret,
        rna=identifiers.rna,
    )
    with _already_there():
        organisation.save(force_insert=True)
    alike = queries.alike(organisation.name, home=home, identifiers=identifiers)
    if not distinct and alike.exclude(pk=organisation.pk).exists():
        raise Conflict(
            _("An organisation like this one is already on PHARE. Is it yours?"),
            code="organisation_alike",
        )
    Membership.objects.create(organisation=organisation, user=by, role=Role.OWNER)
    AreaOfAction.objects.bulk_create(
        AreaOfAction(organisation=organisation, place=place)
        for place in queries.default_areas(home)
    )
    organisations_changed.send(None, pks=[organisation.pk])
    leave_trace("organisations.create_organisation", organisation, by=by, name=organisation.name)
    return organisation


@transaction.atomic
def edit_organisation(
    organisation: Organisation, *, by: User, changes: Mapping[str, Any]
) -> Organisation:
    """Change the fields of `EDITABLE` named in `changes`; the trace keeps which, not contacts.

    A new name, type or number makes a checked organisation unverified again. Raises Refusal and
    Conflict as `create_organisation`; ValueError for a field that is not editable.
    """
    if unknown := set(changes) - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(unknown)}")
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    values = _clean_changes(organisation, changes)
    changed = sorted(name for name in values if getattr(organisation, name) != values[name])
    if not changed:
        return organisation
    for name in changed:
        setattr(organisation, name, values[name])
    organisation.confirmed_at = timezone.now()
    fields = [*changed, "confirmed_at", "updated_at"]
    if set(changed) & set(IDENTITY) and organisation.verification != Verification.UNVERIFIED:
        organisation.verification = Verification.UNVERIFIED
        organisation.verified_at = organisation.verified_by = None
        organisation.verification_note = ""
        fields += ["verification", "verified_at", "verified_by", "verification_note"]
    with _already_there():
        organisation.save(update_fields=fields)
    organisations_changed.send(None, pks=[organisation.pk])
    leave_trace("organisations.edit_organisation", organisation, by=by, fields=changed)
    later("partnerships.matching.refresh_organisations", together=[organisation.pk])
    return organisation


def _clean_changes(organisation: Organisation, changes: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(changes)
    if "name" in values:
        values["name"] = _clean_name(values["name"])
    if "home" in values:
        values["home"] = _clean_home(values["home"])
    if {"siren", "siret", "rna"} & set(values):
        numbers = {n: values.get(n, getattr(organisation, n)) for n in ("siren", "siret", "rna")}
        if "siret" in values and "siren" not in values and values["siret"]:
            numbers["siren"] = ""  # taken from the new SIRET
        values |= vars(_clean(**numbers))
    return values


def _clean(siren: str, siret: str, rna: str) -> Identifiers:
    try:
        return clean_identifiers(siren=siren, siret=siret, rna=rna)
    except BadIdentifier as error:
        raise Refusal(str(error.rule.label), code=error.rule.value) from error


def _clean_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise Refusal(_("An organisation has a name."), code="name_empty")
    return clean


def _clean_home(home: Place) -> Place:
    if home.level != Level.MUNICIPALITY:
        raise Refusal(_("The home of an organisation is a municipality."), code="home_level")
    return home


@contextmanager
def _already_there() -> Iterator[None]:
    """Each constraint that keeps organisations single, as a sentence that leads to joining."""
    sentences = {
        "organisation_siret_once": _(
            "An organisation with this SIRET is already on PHARE: ask to join it."
        ),
        "organisation_siren_once": _(
            "An organisation with this SIREN is already on PHARE: ask to join it."
        ),
        "organisation_rna_once": _(
            "An organisation with this RNA number is already on PHARE: ask to join it."
        ),
        "organisation_name_once": _(
            "An organisation of this name is already on PHARE in this municipality: ask to join it."
        ),
    }
    with ExitStack() as stack:
        for constraint, sentence in sentences.items():
            stack.enter_context(refused_by(constraint, sentence))
        yield
