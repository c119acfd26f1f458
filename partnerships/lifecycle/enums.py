"""Stages, reasons and kinds of events in the life of a partnership."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Prepare, accompany, evaluate; then closed, or ended with a reason at any time."""

    PREPARE = "prepare", _("Prepare")
    ACCOMPANY = "accompany", _("Accompany")
    EVALUATE = "evaluate", _("Evaluate")
    CLOSED = "closed", _("Closed")
    ENDED = "ended", _("Ended")


class EndReason(models.TextChoices):
    """Why a partnership stopped before its evaluation."""

    NO_TIME = "no_time", _("lack of time")
    NO_MEANS = "no_means", _("lack of means")
    DISAGREEMENT = "disagreement", _("disagreement")
    CONTACT_LEFT = "contact_left", _("departure of a contact")
    NEED_GONE = "need_gone", _("the need is gone")
    OTHER = "other", _("other reason")


class ClosingDecision(models.TextChoices):
    """What partners decide after the evaluation (questionnaire, B5)."""

    RENEW = "renew", _("renew")
    DEEPEN = "deepen", _("deepen")
    CHANGE_FORM = "change_form", _("change form")
    SCALE = "scale", _("scale")
    CLOSE = "close", _("close")


class PointState(models.TextChoices):
    """Where a checklist point stands."""

    TODO = "todo", _("to do")
    DONE = "done", _("done")
    NOT_RELEVANT = "not_relevant", _("not relevant")


class EventKind(models.TextChoices):
    """What the timeline tells."""

    OPENED = "opened", _("partnership opened")
    STAGE_CHANGED = "stage_changed", _("stage changed")
    EDITED = "edited", _("description changed")
    POINT_CHANGED = "point_changed", _("checklist point")
    PARTNER_INVITED = "partner_invited", _("partner invited")
    PARTNER_JOINED = "partner_joined", _("partner joined")
    PARTNER_LEFT = "partner_left", _("partner left")
    FACILITATOR_NAMED = "facilitator_named", _("facilitator named")
    NOTE = "note", _("note")
    EVALUATION = "evaluation", _("evaluation")
