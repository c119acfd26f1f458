"""The results of a complete evaluation: scores, gaps, evidence, and the answers side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from partnerships.evaluation import rules
from partnerships.evaluation.enums import (
    NOT_APPLICABLE,
    SCALE,
    Band,
    EvaluationState,
    Impact,
    QuestionKind,
)
from partnerships.evaluation.models import (
    AnswerSheet,
    Evaluation,
    Question,
    QuestionnaireAnswer,
    Score,
)
from partnerships.evaluation.rules import Given
from partnerships.organisations.models import Organisation
from phare_platform.lib.bilingual import reads_english

ITEM_COUNT = 6


@dataclass(frozen=True, kw_only=True)
class PartnerResult:
    """One partner's score of an impact; `value` is None below four answers."""

    organisation: Organisation
    value: Decimal | None
    answered: int
    evidence: float | None

    @property
    def shown(self) -> int | None:
        """The score as a whole number."""
        return _whole(self.value)


@dataclass(frozen=True, kw_only=True)
class ImpactResult:
    """The score of an impact with what it must be shown with. `evidence` is 0 to 1."""

    impact: str
    label: str
    value: Decimal | None
    band: Band | None
    gap: Decimal | None
    is_alert: bool
    answered: int
    evidence: float | None
    partners: list[PartnerResult]

    @property
    def shown(self) -> int | None:
        """The score as a whole number, the one that its band reads."""
        return _whole(self.value)

    @property
    def gap_shown(self) -> int | None:
        """The gap as a whole number."""
        return _whole(self.gap)

    @property
    def asked(self) -> int:
        """How many answers there could be."""
        return ITEM_COUNT * len(self.partners)


@dataclass(frozen=True, kw_only=True)
class AnswerLine:
    """A question with what each partner answered, in the order of the partners."""

    question: Question
    cells: list["Cell"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One partner's answer in words; `value` where it is one of the scale."""

    text: str
    value: int | None
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Results:
    """All that the page of results shows."""

    partners: list[Organisation]
    impacts: list[ImpactResult]
    items: list[AnswerLine]
    words: list[AnswerLine]
    balance: list[AnswerLine]
    context: list[AnswerLine]

    @property
    def alerts(self) -> list[ImpactResult]:
        """The impacts on which the partners are 25 points apart or more."""
        return [impact for impact in self.impacts if impact.is_alert]


def results_of(evaluation: Evaluation) -> Results | None:
    """The results, or None as long as a partner has not answered."""
    if evaluation.state != EvaluationState.COMPLETE:
        return None
    scores = list(
        Score.objects.filter(evaluation=evaluation).select_related("organisation").order_by("pk")
    )
    partners = list({s.organisation.pk: s.organisation for s in scores if s.organisation}.values())
    sheets = {
        sheet.organisation_id: {a.question_id: a for a in sheet.answers.all()}
        for sheet in AnswerSheet.objects.filter(
            evaluation=evaluation, organisation__in=partners
        ).prefetch_related("answers")
    }
    questions = list(Question.objects.order_by("order"))

    def lines(chosen: Iterable[Question]) -> list[AnswerLine]:
        return [_line(question, partners, sheets) for question in chosen]

    impacts = "".join(impact.value[0].upper() for impact in Impact)
    return Results(
        partners=partners,
        impacts=[_impact(impact, scores, partners, sheets) for impact in Impact],
        items=lines(q for q in questions if q.kind == QuestionKind.SCALE),
        words=lines(q for q in questions if q.kind == QuestionKind.OPEN and q.block in impacts),
        balance=lines(q for q in questions if q.block == "B"),
        context=lines(q for q in questions if q.block == "C"),
    )


Sheets = dict[int, dict[str, QuestionnaireAnswer]]


def _impact(
    impact: Impact, scores: list[Score], partners: list[Organisation], sheets: Sheets
) -> ImpactResult:
    here = {s.organisation_id: s for s in scores if s.impact == impact}
    whole = here[None]
    given = {o.pk: _strengths(impact, sheets[o.pk]) for o in partners}
    return ImpactResult(
        impact=impact.value,
        label=str(impact.label),
        value=whole.value,
        band=rules.band(whole.value),
        gap=whole.gap,
        is_alert=rules.is_alert(whole.gap),
        answered=whole.answered_count,
        evidence=_share(rules.evidence_rate(a for answers in given.values() for a in answers)),
        partners=[
            PartnerResult(
                organisation=o,
                value=here[o.pk].value,
                answered=here[o.pk].answered_count,
                evidence=_share(rules.evidence_rate(given[o.pk])),
            )
            for o in partners
        ],
    )


def _strengths(impact: Impact, answers: dict[str, QuestionnaireAnswer]) -> list[Given]:
    items = [answers[item] for item in rules.ITEMS[impact] if item in answers]
    return [Given(value=a.value, evidence=a.evidence) for a in items]


def _whole(score: Decimal | None) -> int | None:
    return None if score is None else rules.as_shown(score)


def _share(rate: Fraction | None) -> float | None:
    return None if rate is None else float(rate)


def _line(question: Question, partners: list[Organisation], sheets: Sheets) -> AnswerLine:
    cells = [_cell(question, sheets[o.pk].get(question.code)) for o in partners]
    return AnswerLine(question=question, cells=cells)


def _cell(question: Question, answer: QuestionnaireAnswer | None) -> Cell:
    if answer is None:
        return Cell(text="", value=None, evidence="")
    return Cell(text=answer_text(question, answer), value=answer.value, evidence=answer.evidence)


def answer_text(question: Question, answer: QuestionnaireAnswer) -> str:
    """An answer in the reader's language; empty when nothing was said."""
    if question.kind == QuestionKind.SCALE:
        key = NOT_APPLICABLE if answer.not_applicable else str(answer.value)
        return str(dict(SCALE).get(key, ""))
    if question.kind == QuestionKind.NUMBER:
        return "" if answer.number is None else f"{answer.number.normalize():f}"
    if question.kind == QuestionKind.OPEN:
        return answer.text
    label = 2 if reads_english() else 1
    labels = {choice[0]: choice[label] for choice in question.choices}
    return ", ".join(labels[code] for code in answer.codes if code in labels)
