"""Everyone's columns come out of the packed profiles as they would out of profiles."""

import random
from dataclasses import fields

import numpy as np
import pytest
from django.utils import timezone

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching.engine import Ragged, columns_of
from partnerships.matching.enums import AnswerKind, IntroductionState
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.queries import exclusions, load_columns, load_profiles
from partnerships.organisations.models import AreaOfAction
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put,
    put_all,
    state_priorities,
)
from tests.partnerships.matching.world import crowd, profile

pytestmark = pytest.mark.django_db
SMALL = {"acts": "u1", "seeks": "u1", "ranks": "u1", "areas": "i4", "around": "i4"}


def assert_alike(found, wanted):
    assert len(found) == len(wanted)
    for field in fields(wanted):
        ours, theirs = getattr(found, field.name), getattr(wanted, field.name)
        if isinstance(theirs, Ragged):
            assert np.array_equal(ours.starts, theirs.starts), field.name
            ours, theirs = ours.values, theirs.values
        assert ours.shape == theirs.shape, field.name
        assert np.array_equal(ours, theirs), field.name
        if field.name in SMALL:
            assert ours.dtype == SMALL[field.name], field.name


def assert_columns_are_those_of_profiles():
    assert_alike(load_columns(), columns_of(load_profiles().values(), exclusions()))


def say_no(organisation, other):
    SuggestionAnswer.objects.get_or_create(
        organisation_id=organisation, other_id=other, defaults={"kind": AnswerKind.DECLINED}
    )


def work_together(*members, left=()):
    made = Partnership.objects.create(title="Together", place_id=11)
    Partner.objects.bulk_create(
        Partner(
            partnership=made,
            organisation_id=pk,
            left_at=timezone.now() if pk in left else None,
        )
        for pk in members
    )


@pytest.mark.parametrize("seed", range(12))
def test_random_worlds(seed):
    draw = random.Random(seed)
    build_country()
    for place in draw.sample([1, 10, 11, 12, 21, 30, 31, 100, 110], 4):
        state_priorities(place, *draw.sample(range(1, 17), draw.randint(1, 16)))
    size = draw.choice([1, 7, 60])
    everyone = put_all(crowd(size, seed=seed, homes=DATABASE_HOMES))
    AreaOfAction.objects.filter(organisation=draw.choice(list(everyone))).delete()
    pks = sorted(everyone)
    for _ in range(size // 2):
        say_no(*draw.sample(pks, 2))
        work_together(*draw.sample(pks, 3), left=draw.sample(pks, 2))
        first, second = sorted(draw.sample(pks, 2))
        over = draw.random() < 0.3
        Introduction.objects.bulk_create(
            [
                Introduction(
                    first_id=first,
                    second_id=second,
                    state=IntroductionState.EXPIRED if over else IntroductionState.OPEN,
                    answered_at=timezone.now() if over else None,
                    expires_at=timezone.now(),
                )
            ],
            ignore_conflicts=True,
        )
    assert_columns_are_those_of_profiles()


def test_nobody():
    build_country()
    assert_columns_are_those_of_profiles()


def test_everything_declared_and_nothing_declared():
    build_country()
    everything = dict.fromkeys(range(1, 17), 3)
    put(profile(5, areas=[11, 12, 21, 30, 31, 32], acts=everything, seeks=everything))
    put(profile(9, areas=[1]))
    put(profile(2**31 - 1, areas=[120], home=DATABASE_HOMES[5], seeks={16: 2}))
    assert_columns_are_those_of_profiles()


def test_the_number_of_queries_does_not_grow(django_assert_max_num_queries):
    build_country()
    put_all(crowd(30, seed=1, homes=DATABASE_HOMES))
    with django_assert_max_num_queries(4):  # through Django; six more in blocks
        load_columns()
