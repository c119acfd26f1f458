"""Who was asked, what was measured, and how sure a figure is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Actor(models.TextChoices):
    """Whose view a figure gives."""

    CITIZEN = "citizen", _("Citizens")
    COMPANY = "company", _("Companies")
    ASSOCIATION = "association", _("Associations")
    MAYOR = "mayor", _("Mayors (institutions)")


class FigureStatus(models.TextChoices):
    """How a figure of the register is known; shown beside it unless confirmed."""

    CONFIRMED = "confirmed", _("Confirmed by a source document")
    WEB_ONLY = "web_only", _("Web only")
    INFERRED = "inferred", _("Inferred")
    INFERRED_LAYOUT = "inferred_layout", _("Inferred from the layout")
    AMBIGUOUS = "ambiguous", _("Ambiguous")
    CONFLICT = "conflict", _("Conflicting")
    PROPOSED = "proposed", _("Proposed here")
    NOT_FOUND = "not_found", _("Not found")
    REJECTED = "rejected", _("Rejected")
    RECONCILED = "reconciled", _("Reconciled")
