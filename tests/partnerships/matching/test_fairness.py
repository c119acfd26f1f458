"""How fair the suggestions are: measured right, kept to many, told on a page and by the API."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.matching.engine.measures import gini, measures_of
from partnerships.matching.engine.places import (
    NOBODY,
    Candidates,
    heads_of_lists,
    share_places,
)
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, Policy, Refresh, SuggestionAnswer
from partnerships.matching.queries.fairness import latest_fairness
from partnerships.matching.rules.places import Sharing
from partnerships.matching.services import pack_profiles, refresh_matches
from partnerships.matching.services import share_places as share_anew
from partnerships.organisations.models import Organisation
from tests.partnerships.matching.cast import tell

NOW = timezone.now()
PAGE = "/equite/"
API = "/api/v1/fairness/"


def crowd_of_stars(count=2000, length=30, near=150, seed=5):
    """A crowd in which a few shine: symmetric points that rise with the fame of both."""
    dice = np.random.default_rng(seed)
    fame = dice.exponential(300, count)
    index = np.arange(count)
    rows, points = np.full((count, length), NOBODY, np.int32), np.zeros((count, length), np.int16)
    noise = dice.integers(0, 2500, 2 * count)
    for row in index:
        others = np.setdiff1d(np.arange(row - near, row + near + 1) % count, [row])
        values = 4000 + fame[row] + fame[others] + noise[(row + others) * 7919 % (2 * count)]
        values = np.minimum(values, 9990).astype(np.int16)
        best = np.lexsort((others, -values))[:length]
        rows[row], points[row] = others[best], values[best]
    return Candidates(
        ids=index + 1,
        rows=rows,
        points=points,
        open_counts=np.zeros(count, np.int32),
        is_full=np.zeros(count, np.bool_),
        home=np.stack([index // 10, index // 100, index // 1000, index * 0], axis=1) + 1,
        position=np.stack([index, index * 0, index * 0], axis=1),
        located=np.ones(count, np.bool_),
        answered=(np.zeros(0, np.int32), np.zeros(0, np.int32)),
    )


def test_with_a_cap_of_fifty_nobody_is_flooded_and_few_are_unseen():
    everyone = crowd_of_stars()
    masks = {"all": np.ones(2000, np.bool_)}
    measures = measures_of(everyone, share_places(everyone, Sharing()), groups=masks)["all"]
    before, after = measures["before"], measures["after"]
    print(f"\nbefore {before}\nafter  {after}")  # noqa: T201  # the figures are the point
    assert before["most_shown"] > 200  # or nothing is shown here
    assert before["never_shown"] > 0.5
    assert after["most_shown"] <= 50
    assert after["places_filled"] >= 0.98
    assert after["score_kept"] >= 0.97
    assert after["never_shown"] <= before["never_shown"] / 2
    assert after["gini"] < before["gini"]


def test_gini_by_hand():
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.array([0, 0, 0, 12])) == 0.75
    assert gini(np.array([1, 2, 3])) == pytest.approx(2 / 9, abs=1e-4)
    assert gini(np.array([0, 0])) is None


def test_measures_by_hand():
    count = 6
    rows = np.full((count, 2), NOBODY, np.int32)
    rows[1:, 0], rows[1, 1] = 0, 2
    everyone = Candidates(
        ids=np.arange(count),
        rows=rows,
        points=np.full((count, 2), 5000, np.int16),
        open_counts=np.zeros(count, np.int32),
        is_full=np.arange(count) == 5,
        home=np.zeros((count, 4), np.int32),
        position=np.zeros((count, 3), np.int32),
        located=np.zeros(count, np.bool_),
        answered=(np.zeros(0, np.int32), np.zeros(0, np.int32)),
    )
    shown = share_places(everyone, Sharing(places=2, reserved=0, cap=2))
    groups = {"all": np.ones(count, np.bool_), "few": np.arange(count) < 4}
    measures = measures_of(everyone, shown, groups=groups)
    assert measures["few"] is None
    assert measures["all"]["before"] == {
        "gini": gini(np.array([5, 1, 0, 0, 0])), "never_shown": 0.6, "most_shown": 5,
    }  # fmt: skip
    assert measures["all"]["after"] == {
        "gini": gini(np.array([2, 1, 0, 0, 0])), "never_shown": 0.6, "most_shown": 2,
        "places_filled": 0.5, "score_kept": 0.5,
    }  # fmt: skip
    assert heads_of_lists(everyone, 2).exposure().tolist() == [5, 0, 1, 0, 0, 0]


@pytest.fixture
def measured(ateliers, mobilites, crowd, policy):
    """Twelve organisations with their lists; ateliers has come far with two of them."""
    pack_profiles(Organisation.objects.values_list("pk", flat=True))
    Organisation.objects.filter(pk__in=[other.pk for other in crowd[:5]]).update(staff_size="1 200")
    Organisation.objects.filter(pk=crowd[5].pk).update(staff_size="10 à 19 salariés")
    tell(ateliers, *crowd[:6], slot="2026-W40")
    for number, other in enumerate(crowd[:5]):
        kind = AnswerKind.INTERESTED if number < 4 else AnswerKind.DECLINED
        SuggestionAnswer.objects.create(organisation=ateliers, other=other, kind=kind)
    for other in crowd[:2]:
        Introduction.objects.create(
            first=ateliers, second=other, state="accepted", expires_at=NOW, answered_at=NOW,
            first_accepted_at=NOW, second_accepted_at=NOW,
        )  # fmt: skip
    return refresh_matches()


def group_of(fairness, by, name="all"):
    return next(g for g in fairness["groups"] if (g["by"], g["group"]) == (by, name))


@pytest.mark.django_db
def test_a_refresh_measures_everyone_and_hides_the_few(measured):
    fairness = latest_fairness().fairness
    everyone = group_of(fairness, "all")
    assert everyone["organisations"] == 12
    assert everyone["after"]["most_shown"] <= 11
    assert everyone["accepted"] == {"share": 0.25, "n": 12}
    assert everyone["answered"] == {"share": round(5 / 6, 4), "n": 6}
    assert everyone["precision"] == {"share": 0.4, "n": 5}
    companies = group_of(fairness, "kind", "company")
    assert companies["organisations"] is None
    assert companies["before"] is companies["after"] is None
    assert companies["accepted"] == {"share": None, "n": None}
    assert group_of(fairness, "size", "from_250")["organisations"] == 5
    assert group_of(fairness, "size", "10_to_49")["organisations"] is None
    assert group_of(fairness, "size", "not_stated")["organisations"] == 6


@pytest.mark.django_db
def test_sharing_anew_measures_anew_and_keeps_what_came_of_it(measured, ateliers):
    Organisation.objects.exclude(pk=ateliers.pk).update(capacity=0)
    assert share_anew(now=NOW + timedelta(hours=1)) > 0
    fairness = latest_fairness().fairness
    everyone = group_of(fairness, "all")
    assert everyone["answered"] == {"share": round(5 / 6, 4), "n": 6}
    assert everyone["after"]["most_shown"] is None  # only one can be shown: no figure of one
    assert fairness["measured_at"] == (NOW + timedelta(hours=1)).isoformat()


@pytest.mark.django_db
def test_the_page_and_the_api_before_the_first_refresh(client):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Pas encore mesurée" in page.content.decode()
    assert client.get(API).status_code == 404


@pytest.mark.django_db
def test_the_page_and_the_api_tell_everyone(client, measured, django_assert_num_queries):
    with django_assert_num_queries(1):
        html = client.get(PAGE).content.decode()
    assert "Équité des suggestions" in html
    assert "«\u202f2026-11\u202f»" in html or "«\u00a02026-11\u00a0»" in html
    for ident in ("overall", "by-kind", "by-size", "outcomes"):
        assert f'id="{ident}"' in html
    assert html.count("<caption") + html.count('role="region" aria-labelledby') >= 4
    told = client.get(API).json()
    assert told["policy"] == "2026-11"
    assert (told["version"], told["exposure_cap"], len(told["groups"])) == (1, 50, 10)
    assert told["groups"][0]["precision"] == {"share": 0.4, "n": 5}


@pytest.mark.django_db
def test_a_refresh_that_failed_since_does_not_hide_the_measures(measured):
    Refresh.objects.create(
        policy=Policy.objects.get(), state="failed", finished_at=NOW + timedelta(days=1)
    )
    assert latest_fairness().refresh == measured


@pytest.mark.django_db
def test_a_rare_one_comes_third_and_says_so(client, alice, ateliers, crowd, listed):
    stored = listed(ateliers, *crowd[:6])
    stored.reserved_count = 2
    stored.save()
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get("/suggestions/").content.decode()
    assert html.count("peu montrée jusqu’ici") == 1
    names = [other.name for other in (crowd[0], crowd[1], crowd[4])]
    places = [html.index(f">{name}</a>") for name in names]
    assert places == sorted(places)
    url = f"/api/v1/organisations/{ateliers.pk}/suggestions/"
    found = client.get(url, {"page_size": 6}).json()["results"]
    rare = [card["other"]["id"] for card in found if card["is_rarely_shown"]]
    assert rare == [crowd[4].pk, crowd[5].pk]


def test_the_page_is_linked_from_everywhere(client, db):
    assert f'href="{reverse("partnerships:fairness")}"' in client.get("/").content.decode()
