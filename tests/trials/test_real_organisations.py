"""Real organisations: the file goes in, everyone gets a list, and the lists are the oracle's.

The file is open data that does not ship with the project; where it is absent this test says so.
"""

import os
import random
from pathlib import Path

import pytest
from django.core.management import call_command

from partnerships.matching.models import SuggestionList
from partnerships.matching.queries import active_policy, load_profiles, weights_of
from partnerships.matching.services import refresh_matches
from partnerships.organisations.models import Organisation
from partnerships.organisations.queries.places import DefaultAreas, default_areas
from partnerships.organisations.services.importing import Mapping, import_organisations
from territories.places.models import Containment, Place
from tests.partnerships.matching import oracle

FILE = Path(__file__).parents[3] / "shared/data/organisations/organisations.csv.gz"
SAMPLE = int(os.environ.get("TRIAL_SAMPLE", "40"))  # the oracle takes its time; 200 by hand

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not FILE.exists(), reason=f"NO REAL DATA: {FILE} is absent, the trial did not run"
    ),
]


def test_every_real_organisation_gets_the_list_that_the_oracle_gives():
    call_command("load_reference", verbosity=0)
    report = import_organisations(FILE, source="trial", by=None, mapping=Mapping())
    assert report.read == 44_773
    assert report.created > 40_000
    assert set(report.by_rule) == {
        "no_place", "siren_check_digit", "commune_unknown", "department_unknown",
    }  # fmt: skip
    again = import_organisations(FILE, source="trial", by=None, mapping=Mapping())
    assert (again.created, again.already_there) == (0, report.created + report.already_there)

    refresh = refresh_matches()
    assert refresh.organisations_count == Organisation.objects.active().count()
    lists = SuggestionList.objects.in_bulk()
    assert refresh.with_suggestions_count == sum(bool(one.partners) for one in lists.values())

    profiles, weights = load_profiles(), weights_of(active_policy())
    within = set(Containment.objects.values_list("inner", "outer"))
    dice = random.Random(20261120)
    for pk in dice.sample(sorted(profiles), SAMPLE):
        everyone = oracle.full_list(
            profiles[pk], profiles.values(), weights, lambda p, q: (p, q) in within, frozenset()
        )
        found = lists[pk]
        kept = list(zip(found.partners, found.points, strict=True))
        assert kept == [match[:2] for match in everyone[: active_policy().list_length]], pk

    areas = DefaultAreas()
    for place in dice.sample(list(Place.objects.filter(level="municipality")), 300):
        assert areas.of(place.pk) == [area.pk for area in default_areas(place)], place
