"""The places that ship, loaded once for a folder of tests and taken back after it."""

import pytest
from django.db import connection, transaction

from territories.places.models import Place
from territories.places.services import load_places


def rolled_back(blocker, load):
    """Run `load` in a transaction that no test sees the end of."""
    with blocker.unblock(), transaction.atomic():
        load()
        connection.check_constraints()  # once, or each test would check 300,000 rows at its end
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def _france(django_db_setup, django_db_blocker):
    yield from rolled_back(django_db_blocker, load_places)


@pytest.fixture
def france(_france, db):
    """All 36,250 places. A function: `france("municipality:86194")` gives the place."""

    def place(identifier):
        return Place.objects.identified(identifier).get()

    return place
