"""Organisations: who they are and how they stand on the platform."""

import re
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.organisations.enums import (
    DigestRhythm,
    Kind,
    Mode,
    OrganisationType,
    ResourceSide,
    Side,
    Status,
    Verification,
)
from partnerships.organisations.rules import (
    DEFAULT_CAPACITY,
    KIND_OF,
    BadIdentifier,
    Identifiers,
    is_stale,
    read_identifier,
)
from phare_platform.lib.text import Plain, plain
from territories.fragilities.models import Domain
from territories.places.enums import Level
from territories.places.models import Containment, Place


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Words for choosing organisations."""

    def active(self) -> Self:
        """Taking part in matching."""
        return self.filter(status=Status.ACTIVE)

    def acting_on(self, domain: Domain) -> Self:
        """Declaring that they act on this domain."""
        return self.filter(declarations__domain=domain, declarations__side=Side.ACTS)

    def at_home_in(self, place: Place) -> Self:
        """Whose home, a municipality, is this place or lies in it."""
        if place.level == Level.MUNICIPALITY:
            return self.filter(home=place)
        inside = Containment.objects.filter(outer=place).values("inner")
        return self.filter(home__in=inside)

    def named(self, text: str) -> Self:
        """Whose name holds words that begin with each word of `text`; all of them for no word."""
        words = re.findall(r"\w+", plain(text))
        if not words:
            return self.none() if text.strip() else self.all()
        query = SearchQuery(
            " & ".join(f"{word}:*" for word in words[:10]), search_type="raw", config="simple"
        )
        return self.filter(search=query)

    def identified_by(self, *, siren: str = "", siret: str = "", rna: str = "") -> Self:
        """That carry one of these identifiers, already cleaned; none when all are empty.

        A SIRET finds its company by the SIREN that begins it.
        """
        wanted = Q()
        if siren or siret:
            wanted |= Q(siren=siren or siret[:9])
        if rna:
            wanted |= Q(rna=rna)
        return self.filter(wanted) if wanted else self.none()

    def meant_by(self, text: str) -> Self:
        """That a person may mean: by an official number, else by the words of the name.

        A number that cannot exist means nobody.
        """
        try:
            numbers = read_identifier(text)
        except BadIdentifier:
            return self.none()
        if numbers != Identifiers():
            return self.identified_by(siren=numbers.siren, siret=numbers.siret, rna=numbers.rna)
        return self.named(text) if text.strip() else self.none()

    def seeking_help_on(self, domain: Domain) -> Self:
        """Declaring that they seek help on this domain."""
        return self.filter(declarations__domain=domain, declarations__side=Side.SEEKS)

    def offering(self, resource: str) -> Self:
        """Offering this kind of means."""
        return self.filter(resources__resource=resource, resources__side=ResourceSide.OFFER)

    def needing(self, resource: str) -> Self:
        """Needing this kind of means."""
        return self.filter(resources__resource=resource, resources__side=ResourceSide.NEED)


class Organisation(models.Model):
    """An association, company, local authority or university."""

    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(_("type"), max_length=20, choices=OrganisationType.choices)
    kind = models.GeneratedField(
        expression=Case(
            *[
                When(type__in=[t for t, k in KIND_OF.items() if k == kind], then=Value(kind.value))
                for kind in Kind
            ],
            default=Value(Kind.ASSOCIATION.value),
        ),
        output_field=models.CharField(max_length=15, choices=Kind.choices),
        db_persist=True,
    )
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    siret = models.CharField(_("SIRET"), max_length=14, blank=True)
    rna = models.CharField(_("RNA"), max_length=10, blank=True)
    home = models.ForeignKey(
        Place, models.PROTECT, related_name="organisations", verbose_name=_("municipality")
    )
    description = models.TextField(_("description"), max_length=2000, blank=True)
    website = models.URLField(_("website"), blank=True)
    staff_size = models.CharField(_("staff"), max_length=40, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=30, blank=True)
    modes = ArrayField(
        models.CharField(max_length=25, choices=Mode.choices), default=list, blank=True
    )
    capacity = models.PositiveSmallIntegerField(
        _("introductions at a time"), default=DEFAULT_CAPACITY
    )
    digest_rhythm = models.CharField(
        _("suggestions by e-mail"),
        max_length=10,
        choices=DigestRhythm.choices,
        default=DigestRhythm.WEEKLY,
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)  # when it last said what it does
    confirmed_at = models.DateTimeField(default=timezone.now)  # when somebody said it is right
    verification = models.CharField(
        max_length=12, choices=Verification.choices, default=Verification.UNVERIFIED
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    verification_note = models.CharField(max_length=300, blank=True)  # why it was refused
    source = models.CharField(max_length=40, default="signup")  # signup, demo, or an import's name
    source_ref = models.CharField(max_length=80, blank=True)
    is_fictitious = models.BooleanField(default=False)  # part of the demonstration
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    name_key = models.GeneratedField(
        expression=Plain(F("name")), output_field=models.CharField(max_length=260), db_persist=True
    )
    search = models.GeneratedField(
        expression=SearchVector(Plain(F("name")), config=Value("simple")),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["siret"], condition=~Q(siret=""), name="organisation_siret_once"
            ),
            models.UniqueConstraint(
                fields=["siren"],
                condition=~Q(siren="") & Q(siret=""),
                name="organisation_siren_once",
            ),
            models.UniqueConstraint(
                fields=["rna"], condition=~Q(rna=""), name="organisation_rna_once"
            ),
            # Without any identifier, the name and the municipality say who it is.
            models.UniqueConstraint(
                fields=["name_key", "home"],
                condition=Q(siren="", siret="", rna="", source_ref="") & ~Q(status=Status.CLOSED),
                name="organisation_name_once",
            ),
            models.UniqueConstraint(
                fields=["source", "source_ref"],
                condition=~Q(source_ref=""),
                name="organisation_source_once",
            ),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"), name="organisation_siren"
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__startswith=F("siren")), name="organisation_siret"
            ),
            models.CheckConstraint(
                condition=Q(type__in=OrganisationType.values), name="organisation_type"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="organisation_status"
            ),
            models.CheckConstraint(
                condition=(Q(verification=Verification.VERIFIED) & Q(verified_at__isnull=False))
                | (~Q(verification=Verification.VERIFIED)),
                name="organisation_verified",
            ),
            models.CheckConstraint(condition=Q(capacity__lte=50), name="organisation_capacity"),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(status=Status.PAUSED),
                name="organisation_paused_until",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="organisation_search"),
            models.Index(fields=["name_key", "id"], name="organisation_name"),
            models.Index(fields=["home", "kind"], name="organisation_home"),
            models.Index(fields=["-created_at", "-id"], name="organisation_newest"),
            models.Index(fields=["kind", "name_key", "id"], name="organisation_kind_name"),
            models.Index(
                fields=["name_key", "id"],
                condition=Q(verification=Verification.VERIFIED),
                name="organisation_verified_name",
            ),
            models.Index(fields=["siren"], condition=~Q(siren=""), name="organisation_by_siren"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The profile page."""
        return reverse("partnerships:organisation", args=[self.pk])

    @property
    def kind_label(self) -> str:
        """The world it belongs to, in the reader's language."""
        return str(Kind(self.kind).label)

    @property
    def is_stale(self) -> bool:
        """True when nobody has confirmed the profile for six months."""
        return is_stale(self.confirmed_at, now=timezone.now())

    @property
    def is_verified(self) -> bool:
        """True when the platform team has checked who it is."""
        return self.verification == Verification.VERIFIED
