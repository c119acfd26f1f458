"""A run of digests that is killed leaves whole digests; the next one does the rest, and no more."""

import time

import pytest

from partnerships.matching.models import Digest, ToldSuggestion
from partnerships.organisations.models import Membership
from phare_platform.outbox.models import Message
from tests.partnerships.matching.processes import workers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("after", [1, 4])
def test_killed_and_begun_again_nothing_is_missing_and_nothing_twice(
    crowd, ateliers, listed, make_person, after
):
    for number, other in enumerate(crowd):
        make_person(f"p{number}@voisine.example", organisation=other)
        listed(other, ateliers, *[one for one in crowd if one != other][:4])
    with workers(1) as (worker,):
        worker.start("digests")
        ends = time.monotonic() + 60
        while Digest.objects.count() < after and time.monotonic() < ends:
            time.sleep(0.001)
        worker.kill()
        assert Message.objects.count() == Digest.objects.count() >= after
        worker.start("digests")
        assert worker.ended() == 0
    assert Digest.objects.count() == Message.objects.count() == len(crowd)
    assert ToldSuggestion.objects.count() == 3 * len(crowd)
    assert not Membership.objects.filter(last_digest_on=None).exists()
