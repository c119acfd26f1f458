"""What is shown is shared among all: by the refresh, and again soon after every change."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from partnerships.matching import tasks
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, Policy, Refresh, SuggestionList
from partnerships.matching.queries.profiles import load_profiles
from partnerships.matching.queries.suggestions import shortlist_of, suggested_to
from partnerships.matching.rules.places import Member, Sharing
from partnerships.matching.rules.places import share_places as definition
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
    refresh_matches,
    share_places,
    undo_answer,
)
from partnerships.matching.services.sharing import SHARE_PLACES
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from partnerships.organisations.services import pause_organisation, resume_organisation
from phare_platform.lib.jobs import run_waiting_jobs
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    state_priorities,
)
from tests.partnerships.matching.world import crowd as draw_crowd

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def everyone(db):
    build_country()
    state_priorities(11, 3, 1)
    Policy.objects.create(
        name="tight", is_active=True, list_length=8, places=4, reserved_places=1, exposure_cap=6
    )
    return put_all(draw_crowd(60, seed=3, homes=DATABASE_HOMES))


def stored():
    return {
        row.pk: (row.shown, row.shown_points, row.reserved_count)
        for row in SuggestionList.objects.all()
    }


def defined():
    """What the definition shows, from stored lists, and from loads and answers one by one."""
    policy = Policy.objects.get(is_active=True)
    homes = {profile.id: profile.home for profile in load_profiles().values()}
    members = []
    for row in SuggestionList.objects.select_related("organisation"):
        waiting = [
            introduction
            for introduction in Introduction.objects.filter(state="open")
            if row.pk in (introduction.first_id, introduction.second_id)
        ]
        answers = row.organisation.suggestion_answers.all()
        members.append(
            Member(
                row.pk,
                homes[row.pk],
                list(zip(row.partners, row.points, strict=True)),
                open_count=len(waiting),
                is_full=len(waiting) >= row.organisation.capacity,
                answered={a.other_id for a in answers if a.kind != "later" or a.hidden_until > NOW},
            )
        )
    numbers = policy.places, policy.reserved_places, policy.exposure_cap, policy.load_penalty
    shown = definition(members, Sharing(*numbers))
    return {pk: (found.ids, found.points, found.reserved) for pk, found in shown.items()}


def introduce(one, other, **fields):
    first, second = sorted((one, other))
    return Introduction.objects.create(
        first_id=first, second_id=second, expires_at=NOW + timedelta(days=10), **fields
    )


def test_a_refresh_shows_what_the_definition_shows(everyone):
    for other in (2, 3, 4):
        introduce(1, other)  # full: three at a time
    introduce(5, 6)
    everyone[7].suggestion_answers.create(other_id=8, kind=AnswerKind.INTERESTED)
    everyone[8].suggestion_answers.create(
        other_id=9, kind=AnswerKind.LATER, hidden_until=NOW + timedelta(days=3)
    )
    refresh_matches()
    shown = stored()
    assert shown == defined()
    exposure = [pk for ids, _points, _reserved in shown.values() for pk in ids]
    assert max(exposure.count(pk) for pk in everyone) <= 6
    assert 1 not in exposure
    assert any(reserved for *_rest, reserved in shown.values())


def test_sharing_again_changes_nothing(everyone):
    refresh_matches()
    assert tasks.share_places() == 0
    assert not Trace.objects.filter(deed="matching.share_places").exists()


@pytest.mark.parametrize("seed", range(3))
def test_after_any_changes_the_places_are_as_a_refresh_shares_them(everyone, seed):
    refresh_matches()
    run_waiting_jobs()
    dice = random.Random(seed)
    for _step in range(8):
        organisation = Organisation.objects.get(pk=dice.randint(1, 60))
        listed = shortlist_of(organisation).points
        deed = dice.choice(["answer", "answer", "pause", "resume", "capacity"])
        if deed == "answer" and listed and organisation.status == Status.ACTIVE:
            other = Organisation.objects.get(pk=dice.choice(list(listed)))
            if other.status == Status.ACTIVE:
                kind = dice.choice(list(AnswerKind))
                answer_suggestion(organisation, other=other, kind=kind, by=None, at=NOW)
                if kind == AnswerKind.INTERESTED:
                    answer_suggestion(other, other=organisation, kind=kind, by=None, at=NOW)
        elif deed == "pause" and organisation.status == Status.ACTIVE:
            pause_organisation(organisation, until=None, by=None)
        elif deed == "resume" and organisation.status == Status.PAUSED:
            resume_organisation(organisation, by=None)
        elif deed == "capacity":
            Organisation.objects.filter(pk=organisation.pk).update(capacity=dice.randint(1, 3))
            Job.objects.get_or_create(task=SHARE_PLACES, kwargs={})
    run_waiting_jobs()
    shown = stored()
    assert shown == defined()
    refresh_matches()
    assert stored() == shown


def test_a_burst_of_changes_is_shared_once(everyone):
    refresh_matches()
    run_waiting_jobs()
    for pk in (1, 2, 3):
        organisation = Organisation.objects.get(pk=pk)
        for other in list(shortlist_of(organisation).points)[:2]:
            answer_suggestion(
                organisation,
                other=Organisation.objects.get(pk=other),
                kind=AnswerKind.LATER,
                by=None,
            )
    assert Job.objects.filter(task=SHARE_PLACES).count() == 1


@pytest.mark.parametrize("kind", list(AnswerKind))
def test_who_answers_never_runs_dry_while_candidates_remain(everyone, kind):
    refresh_matches()
    run_waiting_jobs()
    ours = max(SuggestionList.objects.all(), key=lambda row: len(row.partners)).organisation
    met = set()
    while True:
        others = list(suggested_to(ours, shortlist_of(ours), now=NOW))
        if not others:
            break
        met.add(others[0].pk)
        answer_suggestion(ours, other=others[0], kind=kind, by=None, at=NOW)
        run_waiting_jobs()
    row = SuggestionList.objects.get(pk=ours.pk)
    assert len(met) > 4  # more than the places of a page
    # Whoever is left on the list is shown elsewhere as often as the policy allows.
    exposure = [pk for ids, _points, _reserved in stored().values() for pk in ids]
    assert all(exposure.count(pk) >= 6 for pk in set(row.partners) - met)


def test_an_undone_no_brings_the_pair_back(everyone):
    refresh_matches()
    run_waiting_jobs()
    before = stored()
    ours = Organisation.objects.get(pk=next(pk for pk, row in before.items() if row[0]))
    other = Organisation.objects.get(pk=before[ours.pk][0][0])
    answer_suggestion(ours, other=other, kind=AnswerKind.DECLINED, by=None, at=NOW)
    run_waiting_jobs()
    assert other.pk not in stored()[ours.pk][0]
    assert ours.pk not in stored()[other.pk][0]
    undo_answer(ours, other=other, by=None, at=NOW)
    run_waiting_jobs()
    assert stored() == before


def test_introductions_take_and_free_places(everyone):
    refresh_matches()
    run_waiting_jobs()
    Organisation.objects.update(capacity=1)
    one, (ids, *_rest) = next((pk, row) for pk, row in stored().items() if row[0])
    ours, other = Organisation.objects.get(pk=one), Organisation.objects.get(pk=ids[0])

    def shown_at_all():
        return {pk for shown, *_rest in stored().values() for pk in shown}

    for side in ((ours, other), (other, ours)):
        answer_suggestion(side[0], other=side[1], kind=AnswerKind.INTERESTED, by=None, at=NOW)
    run_waiting_jobs()
    assert not shown_at_all() & {ours.pk, other.pk}
    introduction = Introduction.objects.get()
    assert introduction.state == IntroductionState.OPEN
    expire_introductions(now=NOW + timedelta(days=11))
    run_waiting_jobs()
    assert shown_at_all() & {ours.pk, other.pk}
    assert stored() == defined()


@pytest.mark.parametrize("deed", ["accept", "decline"])
def test_the_end_of_an_introduction_asks_for_the_places_anew(pair, deed):
    ateliers, mobilites = pair
    introduction = introduce(ateliers.pk, mobilites.pk, first_accepted_at=NOW)
    if deed == "accept":
        accept_introduction(introduction, organisation=introduction.second, by=None)
        assert Job.objects.filter(task=SHARE_PLACES).exists()
    else:
        decline_introduction(introduction, organisation=introduction.second, by=None)
        run_waiting_jobs()
        assert not Job.objects.exists()


def test_a_long_sharing_rests_before_the_next_one(everyone):
    refresh = refresh_matches()
    now = timezone.now()
    refresh.fairness |= {"seconds": 15, "measured_at": now.isoformat()}
    refresh.save()
    Job.objects.all().delete()
    assert share_places(now=now + timedelta(seconds=134)) is None
    assert Job.objects.get().task == SHARE_PLACES
    assert share_places(now=now + timedelta(seconds=135)) == 0


def test_without_a_refresh_single_lists_are_shared_too(ateliers, mobilites, listed, policy):
    listed(ateliers, mobilites)
    listed(mobilites, ateliers)
    SuggestionList.objects.update(shown=[], shown_points=[])
    assert share_places() == 2
    assert stored() == {
        ateliers.pk: ([mobilites.pk], [8000], 0),
        mobilites.pk: ([ateliers.pk], [8000], 0),
    }
    assert not Refresh.objects.exists()
