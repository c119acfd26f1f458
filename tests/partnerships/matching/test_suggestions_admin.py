"""The team's pages: a policy that made lists is never changed; the rest is looked at."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.models import Digest, Introduction, Policy, Refresh
from phare_platform.lib.formats import THIN

pytestmark = pytest.mark.django_db
USED = {
    "name": "2026-11",
    "complementary": 2000,
    "shared": 3000,
    "resources": 2000,
    "proximity": 2000,
    "worlds": 400,
    "modes": 600,
    "floor": 2500,
    "list_length": 30,
    "is_active": "on",
}


@pytest.fixture
def team(client, dora):
    client.force_login(dora)
    return client


def change_page(thing):
    return reverse(f"admin:partnerships_{thing._meta.model_name}_change", args=[thing.pk])


def test_a_new_policy_can_still_be_set_right(team, policy):
    team.post(change_page(policy), USED)
    policy.refresh_from_db()
    assert (policy.complementary, policy.shared) == (2000, 3000)


def test_points_that_do_not_sum_to_ten_thousand_are_refused_at_the_form(team, policy):
    response = team.post(change_page(policy), {**USED, "modes": 601})
    assert response.status_code == 200
    policy.refresh_from_db()
    assert policy.complementary == 3000


def test_a_policy_that_made_a_list_is_read_only(team, ateliers, listed, policy):
    listed(ateliers)
    team.post(change_page(policy), USED)
    policy.refresh_from_db()
    assert (policy.complementary, policy.shared) == (3000, 2000)
    delete = reverse("admin:partnerships_policy_delete", args=[policy.pk])
    assert team.post(delete, {"post": "yes"}).status_code == 403
    assert Policy.objects.filter(pk=policy.pk).exists()


def test_the_rest_is_looked_at_and_never_edited(team, ateliers, mobilites, policy):
    now = timezone.now()
    things = [
        Refresh.objects.create(policy=policy, state="done"),
        Introduction.objects.create(first=ateliers, second=mobilites, expires_at=now),
        Digest.objects.create(organisation=ateliers, slot="2026-W47", partners=[mobilites.pk]),
    ]
    for thing in things:
        name = thing._meta.model_name
        assert team.get(reverse(f"admin:partnerships_{name}_changelist")).status_code == 200
        assert team.get(change_page(thing)).status_code == 200
        assert team.post(change_page(thing), {}).status_code == 403
        assert team.get(reverse(f"admin:partnerships_{name}_add")).status_code == 403
    assert team.get(reverse("admin:partnerships_policy_changelist")).status_code == 200


def test_a_running_refresh_says_how_far_it_is(team, policy):
    Refresh.objects.create(
        policy=policy, started_at=timezone.now() - timedelta(seconds=90), total_count=44_000,
        done_count=11_000,
    )  # fmt: skip
    page = team.get(reverse("admin:partnerships_refresh_changelist")).content.decode()
    assert f"25{THIN}% (11{THIN}000 / 44{THIN}000)" in page
    assert re.search(r"9\d,\d s", page)


def test_nobody_but_the_team_gets_there(client, alice):
    client.force_login(alice)
    response = client.get(reverse("admin:partnerships_introduction_changelist"))
    assert response.status_code in (302, 403, 404)
