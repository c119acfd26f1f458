"""Every write on evaluations: the questionnaire, the answers, the scores."""

from partnerships.evaluation.services.answers import save_answers, submit_answers
from partnerships.evaluation.services.evaluations import (
    complete_evaluation,
    load_questionnaire,
    open_evaluation,
)

__all__ = [
    "complete_evaluation",
    "load_questionnaire",
    "open_evaluation",
    "save_answers",
    "submit_answers",
]
