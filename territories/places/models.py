"""Places of the official geographic code, and which lies within which."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from phare_platform.lib.text import Plain
from territories.places.enums import SLUGS, Level, PositionSource

# `Paris` is the department before the municipality.
SIZE = Case(
    *(When(level=level, then=Value(rank)) for rank, level in enumerate(Level.values)),
    output_field=models.IntegerField(),
)


class PlaceQuerySet(models.QuerySet["Place"]):
    """Words for choosing places."""

    def at(self, *levels: Level) -> Self:
        """Only places of these levels."""
        return self.filter(level__in=levels)

    def identified(self, identifier: str) -> Self:
        """The place that `level:code` names (`municipality:86194`), or nothing."""
        level, _, code = identifier.partition(":")
        return self.filter(level=level, code=code.upper())

    def by_size(self) -> Self:
        """The bigger levels first, then by name."""
        return self.order_by(SIZE, "name_key", "code")

    def within(self, place: "Place") -> Self:
        """The place itself and everything that lies, even partly, inside it."""
        return self.filter(Q(pk=place.pk) | Q(containers__outer=place))

    def around(self, place: "Place") -> Self:
        """The place itself and everything it lies in, even partly."""
        return self.filter(Q(pk=place.pk) | Q(contents__inner=place))


class Place(models.Model):
    """A country, region, department, intermunicipality (EPCI) or municipality (commune).

    `code` is the official one: `FR`, INSEE codes, the SIREN for an intermunicipality.
    `parent` is the place directly above: country < region < department < municipality; for an
    intermunicipality, the department where most of its people live. All containers, including
    each department and region that an intermunicipality straddles, are in `Containment`.
    """

    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    code = models.CharField(_("code"), max_length=10)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(
        max_length=10, blank=True
    )  # CC, CA, CU, METRO… for an intermunicipality
    siren = models.CharField(max_length=9, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    intermunicipality = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="municipalities"
    )
    postcodes = ArrayField(models.CharField(max_length=5), default=list)
    # Merged communes and the districts of Paris, Lyon and Marseille: old files and old habits.
    former_codes = ArrayField(models.CharField(max_length=5), default=list)
    former_names = models.TextField(blank=True)
    population = models.PositiveIntegerField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    position_source = models.CharField(
        max_length=20, choices=PositionSource.choices, default=PositionSource.NONE
    )
    name_key = models.GeneratedField(
        expression=Plain(F("name")), output_field=models.CharField(max_length=160), db_persist=True
    )
    search = models.GeneratedField(
        expression=SearchVector(Plain(F("name")), config=Value("simple"), weight="A")
        + SearchVector(Plain(F("former_names")), config=Value("simple"), weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(fields=["level", "code"], name="place_code_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="place_level"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None) | Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="place_position",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="place_search"),
            GinIndex(fields=["postcodes"], name="place_postcodes"),
            GinIndex(fields=["former_codes"], name="place_former_codes"),
            models.Index(OpClass(F("name_key"), name="text_pattern_ops"), name="place_name_prefix"),
            models.Index(fields=["code"], name="place_code"),
            models.Index(fields=["siren"], name="place_siren"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def identifier(self) -> str:
        """What names it in forms and the API: a code alone may be a region's or a department's."""
        return f"{self.level}:{self.code}"

    def get_absolute_url(self) -> str:
        """The public page of this territory."""
        return reverse("territory", args=[SLUGS[Level(self.level)], self.code])


class Containment(models.Model):
    """`inner` lies in `outer`, wholly or in part: the closed relation over all levels.

    A municipality lies in its intermunicipality, department, region and country. An
    intermunicipality lies in each department and region where it has a municipality.
    """

    # The index of the unique constraint serves `inner` as well.
    inner = models.ForeignKey(Place, models.CASCADE, related_name="containers", db_index=False)
    outer = models.ForeignKey(Place, models.CASCADE, related_name="contents")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inner", "outer"], name="containment_once"),
            models.CheckConstraint(condition=~Q(inner=F("outer")), name="containment_strict"),
        ]

    def __str__(self) -> str:
        return f"{self.inner_id} < {self.outer_id}"


class LoadedFile(models.Model):
    """The fingerprint of a reference file already loaded, so that a second start is quick."""

    name = models.CharField(max_length=80, primary_key=True)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
