"""Pages of a list, and of one too long to be counted."""

import pytest
from django.test import RequestFactory

from phare_platform.accounts.models import User
from phare_platform.lib.paging import paginate

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    User.objects.bulk_create(User(email=f"p{n:02}@example.org") for n in range(30))
    return User.objects.order_by("email")


def page_of(people, number, **options):
    request = RequestFactory().get("/", {"page": number})
    return paginate(request, people, size=10, **options)


def test_a_page_that_does_not_exist_is_the_first_or_the_last(people):
    assert page_of(people, "x").number == 1
    assert page_of(people, 99).number == 3


@pytest.mark.parametrize(
    ("at_most", "count", "capped"), [(29, 29, True), (30, 30, False), (99, 30, False)]
)
def test_counting_stops_at_the_limit(people, at_most, count, capped):
    pages = page_of(people, 1, at_most=at_most).paginator
    assert (pages.count, pages.is_capped) == (count, capped)


def test_nothing_is_shown_beyond_the_limit(people):
    last = page_of(people, 99, at_most=20)
    assert last.number == 2
    assert [person.email for person in last][-1] == "p19@example.org"


def test_the_count_reads_no_more_rows_than_the_limit(people, django_assert_num_queries):
    with django_assert_num_queries(2) as captured:
        assert page_of(people, 1, at_most=5).paginator.count == 5
    assert "LIMIT 6" in captured.captured_queries[0]["sql"]


@pytest.mark.parametrize("at_most", [5, 25, 100])
def test_a_page_keeps_the_order_of_the_list(people, at_most):
    """Whether the things are few enough to be known by their keys, or not."""
    shown = [person.email for person in page_of(people.order_by("-email"), 1, at_most=at_most)]
    assert shown == [f"p{n:02}@example.org" for n in range(29, 29 - min(10, at_most), -1)]


def test_nothing_at_all_is_an_empty_first_page(people):
    page = page_of(people.none(), 3, at_most=5)
    assert (page.number, list(page)) == (1, [])
