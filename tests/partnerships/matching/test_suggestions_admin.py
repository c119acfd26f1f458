"""The team's pages: policies are created, compared, put in force; the rest is looked at."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.models import (
    Introduction,
    Policy,
    PolicyComparison,
    Refresh,
)
from phare_platform.lib.formats import THIN
from phare_platform.lib.jobs import run_waiting_jobs
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace
from tests.partnerships.matching.cast import tell

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
}


@pytest.fixture
def team(client, dora):
    client.force_login(dora)
    return client


def change_page(thing):
    return reverse(f"admin:partnerships_{thing._meta.model_name}_change", args=[thing.pk])


LIST = "admin:partnerships_policy_changelist"
NEW = {**USED, "name": "2026-12", "places": 10, "reserved_places": 2, "exposure_cap": 40,
       "load_penalty": 250, "note": "Plus de sujets communs."}  # fmt: skip


def test_a_policy_is_asked_for_checked_and_only_then_created(team, policy, dora):
    page = reverse("admin:partnerships_policy_add")
    form = team.get(page).context["form"]
    assert form["complementary"].value() == 3000  # like the one in force
    assert form["name"].value() is None
    response = team.post(page, NEW)
    assert Policy.objects.count() == 1
    assert "2026-12" in response.content.decode()
    again = team.post(page, {**NEW, "again": "yes"})
    assert again.context["form"]["exposure_cap"].value() == "40"
    team.post(page, {**NEW, "create": "yes"})
    made = Policy.objects.get(name="2026-12")
    assert (made.complementary, made.exposure_cap, made.is_active) == (2000, 40, False)
    assert Trace.objects.filter(deed="matching.create_policy", actor=dora).exists()


def test_the_form_starts_from_the_policy_asked_for(team, policy):
    other = Policy.objects.create(name="near", proximity=3000, shared=1000)
    page = reverse("admin:partnerships_policy_add")
    assert team.get(page, {"from": other.pk}).context["form"]["proximity"].value() == 3000
    for nonsense in ("x", "0", "9" * 30):
        assert team.get(page, {"from": nonsense}).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"modes": 601}, "__all__"),
        ({"name": "2026-11"}, "name"),
        ({"name": "été"}, "name"),
        ({"reserved_places": 10}, "reserved_places"),
        ({"places": 31}, "places"),
        ({"list_length": 5}, "places"),
        ({"floor": -1}, "floor"),
        ({"exposure_cap": ""}, "exposure_cap"),
    ],
)
def test_what_cannot_be_is_said_at_its_place_and_the_rest_is_kept(team, policy, wrong, field):
    page = reverse("admin:partnerships_policy_add")
    response = team.post(page, {**NEW, **wrong, "create": "yes"})
    form = response.context["form"]
    assert field in form.errors
    assert form["note"].value() == NEW["note"]
    assert Policy.objects.count() == 1


def test_the_sum_of_the_weights_is_shown(team, policy):
    response = team.post(reverse("admin:partnerships_policy_add"), {**NEW, "modes": "700"})
    assert response.context["form"].total == 10_100
    assert "10,100" in response.content.decode().replace("\u202f", ",")


def test_a_policy_is_never_edited_or_deleted(team, policy):
    assert team.get(change_page(policy)).status_code == 200
    assert team.post(change_page(policy), USED).status_code == 403
    delete = reverse("admin:partnerships_policy_delete", args=[policy.pk])
    assert team.post(delete, {"post": "yes"}).status_code == 403
    policy.refresh_from_db()
    assert (policy.complementary, policy.shared) == (3000, 2000)


def test_a_policy_is_put_in_force_from_a_page_that_says_what_will_happen(team, policy, dora):
    other = Policy.objects.create(name="near", proximity=3000, shared=1000)
    page = reverse("admin:policy_activate", args=[other.pk])
    assert team.get(page).status_code == 200
    assert Policy.objects.get(is_active=True) == policy
    assert team.post(page).status_code == 302
    assert Policy.objects.get(is_active=True) == other
    assert Trace.objects.filter(deed="matching.activate_policy", actor=dora).exists()
    assert Job.objects.filter(task="partnerships.matching.refresh").count() == 1
    assert team.get(page).status_code == 200


def test_two_policies_are_compared_in_the_background_and_read_side_by_side(
    team, policy, ateliers, mobilites, crowd
):
    other = Policy.objects.create(name="near", proximity=3000, shared=1000)
    pair = {"first": policy.pk, "second": other.pk}
    response = team.post(reverse("admin:policy_compare"), pair)
    page = response.headers["Location"]
    waiting = team.get(page).content.decode()
    assert 'hx-trigger="every 3s"' in waiting
    assert team.post(reverse("admin:policy_compare"), pair, follow=True).status_code == 200
    assert PolicyComparison.objects.count() == 1
    run_waiting_jobs()
    done = team.get(page)
    assert [t.name for t in done.context["compared"].tables] == ["quality", "fairness", "cost"]
    assert "hx-trigger" not in done.content.decode().split('id="comparison"')[1][:80]
    fragment = team.get(page, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="comparison"')
    assert page in team.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize("sent", [{}, {"first": "x", "second": ""}, {"first": 0, "second": 0}])
def test_a_comparison_of_nothing_is_refused_in_words(team, policy, sent):
    response = team.post(reverse("admin:policy_compare"), sent, follow=True)
    assert response.status_code == 200
    assert not PolicyComparison.objects.exists()


def test_unknown_policies_and_comparisons_do_not_exist(team, policy):
    assert team.get(reverse("admin:policy_activate", args=[999999])).status_code == 404
    assert team.get(reverse("admin:policy_comparison", args=[999999])).status_code == 404
    assert team.get(reverse("admin:partnerships_policy_change", args=["x"])).status_code == 404


def test_policies_are_the_team_s_alone(client, make_person, policy):
    client.force_login(make_person("fanny@phare.example", is_facilitator=True))
    for name, keys in [
        (LIST, []),
        ("admin:partnerships_policy_add", []),
        ("admin:partnerships_policy_change", [policy.pk]),
        ("admin:policy_activate", [policy.pk]),
        ("admin:policy_compare", []),
        ("admin:policy_comparison", [1]),
    ]:
        assert client.post(reverse(name, args=keys)).status_code in (302, 403, 404)
    assert Policy.objects.get().is_active
    assert not Job.objects.exists()


def test_the_list_of_policies_costs_the_same_however_many_there_are(
    team, policy, django_assert_max_num_queries
):
    for number in range(12):
        Policy.objects.create(name=f"trial-{number}")
    team.get(reverse(LIST))  # the session is written once
    with django_assert_max_num_queries(11):
        assert team.get(reverse(LIST)).status_code == 200


def test_the_rest_is_looked_at_and_never_edited(team, ateliers, mobilites, policy):
    now = timezone.now()
    things = [
        Refresh.objects.create(policy=policy, state="done"),
        Introduction.objects.create(first=ateliers, second=mobilites, expires_at=now),
        tell(ateliers, mobilites),
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
