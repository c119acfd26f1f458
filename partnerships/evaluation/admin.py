"""The team's view of evaluations: who has answered and the scores; answers stay the partners'."""

from django.contrib import admin

from partnerships.evaluation.models import AnswerSheet, Evaluation, Question, Score
from phare_platform.lib.admin import ReadOnly


class SheetInline(ReadOnly, admin.TabularInline[AnswerSheet, Evaluation]):
    """Who has answered, not what."""

    model = AnswerSheet
    fields = ["organisation", "respondent", "saved_at", "submitted_at"]
    extra = 0


class ScoreInline(ReadOnly, admin.TabularInline[Score, Evaluation]):
    """The scores, there once everyone has answered."""

    model = Score
    fields = ["impact", "organisation", "value", "answered_count", "gap"]
    extra = 0


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnly, admin.ModelAdmin[Evaluation]):
    """Find an evaluation and see how far it is."""

    list_display = ["partnership", "state", "opened_at", "completed_at"]
    list_filter = ["state"]
    list_select_related = ["partnership"]
    search_fields = ["partnership__title"]
    inlines = [SheetInline, ScoreInline]
    list_per_page = 50


@admin.register(Question)
class QuestionAdmin(ReadOnly, admin.ModelAdmin[Question]):
    """The register's questionnaire, loaded from its file."""

    list_display = ["code", "block", "kind", "text_fr"]
    list_filter = ["block", "kind"]
    list_per_page = 50
