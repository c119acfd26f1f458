"""Evaluations in the API: who has answered, one's own answers, and the scores once complete."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.evaluation import access, queries, rules, services
from partnerships.evaluation.enums import EvaluationState
from partnerships.evaluation.models import (
    AnswerSheet,
    Evaluation,
    Question,
    QuestionnaireAnswer,
    Score,
)
from phare_platform.accounts.models import User


class GivenSerializer(serializers.Serializer[Any]):
    """The answer to one question; give the part that its kind asks for."""

    value = serializers.IntegerField(required=False, allow_null=True, default=None)
    not_applicable = serializers.BooleanField(required=False, default=False)
    number = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal(0),
        required=False,
        allow_null=True,
        default=None,
    )
    codes = serializers.ListField(
        child=serializers.CharField(max_length=30), required=False, default=list, max_length=20
    )
    text = serializers.CharField(
        max_length=rules.MOST_TEXT, required=False, allow_blank=True, default=""
    )
    evidence = serializers.CharField(
        max_length=rules.MOST_EVIDENCE, required=False, allow_blank=True, default=""
    )


class AnswersSerializer(serializers.Serializer[Any]):
    """A partner's answers by question; `submit` sends them, for good."""

    organisation = serializers.IntegerField()
    answers = serializers.DictField(child=GivenSerializer())
    submit = serializers.BooleanField(default=False)

    def validate_answers(self, value: dict[str, dict[str, Any]]) -> dict[str, rules.Given]:
        """Each answer as its question takes it; the questions at fault are named."""
        questions = Question.objects.in_bulk(value)
        given = {c: rules.Given(**{**a, "codes": tuple(a["codes"])}) for c, a in value.items()}
        faults = {
            code: fault
            for code, answer in given.items()
            if (fault := _fault(questions.get(code), answer))
        }
        if faults:
            raise ValidationError(faults)
        return given


def _fault(question: Question | None, given: rules.Given) -> str:
    if question is None:
        return _("There is no such question.")
    choices = [choice[0] for choice in question.choices]
    if rules.fault(question.kind, rules.only_what_counts(question.kind, given), choices):
        return _("This answer is not one of those possible.")
    return ""


class AnswererSerializer(serializers.Serializer[Any]):
    """A partner and when it sent its answers."""

    organisation = serializers.IntegerField(source="organisation.pk")
    name = serializers.CharField(source="organisation.name")
    submitted_at = serializers.DateTimeField(allow_null=True)


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """A score of 0 to 100; `organisation` is null for the partnership as a whole."""

    class Meta:
        model = Score
        fields = ["impact", "organisation", "value", "answered_count", "gap"]


class AnswerSerializer(serializers.ModelSerializer[QuestionnaireAnswer]):
    """One answer."""

    class Meta:
        model = QuestionnaireAnswer
        fields = ["question", "value", "not_applicable", "number", "codes", "text", "evidence"]


class SheetSerializer(serializers.ModelSerializer[AnswerSheet]):
    """One partner's answers."""

    answers = AnswerSerializer(many=True)

    class Meta:
        model = AnswerSheet
        fields = ["organisation", "saved_at", "submitted_at", "answers"]


class EvaluationSerializer(serializers.ModelSerializer[Evaluation]):
    """An evaluation; the scores are empty until every partner has answered."""

    partners = serializers.SerializerMethodField()
    scores = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields = ["id", "partnership", "state", "opened_at", "completed_at", "partners", "scores"]

    @extend_schema_field(AnswererSerializer(many=True))
    def get_partners(self, evaluation: Evaluation) -> Iterable[Any]:
        """Who has answered, and when."""
        return AnswererSerializer(queries.answerers_of(evaluation), many=True).data

    @extend_schema_field(ScoreSerializer(many=True))
    def get_scores(self, evaluation: Evaluation) -> Iterable[Any]:
        """The scores by impact: each partner's, then that of the partnership with the gap."""
        scores = [score for score in evaluation.scores.all() if self._readable(evaluation)]
        return ScoreSerializer(scores, many=True).data

    def _readable(self, evaluation: Evaluation) -> bool:
        return evaluation.state == EvaluationState.COMPLETE


class EvaluationViewSet(viewsets.ReadOnlyModelViewSet[Evaluation]):
    """The evaluations of the partnerships you may read."""

    serializer_class = EvaluationSerializer
    filterset_fields = ["partnership", "state"]
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Evaluation]:
        """The latest first."""
        seen = access.visible_to(self.request.user).select_related("partnership")
        return seen.prefetch_related("scores").order_by("-opened_at", "-pk")

    @extend_schema(
        summary="Answers you may read", methods=["GET"], responses=SheetSerializer(many=True)
    )
    @extend_schema(
        summary="Save or send a partner's answers",
        methods=["PUT"],
        request=AnswersSerializer,
        responses=SheetSerializer,
    )
    @action(detail=True, methods=["get", "put"], pagination_class=None, filterset_fields=None)
    def answers(self, request: Request, pk: str) -> Response:
        """Your own answers, and everybody's once complete; PUT saves a draft or sends it."""
        evaluation = self.get_object()
        if request.method == "GET":
            sheets = access.readable_sheets(request.user, evaluation).prefetch_related("answers")
            return Response(SheetSerializer(sheets.order_by("pk"), many=True).data)
        given = AnswersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        organisation = (
            access.voices(request.user, evaluation).filter(pk=data["organisation"]).first()
        )
        if organisation is None:
            raise Http404
        service = services.submit_answers if data["submit"] else services.save_answers
        sheet = service(
            evaluation,
            organisation=organisation,
            answers=data["answers"],
            by=cast(User, request.user),
        )
        return Response(SheetSerializer(sheet).data)


ROUTES: list[tuple[str, Any, str]] = [("evaluations", EvaluationViewSet, "evaluation")]
