"""What organisations declare: fragilities, means, territories where they act."""

from django.db import models
from django.db.models import Q

from partnerships.organisations.enums import Level, Resource, ResourceSide, Side
from partnerships.organisations.models.organisation import Organisation
from territories.fragilities.models import Domain
from territories.places.models import Place


class Declaration(models.Model):
    """A fragility that an organisation acts on, or seeks help on, and how much it counts."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="declarations")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="declarations")
    side = models.CharField(max_length=5, choices=Side.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.IMPORTANT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "side", "domain"], name="declaration_once"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="declaration_level"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="declaration_side"),
        ]
        indexes = [models.Index(fields=["domain", "side"], name="declaration_domain")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.side} D{self.domain_id:02}"


class ResourceDeclaration(models.Model):
    """A kind of means that an organisation offers or needs, with a few words."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="resources")
    resource = models.CharField(max_length=25, choices=Resource.choices)
    side = models.CharField(max_length=5, choices=ResourceSide.choices)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "side", "resource"], name="resource_once"
            ),
            models.CheckConstraint(condition=Q(resource__in=Resource.values), name="resource_kind"),
            models.CheckConstraint(condition=Q(side__in=ResourceSide.values), name="resource_side"),
        ]
        indexes = [models.Index(fields=["resource", "side"], name="resource_by_kind")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.side} {self.resource}"


class AreaOfAction(models.Model):
    """A territory where the organisation works: 1 to 12 of any level."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="areas")
    place = models.ForeignKey(Place, models.PROTECT, related_name="areas")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "place"], name="area_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.place_id}"
