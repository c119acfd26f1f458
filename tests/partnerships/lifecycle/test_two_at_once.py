"""Two people at the same moment, each with a connection of their own: one wins, one is told."""

import threading

import pytest
from django.db import connection

from partnerships.evaluation.models import Evaluation
from partnerships.lifecycle.models import PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import (
    add_partner,
    end_partnership,
    move_to_stage,
    open_partnership,
    remove_partner,
    set_point,
    take_partnership,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from tests.partnerships.lifecycle.cast import fresh, lead_to, settle

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def at_once(*deeds):
    """Run the deeds in threads that start together; each gives its result or its refusal."""
    start = threading.Barrier(len(deeds))
    results = [None] * len(deeds)

    def run(place, deed):
        try:
            start.wait(5)
            results[place] = deed()
        except Refusal as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert all(result is not None for result in results)
    return results


def ready_to_close(partnership, by):
    lead_to(partnership, "evaluate", by=by)
    PointAnswer.objects.create(
        partnership=partnership, point_id="EV06", state="done", evidence="evaluation"
    )
    settle(partnership, "EV12", by=by)
    return fresh(partnership)


def test_of_two_facilitators_who_close_one_wins_and_one_learns_the_stage(partnership, fanny, dora):
    present = ready_to_close(partnership, fanny)

    def close(by, decision):
        return lambda: move_to_stage(
            present, to="closed", decision=decision, by=by, expected_version=present.version
        )

    results = at_once(close(fanny, "renew"), close(dora, "close"))
    conflicts = [r for r in results if isinstance(r, Conflict)]
    assert len(conflicts) == 1
    assert "Clos" in str(conflicts[0])
    winner = next(r for r in results if not isinstance(r, Refusal))
    assert fresh(partnership).decision == winner.decision
    closed = PartnershipEvent.objects.filter(kind="stage_changed", data__to="closed")
    assert closed.count() == 1
    assert closed.get().data["decision"] == winner.decision


def test_closing_and_ending_at_once_leaves_one_outcome(partnership, fanny, dora):
    present = ready_to_close(partnership, fanny)
    results = at_once(
        lambda: move_to_stage(
            present, to="closed", decision="renew", by=fanny, expected_version=present.version
        ),
        lambda: end_partnership(
            present, reason="no_time", by=dora, expected_version=present.version
        ),
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    assert fresh(partnership).stage in ("closed", "ended")


def test_a_point_taken_back_while_another_moves_on_never_leaves_a_hole(
    register, workshops, rides, poitiers, alice, bob
):
    for _round in range(ROUNDS):
        partnership = open_partnership(
            title="Course", organisations=[workshops, rides], place=poitiers, domains=[], by=alice
        )
        settle(partnership, "PR10", "PR15", by=alice)
        at_once(
            lambda p=partnership: move_to_stage(p, to="accompany", by=alice, expected_version=1),
            lambda p=partnership: set_point(p, code="PR15", state="todo", by=bob),
        )
        present = fresh(partnership)
        agreement = PointAnswer.objects.get(partnership=present, point="PR15").state
        assert (present.stage, agreement) in {("accompany", "done"), ("prepare", "todo")}


def test_ten_who_open_the_evaluation_at_once_open_one(partnership, alice, bob):
    lead_to(partnership, "accompany", by=alice)
    settle(partnership, "AC12", by=alice)
    present = fresh(partnership)
    Message.objects.all().delete()
    results = at_once(
        *[
            lambda by=by: move_to_stage(
                present, to="evaluate", by=by, expected_version=present.version
            )
            for by in [alice, bob] * 5
        ]
    )
    assert sum(isinstance(r, Conflict) for r in results) == 9
    assert Evaluation.objects.count() == 1
    assert Message.objects.filter(kind="evaluation").count() == 2


def test_two_who_leave_at_once_leave_two_behind(partnership, neighbour, charlie, alice, fanny):
    add_partner(partnership, organisation=neighbour, by=alice)
    organisations = [p.organisation for p in partnership.partners.all()]
    results = at_once(
        *[lambda o=o: remove_partner(partnership, organisation=o, by=fanny) for o in organisations]
    )
    assert sum(isinstance(r, Refusal) for r in results) == 2
    assert partnership.partners.filter(left_at=None).count() == 2


def test_of_two_facilitators_who_take_it_one_has_it(
    register, workshops, rides, poitiers, alice, fanny, felix
):
    free = open_partnership(
        title="Libre", organisations=[workshops, rides], place=poitiers, domains=[], by=alice
    )
    results = at_once(
        lambda: take_partnership(free, by=fanny), lambda: take_partnership(free, by=felix)
    )
    assert sum(isinstance(r, Conflict) for r in results) == 1
    winner = next(r for r in results if not isinstance(r, Refusal))
    assert fresh(free).facilitator == winner.facilitator
