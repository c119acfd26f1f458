"""What pages and the API read of evaluations; nothing here writes."""

from partnerships.evaluation.queries.answers import (
    Answerer,
    QuestionBlock,
    answerers_of,
    given_in,
    has_answered,
    questionnaire,
    start_for,
)
from partnerships.evaluation.queries.export import export_header, export_rows
from partnerships.evaluation.queries.results import (
    AnswerLine,
    ImpactResult,
    PartnerResult,
    Results,
    results_of,
)

__all__ = [
    "AnswerLine",
    "Answerer",
    "ImpactResult",
    "PartnerResult",
    "QuestionBlock",
    "Results",
    "answerers_of",
    "export_header",
    "export_rows",
    "given_in",
    "has_answered",
    "questionnaire",
    "results_of",
    "start_for",
]
