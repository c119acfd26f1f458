"""Checklist points, notes, and the line each leaves."""

import pytest
from django.db import IntegrityError, transaction

from partnerships.lifecycle.models import PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import add_note, end_partnership, set_point
from phare_platform.lib.errors import Refusal
from tests.partnerships.lifecycle.cast import lead_to

pytestmark = pytest.mark.django_db


def test_a_point_keeps_its_evidence_and_who_set_it(partnership, alice, workshops):
    answer = set_point(
        partnership, code="PR10", state="done", evidence=" 200 salariés, juin 2027 ", by=alice
    )
    assert (answer.evidence, answer.changed_by) == ("200 salariés, juin 2027", alice)
    event = PartnershipEvent.objects.get(kind="point_changed")
    assert event.data == {"point": "PR10", "state": "done"}
    assert event.on_behalf_of == workshops


def test_saying_the_same_again_adds_no_line(partnership, alice):
    for _time in range(2):
        set_point(partnership, code="PR10", state="done", evidence="Une phrase", by=alice)
    assert PartnershipEvent.objects.filter(kind="point_changed").count() == 1
    assert PointAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "state", "evidence", "rule"),
    [
        ("PR10", "done", "", "evidence_missing"),
        ("PR15", "not_relevant", "Entre amis", "point_never_skipped"),
        ("PR10", "perhaps", "x", "state_unknown"),
        ("ZZ99", "done", "x", "unknown_point"),
        ("EV06", "done", "x", "point_automatic"),
    ],
)
def test_a_point_is_refused_with_the_rule_named(partnership, alice, code, state, evidence, rule):
    with pytest.raises(Refusal) as refused:
        set_point(partnership, code=code, state=state, evidence=evidence, by=alice)
    assert refused.value.code == rule
    assert not PointAnswer.objects.exists()


def test_what_led_to_a_stage_stays_as_it_was(partnership, alice):
    lead_to(partnership, "accompany", by=alice)
    with pytest.raises(Refusal) as refused:
        set_point(partnership, code="PR15", state="todo", by=alice)
    assert refused.value.code == "point_passed"


def test_a_facilitator_writes_in_their_own_name(partnership, fanny):
    set_point(partnership, code="PR01", state="done", evidence="D11", by=fanny)
    event = PartnershipEvent.objects.get(kind="point_changed")
    assert (event.actor, event.on_behalf_of) == (fanny, None)


def test_a_note_can_still_be_added_to_a_finished_partnership(partnership, alice):
    end_partnership(partnership, reason="no_time", by=alice, expected_version=1)
    add_note(partnership, text="On se revoit au printemps", by=alice)
    assert PartnershipEvent.objects.get(kind="note").data == {"text": "On se revoit au printemps"}


def test_an_empty_note_is_refused(partnership, alice):
    with pytest.raises(Refusal) as refused:
        add_note(partnership, text="  ", by=alice)
    assert refused.value.code == "note_empty"


def test_the_database_refuses_a_point_done_without_evidence(partnership):
    with pytest.raises(IntegrityError, match="point_done_has_evidence"), transaction.atomic():
        PointAnswer.objects.create(partnership=partnership, point_id="PR01", state="done")
