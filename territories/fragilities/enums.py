"""The four axes of fragility."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Axis(models.TextChoices):
    """Four families of domains, in the order of the rose."""

    ECONOMIC = "economic", _("Economic")
    SOCIAL = "social", _("Social")
    SOCIETAL = "societal", _("Societal")
    ENVIRONMENTAL = "environmental", _("Environmental")


class PrioritySource(models.TextChoices):
    """Who says that a domain comes first on a territory."""

    ANIMATOR = "animator", _("stated by the territory")
    DIAGNOSIS = "diagnosis", _("territorial diagnosis")
    DEMONSTRATION = "demonstration", _("demonstration")
