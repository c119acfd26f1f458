"""Sessions: listed, ended after twelve hours however busy, kept alive by use until then."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.platform.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client, alice):
    client.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    assert client.get(reverse("account")).status_code == 200
    return client


def test_a_person_sees_the_sessions_and_can_end_the_others(signed_in, alice):
    other = signed_in.__class__()
    other.post(reverse("account_login"), {"login": alice.email, "password": PASSWORD})
    page = signed_in.get(reverse("usersessions_list"))
    assert page.status_code == 200
    assert len(page.context["sessions"]) == 2
    signed_in.post(reverse("usersessions_list"))
    assert other.get(reverse("account")).status_code == 302
    assert signed_in.get(reverse("account")).status_code == 200


def test_a_busy_session_lives_twelve_hours_and_no_longer(signed_in):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        for hour in range(1, 12):
            clock.move_to(start + timedelta(hours=hour))
            assert signed_in.get(reverse("account")).status_code == 200, f"after {hour} h"
        clock.move_to(start + timedelta(hours=12, minutes=1))
        assert signed_in.get(reverse("account")).status_code == 302


def test_an_idle_session_ends_after_three_hours(signed_in):
    with time_machine.travel(timezone.now() + timedelta(hours=3, minutes=1)):
        assert signed_in.get(reverse("account")).status_code == 302


def test_a_disabled_person_is_out_at_once(signed_in, alice):
    alice.is_active = False
    alice.save()
    assert signed_in.get(reverse("account")).status_code == 302


def test_pages_of_signed_in_people_are_kept_out_of_caches(signed_in):
    assert "no-store" in signed_in.get(reverse("account")).headers["Cache-Control"]
