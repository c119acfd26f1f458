"""The last two partners send at the same moment: the scores are computed, once."""

import pytest

from partnerships.evaluation.models import AnswerSheet, Evaluation, Score
from partnerships.evaluation.services import save_answers, submit_answers
from partnerships.lifecycle.models import PartnershipEvent
from phare_platform.lib.errors import Conflict, Refusal
from tests.partnerships.evaluation.answers import OF_A, OF_B, given
from tests.partnerships.lifecycle.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_partners_who_send_at_once_complete_it_once(evaluation, workshops, rides, alice, bob):
    results = at_once(
        lambda: submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice),
        lambda: submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob),
    )
    assert not any(isinstance(r, Refusal) for r in results)
    assert Evaluation.objects.get().state == "complete"
    assert Score.objects.count() == 9
    assert PartnershipEvent.objects.filter(data__what="complete").count() == 1


def test_two_colleagues_who_send_at_once_send_one_sheet(evaluation, workshops, alice, rita):
    save_answers(evaluation, organisation=workshops, answers=given(OF_B), by=alice)
    results = at_once(
        *[
            lambda by=by: submit_answers(
                evaluation, organisation=workshops, answers=given(OF_A), by=by
            )
            for by in (alice, rita)
        ]
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert AnswerSheet.objects.count() == 1
    assert PartnershipEvent.objects.filter(data__what="answered").count() == 1
