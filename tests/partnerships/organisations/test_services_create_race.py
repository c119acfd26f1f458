"""Two people create the same organisation at once: one wins, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from partnerships.organisations.models import Membership, Organisation
from partnerships.organisations.services import create_organisation
from phare_platform.lib.errors import Conflict
from tests.partnerships.organisations.conftest import build_country
from tests.partnerships.organisations.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("numbers", [{"siren": "732829320"}, {"rna": "W863001234"}, {}])
def test_one_of_eight_wins(numbers):
    home = build_country()["poitiers"]
    people = [PersonFactory() for _ in range(8)]
    together = Barrier(len(people))

    def create(person):
        together.wait()
        try:
            create_organisation(
                "Les Jardins", type="association", home=home, by=person, distinct=True, **numbers
            )
        except Conflict as conflict:
            return conflict.code
        finally:
            connection.close()
        return "created"

    with ThreadPoolExecutor(len(people)) as threads:
        answers = list(threads.map(create, people))
    told = next((f"organisation_{n}_once" for n in numbers), "organisation_name_once")
    assert sorted(answers) == sorted(["created", *[told] * 7])
    assert (Organisation.objects.count(), Membership.objects.count()) == (1, 1)
