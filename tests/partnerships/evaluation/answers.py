"""Answers for the tests, and a partnership at its evaluation."""

from partnerships.evaluation.models import Evaluation
from partnerships.evaluation.rules import ITEMS, Given
from tests.partnerships.lifecycle.cast import lead_to

ALL_ITEMS = [code for codes in ITEMS.values() for code in codes]
# The register's worked example for innovation; the two other impacts agree.
OF_A = dict(zip(ALL_ITEMS, [4, 3, 2, 3, 2, None] + [3] * 6 + [4] * 6, strict=True))
OF_B = dict(zip(ALL_ITEMS, [2, 2, 1, 3, 2, 2] + [3] * 6 + [1] * 6, strict=True))


def given(values, **more):
    answers = {
        code: Given(value=value, not_applicable=value is None) for code, value in values.items()
    }
    return answers | more


def posted(values, **more):
    """The same as a browser sends it."""
    data = {code: "NA" if value is None else str(value) for code, value in values.items()}
    return data | more


def evaluation_of(partnership, by):
    lead_to(partnership, "evaluate", by=by)
    return Evaluation.objects.select_related("partnership").get(partnership=partnership)
