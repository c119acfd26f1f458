"""Two processes that start together and both load the reference data."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from territories.fragilities.models import Domain
from territories.fragilities.services import load_domains


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_finds_the_work_done():
    together = Barrier(4)

    def start(_number):
        try:
            together.wait(10)
            return load_domains().changed
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(start, range(4)))
    assert sorted(loaded) == [False, False, False, True]
    assert Domain.objects.count() == 16
