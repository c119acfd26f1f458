"""Introductions: both yeses open the partnership, one no closes it, silence lets it expire."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries.introductions import proposal_for
from partnerships.matching.queries.suggestions import shortlist_of, suggested_to
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
    open_introduction,
)
from partnerships.organisations.models import AreaOfAction, Declaration
from phare_platform.lib.errors import Conflict
from phare_platform.outbox.models import Message
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def introduction(pair):
    """The two have been introduced; the messages about it are out of the way."""
    ateliers, mobilites = pair
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    Message.objects.all().delete()
    return Introduction.objects.get()


def test_the_first_yes_waits_and_is_told_to_the_other_side(introduction, ateliers, alice):
    said = accept_introduction(introduction, organisation=ateliers, by=alice)
    assert (said.state, said.partnership) == (IntroductionState.OPEN, None)
    assert Message.objects.get().to == "bob@mobilites.example"
    assert "Les Ateliers du Clain would like to open a partnership" in Message.objects.get().subject


def test_both_yeses_open_the_partnership(introduction, ateliers, mobilites, bob, places):
    accept_introduction(introduction, organisation=ateliers, by=None)
    said = accept_introduction(introduction, organisation=mobilites, by=bob)
    assert (said.state, said.answered_by) == (IntroductionState.ACCEPTED, bob)
    partnership = Partnership.objects.get()
    assert said.partnership == partnership
    partners = Partner.objects.filter(partnership=partnership).values_list("organisation", flat=1)
    assert set(partners) == {ateliers.pk, mobilites.pk}
    assert partnership.place == places["vienne"]
    assert [domain.pk for domain in partnership.domains.order_by("pk")] == [5, 11]
    assert partnership.modes == ["patronage"]
    assert "Les Ateliers du Clain" in partnership.title


def test_both_yeses_send_each_side_the_contacts_of_the_other(introduction, pair):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    told = Message.objects.filter(campaign="introduction_accepted")
    to_alice, to_bob = told.get(to="alice@ateliers.example"), told.get(to="bob@mobilites.example")
    assert "contact@mobilites.example" in to_alice.text
    assert "contact@mobilites.example" in to_alice.html
    for line in ("Nadia Petit", "contact@ateliers.example", "05 49 00 00 01"):
        assert line in to_bob.text
    others = Message.objects.exclude(campaign="introduction_accepted")
    assert [message.campaign for message in others] == ["introduction_half_accepted"]
    assert "contact@" not in others.get().text + others.get().html


def test_declining_for_want_of_time_brings_the_other_back_after_three_months(introduction, pair):
    ateliers, mobilites = pair
    at = timezone.now()
    decline_introduction(introduction, organisation=mobilites, reason="no_time", by=None, at=at)
    for days, found in ((89, False), (91, True)):
        now = at + timedelta(days=days)
        assert suggested_to(mobilites, shortlist_of(mobilites), now=now).exists() is found
    again = answer_suggestion(
        mobilites, other=ateliers, kind=AnswerKind.INTERESTED, by=None, at=at + timedelta(days=91)
    )
    assert again.introduction.state == IntroductionState.OPEN  # the other is interested still


def test_the_second_yes_may_name_the_partnership(introduction, ateliers, mobilites):
    accept_introduction(introduction, organisation=ateliers, by=None, title="Ignoré")
    said = accept_introduction(introduction, organisation=mobilites, by=None, title=" Navettes ")
    assert said.partnership.title == "Navettes"


def test_a_side_says_yes_once(introduction, ateliers):
    accept_introduction(introduction, organisation=ateliers, by=None)
    with pytest.raises(Conflict) as refusal:
        accept_introduction(introduction, organisation=ateliers, by=None)
    assert refusal.value.code == "already_accepted"


def test_a_no_closes_it_is_told_without_the_reason_and_keeps_them_apart(
    introduction, ateliers, mobilites, bob
):
    decline_introduction(introduction, organisation=mobilites, reason="values", by=bob)
    introduction.refresh_from_db()
    assert (introduction.state, introduction.declined_by) == ("declined", mobilites)
    message = Message.objects.get()
    assert message.to == "alice@ateliers.example"
    assert "valeurs" not in message.text
    assert SuggestionAnswer.objects.get(organisation=mobilites).reason == "values"
    now = timezone.now()
    assert not suggested_to(ateliers, shortlist_of(ateliers), now=now).exists()
    assert not suggested_to(mobilites, shortlist_of(mobilites), now=now).exists()


def test_one_may_still_decline_after_having_said_yes(introduction, ateliers):
    accept_introduction(introduction, organisation=ateliers, by=None)
    decline_introduction(introduction, organisation=ateliers, by=None)
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.DECLINED


@pytest.mark.parametrize("deed", [accept_introduction, decline_introduction])
def test_who_comes_after_the_other_sides_no_is_told_so(introduction, ateliers, mobilites, deed):
    decline_introduction(introduction, organisation=mobilites, by=None)
    with pytest.raises(Conflict, match="Mobilités Vienne Services a décliné") as refusal:
        deed(introduction, organisation=ateliers, by=None)
    assert refusal.value.code == "already_declined"


def test_who_comes_after_a_colleagues_no_is_told_so(introduction, ateliers):
    decline_introduction(introduction, organisation=ateliers, by=None)
    with pytest.raises(Conflict, match="Votre organisation a décliné"):
        accept_introduction(introduction, organisation=ateliers, by=None)


def test_an_open_partnership_cannot_be_declined(introduction, ateliers, mobilites):
    for side in (ateliers, mobilites):
        accept_introduction(introduction, organisation=side, by=None)
    with pytest.raises(Conflict) as refusal:
        decline_introduction(introduction, organisation=ateliers, by=None)
    assert refusal.value.code == "already_open"


def test_the_tenth_day_over_it_can_no_longer_be_accepted(introduction, ateliers):
    late = introduction.expires_at + timedelta(seconds=1)
    with translation.override("en"), pytest.raises(Conflict, match="expired on") as refusal:
        accept_introduction(introduction, organisation=ateliers, by=None, at=late)
    assert refusal.value.code == "expired"


def test_expiry_tells_who_said_yes_and_offers_the_other_again_in_a_month(
    introduction, ateliers, mobilites
):
    accept_introduction(introduction, organisation=ateliers, by=None)
    Message.objects.all().delete()
    assert expire_introductions(now=introduction.expires_at - timedelta(seconds=1)) == 0
    assert expire_introductions(now=introduction.expires_at) == 1
    assert expire_introductions(now=introduction.expires_at) == 0
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.EXPIRED
    assert [message.to for message in Message.objects.all()] == ["alice@ateliers.example"]
    assert SuggestionAnswer.objects.get(organisation=ateliers).kind == "interested"
    silent = SuggestionAnswer.objects.get(organisation=mobilites)
    assert (silent.kind, silent.answered_by) == ("later", None)
    again = introduction.expires_at + timedelta(days=31)
    assert ateliers in suggested_to(mobilites, shortlist_of(mobilites), now=again)


def test_after_an_expiry_a_late_interest_introduces_again(introduction, ateliers, mobilites):
    accept_introduction(introduction, organisation=ateliers, by=None)
    expire_introductions(now=introduction.expires_at)
    late = answer_suggestion(mobilites, other=ateliers, kind=AnswerKind.INTERESTED, by=None)
    assert late.introduction.state == IntroductionState.OPEN
    assert Introduction.objects.count() == 2


def test_expiry_goes_by_batches(crowd, policy):
    now = timezone.now()
    for one, other in zip(crowd[::2], crowd[1::2], strict=True):
        open_introduction(one, other=other, points=None, by=None, at=now)
    later = now + timedelta(days=11)
    assert [expire_introductions(now=later, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_the_same_pair_cannot_be_introduced_twice_whoever_is_named_first(introduction, pair):
    ateliers, mobilites = pair
    for one, other in ((ateliers, mobilites), (mobilites, ateliers)):
        with pytest.raises(Conflict) as refusal:
            open_introduction(one, other=other, points=None, by=None, at=timezone.now())
        assert refusal.value.code == "introduction_once"


def test_the_database_ties_who_declined_to_the_state(introduction, ateliers):
    with pytest.raises(IntegrityError, match="introduction_declined_by"), transaction.atomic():
        Introduction.objects.update(declined_by=ateliers)


def test_a_stranger_to_the_introduction_is_a_fault_of_ours(introduction, foret):
    with pytest.raises(ValueError, match="is not a side"):
        accept_introduction(introduction, organisation=foret, by=None)


def test_the_proposal_takes_the_inner_of_two_nested_areas(introduction, ateliers, places):
    AreaOfAction.objects.filter(organisation=ateliers).delete()
    AreaOfAction.objects.create(organisation=ateliers, place=places["grand_poitiers"])
    introduction = Introduction.objects.get()
    assert proposal_for(introduction).place == places["grand_poitiers"]


def test_an_intermunicipality_on_two_departments_lies_in_both(introduction, ateliers, places):
    AreaOfAction.objects.filter(organisation=ateliers).delete()
    AreaOfAction.objects.create(organisation=ateliers, place=places["bocage"])
    assert proposal_for(Introduction.objects.get()).place == places["bocage"]


def test_without_a_common_area_the_proposal_takes_the_common_territory(
    introduction, ateliers, places
):
    AreaOfAction.objects.filter(organisation=ateliers).update(place=places["finistere"])
    assert proposal_for(Introduction.objects.get()).place == places["grand_poitiers"]


def test_the_title_of_a_proposal_always_fits(introduction, ateliers, mobilites):
    ateliers.name, mobilites.name = "A" * 200, "B" * 200
    ateliers.save()
    mobilites.save()
    proposal = proposal_for(Introduction.objects.get())
    assert len(proposal.title) <= 150
    assert proposal.title.endswith("Isolement, lien social")


def test_declarations_taken_back_meanwhile_still_leave_something_to_propose(introduction, ateliers):
    Declaration.objects.filter(organisation=ateliers).delete()
    assert [domain.pk for domain in proposal_for(introduction).domains] == [11, 15]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_two_yeses_at_the_same_instant_open_one_partnership(
    introduction, ateliers, mobilites, _round
):
    results = at_once(
        *[
            lambda side=side: accept_introduction(
                Introduction.objects.get(), organisation=side, by=None
            )
            for side in (ateliers, mobilites, ateliers, mobilites)
        ]
    )
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert Partnership.objects.count() == 1
    assert Introduction.objects.get().state == IntroductionState.ACCEPTED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_yes_and_a_no_at_the_same_instant_have_one_outcome(
    introduction, ateliers, mobilites, _round
):
    accept_introduction(introduction, organisation=ateliers, by=None)
    yes, no = at_once(
        lambda: accept_introduction(Introduction.objects.get(), organisation=mobilites, by=None),
        lambda: decline_introduction(Introduction.objects.get(), organisation=ateliers, by=None),
    )
    assert isinstance(yes, Conflict) != isinstance(no, Conflict)
    state = Introduction.objects.get().state
    assert state == ("declined" if isinstance(yes, Conflict) else "accepted")
    assert Partnership.objects.exists() == (state == "accepted")


@pytest.mark.django_db(transaction=True)
def test_two_workers_expire_each_introduction_once(crowd, policy, make_person):
    now = timezone.now()
    for number, (one, other) in enumerate(zip(crowd[::2], crowd[1::2], strict=True)):
        make_person(f"p{number}@voisine.example", organisation=one)
        made = open_introduction(one, other=other, points=None, by=None, at=now)
        accept_introduction(made, organisation=one, by=None)
    Message.objects.all().delete()
    later = now + timedelta(days=11)
    results = at_once(*[lambda: expire_introductions(now=later)] * 3)
    assert sum(results) == 5
    assert Message.objects.count() == 5
