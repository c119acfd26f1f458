"""Who must not be suggested to whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.lifecycle.enums import ClosingDecision, EndReason, Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries import exclusions
from partnerships.matching.queries.exclusions import excluded_with
from tests.partnerships.matching.country import build_country, put
from tests.partnerships.matching.world import profile

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def organisations(db):
    build_country()
    for pk in range(1, 7):
        put(profile(pk, areas=[11]))


def partnership(*members, left=(), **fields):
    made = Partnership.objects.create(title="Together", place_id=11, **fields)
    for pk in members:
        Partner.objects.create(
            partnership=made, organisation_id=pk, left_at=NOW if pk in left else None
        )
    return made


def introduce(first, second, state):
    accepted = NOW if state == IntroductionState.ACCEPTED else None
    Introduction.objects.create(
        first_id=first,
        second_id=second,
        state=state,
        expires_at=NOW + timedelta(days=10),
        first_accepted_at=accepted,
        second_accepted_at=accepted,
        answered_at=None if state == IntroductionState.OPEN else NOW,
    )


def test_partners_of_a_running_partnership_are_excluded():
    partnership(3, 1, 2)
    partnership(4, 5, left=[5])
    done = {"finished_at": NOW, "accompany_at": NOW, "evaluate_at": NOW}
    partnership(5, 6, stage=Stage.CLOSED, decision=ClosingDecision.CLOSE, **done)
    partnership(4, 6, stage=Stage.ENDED, end_reason=EndReason.OTHER, finished_at=NOW)
    assert exclusions() == {(1, 2), (1, 3), (2, 3)}


def test_one_no_is_enough():
    for organisation, other, kind in ((5, 2, "declined"), (1, 3, "interested")):
        SuggestionAnswer.objects.create(
            organisation_id=organisation, other_id=other, kind=AnswerKind(kind)
        )
    SuggestionAnswer.objects.create(
        organisation_id=1, other_id=4, kind=AnswerKind.LATER, hidden_until=NOW
    )
    assert exclusions() == {(2, 5)}


def test_introduced_pairs_are_excluded_while_open_and_once_accepted():
    introduce(1, 2, IntroductionState.OPEN)
    introduce(3, 4, IntroductionState.ACCEPTED)
    introduce(5, 6, IntroductionState.EXPIRED)
    introduce(1, 6, IntroductionState.DECLINED)
    assert exclusions() == {(1, 2), (3, 4)}


def test_of_some_organisations_come_those_that_each_must_not_meet():
    partnership(1, 2, 3, left=[2])
    partnership(1, 6, stage=Stage.ENDED, end_reason=EndReason.OTHER, finished_at=NOW)
    partnership(1, 5)
    introduce(4, 5, IntroductionState.OPEN)
    introduce(2, 4, IntroductionState.EXPIRED)
    SuggestionAnswer.objects.create(organisation_id=6, other_id=4, kind=AnswerKind.DECLINED)
    SuggestionAnswer.objects.create(organisation_id=4, other_id=3, kind=AnswerKind.INTERESTED)
    assert excluded_with([4, 1]) == {4: {5, 6}, 1: {3, 5}}
    assert excluded_with([]) == {}
    everyone = excluded_with(range(1, 7))
    assert {(min(a, b), max(a, b)) for a in everyone for b in everyone[a]} == exclusions()
