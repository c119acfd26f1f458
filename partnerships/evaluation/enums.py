"""Impacts, blocks and kinds of questions of the partnership evaluation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Impact(models.TextChoices):
    """What a partnership produces, in three scores."""

    INNOVATION = "innovation", _("Innovation")
    PERFORMANCE = "performance", _("Performance")
    TRUST = "trust", _("Trust")


class EvaluationState(models.TextChoices):
    """Open while partners answer alone; complete once read together."""

    OPEN = "open", _("being answered")
    COMPLETE = "complete", _("complete")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    CHOICE = "choice", _("one choice")
    MULTI = "multi", _("several choices")
    NUMBER = "number", _("number")
    RANK = "rank", _("ranking")
    SCALE = "scale_0_4", _("0 to 4")
    OPEN = "open", _("free text")


class Band(models.TextChoices):
    """How a score is read; the limits are a proposal of this project (`rules.band`)."""

    WEAK = "weak", _("weak")
    PARTIAL = "partial", _("partial")
    GOOD = "good", _("good")
    STRONG = "strong", _("strong")


class Block(models.TextChoices):
    """The parts of the questionnaire, in their order."""

    CONTEXT = "C", _("Context")
    INNOVATION = "I", _("Innovation")
    PERFORMANCE = "P", _("Performance")
    TRUST = "T", _("Trust")
    BALANCE = "B", _("Balance and recognition")


NOT_APPLICABLE = "NA"
# The labels of `partnerships/data/questionnaire_scale.csv`.
SCALE = [
    ("0", _("Not at all")),
    ("1", _("A little")),
    ("2", _("Partly")),
    ("3", _("Largely")),
    ("4", _("Fully")),
    (NOT_APPLICABLE, _("Not relevant or I do not know")),
]
