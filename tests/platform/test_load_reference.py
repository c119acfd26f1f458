"""`manage.py load_reference`: everything that ships, once and again."""

from io import StringIO

import pytest
from django.core.management import call_command

from territories.fragilities.models import Domain
from territories.perceptions.models import Figure
from territories.places.models import LoadedFile, Place

pytestmark = pytest.mark.django_db


def run(**options):
    out = StringIO()
    call_command("load_reference", stdout=out, **options)
    return out.getvalue()


def test_it_loads_the_ground_says_so_and_may_run_again():
    said = run()
    assert (Place.objects.count(), Domain.objects.count()) == (36_250, 16)
    assert Figure.objects.count() == 77
    for line in ("places: 36250", "domains: 16", "figures: 77"):
        assert line in said
    before = list(LoadedFile.objects.order_by("name").values_list("name", "loaded_at"))
    run()
    assert list(LoadedFile.objects.order_by("name").values_list("name", "loaded_at")) == before
    run(force=True)
    assert list(LoadedFile.objects.order_by("name").values_list("name", "loaded_at")) != before


def test_it_can_keep_quiet():
    assert run(verbosity=0) == ""
