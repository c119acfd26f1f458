"""A first list is there at once where that is quick; elsewhere a job is asked for."""

import pytest

from partnerships.matching.models import SuggestionList
from partnerships.matching.services import compute_first_list, first_list
from partnerships.organisations.models import Organisation
from phare_platform.lib.models import Job
from tests.partnerships.matching.country import DATABASE_HOMES, build_country, put_all
from tests.partnerships.matching.world import crowd

pytestmark = pytest.mark.django_db
TASK = "partnerships.matching.refresh_organisations"


@pytest.fixture
def newcomer():
    build_country()
    put_all(crowd(12, seed=3, homes=DATABASE_HOMES))
    Job.objects.all().delete()
    return Organisation.objects.order_by("pk")[4]


def test_among_few_the_list_is_there_at_once(newcomer):
    assert compute_first_list(newcomer)
    assert SuggestionList.objects.filter(organisation=newcomer).exists()
    assert not Job.objects.filter(task=TASK).exists()


def test_among_many_nobody_waits_in_front_of_a_page(newcomer, monkeypatch):
    monkeypatch.setattr(first_list, "AT_ONCE_UP_TO", 11)
    assert not compute_first_list(newcomer)
    assert not SuggestionList.objects.exists()
    (job,) = Job.objects.filter(task=TASK)
    assert job.kwargs == {"together": [newcomer.pk]}
