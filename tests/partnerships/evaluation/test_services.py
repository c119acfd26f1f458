"""Opening, answering alone, and the scores that the last answer brings."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from partnerships.evaluation.models import (
    AnswerSheet,
    Evaluation,
    Question,
    QuestionnaireAnswer,
    Score,
)
from partnerships.evaluation.rules import Given
from partnerships.evaluation.services import (
    complete_evaluation,
    load_questionnaire,
    open_evaluation,
    save_answers,
    submit_answers,
)
from partnerships.lifecycle.models import PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import (
    add_partner,
    agree_to_partnership,
    end_partnership,
    remove_partner,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from tests.partnerships.evaluation.answers import OF_A, OF_B, evaluation_of, given
from tests.partnerships.lifecycle.cast import fresh

pytestmark = pytest.mark.django_db


def test_the_stage_evaluate_opens_one_evaluation_and_asks_both_sides(evaluation, alice, bob):
    asked = Message.objects.filter(kind="evaluation")
    assert set(asked.values_list("to", flat=True)) == {alice.email, bob.email}
    assert f"/partenariats/{evaluation.partnership_id}/evaluation/repondre/" in asked.first().text
    again = open_evaluation(evaluation.partnership, by=alice)
    assert again == evaluation
    assert asked.count() == 2
    told = PartnershipEvent.objects.filter(kind="evaluation")
    assert [event.data["what"] for event in told] == ["opened"]


def test_a_draft_keeps_what_is_given_and_changes_what_is_given_again(evaluation, workshops, alice):
    save_answers(
        evaluation, organisation=workshops, by=alice,
        answers={"I1": Given(value=4, evidence="Fiche"), "B1": Given(number=Decimal(12))},
    )  # fmt: skip
    save_answers(evaluation, organisation=workshops, answers={"I1": Given(value=2)}, by=alice)
    answers = {a.question_id: a for a in QuestionnaireAnswer.objects.all()}
    assert (answers["I1"].value, answers["I1"].evidence) == (2, "")
    assert answers["B1"].number == 12
    assert AnswerSheet.objects.get().respondent == alice


def test_when_all_have_answered_the_scores_are_those_of_the_register(
    evaluation, workshops, rides, alice, bob, partnership
):
    submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    assert not Score.objects.exists()
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    scores = {(s.impact, s.organisation): s for s in Score.objects.all()}
    assert scores["innovation", workshops].value == 70
    assert scores["innovation", workshops].answered_count == 5
    assert scores["innovation", rides].value == 50
    whole = scores["innovation", None]
    assert (whole.value, whole.gap, whole.answered_count) == (60, 20, 11)
    assert (scores["trust", None].gap, scores["performance", None].gap) == (75, 0)
    assert Evaluation.objects.get().state == "complete"


def test_completing_settles_the_points_and_tells_the_others(
    evaluation, workshops, rides, alice, bob, fanny, partnership
):
    submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    Message.objects.all().delete()
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    points = dict(PointAnswer.objects.values_list("point", "state"))
    assert (points["EV06"], points["EV07"]) == ("done", "done")
    assert set(Message.objects.values_list("to", flat=True)) == {alice.email, fanny.email}
    told = PartnershipEvent.objects.filter(kind="evaluation").order_by("pk")
    assert [e.data["what"] for e in told] == ["opened", "answered", "answered", "complete"]
    assert complete_evaluation(evaluation, by=fanny) is False
    assert Score.objects.count() == 9


def test_what_is_sent_is_fixed(evaluation, workshops, alice):
    submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    for service in (save_answers, submit_answers):
        with pytest.raises(Conflict) as refused:
            service(evaluation, organisation=workshops, answers=given(OF_B), by=alice)
        assert refused.value.code == "answers_sent"
    assert QuestionnaireAnswer.objects.get(question="I1").value == 4


def test_sending_needs_an_answer_to_every_item(evaluation, workshops, alice):
    answers = given(OF_A)
    del answers["T6"]
    with pytest.raises(Refusal) as refused:
        submit_answers(evaluation, organisation=workshops, answers=answers, by=alice)
    assert refused.value.code == "answers_missing"
    assert "T6" in str(refused.value)
    assert not AnswerSheet.objects.exists()


def test_a_draft_completed_by_the_last_answers_can_be_sent(evaluation, workshops, alice):
    save_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    sheet = submit_answers(evaluation, organisation=workshops, answers={}, by=alice)
    assert sheet.submitted_at is not None


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"Z9": Given(value=1)}, "unknown_question"),
        ({"I1": Given(value=9)}, "answer_refused"),
        ({"C1": Given(codes=("alien",))}, "answer_refused"),
        ({"B1": Given(number=Decimal(-3))}, "answer_refused"),
    ],
)
def test_an_impossible_answer_is_refused_and_nothing_is_kept(
    evaluation, workshops, alice, answers, rule
):
    with pytest.raises(Refusal) as refused:
        save_answers(
            evaluation, organisation=workshops, answers={"I2": Given(value=1), **answers}, by=alice
        )
    assert refused.value.code == rule
    assert not QuestionnaireAnswer.objects.exists()


def test_a_stranger_does_not_answer(evaluation, neighbour, charlie):
    with pytest.raises(Refusal) as refused:
        save_answers(evaluation, organisation=neighbour, answers={}, by=charlie)
    assert refused.value.code == "not_a_partner"


def test_nothing_is_answered_once_the_partnership_has_ended(
    evaluation, partnership, workshops, alice
):
    end_partnership(
        partnership, reason="other", by=alice, expected_version=fresh(partnership).version
    )
    with pytest.raises(Refusal) as refused:
        submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    assert refused.value.code == "evaluation_over"


def test_when_the_silent_one_of_three_leaves_the_others_are_done(
    partnership, workshops, rides, neighbour, alice, bob, charlie, fanny
):
    add_partner(partnership, organisation=neighbour, by=alice)
    agree_to_partnership(partnership, organisation=neighbour, by=charlie)
    evaluation = evaluation_of(partnership, fanny)
    submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    assert Evaluation.objects.get().state == "open"
    remove_partner(partnership, organisation=neighbour, by=fanny)
    assert Evaluation.objects.get().state == "complete"
    assert Score.objects.get(impact="innovation", organisation=None).value == 60


def test_too_few_answers_give_no_score_and_no_gap(evaluation, workshops, rides, alice, bob):
    silent = dict.fromkeys(OF_A, None)
    submit_answers(evaluation, organisation=workshops, answers=given(silent), by=alice)
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    whole = Score.objects.get(impact="innovation", organisation=None)
    assert (whole.value, whole.gap) == (50, None)
    assert Score.objects.get(impact="innovation", organisation=workshops).value is None


def test_the_questionnaire_is_loaded_whole_and_again_changes_nothing(db):
    assert load_questionnaire() == 32
    before = list(Question.objects.order_by("pk").values())
    assert load_questionnaire() == 32
    assert list(Question.objects.order_by("pk").values()) == before
    assert [c[0] for c in Question.objects.get(pk="B5").choices] == [
        "renew", "deepen", "change_form", "scale", "close",
    ]  # fmt: skip


def test_the_database_keeps_one_open_evaluation_and_values_on_the_scale(evaluation, workshops):
    with pytest.raises(IntegrityError, match="evaluation_open_once"), transaction.atomic():
        Evaluation.objects.create(partnership=evaluation.partnership)
    sheet = AnswerSheet.objects.create(evaluation=evaluation, organisation=workshops)
    with pytest.raises(IntegrityError, match="answer_scale"), transaction.atomic():
        QuestionnaireAnswer.objects.create(sheet=sheet, question_id="I1", value=5)
