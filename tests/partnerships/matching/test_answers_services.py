"""Answering a suggestion: the last word counts, two yeses introduce, nobody learns of one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.lifecycle.models import Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.exclusions import exclusions
from partnerships.matching.services import accept_introduction, answer_suggestion, undo_answer
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace
from tests.partnerships.matching.cast import tell

pytestmark = pytest.mark.django_db


def say(organisation, other, kind=AnswerKind.INTERESTED, **values):
    return answer_suggestion(organisation, other=other, kind=kind, **{"by": None, **values})


def test_an_answer_keeps_who_what_when_and_the_score_shown(pair, alice, policy):
    ateliers, mobilites = pair
    answer = say(ateliers, mobilites, by=alice, via="mail").answer
    assert (answer.kind, answer.answered_by, answer.points) == ("interested", alice, 8000)
    assert answer.policy == policy
    trace = Trace.objects.get(deed="matching.answer_suggestion")
    assert (trace.actor, trace.details) == (alice, {"kind": "interested", "via": "mail"})


def test_one_interest_alone_tells_nobody(pair):
    answered = say(*pair)
    assert answered.introduction is None
    assert not Introduction.objects.exists()
    assert not Message.objects.exists()


def test_the_second_interest_introduces_both_and_writes_to_both_without_contacts(pair, bob):
    ateliers, mobilites = pair
    say(ateliers, mobilites)
    introduction = say(mobilites, ateliers, by=bob).introduction
    assert introduction.state == IntroductionState.OPEN
    assert {introduction.first_id, introduction.second_id} == {ateliers.pk, mobilites.pk}
    assert introduction.first_id < introduction.second_id
    assert introduction.expires_at - introduction.opened_at == timedelta(days=10)
    to_alice = Message.objects.get(to="alice@ateliers.example")
    to_bob = Message.objects.get(to="bob@mobilites.example")
    for message in (to_alice, to_bob):
        assert f"/conversations/{introduction.pk}/" in message.text
        for secret in ("contact@", "Nadia Petit", "05 49 00 00 01"):
            assert secret not in message.text + message.html + message.subject
    assert (to_alice.language, to_bob.language) == ("fr", "en")
    assert "is interested too" in to_bob.subject


def test_contacts_that_were_not_declared_are_those_of_the_first_owner(pair):
    ateliers, mobilites = pair
    mobilites.contact_email = ""
    mobilites.save()
    say(ateliers, mobilites)
    introduction = say(mobilites, ateliers).introduction
    Message.objects.all().delete()
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    Message.objects.filter(campaign="introduction_half_accepted").delete()
    assert "bob@mobilites.example" in Message.objects.get(to="alice@ateliers.example").text


def test_readers_are_not_written_to(pair, rita):
    ateliers, mobilites = pair
    say(ateliers, mobilites)
    say(mobilites, ateliers)
    assert not Message.objects.filter(to=rita.email).exists()


def test_the_last_word_counts(pair, alice):
    ateliers, mobilites = pair
    say(ateliers, mobilites, AnswerKind.DECLINED, reason="too_far", note="Trop loin")
    say(ateliers, mobilites, AnswerKind.LATER, by=alice)
    answer = SuggestionAnswer.objects.get()
    assert (answer.kind, answer.reason, answer.note) == ("later", "", "")
    assert answer.hidden_until - answer.answered_at == timedelta(days=30)
    say(ateliers, mobilites, AnswerKind.DECLINED, reason="values")
    answer.refresh_from_db()
    assert (answer.kind, answer.reason, answer.hidden_until) == ("declined", "values", None)


def test_a_no_for_want_of_time_comes_back_after_three_months(pair):
    ateliers, mobilites = pair
    answer = say(ateliers, mobilites, AnswerKind.DECLINED, reason="no_time").answer
    assert (answer.kind, answer.reason) == ("later", "no_time")
    assert answer.hidden_until - answer.answered_at == timedelta(days=90)
    assert exclusions() == set()


@pytest.mark.parametrize("reason", ["subject", "too_far", "known", "values", "other", ""])
def test_any_other_no_keeps_the_pair_apart_for_good(pair, reason):
    ateliers, mobilites = pair
    answer = say(ateliers, mobilites, AnswerKind.DECLINED, reason=reason).answer
    assert (answer.kind, answer.hidden_until) == ("declined", None)
    assert exclusions() == {(ateliers.pk, mobilites.pk)}


def test_an_interest_withdrawn_in_time_introduces_nobody(pair):
    ateliers, mobilites = pair
    say(ateliers, mobilites)
    say(ateliers, mobilites, AnswerKind.LATER)
    assert say(mobilites, ateliers).introduction is None


def test_a_pair_is_introduced_once_and_then_answers_there(pair):
    ateliers, mobilites = pair
    say(ateliers, mobilites)
    say(mobilites, ateliers)
    for kind in AnswerKind:
        with pytest.raises(Conflict) as refusal:
            say(ateliers, mobilites, kind)
        assert refusal.value.code == "introduced"
    with pytest.raises(Conflict) as refusal:
        undo_answer(ateliers, other=mobilites, by=None)
    assert refusal.value.code == "introduced"
    assert Introduction.objects.count() == 1


def test_an_organisation_cannot_answer_about_itself(pair):
    with pytest.raises(Refusal) as refusal:
        say(pair[0], pair[0])
    assert refusal.value.code == "itself"


def test_an_organisation_that_was_never_suggested_cannot_be_answered(pair, foret):
    with pytest.raises(Conflict) as refusal:
        say(pair[0], foret)
    assert refusal.value.code == "not_suggested"
    assert "Forêt du Ponant" in str(refusal.value)


def test_a_digest_keeps_its_suggestions_answerable_after_the_lists_changed(pair, listed, foret):
    ateliers, mobilites = pair
    tell(ateliers, mobilites)
    listed(ateliers, foret)
    assert say(ateliers, mobilites).answer.kind == "interested"


def test_whoever_is_interested_in_us_can_be_answered_without_being_in_our_list(pair, listed):
    ateliers, mobilites = pair
    listed(ateliers)
    say(mobilites, ateliers)
    assert say(ateliers, mobilites).introduction is not None


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_the_other_side_must_take_part(pair, status):
    ateliers, mobilites = pair
    mobilites.status = status
    mobilites.save()
    with pytest.raises(Conflict) as refusal:
        say(ateliers, mobilites)
    assert refusal.value.code == "other_not_active"


def test_our_side_must_take_part(pair):
    ateliers, mobilites = pair
    ateliers.status = "paused"
    ateliers.save()
    with pytest.raises(Refusal) as refusal:
        say(ateliers, mobilites)
    assert refusal.value.code == "not_active"


def test_undoing_brings_the_suggestion_back_and_leaves_a_trace(pair, alice):
    ateliers, mobilites = pair
    say(ateliers, mobilites, AnswerKind.DECLINED)
    undo_answer(ateliers, other=mobilites, by=alice)
    assert not SuggestionAnswer.objects.exists()
    assert Trace.objects.filter(deed="matching.undo_answer", actor=alice).exists()
    with pytest.raises(Conflict) as refusal:
        undo_answer(ateliers, other=mobilites, by=alice)
    assert refusal.value.code == "nothing_to_undo"


def test_an_answer_can_be_undone_for_seven_days(pair):
    ateliers, mobilites = pair
    now = timezone.now()
    say(ateliers, mobilites, AnswerKind.DECLINED, at=now)
    with pytest.raises(Conflict) as refusal:
        undo_answer(ateliers, other=mobilites, by=None, at=now + timedelta(days=7, seconds=1))
    assert refusal.value.code == "too_old_to_undo"
    undo_answer(ateliers, other=mobilites, by=None, at=now + timedelta(days=7))
    assert not SuggestionAnswer.objects.exists()


def test_nothing_opens_a_partnership_by_itself(pair):
    ateliers, mobilites = pair
    say(ateliers, mobilites)
    say(mobilites, ateliers)
    assert not Partnership.objects.exists()
