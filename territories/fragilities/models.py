"""The sixteen domains of fragility and the priorities of territories."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phare_platform.lib.bilingual import Bilingual
from territories.fragilities.enums import Axis, PrioritySource
from territories.places.models import Place


class Domain(Bilingual, models.Model):
    """One of the sixteen subjects used to describe fragilities. `number` is 1 to 16 (D01…D16)."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    code = models.SlugField(max_length=40, unique=True)
    axis = models.CharField(max_length=15, choices=Axis.choices)
    label_fr = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80)
    short_fr = models.CharField(max_length=40)
    short_en = models.CharField(max_length=40)
    aliases = ArrayField(models.CharField(max_length=80), default=list)
    status = models.CharField(max_length=20, default="confirmed")
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.CheckConstraint(condition=Q(number__range=(1, 16)), name="domain_number"),
            models.CheckConstraint(condition=Q(axis__in=Axis.values), name="domain_axis"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def identifier(self) -> str:
        """The register's stable key: `D01` to `D16`."""
        return f"D{self.number:02}"

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self._read("label")

    @property
    def short(self) -> str:
        """A name short enough for a ray of the rose, in the reader's language."""
        return self._read("short")


class Priority(models.Model):
    """A domain that comes `rank`-th on a territory (1: first), and who says so."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="priorities")
    domain = models.ForeignKey(Domain, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=PrioritySource.choices)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    stated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = [
            models.UniqueConstraint(fields=["place", "domain"], name="priority_domain_once"),
            models.UniqueConstraint(
                fields=["place", "rank"],
                name="priority_rank_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(rank__range=(1, 16)), name="priority_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.domain_id} #{self.rank}"
