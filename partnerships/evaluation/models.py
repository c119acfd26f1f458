"""The questionnaire, each partner's answers, and the scores."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.evaluation.enums import EvaluationState, Impact, QuestionKind
from partnerships.lifecycle.models import Partnership
from partnerships.organisations.models import Organisation
from phare_platform.lib.bilingual import Bilingual


class Question(Bilingual, models.Model):
    """A question of the register's questionnaire (C1…B5)."""

    code = models.CharField(max_length=3, primary_key=True)
    block = models.CharField(max_length=1)
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=QuestionKind.choices)
    text_fr = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    evidence_fr = models.CharField(max_length=200, blank=True)
    evidence_en = models.CharField(max_length=200, blank=True)
    choices = models.JSONField(default=list)  # [[code, fr, en], …]

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        """The question, in the reader's language."""
        return self._read("text")

    @property
    def evidence(self) -> str:
        """The evidence asked behind a strong answer, in the reader's language."""
        return self._read("evidence")


class Evaluation(models.Model):
    """One evaluation of a partnership; at most one is open at a time."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="evaluations")
    state = models.CharField(
        max_length=10, choices=EvaluationState.choices, default=EvaluationState.OPEN
    )
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(state="open"), name="evaluation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", completed_at=None)
                | Q(state="complete", completed_at__isnull=False),
                name="evaluation_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id}: {self.state}"


class AnswerSheet(models.Model):
    """One partner's answers, given alone; drafts until submitted, then fixed."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="sheets")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="answer_sheets")
    respondent = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "organisation"], name="sheet_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.evaluation_id}"


class QuestionnaireAnswer(models.Model):
    """The answer to one question: a value on the scale, a number, codes or words."""

    sheet = models.ForeignKey(AnswerSheet, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(null=True)
    not_applicable = models.BooleanField(default=False)
    number = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    codes = models.JSONField(default=list)
    text = models.TextField(max_length=2000, blank=True)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet", "question"], name="answer_once"),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__range=(0, 4), not_applicable=False),
                name="answer_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} of sheet {self.sheet_id}"


class Score(models.Model):
    """A score of 0 to 100 for one impact: of one partner, or the mean (`organisation` empty)."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="scores")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    impact = models.CharField(max_length=12, choices=Impact.choices)
    value = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    answered_count = models.PositiveSmallIntegerField()
    gap = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "organisation", "impact"],
                nulls_distinct=False,
                name="score_once",
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__range=(0, 100)), name="score_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.impact}: {self.value}"
