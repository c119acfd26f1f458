"""No sequence of deeds by two people, each with the page they last saw, breaks a promise."""

from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from partnerships.evaluation.enums import QuestionKind
from partnerships.evaluation.models import Evaluation, Question
from partnerships.evaluation.rules import Given
from partnerships.evaluation.services import submit_answers
from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import ClosingDecision, EndReason, PointState, Stage
from partnerships.lifecycle.models import Partnership, PartnershipEvent, PointAnswer
from partnerships.lifecycle.services import (
    add_note,
    add_partner,
    agree_to_partnership,
    end_partnership,
    move_to_stage,
    open_partnership,
    remove_partner,
    set_point,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.trace.models import Trace

CODES = sorted({c for codes in rules.KEY_POINTS.values() for c in codes} | {"PR02", "EV07"})
ACTORS = st.sampled_from(["alice", "fanny"])
REASONS = st.sampled_from([*EndReason.values, ""])


class Life(RuleBasedStateMachine):
    """Alice, of a partner, and Fanny, the facilitator, act on what they saw last."""

    world: ClassVar[dict] = {}

    @initialize()
    def open(self):
        self.partnership = open_partnership(
            title="Une vie",
            organisations=self.world["organisations"][:2],
            place=self.world["place"],
            domains=[],
            by=self.world["alice"],
            facilitator=self.world["fanny"],
        )
        self.seen = dict.fromkeys(("alice", "fanny"), 1)
        self.path = [Stage.PREPARE]

    def do(self, deed, *args, **kwargs):
        """A deed that may be refused; a refusal changes nothing."""
        before = self.snapshot()
        try:
            with transaction.atomic():
                done = deed(*args, **kwargs)
        except Refusal as refusal:
            done = refusal
        if isinstance(done, Refusal):
            assert str(done)
            assert self.snapshot() == before
        return done

    def present(self):
        return Partnership.objects.get(pk=self.partnership.pk)

    def snapshot(self):
        return (
            Partnership.objects.filter(pk=self.partnership.pk).values().get(),
            list(PointAnswer.objects.filter(partnership=self.partnership).values()),
            PartnershipEvent.objects.filter(partnership=self.partnership).count(),
            Trace.objects.count(),
        )

    @rule(actor=ACTORS)
    def look(self, actor):
        self.seen[actor] = self.present().version

    @rule(actor=ACTORS, to=st.sampled_from(Stage.values), decision=st.sampled_from(
        ["", *ClosingDecision.values, "marry"]))  # fmt: skip
    def move(self, actor, to, decision):
        before = self.present()
        done = self.do(
            move_to_stage, self.partnership, to=to, decision=decision, by=self.world[actor],
            expected_version=self.seen[actor],
        )  # fmt: skip
        if isinstance(done, Conflict):
            assert self.seen[actor] != before.version
        elif not isinstance(done, Refusal):
            assert rules.may_become(before.stage, to)
            self.path.append(to)

    @rule(actor=ACTORS)
    def step(self, actor):
        """The honest way: settle what is needed, look, and move on."""
        present = self.present()
        to = rules.next_stage(present.stage)
        if to is None:
            return
        if present.stage == Stage.EVALUATE:
            for who in range(3):
                self.answer(who, 3)
        for code in rules.NEEDED_TO_LEAVE[present.stage]:
            if code not in rules.SETTLED_BY_EVALUATION:
                self.do(
                    set_point, present, code=code, state="done", evidence="x", by=self.world[actor]
                )
        decision = "renew" if to == Stage.CLOSED else ""
        self.seen[actor] = present.version
        self.move(actor, to, decision)

    @rule(actor=ACTORS, reason=st.sampled_from([*EndReason.values, ""]), chance=st.integers(0, 9))
    def end(self, actor, reason, chance):
        if chance:
            return
        done = self.do(
            end_partnership, self.partnership, reason=reason, by=self.world[actor],
            expected_version=self.seen[actor],
        )  # fmt: skip
        if not isinstance(done, Refusal):
            self.path.append(Stage.ENDED)

    @rule(
        actor=ACTORS,
        code=st.sampled_from(CODES),
        state=st.sampled_from([*PointState.values, "perhaps"]),
        evidence=st.sampled_from(["", "Compte rendu"]),
    )
    def point(self, actor, code, state, evidence):
        self.do(
            set_point, self.partnership, code=code, state=state, evidence=evidence,
            by=self.world[actor],
        )  # fmt: skip

    @rule(actor=ACTORS)
    def note(self, actor):
        add_note(self.partnership, text="Un mot", by=self.world[actor])

    @rule(actor=ACTORS, agrees=st.booleans())
    def invite(self, actor, agrees):
        third = self.world["organisations"][2]
        self.do(add_partner, self.partnership, organisation=third, by=self.world[actor])
        if agrees:
            self.do(
                agree_to_partnership, self.partnership, organisation=third, by=self.world["bob"]
            )

    @rule(actor=ACTORS, who=st.integers(0, 2))
    def take_out(self, actor, who):
        gone = self.world["organisations"][who]
        self.do(remove_partner, self.partnership, organisation=gone, by=self.world[actor])

    @rule(who=st.integers(0, 2), value=st.integers(0, 4))
    def answer(self, who, value):
        evaluation = Evaluation.objects.filter(partnership=self.partnership).first()
        if evaluation is None:
            return
        items = Question.objects.filter(kind=QuestionKind.SCALE).values_list("pk", flat=True)
        self.do(
            submit_answers, evaluation, organisation=self.world["organisations"][who],
            answers={code: Given(value=value) for code in items}, by=self.world["alice"],
        )  # fmt: skip

    @invariant()
    def the_story_is_the_path(self):
        told = PartnershipEvent.objects.filter(
            partnership=self.partnership, kind="stage_changed"
        ).order_by("pk")
        assert [Stage.PREPARE, *[event.data["to"] for event in told]] == self.path
        assert self.present().stage == self.path[-1]

    @invariant()
    def every_stage_behind_is_settled(self):
        present = self.present()
        states = dict(PointAnswer.objects.filter(partnership=present).values_list("point", "state"))
        for stage in self.path[:-1]:
            if present.stage != Stage.ENDED or stage != self.path[-2]:
                assert rules.refusal_to_leave(stage, states) is None

    @invariant()
    def two_partners_always_remain(self):
        assert self.partnership.partners.filter(left_at=None).count() >= 2

    @invariant()
    def the_evaluation_goes_with_its_stage(self):
        evaluations = Evaluation.objects.filter(partnership=self.partnership)
        assert evaluations.count() == (Stage.EVALUATE in self.path)
        settled = PointAnswer.objects.filter(partnership=self.partnership, point="EV06")
        complete = evaluations.filter(state="complete").exists()
        assert settled.filter(state="done").exists() == complete


@pytest.fixture
def world(register, workshops, rides, neighbour, poitiers, alice, bob, fanny):
    return {
        "organisations": [workshops, rides, neighbour],
        "place": poitiers,
        "alice": alice,
        "bob": bob,
        "fanny": fanny,
    }


def test_no_sequence_of_deeds_breaks_a_promise(world):
    Life.world = world
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
