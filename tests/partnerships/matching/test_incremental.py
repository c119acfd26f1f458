"""Twenty-five edits of every kind, one after the other: all lists stay those of a full refresh."""

import random
from dataclasses import replace

import pytest
from django.utils import timezone

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Policy, SuggestionAnswer, SuggestionList
from partnerships.matching.services import refresh_matches, refresh_organisation, share_places
from partnerships.matching.services.packing import pack_profiles
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put_all,
    redeclare,
    stored_lists,
)
from tests.partnerships.matching.world import crowd

pytestmark = pytest.mark.django_db

EDITS = 25


def shown():
    """What everybody is shown, by organisation."""
    rows = SuggestionList.objects.values_list("pk", "shown", "shown_points", "reserved_count")
    return {pk: rest for pk, *rest in rows}


def pause_or_wake(draw, organisation):
    """Change sides between active and paused."""
    paused = organisation.status == Status.ACTIVE
    organisation.status = Status.PAUSED if paused else Status.ACTIVE
    Organisation.objects.filter(pk=organisation.pk).update(status=organisation.status)
    pack_profiles([organisation.pk])
    return [organisation]


def decline(draw, organisation, other):
    """Say no to another one, or take the no back."""
    pair = {"organisation": organisation, "other": other}
    if not SuggestionAnswer.objects.filter(**pair).delete()[0]:
        SuggestionAnswer.objects.create(**pair, kind=AnswerKind.DECLINED)
    return [organisation]


def partner(draw, organisation, other):
    """Become partners, or end what runs."""
    running = Partner.objects.filter(left_at=None, organisation=organisation)
    if found := running.first():
        together = Partner.objects.filter(left_at=None, partnership=found.partnership_id)
        fellows = [one.organisation for one in together.select_related("organisation")]
        together.update(left_at=timezone.now())
        return fellows
    partnership = Partnership.objects.create(title="Together", place_id=11)
    for one in (organisation, other):
        Partner.objects.create(partnership=partnership, organisation=one)
    return [organisation, other]


@pytest.mark.parametrize("seed", range(2))
def test_incremental_is_full(seed):
    build_country()
    Policy.objects.create(
        name="short", is_active=True, list_length=6, places=4, reserved_places=1, exposure_cap=5
    )
    everyone = put_all(crowd(40, seed=20 + seed, homes=DATABASE_HOMES))
    refresh_matches()
    draw = random.Random(seed)
    new = iter(crowd(EDITS, seed=300 + seed, homes=DATABASE_HOMES))
    kinds = []
    for _edit in range(EDITS):
        pk, other = draw.sample(sorted(everyone), 2)
        kind = draw.choice(["declare", "declare", "pause", "decline", "partner"])
        kinds.append(kind)
        if kind == "declare":
            redeclare(everyone[pk], replace(next(new), id=pk))
            changed = [everyone[pk]]
        elif kind == "pause":
            changed = pause_or_wake(draw, everyone[pk])
        elif kind == "decline":
            changed = decline(draw, everyone[pk], everyone[other])
        else:
            changed = partner(draw, everyone[pk], everyone[other])
        for organisation in changed:
            refresh_organisation(organisation)
    share_places()
    kept, kept_shown = stored_lists(), shown()
    refresh_matches()
    assert kept == stored_lists(), kinds
    assert kept_shown == shown(), kinds
