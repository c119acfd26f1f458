"""From stage to stage, the end with a reason, and what each tells."""

import pytest
from django.db import IntegrityError, transaction

from partnerships.lifecycle.models import Partnership, PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import end_partnership, move_to_stage, open_partnership
from partnerships.lifecycle.signals import stage_changed
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from tests.partnerships.lifecycle.cast import fresh, lead_to, settle

pytestmark = pytest.mark.django_db


def refusal_of(deed, *args, **kwargs):
    with pytest.raises(Refusal) as refused:
        deed(*args, **kwargs)
    return refused.value


def test_it_moves_on_when_the_agreement_is_signed(partnership, alice):
    settle(partnership, "PR10", "PR15", by=alice)
    moved = move_to_stage(partnership, to="accompany", by=alice, expected_version=1)
    assert (moved.stage, moved.version) == ("accompany", 2)
    assert moved.accompany_at == moved.stage_since
    event = PartnershipEvent.objects.filter(kind="stage_changed").get()
    assert event.data == {"before": "prepare", "to": "accompany", "decision": ""}


def test_it_stays_and_names_the_points_that_are_missing(partnership, alice):
    settle(partnership, "PR10", by=alice)
    refused = refusal_of(move_to_stage, partnership, to="accompany", by=alice, expected_version=1)
    assert refused.code == "points_missing"
    assert "Signer un accord" in str(refused)
    assert fresh(partnership).stage == "prepare"
    assert fresh(partnership).version == 1


@pytest.mark.parametrize("to", ["evaluate", "closed", "prepare", "nowhere"])
def test_a_stage_jump_is_refused(partnership, alice, to):
    settle(partnership, "PR10", "PR15", by=alice)
    refused = refusal_of(
        move_to_stage, partnership, to=to, by=alice, expected_version=1,
        decision="renew" if to == "closed" else "",
    )  # fmt: skip
    assert refused.code == "stage_jump"
    assert fresh(partnership).stage == "prepare"


def test_who_looks_at_an_old_page_is_told_the_present_stage(partnership, alice, bob):
    settle(partnership, "PR10", "PR15", by=alice)
    move_to_stage(partnership, to="accompany", by=alice, expected_version=1)
    with pytest.raises(Conflict) as late:
        move_to_stage(partnership, to="accompany", by=bob, expected_version=1)
    assert late.value.status == 409
    assert "Accompagner" in str(late.value) or "Accompany" in str(late.value)
    assert PartnershipEvent.objects.filter(kind="stage_changed").count() == 1


def test_nobody_moves_on_while_an_invitation_waits(register, workshops, rides, poitiers, alice):
    partnership = open_partnership(
        title="Attente", organisations=[workshops, rides], place=poitiers, domains=[], by=alice,
        agreed=[workshops],
    )  # fmt: skip
    settle(partnership, "PR10", "PR15", by=alice)
    refused = refusal_of(move_to_stage, partnership, to="accompany", by=alice, expected_version=1)
    assert refused.code == "partners_waiting"


def test_closing_needs_the_questionnaire_and_a_decision(partnership, alice):
    at_evaluation = lead_to(partnership, "evaluate", by=alice)
    settle(partnership, "EV12", by=alice)
    version = at_evaluation.version
    close = {"to": "closed", "by": alice, "expected_version": version}
    assert refusal_of(move_to_stage, partnership, **close).code == "decision_missing"
    assert refusal_of(move_to_stage, partnership, decision="scale", **close).code == (
        "points_missing"
    )
    PointAnswer.objects.create(
        partnership=partnership, point_id="EV06", state="done", evidence="evaluation"
    )
    closed = move_to_stage(partnership, decision="scale", **close)
    assert (closed.stage, closed.decision, closed.is_running) == ("closed", "scale", False)
    assert closed.finished_at is not None


@pytest.mark.parametrize("stage", ["prepare", "accompany", "evaluate"])
def test_it_can_end_at_any_stage_with_a_reason(partnership, alice, stage):
    at = partnership if stage == "prepare" else lead_to(partnership, stage, by=alice)
    ended = end_partnership(
        at, reason="no_time", note=" Fin d’année ", by=alice, expected_version=at.version
    )
    assert (ended.stage, ended.end_reason, ended.end_note) == ("ended", "no_time", "Fin d’année")
    assert ended.reached == stage
    assert (
        refusal_of(
            end_partnership, ended, reason="other", by=alice, expected_version=ended.version
        ).code
        == "finished"
    )
    assert (
        refusal_of(
            move_to_stage, ended, to="accompany", by=alice, expected_version=ended.version
        ).code
        == "finished"
    )


@pytest.mark.parametrize("reason", ["", "bored"])
def test_an_end_without_a_known_reason_is_refused(partnership, alice, reason):
    refused = refusal_of(end_partnership, partnership, reason=reason, by=alice, expected_version=1)
    assert refused.code == "reason_missing"
    assert fresh(partnership).is_running


def test_each_step_is_mailed_to_the_others_once(partnership, alice, bob, fanny):
    Message.objects.all().delete()
    lead_to(partnership, "accompany", by=alice)
    assert sorted(Message.objects.values_list("to", flat=True)) == sorted([bob.email, fanny.email])
    assert "accompany" in Message.objects.get(to=bob.email).text.lower()


def test_at_the_evaluation_the_partners_get_one_message_not_two(partnership, alice, bob, fanny):
    lead_to(partnership, "accompany", by=alice)
    Message.objects.all().delete()
    lead_to_evaluation = fresh(partnership)
    settle(partnership, "AC12", by=alice)
    move_to_stage(partnership, to="evaluate", by=alice, expected_version=lead_to_evaluation.version)
    assert sorted(Message.objects.values_list("to", "kind")) == sorted(
        [(alice.email, "evaluation"), (bob.email, "evaluation"), (fanny.email, "partnership")]
    )


def test_a_room_above_that_refuses_undoes_the_step(partnership, alice):
    def refuse(**_values):
        raise Refusal("No room above", code="above")

    settle(partnership, "PR10", "PR15", by=alice)
    stage_changed.connect(refuse)
    try:
        assert (
            refusal_of(
                move_to_stage, partnership, to="accompany", by=alice, expected_version=1
            ).code
            == "above"
        )
    finally:
        stage_changed.disconnect(refuse)
    assert fresh(partnership).stage == "prepare"
    assert not PartnershipEvent.objects.filter(kind="stage_changed").exists()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"stage": "nowhere"}, "partnership_stage"),
        ({"stage": "accompany"}, "partnership_accompanied"),
        ({"stage": "ended", "finished_at": "2026-01-01T00:00Z"}, "partnership_end_reason"),
        ({"end_reason": "no_time"}, "partnership_end_reason"),
        ({"decision": "renew"}, "partnership_decision"),
        ({"finished_at": "2026-01-01T00:00Z"}, "partnership_finished"),
    ],
)
def test_the_database_refuses_what_no_service_writes(partnership, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Partnership.objects.filter(pk=partnership.pk).update(**changes)
