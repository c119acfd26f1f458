"""Levels of place in the French official geography."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """From the country to the municipality; `intermunicipality` may straddle departments."""

    COUNTRY = "country", _("Country")
    REGION = "region", _("Region")
    DEPARTMENT = "department", _("Department")
    INTERMUNICIPALITY = "intermunicipality", _("Intermunicipality")
    MUNICIPALITY = "municipality", _("Municipality")


class PositionSource(models.TextChoices):
    """Where a place's coordinates come from."""

    GEONAMES = "geonames", _("GeoNames")
    POSTCODE_MEAN = "postcode_mean", _("mean of its postcode")
    INTERMUNICIPALITY_MEAN = "epci_mean", _("mean of the intermunicipality")
    DEPARTMENT_MEAN = "department_mean", _("mean of the department")
    MEAN = "mean", _("mean of its municipalities, by population")
    OFFICIAL = "official", _("official centroid")
    NONE = "none", _("unknown")


# Slugs of levels in page addresses, which are in French.
SLUGS = {
    Level.COUNTRY: "pays",
    Level.REGION: "region",
    Level.DEPARTMENT: "departement",
    Level.INTERMUNICIPALITY: "intercommunalite",
    Level.MUNICIPALITY: "commune",
}
LEVEL_BY_SLUG = {slug: level for level, slug in SLUGS.items()}
